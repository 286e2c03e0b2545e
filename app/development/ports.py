"""The ports of `make run` on loopback: those that the settings ask for, or free ones."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from app.development.smtp import LOOPBACK
from config_checks import REFUSED_PORTS
from config_files import ConfigError

LARGEST_PORT = 65_535


def find_asked_port(env: Mapping[str, str], name: str) -> int | None:
    """Parse the setting `name`; None when it is not set.

    Raises ConfigError when it is not a port, or is taken, or is for a site that no browser would open there.
    """
    value = env.get(name, "").strip()
    if not value:
        return None
    if not (
        value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_PORT)) and 1 <= int(value) <= LARGEST_PORT
    ):
        raise ConfigError([f"{name}: {value!r} is not a whole number from 1 to {LARGEST_PORT}"])
    if name == "PORT" and int(value) in REFUSED_PORTS:
        raise ConfigError([f"PORT: browsers refuse port {value}; name another"])
    if not _is_free(int(value)):
        raise ConfigError([f"{name}: port {value} is taken, or not for you to use; name another"])
    return int(value)


def free_port(first: int) -> int:
    """Return the first free port from `first` on that browsers accept. Raises OSError when there is none."""
    for port in range(first, first + 1000):
        if port not in REFUSED_PORTS and _is_free(port):
            return port
    raise OSError(f"no free port from {first} on")


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True

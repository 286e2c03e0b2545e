"""Where `make run` listens on loopback: on the ports asked for, or on free ones."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from app.development.smtp import LOOPBACK
from config import ConfigError

LARGEST = 65_535


def find_asked_port(env: Mapping[str, str], name: str) -> int | None:
    """The port that the setting `name` asks for, if it does. Raises ConfigError when there is no listening on it."""
    value = env.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST)) and 1 <= int(value) <= LARGEST):
        raise ConfigError([f"{name}: {value!r} is not a whole number from 1 to {LARGEST}"])
    if not _is_free(int(value)):
        raise ConfigError([f"{name}: port {value} is taken, or not for you to use; name another"])
    return int(value)


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens to."""
    for port in range(first, first + 1000):
        if _is_free(port):
            return port
    raise OSError(f"no free port from {first} on")


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True

"""Postfix's `smtp-sink`: a relay that takes everything and keeps nothing, faster than whoever writes to it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

HOST = "127.0.0.1"
STARTS_WITHIN, LOOKS_EVERY = 200, 0.05  # looks, seconds
BACKLOG = "64"


@contextmanager
def smtp_sink() -> Iterator[int]:
    """The port of a sink that runs for a while."""
    program, libraries = _program()
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [program, *user, f"{HOST}:{port}", BACKLOG], env={**os.environ, "LD_LIBRARY_PATH": libraries}
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


@cache
def _program() -> tuple[str, str]:
    """Where it is, and where its libraries are: installed, or unpacked from Debian's package `postfix`."""
    for folder in (*os.environ["PATH"].split(os.pathsep), "/usr/sbin"):
        if found := shutil.which("smtp-sink", path=folder):
            return found, "/usr/lib/postfix"
    folder = mkdtemp(prefix="bulletins-postfix-")
    Path(folder).chmod(0o755)  # apt downloads as somebody else, the sink runs as nobody
    subprocess.run(["apt-get", "download", "-qq", "postfix"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    package = next(Path(folder).glob("postfix_*.deb"))
    subprocess.run(["dpkg", "-x", package, folder], check=True)
    return f"{folder}/usr/sbin/smtp-sink", f"{folder}/usr/lib/postfix"


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(STARTS_WITHIN):
        try:
            socket.create_connection((HOST, port)).close()
            return
        except OSError:
            assert process.poll() is None, "smtp-sink has died"
            Event().wait(LOOKS_EVERY)
    raise AssertionError("smtp-sink does not answer")

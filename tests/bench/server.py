"""The site as README says to run it, for a while, and those who ask it something over the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import perf_counter

from tests.bench.years import NOW
from tests.fixtures.site import make_config

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
WORKERS = 2
STARTS_WITHIN, LOOKS_EVERY = 30.0, 0.1  # seconds
ENDS_HEADERS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """Its status, and the seconds it took; status 0: none came."""

    status: int
    seconds: float


class Visitor:
    """One connection, kept open, over which ready requests are sent: what is timed is the server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=30)

    def ask(self, request: bytes) -> Answer:
        begun = perf_counter()
        try:
            self.socket.sendall(request)
            status = self._read()
        except OSError:
            status = 0
        return Answer(status, perf_counter() - begun)

    def close(self) -> None:
        self.socket.close()

    def _read(self) -> int:
        got = b""
        while ENDS_HEADERS not in got:
            got += self._more()
        head, _, body = got.partition(ENDS_HEADERS)
        missing = _length(head) - len(body)
        while missing > 0:
            missing -= len(self._more())
        return int(head.split(None, 2)[1])

    def _more(self) -> bytes:
        if not (got := self.socket.recv(65536)):
            raise ConnectionError("closed in the middle of an answer")
        return got


@contextmanager
def serving(application: str, url: str) -> Iterator[int]:
    """The port of `application`, such as `wsgi:app`, on the database at `url`, at NOW."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    options = ["--interface=wsgi", f"--workers={WORKERS}", f"--host={HOST}", f"--port={port}", "--log-level=error"]
    settings = {"DATABASE_URL": url, "NOW": NOW.isoformat(), "SECRET_KEY": make_config().secret_key}
    env = {**os.environ, "APP_ENV": "development", **settings}
    server = subprocess.Popen([sys.executable, "-m", "granian", *options, application], env=env, cwd=ROOT)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def form(path: str, body: str, **headers: str) -> bytes:
    """A form that is sent to `path`, as bytes."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Type: application/x-www-form-urlencoded"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def page(path: str) -> bytes:
    """A page that is asked for, as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    begun = perf_counter()
    while perf_counter() - begun < STARTS_WITHIN:
        try:
            socket.create_connection((HOST, port)).close()
            return
        except OSError:
            assert server.poll() is None, "the server has died"
            Event().wait(LOOKS_EVERY)
    raise AssertionError("the server does not answer")

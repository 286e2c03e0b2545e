"""A real HTTP server on loopback that plays the chat services, and keeps what it is sent."""

from __future__ import annotations

import importlib
import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from app.channels.sender import restore_charset
from tests.fixtures.http import QuietHandler, listening

TOKEN = "k7x3w9q5z1m8n2b6v4c0aaaaaa"  # a webhook of Mattermost has 26 characters
MATRIX_TOKEN = "syt_Ym9uam91cg_abcdefgh_123456"


@dataclass(frozen=True)
class Asked:
    """One request: its verb, path, body (if it is JSON) and authorization."""

    verb: str
    path: str
    body: Any
    authorization: str


class ChatServer:
    """What came, oldest first; `status` is what webhooks answer, and `hangs` makes them answer never."""

    def __init__(self) -> None:
        self.host = ""
        self.reset()

    def reset(self) -> None:
        """Take every message from now on."""
        self.requests: list[Asked] = []
        self.released = threading.Event()  # of those who wait for an answer
        self.status = 200
        self.location = ""
        self.hangs = False

    @property
    def mattermost(self) -> str:
        """The address that Mattermost shows to copy."""
        return f"http://{self.host}/hooks/{TOKEN}"

    @property
    def matrix(self) -> str:
        return f"matrix://{MATRIX_TOKEN}@{self.host}/!room:chat.example"

    @property
    def texts(self) -> list[str]:
        """The text of each message that came to a webhook."""
        return [asked.body["text"] for asked in self.requests if isinstance(asked.body, dict) and "text" in asked.body]

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        self.requests.append(asked)
        if self.hangs:
            self.released.wait(30)
        if "/_matrix/" in asked.path:
            return _matrix(asked)
        return self.status, b"ok"


def _matrix(asked: Asked) -> tuple[int, bytes]:
    """What https://spec.matrix.org/latest/client-server-api/ answers to the holder of a token."""
    if asked.authorization != f"Bearer {MATRIX_TOKEN}":
        return 401, b'{"errcode": "M_UNKNOWN_TOKEN"}'
    answers = {
        "whoami": {"user_id": "@bulletins:chat.example", "device_id": "BULLETINS"},
        "joined_rooms": {"joined_rooms": ["!room:chat.example", "!other:chat.example"]},
        "join": {"room_id": "!room:chat.example"},
        "send": {"event_id": "$1"},
    }
    found = next((answer for name, answer in answers.items() if f"/{name}" in asked.path), {})
    return 200, json.dumps(found).encode()


def load_apprise() -> None:
    """Load all that apprise can do, some of it old enough to warn, and what it changes of others put right."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("apprise").Apprise().add("json://localhost")
    restore_charset()


@contextmanager
def running_chat() -> Iterator[ChatServer]:
    """The server, on a port of its own: `host` is its host and port."""
    chat = ChatServer()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 — the library's name
            self._answer()

        do_POST = do_PUT = do_GET  # noqa: N815 — the library's names

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with suppress(ValueError):
                raw = json.loads(raw)
            status, content = chat.answer(Asked(self.command, self.path, raw, self.headers.get("Authorization", "")))
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked waits no longer
                self.send_response(status)
                if chat.location:
                    self.send_header("Location", chat.location)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

    with listening(Handler) as host:
        chat.host = host
        try:
            yield chat
        finally:
            chat.released.set()

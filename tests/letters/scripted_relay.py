"""An SMTP relay on loopback that follows a script at each step, down to the end of a connection."""

from __future__ import annotations

import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

HANG_UP = "hang up"  # end the connection instead of answering
SILENCE = "silence"  # answer nothing until the other side has had enough
TAKE_AND = "take and "  # before one of the two: keep the letter first
ANSWERS = {"CONNECT": "220 scripted", "MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 Go ahead", "CONTENT": "250 Kept"}


@dataclass(frozen=True)
class Got:
    """One letter that was accepted."""

    sender: str
    recipient: str
    raw: bytes


class ScriptedRelay:
    """`script["RCPT"] = ["550 no", HANG_UP]` answers the next two RCPT so, and the others as usual.

    An answer may be a function that gives it when it pleases.

    Steps: CONNECT, EHLO, MAIL, RCPT, DATA, MID-CONTENT (only HANG_UP), CONTENT (the answer to the whole letter), RSET.
    `heard` are the commands in the order in which they came; `got` the letters accepted.
    """

    def __init__(self, *, pipelining: bool = False) -> None:
        self.script: dict[str, list[str | Callable[[], str]]] = defaultdict(list)
        self.pipelining = pipelining
        self.heard: list[str] = []
        self.got: list[Got] = []
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.relay = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """The address for SMTP_URL."""
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def keep(self, got: Got) -> None:
        """Take a letter over; the answer comes after it."""
        self.got.append(got)

    def next_answer(self, step: str, sender: str) -> str | None:
        """What the script says now for a step, if anything; `sender` is that of the letter under way."""
        answer = self.script[step].pop(0) if self.script[step] else None
        return answer() if callable(answer) else answer


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    relay: ScriptedRelay


class _EndError(Exception):
    """The connection ends here."""


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.relay = self.server.relay
        self.relay.connections += 1
        self.sender = self.recipient = ""
        try:
            self._answer("CONNECT")
            while line := self.rfile.readline():
                self._follow(line.decode().strip())
        except (_EndError, OSError):
            return

    def _follow(self, line: str) -> None:
        self.relay.heard.append(line.upper())
        verb = line.partition(" ")[0].upper()
        match verb:
            case "EHLO":
                usual = "250-scripted\r\n250-SIZE 1000000\r\n250 " + ("PIPELINING" if self.relay.pipelining else "HELP")
                self._answer(verb, usual)
            case "MAIL":
                self.sender = line.partition("<")[2].partition(">")[0]
                self._answer(verb)
            case "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
                self._answer(verb)
            case "DATA":
                if self._answer(verb).startswith("354"):
                    self._receive()
            case "QUIT":
                self._say("221 Bye")
                raise _EndError
            case _:
                self._answer(verb, "250 OK")

    def _receive(self) -> None:
        if self.relay.next_answer("MID-CONTENT", self.sender):
            self.rfile.read(100)
            raise _EndError
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _EndError
            lines.append(line.removeprefix(b"."))
        if not lines:
            self._say("554 No valid recipients")
            return
        answer = self._choose("CONTENT")
        if answer.startswith(("250", TAKE_AND)):
            self.relay.keep(Got(self.sender, self.recipient, b"".join(lines)))
        self._give(answer.removeprefix(TAKE_AND))

    def _answer(self, step: str, usual: str | None = None) -> str:
        return self._give(self._choose(step, usual))

    def _choose(self, step: str, usual: str | None = None) -> str:
        return self.relay.next_answer(step, self.sender) or usual or ANSWERS[step]

    def _give(self, answer: str) -> str:
        if answer == HANG_UP:
            raise _EndError
        if answer == SILENCE:
            self.rfile.read(1)  # until the other side ends the connection
            raise _EndError
        self._say(answer)
        return answer

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")

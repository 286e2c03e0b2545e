"""One letter offered on an open SMTP connection, and what came of it.

Where the relay offers PIPELINING (RFC 2920), MAIL, RCPT and DATA travel together and the content follows alone: no
content leaves before its recipient is accepted, and one letter at a time is in doubt.
"""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from app.failpoints import failpoint
from app.letters.outcomes import CLOSING, Outcome, Verdict, is_positive, judge_answer, judge_refusal, relay_fault

GO_AHEAD = 354
LONGEST_TEXT = 500
Meanwhile = Callable[[], None]
BROKEN = (OSError, smtplib.SMTPException)  # a failure of TLS is an OSError


def nothing() -> None:
    """For who has nothing else to do while the relay works."""


class Conversation:
    """Offers one letter. Afterwards `over` says that the connection is of no more use.

    `hung_up_first`: the relay ended the connection before it answered anything; it may just have been tired of it.
    """

    def __init__(self, smtp: smtplib.SMTP, answer_timeout: float) -> None:
        self._smtp = smtp
        self._answer_timeout = answer_timeout
        self.over = False
        self.hung_up_first = True

    def offer(self, sender: str, recipient: str, data: bytes, meanwhile: Meanwhile = nothing) -> Outcome:
        """Offer `data` (see `Transport.send`). Raises nothing that the relay can cause."""
        failpoint("before data")
        try:
            refusal = self._announce(sender, recipient, len(data))
            if refusal is None:
                self._smtp.send(data + b".\r\n")
        except BROKEN as error:  # `send` fails only while something is left to send: the relay cannot have it all
            self.over = True
            return relay_fault(words(error))
        return refusal or self._hear_verdict(meanwhile)

    def _announce(self, sender: str, recipient: str, size: int) -> Outcome | None:
        """Say who writes to whom; the refusal, or None when the relay waits for the content."""
        limit = f" SIZE={size}" if self._smtp.has_extn("size") else ""
        commands = [f"MAIL FROM:<{sender}>{limit}\r\n", f"RCPT TO:<{recipient}>\r\n", "DATA\r\n"]
        if self._smtp.has_extn("pipelining"):
            return self._announce_at_once(commands)
        for command in commands:
            self._smtp.send(command)
            if refusal := self._hear(command):
                self._start_over(refusal)
                return refusal
        return None

    def _announce_at_once(self, commands: list[str]) -> Outcome | None:
        self._smtp.send("".join(commands))
        refusal = last = None
        for command in commands:
            last = self._hear(command)
            refusal = refusal or last
            if last and last.verdict is Verdict.RELAY_FAULT:
                break  # the connection may end here
        if refusal and last is None:  # told to go ahead without a recipient: end with nothing sent (RFC 2920 §3.1)
            self._smtp.send(".\r\n")
            self._smtp.getreply()
        if refusal:
            self._start_over(refusal)
        return refusal

    def _hear(self, command: str) -> Outcome | None:
        """The refusal in the relay's next answer, if it is one."""
        code, text = self._smtp.getreply()
        if code != CLOSING:
            self.hung_up_first = False
        hoped_for = code == GO_AHEAD if command == "DATA\r\n" else is_positive(code)
        return None if hoped_for else judge_refusal(code, _line(text), about_sender=command.startswith("MAIL"))

    def _start_over(self, refusal: Outcome) -> None:
        """Leave the connection ready for the next letter, or given up."""
        try:
            self.over = refusal.verdict is Verdict.RELAY_FAULT or not is_positive(self._smtp.rset()[0])
        except BROKEN:
            self.over = True

    def _hear_verdict(self, meanwhile: Meanwhile) -> Outcome:
        """The answer to the content; whatever goes wrong now leaves open whether the relay took it."""
        failpoint("after data")
        meanwhile()
        try:
            with self._patience():
                code, text = self._smtp.getreply()
        except BROKEN as error:
            self.over = True
            return Outcome(Verdict.UNKNOWN, text=words(error), blames_relay=True)
        outcome = judge_answer(code, _line(text))
        self.over = outcome.verdict in {Verdict.RELAY_FAULT, Verdict.UNKNOWN}
        return outcome

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """The answer to the content may take minutes: a short wait would only make doubles (RFC 5321 §4.5.3.2.6)."""
        sock = cast("socket.socket", self._smtp.sock)
        usual = sock.gettimeout()
        sock.settimeout(self._answer_timeout)
        yield
        sock.settimeout(usual)


def words(error: BaseException) -> str:
    """An error as one line for the log and for the coordination."""
    return f"{type(error).__name__}: {error}"[:LONGEST_TEXT]


def _line(text: bytes) -> str:
    said = text.decode("utf-8", "replace")
    printable = "".join(sign if sign.isprintable() else " " for sign in said)  # PostgreSQL keeps no NUL
    return " ".join(printable.split())[:LONGEST_TEXT]

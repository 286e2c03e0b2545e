"""The SMTP connection to the relay: opened when there is something to send, reused, reopened when it ends.

Where the relay offers PIPELINING (RFC 2920), MAIL, RCPT and DATA travel together and the content follows alone: no
content leaves before its recipient is accepted, and one letter a connection is in doubt at a time.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from functools import cache
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

from app.failpoints import failpoint
from app.letters.message import OutgoingMessage
from app.letters.retry_policy import (
    CLOSING,
    Outcome,
    Verdict,
    is_positive,
    outcome_of_content_reply,
    outcome_of_refusal,
    relay_fault,
)
from config_checks import LOOPBACK

GO_AHEAD = 354
LONGEST_TEXT = 500
CONNECTION_ERRORS = (OSError, smtplib.SMTPException)  # a failure of TLS is an OSError


class Transport(Protocol):
    """Hands messages to a relay, or writes them into a folder. Used by one thread."""

    def open(self) -> Outcome | None:
        """Get ready to send; return the relay's fault when that cannot be."""

    def send(self, message: OutgoingMessage) -> Outcome:
        """Offer one message. Raises nothing that the relay can cause."""

    def close(self) -> None:
        """End the connection; `open` and `send` open another one."""


def make_transport(url: str, *, helo: str, command_timeout: float, answer_timeout: float) -> Transport:
    """Return the transport for an SMTP_URL. `helo` is the name to greet with, time-outs are in seconds."""
    parts = urlsplit(url)
    if parts.scheme == "folder":
        return FolderTransport(Path(unquote(parts.path)))
    return SmtpTransport(parts, helo, command_timeout, answer_timeout)


class SmtpTransport:
    """smtp:// (with STARTTLS), smtps://, and smtp+plain:// (with STARTTLS when offered)."""

    def __init__(self, url: SplitResult, helo: str, command_timeout: float, answer_timeout: float) -> None:
        self._url = url
        self._helo = helo
        self._command_timeout = command_timeout
        self._answer_timeout = answer_timeout
        self._smtp: smtplib.SMTP | None = None
        self._offered = 0  # messages on this connection

    def open(self) -> Outcome | None:
        """Connect and sign in, unless that was done."""
        if self._smtp is None:
            try:
                self._smtp = connect(self._url, self._helo, self._command_timeout)
            except CONNECTION_ERRORS as error:
                return relay_fault(describe_error(error))
        return None

    def send(self, message: OutgoingMessage) -> Outcome:
        """Offer one message. A relay that ends a used connection gets one more connection before it is blamed."""
        reused = self._offered > 0
        outcome, hung_up_first = self._offer(message)
        if reused and hung_up_first:
            outcome, _ = self._offer(message)
        return outcome

    def close(self) -> None:
        """End the connection, with QUIT where the relay still listens."""
        smtp, self._smtp, self._offered = self._smtp, None, 0
        if smtp is not None:
            try:
                smtp.quit()
            except CONNECTION_ERRORS:
                smtp.close()

    def _offer(self, message: OutgoingMessage) -> tuple[Outcome, bool]:
        fault = self.open()
        if fault or self._smtp is None:
            return fault or relay_fault("not connected"), False
        transaction = SmtpTransaction(self._smtp, self._answer_timeout)
        outcome = transaction.offer(message)
        self._offered += 1
        if transaction.unusable:
            self._smtp.close()
            self._smtp, self._offered = None, 0
        return outcome, transaction.hung_up_first


class SmtpTransaction:
    """Offers one message on an open connection (RFC 5321 §3.3).

    `unusable`: the connection can carry no other message. `hung_up_first`: the relay ended it before it answered
    anything, as many do to a connection that has carried enough.
    """

    def __init__(self, smtp: smtplib.SMTP, answer_timeout: float) -> None:
        self._smtp = smtp
        self._answer_timeout = answer_timeout
        self.unusable = False
        self.hung_up_first = True

    def offer(self, message: OutgoingMessage) -> Outcome:
        """Offer the message. Raises nothing that the relay can cause."""
        failpoint("before data")
        try:
            refusal = self._send_envelope(message)
            if refusal is None:
                self._smtp.send(message.data.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        except CONNECTION_ERRORS as error:  # `send` fails only while something is left to send: the relay lacks a part
            self.unusable = True
            return relay_fault(describe_error(error))
        return refusal or self._read_content_reply()

    def _send_envelope(self, message: OutgoingMessage) -> Outcome | None:
        """Send MAIL, RCPT and DATA; return the refusal, or None when the relay waits for the content."""
        size = f" SIZE={len(message.data)}" if self._smtp.has_extn("size") else ""
        commands = [f"MAIL FROM:<{message.sender}>{size}\r\n", f"RCPT TO:<{message.recipient}>\r\n", "DATA\r\n"]
        if self._smtp.has_extn("pipelining"):
            return self._send_pipelined(commands)
        for command in commands:
            self._smtp.send(command)
            if refusal := self._read_reply(command):
                self._reset(refusal)
                return refusal
        return None

    def _send_pipelined(self, commands: list[str]) -> Outcome | None:
        self._smtp.send("".join(commands))
        refusal = last = None
        for command in commands:
            last = self._read_reply(command)
            refusal = refusal or last
            if last and last.verdict is Verdict.RELAY_FAULT:
                break  # the connection may end here
        if refusal and last is None:  # 354 though no recipient was accepted: end with nothing sent (RFC 2920 §3.1)
            self._smtp.send(".\r\n")
            self._smtp.getreply()
        if refusal:
            self._reset(refusal)
        return refusal

    def _read_reply(self, command: str) -> Outcome | None:
        """Return the refusal in the relay's next reply, if it is one."""
        code, text = self._smtp.getreply()
        if code != CLOSING:
            self.hung_up_first = False
        expected = code == GO_AHEAD if command == "DATA\r\n" else is_positive(code)
        return None if expected else outcome_of_refusal(code, _line(text), about_sender=command.startswith("MAIL"))

    def _reset(self, refusal: Outcome) -> None:
        """Leave the connection ready for the next message, or unusable."""
        try:
            self.unusable = refusal.verdict is Verdict.RELAY_FAULT or not is_positive(self._smtp.rset()[0])
        except CONNECTION_ERRORS:
            self.unusable = True

    def _read_content_reply(self) -> Outcome:
        """Return the outcome of the reply to the content; whatever goes wrong now leaves open who has the message."""
        failpoint("after data")
        sock = cast("socket.socket", self._smtp.sock)
        usual_timeout = sock.gettimeout()
        try:
            sock.settimeout(self._answer_timeout)  # minutes: giving up sooner makes duplicates (RFC 5321 §4.5.3.2.6)
            code, text = self._smtp.getreply()
            sock.settimeout(usual_timeout)
        except CONNECTION_ERRORS as error:
            self.unusable = True
            return Outcome(Verdict.UNKNOWN, text=describe_error(error), blames_relay=True)
        outcome = outcome_of_content_reply(code, _line(text))
        self.unusable = outcome.verdict in {Verdict.RELAY_FAULT, Verdict.UNKNOWN}
        return outcome


class FolderTransport:
    """Writes messages into `folder`, each a file `.eml`, for development and for trying things out.

    A letter written twice is one file: it is named after its envelope sender.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Outcome | None:
        """Make the folder; return the relay's fault when it cannot be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return relay_fault(str(error))
        return None

    def send(self, message: OutgoingMessage) -> Outcome:
        """Write one message, its envelope in Return-Path and Delivered-To; the file appears whole or not at all."""
        envelope = f"Return-Path: <{message.sender}>\r\nDelivered-To: {message.recipient}\r\n".encode()
        path = self._folder / f"{message.sender.partition('@')[0]}.eml"
        partial = path.with_suffix(".part")
        try:
            partial.write_bytes(envelope + message.data)
            partial.replace(path)
        except OSError as error:
            return relay_fault(str(error))
        return Outcome(Verdict.ACCEPTED, 250, f"written to {path.name}")

    def close(self) -> None:
        """Do nothing: no file stays open."""


def connect(url: SplitResult, helo: str, timeout: float) -> smtplib.SMTP:
    """Return a connection to the relay at `url`, greeted, encrypted, signed in where a user is named.

    Encrypted with a certificate that was checked, unless the relay is this machine or `url` says smtp+plain.
    Raises OSError or SMTPException.
    """
    host = url.hostname or ""
    smtp: smtplib.SMTP
    if url.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, url.port or 465, helo, timeout=timeout, context=ssl_context(verified=True))
    else:
        smtp = smtplib.SMTP(host, url.port or 25, helo, timeout=timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if url.scheme != "smtps":
            _encrypt(smtp, url)
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
    except CONNECTION_ERRORS:
        smtp.close()
        raise
    return smtp


def _encrypt(smtp: smtplib.SMTP, url: SplitResult) -> None:
    """Begin TLS. Raises SMTPNotSupportedError where it must be and is not offered: somebody may have taken it away."""
    must_be = url.hostname not in LOOPBACK and (url.scheme == "smtp" or bool(url.username))
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl_context(verified=must_be or bool(url.username)))
        smtp.ehlo_or_helo_if_needed()
    elif must_be:
        raise smtplib.SMTPNotSupportedError(
            "the relay offers no STARTTLS, so nothing was sent; if it is trusted as it is, name it smtp+plain://"
        )


@cache
def ssl_context(*, verified: bool) -> ssl.SSLContext:
    """Return the context of all connections; reading the certificates of the system takes 60 ms.

    Unverified: encryption without proof of whom one talks to, which is better than none (RFC 7435).
    """
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def describe_error(error: BaseException) -> str:
    """Return an error as one line for the log and for the coordination."""
    return f"{type(error).__name__}: {error}"[:LONGEST_TEXT]


def _line(text: bytes) -> str:
    characters = text.decode("utf-8", "replace")
    printable = "".join(c if c.isprintable() else " " for c in characters)  # PostgreSQL stores no NUL
    return " ".join(printable.split())[:LONGEST_TEXT]

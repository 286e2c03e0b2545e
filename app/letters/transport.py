"""The relay: one connection, opened when there is something to send, reused, and opened anew when it ends."""

from __future__ import annotations

import smtplib
import ssl
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from app.letters.conversation import BROKEN, Conversation, Meanwhile, nothing, words
from app.letters.folder import FolderTransport
from app.letters.outcomes import Outcome, relay_fault

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Transport(Protocol):
    """Whatever takes letters away. Used by one thread at a time."""

    def open(self) -> Outcome | None:
        """Be ready to send; the relay's fault when that cannot be."""

    def send(self, sender: str, recipient: str, data: bytes, meanwhile: Meanwhile = nothing) -> Outcome:
        """Offer one letter to one recipient. Raises nothing that the relay can cause.

        `data` end with CRLF and have no line that begins with a dot, as the stencils make them. `meanwhile`, short and
        never raising, may be called while the relay makes up its mind.
        """

    def close(self) -> None:
        """Say goodbye; it can be opened again."""


def make_transport(url: str, *, helo: str, command_timeout: float, answer_timeout: float) -> Transport:
    """The transport for an SMTP_URL; `helo` is the name to greet with, time-outs are in seconds."""
    parts = urlsplit(url)
    if parts.scheme == "folder":
        return FolderTransport(Path(unquote(parts.path)))
    return SmtpTransport(parts, helo, command_timeout, answer_timeout)


class SmtpTransport:
    """smtp:// (with STARTTLS when offered) and smtps://."""

    def __init__(self, url: SplitResult, helo: str, command_timeout: float, answer_timeout: float) -> None:
        self._url = url
        self._helo = helo
        self._command_timeout = command_timeout
        self._answer_timeout = answer_timeout
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0  # letters offered on this connection

    def open(self) -> Outcome | None:
        """Connect and sign in, unless that was done."""
        if self._smtp is None:
            try:
                self._smtp = connect(self._url, self._helo, self._command_timeout)
            except BROKEN as error:
                return relay_fault(words(error))
        return None

    def send(self, sender: str, recipient: str, data: bytes, meanwhile: Meanwhile = nothing) -> Outcome:
        """Offer one letter. A relay that has enough of a used connection is called once more before it is blamed."""
        reused = self._carried > 0
        outcome, hung_up_first = self._offer(sender, recipient, data, meanwhile)
        if reused and hung_up_first:
            outcome, _ = self._offer(sender, recipient, data, meanwhile)
        return outcome

    def close(self) -> None:
        """End the connection, politely if that can be."""
        smtp, self._smtp, self._carried = self._smtp, None, 0
        if smtp is not None:
            try:
                smtp.quit()
            except BROKEN:
                smtp.close()

    def _offer(self, sender: str, recipient: str, data: bytes, meanwhile: Meanwhile) -> tuple[Outcome, bool]:
        fault = self.open()
        if fault or self._smtp is None:
            return fault or relay_fault("not connected"), False
        conversation = Conversation(self._smtp, self._answer_timeout)
        outcome = conversation.offer(sender, recipient, data, meanwhile)
        self._carried += 1
        if conversation.over:
            self._smtp.close()
            self._smtp, self._carried = None, 0
        return outcome, conversation.hung_up_first


def connect(url: SplitResult, helo: str, timeout: float) -> smtplib.SMTP:
    """A connection to the relay at `url`, greeted, encrypted where it can be, signed in where a user is named.

    A certificate is checked wherever a password depends on it. Raises OSError or SMTPException.
    """
    host, trusted = url.hostname or "", ssl.create_default_context()
    smtp: smtplib.SMTP
    if url.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, url.port or 465, helo, timeout=timeout, context=trusted)
    else:
        smtp = smtplib.SMTP(host, url.port or 25, helo, timeout=timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and smtp.has_extn("starttls"):
            smtp.starttls(context=trusted if url.username else _any_certificate())
            smtp.ehlo_or_helo_if_needed()
        if url.username:
            _sign_in(smtp, url)
    except BROKEN:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, url: SplitResult) -> None:
    encrypted = isinstance(smtp.sock, ssl.SSLSocket)
    if not encrypted and url.hostname not in LOOPBACK:
        raise smtplib.SMTPNotSupportedError("the relay offers no STARTTLS; a password is not sent in the clear")
    smtp.login(unquote(url.username or ""), unquote(url.password or ""))


def _any_certificate() -> ssl.SSLContext:
    """Encryption without proof of whom one talks to: between relays that is better than none (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

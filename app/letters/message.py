"""A mailing as bytes, serialised once; a letter is made of it by filling the few places that differ.

multipart/alternative, the text first, quoted-printable, lines ended by CRLF, none of which
begins with a dot (RFC 5322, 2045, 2046).
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from app.letters import quoted_printable
from app.letters.headers import encode_list_id, encode_mailbox, encode_text, encode_url, split_mailbox
from app.letters.marks import split_at_marks

UNSUBSCRIBE = "unsubscribe_url"
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058

Value = Callable[[Mapping[str, str]], bytes]


@dataclass(frozen=True, slots=True)
class Content:
    """What the letters of a mailing have in common. `sender` and `reply_to` are `Name <address>`."""

    sender: str
    subject: str
    text: str
    html: str
    locale: str
    dated_at: datetime
    list_id: str | None = None
    archive_url: str | None = None
    reply_to: str | None = None
    unsubscribable: bool = False


class Stencil:
    """A mailing, serialised but for the places that differ from letter to letter."""

    def __init__(self, content: Content, marks: Collection[str]) -> None:
        """`marks` are the names of the addresses that each letter has of its own."""
        self._pieces: list[bytes] = [b""]
        self._slots: list[tuple[str, str]] = []
        self._headers(content)
        self._bodies(content, marks)

    def fill(self, to: str, message_id: str, addresses: Mapping[str, str]) -> bytes:
        """One letter; `to` is what `encode_mailbox` gave. Raises ValueError for an address that no header can hold."""
        filled: dict[tuple[str, str], bytes] = {}
        out = [self._pieces[0]]
        for slot, piece in zip(self._slots, self._pieces[1:], strict=True):
            if slot not in filled:
                filled[slot] = _fill(slot, to, message_id, addresses)
            out += (filled[slot], piece)
        return b"".join(out)

    def _headers(self, content: Content) -> None:
        self._header("From", encode_mailbox(*split_mailbox(content.sender), "From"))
        self._slot_header("To", "to")
        self._header("Subject", encode_text(content.subject, "Subject"))
        self._header("Date", format_datetime(content.dated_at))
        self._slot_header("Message-ID", "message_id")
        for name, value in _optional_headers(content):
            self._header(name, value)
        if content.unsubscribable:
            self._slot_header("List-Unsubscribe", "url", UNSUBSCRIBE)
            self._header("List-Unsubscribe-Post", ONE_CLICK)
        self._header("Auto-Submitted", "auto-generated")
        self._header("MIME-Version", "1.0")

    def _bodies(self, content: Content, marks: Collection[str]) -> None:
        boundary = _boundary(content)
        self._header("Content-Type", f'multipart/alternative; boundary="{boundary}"')
        for kind, body in (("plain", content.text), ("html", content.html)):
            self._write(f"\r\n--{boundary}\r\n".encode())
            self._header("Content-Type", f'text/{kind}; charset="utf-8"')
            self._header("Content-Language", content.locale)
            self._header("Content-Transfer-Encoding", "quoted-printable")
            self._write(b"\r\n")
            self._body(kind, split_at_marks(body, marks))
        self._write(f"\r\n--{boundary}--\r\n".encode())

    def _body(self, kind: str, parts: list[str]) -> None:
        """Write text, mark, text … text; soft line breaks keep the lines short whatever a mark is filled with."""
        self._write(quoted_printable.encode(parts[0]))
        for i in range(1, len(parts), 2):
            if not self._pieces[-1].endswith(b"\n"):
                self._write(quoted_printable.SOFT_BREAK)
            self._slot(kind, parts[i])
            piece = quoted_printable.encode(parts[i + 1])
            at_end = not piece and i + 2 == len(parts)
            if not at_end and not piece.startswith(b"\r\n"):
                self._write(quoted_printable.SOFT_BREAK)
            self._write(piece)

    def _header(self, name: str, value: str) -> None:
        self._write(f"{name}: {value}\r\n".encode("ascii"))

    def _slot_header(self, header: str, sort: str, name: str = "") -> None:
        self._write(f"{header}: ".encode())
        self._slot(sort, name)
        self._write(b"\r\n")

    def _write(self, data: bytes) -> None:
        self._pieces[-1] += data

    def _slot(self, sort: str, name: str) -> None:
        self._slots.append((sort, name))
        self._pieces.append(b"")


def _fill(slot: tuple[str, str], to: str, message_id: str, addresses: Mapping[str, str]) -> bytes:
    sort, name = slot
    match sort:
        case "to":
            return to.encode("ascii")
        case "message_id":
            return message_id.encode("ascii")
        case "url":
            return encode_url(addresses[name]).encode("ascii")
        case "html":
            return quoted_printable.encode(html.escape(addresses[name]))
        case _:
            return quoted_printable.encode(addresses[name])


def _optional_headers(content: Content) -> list[tuple[str, str]]:
    headers = []
    if content.reply_to:
        headers.append(("Reply-To", encode_mailbox(*split_mailbox(content.reply_to), "Reply-To")))
    if content.list_id:
        headers.append(("List-Id", encode_list_id(content.list_id)))
    if content.archive_url:
        headers.append(("List-Archive", encode_url(content.archive_url)))
    return headers


def _boundary(content: Content) -> str:
    """Never found in quoted-printable, which has no `=_`; the same for all the letters of a mailing."""
    digest = hashlib.sha256("\0".join((content.subject, content.text, content.html)).encode("utf-8", "replace"))
    return f"=_{digest.hexdigest()[:32]}"

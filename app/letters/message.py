"""A letter as bytes: headers (RFC 5322, 2047, 2369, 8058) and a multipart/alternative body, the text first.

A mailing is serialised once; a letter is made of it by filling in the few places that differ from letter to letter.
"""

from __future__ import annotations

import hashlib
import html
import re
from binascii import b2a_qp
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, unquote

from email_validator import EmailNotValidError, validate_email

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
EMAIL = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.:\[\]-]+")  # printable ASCII, no space, no angle bracket
URL = re.compile(r"[!-;=?-~]{1,900}")  # a header line has at most 998 bytes
LONGEST_PLAIN = 200  # characters; anything longer is folded into encoded words
LINE = 76  # characters of a header line or of a quoted-printable line (RFC 2045 §6.7)
SOFT_BREAK = b"=\r\n"
UNSUBSCRIBE = "unsubscribe_url"


class BadEmailError(ValueError):
    """An e-mail address that no header or envelope can hold."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the letters of a mailing have in common. `sender` is `Name <address>`, `reply_to` that or some addresses."""

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


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A letter as the relay gets it: envelope sender, envelope recipient, content."""

    sender: str
    recipient: str
    data: bytes


class MessageTemplate:
    """A mailing, serialised but for the places that differ from letter to letter."""

    def __init__(self, content: Content, placeholders: Collection[str]) -> None:
        """Serialise `content`; `placeholders` are the names of the URLs that each letter has of its own."""
        self._unsubscribable = content.unsubscribable
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in _common_headers(content)).encode("ascii")
        boundary = _boundary(content)
        delimiter = f"--{boundary}".encode()
        start, text, html_part, end = _serialise_body(content, boundary).split(delimiter)
        self._start = start + delimiter
        self._text = _split_at_placeholders(text + delimiter, placeholders)
        self._html = _split_at_placeholders(html_part + delimiter, placeholders)
        self._end = end

    def fill(self, to: str, message_id: str, urls: Mapping[str, str]) -> bytes:
        """Return one letter. `to` is a header value, as of `encode_mailbox`.

        Raises KeyError for a placeholder without a URL, ValueError for a URL that no header can hold.
        """
        headers = f"To: {to}\r\nMessage-ID: {message_id}\r\n"
        if self._unsubscribable:
            headers += f"List-Unsubscribe: {encode_url(urls[UNSUBSCRIBE])}\r\n"
        text = {name: _quoted_printable(url) for name, url in urls.items()}
        escaped = {name: _quoted_printable(html.escape(url)) for name, url in urls.items()}
        body = [self._start, *_filled(self._text, text), *_filled(self._html, escaped), self._end]
        return b"".join([self._headers, headers.encode("ascii"), *body])


def one_line(text: str) -> str:
    """Return `text` without line breaks or other control characters, each run of them made one space."""
    return CONTROLS.sub(" ", text).strip()


def encode_text(text: str, field: str) -> str:
    """Return `text` as the value of the header `field`: as it is when plain, else in encoded words (RFC 2047)."""
    line = one_line(text)
    return line if _is_plain(line) else _encoded_words(line, field)


def encode_mailbox(name: str, email: str, field: str) -> str:
    """Return `name <email>` as a header value, from which a reader gets exactly that name. Raises BadEmailError."""
    email = email_for_relay(email)
    line = one_line(name)
    if _is_plain(line):
        return formataddr((line, email))
    return f"{_encoded_words(line, field)} <{email}>"


def encode_mailboxes(mailboxes: str, field: str) -> str:
    """Return `Name <address>`, or addresses without a name between commas, as a header value. Raises BadEmailError."""
    if "<" in mailboxes:
        return encode_mailbox(*split_mailbox(mailboxes), field)
    return ",\r\n ".join(email_for_relay(email.strip()) for email in mailboxes.split(","))


def encode_list_id(list_id: str) -> str:
    """Return `Name <bulletins.example.org>`, or the identifier alone, as the value of List-Id (RFC 2919)."""
    name, identifier = split_mailbox(list_id)
    return f"{encode_text(name, 'List-Id')} <{one_line(identifier)}>".lstrip()


def encode_url(url: str) -> str:
    """Return `url` in angle brackets, as a header value. Raises ValueError when it is too long or not plain ASCII."""
    if not URL.fullmatch(url):
        raise ValueError(f"no header can hold the URL {url!r}")
    return f"<{url}>"


def email_for_relay(email: str) -> str:
    """Return `email` in plain ASCII, a domain of another script in its IDNA form. Raises BadEmailError.

    The local part must be ASCII itself: few relays accept anything else (RFC 6531).
    """
    if not email.isascii():
        email = _ascii_email(email)
    if not EMAIL.fullmatch(email):
        raise BadEmailError(f"{email!r} is not an address that a relay takes")
    return email


def is_email_for_relay(email: str) -> bool:
    """Return whether a header and an envelope can hold `email`."""
    try:
        email_for_relay(email)
    except BadEmailError:
        return False
    return True


def split_mailbox(mailbox: str) -> tuple[str, str]:
    """Split `Name <address>`, as somebody types it into a setting, quotes and commas or not, into (name, address)."""
    name, angle, email = mailbox.strip().rpartition("<")
    return (unquote(name.strip()), email.rstrip("> ")) if angle else ("", mailbox.strip())


def domain_of(mailbox: str) -> str:
    """Return the domain of the address in `mailbox`."""
    return split_mailbox(mailbox)[1].rpartition("@")[2]


def _is_plain(line: str) -> bool:
    return line.isascii() and len(line) <= LONGEST_PLAIN and "=?" not in line


def _encoded_words(line: str, field: str) -> str:
    return Header(line, "utf-8", maxlinelen=LINE, header_name=field).encode(linesep="\r\n")


def _ascii_email(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).ascii_email or email
    except EmailNotValidError as error:
        raise BadEmailError(f"{email!r}: {error}") from error


def _common_headers(content: Content) -> list[tuple[str, str]]:
    headers = [
        ("From", encode_mailbox(*split_mailbox(content.sender), "From")),
        ("Subject", encode_text(content.subject, "Subject")),
        ("Date", format_datetime(content.dated_at)),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834
        (
            "X-Auto-Response-Suppress",
            "OOF, AutoReply, DR, RN, NRN",
        ),  # the same for Exchange, MS-OXCMAIL; bounces still come
    ]
    if content.reply_to:
        headers.append(("Reply-To", encode_mailboxes(content.reply_to, "Reply-To")))
    if content.list_id:
        headers.append(("List-Id", encode_list_id(content.list_id)))
    if content.archive_url:
        headers.append(("List-Archive", encode_url(content.archive_url)))
    if content.unsubscribable:
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))  # RFC 8058
    return headers


def _serialise_body(content: Content, boundary: str) -> bytes:
    """Return the MIME headers and both parts, quoted-printable."""
    body = EmailMessage(SMTP.clone(max_line_length=LINE))
    body.set_content(content.text, cte="quoted-printable")
    body.make_alternative(boundary)
    body.add_alternative(content.html, subtype="html", cte="quoted-printable")
    for part in body.iter_parts():
        part["Content-Language"] = content.locale
    return body.as_bytes().replace(b"\r\nFrom ", b"\r\n=46=\r\nrom ")  # which a mailbox file would quote, or cut there


def _boundary(content: Content) -> str:
    """Return a boundary never found in quoted-printable, which has no `=_`; the same at every attempt."""
    digest = hashlib.sha256("\0".join((content.subject, content.text, content.html)).encode())
    return f"=_{digest.hexdigest()[:32]}"


def _split_at_placeholders(part: bytes, names: Collection[str]) -> list[bytes | str]:
    """Cut a quoted-printable part at the placeholders called `names`: bytes, name, bytes, name … bytes.

    The encoder may have broken a line inside a placeholder. A URL gets lines of its own, ended by soft breaks.
    """
    if not names:
        return [part]
    optional_break = "(?:=\r\n)?"
    tokens = [optional_break.join(map(re.escape, f"@@{name}@@")) for name in names]
    pieces = re.split(f"({'|'.join(tokens)})".encode(), part)
    split: list[bytes | str] = [pieces[0]]
    for token, following in zip(pieces[1::2], pieces[2::2], strict=True):
        split += [token.replace(SOFT_BREAK, b"").decode().strip("@"), following]
    return split


def _filled(pieces: list[bytes | str], values: Mapping[str, bytes]) -> list[bytes]:
    return [piece if isinstance(piece, bytes) else values[piece] for piece in pieces]


def _quoted_printable(value: str) -> bytes:
    """Return `value` on lines of its own, wherever on a line its placeholder is."""
    return SOFT_BREAK + b2a_qp(value.encode()).replace(b"\n", b"\r\n") + SOFT_BREAK

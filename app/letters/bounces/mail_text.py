"""The texts in a mail, whatever its headers and parts are encoded in; malformed ones are read as well as can be."""

from __future__ import annotations

import re
from email.header import decode_header
from email.message import Message

LONGEST_LINE = 500  # characters of an answer that are kept
# Looked for from where a word begins only, or else a long one without @ is read once for each of its characters.
EMAIL = re.compile(r"(?<![^\s<>:;,()\[\]\"'=])[^\s<>:;,()\[\]\"'=]+@[^\s<>:;,()\[\]\"']+")


def header(message: Message, name: str, default: str = "") -> str:
    """Return a header's words without RFC 2047's encoding; bytes that say nothing of theirs are taken for UTF-8."""
    value = message.get(name, default)
    try:
        pieces = decode_header(value)
    except (LookupError, ValueError):  # HeaderParseError is a ValueError
        return str(value)
    return "".join(_decode(piece, charset) for piece, charset in pieces)


def one_line(text: str) -> str:
    """Return the beginning of a text in one printable line."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:LONGEST_LINE]


def text_of(part: Message) -> str:
    """Return the text of a part, its lines ended by `\\n`."""
    data = part.get_payload(decode=True)
    text = _decode(data, part.get_content_charset()) if isinstance(data, bytes) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_emails(text: str) -> set[str]:
    """Return the e-mail addresses in a text, in lower case."""
    return {found.rstrip(".").lower() for found in EMAIL.findall(text)}


def _decode(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode(charset or "utf-8", "replace")
    except LookupError:  # a charset that does not exist
        return data.decode("utf-8", "replace")

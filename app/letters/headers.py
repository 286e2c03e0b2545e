"""Texts and addresses as header fields: RFC 5322 quoting, RFC 2047 encoding, nothing that could start a new field."""

from __future__ import annotations

import re
from base64 import b64encode
from email.header import Header
from email.utils import formataddr, unquote

from email_validator import EmailNotValidError, validate_email

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.:\[\]-]+")  # printable ASCII, no space, no angle bracket
URL = re.compile(r"[!-;=?-~]{1,900}")  # a header line has at most 998 bytes
LONGEST_PLAIN = 200  # characters; anything longer is folded into encoded words
WIDTH = 76
ONE_WORD = 45  # bytes that fit into one encoded word of 75 characters, in base 64


class BadAddressError(ValueError):
    """An address that cannot stand in a header or an envelope."""


def one_line(text: str) -> str:
    """`text` without line breaks or other control characters, each run of them made one space."""
    return CONTROLS.sub(" ", text).strip()


def encode_text(text: str, field: str) -> str:
    """`text` as the value of the header called `field`: as it is when plain, else in encoded words (RFC 2047)."""
    line = one_line(text)
    if line.isascii() and len(line) <= LONGEST_PLAIN and "=?" not in line:
        return line
    return _encoded_words(line, field)


def encode_mailbox(name: str, address: str, field: str) -> str:
    """`name <address>` as a header value, from which a reader gets exactly that name. Raises BadAddressError."""
    address = address_for_relay(address)
    line = one_line(name)
    if not line:
        return address
    if line.isascii() and len(line) <= LONGEST_PLAIN and "=?" not in line:
        return formataddr((line, address))
    return f"{_encoded_words(line, field)} <{address}>"


def encode_list_id(list_id: str) -> str:
    """`Name <bulletins.example.org>`, or the identifier alone, as the value of List-Id (RFC 2919)."""
    name, identifier = split_mailbox(list_id)
    return f"{encode_text(name, 'List-Id')} <{one_line(identifier)}>".lstrip()


def encode_url(url: str) -> str:
    """`url` as a header holds it, in angle brackets. Raises ValueError when it is too long or not plain ASCII."""
    if not URL.fullmatch(url):
        raise ValueError(f"no header can hold the address {url!r}")
    return f"<{url}>"


def address_for_relay(address: str) -> str:
    """`address` in plain ASCII, a domain of another script in its IDNA form. Raises BadAddressError.

    What stands before the @ must be ASCII itself: few relays take anything else (RFC 6531).
    """
    if not address.isascii():
        address = _ascii_address(address)
    if not ADDRESS.fullmatch(address):
        raise BadAddressError(f"{address!r} is not an address that a relay takes")
    return address


def _ascii_address(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).ascii_email or address
    except EmailNotValidError as error:
        raise BadAddressError(f"{address!r}: {error}") from error


def split_mailbox(mailbox: str) -> tuple[str, str]:
    """`Name <address>`, as somebody writes it into a setting, quotes and commas or not, as (name, address)."""
    name, angle, address = mailbox.strip().rpartition("<")
    return (unquote(name.strip()), address.rstrip("> ")) if angle else ("", mailbox.strip())


def domain_of(mailbox: str) -> str:
    """The domain of the address in `mailbox`."""
    return split_mailbox(mailbox)[1].rpartition("@")[2]


def _encoded_words(line: str, field: str) -> str:
    data = line.encode()
    if len(data) <= ONE_WORD:  # most names: a tenth of the time of what follows
        return f"=?utf-8?b?{b64encode(data).decode('ascii')}?="
    return Header(line, "utf-8", maxlinelen=WIDTH, header_name=field).encode(linesep="\r\n")

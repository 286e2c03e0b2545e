"""Quoted-printable (RFC 2045 §6.7), in pieces: lines of at most 76 characters, ended by CRLF.

No line begins with a dot: that is how SMTP ends a letter, so nothing in a text can end it early, nor has anything to be
escaped on the way.
"""

from __future__ import annotations

import re
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"
LEADING_DOTS = re.compile(rb"^\.+", re.MULTILINE)


def encode(text: str) -> bytes:
    """`text` encoded; its line breaks, of whatever kind, become CRLF, and no line begins with a dot."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = b2a_qp(lines.encode("utf-8", "replace"), istext=True)
    return LEADING_DOTS.sub(_encode_dots, encoded).replace(b"\n", b"\r\n")


def _encode_dots(dots: re.Match[bytes]) -> bytes:
    return b"=2E=\n" * len(dots[0])

"""Quoted-printable, in pieces."""

from __future__ import annotations

from quopri import decodestring

from hypothesis import example, given
from hypothesis import strategies as st

from app.letters.quoted_printable import encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS)
@example(".\n..\n" + "." * 200)
@example("fin de ligne avec blanc \n\tet tabulation\t\n ")
@example("x" * 75 + "." * 5)
@example("une ligne\r\nune autre\rune autre encore")
def test_a_text_comes_back(text: str) -> None:
    assert decodestring(encode(text)).decode().replace("\r\n", "\n") == plain(text)


@given(TEXTS)
@example("=" * 300)
@example("é" * 300)
@example("." * 300)
def test_every_line_is_short_plain_and_does_not_begin_with_a_dot(text: str) -> None:
    encoded = encode(text)
    assert encoded.isascii()
    for line in encoded.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert not line.endswith((b" ", b"\t"))
        assert b"\n" not in line
        assert b"\r" not in line

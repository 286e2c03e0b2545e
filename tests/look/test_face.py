"""The face has every letter that our texts are made of, and its files name each other."""

from __future__ import annotations

from fontTools.ttLib import TTFont

from app.assets import FACE
from tests.architecture.test_languages import forms, messages
from tests.look.face import FOLDER

FRENCH = "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»’…€°–—\u00a0\u202f←→"


def test_it_has_what_french_needs_and_all_our_texts() -> None:
    known = {chr(code) for code in TTFont(FOLDER.parent / FACE).getBestCmap()}
    texts = "".join(text for message in messages() for text in (*forms(message.id), *forms(message.string)))
    letters = {character for character in texts + FRENCH if character.isalpha() or character in FRENCH}
    assert letters - known == set()


def test_it_is_light_and_the_style_sheet_names_it() -> None:
    path = FOLDER.parent / FACE
    assert [each.name for each in FOLDER.glob("*.woff2")] == [path.name]
    assert path.stat().st_size <= 40_000
    assert path.name in (FOLDER.parent / "theme-neutral.css").read_text()

"""What is typed or pasted becomes what is stored: line breaks of every kind, no control character."""

from __future__ import annotations

import pytest

from app.text_cleaning import clean_text

LINE_BREAKS = ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=map(ascii, LINE_BREAKS))
def test_every_line_break_is_one(line_break: str) -> None:
    assert clean_text(f"un{line_break}deux{line_break * 2}trois{line_break}") == "un\ndeux\n\ntrois"


def test_control_characters_go_and_tabs_stay() -> None:
    assert clean_text(" a\0\x07b\tc\ud800\x9f ") == "ab\tc"


def test_nothing_is_nothing() -> None:
    assert clean_text(None) == clean_text(" \u2028\x85") == ""

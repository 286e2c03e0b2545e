"""What is typed or pasted becomes what is stored: line breaks of every kind, no control character."""

from __future__ import annotations

import pytest

from app.text_cleaning import can_be_seen, clean_line, clean_text, strip_unseen

LINE_BREAKS = ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=map(ascii, LINE_BREAKS))
def test_every_line_break_is_one(line_break: str) -> None:
    assert clean_text(f"un{line_break}deux{line_break * 2}trois{line_break}") == "un\ndeux\n\ntrois"


def test_control_characters_go_and_tabs_stay() -> None:
    assert clean_text(" a\0\x07b\tc\ud800\x9f ") == "ab\tc"


def test_nothing_is_nothing() -> None:
    assert clean_text(None) == clean_text(" \u2028\x85") == ""


@pytest.mark.parametrize(
    "blank",
    [
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u200e\u200f",
        "\u202e \u202c",
        "\u200d",
        "\u3164",
        "\u2800",
        "\ufe0f",
        "\u034f\u180e",
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_nothing(blank: str) -> None:
    assert clean_text(blank) == clean_text(f" \n{blank}\t") == ""
    assert not can_be_seen(blank)


@pytest.mark.parametrize(
    "seen",
    [
        "👩\u200d💻",
        "❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "\u2067שלום\u2069",
        "co\u00adopération",
        "·",
        "한국어",
    ],
    ids=ascii,
)
def test_invisible_signs_within_a_text_stay(seen: str) -> None:
    assert clean_text(f" {seen}\n") == seen


def test_a_line_has_nothing_that_nobody_sees_but_what_joins_signs() -> None:
    assert clean_line("\u202a Ada\u00a0\u200b\n\u202eLove\u00adlace\u202c ") == "Ada Lovelace"
    shaped = "می\u200cخواهم 👩\u200d🌾 \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert clean_line(shaped) == shaped


def test_what_is_copied_loses_what_nobody_sees_at_its_ends_and_nothing_within() -> None:
    assert strip_unseen("\u202a\u00a0\ufeff a\u200bb\0 c\u202c\n") == "a\u200bb\0 c"
    assert strip_unseen(" \u200b") == ""

"""The envelope sender of a letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.letters.verp import envelope_sender, find_letter_id

SECRET = "a secret of this instance"


@given(st.integers(1, 2**60))
def test_a_bounce_finds_its_letter(letter_id: int) -> None:
    assert find_letter_id(envelope_sender(letter_id, SECRET, "bulletins.example"), SECRET) == letter_id


def test_a_letter_signed_with_an_earlier_secret_is_found() -> None:
    address = envelope_sender(12, SECRET, "bulletins.example")
    assert find_letter_id(address, "the secret of today", "one between", SECRET) == 12
    assert find_letter_id(address, "the secret of today") is None
    assert find_letter_id(address) is None


def test_the_case_of_the_address_does_not_matter() -> None:
    assert find_letter_id(envelope_sender(12, SECRET, "bulletins.example").upper(), SECRET) == 12


def test_it_is_short_enough_for_any_relay() -> None:
    local_part = envelope_sender(10**17, SECRET, "bulletins.example").partition("@")[0]
    assert len(local_part) <= 64  # RFC 5321 §4.5.3.1.1


@pytest.mark.parametrize(
    "address",
    [
        envelope_sender(12, "another instance", "bulletins.example"),
        envelope_sender(12, SECRET, "bulletins.example").replace("+12.", "+13."),
        envelope_sender(12, SECRET, "bulletins.example").replace("+12.", "+012."),
        "bounces+12.@bulletins.example",
        "bounces+twelve.aaaaaaaaaaaaaaaa@bulletins.example",
        "bounces@bulletins.example",
        "",
    ],
)
def test_a_forged_or_cut_address_finds_nothing(address: str) -> None:
    assert find_letter_id(address, SECRET) is None


@given(st.text())
def test_whatever_comes_is_no_trouble(address: str) -> None:
    assert find_letter_id(address, SECRET) is None

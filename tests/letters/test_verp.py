"""The envelope sender of a letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.letters.verp import NamedLetter, envelope_sender, find_named_letter

SECRET = "a secret of this instance"
CREATED_AT = datetime(2026, 11, 13, 14, 5, 0, 250_000, tzinfo=UTC)
NAMED = NamedLetter(12, 1_794_578_700)
ADDRESS = envelope_sender(12, CREATED_AT, SECRET, "bulletins.example")
OLD_ADDRESS = "bounces+12.aywy4dgnnmssrkmj@bulletins.example"  # as version 0.2 made them


@given(st.integers(1, 2**60), st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_bounce_finds_its_letter(letter_id: int, created_at: datetime) -> None:
    found = find_named_letter(envelope_sender(letter_id, created_at, SECRET, "bulletins.example"), SECRET)
    assert found
    assert found.id == letter_id
    assert found.is_created_at(created_at)


def test_a_letter_that_got_the_id_later_is_another() -> None:
    found = find_named_letter(ADDRESS, SECRET)
    assert found == NAMED
    assert found.is_created_at(CREATED_AT)
    assert not found.is_created_at(CREATED_AT + timedelta(seconds=1))


def test_the_address_of_an_old_letter_still_finds_it() -> None:
    found = find_named_letter(OLD_ADDRESS, SECRET)
    assert found == NamedLetter(12, None)
    assert found.is_created_at(CREATED_AT)


def test_a_letter_signed_with_an_earlier_secret_is_found() -> None:
    assert find_named_letter(ADDRESS, "the secret of today", "one between", SECRET) == NAMED
    assert find_named_letter(ADDRESS, "the secret of today") is None
    assert find_named_letter(ADDRESS) is None


def test_the_case_of_the_address_does_not_matter() -> None:
    assert find_named_letter(ADDRESS.upper(), SECRET) == NAMED


def test_it_is_short_enough_for_any_relay() -> None:
    local_part = envelope_sender(10**17, CREATED_AT, SECRET, "bulletins.example").partition("@")[0]
    assert len(local_part) <= 64  # RFC 5321 §4.5.3.1.1


@pytest.mark.parametrize(
    "address",
    [
        envelope_sender(12, CREATED_AT, "another instance", "bulletins.example"),
        ADDRESS.replace("+12.", "+13."),
        ADDRESS.replace("+12.", "+012."),
        ADDRESS.replace(".1794578700.", ".1794578701."),
        ADDRESS.replace(".1794578700.", "."),
        OLD_ADDRESS.replace("+12.", "+12.1794578700."),
        "bounces+12.@bulletins.example",
        "bounces+12..aaaaaaaaaaaaaaaa@bulletins.example",
        "bounces+twelve.aaaaaaaaaaaaaaaa@bulletins.example",
        "bounces@bulletins.example",
        "",
    ],
)
def test_a_forged_or_cut_address_finds_nothing(address: str) -> None:
    assert find_named_letter(address, SECRET) is None


@given(st.text())
def test_whatever_comes_is_no_trouble(address: str) -> None:
    assert find_named_letter(address, SECRET) is None

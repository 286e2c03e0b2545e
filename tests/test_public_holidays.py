"""Public holidays in France and its parts, as the State lists them; and elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from app.public_holidays import is_known, public_holidays

# https://calendrier.api.gouv.fr/jours-feries/metropole/2026.json
MAINLAND_2026 = {
    *(date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)),
    *(date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25)),
}
GOOD_FRIDAY, SAINT_STEPHEN = date(2026, 4, 3), date(2026, 12, 26)


@pytest.mark.parametrize("code", ["FR", "FR-75", "FR-2A", "FR-59", "FR-975", "PM"])
def test_all_of_france_has_eleven(code: str) -> None:
    assert is_known(code)
    assert public_holidays(code, 2026) == MAINLAND_2026


@pytest.mark.parametrize("code", ["FR-57", "FR-67", "FR-68", "FR-6AE"])
def test_alsace_and_moselle_have_two_more(code: str) -> None:
    assert is_known(code)
    assert public_holidays(code, 2026) == MAINLAND_2026 | {GOOD_FRIDAY, SAINT_STEPHEN}


@pytest.mark.parametrize(
    ("codes", "abolition"),
    [
        (("FR-971", "FR-GP", "GP"), date(2026, 5, 27)),
        (("FR-972", "FR-MQ", "MQ"), date(2026, 5, 22)),
        (("FR-973", "FR-GF", "GF"), date(2026, 6, 10)),
        (("FR-974", "FR-RE", "RE"), date(2026, 12, 20)),
        (("FR-976", "FR-YT", "YT"), date(2026, 4, 27)),
        (("FR-977", "FR-BL", "BL"), date(2026, 10, 9)),
        (("FR-978", "FR-MF", "MF"), date(2026, 5, 28)),
    ],
)
def test_overseas_the_state_lists_the_abolition_of_slavery_and_no_custom(
    codes: tuple[str, ...], abolition: date
) -> None:
    for code in codes:
        assert is_known(code)
        assert public_holidays(code, 2026) == MAINLAND_2026 | {abolition}


@pytest.mark.parametrize(
    ("code", "day"), [("NC", date(2026, 9, 24)), ("FR-987", date(2026, 3, 5)), ("WF", date(2026, 7, 29))]
)
def test_self_governed_territories_have_days_of_their_own(code: str, day: date) -> None:
    assert is_known(code)
    assert MAINLAND_2026 | {day} <= public_holidays(code, 2026)


def test_parts_of_other_countries_are_known_too() -> None:
    epiphany = date(2026, 1, 6)
    assert is_known("DE-BY")
    assert epiphany in public_holidays("DE-BY", 2026) - public_holidays("DE", 2026)


@pytest.mark.parametrize("code", ["XX", "FRA", "FR-", "FR-20", "FR-99", "FR-ZONE A", "DE-XX", "XX-57", "", "57"])
def test_what_is_no_country_is_not_known(code: str) -> None:
    assert not is_known(code)


def test_no_country_has_no_holiday() -> None:
    assert public_holidays(None, 2026) == frozenset()

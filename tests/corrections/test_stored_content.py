"""A stored digest knows its bulletins by their words alone: whose is changed where several say the same."""

from __future__ import annotations

from datetime import date

import pytest

from app.bulletins.moods import Mood
from app.corrections.stored_content import BulletinChange, BulletinTexts, change_content
from app.digests.composition import BulletinContent, CallContent, DigestContent
from app.weeks import Week

W10 = Week.parse("2019-W10")
FRIDAY = date(2019, 3, 8)
RAS = BulletinTexts("RAS", "RAS", "Qui aide ?", date(2019, 3, 12), "Comité")
GONE = BulletinTexts("Retiré.", "")


def told(team: str, week: str = "2019-W10") -> BulletinContent:
    """A bulletin that says RAS."""
    return {
        "team": team,
        "week": week,
        "mood": "good",
        "priorities": "RAS",
        "ups_and_downs": "RAS",
        "help": "Qui aide ?",
        "late": week != "2019-W10",
    }


def digest(*teams: str, calls: tuple[CallContent, ...] = ()) -> DigestContent:
    return {
        "bulletins": [told(team) for team in teams],
        "help_requests": list(calls),
        "key_dates": [{"team": team, "date": "2019-03-12", "text": "Comité"} for team in teams],
        "teams": {"expected": 2, "wrote": 2, "paused": 0, "silent": 0},
    }


def withdrawal(team: str = "Jachère", called_on: date = FRIDAY, week: Week = W10) -> BulletinChange:
    return BulletinChange(team, frozenset({"Brancard"}), week, Mood.GOOD, RAS, GONE, "", called_on)


def said(content: DigestContent | None) -> dict[str, str]:
    assert content
    return {entry["team"]: entry["priorities"] for entry in content["bulletins"]}


@pytest.mark.parametrize("other", ["Brancard", "Friche"])  # which nobody is called today
@pytest.mark.parametrize("place", [0, 1])
def test_of_two_teams_that_say_the_same_it_is_the_one_of_that_name(other: str, place: int) -> None:
    order = ["Jachère", "Jachère"]
    order[place] = other
    changed = change_content(digest(*order), withdrawal(), FRIDAY)
    assert said(changed) == {"Jachère": "Retiré.", other: "RAS"}
    assert changed
    assert [entry["team"] for entry in changed["key_dates"]] == [other]


def test_a_team_that_was_renamed_is_known_by_a_name_that_nobody_has() -> None:
    assert said(change_content(digest("Brancard", "Friche"), withdrawal(), FRIDAY))["Friche"] == "Retiré."


def test_the_name_that_it_had_then_is_its_own_whoever_has_it_now() -> None:
    assert said(change_content(digest("Brancard"), withdrawal("Brancard"), FRIDAY)) == {"Brancard": "Retiré."}


def test_what_only_another_team_says_is_not_changed() -> None:
    assert change_content(digest("Brancard"), withdrawal(), FRIDAY) is None
    assert change_content(digest("Jachère"), withdrawal(week=W10.next), FRIDAY) == {
        **digest("Jachère"),
        "key_dates": [],
    }


@pytest.mark.parametrize(("called_on", "left"), [(date(2019, 3, 6), 16), (date(2019, 2, 20), 2)])
def test_of_two_calls_in_the_same_words_it_is_the_one_of_that_age(called_on: date, left: int) -> None:
    calls: tuple[CallContent, ...] = (
        {"team": "Jachère", "text": "Qui aide ?", "age_days": 2},
        {"team": "Jachère", "text": "Qui aide ?", "age_days": 16},
    )
    changed = change_content(digest("Jachère", calls=calls), withdrawal(called_on=called_on), FRIDAY)
    assert changed
    assert [call["age_days"] for call in changed["help_requests"]] == [left]


def test_a_corrected_bulletin_has_a_notice_only_while_it_is_corrected() -> None:
    right = BulletinTexts("Semer", "RAS", "Qui aide ?", date(2019, 3, 9), "Comité")
    change = BulletinChange("Jachère", frozenset(), W10, Mood.GOOD, RAS, right, "Corrigé.")
    corrected = change_content(digest("Jachère", "Brancard"), change, FRIDAY)
    assert corrected
    assert corrected["bulletins"][0].get("notice") == "Corrigé."
    assert [entry["date"] for entry in corrected["key_dates"]] == ["2019-03-09", "2019-03-12"]
    withdrawn = BulletinChange("Jachère", frozenset(), W10, Mood.GOOD, right, GONE, "")
    after = change_content(corrected, withdrawn, FRIDAY)
    assert after
    assert "notice" not in after["bulletins"][0]

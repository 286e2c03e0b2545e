"""The rules of advice, on values alone."""

from __future__ import annotations

import pytest

from app.advice.proposals import PROPOSALS
from app.advice.rules import (
    ADVICE_LIMIT,
    Occasion,
    is_shown,
    is_web_link,
    lacks_time_to_open,
    link_host,
    programme_week,
    told_total,
    urgency,
)
from app.records.values import Opening, TeamRecord
from app.records.vocabulary import ClosedReason, OpeningKind, OpeningStatus
from app.weeks import Week

CODE, TIME = OpeningKind.SOURCE_CODE, ClosedReason.TIME


def test_the_first_week_of_a_promotion_is_week_1_over_a_new_year() -> None:
    first = Week.parse("2026-W53")
    assert [programme_week(first, first + ahead) for ahead in (0, 1, 11)] == [1, 2, 12]


@pytest.mark.parametrize(("current", "shown"), [(11, False), (12, True), (13, True), (40, True)])
def test_advice_of_a_week_is_shown_from_that_week_on(current: int, shown: bool) -> None:
    assert is_shown(Occasion.WEEK, 12, current, ()) is shown


def test_advice_of_an_event_is_shown_where_it_holds_whatever_the_week() -> None:
    assert is_shown(Occasion.FIRST_CALL, None, 1, {Occasion.FIRST_CALL})
    assert not is_shown(Occasion.FIRST_CALL, None, 44, {Occasion.CODE_NOT_OPENED})


def test_what_is_about_this_team_comes_first_then_the_latest_week() -> None:
    told = [(Occasion.WEEK, 4), (Occasion.FIRST_CALL, None), (Occasion.WEEK, 20)]
    assert sorted(told, key=lambda each: urgency(*each)) == [told[1], told[2], told[0]]


def record(*openings: Opening) -> TeamRecord:
    return TeamRecord(openings=openings)


WANTS_TIME = record(Opening(CODE, OpeningStatus.NO, reason=TIME))
OPENED = record(Opening(CODE, OpeningStatus.OPEN))


@pytest.mark.parametrize(
    ("records", "lacks"),
    [
        ({}, False),
        ({"mid": TeamRecord()}, False),
        ({"mid": WANTS_TIME}, True),
        ({"mid": record(Opening(CODE, OpeningStatus.NO, reason=ClosedReason.SECRET))}, False),
        ({"mid": record(Opening(CODE, OpeningStatus.NO))}, False),
        ({"mid": record(Opening(OpeningKind.DATA_SET, OpeningStatus.NO, reason=TIME))}, False),
        ({"mid": record(*WANTS_TIME.openings or (), *OPENED.openings or ())}, False),
        ({"end": OPENED, "mid": WANTS_TIME}, False),
        ({"end": WANTS_TIME, "mid": OPENED}, True),
        ({"after-6": WANTS_TIME, "after-16": OPENED}, False),
    ],
)
def test_the_latest_record_says_whether_time_was_short(records: dict[str, TeamRecord], lacks: bool) -> None:
    assert lacks_time_to_open(records) is lacks


@pytest.mark.parametrize(
    "link", ["https://code.gouv.fr/", "http://a.example", "https://é.example/ç?q=a#b", "https://a:8000/x"]
)
def test_a_page_of_the_web_is_a_link(link: str) -> None:
    assert is_web_link(link)


@pytest.mark.parametrize(
    "link",
    [
        *(
            "",
            "code.gouv.fr",
            "//code.gouv.fr",
            "https:",
            "https://",
            "https:///path",
            "ftp://a.example",
            "mailto:a@b.example",
        ),
        *("javascript:alert(1)", "JavaScript://a.example/%0aalert(1)", "data:text/html,x", "/promotion-3/advice"),
        *("https://gouv.fr@evil.example/", "https://a.example/x y", "https://a.example\\@b.example", "https://[::1"),
        *("https://a.example/\u202egnp", 'https://a.example/"x', "https://a.example/<b>"),
    ],
)
def test_anything_else_is_none(link: str) -> None:
    assert not is_web_link(link)


def test_a_link_is_named_by_its_host() -> None:
    assert link_host("https://www.data.gouv.fr/fr/datasets") == "data.gouv.fr"


@pytest.mark.parametrize(
    ("set_aside", "readers", "told"),
    [
        (0, 40, None),
        (4, 40, None),
        (5, 40, 5),
        (9, 40, 5),
        (10, 40, 10),
        (40, 40, 35),
        (9, 9, None),
        (10, 10, 5),
        (7, 3, None),
    ],
)
def test_totals_are_told_in_fives_and_never_nearly_all(set_aside: int, readers: int, told: int | None) -> None:
    assert told_total(set_aside, readers) == told


def test_what_is_proposed_could_have_been_typed() -> None:
    assert len({proposal.key for proposal in PROPOSALS}) == len(PROPOSALS)
    for proposal in PROPOSALS:
        assert (proposal.week is None) is (proposal.occasion is not Occasion.WEEK)
        assert not proposal.url or is_web_link(proposal.url)
        for locale in ("fr", "en"):
            assert 0 < len(proposal.text(locale)) <= ADVICE_LIMIT

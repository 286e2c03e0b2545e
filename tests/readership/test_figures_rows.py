"""From the rows in the database to published figures, rule by rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.database import db
from app.digests.models import Exclusion
from app.readership.figures.formats import as_json
from app.readership.figures.reports import (
    Absence,
    NoFiguresError,
    figures_by_month,
    month_figures,
    promotion_figures,
)
from app.readership.models import Origin
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.weeks import Week, weeks_between
from tests.builders import make_digest, make_member, make_promotion, make_read_mark
from tests.fixtures.database import OnEngine

FEBRUARY, MARCH, APRIL = date(2019, 2, 1), date(2019, 3, 1), date(2019, 4, 1)
IN_MAY = datetime(2019, 5, 20, 10, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


def make_members(promotion: Promotion, number: int, **values: Any) -> list[Membership]:
    return [make_member(promotion, **values) for _ in range(number)]


def json_of(promotion: Promotion, month: date | None = None, now: datetime = IN_MAY) -> dict[str, Any]:
    figures = month_figures(promotion, month, now) if month else promotion_figures(promotion, now)
    return as_json(figures)


def test_the_eig_3_situation() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 32)
    february, march = make_digest(promotion, "2019-W06"), make_digest(promotion, "2019-W10")
    for digest, readers in ((february, eigs[:26]), (march, eigs[7:])):
        for eig in readers:
            make_read_mark(digest, eig)
    floors = [figures.groups["eig"].floor for figures in figures_by_month(promotion, IN_MAY)]
    assert floors == [26 / 32, 25 / 32]
    assert [figures.groups["eig"].proven for figures in figures_by_month(promotion, IN_MAY)] == [True, False]
    whole = json_of(promotion)
    assert (whole["month"], whole["groups"]["eig"]["eligible"], whole["groups"]["eig"]["readers"]) == (None, 32, 19)


def test_the_unsubscribed_and_the_bounced_are_eligible() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    excluded = dict.fromkeys(eigs[:3], Exclusion.UNSUBSCRIBED) | dict.fromkeys(eigs[3:6], Exclusion.SUPPRESSED)
    digest = make_digest(promotion, "2019-W10", exclusions=excluded)
    for eig in eigs[:6]:
        make_read_mark(digest, eig)
    assert json_of(promotion, MARCH)["groups"]["eig"]["eligible"] == 12
    assert json_of(promotion, MARCH)["groups"]["eig"]["readers"] == 6


def test_an_empty_digest_is_outside_all_figures() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    published = make_digest(promotion, "2019-W10")
    make_digest(promotion, "2019-W11", empty=True)
    for eig in eigs[:6]:
        make_read_mark(published, eig)
    assert json_of(promotion, MARCH)["groups"]["eig"]["frequency"] == {
        "weekly": 6,
        "twice": None,
        "once": None,
        "none": 6,
    }


def test_an_open_month_stands_as_it_stood_last_midnight() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:6]:
        make_read_mark(digest, eig, day=date(2019, 3, 11))
    before_midnight = datetime(2019, 3, 11, 22, 59, tzinfo=UTC)  # in Paris 23:59
    open_month = json_of(promotion, MARCH, before_midnight)
    assert (open_month["frozen"], open_month["groups"]["eig"]["readers"]) == (False, None)
    assert json_of(promotion, MARCH, before_midnight + timedelta(minutes=1))["groups"]["eig"]["readers"] == 6


def test_a_month_is_frozen_seven_days_after_its_end() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    digest = make_digest(promotion, "2019-W10")
    for day, eig in zip([date(2019, 4, 7)] * 6 + [date(2019, 4, 8)] * 6, eigs, strict=True):
        make_read_mark(digest, eig, day=day)
    assert not json_of(promotion, MARCH, datetime(2019, 4, 7, 21, 59, tzinfo=UTC))["frozen"]
    frozen = json_of(promotion, MARCH, datetime(2019, 4, 7, 22, 0, tzinfo=UTC))  # midnight in Paris
    assert (frozen["frozen"], frozen["groups"]["eig"]["readers"]) == (True, 6)
    assert json_of(promotion, MARCH, IN_MAY) == frozen


MONTH_OF_FOUR = ("2019-W10", "2019-W11", "2019-W12", "2019-W13")


def eligible(promotion: Promotion) -> dict[str, int]:
    groups = json_of(promotion, MARCH)["groups"]
    return {group: groups[group]["eligible"] for group in ("eig", "mentor")}


@pytest.mark.parametrize(("week", "change"), [(1, "left"), (3, "left"), (1, "joined"), (3, "joined")])
def test_a_member_who_joined_or_left_within_a_month_that_was_never_shown_is_not_eligible(
    week: int, change: str
) -> None:
    promotion = make_promotion()
    make_members(promotion, 2)
    day = Week.parse(MONTH_OF_FOUR[week]).monday
    make_member(promotion, **({"left_on": day} if change == "left" else {"joined_on": day}))
    for each in MONTH_OF_FOUR:
        make_digest(promotion, each)
    assert eligible(promotion) == {"eig": 2, "mentor": 0}


@pytest.mark.parametrize(
    ("role", "counts"),
    [(Role.MENTOR, {"eig": 2, "mentor": 1}), (Role.COORDINATOR, {"eig": 2, "mentor": 0})],
)
def test_a_member_who_changed_part_counts_in_the_one_at_the_last_digest(role: Role, counts: dict[str, int]) -> None:
    promotion = make_promotion()
    *_, changing = make_members(promotion, 3)
    for number, week in enumerate(MONTH_OF_FOUR):
        if number == 2:
            changing.role = role
            db.session.commit()
        make_digest(promotion, week)
    assert eligible(promotion) == counts


def test_a_digest_issued_after_last_midnight_is_left_out() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    first = make_digest(promotion, "2019-W10")
    for eig in eigs[:6]:
        make_read_mark(first, eig)
    second = make_digest(promotion, "2019-W11")
    make_read_mark(second, eigs[0])
    that_evening = datetime(2019, 3, 15, 20, 0, tzinfo=UTC)
    assert json_of(promotion, MARCH, that_evening)["groups"]["eig"]["frequency"]["weekly"] == 6
    assert json_of(promotion, MARCH, that_evening + timedelta(days=1))["groups"]["eig"]["frequency"]["weekly"] is None


def test_a_member_who_marks_by_hand_is_measurable_in_later_months() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 20)
    february, march = make_digest(promotion, "2019-W06"), make_digest(promotion, "2019-W10")
    for eig in eigs[:10]:
        make_read_mark(february, eig)
    for eig in eigs[10:12]:
        make_read_mark(february, eig, origin=Origin.AUTO)
    for eig in eigs[:5]:
        make_read_mark(march, eig)
    eigs_in_march = json_of(promotion, MARCH)["groups"]["eig"]
    assert (eigs_in_march["readers"], eigs_in_march["coverage"], eigs_in_march["estimate"]) == (5, 0.5, 0.5)


def test_a_promotion_counts_its_complete_months_only() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    march, april = make_digest(promotion, "2019-W10"), make_digest(promotion, "2019-W15")
    for eig in eigs[:6]:
        make_read_mark(march, eig)
        make_read_mark(april, eig)
    in_april = datetime(2019, 4, 20, 10, 0, tzinfo=UTC)
    assert promotion_figures(promotion, in_april).months == (MARCH,)
    assert promotion_figures(promotion, IN_MAY).months == (MARCH, APRIL)
    assert [figures.month for figures in figures_by_month(promotion, in_april)] == [MARCH, APRIL]


def test_a_month_issued_for_the_archive_is_not_held_against_the_promotion() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    make_digest(promotion, "2019-W06", issued_at=IN_MAY)
    march = make_digest(promotion, "2019-W10")
    for eig in eigs[:6]:
        make_read_mark(march, eig)
    assert promotion_figures(promotion, IN_MAY).months == (MARCH,)
    assert json_of(promotion, FEBRUARY)["groups"]["eig"]["readers"] is None


def test_of_an_archive_only_the_number_of_members_can_be_said() -> None:
    promotion = make_promotion()
    eigs = make_members(promotion, 12)
    digest = make_digest(promotion, "2019-W06", issued_at=IN_MAY)
    for eig in eigs:
        make_read_mark(digest, eig)
    group = json_of(promotion)["groups"]["eig"]
    assert (group["eligible"], group["readers"], group["floor"], group["coverage"]) == (12, None, None, None)


@pytest.mark.parametrize(
    ("ends_on", "frozen"), [(date(2019, 4, 30), True), (date(2019, 5, 1), False), (date(2019, 11, 8), False)]
)
def test_a_promotion_is_frozen_with_its_last_month(ends_on: date, frozen: bool) -> None:
    promotion = make_promotion(ends_on=ends_on)
    make_digest(promotion, "2019-W10")
    assert promotion_figures(promotion, IN_MAY).frozen is frozen


@pytest.mark.parametrize(
    ("month", "absence", "words"),
    [
        (date(2019, 6, 1), Absence.FUTURE, "2019-06 is still to come"),
        (date(2018, 12, 1), Absence.BEFORE, "before Promotion 3, which began on 2019-01-07"),
        (date(2019, 5, 1), Absence.AFTER, "after Promotion 3, which ended on 2019-04-26"),
        (FEBRUARY, Absence.NO_DIGEST, "no digest in 2019-02"),
    ],
)
def test_a_month_without_figures_says_why(month: date, absence: Absence, words: str) -> None:
    promotion = make_promotion(ends_on=date(2019, 4, 26))
    make_digest(promotion, "2019-W10")
    with pytest.raises(NoFiguresError, match=words) as refusal:
        month_figures(promotion, month, IN_MAY)
    assert refusal.value.absence is absence


def test_a_promotion_without_digest_says_so() -> None:
    with pytest.raises(NoFiguresError, match="has no digest yet"):
        promotion_figures(make_promotion(), IN_MAY)


def test_a_promotion_without_complete_month_says_when_there_will_be_one() -> None:
    promotion = make_promotion()
    make_digest(promotion, "2019-W10")
    with pytest.raises(NoFiguresError, match=r"2019-03 is after 2019-04-07.*--month 2019-03"):
        promotion_figures(promotion, datetime(2019, 3, 20, tzinfo=UTC))


@pytest.mark.parametrize("months", [1, 5])
def test_the_number_of_queries_does_not_grow(months: int, on_engine: OnEngine) -> None:
    promotion = make_promotion()
    make_members(promotion, 2 * months)
    for week in weeks_between(Week.parse("2019-W02"), Week.parse("2019-W02") + 4 * months):
        make_digest(promotion, week)
    queries: list[str] = []
    db.session.refresh(promotion)
    on_engine("before_cursor_execute", lambda *args: queries.append(args[2]))
    figures_by_month(promotion, IN_MAY)
    promotion_figures(promotion, IN_MAY)
    assert len(queries) == 16

"""The true figures of a month, rule by rule (docs/figures.md)."""

from __future__ import annotations

from datetime import date

import pytest

from app.readership.figures.monthly import (
    CountedMember,
    Frequency,
    Group,
    IssuedDigest,
    MemberMonth,
    MonthRows,
    eligible_members,
    month_counts,
    settling_digests,
)
from app.readership.figures.months import counts_until, is_final, last_day_of, parse_month
from app.readership.survey import Habit

MARCH = date(2019, 3, 1)
UNTIL = date(2019, 4, 7)
WEEKS = {10: date(2019, 3, 8), 11: date(2019, 3, 15), 12: date(2019, 3, 22), 13: date(2019, 3, 29)}
ANA, BEN = 1, 2


def rows(read: int = 0, **changes: object) -> MonthRows:
    """March 2019, four digests, Ana and Ben counted in each as EIGs, of which Ana has read so many."""
    values: dict[str, object] = {
        "until": UNTIL,
        "digests": tuple(IssuedDigest(week, day) for week, day in WEEKS.items()),
        "counted": (CountedMember(ANA, Group.EIG, 4, read), CountedMember(BEN, Group.EIG, 4, 0)),
    }
    return MonthRows(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("read", "digests", "frequency"),
    [
        (0, 1, Frequency.NONE),
        (1, 1, Frequency.WEEKLY),
        (1, 2, Frequency.ONCE),
        (2, 2, Frequency.WEEKLY),
        (0, 4, Frequency.NONE),
        (1, 4, Frequency.ONCE),
        (2, 4, Frequency.TWICE),
        (3, 4, Frequency.TWICE),
        (4, 4, Frequency.WEEKLY),
        (5, 5, Frequency.WEEKLY),
    ],
)
def test_frequency(read: int, digests: int, frequency: Frequency) -> None:
    assert MemberMonth(Group.EIG, read, digests, measurable=True, answer=None).frequency is frequency


def test_a_member_counted_at_every_freeze_is_eligible() -> None:
    assert set(eligible_members(rows())) == {ANA, BEN}


def test_a_member_who_was_not_at_one_freeze_is_not_eligible() -> None:
    counted = (CountedMember(ANA, Group.EIG, 4, 1), CountedMember(BEN, Group.EIG, 3, 1))
    assert set(eligible_members(rows(counted=counted))) == {ANA}


def test_a_member_who_only_coordinates_is_outside_the_figures() -> None:
    assert eligible_members(rows(counted=(CountedMember(ANA, None, 4, 4),))) == {}


def test_a_class_is_about_the_digests_issued_by_the_last_day_that_counts() -> None:
    on_the_last_friday = rows(3, until=date(2019, 3, 28), counted=(CountedMember(ANA, Group.EIG, 3, 3),))
    assert eligible_members(on_the_last_friday)[ANA].frequency is Frequency.WEEKLY


def test_once_figures_were_shown_a_member_needs_the_freezes_before_them_only() -> None:
    counted = (CountedMember(ANA, Group.EIG, 2, 2), CountedMember(BEN, Group.EIG, 1, 1))
    members = eligible_members(rows(settled_on=date(2019, 3, 16), counted=counted))
    assert {who: member.frequency for who, member in members.items()} == {ANA: Frequency.TWICE}


@pytest.mark.parametrize(
    ("until", "settled_on", "digests"),
    [
        (UNTIL, None, [10, 11, 12, 13]),
        (date(2019, 3, 21), None, [10, 11]),
        (date(2019, 3, 7), None, [10, 11, 12, 13]),  # before the first night: who is eligible is known
        (UNTIL, date(2019, 3, 8), [10]),
        (UNTIL, date(2019, 3, 21), [10, 11]),
        (date(2019, 3, 10), date(2019, 3, 21), [10]),
    ],
)
def test_which_digests_settle_whom_a_month_is_about(until: date, settled_on: date | None, digests: list[int]) -> None:
    assert settling_digests(rows().digests, until, settled_on) == digests


@pytest.mark.parametrize(("first", "measurable"), [(date(2019, 2, 1), True), (UNTIL, True), (date(2019, 4, 8), False)])
def test_a_mark_by_hand_makes_a_member_measurable_from_then_on(first: date, measurable: bool) -> None:
    assert eligible_members(rows(first_declared={ANA: first}))[ANA].measurable is measurable


def test_automatic_marking_makes_a_member_measurable() -> None:
    members = eligible_members(rows(automatic={ANA}))
    assert members[ANA].measurable
    assert not members[BEN].measurable


def test_a_reader_is_measurable() -> None:
    assert eligible_members(rows(1))[ANA].measurable


def test_a_tally_counts_classes_and_answers_in_their_order() -> None:
    answers = {ANA: Habit.RARELY}
    tally = month_counts(eligible_members(rows(1, answers=answers)).values())
    assert (tally.eligible, tally.readers, tally.measurable) == (2, 1, 1)
    assert tally.classes == (0, 0, 1, 1)
    assert tally.answers == (0, 0, 0, 1, 0)


@pytest.mark.parametrize(("digests", "absent"), [(1, {1, 2}), (2, {1}), (3, set()), (5, set())])
def test_with_few_digests_some_classes_are_impossible(digests: int, absent: set[int]) -> None:
    members = [MemberMonth(Group.EIG, read, digests, measurable=True, answer=None) for read in range(digests + 1)]
    assert month_counts(members).absent == absent
    assert {number for number, count in enumerate(month_counts(members).classes) if count == 0} == absent


@pytest.mark.parametrize(
    ("month", "last"),
    [(MARCH, date(2019, 3, 31)), (date(2020, 2, 1), date(2020, 2, 29)), (date(2019, 12, 1), date(2019, 12, 31))],
)
def test_the_last_day_of_a_month(month: date, last: date) -> None:
    assert last_day_of(month) == last


@pytest.mark.parametrize(
    ("today", "until", "frozen"),
    [
        (date(2019, 3, 1), date(2019, 2, 28), False),
        (date(2019, 3, 9), date(2019, 3, 8), False),
        (date(2019, 4, 7), date(2019, 4, 6), False),
        (date(2019, 4, 8), UNTIL, True),
        (date(2020, 1, 1), UNTIL, True),
    ],
)
def test_an_open_month_is_as_of_yesterday_and_a_frozen_one_stays(today: date, until: date, frozen: bool) -> None:
    assert counts_until(MARCH, today) == until
    assert is_final(MARCH, today) is frozen


@pytest.mark.parametrize(
    "label", ["2019-13", "2019-00", "2019-3", "2019-W10", "201903", "0000-01", "foo", "", "２０１９-03"]
)
def test_what_is_not_a_month_is_refused_in_words(label: str) -> None:
    with pytest.raises(ValueError, match="is not a month such as 2019-03"):
        parse_month(label)


def test_a_month_is_its_first_day() -> None:
    assert parse_month("2019-03") == MARCH

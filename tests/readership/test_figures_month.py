"""The true figures of a month, rule by rule (docs/figures.md)."""

from __future__ import annotations

from collections.abc import Mapping
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
)
from app.readership.figures.months import counts_until, is_final, last_day_of, parse_month
from app.readership.survey import Habit

MARCH = date(2019, 3, 1)
UNTIL = date(2019, 4, 7)
WEEKS = {10: date(2019, 3, 8), 11: date(2019, 3, 15), 12: date(2019, 3, 22), 13: date(2019, 3, 29)}
ANA, BEN = 1, 2


def rows(marks: Mapping[tuple[int, int], date] | None = None, **changes: object) -> MonthRows:
    """March 2019, four digests, Ana and Ben counted in each as EIGs."""
    marks = marks or {}
    values: dict[str, object] = {
        "until": UNTIL,
        "digests": tuple(IssuedDigest(week, day) for week, day in WEEKS.items()),
        "counted": tuple(
            CountedMember(week, member, Group.EIG, marks.get((week, member))) for week in WEEKS for member in (ANA, BEN)
        ),
    }
    return MonthRows(**(values | changes))  # type: ignore[arg-type]


def counted(*lines: tuple[int, int, Group | None]) -> tuple[CountedMember, ...]:
    return tuple(CountedMember(*line, None) for line in lines)


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


@pytest.mark.parametrize(
    ("day", "frequency"),
    [
        (date(2019, 3, 8), Frequency.ONCE),
        (date(2019, 3, 31), Frequency.ONCE),
        (date(2019, 4, 7), Frequency.ONCE),
        (date(2019, 4, 8), Frequency.NONE),
    ],
)
def test_a_mark_counts_until_seven_days_after_the_month(day: date, frequency: Frequency) -> None:
    assert eligible_members(rows({(10, ANA): day}))[ANA].frequency is frequency


def test_a_member_counted_at_every_freeze_is_eligible() -> None:
    assert set(eligible_members(rows())) == {ANA, BEN}


@pytest.mark.parametrize("missing", WEEKS)
def test_a_member_who_joined_or_left_within_the_month_is_not_eligible(missing: int) -> None:
    there = tuple(line for line in rows().counted if (line.digest, line.membership) != (missing, BEN))
    assert set(eligible_members(rows(counted=there))) == {ANA}


def test_a_member_who_changed_part_counts_in_the_last_one() -> None:
    parts = counted((10, ANA, Group.EIG), (11, ANA, Group.EIG), (12, ANA, Group.MENTOR), (13, ANA, Group.MENTOR))
    assert eligible_members(rows(counted=parts))[ANA].group is Group.MENTOR


def test_a_member_who_only_coordinates_is_outside_the_figures() -> None:
    parts = counted(*((week, ANA, None) for week in WEEKS))
    assert eligible_members(rows(counted=parts)) == {}


def test_a_member_who_became_coordinator_within_the_month_is_outside_the_figures() -> None:
    parts = counted((10, ANA, Group.EIG), (11, ANA, Group.EIG), (12, ANA, Group.EIG), (13, ANA, None))
    assert eligible_members(rows(counted=parts)) == {}


def test_a_digest_issued_after_the_last_day_that_counts_is_left_out() -> None:
    marks = {(week, ANA): day for week, day in WEEKS.items() if week < 13}
    on_the_last_friday = rows(marks, until=date(2019, 3, 28))
    assert eligible_members(on_the_last_friday)[ANA].frequency is Frequency.WEEKLY


def test_before_the_first_night_everybody_is_eligible_and_nobody_has_read() -> None:
    only = {"digests": (IssuedDigest(10, WEEKS[10]),), "until": date(2019, 3, 7)}
    members = eligible_members(rows({(10, ANA): WEEKS[10]}, counted=rows({(10, ANA): WEEKS[10]}).counted[:2], **only))
    assert [member.frequency for member in members.values()] == [Frequency.NONE, Frequency.NONE]


@pytest.mark.parametrize(("first", "measurable"), [(date(2019, 2, 1), True), (UNTIL, True), (date(2019, 4, 8), False)])
def test_a_mark_by_hand_makes_a_member_measurable_from_then_on(first: date, measurable: bool) -> None:
    assert eligible_members(rows(first_declared={ANA: first}))[ANA].measurable is measurable


def test_automatic_marking_makes_a_member_measurable() -> None:
    members = eligible_members(rows(automatic={ANA}))
    assert members[ANA].measurable
    assert not members[BEN].measurable


def test_a_reader_is_measurable() -> None:
    assert eligible_members(rows({(10, ANA): WEEKS[10]}))[ANA].measurable


def test_a_tally_counts_classes_and_answers_in_their_order() -> None:
    answers = {ANA: Habit.RARELY}
    tally = month_counts(eligible_members(rows({(10, ANA): WEEKS[10]}, answers=answers)).values())
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

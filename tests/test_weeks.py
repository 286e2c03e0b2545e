"""The week and its timetable at the boundaries where earlier tools went wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.weeks import ReminderAudience, Timetable, Week, WeekState, WhyOff, weeks_between

PARIS = Timetable(zone=ZoneInfo("Europe/Paris"))
GUADELOUPE = Timetable(zone=ZoneInfo("America/Guadeloupe"), country="GP")

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
weeks = days.map(Week.of)
timetables = st.builds(
    Timetable,
    zone=st.sampled_from(["Europe/Paris", "America/Guadeloupe", "Pacific/Noumea", "Indian/Reunion"]).map(ZoneInfo),
    country=st.sampled_from(["FR", "GP", "BE", None]),
    days_off=st.frozensets(days, max_size=3),
    closing_weekday=st.integers(1, 5),
)


def at(text: str) -> datetime:
    """`2019-03-08T14:04` as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def week(label: str) -> Week:
    return Week.parse(label)


# Labels


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2024, 12, 29), "2024-W52"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2024, 12, 31), "2025-W01"),
        (date(2025, 1, 1), "2025-W01"),
        (date(2025, 1, 5), "2025-W01"),
        (date(2025, 1, 6), "2025-W02"),
        (date(2026, 12, 27), "2026-W52"),
        (date(2026, 12, 28), "2026-W53"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 1), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2018, 2, 12), "2018-W07"),
    ],
)
def test_a_day_belongs_to_one_iso_week(day: date, label: str) -> None:
    assert Week.of(day).label == label
    assert Week.of(day) == week(label)


def test_the_last_and_the_first_day_of_a_year_may_share_one_week_and_one_key() -> None:
    assert Week.of(date(2026, 12, 31)) == Week.of(date(2027, 1, 1))
    assert len({Week.of(date(2026, 12, 31)), Week.of(date(2027, 1, 1))}) == 1


@pytest.mark.parametrize(
    "label",
    [
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-46",
        "2026-W4",
        "2026-W046",
        "2026-w46",
        "foo",
        "",
        "2026-W46 ",
        "2026-W4٣",
    ],
)
def test_what_is_no_week_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Week.parse(label)


@pytest.mark.parametrize("label", ["9999-W52", "0001-W01", "0000-W01", "1899-W52", "2200-W01"])
def test_weeks_near_the_ends_of_the_calendar_are_refused_so_that_neighbours_always_exist(label: str) -> None:
    with pytest.raises(ValueError, match="is not a week"):
        Week.parse(label)


def test_a_week_is_a_monday() -> None:
    with pytest.raises(ValueError, match="not a Monday"):
        Week(date(2026, 11, 10))


@given(weeks)
def test_a_label_reads_back_as_its_week(week: Week) -> None:
    assert Week.parse(week.label) == week
    assert str(week) == week.label


@given(weeks)
def test_next_and_previous_undo_each_other(week: Week) -> None:
    assert week.next.previous == week == week.previous.next
    assert week.next - week == 1
    assert week < week.next
    assert week.label != week.next.label


@given(days)
def test_a_week_holds_its_day(day: date) -> None:
    week = Week.of(day)
    assert week.monday <= day <= week.sunday
    assert week.day(day.isoweekday()) == day


def test_weeks_between_counts_both_ends() -> None:
    labels = [w.label for w in weeks_between(week("2026-W52"), week("2027-W02"))]
    assert labels == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert weeks_between(week("2026-W02"), week("2026-W01")) == []


# Moments, in UTC


@pytest.mark.parametrize(
    ("label", "opens", "closes"),
    [
        ("2018-W12", "2018-03-18T23:00", "2018-03-23T14:00"),  # the last of winter time
        ("2018-W13", "2018-03-25T22:00", "2018-03-30T13:00"),  # the first of summer time
        ("2018-W43", "2018-10-21T22:00", "2018-10-26T13:00"),  # the last of summer time
        ("2018-W44", "2018-10-28T23:00", "2018-11-02T14:00"),  # the first of winter time
        ("2026-W13", "2026-03-22T23:00", "2026-03-27T14:00"),
        ("2026-W14", "2026-03-29T22:00", "2026-04-03T13:00"),
    ],
)
def test_the_hours_stay_those_of_paris_through_both_clock_changes(label: str, opens: str, closes: str) -> None:
    assert PARIS.opens(week(label)) == at(opens)
    assert PARIS.closes(week(label)) == at(closes)
    assert PARIS.digest_due(week(label)) == at(closes) + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        ("2019-03-10T22:59:59", "2019-W10"),
        ("2019-03-10T23:00", "2019-W11"),
        ("2019-03-10T23:30", "2019-W11"),
        ("2019-07-07T21:59:59", "2019-W27"),
        ("2019-07-07T22:00", "2019-W28"),
        ("2026-12-31T23:30", "2026-W53"),
    ],
)
def test_sunday_night_in_utc_is_monday_in_paris(moment: str, label: str) -> None:
    assert PARIS.week_at(at(moment)).label == label


@pytest.mark.parametrize(("moment", "label"), [("2019-03-11T03:59:59", "2019-W10"), ("2019-03-11T04:00", "2019-W11")])
def test_another_zone_has_its_own_monday(moment: str, label: str) -> None:
    assert GUADELOUPE.week_at(at(moment)).label == label


def test_a_promotion_in_another_zone_closes_at_its_own_hour() -> None:
    assert GUADELOUPE.opens(week("2019-W10")) == at("2019-03-04T04:00")
    assert GUADELOUPE.closes(week("2019-W10")) == at("2019-03-08T19:00")
    assert GUADELOUPE.digest_due(week("2019-W27")) == at("2019-07-05T19:05")


def test_a_country_keeps_its_own_holidays() -> None:
    abolition = date(2022, 5, 27)  # a Friday, off in Guadeloupe only
    assert PARIS.closing_day(Week.of(abolition)) == abolition
    assert GUADELOUPE.closing_day(Week.of(abolition)) == date(2022, 5, 26) - timedelta(days=1)  # Thursday is Ascension


def test_closing_reminders_and_digest_move_together_before_a_holiday() -> None:
    holiday = week("2020-W18")  # Friday 1 May 2020
    assert PARIS.closing_day(holiday) == date(2020, 4, 30)
    assert PARIS.closes(holiday) == at("2020-04-30T13:00")
    assert PARIS.digest_due(holiday) == at("2020-04-30T13:05")
    assert [(reminder.at, reminder.audience) for reminder in PARIS.reminders(holiday)] == [
        (at("2020-04-30T08:00"), ReminderAudience.EVERYONE),
        (at("2020-04-30T12:00"), ReminderAudience.NOT_WRITTEN),
        (at("2020-04-30T12:45"), ReminderAudience.NOT_WRITTEN),
    ]
    assert PARIS.month(holiday) == date(2020, 4, 1)


def test_a_declared_day_off_moves_the_closing_too() -> None:
    off = Timetable(zone=PARIS.zone, days_off=frozenset({date(2020, 4, 30), date(2020, 4, 29)}))
    assert off.closing_day(week("2020-W18")) == date(2020, 4, 28)
    only_monday = Timetable(zone=PARIS.zone, days_off=off.days_off | {date(2020, 4, 28)})
    assert only_monday.closing_day(week("2020-W18")) == date(2020, 4, 27)


@pytest.mark.parametrize(
    ("closing_weekday", "closing"), [(1, date(2019, 4, 23)), (2, date(2019, 4, 23)), (3, date(2019, 4, 24))]
)
def test_a_week_that_usually_closes_on_a_holiday_monday_closes_on_its_first_working_day(
    closing_weekday: int, closing: date
) -> None:
    easter = Timetable(zone=PARIS.zone, closing_weekday=closing_weekday)
    assert easter.closing_day(week("2019-W17")) == closing


def test_without_a_country_only_declared_days_are_off() -> None:
    assert Timetable(zone=PARIS.zone, country=None).closing_day(week("2020-W18")) == date(2020, 5, 1)


CLOSED_WEEK = week("2019-W52")
CLOSED = Timetable(zone=PARIS.zone, days_off=frozenset(CLOSED_WEEK.day(weekday) for weekday in range(1, 6)))


def test_a_week_without_a_working_day_has_no_bulletin() -> None:
    assert CLOSED.closes(CLOSED_WEEK) is None
    assert CLOSED.digest_due(CLOSED_WEEK) is None
    assert CLOSED.month(CLOSED_WEEK) is None
    assert CLOSED.reminders(CLOSED_WEEK) == []


@pytest.mark.parametrize("moment", ["2019-12-23T00:00", "2019-12-26T12:00", "2019-12-31T00:00"])
def test_a_week_without_a_working_day_is_never_open_nor_issued(moment: str) -> None:
    assert CLOSED.state(CLOSED_WEEK, at(moment), issued=False) is WeekState.CLOSED
    assert not CLOSED.is_due_automatically(CLOSED_WEEK, at(moment))


def test_late_filing_lasts_until_the_next_closing_there_is() -> None:
    assert PARIS.late_until(week("2019-W10")) == at("2019-03-15T14:00")
    assert CLOSED.late_until(CLOSED_WEEK.previous) == at("2020-01-03T14:00")


def test_the_week_before_is_the_last_one_that_has_a_bulletin() -> None:
    assert PARIS.previous_with_bulletin(week("2019-W10")) == week("2019-W09")
    assert CLOSED.previous_with_bulletin(CLOSED_WEEK.next) == CLOSED_WEEK.previous


def test_a_promotion_that_never_worked_has_the_week_just_before() -> None:
    off = frozenset(date(2018, 1, 1) + timedelta(days=ahead) for ahead in range(800))
    assert Timetable(zone=PARIS.zone, days_off=off).previous_with_bulletin(week("2019-W10")) == week("2019-W09")


def test_a_promotion_that_never_works_again_has_no_end_of_late_filing() -> None:
    off = frozenset(date(2019, 1, 1) + timedelta(days=ahead) for ahead in range(800))
    assert Timetable(zone=PARIS.zone, days_off=off).late_until(week("2019-W10")) is None


def test_a_timetable_may_have_no_reminder() -> None:
    silent = Timetable(zone=PARIS.zone, reminds_everyone_at=None, reminds_unwritten_at=())
    assert silent.reminders(week("2019-W10")) == []


def test_a_digest_on_the_last_evening_of_a_month_belongs_to_it_in_the_promotion_s_zone() -> None:
    evening = Timetable(zone=ZoneInfo("America/Guadeloupe"), closes_at=time(22), digest_at=time(22, 5))
    last = week("2019-W22")  # Friday 31 May, already June in UTC
    assert evening.digest_due(last) == at("2019-06-01T02:05")
    assert evening.month(last) == date(2019, 5, 1)


def test_a_week_that_begins_in_one_month_and_closes_in_the_next_belongs_to_the_next() -> None:
    assert PARIS.month(week("2019-W18")) == date(2019, 5, 1)  # Monday 29 April to Friday 3 May
    assert PARIS.month(week("2019-W22")) == date(2019, 5, 1)  # Friday 31 May


# States


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2019-03-03T22:59:59", WeekState.NOT_OPEN),
        ("2019-03-03T23:00", WeekState.OPEN),
        ("2019-03-08T13:59:59", WeekState.OPEN),
        ("2019-03-08T14:00", WeekState.CLOSED),
        ("2019-03-08T14:05", WeekState.CLOSED),
        ("2019-03-20T00:00", WeekState.CLOSED),
    ],
)
def test_at_14_59_59_one_may_write_and_at_15_00_00_no_more(moment: str, state: WeekState) -> None:
    assert PARIS.state(week("2019-W10"), at(moment), issued=False) is state
    assert PARIS.state(week("2019-W10"), at(moment), issued=True) is WeekState.ISSUED


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2019-03-08T14:04:59", []),
        ("2019-03-08T14:05", ["2019-W10"]),
        ("2019-03-11T08:00", ["2019-W10"]),  # down from Friday noon to Monday
        ("2019-03-15T11:00", ["2019-W10"]),  # to the Friday after, before noon
        ("2019-03-15T14:00", ["2019-W10"]),
        ("2019-03-15T14:00:01", []),
        ("2019-03-15T14:05", ["2019-W11"]),  # to the Friday after, in the afternoon
        ("2019-04-08T08:00", ["2019-W14"]),  # for a month: only the week just closed
    ],
)
def test_a_server_that_was_down_issues_what_closed_within_seven_days(moment: str, due: list[str]) -> None:
    assert [week.label for week in PARIS.weeks_due(at(moment))] == due


def test_two_weeks_are_due_together_when_the_second_closes_before_a_holiday() -> None:
    assert [week.label for week in PARIS.weeks_due(at("2020-04-30T13:05"))] == ["2020-W17", "2020-W18"]
    assert [week.label for week in PARIS.weeks_due(at("2020-05-07T13:00"))] == ["2020-W18"]


# What holds for every timetable


@given(timetables, weeks)
def test_what_closes_opens_before_and_is_issued_after(timetable: Timetable, week: Week) -> None:
    closes, due = timetable.closes(week), timetable.digest_due(week)
    assert (closes is None) == (due is None) == (timetable.closing_day(week) is None)
    if closes and due:
        assert timetable.opens(week) < closes <= due < timetable.opens(week.next)
        assert all(timetable.opens(week) < reminder.at < closes for reminder in timetable.reminders(week))


@given(timetables, weeks)
def test_every_moment_is_aware_and_in_utc(timetable: Timetable, week: Week) -> None:
    moments = [timetable.opens(week), timetable.closes(week), timetable.digest_due(week), timetable.late_until(week)]
    moments += [reminder.at for reminder in timetable.reminders(week)]
    assert all(moment.tzinfo is UTC for moment in moments if moment)


@given(timetables, weeks)
def test_a_week_closes_on_a_working_day_of_its_own_whenever_it_has_one(timetable: Timetable, week: Week) -> None:
    working = [week.day(weekday) for weekday in range(1, 8) if timetable.is_working_day(week.day(weekday))]
    closing = timetable.closing_day(week)
    assert closing in working if working else closing is None


@pytest.mark.parametrize(
    ("label", "closing_weekday", "skipped"),
    [
        ("2020-W17", 5, []),
        ("2020-W18", 5, ["2020-05-01"]),  # Labour Day, a Friday
        ("2019-W18", 5, []),  # Labour Day, a Wednesday: nothing moves
        ("2020-W16", 1, ["2020-04-13"]),  # Easter Monday, where weeks close on Mondays: on Tuesday, then
        ("2020-W16", 3, []),
    ],
)
def test_the_days_that_moved_a_closing_are_known(label: str, closing_weekday: int, skipped: list[str]) -> None:
    timetable = Timetable(ZoneInfo("Europe/Paris"), closing_weekday=closing_weekday)
    days = timetable.skipped_days(week(label))
    assert [str(each.day) for each in days] == skipped
    assert all(each.why is WhyOff.HOLIDAY for each in days)


def test_a_week_without_a_working_day_skips_all_of_them() -> None:
    easter = week("2020-W16")
    off = frozenset(easter.day(weekday) for weekday in range(2, 6))
    days = Timetable(ZoneInfo("Europe/Paris"), days_off=off).skipped_days(easter)
    assert [each.why for each in days] == [WhyOff.HOLIDAY, *[WhyOff.DAY_OFF] * 4]


@given(timetables, weeks)
def test_a_closing_is_explained_exactly_when_it_moved(timetable: Timetable, week: Week) -> None:
    moved = timetable.closing_day(week) != week.day(timetable.closing_weekday)
    assert bool(timetable.skipped_days(week)) == moved


@given(timetables, weeks, st.integers(0, 7 * 24 * 60))
def test_a_moment_of_a_week_is_in_that_week(timetable: Timetable, week: Week, minutes: int) -> None:
    moment = timetable.opens(week) + timedelta(minutes=minutes)
    expected = week if moment < timetable.opens(week.next) else week.next
    assert timetable.week_at(moment) == expected


@pytest.mark.parametrize(
    ("week", "month"),
    [
        ("2018-W01", "2018-01"),  # 5 January, before it begins on Saturday 6 January
        ("2018-W43", "2018-10"),
        ("2018-W44", "2018-10"),  # ends on Wednesday 31 October; its last digest is due on 2 November
    ],
)
def test_no_digest_is_filed_under_a_month_that_the_promotion_does_not_touch(week: str, month: str) -> None:
    timetable = Timetable(ZoneInfo("Europe/Paris"), starts_on=date(2018, 1, 6), ends_on=date(2018, 10, 31))
    assert timetable.month(Week.parse(week)) == date.fromisoformat(f"{month}-01")


def test_a_first_digest_before_the_first_day_is_filed_under_the_first_month() -> None:
    timetable = Timetable(ZoneInfo("Europe/Paris"), starts_on=date(2018, 9, 1))  # a Saturday
    assert timetable.month(Week.parse("2018-W35")) == date(2018, 9, 1)

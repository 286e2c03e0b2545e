"""When a team may write, who sees what before the digest, which reminder is due: the rules, at their boundaries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bulletins.rules import (
    FilingWindow,
    Visibility,
    filing_window,
    is_reminded,
    reminder_due,
    week_visibility,
)
from app.teams.roles import Role
from app.weeks import ReminderAudience, Timetable, Week, WeekState

PARIS = Timetable(zone=ZoneInfo("Europe/Paris"))
GUADELOUPE = Timetable(zone=ZoneInfo("America/Guadeloupe"), country="GP")
W10 = Week.parse("2019-W10")  # Monday 4 to Sunday 10 March 2019
MAY_DAY = Week.parse("2020-W18")  # Friday 1 May 2020 is a holiday
CHRISTMAS = Timetable(zone=ZoneInfo("Europe/Paris"), days_off=frozenset(date(2019, 12, day) for day in range(23, 28)))
W52 = Week.parse("2019-W52")  # without a working day in CHRISTMAS


def paris(text: str) -> datetime:
    """`2019-03-08 15:00` in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("now", "written", "issued", "expected"),
    [
        ("2019-03-03 23:59:59", False, False, FilingWindow.NOT_OPEN),
        ("2019-03-04 00:00:00", False, False, FilingWindow.OPEN),
        ("2019-03-04 00:00:00", True, False, FilingWindow.OPEN),
        ("2019-03-08 14:59:59", False, False, FilingWindow.OPEN),
        ("2019-03-08 14:59:59.999999", True, False, FilingWindow.OPEN),
        ("2019-03-08 15:00:00", True, False, FilingWindow.CLOSED),
        ("2019-03-08 15:00:00", False, False, FilingWindow.LATE),
        ("2019-03-08 15:05:00", False, True, FilingWindow.LATE),
        ("2019-03-08 15:05:00", True, True, FilingWindow.CLOSED),
        ("2019-03-15 14:59:59", False, True, FilingWindow.LATE),
        ("2019-03-15 15:00:00", False, True, FilingWindow.OVER),
        ("2019-03-15 15:00:00", True, True, FilingWindow.CLOSED),
        ("2019-03-15 14:59:59", False, False, FilingWindow.LATE),  # its digest never came
        ("2019-03-06 10:00:00", True, True, FilingWindow.CLOSED),  # issued by hand before its closing
        ("2019-03-06 10:00:00", False, True, FilingWindow.LATE),
    ],
)
def test_a_team_may_write_until_the_closing_and_once_until_the_next(
    now: str, written: bool, issued: bool, expected: FilingWindow
) -> None:
    assert filing_window(PARIS, W10, paris(now), written=written, issued=issued) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2020-04-30 14:59:59", FilingWindow.OPEN),
        ("2020-04-30 15:00:00", FilingWindow.CLOSED),
        ("2020-05-01 10:00:00", FilingWindow.CLOSED),
    ],
)
def test_a_week_whose_friday_is_a_holiday_closes_on_thursday(now: str, expected: FilingWindow) -> None:
    assert filing_window(PARIS, MAY_DAY, paris(now), written=True, issued=False) is expected


def test_a_week_without_a_working_day_takes_no_bulletin() -> None:
    moments = [paris(f"2019-12-{day} 12:00") for day in range(23, 31)]
    assert {filing_window(CHRISTMAS, W52, now, written=False, issued=False) for now in moments} == {FilingWindow.OVER}


def test_late_filing_lasts_beyond_a_week_without_a_working_day() -> None:
    w51 = W52.previous
    assert filing_window(CHRISTMAS, w51, paris("2020-01-03 14:59:59"), written=False, issued=True) is FilingWindow.LATE
    assert filing_window(CHRISTMAS, w51, paris("2020-01-03 15:00:00"), written=False, issued=True) is FilingWindow.OVER


def test_a_promotion_overseas_closes_by_its_own_clock() -> None:
    before, after = (datetime(2019, 3, 8, 18, 59, 59, tzinfo=UTC), datetime(2019, 3, 8, 19, 0, tzinfo=UTC))
    assert filing_window(GUADELOUPE, W10, before, written=False, issued=False) is FilingWindow.OPEN
    assert filing_window(GUADELOUPE, W10, after, written=False, issued=False) is FilingWindow.LATE


@given(st.integers(0, 28 * 24 * 60), st.booleans(), st.booleans())
def test_what_is_written_is_never_asked_for_again(minutes: int, written: bool, issued: bool) -> None:
    now = paris("2019-02-25 00:00") + timedelta(minutes=minutes)
    window = filing_window(PARIS, W10, now, written=written, issued=issued)
    assert not (written and window in {FilingWindow.LATE, FilingWindow.OVER})
    assert not (issued and window is FilingWindow.OPEN)


@pytest.mark.parametrize(
    ("state", "member", "coordination"),
    [
        (WeekState.NOT_OPEN, Visibility.OWN_TEAM, Visibility.WHO_HAS_WRITTEN),
        (WeekState.OPEN, Visibility.OWN_TEAM, Visibility.WHO_HAS_WRITTEN),
        (WeekState.CLOSED, Visibility.OWN_TEAM, Visibility.ALL),
        (WeekState.ISSUED, Visibility.ALL, Visibility.ALL),
    ],
)
def test_members_read_all_once_issued_and_the_coordination_once_closed(
    state: WeekState, member: Visibility, coordination: Visibility
) -> None:
    assert week_visibility(state, coordinates=False) is member
    assert week_visibility(state, coordinates=True) is coordination


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2019-03-07 23:00:00", None),
        ("2019-03-08 09:59:59", None),
        ("2019-03-08 10:00:00", ("10:00", ReminderAudience.EVERYONE)),
        ("2019-03-08 13:59:59", ("10:00", ReminderAudience.EVERYONE)),
        ("2019-03-08 14:00:00", ("14:00", ReminderAudience.NOT_WRITTEN)),
        ("2019-03-08 14:45:00", ("14:45", ReminderAudience.NOT_WRITTEN)),
        ("2019-03-08 14:59:59", ("14:45", ReminderAudience.NOT_WRITTEN)),
        ("2019-03-08 15:00:00", None),
        ("2019-03-09 10:00:00", None),
    ],
)
def test_the_latest_reminder_begun_is_due_until_the_closing(now: str, due: tuple[str, ReminderAudience] | None) -> None:
    reminder = reminder_due(PARIS, W10, paris(now))
    assert (reminder and (f"{reminder.at.astimezone(PARIS.zone):%H:%M}", reminder.audience)) == due


def test_missed_reminders_do_not_come_in_a_burst() -> None:
    back_at = paris("2019-03-08 14:50")
    ticks = [back_at + timedelta(seconds=5 * tick) for tick in range(100)]
    assert len({reminder.at for now in ticks if (reminder := reminder_due(PARIS, W10, now))}) == 1


def test_reminders_move_with_the_closing() -> None:
    assert reminder_due(PARIS, MAY_DAY, paris("2020-04-30 10:00")) is not None
    assert reminder_due(PARIS, MAY_DAY, paris("2020-05-01 10:00")) is None
    assert reminder_due(CHRISTMAS, W52, paris("2019-12-27 10:00")) is None


@pytest.mark.parametrize(
    ("role", "everyone", "not_written"),
    [
        (Role.EIG, True, True),
        (Role.MENTOR, True, False),
        (Role.COORDINATOR, False, False),
        (Role.ALUMNI, False, False),
    ],
)
def test_mentors_are_reminded_once_and_eigs_until_they_write(role: Role, everyone: bool, not_written: bool) -> None:
    assert is_reminded(role, ReminderAudience.EVERYONE) is everyone
    assert is_reminded(role, ReminderAudience.NOT_WRITTEN) is not_written

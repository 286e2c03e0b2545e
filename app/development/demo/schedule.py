"""When people write and read: believable, and the same at every run. Values in, values out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.weeks import Timetable, Week

DAYS_BEFORE_CLOSING = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3)  # most teams write at the last moment
DAYS_UNTIL_READ = (0, 0, 0, 0, 3, 3, 3, 4, 5, 6)  # on Friday, or from Monday on
DAYS_UNTIL_ANSWERED = (2, 4, 4, 4, 4, 5, 7, 7, 8)  # from the Monday of the month's last digest, which asks on Friday
OFFICE_HOURS = (time(9, 0), time(18, 0))
CLOSING_DAY_HOURS = (time(9, 0), time(14, 50))
LATE_HOURS = {5: (time(17, 0), time(19, 0)), 8: (time(9, 0), time(11, 30))}  # Friday evening, Monday morning
AFTER_THE_DIGEST = (5, time(17, 30))  # ISO weekday and hour
NOON = time(12, 0)
PARIS = ZoneInfo("Europe/Paris")
MIDWEEK = (3, time(10, 30))


def seeded_random(*seed: object) -> Random:
    """Make a generator of random numbers that gives the same ones for the same seed, in every process."""
    return Random(":".join(map(str, seed)))  # noqa: S311 — a story, not a secret


def written_at(timetable: Timetable, week: Week, team: str, number: int) -> datetime:
    """Choose when `team` writes the bulletin of `week`, the `number`th week of the story, before it closes."""
    closing = timetable.closing_day(week) or week.sunday
    random = seeded_random(team, number)
    before = random.choice(DAYS_BEFORE_CLOSING)
    day = max(closing - timedelta(days=before), week.monday)
    return _between(random, timetable, day, *(OFFICE_HOURS if before else CLOSING_DAY_HOURS))


def written_late_at(timetable: Timetable, week: Week, team: str, number: int) -> datetime:
    """Choose when `team` writes that bulletin after the digest is out."""
    random = seeded_random(team, number)
    weekday = random.choice(sorted(LATE_HOURS))
    return _between(random, timetable, week.day(weekday), *LATE_HOURS[weekday])


def answered_at(timetable: Timetable, week: Week, later: int) -> datetime:
    """Give when a call for help made in `week` is offered help, renewed or resolved, `later` weeks after."""
    weekday, hour = MIDWEEK if later else AFTER_THE_DIGEST
    return datetime.combine((week + later).day(weekday), hour, timetable.zone)


def read_on(issued: date, random: Random) -> date:
    """Choose the day on which somebody reads a digest issued on `issued`."""
    return issued + timedelta(days=random.choice(DAYS_UNTIL_READ))


def decided_at(issued: datetime, random: Random) -> datetime:
    """Choose when somebody decides on automatic marking, whose first digest was issued at `issued`."""
    return issued + timedelta(weeks=random.randrange(8), minutes=random.randrange(15, 120))


def answered_on(week: Week, random: Random) -> date:
    """Choose the day on which somebody answers the question of the month whose last digest is that of `week`."""
    return week.monday + timedelta(days=random.choice(DAYS_UNTIL_ANSWERED))


def working_day_from(timetable: Timetable, day: date) -> date:
    """Give `day`, or the first working day after it."""
    while not timetable.is_working_day(day):
        day += timedelta(days=1)
    return day


def friday_noon(first: Week, number: int) -> datetime:
    """Give noon of the Friday of a promotion's week `number`, in Paris; `first` is its first week."""
    return datetime.combine((first + (number - 1)).day(5), NOON, PARIS)


def _between(random: Random, timetable: Timetable, day: date, first: time, last: time) -> datetime:
    start, end = (datetime.combine(day, hour, timetable.zone) for hour in (first, last))
    return start + timedelta(minutes=random.randrange(int((end - start) / timedelta(minutes=1))))

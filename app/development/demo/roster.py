"""The promotions, teams and people of the demonstration: rosters like any others, their weeks turned into days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.development.demo.schedule import PARIS
from app.development.demo.stories import FOLDER, WEEKS
from app.teams.models import Promotion
from app.teams.roster.apply import import_roster
from app.teams.roster.parse import Roster, parse_roster
from app.weeks import Week

WEEKDAYS = {"monday": 1, "friday": 5}
RELATIVE_DAY = re.compile(rf"\bweek (\d+) ({'|'.join(WEEKDAYS)}|month)\b")
WEEKS_APART = 70  # between the first weeks of the two promotions: the one before ended over a year ago


def first_week(now: datetime) -> Week:
    """Return the first week of the promotion that runs, such that the week of `now` is the last of the stories."""
    return Week.of(now.astimezone(PARIS).date()) + (1 - WEEKS)


def first_week_before(now: datetime) -> Week:
    """Return the first week of the promotion before it."""
    return first_week(now) + -WEEKS_APART


def read_dated(name: str, first: Week) -> str:
    """Read a file that gives days (`week 20 friday`) and months (`week 46 month`) by week; `first` is week 1."""

    def day(match: re.Match[str]) -> str:
        week = first + (int(match[1]) - 1)
        return week.day(WEEKDAYS[match[2]]).isoformat() if match[2] in WEEKDAYS else f"{week.monday:%Y-%m}"

    return RELATIVE_DAY.sub(day, (FOLDER / name).read_text(encoding="utf-8"))


def read_roster(now: datetime) -> Roster:
    """Read the roster of the promotion that runs."""
    return parse_roster(read_dated("promotion.yml", first_week(now)).encode())


def create_promotion(now: datetime) -> Promotion:
    """Create the promotion that runs, its teams and its members, known since before it began. Commits."""
    return _create(read_roster(now), now - timedelta(weeks=WEEKS))


def create_promotion_before(now: datetime) -> Promotion:
    """Create the promotion before it; to be called second, since who is signed in first is of the other. Commits."""
    roster = parse_roster(read_dated("promotion-8.yml", first_week_before(now)).encode())
    return _create(roster, now - timedelta(weeks=WEEKS + WEEKS_APART))


def _create(roster: Roster, at: datetime) -> Promotion:
    import_roster(roster, at)
    return db.session.scalars(select(Promotion).where(Promotion.slug == roster.slug)).one()

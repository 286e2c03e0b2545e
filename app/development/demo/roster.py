"""The promotion, teams and people of the demonstration: a roster like any other, its weeks turned into days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.database import db
from app.development.demo.stories import FOLDER, WEEKS
from app.teams.models import Promotion
from app.teams.roster.apply import import_roster
from app.teams.roster.parse import Roster, parse_roster
from app.weeks import Week

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = {"monday": 1, "friday": 5}
RELATIVE_DAY = re.compile(rf"\bweek (\d+) ({'|'.join(WEEKDAYS)})\b")


def read_roster(now: datetime) -> Roster:
    """Read the roster of `promotion.yml`, its days such that the week of `now` is the last of the stories."""
    first = Week.of(now.astimezone(PARIS).date()) + (1 - WEEKS)

    def day(match: re.Match[str]) -> str:
        return (first + (int(match[1]) - 1)).day(WEEKDAYS[match[2]]).isoformat()

    text = (FOLDER / "promotion.yml").read_text(encoding="utf-8")
    return parse_roster(RELATIVE_DAY.sub(day, text).encode())


def create_promotion(now: datetime) -> Promotion:
    """Create the promotion, its teams and its members, known since before it began. Commits."""
    roster = read_roster(now)
    import_roster(roster, now - timedelta(weeks=WEEKS))
    return db.session.scalars(select(Promotion).where(Promotion.slug == roster.slug)).one()

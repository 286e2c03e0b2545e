"""The weeks of the demonstration, lived one moment after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.database import db
from app.development.demo import deeds
from app.development.demo.material import WEEKS, Told
from app.development.demo.moments import answered_at, written_at, written_late_at
from app.digests.service import introduce
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Timetable, Week

INTRODUCED_BEFORE_CLOSING = timedelta(hours=2)
ANSWERS = {"renewed": deeds.renew, "resolved": deeds.resolve}

Weeks = Mapping[int, Week]


@dataclass(frozen=True, slots=True)
class Event:
    """A deed and its moment, which the deed is told."""

    at: datetime
    deed: Callable[[datetime], None]


def live(promotion: Promotion, stories: Mapping[str, list[Told]], words: Mapping[int, str], now: datetime) -> None:
    """Let everything happen up to `now`, oldest first; the current week's digest is left to the job process."""
    weeks = _weeks(promotion)
    events = [*_digests(promotion, weeks), *_introductions(promotion, weeks, words)]
    for team in promotion.teams:
        events += _bulletins(team, weeks, stories[team.slug], promotion.timetable)
    for event in sorted(events, key=lambda event: event.at):
        if event.at <= now:
            event.deed(event.at)


def _weeks(promotion: Promotion) -> Weeks:
    """The weeks of the story by their number, from 1 to WEEKS."""
    first = Week.of(promotion.starts_on)
    return {number: first + (number - 1) for number in range(1, WEEKS + 1)}


def _digests(promotion: Promotion, weeks: Weeks) -> Iterator[Event]:
    for number in range(1, WEEKS):
        if at := promotion.timetable.digest_due(weeks[number]):
            yield Event(at, partial(deeds.issue_for_the_archive, promotion, weeks[number]))


def _introductions(promotion: Promotion, weeks: Weeks, words: Mapping[int, str]) -> Iterator[Event]:
    members = select(Person).join(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    coordinator = db.session.scalars(members.where(Membership.role == Role.COORDINATOR).limit(1)).one()
    for number, text in words.items():
        if closes := promotion.timetable.closes(weeks[number]):
            deed = partial(introduce, promotion, weeks[number], text, coordinator)
            yield Event(closes - INTRODUCED_BEFORE_CLOSING, deed)


def _bulletins(team: Team, weeks: Weeks, story: list[Told], timetable: Timetable) -> Iterator[Event]:
    for told in story:
        week = weeks[told.week]
        written = written_late_at if told.late else written_at
        if timetable.closing_day(week):  # a week without a working day has no bulletin
            yield Event(written(timetable, week, team.slug, told.week), partial(deeds.write, team, week, told))
            yield from _answers(team, week, told, timetable)


def _answers(team: Team, week: Week, told: Told, timetable: Timetable) -> Iterator[Event]:
    """What becomes of the bulletin's call for help."""
    for offer in told.offers:
        yield Event(answered_at(timetable, week, offer.after_weeks), partial(deeds.offer, team, week, offer))
    for what, later in told.then.items():
        yield Event(answered_at(timetable, week, later), partial(ANSWERS[what], team, week))

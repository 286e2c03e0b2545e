"""The weeks of the demonstration as a list of events, run one moment after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.database import db
from app.development.demo import actions
from app.development.demo.schedule import answered_at, written_at, written_late_at
from app.development.demo.stories import WEEKS, StoryBulletin
from app.digests.introductions import introduce
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week

INTRODUCED_BEFORE_CLOSING = timedelta(hours=2)
THANKED_AFTER = timedelta(minutes=5)
READ_AFTER = timedelta(hours=1)
AFTER_A_CALL = {"renewed": actions.renew_call, "resolved": actions.resolve_call}


@dataclass(frozen=True, slots=True)
class Event:
    """An action, and the moment that it is called with."""

    at: datetime
    action: Callable[[datetime], None]


def run_timeline(
    promotion: Promotion,
    stories: Mapping[str, list[StoryBulletin]],
    introductions: Mapping[int, str],
    now: datetime,
) -> None:
    """Run every event up to `now`, oldest first; the current week's digest is left to the job process. Commits.

    `stories`: the bulletins of each team by its slug; `introductions`: by week, from 1 to WEEKS.
    """
    first = Week.of(promotion.starts_on)
    weeks = {number: first + (number - 1) for number in range(1, WEEKS + 1)}
    events = [*_digests(promotion, weeks), *_introductions(promotion, weeks, introductions)]
    for team in promotion.teams:
        events += _bulletins(team, weeks, stories[team.slug])
    for event in sorted(events, key=lambda event: event.at):
        if event.at <= now:
            event.action(event.at)
    actions.keep_rota(promotion.teams[0], first)


def _digests(promotion: Promotion, weeks: Mapping[int, Week]) -> Iterator[Event]:
    for number in range(1, WEEKS):
        if at := promotion.timetable.digest_due(weeks[number]):
            yield Event(at, partial(actions.issue_without_letters, promotion, weeks[number]))
            yield Event(at + READ_AFTER, partial(actions.react_to_digest, promotion, weeks[number]))


def _introductions(
    promotion: Promotion, weeks: Mapping[int, Week], introductions: Mapping[int, str]
) -> Iterator[Event]:
    members = select(Person).join(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    coordinator = db.session.scalars(members.where(Membership.role == Role.COORDINATOR).limit(1)).one()
    for number, text in introductions.items():
        if closes := promotion.timetable.closes(weeks[number]):
            action = partial(introduce, promotion, weeks[number], text, coordinator)
            yield Event(closes - INTRODUCED_BEFORE_CLOSING, action)


def _bulletins(team: Team, weeks: Mapping[int, Week], story: list[StoryBulletin]) -> Iterator[Event]:
    """Yield the team's bulletins, and what becomes of the calls for help in them."""
    timetable = team.promotion.timetable
    for bulletin in story:
        week = weeks[bulletin.week]
        written = written_late_at if bulletin.late else written_at
        if timetable.closing_day(week) is None:  # a week without a working day has no bulletin
            continue
        at = written(timetable, week, team.slug, bulletin.week)
        yield Event(at, partial(actions.write_bulletin, team, week, bulletin))
        for offer in bulletin.offers:
            at = answered_at(timetable, week, offer.after_weeks)
            yield Event(at, partial(actions.offer_help, team, week, offer))
        for outcome, later in bulletin.then.items():
            yield Event(answered_at(timetable, week, later), partial(AFTER_A_CALL[outcome], team, week))
        if bulletin.thanks:
            at = answered_at(timetable, week, bulletin.then["resolved"]) + THANKED_AFTER
            yield Event(at, partial(actions.thank_helpers, team, week, bulletin))

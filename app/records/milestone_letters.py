"""The letters of a milestone, to those who answer for a team: it is open; two reminders, while no record is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, render_mail, without_placeholders
from app.letters.suppression import suppressed_addresses
from app.records.letter_schedule import MOST_REMINDERS, due_letter, letter_moments, roles_asked
from app.records.links import record_link
from app.records.milestone_words import at_milestone
from app.records.milestones import MilestoneState
from app.records.models import Milestone, MilestoneMailing
from app.records.queries import active_teams, open_milestones, state_of, teams_done
from app.records.respondents import responder_of
from app.teams.locking import lock_if_due
from app.teams.models import Membership, Promotion, Team
from app.teams.notifications import queue_for_members, reply_addresses
from app.teams.phases import Phase
from app.teams.roles import Role
from app.teams.subscriptions import Subscription, is_unsubscribed, reminders_unsubscribe_url


class DueLetter(NamedTuple):
    """A letter that is due to those who answer for a team; 0 tells of the opening, 1 and 2 are the reminders."""

    milestone: Milestone
    team: Team
    number: int


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """The record that the letters of a mailing ask for."""

    milestone_id: int
    team_id: int


def queue_due_letters(promotion: Promotion, now: datetime) -> int:
    """Queue the letters of open milestones that are due at `now`, once; return how many were queued. Commits."""
    due = lock_if_due(promotion.id, lambda: list(_find_due(promotion, now)))
    if due is None:
        return 0
    queued = sum(_queue(promotion, each, now) for each in due)
    db.session.commit()
    return queued


def people_asked(milestone: Milestone, team: Team, number: int, now: datetime) -> list[Membership]:
    """Return to whom letter `number` about a team's record goes: who answers for it, can be reached and wants to be.

    Who wants no reminders of bulletins wants none of these either.
    """
    promotion, suppressed = team.promotion, suppressed_addresses()
    query = select(Membership).where(Membership.team_id == team.id).options(joinedload(Membership.person))
    today = promotion.today(now)
    reached = [
        member
        for member in db.session.scalars(query.order_by(Membership.id))
        if responder_of(member, milestone, team, now)
        and member.is_current(today)
        and member.person.email
        and member.person.email.lower() not in suppressed
        and not is_unsubscribed(member, Subscription.REMINDERS)
    ]
    ended = promotion.phase(now) is Phase.AFTER
    roles = roles_asked(number, ended=ended, mentor_reached=any(member.role is Role.MENTOR for member in reached))
    return [member for member in reached if member.role in roles]


def _find_due(promotion: Promotion, now: datetime) -> Iterator[DueLetter]:
    for milestone in open_milestones(promotion, now):
        moments, sent, done = _moments(promotion, milestone), _sent(milestone), teams_done(milestone)
        for team in active_teams(promotion, milestone):
            number = None if team.id in done else due_letter(moments, sent.get(team.id, []), now)
            if number is not None:
                yield DueLetter(milestone, team, number)


def _moments(promotion: Promotion, milestone: Milestone) -> list[datetime]:
    if milestone.opens_on is None or milestone.closes_on is None:
        return []
    timetable = promotion.timetable
    return letter_moments(milestone.opens_on, milestone.closes_on, timetable.is_working_day, timetable.zone)


def _sent(milestone: Milestone) -> dict[int, list[datetime]]:
    """Return when letters about each team's record were queued, oldest first, by the id of the team."""
    query = select(MilestoneMailing.team_id, MilestoneMailing.queued_at).order_by(MilestoneMailing.number)
    moments: dict[int, list[datetime]] = {}
    for team_id, queued_at in db.session.execute(query.where(MilestoneMailing.milestone_id == milestone.id)):
        moments.setdefault(team_id, []).append(queued_at)
    return moments


def _queue(promotion: Promotion, due: DueLetter, now: datetime) -> int:
    """Queue one letter a person; note it also where nobody can be reached, or it would be due for ever."""
    milestone, team, number = due

    def write_mailing(locale: str) -> Mailing:
        subject, text, html = render_mail(
            "milestone",
            locale,
            promotion=promotion,
            team=without_placeholders(team.name),
            when=at_milestone,
            milestone=milestone,
            number=number,
            last=MOST_REMINDERS,
        )
        reference = f"record:{milestone.id}:{team.id}:{number}"
        replies = reply_addresses(promotion, now)
        return add_mailing("record", locale, subject, text, html, reference=reference, created_at=now, reply_to=replies)

    queued = queue_for_members(people_asked(milestone, team, number, now), write_mailing, now)
    row = MilestoneMailing(milestone_id=milestone.id, team_id=team.id, number=number, letters=queued, queued_at=now)
    db.session.add(row)
    return queued


def _load_shared(reference: str) -> AskedRecord:
    _name, milestone_id, team_id, _number = reference.split(":")
    return AskedRecord(int(milestone_id), int(team_id))


def _urls(context: LetterContext) -> Mapping[str, str]:
    asked: AskedRecord = context.shared
    milestone = db.session.get(Milestone, asked.milestone_id)
    member = db.session.get(Membership, context.get_membership_id())
    if member is None or milestone is None or member.team is None or member.team_id != asked.team_id:
        raise WithheldError("the milestone, or the member’s part in the team, is gone")
    now = clock.now()
    if state_of(member.promotion, milestone, now) is not MilestoneState.OPEN:
        raise WithheldError("the milestone has been closed or moved since the email was queued")
    if member.team_id in teams_done(milestone):
        raise WithheldError("the team has answered, or was excluded, since the email was queued")
    if not member.is_current(member.promotion.today(now)):
        raise WithheldError("no longer a member of the cohort when the email was due to be sent")
    return {
        "unsubscribe_url": reminders_unsubscribe_url(member, context.written_at),
        "record_url": record_link(milestone, member.team, member.person),
    }


KIND = Kind(
    name="record",
    precedence=NOTE,
    give_up_after=timedelta(hours=72),
    urls=_urls,
    unsubscribable=True,
    load_shared=_load_shared,
)

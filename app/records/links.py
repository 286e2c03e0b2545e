"""The links by which a team's record is filled in without signing in.

A link names its milestone, its team, and the person it was sent to, or nobody. It works while the milestone may be
answered. It ends before that when its person ends the links of their letters, is erased, or is no longer of the team;
and when the coordination ends the links of the milestone. No list of tokens is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db, rows_changed
from app.records.models import Milestone
from app.records.respondents import responder_of
from app.records.vocabulary import Responder
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Membership, Person, Promotion, Team

PURPOSE = "record"


@dataclass(frozen=True, slots=True)
class RecordLink:
    """What a link opens; `member` and `responder` are None for a link that was made out to nobody."""

    milestone: Milestone
    team: Team
    member: Membership | None
    responder: Responder | None


def record_link(milestone: Milestone, team: Team, person: Person | None = None) -> str:
    """Return the URL that lets `person`, or whoever holds it, fill in the team's record at the milestone."""
    whose = None if person is None else [person.id, person.link_epoch]
    token = sign(PURPOSE, [milestone.id, team.id, milestone.link_epoch, whose])
    return public_url("records.by_link", token=token)


def find_record_link(token: str, now: datetime) -> RecordLink | None:
    """Return what a link opens, or would open if its milestone were open; None when it is not ours or was ended."""
    value = unsign(PURPOSE, token)
    if not isinstance(value, list):
        return None
    milestone_id, team_id, epoch, whose = value
    milestone, team = db.session.get(Milestone, milestone_id), db.session.get(Team, team_id)
    if milestone is None or team is None or milestone.link_epoch != epoch:
        return None
    if whose is None:
        return RecordLink(milestone, team, None, None)
    member = _find_member(team.promotion_id, *whose)
    responder = responder_of(member, milestone, team, now) if member else None
    return RecordLink(milestone, team, member, responder) if responder else None


def end_record_links(milestone: Milestone, by: Person, now: datetime, seen: int = 0) -> None:
    """End every link to the records of the milestone that was given out, at the wish of `by`. Commits.

    `seen`: the `link_epoch` of the page, 0 where that is not known. Asked a second time from the same page, it ends
    none of those that were given out in between.
    """
    epoch = seen or Milestone.link_epoch
    ending = update(Milestone).where(Milestone.id == milestone.id, Milestone.link_epoch == epoch)
    if rows_changed(ending.values(link_epoch=Milestone.link_epoch + 1)):
        where, which = milestone.promotion_id, milestone.key
        record_action(AuditAction.RECORD_LINKS_ENDED, by.id, now, promotion_id=where, detail=which)
    db.session.commit()


def _find_member(promotion_id: int, person_id: int, link_epoch: int) -> Membership | None:
    query = (
        select(Membership)
        .join(Membership.person)
        .options(joinedload(Membership.person), joinedload(Membership.promotion).joinedload(Promotion.days_off))
        .where(
            Membership.promotion_id == promotion_id,
            Membership.person_id == person_id,
            Person.link_epoch == link_epoch,
            Person.email.is_not(None),
        )
    )
    return db.session.scalar(query.execution_options(populate_existing=True))

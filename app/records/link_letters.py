"""The link to a team's record, mailed at the coordination's wish to an address that it types."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import clock
from app.database import db, rows_changed
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.models import Letter, Mailing
from app.letters.outbox import Addressee, add_mailing, queue_letters, render_mail, without_placeholders
from app.letters.states import State
from app.records.links import record_link
from app.records.milestone_words import at_milestone
from app.records.milestones import MilestoneState
from app.records.models import Milestone
from app.records.queries import state_of
from app.teams.models import Person, Team

LINK_LETTERS = "20 per day"  # of a promotion
SAME_ADDRESS = "1 per hour"  # about the same record
ADDRESS_STORED_FOR = timedelta(days=30)
WAITING = (State.QUEUED, State.DEFERRED, State.CLAIMED, State.SUBMITTING)


def send_link(milestone: Milestone, team: Team, email: str, by: Person, now: datetime) -> None:
    """Queue one letter with the link to the team's record to `email`; answers go to `by`. Commits."""
    promotion, locale = team.promotion, team.promotion.locale
    subject, text, html = render_mail(
        "record_link",
        locale,
        promotion=promotion,
        team=without_placeholders(team.name),
        when=at_milestone,
        milestone=milestone,
        coordinator=without_placeholders(by.display_name),
    )
    mailing = add_mailing(
        KIND.name,
        locale,
        subject,
        text,
        html,
        reference=f"record-link:{milestone.id}:{team.id}:{uuid.uuid4().hex}",
        created_at=now,
        reply_to=by.email,
    )
    known = db.session.scalar(select(Person.id).where(Person.email == email))
    queue_letters(mailing, [Addressee(None, known, email, "")], now)
    db.session.commit()


def erase_typed_addresses(now: datetime) -> int:
    """Erase the addresses of such letters that are too old to matter; return how many. Commits."""
    ours = select(Mailing.id).where(Mailing.kind == KIND.name, Mailing.created_at < now - ADDRESS_STORED_FOR)
    old = update(Letter).where(Letter.mailing_id.in_(ours), Letter.to_email != "", Letter.state.not_in(WAITING))
    erased = rows_changed(old.values(to_email="", smtp_text=None))
    db.session.commit()
    return erased


def _load_shared(reference: str) -> tuple[int, int]:
    """Return the ids of the milestone and of the team."""
    _name, milestone_id, team_id, _number = reference.split(":")
    return int(milestone_id), int(team_id)


def _urls(context: LetterContext) -> Mapping[str, str]:
    milestone_id, team_id = context.shared
    milestone, team = db.session.get(Milestone, milestone_id), db.session.get(Team, team_id)
    if milestone is None or team is None:
        raise WithheldError("the milestone or the team is gone")
    if state_of(team.promotion, milestone, clock.now()) is not MilestoneState.OPEN:
        raise WithheldError("the milestone has been closed or moved since the email was queued")
    return {"record_url": record_link(milestone, team)}


KIND = Kind(
    name="record-link",
    precedence=NOTE,
    give_up_after=timedelta(hours=72),
    urls=_urls,
    unsubscribable=False,
    load_shared=_load_shared,
)

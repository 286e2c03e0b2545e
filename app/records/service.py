"""Saving a record, a section at a time, by several people at once; sending it, from when on it counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.records.merging import merge, merge_responder
from app.records.milestones import MilestoneState
from app.records.models import ChallengeRecord, Milestone, RecordRevision
from app.records.queries import state_of
from app.records.values import TeamRecord, as_document, record_from_document
from app.records.vocabulary import Responder
from app.teams.locking import lock_promotion
from app.teams.models import Team


class RecordNotOpenError(Exception):
    """The milestone cannot be answered now; `state` is the reason."""

    def __init__(self, state: MilestoneState) -> None:
        self.state = state
        super().__init__(state.value)


class RecordConflictError(Exception):
    """Somebody has saved something else for the same `fields` meanwhile; `theirs` is the record as saved."""

    def __init__(self, theirs: TeamRecord, revision: int, fields: Collection[str]) -> None:
        self.theirs, self.revision, self.fields = theirs, revision, fields
        super().__init__(revision)


class MilestoneRemovedError(DomainError):
    """The coordination has removed the milestone while somebody was filling in a record of it."""

    status = 410
    advice = _l("This milestone has just been removed: its records can no longer be filled in.")


class NothingToSendError(Exception):
    """Nothing of the record is filled in yet."""


def save_section(
    milestone: Milestone,
    team: Team,
    values: Mapping[str, object],
    base: int,
    responder: Responder | None,
    now: datetime,
) -> None:
    """Save `values`, by field of a `TeamRecord`, that were written over revision `base` (0: over nothing). Commits.

    What somebody else has saved meanwhile stays, field by field; nothing changes when it raises RecordConflictError,
    since both have changed the same one, or RecordNotOpenError.
    """
    try:
        _save(milestone, team, values, base, responder, now)
    except IntegrityError:  # a row that does not exist cannot be locked: the other of two has inserted it meanwhile
        db.session.rollback()
        _save(milestone, team, values, base, responder, now)


def send_record(milestone: Milestone, team: Team, responder: Responder, now: datetime) -> None:
    """Make the record count, as answered by `responder` or as before. Commits; a second time changes nothing.

    Raises NothingToSendError, RecordNotOpenError.
    """
    record = _lock_record(milestone, team, now)
    if record is None or set(record.content) <= {"answered_by"}:
        raise NothingToSendError
    stored = record_from_document(record.content)
    sent = replace(stored, answered_by=merge_responder(stored.answered_by, responder))
    if record.sent_at is not None and sent == stored:
        db.session.rollback()
        return
    record.sent_at = record.sent_at or now
    if sent != stored:
        _write_revision(record, sent, now)
    db.session.commit()


def _save(
    milestone: Milestone,
    team: Team,
    values: Mapping[str, object],
    base: int,
    responder: Responder | None,
    now: datetime,
) -> None:
    record = _lock_record(milestone, team, now)
    stored = record_from_document(record.content) if record else TeamRecord()
    merged = merge(stored, _revision(record, base), values)
    if merged.conflicts:
        raise RecordConflictError(stored, record.revision if record else 0, merged.conflicts)
    if merged.record == stored:
        return
    if record is None:
        record = ChallengeRecord(milestone_id=milestone.id, team_id=team.id, revision=0, content={}, updated_at=now)
        db.session.add(record)
    answered_by = merge_responder(stored.answered_by, responder)
    _write_revision(record, replace(merged.record, answered_by=answered_by), now)
    db.session.commit()


def _lock_record(milestone: Milestone, team: Team, now: datetime) -> ChallengeRecord | None:
    """Return the record as it is, locked until the transaction ends.

    Raises RecordNotOpenError, MilestoneRemovedError.
    """
    lock_promotion(team.promotion_id, shared=True)
    query = select(Milestone).where(Milestone.id == milestone.id)
    current = db.session.scalar(query, execution_options={"populate_existing": True})
    if current is None:
        raise MilestoneRemovedError
    state = state_of(team.promotion, current, now)
    if state is not MilestoneState.OPEN:
        raise RecordNotOpenError(state)
    record = select(ChallengeRecord).where(
        ChallengeRecord.milestone_id == current.id, ChallengeRecord.team_id == team.id
    )
    return db.session.scalar(record.with_for_update(), execution_options={"populate_existing": True})


def _revision(record: ChallengeRecord | None, number: int) -> TeamRecord:
    """Return the record as it was at a revision; an empty one where there is no such revision."""
    if record is None:
        return TeamRecord()
    query = select(RecordRevision.content).where(RecordRevision.record_id == record.id, RecordRevision.number == number)
    content: Mapping[str, Any] | None = db.session.scalar(query)
    return TeamRecord() if content is None else record_from_document(content)


def _write_revision(record: ChallengeRecord, value: TeamRecord, now: datetime) -> None:
    content = cast("dict[str, object]", as_document(value))
    record.revision, record.content, record.updated_at = record.revision + 1, content, now
    record.revisions.append(RecordRevision(number=record.revision, content=content, saved_at=now))
    db.session.flush()

"""Keeping the index right: whatever changes a row that is indexed, its entry changes in the same transaction.

A listener, so that no use case can forget it (https://docs.sqlalchemy.org/en/21/orm/session_events.html). What a
foreign key deletes, it deletes in the index too. What bulk statements add past the session,
`index.catch_up` finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, UOWTransaction

from app.bulletins.models import Bulletin, KeyDate
from app.database import db
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.search.index import Sources, refresh
from app.teams.models import Team

CHANGED = "search-changed"  # the key in `Session.info`


def follow_changes() -> None:
    """Make every session note the indexed rows that it writes, and update the index before it commits; call it once."""
    for name, listener in (
        ("after_flush", _note_changes),
        ("before_commit", index_changes),
        ("after_soft_rollback", _forget_changes),
    ):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _note_changes(session: Session, _context: UOWTransaction) -> None:
    changed: Sources = session.info.setdefault(CHANGED, Sources())
    for row in session.new:
        _note(row, changed)
    for row in session.dirty:
        if _is_indexed_otherwise(row):
            _note(row, changed)


def index_changes(session: Session) -> None:
    """Index what the transaction has changed so far; before a commit this happens by itself."""
    session.flush()  # what it writes is noted first
    changed = session.info.pop(CHANGED, None)
    if changed:
        refresh(changed)


def _forget_changes(session: Session, _previous: object) -> None:
    session.info.pop(CHANGED, None)


INDEXED: Mapping[type, tuple[str, ...]] = {
    Bulletin: ("team_id", "week", "priorities", "ups_and_downs", "help", "withdrawn_at"),
    HelpRequest: ("state",),
    KeyDate: ("team_id", "bulletin_id", "day", "text"),
    Introduction: ("promotion_id", "week", "text", "withdrawn_at"),
    Team: ("promotion_id", "name"),
}


def _is_indexed_otherwise(row: object) -> bool:
    """Return whether something of `row` has changed that its entry holds."""
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in INDEXED.get(type(row), ()))


@singledispatch
def _note(_row: object, _changed: Sources) -> None:
    """Note in `changed` which entry depends on this row."""


@_note.register
def _(row: Bulletin, changed: Sources) -> None:
    changed.bulletins.add(row.id)


@_note.register
def _(row: HelpRequest, changed: Sources) -> None:
    changed.bulletins.add(row.bulletin_id)


@_note.register
def _(row: KeyDate, changed: Sources) -> None:
    changed.key_dates.add(row.id)


@_note.register
def _(row: Introduction, changed: Sources) -> None:
    changed.introductions.add(row.id)


@_note.register
def _(row: Team, changed: Sources) -> None:
    changed.teams.add(row.id)

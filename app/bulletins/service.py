"""Saving a bulletin: one a team and a week, every revision kept, the second of two authors told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.bulletins.filing import Filing, filing
from app.bulletins.freeze import is_frozen
from app.bulletins.models import Bulletin, KeyDate, Revision
from app.bulletins.moods import Mood
from app.bulletins.signals import bulletin_saved
from app.database import db
from app.markdown import to_html
from app.teams.locking import lock_promotion
from app.teams.models import Person, Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class BulletinDraft:
    """The texts of a bulletin, cleaned, before they are saved."""

    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str = ""
    key_date: date | None = None
    key_date_text: str = ""


class WeekNotOpenError(Exception):
    """The team may not write this week's bulletin now; `filing` says why."""

    def __init__(self, state: Filing) -> None:
        self.filing = state
        super().__init__(state.value)


class EditConflictError(Exception):
    """Somebody saved another revision since the author opened the form; `theirs` is the bulletin as it stands."""

    def __init__(self, theirs: Bulletin) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision)


def find_bulletin(team: Team, week: Week) -> Bulletin | None:
    """The team's bulletin of the week, if it has written one."""
    return db.session.scalar(select(Bulletin).where(Bulletin.team_id == team.id, Bulletin.week == week))


def filing_of(team: Team, week: Week, now: datetime) -> Filing:
    """What the team may do with its bulletin of the week at `now`."""
    written = find_bulletin(team, week) is not None
    return filing_given(team, week, now, written=written, issued=is_frozen(team.promotion_id, week))


def filing_given(team: Team, week: Week, now: datetime, *, written: bool, issued: bool) -> Filing:
    """The same, given whether the team has written and whether the week's digest exists."""
    if not team.is_active_in(week) or not team.promotion.has_week(week):
        return Filing.OVER
    return filing(team.promotion.timetable, week, now, written=written, issued=issued)


def save_bulletin(team: Team, week: Week, author: Person, draft: BulletinDraft, base: int, now: datetime) -> Bulletin:
    """Save a revision that starts from revision `base` (0: a new bulletin).

    A bulletin that says all this already stays as it is: a button pressed twice is no second author.
    Raises WeekNotOpenError when the week does not take it, EditConflictError when another revision came first; nothing
    changes then.
    """
    lock_promotion(team.promotion_id, shared=True)
    bulletin = _hold_bulletin(team, week)
    if bulletin is not None and draft_of(bulletin) == draft:
        return bulletin
    if bulletin is not None and bulletin.revision != base:
        raise EditConflictError(bulletin)
    state = filing_of(team, week, now)
    if state not in {Filing.OPEN, Filing.LATE}:
        raise WeekNotOpenError(state)
    try:
        bulletin = bulletin or _new_bulletin(team, week, now)
        _write(bulletin, draft, author, now)
        bulletin_saved.send(bulletin, now=now)
        db.session.commit()
    except IntegrityError:  # the other of two authors was first
        db.session.rollback()
        theirs = find_bulletin(team, week)
        if theirs is None:
            raise
        if draft_of(theirs) == draft:
            return theirs
        raise EditConflictError(theirs) from None
    return bulletin


def draft_of(bulletin: Bulletin) -> BulletinDraft:
    """What the bulletin says, as it was typed."""
    return BulletinDraft(
        mood=bulletin.mood,
        priorities=bulletin.priorities,
        ups_and_downs=bulletin.ups_and_downs,
        help=bulletin.help,
        key_date=bulletin.key_day,
        key_date_text=bulletin.key_text,
    )


def _hold_bulletin(team: Team, week: Week) -> Bulletin | None:
    """The bulletin as it stands now, whatever the session has seen of it, held until the transaction ends."""
    query = select(Bulletin).where(Bulletin.team_id == team.id, Bulletin.week == week).with_for_update()
    return db.session.scalar(query, execution_options={"populate_existing": True})


def _new_bulletin(team: Team, week: Week, now: datetime) -> Bulletin:
    late = is_frozen(team.promotion_id, week)
    bulletin = Bulletin(team=team, week=week, revision=0, late=late, created_at=now)
    db.session.add(bulletin)
    return bulletin


def _write(bulletin: Bulletin, draft: BulletinDraft, author: Person, now: datetime) -> None:
    bulletin.mood = draft.mood
    bulletin.priorities, bulletin.priorities_html = draft.priorities, to_html(draft.priorities)
    bulletin.ups_and_downs, bulletin.ups_and_downs_html = draft.ups_and_downs, to_html(draft.ups_and_downs)
    bulletin.help, bulletin.help_html = draft.help, to_html(draft.help) if draft.help else ""
    bulletin.revision += 1
    bulletin.author, bulletin.updated_at = author, now
    _write_key_date(bulletin, draft)
    bulletin.revisions.append(
        Revision(
            number=bulletin.revision,
            author=author,
            saved_at=now,
            mood=draft.mood,
            priorities=draft.priorities,
            ups_and_downs=draft.ups_and_downs,
            help=draft.help,
            key_date=draft.key_date,
            key_date_text=draft.key_date_text,
        )
    )
    db.session.flush()


def _write_key_date(bulletin: Bulletin, draft: BulletinDraft) -> None:
    if draft.key_date is None:
        bulletin.key_date = None
    elif bulletin.key_date is None:
        bulletin.key_date = KeyDate(team=bulletin.team, day=draft.key_date, text=draft.key_date_text)
    else:
        bulletin.key_date.day, bulletin.key_date.text = draft.key_date, draft.key_date_text

"""Saving a bulletin: one for each team and week, with every revision; a second author at once is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from blinker import Namespace
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.bulletins.key_dates import follow_key_date
from app.bulletins.models import Bulletin, Revision
from app.bulletins.moods import Mood
from app.bulletins.queries import find_bulletin, is_frozen, team_filing_window
from app.bulletins.rules import FilingWindow
from app.database import db
from app.markdown import to_html
from app.teams.locking import lock_promotion
from app.teams.models import Person, Team
from app.weeks import Week

bulletin_saved = Namespace().signal("bulletin-saved")
"""Sent as `bulletin_saved.send(bulletin, now=now)`, inside the transaction, before it is committed."""
published_text_changed = Namespace().signal("published-text-changed")
"""Sent as `published_text_changed.send(promotion, now=now)`, inside the transaction: a published text of the promotion
was corrected or withdrawn, or a call for help closed. Letters that tell it and have not left are written anew.
"""


@dataclass(frozen=True, slots=True)
class BulletinDraft:
    """The texts of a bulletin as cleaned by `clean_text`, before they are saved."""

    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str = ""
    key_date: date | None = None
    key_date_text: str = ""


class WeekNotOpenError(Exception):
    """The team may not write this week's bulletin now; `window` is the reason."""

    def __init__(self, window: FilingWindow) -> None:
        self.window = window
        super().__init__(window.value)


class EditConflictError(Exception):
    """Somebody saved another revision since the author opened the form; `theirs` is the bulletin as saved."""

    def __init__(self, theirs: Bulletin) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision)


def save_bulletin(team: Team, week: Week, author: Person, draft: BulletinDraft, base: int, now: datetime) -> Bulletin:
    """Save `draft` as a revision that starts from revision `base` (0: a new bulletin). Commits.

    A bulletin with the very same texts is returned unchanged: a button pressed twice is no second author. Nothing
    changes when it raises WeekNotOpenError, since the team may not write now, or EditConflictError, since another
    revision came first.
    """
    lock_promotion(team.promotion_id, shared=True)  # from here to the commit, the week cannot be frozen
    bulletin = _lock_bulletin(team, week)
    if bulletin is not None and draft_of(bulletin) == draft:
        return bulletin
    if bulletin is not None and bulletin.revision != base:
        raise EditConflictError(bulletin)
    issued = is_frozen(team.promotion_id, week)
    window = team_filing_window(team, week, now, written=bulletin is not None, issued=issued)
    if window not in {FilingWindow.OPEN, FilingWindow.LATE}:
        raise WeekNotOpenError(window)
    try:
        if bulletin is None:
            bulletin = Bulletin(team=team, week=week, revision=0, late=issued, created_at=now, updated_at=now)
            db.session.add(bulletin)
        _write_revision(bulletin, draft, author, now)
        bulletin_saved.send(bulletin, now=now)
        db.session.commit()
    except IntegrityError:
        # a row that does not exist cannot be locked: the other of two authors has inserted the bulletin meanwhile
        db.session.rollback()
        theirs = find_bulletin(team, week)
        if theirs is None:
            raise
        if draft_of(theirs) == draft:
            return theirs
        raise EditConflictError(theirs) from None
    return bulletin


def draft_of(bulletin: Bulletin) -> BulletinDraft:
    """Return the texts of `bulletin` as they were typed."""
    return BulletinDraft(
        mood=bulletin.mood,
        priorities=bulletin.priorities,
        ups_and_downs=bulletin.ups_and_downs,
        help=bulletin.help,
        key_date=bulletin.key_day,
        key_date_text=bulletin.key_text,
    )


def add_revision(bulletin: Bulletin, author_id: int, now: datetime) -> None:
    """Add a revision with the current texts of `bulletin`."""
    bulletin.revision += 1
    bulletin.updated_at = now
    texts = asdict(draft_of(bulletin))
    bulletin.revisions.append(Revision(number=bulletin.revision, author_id=author_id, saved_at=now, **texts))


def _lock_bulletin(team: Team, week: Week) -> Bulletin | None:
    """Read the bulletin anew, whatever the session holds of it, and lock its row until the transaction ends."""
    query = select(Bulletin).where(Bulletin.team_id == team.id, Bulletin.week == week).with_for_update(key_share=True)
    return db.session.scalar(query, execution_options={"populate_existing": True})


def _write_revision(bulletin: Bulletin, draft: BulletinDraft, author: Person, now: datetime) -> None:
    """Give `bulletin` the texts of `draft`, their HTML, its key date and a further revision, and flush."""
    bulletin.mood = draft.mood
    bulletin.priorities, bulletin.priorities_html = draft.priorities, to_html(draft.priorities)
    bulletin.ups_and_downs, bulletin.ups_and_downs_html = draft.ups_and_downs, to_html(draft.ups_and_downs)
    bulletin.help, bulletin.help_html = draft.help, to_html(draft.help) if draft.help else ""
    bulletin.author = author
    bulletin.key_date = follow_key_date(
        bulletin.key_date,
        bulletin.team.id,
        draft.key_date,
        draft.key_date_text,
        now,
        seen_by_all=bulletin.late or bulletin.published_in is not None,
    )
    add_revision(bulletin, author.id, now)
    db.session.flush()

"""The Friday note: ten minutes after the digest, what needs a person, by mail to the coordination."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.bulletins.freeze import hold
from app.database import db
from app.digests.letters import reference as letters_of
from app.digests.models import Digest
from app.digests.writers import Writing
from app.engagement.call_rows import standing_calls
from app.engagement.concerns import Concerns, TeamWeeks, find_concerns, is_note_due
from app.engagement.friday_words import sections
from app.engagement.writing import Told, writing_grid
from app.letters.mailing_status import count_letters
from app.letters.outbox import add_mailing, is_posted
from app.routing import public_url
from app.teams.members import coordination
from app.teams.models import Promotion
from app.teams.notes import queue_note
from app.weeks import Week

WAS_TO_WRITE = (Writing.WROTE, Writing.LATE, Writing.MISSING)


def queue_due_notes(promotion: Promotion, now: datetime) -> int:
    """Queue the note about the latest digest when it is due, once. Gives how many letters were made."""
    digest = _latest_digest(promotion.id)
    if digest is None or not is_note_due(digest.issued_at, promotion.timetable.closes(digest.week), now):
        return 0
    reference = f"friday-note:{digest.id}"
    if is_posted(reference):
        return 0
    hold(promotion.id, alone=True)
    if is_posted(reference):  # by another job process, while this one waited
        return 0
    made = _queue(digest, reference, now)
    if not made:  # a mailing without letters: the next tick must not look again
        add_mailing("note", promotion.locale, "", "", "", reference=reference, created_at=now)
    db.session.commit()
    return made


def concerns_of(digest: Digest, now: datetime) -> Concerns:
    """What of the digest's week needs a person."""
    promotion = digest.promotion
    counts = count_letters(letters_of(digest))
    return find_concerns(
        _team_weeks(promotion, digest.week, now),
        standing_calls(promotion),
        promotion.today(now),
        failed=counts.failed - counts.unsubscribed,
        unknown=counts.unknown,
    )


def _latest_digest(promotion_id: int) -> Digest | None:
    query = select(Digest).where(Digest.promotion_id == promotion_id).order_by(Digest.week.desc()).limit(1)
    return db.session.scalar(query)


def _queue(digest: Digest, reference: str, now: datetime) -> int:
    concerns, promotion = concerns_of(digest, now), digest.promotion
    if not concerns:
        return 0
    return queue_note(
        "friday_note",
        coordination(promotion, now),
        reference=reference,
        now=now,
        promotion=promotion,
        week=digest.week,
        concerns=concerns,
        sections=sections,
        page=public_url("engagement.engagement", promotion_slug=promotion.slug),
        letters_page=public_url("editions.edition", promotion_slug=promotion.slug, week=digest.week),
    )


def _team_weeks(promotion: Promotion, week: Week, now: datetime) -> list[TeamWeeks]:
    grid = writing_grid(promotion, now)
    until = sum(each <= week for each in grid.weeks)
    return [_of_team(line.team.name, line.cells[:until]) for line in grid.lines if until]


def _of_team(name: str, cells: list[Told]) -> TeamWeeks:
    moods = [cell.mood for cell in cells if cell.writing in WAS_TO_WRITE]
    return TeamWeeks(name, expected=cells[-1].writing in WAS_TO_WRITE, moods=moods)

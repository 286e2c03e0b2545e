"""What reading adds to pages of every feature: the choice of automatic marking, the question, the number of readers.

The functions are known to all templates; they record nothing.
"""

from __future__ import annotations

from datetime import datetime

from flask import g

from app import clock
from app.readership.auto_marking import ConsentStatus, consent_status, status_after
from app.readership.consent import Choice
from app.readership.question import HABIT_LABELS, Question, questions_for
from app.readership.service import unread_weeks
from app.readership.writer_feedback import WriterFeedback, latest_feedback
from app.teams.models import Membership, Team
from app.weeks import Week


def template_values() -> dict[str, object]:
    """Return them by the names under which templates know them."""
    return {
        "automatic_marking": automatic_marking,
        "month_questions": month_questions,
        "latest_feedback": _latest_feedback,
        "weeks_to_read": _weeks_to_read,
        "HABIT_LABELS": HABIT_LABELS,
    }


def automatic_marking(member: Membership) -> ConsentStatus:
    """Return the member's consent to automatic marking; one page asks several times, it is looked up once."""
    statuses = _statuses()
    if member.id not in statuses:
        statuses[member.id] = consent_status(member, clock.now())
    return statuses[member.id]


def note_choice(member: Membership, choice: Choice | None, chosen_at: datetime | None) -> None:
    """Take the member's latest choice as known, for this request: nothing is looked up any more."""
    _statuses()[member.id] = status_after(choice, chosen_at, member, clock.now())


def _statuses() -> dict[int, ConsentStatus]:
    statuses: dict[int, ConsentStatus] = g.setdefault("consent_statuses", {})
    return statuses


def month_questions(member: Membership) -> list[Question]:
    """Return what the member is asked now about their reading."""
    return questions_for(member, clock.now())


def _weeks_to_read() -> frozenset[Week]:
    """Return the weeks whose digests the signed-in member has still to read; only for their own eyes."""
    return frozenset(unread_weeks(g.membership, clock.now()))


def _latest_feedback(team: Team) -> WriterFeedback | None:
    return latest_feedback(team, clock.now())

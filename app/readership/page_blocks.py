"""What reading puts on the pages of every room: the choice of automatic marking, the question, the thanks.

The functions are known to all templates; they record nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import g

from app import clock
from app.readership.automatic import ConsentStatus, consent_status
from app.readership.habit_words import HABIT_WORDS
from app.readership.question import Question, questions_for
from app.readership.thanks import latest_thanks
from app.teams.models import Membership


def blocks() -> dict[str, Callable[..., object] | object]:
    """By the names under which templates know them."""
    return {
        "automatic_marking": automatic_marking,
        "month_questions": _questions,
        "latest_thanks": latest_thanks,
        "HABIT_WORDS": HABIT_WORDS,
    }


def automatic_marking(member: Membership) -> ConsentStatus:
    """Return the member's consent to automatic marking; one page asks several times, it is looked up once."""
    statuses: dict[int, ConsentStatus] = g.setdefault("consent_statuses", {})
    if member.id not in statuses:
        statuses[member.id] = consent_status(member, clock.now())
    return statuses[member.id]


def _questions(member: Membership) -> list[Question]:
    return questions_for(member, clock.now())

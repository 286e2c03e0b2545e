"""What reading puts on the pages of every room: the choice of automatic marking, the question, the thanks.

The functions are known to all templates; they record nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import g

from app import clock
from app.readership.automatic import Standing, standing_of
from app.readership.habit_words import HABIT_WORDS
from app.readership.question import Question, questions_for
from app.readership.thanks import latest_thanks
from app.teams.models import Membership


def blocks() -> dict[str, Callable[..., object] | object]:
    """By the names under which templates know them."""
    return {
        "automatic_marking": standing,
        "month_questions": _questions,
        "latest_thanks": latest_thanks,
        "HABIT_WORDS": HABIT_WORDS,
    }


def standing(member: Membership) -> Standing:
    """Where the member stands with automatic marking: asked several times by one page, looked up once."""
    standings: dict[int, Standing] = g.setdefault("standings", {})
    if member.id not in standings:
        standings[member.id] = standing_of(member, clock.now())
    return standings[member.id]


def _questions(member: Membership) -> list[Question]:
    return questions_for(member, clock.now())

"""The question of the month, « Lisez-vous les bulletins ? »: one answer a member and month, until it is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.readership.asking import asked_months
from app.readership.figures.queries import GROUPS
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership
from app.weeks import Week


class NotAskedError(DomainError):
    """The month is still to come, frozen, or nobody's; or the member is not among those who are asked."""

    status = 409
    advice = _l("This month’s question is closed, or not asked yet. Your answers to it stand as they are.")


@dataclass(frozen=True, slots=True)
class Question:
    """The question of a month to one member, with their answer so far."""

    month: date
    answer: Habit | None


def questions_for(member: Membership, now: datetime) -> list[Question]:
    """What the member is asked today; nothing for those outside the figures or who have left."""
    answers = {month: db.session.get(MonthAnswer, (member.id, month)) for month in _asked(member, now)}
    return [Question(month, answer.habit if answer else None) for month, answer in answers.items()]


def answer_question(member: Membership, month: date, habit: Habit, now: datetime) -> None:
    """Keep the member's answer, in the place of an earlier one. Raises NotAskedError."""
    if month not in _asked(member, now):
        raise NotAskedError(f"{month:%Y-%m} is not asked about today")
    try:
        db.session.merge(MonthAnswer(membership_id=member.id, month=month, habit=habit))
        db.session.commit()
    except IntegrityError:  # two taps at once: the other one came first, this one comes last
        db.session.rollback()
        db.session.merge(MonthAnswer(membership_id=member.id, month=month, habit=habit))
        db.session.commit()


def _asked(member: Membership, now: datetime) -> tuple[date, ...]:
    promotion = member.promotion
    if member.role not in GROUPS or not member.is_current(promotion.today(now)):
        return ()
    first, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
    return asked_months(promotion.timetable, first, last, promotion.today(now))

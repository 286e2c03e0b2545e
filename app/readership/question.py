"""The question of the month, « Lisez-vous les bulletins ? »: one answer a member and month, until it is final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.readership.figures.months import is_final
from app.readership.figures.queries import GROUPS
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership
from app.weeks import Timetable, Week

WEEKS_BACK = 6  # a month is final a week after its end: its last digest is never further away
HABIT_LABELS = {  # the survey's very words
    Habit.WEEKLY: _l("every week"),
    Habit.TWICE: _l("at least twice a month"),
    Habit.ONCE: _l("sometimes (once a month)"),
    Habit.RARELY: _l("rarely"),
    Habit.NEVER: _l("never"),
}


class NotAskedError(DomainError):
    """The month is still to come, final, or none of the promotion's; or the member is not among those who are asked."""

    status = 409
    advice = _l(
        "The question about this month is closed, or has not been asked yet. Any answer you have given is unchanged."
    )


@dataclass(frozen=True, slots=True)
class Question:
    """The question of a month to one member, with their answer so far."""

    month: date
    answer: Habit | None


def questions_for(member: Membership, now: datetime) -> list[Question]:
    """Return what the member is asked today; nothing for those outside the figures or who have left."""
    answers = {month: db.session.get(MonthAnswer, (member.id, month)) for month in _months_for(member, now)}
    return [Question(month, answer.habit if answer else None) for month, answer in answers.items()]


def answer_question(member: Membership, month: date, habit: Habit, now: datetime) -> None:
    """Store the member's answer, in the place of an earlier one. Commits. Raises NotAskedError."""
    if month not in _months_for(member, now):
        raise NotAskedError(f"{month:%Y-%m} is not asked about today")
    try:
        db.session.merge(MonthAnswer(membership_id=member.id, month=month, habit=habit))
        db.session.commit()
    except IntegrityError:  # two taps at once: the other one came first, this one comes last
        db.session.rollback()
        db.session.merge(MonthAnswer(membership_id=member.id, month=month, habit=habit))
        db.session.commit()


@lru_cache(maxsize=256)
def asked_months(timetable: Timetable, first: Week, last: Week, today: date) -> tuple[date, ...]:
    """Return the months that a promotion is asked about `today` (in its zone), earliest first.

    A month is asked about from the week of its last digest until it is final: it is one month, or two at the very end.
    `first` and `last` are the promotion's weeks.
    """
    current = Week.of(today)
    weeks = [current + -back for back in range(WEEKS_BACK, -1, -1)]
    ended = [timetable.month(week) for week in weeks if first <= week <= last and timetable.ends_month(week, last)]
    return tuple(month for month in ended if month and not is_final(month, today))


def _months_for(member: Membership, now: datetime) -> tuple[date, ...]:
    promotion = member.promotion
    if member.role not in GROUPS or not member.is_current(promotion.today(now)):
        return ()
    first, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
    return asked_months(promotion.timetable, first, last, promotion.today(now))

"""Hold a digest back, put it off, let it leave as planned: decided once, by one of the coordination at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.queries import is_frozen, is_overtaken
from app.database import db
from app.digests.errors import AlreadyIssuedError
from app.digests.models import DigestSchedule
from app.digests.moments import AS_PLANNED, Decision, leaves_at
from app.digests.sources import planned_day
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.teams.locking import lock_promotion
from app.teams.models import Promotion
from app.weeks import Week

PUNCTUAL = timedelta(minutes=2)  # within which the job process issues what is due


class ScheduleConflictError(DomainError):
    """Somebody else decided something about the digest meanwhile; `theirs` is what holds now."""

    status = 409
    advice = _l("Somebody else has changed this meanwhile.")

    def __init__(self, theirs: DigestSchedule) -> None:
        self.theirs = theirs
        super().__init__(f"The schedule of {theirs.week} was changed meanwhile.")


def find_schedule(promotion_id: int, week: Week) -> DigestSchedule | None:
    """Return what is decided about the week's digest at present, with who decided it."""
    query = select(DigestSchedule).options(joinedload(DigestSchedule.person))
    query = query.where(DigestSchedule.promotion_id == promotion_id, DigestSchedule.week == week)
    return db.session.scalar(query, execution_options={"populate_existing": True})


def decision_of(schedule: DigestSchedule | None) -> Decision:
    """Return what a schedule says; as planned when there is none."""
    return Decision(held=schedule.held, put_off_to=schedule.put_off_to) if schedule else AS_PLANNED


def leaving_moment(promotion: Promotion, week: Week) -> datetime | None:
    """Return when the week's digest leaves by itself; None for one that is held, and for a week that has none."""
    return leaves_at(promotion.timetable, week, decision_of(find_schedule(promotion.id, week)))


def decisions_by_week(promotion_id: int) -> dict[Week, Decision]:
    """Return what was decided about the promotion's digests; weeks about which nothing was are missing."""
    query = select(DigestSchedule).where(DigestSchedule.promotion_id == promotion_id)
    return {schedule.week: decision_of(schedule) for schedule in db.session.scalars(query)}


def held_weeks(promotion: Promotion, now: datetime) -> list[Week]:
    """Return the weeks whose digests are held back, and would leave by themselves if they were not, oldest first."""
    query = select(DigestSchedule.week).where(DigestSchedule.promotion_id == promotion.id, DigestSchedule.held)
    weeks = db.session.scalars(query.order_by(DigestSchedule.week))
    held = [week for week in weeks if promotion.issues_itself(week, now) and not is_frozen(promotion.id, week)]
    return [week for week in held if not is_overtaken(promotion.id, week)]


def decide(promotion: Promotion, week: Week, decision: Decision, base: int, by: int | None, now: datetime) -> None:
    """Store what the person `by` (None: a command) decided on revision `base` (0: nothing decided yet). Commits.

    What is decided already changes nothing. Raises AlreadyIssuedError, ScheduleConflictError, NoDigestError.
    """
    planned_day(promotion, week)
    lock_promotion(promotion.id)  # so that the digest does not leave in between
    if is_frozen(promotion.id, week):
        raise AlreadyIssuedError(week)
    schedule = find_schedule(promotion.id, week)
    if decision_of(schedule) == decision:
        return
    if schedule is None:
        schedule = DigestSchedule(promotion_id=promotion.id, week=week, revision=0)
        db.session.add(schedule)
    elif schedule.revision != base:
        raise ScheduleConflictError(schedule)
    schedule.held, schedule.put_off_to = decision.held, decision.put_off_to
    schedule.revision, schedule.changed_at, schedule.person_id = schedule.revision + 1, now, by
    _record(promotion, week, decision, by, now)
    db.session.commit()


def _record(promotion: Promotion, week: Week, decision: Decision, by: int | None, now: datetime) -> None:
    action, detail = AuditAction.WEEK_RELEASED, ""
    if decision.held:
        action = AuditAction.WEEK_HELD
    elif decision.put_off_to:
        local = decision.put_off_to.astimezone(promotion.timetable.zone)
        action, detail = AuditAction.WEEK_PUT_OFF, f"{local:%Y-%m-%d %H:%M}"
    record_action(action, by, now, promotion_id=promotion.id, subject=week.label, detail=detail)

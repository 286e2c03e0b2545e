"""Change a promotion's hours, days off and pauses, from the first week on that has not closed. These commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app import fingerprints
from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.queries import is_frozen
from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.teams.hours import WeeklyHours, make_timetable
from app.teams.locking import lock_promotion
from app.teams.models import DayOff, Pause, Promotion, Team
from app.timetables.rules import DayOffFault, day_fault, days_between, first_open_week, may_begin_in
from app.weeks import Timetable, Week


class HoursConflictError(DomainError):
    """Somebody else changed the hours since the page was opened."""

    status = 409
    advice = _l("Somebody else has changed this meanwhile.")


class DayRefusedError(DomainError):
    """A day off cannot be added or taken back; `fault` says why."""

    status = 409

    def __init__(self, fault: DayOffFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


class PauseRefusedError(DomainError):
    """A pause cannot be: it overlaps another of its team, or begins in a week that has closed."""

    status = 409

    def __init__(self, *, overlaps: bool) -> None:
        self.overlaps = overlaps
        super().__init__("overlaps" if overlaps else "has closed")


def open_week(promotion: Promotion, now: datetime) -> Week:
    """Return the first week of the promotion whose moments may still change."""
    week = promotion.timetable.week_at(now)
    first = first_open_week(promotion.timetable, now, issued=is_frozen(promotion.id, week))
    return max(first, Week.of(promotion.starts_on))


def fingerprint(promotion: Promotion) -> str:
    """Return a few characters that change with the promotion's hours."""
    return fingerprints.fingerprint(promotion.hours, promotion.former_hours)


def with_hours(promotion: Promotion, hours: WeeklyHours) -> Timetable:
    """Return the promotion's timetable as it would be with other hours in all weeks."""
    days_off = tuple(off.day for off in promotion.days_off)
    return make_timetable(hours, (), days_off, promotion.starts_on, promotion.ends_on)


def first_choices(promotion: Promotion, hours: WeeklyHours, now: datetime) -> list[Week]:
    """Return the weeks from which on `hours` may hold: this one, unless something of it has begun, or the next."""
    first = open_week(promotion, now)
    begins = may_begin_in(promotion.timetable, with_hours(promotion, hours), first, now)
    return [first, first.next] if begins else [first.next]


def change_hours(promotion: Promotion, hours: WeeklyHours, first: Week, seen: str, by: int, now: datetime) -> None:
    """Give the promotion other hours from the week `first` on, unless they are not what the person `by` has `seen`.

    Earlier weeks keep theirs. The hours that hold already change nothing. Raises HoursConflictError.
    """
    lock_promotion(promotion.id)
    db.session.expire(promotion)
    if promotion.hours == hours:
        return
    if fingerprint(promotion) != seen or first not in first_choices(promotion, hours, now):
        raise HoursConflictError(f"The hours of {promotion.slug} were changed meanwhile.")
    before = promotion.hours
    has_closed = first > Week.of(promotion.starts_on)
    promotion.keep_hours_before(before, first if has_closed else None)
    promotion.timezone, promotion.country = hours.timezone, hours.country
    promotion.closing_weekday, promotion.closes_at = hours.closing_weekday, hours.closes_at
    promotion.digest_at, promotion.reminds_everyone_at = hours.digest_at, hours.reminds_everyone_at
    promotion.reminds_unwritten_at = [f"{at:%H:%M}" for at in hours.reminds_unwritten_at]
    detail = f"{hours.closing_weekday} {hours.closes_at:%H:%M}, {hours.digest_at:%H:%M}, {hours.timezone}"
    _note(promotion, AuditAction.TIMETABLE_CHANGED, by, now, first.label, detail)
    db.session.commit()


def add_days_off(promotion: Promotion, first: date, last: date, by: int, now: datetime) -> int:
    """Make the worked days from `first` to `last` days off; return how many. Raises DayRefusedError."""
    lock_promotion(promotion.id)
    db.session.expire(promotion)
    before = promotion.timetable
    days = days_between(before, first, last)
    after = _timetable_with(promotion, [*before.days_off, *days])
    for day in days:
        if fault := day_fault(before, after, day, open_week(promotion, now), now):
            raise DayRefusedError(fault)
    for day in days:
        promotion.days_off.append(DayOff(day=day))
        _note(promotion, AuditAction.DAY_OFF_ADDED, by, now, day.isoformat())
    db.session.commit()
    return len(days)


def remove_day_off(promotion: Promotion, day: date, by: int, now: datetime) -> bool:
    """Take a day off back; return False when it was none. Raises DayRefusedError."""
    lock_promotion(promotion.id)
    db.session.expire(promotion)
    row = next((off for off in promotion.days_off if off.day == day), None)
    if row is None:
        return False
    before = promotion.timetable
    after = _timetable_with(promotion, [each for each in before.days_off if each != day])
    if fault := day_fault(before, after, day, open_week(promotion, now), now):
        raise DayRefusedError(fault)
    promotion.days_off.remove(row)
    _note(promotion, AuditAction.DAY_OFF_REMOVED, by, now, day.isoformat())
    db.session.commit()
    return True


def add_pause(team: Team, first: Week, last: Week, reason: str, by: int, now: datetime) -> None:
    """Pause the team from `first` to `last`; the same pause once more changes nothing. Raises PauseRefusedError."""
    promotion = team.promotion
    lock_promotion(promotion.id)
    pauses = _pauses_of(team)
    if any((pause.first_week, pause.last_week, pause.reason) == (first, last, reason) for pause in pauses):
        return
    if first < open_week(promotion, now):
        raise PauseRefusedError(overlaps=False)
    if any(pause.first_week <= last and first <= pause.last_week for pause in pauses):
        raise PauseRefusedError(overlaps=True)
    db.session.add(Pause(team_id=team.id, first_week=first, last_week=last, reason=reason))
    _note(promotion, AuditAction.PAUSE_ADDED, by, now, team.name, f"{first}–{last}")
    db.session.commit()


def end_pause(promotion: Promotion, pause_id: int, by: int, now: datetime) -> bool:
    """Take a pause back, or what is left of it where weeks of it have closed; return False when nothing is left."""
    lock_promotion(promotion.id)
    query = select(Pause).join(Team, Team.id == Pause.team_id)
    query = query.where(Pause.id == pause_id, Team.promotion_id == promotion.id)
    pause = db.session.scalar(query, execution_options={"populate_existing": True})
    first_open = open_week(promotion, now)
    if pause is None or pause.last_week < first_open:
        return False
    team = db.session.get_one(Team, pause.team_id)
    detail = f"{pause.first_week}–{pause.last_week}"
    if pause.first_week >= first_open:
        db.session.delete(pause)
        _note(promotion, AuditAction.PAUSE_REMOVED, by, now, team.name, detail)
    else:
        pause.last_week = first_open.previous
        _note(promotion, AuditAction.PAUSE_CHANGED, by, now, team.name, f"{pause.first_week}–{pause.last_week}")
    db.session.commit()
    return True


def _pauses_of(team: Team) -> Sequence[Pause]:
    query = select(Pause).where(Pause.team_id == team.id)
    return db.session.scalars(query, execution_options={"populate_existing": True}).all()


def _timetable_with(promotion: Promotion, days_off: Sequence[date]) -> Timetable:
    return make_timetable(
        promotion.hours, promotion.former_hours, tuple(sorted(days_off)), promotion.starts_on, promotion.ends_on
    )


def _note(promotion: Promotion, action: AuditAction, by: int, now: datetime, subject: str, detail: str = "") -> None:
    record_action(action, by, now, promotion_id=promotion.id, subject=subject, detail=detail)

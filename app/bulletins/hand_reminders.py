"""Remind one team by hand: a letter to its EIGs, once a click, whoever clicks twice or at the same time as another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.queries import is_frozen, promotion_filing_window
from app.bulletins.reminders import members_to_remind, reminder_reference, teams_to_remind
from app.bulletins.rules import FilingWindow
from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, render_mail
from app.routing import public_url
from app.teams.locking import lock_promotion
from app.teams.models import Promotion, Team
from app.teams.notifications import queue_for_members, reply_addresses
from app.weeks import ReminderAudience, Week

BY_HAND = "team-"  # begins what tells the hand reminders of a week apart


class NothingToRemindError(DomainError):
    """The team has written, is paused or not expected, or the week takes no bulletin for its digest any more."""

    status = 409
    advice = _l("This team needs no reminder: its bulletin has arrived, it is paused, or the week is over.")


@dataclass(frozen=True, slots=True)
class HandReminders:
    """How many times a team was reminded by hand in a week, and when last."""

    number: int = 0
    latest: datetime | None = None


def hand_reminders(promotion_id: int, week: Week) -> dict[int, HandReminders]:
    """Return the hand reminders of a week by the id of their team."""
    prefix = reminder_reference(promotion_id, week, BY_HAND)
    query = select(Mailing.reference, Mailing.created_at).where(Mailing.reference.startswith(prefix, autoescape=True))
    latest: dict[str, datetime] = dict(db.session.execute(query).all())  # of the mailings in each language, one
    found: dict[int, HandReminders] = {}
    for reference, at in sorted(latest.items(), key=lambda each: each[1]):
        team_id = int(reference.removeprefix(prefix).partition("-")[0])
        found[team_id] = HandReminders(found.get(team_id, HandReminders()).number + 1, at)
    return found


def may_remind(promotion: Promotion, week: Week, now: datetime, *, issued: bool) -> bool:
    """Return whether a team that has not written may still join the digest of `week`: it is not `issued`, nor over."""
    if issued:
        return False
    window = promotion_filing_window(promotion, week, now, written=False, issued=False)
    return window in {FilingWindow.OPEN, FilingWindow.LATE}


def remind_team(promotion: Promotion, team: Team, week: Week, seen: int, by: int, now: datetime) -> bool:
    """Write to the EIGs of the team, unless it was reminded since the person `by` saw `seen` reminders. Commits.

    Return whether a reminder was made. Nobody learns who gets no letter because they have unsubscribed. Raises
    NothingToRemindError.
    """
    lock_promotion(promotion.id)
    may = may_remind(promotion, week, now, issued=is_frozen(promotion.id, week))
    if not may or team.id not in {each.id for each in teams_to_remind(promotion, week)}:
        raise NothingToRemindError(f"{team.name} needs no reminder for {week}.")
    if hand_reminders(promotion.id, week).get(team.id, HandReminders()).number != seen:
        return False
    reference = reminder_reference(promotion.id, week, f"{BY_HAND}{team.id}-{seen + 1}")
    members = members_to_remind(promotion, [team], ReminderAudience.NOT_WRITTEN, now)
    if not queue_for_members(members, lambda locale: _write(promotion, team, week, reference, locale, now), now):
        _write(promotion, team, week, reference, promotion.locale, now)  # it counts as made all the same
    record_action(AuditAction.TEAM_REMINDED, by, now, promotion_id=promotion.id, subject=team.name, detail=week.label)
    db.session.commit()
    return True


def _write(promotion: Promotion, team: Team, week: Week, reference: str, locale: str, now: datetime) -> Mailing:
    timetable, closes = promotion.timetable, promotion.timetable.closes(week)
    subject, text, html = render_mail(
        "team_reminder",
        locale,
        promotion=promotion,
        team=team.name,
        week=week,
        closes=closes,
        is_open=closes is not None and now < closes,
        zone=timetable.zone,
        form_url=public_url("bulletins.form", promotion_slug=promotion.slug, week=week),
    )
    replies = reply_addresses(promotion, now)
    return add_mailing("reminder", locale, subject, text, html, reference=reference, created_at=now, reply_to=replies)

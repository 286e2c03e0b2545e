"""Reminders by e-mail while a team has not written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.bulletins.queries import is_frozen, teams_that_wrote
from app.bulletins.rules import is_reminded, reminder_due
from app.database import db
from app.letters.kinds import REMINDER, Kind, LetterContext, WithheldError
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, is_any_posted, render_mail
from app.letters.suppression import suppressed_addresses
from app.rota.queries import find_rotas
from app.routing import public_url
from app.teams.locking import lock_if_due
from app.teams.models import Membership, Promotion, Team
from app.teams.notifications import queue_for_members, reply_addresses
from app.teams.queries import teams_of
from app.teams.roles import Role
from app.teams.subscriptions import Subscription, is_unsubscribed, reminders_unsubscribe_url
from app.weeks import Reminder, ReminderAudience, Week

REFERENCE = "reminder"  # which the references of its mailings begin with
GIVE_UP_AFTER = timedelta(hours=1)  # a reminder that comes late is of no use


def queue_due_reminders(promotion: Promotion, now: datetime) -> int:
    """Queue the promotion's reminder that is due at `now`, once; return how many letters were queued. Commits."""
    due = find_due_reminder(promotion, now)
    if due is None:
        return 0
    week, reminder = due
    reference = reminder_reference(promotion.id, week, f"{reminder.at.astimezone(promotion.timetable.zone):%H:%M}")
    if not lock_if_due(promotion.id, lambda: not is_any_posted(reference)):
        return 0
    queued = _queue(promotion, week, reminder, reference, now)
    db.session.commit()
    return queued


def find_due_reminder(promotion: Promotion, now: datetime) -> tuple[Week, Reminder] | None:
    """Return the week of `now` and its reminder that is due, sent or not; None when none is, or the digest is out."""
    week = promotion.timetable.week_at(now)
    reminder = reminder_due(promotion.timetable, week, now) if promotion.has_week(week) else None
    if reminder is None or is_frozen(promotion.id, week):  # the digest may have been issued before its time
        return None
    return week, reminder


def reminder_reference(promotion_id: int, week: Week, which: str) -> str:
    """Return the reference of the mailings of a reminder about `week`; `which` tells those of one week apart."""
    return f"{REFERENCE}:{promotion_id}:{week}:{which}"


def teams_to_remind(promotion: Promotion, week: Week) -> list[Team]:
    """Return the teams that are expected to write in `week`, are not paused, and have not written."""
    wrote = teams_that_wrote(promotion.id, week)
    day = promotion.timetable.closing_day(week)
    expected = (team for team in teams_of(promotion.id) if day and team.is_active(day) and not team.is_paused(week))
    return [team for team in expected if team.id not in wrote]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the teams that are expected to write in a week have."""

    wrote: int
    expected: int


def writing_progress(promotion: Promotion, week: Week) -> Progress:
    """Count the teams that have written in `week`, and those that are expected to, paused ones apart."""
    wrote = len(teams_that_wrote(promotion.id, week))
    return Progress(wrote, wrote + len(teams_to_remind(promotion, week)))


def members_to_remind(
    promotion: Promotion, teams: Collection[Team], audience: ReminderAudience, now: datetime
) -> list[Membership]:
    """Return the members of `teams` who get a reminder for `audience`: reached by mail, and not unsubscribed."""
    query = select(Membership).where(Membership.team_id.in_([team.id for team in teams]))
    today, suppressed = promotion.today(now), suppressed_addresses()
    members = []
    for member in db.session.scalars(query.options(joinedload(Membership.person), joinedload(Membership.team))):
        reached = member.person.email and member.person.email.lower() not in suppressed
        wants = member.is_current(today) and not is_unsubscribed(member, Subscription.REMINDERS)
        if reached and wants and is_reminded(member.role, audience):
            members.append(member)
    return members


def _queue(promotion: Promotion, week: Week, reminder: Reminder, reference: str, now: datetime) -> int:
    """Queue the letters of one reminder, to EIGs and mentors; they name the member whose turn it is."""
    progress, replies = writing_progress(promotion, week), reply_addresses(promotion, now)

    def write_mailing(reference: str, locale: str, *, writes: bool, turn: Membership | None, own_turn: bool) -> Mailing:
        subject, text, html = render_mail(
            "reminder",
            locale,
            week=week,
            closes=promotion.timetable.closes(week),
            zone=promotion.timetable.zone,
            promotion=promotion,
            writes=writes,
            turn=turn,
            own_turn=own_turn,
            progress=progress,
            form_url=public_url("bulletins.form", promotion_slug=promotion.slug),
            week_url=public_url("home.promotion_week", promotion_slug=promotion.slug),
            asked_month=promotion.month_ended_by(week),
            question_url=f"{public_url('home.promotion_week', promotion_slug=promotion.slug)}#question",
        )
        return add_mailing(
            "reminder",
            locale,
            subject,
            text,
            html,
            reference=reference,
            created_at=now,
            reply_to=replies,
            private=turn is not None,  # it names somebody
        )

    queued = 0
    addressed = members_to_remind(promotion, teams_to_remind(promotion, week), reminder.audience, now)
    for (role, turn, own_turn), members in _by_text(addressed, week).items():
        writes = role is Role.EIG
        of_turn = f":{'turn' if own_turn else 'others'}:{turn.team_id}" if turn else ""
        write = partial(
            write_mailing,
            f"{reference}{'' if writes else ':mentors'}{of_turn}",
            writes=writes,
            turn=turn,
            own_turn=own_turn,
        )
        queued += queue_for_members(members, write, now)
    return queued


def _by_text(members: Iterable[Membership], week: Week) -> dict[tuple[Role, Membership | None, bool], list[Membership]]:
    """Group the members by what their letters say: (role, whose turn it is in their team, whether it is theirs)."""
    members = list(members)
    teams = {member.team.id: member.team for member in members if member.team}
    rotas = find_rotas(list(teams.values()))
    groups: dict[tuple[Role, Membership | None, bool], list[Membership]] = defaultdict(list)
    for member in members:
        turn = rotas[member.team_id].turn_in(week) if member.team_id else None
        groups[member.role, turn, turn is not None and turn.id == member.id].append(member)
    return groups


def _urls(context: LetterContext) -> Mapping[str, str]:
    member = db.session.get(Membership, context.get_membership_id())
    if member is None or _has_written(member, context.shared):
        raise WithheldError("the team has written since the reminder was queued")
    if is_frozen(member.promotion_id, context.shared):
        raise WithheldError("the digest has been issued since the reminder was queued")
    return {"unsubscribe_url": reminders_unsubscribe_url(member, context.written_at)}


def _has_written(member: Membership, week: Week) -> bool:
    """Return whether the member's team has written in the week that a reminder is about."""
    return member.team_id in teams_that_wrote(member.promotion_id, week)


def _week_of(reference: str) -> Week:
    """Return the week that a mailing made with `reminder_reference` is about."""
    return Week.parse(reference.split(":")[2])


KIND = Kind(
    name=REFERENCE,
    precedence=REMINDER,
    give_up_after=GIVE_UP_AFTER,
    urls=_urls,
    unsubscribable=True,
    load_shared=_week_of,
)

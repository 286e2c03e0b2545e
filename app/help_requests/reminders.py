"""One letter to the team of a call that nobody has answered: what it can still do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.bulletins.models import Bulletin
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState, is_time_for_letters, is_unanswered_too_long
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, render_mail, rewrite_mailing, unsent_mailings, without_placeholders
from app.markdown import to_text
from app.routing import public_url
from app.teams.locking import lock_if_due
from app.teams.members import members_on
from app.teams.models import Membership, Promotion, Team
from app.teams.notifications import queue_for_members, refuse_forgotten, reply_addresses
from app.teams.roles import Role
from app.teams.subscriptions import Subscription, is_unsubscribed, reminders_unsubscribe_url
from app.weeks import Week

GIVE_UP_AFTER = timedelta(days=2)


def queue_due_call_reminders(promotion: Promotion, now: datetime) -> int:
    """Queue the letters about calls that nobody has answered, one a team and person; return how many. Commits.

    Each call is written about once, whether or not anybody of its team could be reached.
    """
    week = promotion.timetable.week_at(now)
    if not promotion.has_week(week) or not is_time_for_letters(promotion.timetable, now):
        return 0
    due = lock_if_due(promotion.id, lambda: _due(promotion, week))
    if not due:
        return 0
    by_team: dict[Team, list[HelpRequest]] = defaultdict(list)
    for call in due:
        by_team[call.team].append(call)
        call.reminded_at = now
    eigs = list(members_on(promotion.id, promotion.today(now), [Role.EIG]))
    queued = sum(_write(team, calls, eigs, now) for team, calls in by_team.items())
    db.session.commit()
    return queued


def _due(promotion: Promotion, week: Week) -> list[HelpRequest]:
    """Read the calls that are to be written about in `week`, the oldest first."""
    query = (
        select(HelpRequest)
        .join(HelpRequest.team)
        .join(HelpRequest.bulletin)
        .options(contains_eager(HelpRequest.team).joinedload(Team.pauses))
        .options(contains_eager(HelpRequest.bulletin).load_only(Bulletin.published_in))
        .where(Team.promotion_id == promotion.id, HelpRequest.state == HelpState.OPEN)
        .where(HelpRequest.reminded_at.is_(None), Bulletin.published_in.is_not(None))
        .order_by(HelpRequest.id)
    )
    return [
        call
        for call in db.session.scalars(query).unique()
        if call.published_in and is_unanswered_too_long(call.published_in, week) and not call.team.is_paused(week)
    ]


def _write(team: Team, calls: list[HelpRequest], eigs: Sequence[Membership], now: datetime) -> int:
    """Queue one letter for each of `eigs` who is of the team and wants reminders, about `calls`."""

    def write_mailing(locale: str) -> Mailing:
        subject, text, html = _render(team, calls, locale)
        return add_mailing(
            "call_unanswered",
            locale,
            subject,
            text,
            html,
            reference=_reference(calls[0].id),
            created_at=now,
            reply_to=reply_addresses(team.promotion, now),
            private=True,  # a call may be withdrawn
        )

    wanted = [m for m in eigs if m.team_id == team.id and not is_unsubscribed(m, Subscription.REMINDERS)]
    return queue_for_members(wanted, write_mailing, now)


def renew_call_reminders(promotion: Promotion, now: datetime) -> None:  # noqa: ARG001 — a listener of a signal
    """Let the letters that have not left yet quote the calls that still wait, as they are now. Never commits."""
    query = select(HelpRequest).join(HelpRequest.team).order_by(HelpRequest.id)
    query = query.where(Team.promotion_id == promotion.id, HelpRequest.reminded_at.is_not(None))
    references = map(_reference, db.session.scalars(query.with_only_columns(HelpRequest.id)))
    if not (mailings := unsent_mailings(Mailing.reference.in_(list(references)))):
        return
    told = {_reference(call.id): call for call in db.session.scalars(query)}
    for mailing in mailings:
        first = told[mailing.reference]
        calls = [
            call
            for call in told.values()
            if (call.team_id, call.reminded_at) == (first.team_id, first.reminded_at) and call.state is HelpState.OPEN
        ]
        _subject, text, html = _render(first.team, calls, mailing.locale) if calls else ("", "", "")
        rewrite_mailing(mailing, text, html)


def _reference(call_id: int) -> str:
    return f"call-unanswered:{call_id}"


def _render(team: Team, calls: Sequence[HelpRequest], locale: str) -> tuple[str, str, str]:
    return render_mail(
        "call_unanswered",
        locale,
        promotion=team.promotion,
        team=team,
        calls=[(without_placeholders(to_text(call.text)), without_placeholders(call.html)) for call in calls],
        page=public_url("help_requests.calls", promotion_slug=team.promotion.slug),
        form_url=public_url("bulletins.form", promotion_slug=team.promotion.slug),
    )


def _urls(context: LetterContext) -> Mapping[str, str]:
    """Return the URL that stops reminders. Raises WithheldError where no call of the letter waits any more."""
    refuse_forgotten(context)
    member = db.session.get(Membership, context.get_membership_id())
    if member is None or not _still_waits(member, context.written_at):
        raise WithheldError("help was offered, or the call closed, since the letter was queued")
    return {"unsubscribe_url": reminders_unsubscribe_url(member, context.written_at)}


def _still_waits(member: Membership, written_at: datetime) -> bool:
    """Return whether a call that was written about then is open still, without an offer."""
    query = select(HelpRequest.id).where(
        HelpRequest.team_id == member.team_id,
        HelpRequest.state == HelpState.OPEN,
        HelpRequest.reminded_at >= written_at - timedelta(seconds=1),
    )
    return db.session.scalar(query.limit(1)) is not None


KIND = Kind(name="call_unanswered", precedence=NOTE, give_up_after=GIVE_UP_AFTER, urls=_urls, unsubscribable=True)

"""The open calls of a promotion as a list to pass on: to mentors, to alumni, by the coordination.

It holds no name of anybody, but what a team wrote itself, and no link of anybody's own. It is in the language of the
promotion, since that is what its calls are written in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from app.database import db
from app.help_requests.rules import HelpState, is_time_for_letters
from app.help_requests.service import live_calls
from app.i18n import force_locale
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, is_posted, without_placeholders
from app.markdown import to_text
from app.routing import public_url
from app.teams.locking import lock_if_due
from app.teams.members import coordination
from app.teams.models import Promotion
from app.teams.notifications import queue_renewable, renew_notification
from app.teams.phases import Phase
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An open call: its team, its first week, its plain text, and whether somebody has offered help."""

    team: str
    administration: str
    week: Week
    text: str
    offered: bool


@dataclass(frozen=True, slots=True)
class CallList:
    """The open calls, those without an offer first, and the list of them as Markdown and as text; empty for none."""

    calls: list[OpenCall]
    markdown: str
    text: str


def open_call_list(promotion: Promotion) -> CallList:
    """Read the calls that digests have published and that are neither resolved nor withdrawn."""
    calls = [
        OpenCall(
            team=call.team.name,
            administration=call.team.administration,
            week=call.week,
            text=without_placeholders(to_text(call.text)),
            offered=call.state is HelpState.OFFERED,
        )
        for call in live_calls(promotion.id)
        if call.published_in is not None
    ]
    calls.sort(key=lambda call: call.offered)
    if not calls:
        return CallList([], "", "")
    return CallList(calls, _render("open_calls.md", promotion, calls), _render("open_calls.txt", promotion, calls))


def queue_due_list(promotion: Promotion, now: datetime) -> int:
    """Queue the list of the month for the coordination, once; return how many letters. Commits.

    From the first working day of the month on. A month that begins without an open call has no letter.
    """
    if promotion.phase(now) is not Phase.RUNNING or not is_time_for_letters(promotion.timetable, now):
        return 0
    reference = f"{_prefix(promotion)}{promotion.today(now):%Y-%m}"
    if not lock_if_due(promotion.id, lambda: not is_posted(reference)):
        return 0
    listed = open_call_list(promotion)
    queued = 0
    if listed.calls:
        recipients, values = coordination(promotion, now), _values(promotion, listed)
        queued = queue_renewable("open_calls", recipients, values, reference=reference, now=now)
    if not queued:  # a mailing without letters: the next tick must not look again
        add_mailing("note", promotion.locale, "", "", "", reference=reference, created_at=now)
    db.session.commit()
    return queued


def renew_list(promotion: Promotion, now: datetime) -> None:  # noqa: ARG001 — a listener of a signal
    """Let the list that has not left yet hold the calls of now; when none is left, no list leaves. Never commits."""

    def values() -> Mapping[str, object] | None:
        listed = open_call_list(promotion)
        return _values(promotion, listed) if listed.calls else None

    waiting = Mailing.reference.startswith(_prefix(promotion), autoescape=True)
    renew_notification("open_calls", waiting, values)


def _prefix(promotion: Promotion) -> str:
    return f"open-calls:{promotion.id}:"


def _values(promotion: Promotion, listed: CallList) -> dict[str, object]:
    page = public_url("call_list.show", promotion_slug=promotion.slug)
    return {"promotion": promotion, "listed": listed, "page": page}


def _render(template: str, promotion: Promotion, calls: list[OpenCall]) -> str:
    page = public_url("help_requests.calls", promotion_slug=promotion.slug)
    with force_locale(promotion.locale):
        text = current_app.jinja_env.get_template(f"help_requests/{template}").render(
            promotion=promotion, calls=calls, page=page
        )
    return text.strip() + "\n"

"""Asking for a sign-in link: the site writes down the address, whosever it is; the job process looks up whose.

So neither the answer to whoever asks, nor how long it takes, nor what happens to the letter tells who is a member.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from app.database import db
from app.i18n import force_locale
from app.i18n import gettext as _
from app.letters.outbox import Addressee, add_mailing, queue_letters, render_mail
from app.teams.members import WITH_MEMBERSHIPS, find_current_memberships
from app.teams.models import Membership, Person, Promotion
from app.teams.sign_in_models import SignInRequest

LINK_LIFETIME = timedelta(minutes=15)
LINK_MINUTES = int(LINK_LIFETIME.total_seconds() // 60)
LETTER_LIFETIME = timedelta(minutes=10)
CHUNK = 20  # requests that one transaction looks up: on SQLite nobody else writes meanwhile
MAX_CHUNKS = 500  # of one call: a flood must not keep the job process from stopping

PICKED = (
    select(SignInRequest.id)
    .order_by(SignInRequest.id)
    .limit(CHUNK)
    .with_for_update(skip_locked=True)  # on SQLite the transaction (BEGIN IMMEDIATE) is the lock
    .cte("picked")
)
TAKE = (
    delete(SignInRequest)
    .where(SignInRequest.id.in_(select(PICKED.c.id)))
    .returning(SignInRequest.email, SignInRequest.requested_at)
    .execution_options(synchronize_session=False)
)


def request_link(email: str, now: datetime) -> None:
    """Note that a link was asked for `email`, as `parse_email` gives it: the same row whosever it is. Commits."""
    db.session.add(SignInRequest(email=email, requested_at=now))
    db.session.commit()


def queue_requested_letters(now: datetime) -> int:
    """Queue a letter for each member that a link was asked for, and forget every request; return how many letters.

    Several requests for one person that wait together make one letter. A request older than LETTER_LIFETIME makes none:
    whoever asked was told that it is given up. Any number of processes may do this at once. Commits.
    """
    queued = 0
    for _number in range(MAX_CHUNKS):
        requests = _take_requests()
        in_time = [(email, at) for email, at in requests if not is_given_up(at, now)]
        latest = dict(sorted(in_time, key=lambda request: request[1]))
        members = _members_of(list(latest), now) if latest else []
        for member in members:
            _queue_letter(member, latest[member.person.email or ""])
        queued += len(members)
        db.session.commit()
        if len(requests) < CHUNK:
            break
    return queued


def is_given_up(requested_at: datetime, now: datetime) -> bool:
    """Return whether a letter requested at `requested_at`, if it has not left by now, never will."""
    return now >= requested_at + LETTER_LIFETIME


def _take_requests() -> list[tuple[str, datetime]]:
    """Delete the oldest CHUNK requests and return them."""
    return [(email, requested_at) for email, requested_at in db.session.execute(TAKE)]


def _members_of(emails: list[str], now: datetime) -> list[Membership]:
    """Return a current membership of each person with one of `emails`, that of their home page."""
    query = select(Person).options(WITH_MEMBERSHIPS).where(Person.email.in_(emails)).order_by(Person.id)
    current = [find_current_memberships(person, now) for person in db.session.scalars(query).unique()]
    return [memberships[0] for memberships in current if memberships]


def _queue_letter(member: Membership, requested_at: datetime) -> None:
    """Queue the letter of a request, dated by it and given up LETTER_LIFETIME after it.

    The subject says when it was asked for: mail programs gather letters of one subject, and show the oldest link.
    """
    reference, locale, person = f"sign-in:{uuid.uuid4().hex}", member.locale, member.person
    with force_locale(locale):
        asked_at = _time_words(requested_at, member.promotion)
    subject, text, html = render_mail("sign_in", locale, minutes=LINK_MINUTES, asked_at=asked_at)
    mailing = add_mailing("sign-in", locale, subject, text, html, reference=reference, created_at=requested_at)
    queue_letters(mailing, [Addressee(None, person.id, person.email or "", person.name)], requested_at)


def _time_words(moment: datetime, promotion: Promotion) -> str:
    """Return the time to the second in the promotion's zone: `15 h 07 min 12 s`, `15:07:12`."""
    local = moment.astimezone(ZoneInfo(promotion.timezone))
    parts = {"hour": f"{local:%H}", "minute": f"{local:%M}", "second": f"{local:%S}"}
    return _("%(hour)s:%(minute)s:%(second)s", **parts)

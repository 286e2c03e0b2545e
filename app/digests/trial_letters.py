"""A test letter to oneself: the letter of a digest as it would leave now, marked as a test, which opens nothing.

It is no letter of a digest: no recipient, no reader's link, no figure knows of it. Before the closing, when nobody of
the coordination reads what teams have written, it holds the introduction alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.queries import is_frozen, week_state
from app.database import db
from app.digests.composition import Composition, compose
from app.digests.errors import AlreadyIssuedError, NoDigestError
from app.digests.introductions import find_introduction
from app.digests.letters import DigestLetter, add_letter_mailing, compose_letter, fill_for_anybody
from app.digests.sources import compose_week, count_teams, planned_day
from app.letters.models import Mailing
from app.letters.outbox import rewrite_mailing, unsent_mailings
from app.markdown import to_html
from app.routing import public_url
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Promotion
from app.teams.notifications import queue_for_members
from app.weeks import Week, WeekState


def count_trials(member: Membership, week: Week) -> int:
    """Return how many test letters of the week's digest the member has asked for."""
    query = select(func.count()).select_from(Mailing)
    return db.session.scalar(query.where(Mailing.reference.startswith(_prefix(member, week), autoescape=True))) or 0


def send_trial(member: Membership, week: Week, seen: int, now: datetime) -> bool:
    """Send the member a test letter, unless one was sent since they saw `seen` of them. Commits.

    Return whether one was queued: none without an address. Raises AlreadyIssuedError, NoDigestError.
    """
    promotion = member.promotion
    planned_day(promotion, week)
    lock_promotion(promotion.id)
    if is_frozen(promotion.id, week):
        raise AlreadyIssuedError(week)
    if count_trials(member, week) != seen:
        return False
    reference = f"{_prefix(member, week)}{seen + 1}"
    if not queue_for_members([member], lambda locale: _write(member, week, reference, locale, now), now):
        return False
    record_action(AuditAction.TEST_SENT, member.person_id, now, promotion_id=promotion.id, subject=week.label)
    db.session.commit()
    return True


def renew_trials(promotion: Promotion, now: datetime) -> None:
    """Let the tests that have not left yet say what their digests say at `now`; one without a digest does not leave.

    Never commits.
    """
    waiting = Mailing.reference.startswith(_prefix_of_all(promotion.id), autoescape=True)
    for mailing in unsent_mailings(waiting):
        week = Week.parse(mailing.reference.split(":")[2])
        try:
            letter = _letter(promotion, week, mailing.locale, now)
        except NoDigestError:  # its days have all been taken off since
            rewrite_mailing(mailing, "", "")
        else:
            rewrite_mailing(mailing, letter.text, letter.html)


def _prefix_of_all(promotion_id: int) -> str:
    return f"digest-trial:{promotion_id}:"


def _prefix(member: Membership, week: Week) -> str:
    return f"{_prefix_of_all(member.promotion_id)}{week}:{member.id}-"


def _write(member: Membership, week: Week, reference: str, locale: str, now: datetime) -> Mailing:
    letter = _letter(member.promotion, week, locale, now)
    # nothing asks for it again: what is withdrawn from the digest later must not stay in its test
    return add_letter_mailing(letter, member.promotion, locale, reference, now, kind="note", private=True)


def _letter(promotion: Promotion, week: Week, locale: str, now: datetime) -> DigestLetter:
    letter = compose_letter(_compose(promotion, week, now), promotion, locale, trial=True)
    page = public_url("digests.manage_week", promotion_slug=promotion.slug, week=week)
    return replace(
        letter,
        text=fill_for_anybody(letter.text, promotion, week, read_url=page),
        html=fill_for_anybody(letter.html, promotion, week, read_url=page),
    )


def _compose(promotion: Promotion, week: Week, now: datetime) -> Composition:
    """Return what the coordination may read of the digest at `now`."""
    if week_state(promotion, week, now) in {WeekState.CLOSED, WeekState.ISSUED}:
        return compose_week(promotion, week)
    introduction, day = find_introduction(promotion.id, week), planned_day(promotion, week)
    text = introduction.text if introduction else ""
    return compose(
        promotion=promotion.name,
        locale=promotion.locale,
        week=week,
        day=day,
        teams=count_teams(promotion.id, week, day, set()),
        introduction=text,
        introduction_html=to_html(text) if text else "",
        bulletins=[],
        calls=[],
        dates=[],
    )

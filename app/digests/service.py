"""Issue a digest: once, in one transaction, with a letter or a reason for every member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.freeze import freeze
from app.bulletins.queries import is_frozen, is_overtaken, week_state
from app.database import db
from app.digests.composition import Composition, content
from app.digests.errors import (
    AlreadyIssuedError,
    EarlierDigestError,
    MembersMissingError,
    NoDigestError,
    NotDueError,
)
from app.digests.letters import add_mailings, exclusion_rule, queue_letters
from app.digests.models import Digest, DigestText, Recipient
from app.digests.rendering import render_digest
from app.digests.scheduling import leaving_moment
from app.digests.sources import compose_week, planned_day
from app.failpoints import failpoint
from app.i18n import LOCALES
from app.routing import public_url
from app.teams.locking import lock_promotion
from app.teams.members import CHUNK, coordination, members_on
from app.teams.models import Promotion
from app.teams.notifications import queue_notification
from app.weeks import Week, WeekState

OF_WEEK = select(Digest).where(Digest.promotion_id == bindparam("promotion"), Digest.week == bindparam("week"))


def find_digest(promotion_id: int, week: Week) -> Digest | None:
    """Return the digest of the week as issued."""
    return db.session.scalar(OF_WEEK, {"promotion": promotion_id, "week": week})


def issue(promotion: Promotion, week: Week, *, now: datetime, letters: bool = True) -> Digest:
    """Compose and freeze the digest of the week and, with `letters`, one letter for every member: all of it or nothing.

    Raises NoDigestError for a week that has none or has not begun, AlreadyIssuedError, MembersMissingError.
    """
    return _issue_once(promotion, week, partial(_issue, promotion, week, now, letters=letters))


def issue_by_hand(promotion: Promotion, week: Week, by: int | None, now: datetime, *, letters: bool = True) -> Digest:
    """Issue the digest now, whatever was decided about it, and note that the person `by` did (None: a command).

    Raises what `issue` does, and EarlierDigestError.
    """

    def issue_and_note() -> Digest:
        lock_promotion(promotion.id)
        for earlier in (week + -2, week + -1):
            if _is_put_off(promotion, earlier, now) and not is_frozen(promotion.id, week):
                raise EarlierDigestError(earlier)
        digest = _issue(promotion, week, now, letters=letters)
        detail = "" if letters else "--no-letters"
        record_action(AuditAction.DIGEST_ISSUED, by, now, promotion_id=promotion.id, subject=week.label, detail=detail)
        return digest

    return _issue_once(promotion, week, issue_and_note)


def issue_due(promotion: Promotion, now: datetime) -> list[Digest]:
    """Issue every digest of the promotion that is due and not issued, oldest first."""
    issued = []
    for week in find_due_weeks(promotion, now):
        try:
            issued.append(_issue_once(promotion, week, partial(_issue_if_due, promotion, week, now)))
        except (AlreadyIssuedError, NotDueError):  # by another job process, or held back, a moment ago
            continue
    return issued


def find_due_weeks(promotion: Promotion, now: datetime) -> list[Week]:
    """Return the weeks whose digests are due at `now` without a command, and not issued, oldest first.

    Digests leave in the order of their weeks: one that was held back until a later one had left leaves by hand only.
    """
    due = [week for week in promotion.timetable.weeks_due(now) if promotion.issues_itself(week, now)]
    due = [week for week in due if not is_frozen(promotion.id, week) and _may_leave(promotion, week, now)]
    return [week for week in due if not is_overtaken(promotion.id, week)]


def _issue_once(promotion: Promotion, week: Week, make: Callable[[], Digest]) -> Digest:
    """Commit the digest that `make` returns. Raises AlreadyIssuedError when another process was first."""
    try:
        digest = make()
        failpoint("freezing")
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        if isinstance(error, IntegrityError) and is_frozen(promotion.id, week):
            raise AlreadyIssuedError(week) from error
        raise
    return digest


def _issue_if_due(promotion: Promotion, week: Week, now: datetime) -> Digest:
    """Issue the digest unless it was held back or put off, or the hours were changed, while nobody held the lock."""
    lock_promotion(promotion.id)
    db.session.expire(promotion)
    if week not in find_due_weeks(promotion, now):
        raise NotDueError(f"The digest of {week} is not due any more.")
    return _issue(promotion, week, now, letters=True)


def _may_leave(promotion: Promotion, week: Week, now: datetime) -> bool:
    """Return whether the coordination lets the week's digest leave at `now`."""
    moment = leaving_moment(promotion, week)
    return moment is not None and moment <= now


def _is_put_off(promotion: Promotion, week: Week, now: datetime) -> bool:
    """Return whether the week has closed and its digest is still to leave by itself, at a moment to come."""
    is_closed = week_state(promotion, week, now) is WeekState.CLOSED
    moment = leaving_moment(promotion, week) if is_closed and promotion.issues_itself(week, now) else None
    return moment is not None and moment > now


def _issue(promotion: Promotion, week: Week, now: datetime, *, letters: bool) -> Digest:
    if is_frozen(promotion.id, week):
        raise AlreadyIssuedError(week)
    planned_day(promotion, week)  # raises when there is none
    timetable = promotion.timetable
    if timetable.state(week, now, issued=False) is WeekState.NOT_OPEN:
        raise NoDigestError(f"{week} has not begun: wait for {timetable.opens(week):%Y-%m-%d %H:%M} UTC.")
    # From here on no bulletin of this week can be saved: what is composed is final.
    freeze(promotion.id, week, now)
    composition = compose_week(promotion, week)
    digest = _store(promotion, week, composition, now)
    if not composition.empty:
        _add_recipients(digest, composition, now, letters=letters)
    elif letters:
        _notify_of_empty_digest(digest, now)
    return digest


def _store(promotion: Promotion, week: Week, composition: Composition, now: datetime) -> Digest:
    digest = Digest(
        promotion=promotion,
        week=week,
        month=promotion.timetable.month(week),
        issued_at=now,
        empty=composition.empty,
        content=content(composition),
    )
    for locale in LOCALES:
        rendered = render_digest(composition, locale)
        digest.texts.append(DigestText(locale=locale, subject=rendered.subject, html=rendered.html, text=rendered.text))
    db.session.add(digest)
    db.session.flush()
    return digest


def _add_recipients(digest: Digest, composition: Composition, now: datetime, *, letters: bool) -> None:
    """Count every member of the planned day, with a letter or a reason, and refuse when the two do not add up.

    Members are read once, CHUNK at a time, so that the list of all is never in memory.
    """
    exclusion = exclusion_rule(letters=letters)
    mailings = add_mailings(digest, composition, now) if letters else {}
    members, counted, queued, excluded = members_on(digest.promotion_id, composition.day), 0, 0, 0
    while chunk := list(islice(members, CHUNK)):
        reasons = {member.id: exclusion(member) for member in chunk}
        rows = [{"membership_id": m.id, "role": m.role, "exclusion": reasons[m.id]} for m in chunk]
        db.session.execute(insert(Recipient), [{"digest_id": digest.id, **row} for row in rows])
        addressed = [member for member in chunk if reasons[member.id] is None]
        queued += queue_letters(mailings, addressed, now)
        counted, excluded = counted + len(chunk), excluded + len(chunk) - len(addressed)
    if counted != queued + excluded:
        raise MembersMissingError(f"{counted} members, {queued} letters, {excluded} exclusions")


def _notify_of_empty_digest(digest: Digest, now: datetime) -> None:
    """Write to the coordination that there was nothing to issue, so that no member got a letter."""
    promotion = digest.promotion
    queue_notification(
        "nothing_to_tell",
        coordination(promotion, now),
        reference=f"nothing-to-tell:{digest.id}",
        now=now,
        promotion=promotion,
        week=digest.week,
        page=public_url("engagement.engagement", promotion_slug=promotion.slug),
    )

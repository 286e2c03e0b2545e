"""Issuing a digest: once, in one transaction, with a letter or a reason for every member; and what stands around it."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from app.bulletins.freeze import freeze
from app.bulletins.queries import is_frozen
from app.bulletins.rules import clean_text
from app.database import db
from app.digests.composing import Composition, content
from app.digests.exclusions import exclusion_rule
from app.digests.facts import NoDigestError, compose_week, find_introduction, planned_day
from app.digests.letters import add_mailings, queue_readers
from app.digests.models import Digest, DigestText, Introduction, Recipient
from app.digests.notes import tell_nothing_to_tell
from app.digests.texts import render_digest
from app.errors import DomainError
from app.failpoints import failpoint
from app.i18n import LOCALES
from app.i18n import lazy_gettext as _l
from app.teams.locking import lock_promotion
from app.teams.members import CHUNK, members_on
from app.teams.models import Person, Promotion
from app.weeks import Week, WeekState

OF_WEEK = select(Digest).where(Digest.promotion_id == bindparam("promotion"), Digest.week == bindparam("week"))


class AlreadyIssuedError(DomainError):
    """The week's digest exists; it is never made twice."""

    status = 409
    advice = _l("The digest of this week is issued already.")


class MembersMissingError(Exception):
    """Members, letters and exclusions do not add up: nothing was issued."""


def find_digest(promotion_id: int, week: Week) -> Digest | None:
    """The digest of the week as issued."""
    return db.session.scalar(OF_WEEK, {"promotion": promotion_id, "week": week})


def issue(promotion: Promotion, week: Week, *, now: datetime, letters: bool = True) -> Digest:
    """Compose and freeze the digest of the week and, with `letters`, one letter for every member: all of it or nothing.

    Raises NoDigestError for a week that has none or has not begun, AlreadyIssuedError, MembersMissingError.
    """
    try:
        digest = _issue(promotion, week, now, letters=letters)
        failpoint("freezing")
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        if isinstance(error, IntegrityError) and is_frozen(promotion.id, week):  # another process was first
            raise _already_issued(week) from error
        raise
    return digest


def issue_due(promotion: Promotion, now: datetime) -> list[Digest]:
    """Issue every digest of the promotion that is due and not issued, oldest first."""
    weeks = [w for w in promotion.timetable.weeks_due(now) if promotion.has_week(w) and not is_frozen(promotion.id, w)]
    issued = []
    for week in weeks:
        try:
            issued.append(issue(promotion, week, now=now))
        except AlreadyIssuedError:  # by another job process, a moment ago
            continue
    return issued


def introduce(promotion: Promotion, week: Week, text: str, author: Person, now: datetime) -> None:
    """Keep the coordination's word for the head of the week's digest; an empty text takes it away.

    Raises AlreadyIssuedError.
    """
    lock_promotion(promotion.id)  # so that no digest leaves without it in between
    if is_frozen(promotion.id, week):
        raise _already_issued(week)
    introduction = find_introduction(promotion.id, week) or Introduction(promotion_id=promotion.id, week=week)
    introduction.text, introduction.author_id, introduction.updated_at = clean_text(text), author.id, now
    db.session.add(introduction)
    db.session.commit()


def _issue(promotion: Promotion, week: Week, now: datetime, *, letters: bool) -> Digest:
    timetable = promotion.timetable
    if is_frozen(promotion.id, week):
        raise _already_issued(week)
    planned_day(promotion, week)
    if timetable.state(week, now, issued=False) is WeekState.NOT_OPEN:
        raise NoDigestError(f"{week} has not begun: wait for {timetable.opens(week):%Y-%m-%d %H:%M} UTC.")
    freeze(promotion.id, week, now)
    composition = compose_week(promotion, week)
    digest = _store(promotion, week, composition, now)
    if not composition.empty:
        _address(digest, composition, now, letters=letters)
    elif letters:
        tell_nothing_to_tell(digest, now)
    return digest


def _already_issued(week: Week) -> AlreadyIssuedError:
    return AlreadyIssuedError(f"The digest of {week} is issued already.")


def _store(promotion: Promotion, week: Week, composition: Composition, now: datetime) -> Digest:
    digest = Digest(
        promotion=promotion,
        week=week,
        month=composition.day.replace(day=1),
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


def _address(digest: Digest, composition: Composition, now: datetime, *, letters: bool) -> None:
    """Count every member of the planned day, with a letter or a reason, and refuse when the two do not add up.

    Members are read once, some at a time, so that nobody holds a list of everybody.
    """
    exclusion = exclusion_rule(letters=letters)
    mailings = add_mailings(digest, composition, now) if letters else {}
    members, counted, made, excluded = members_on(digest.promotion_id, composition.day), 0, 0, 0
    while some := list(islice(members, CHUNK)):
        reasons = {member.id: exclusion(member) for member in some}
        rows = [{"membership_id": m.id, "role": m.role, "exclusion": reasons[m.id]} for m in some]
        db.session.execute(insert(Recipient), [{"digest_id": digest.id, **row} for row in rows])
        readers = [member for member in some if reasons[member.id] is None]
        made += queue_readers(mailings, readers, now)
        counted, excluded = counted + len(some), excluded + len(some) - len(readers)
    if counted != made + excluded:
        raise MembersMissingError(f"{counted} members, {made} letters, {excluded} exclusions")

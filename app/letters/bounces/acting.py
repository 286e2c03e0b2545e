"""What a reading of bounces does: it is recorded, and judged as a whole before it suppresses anybody."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, insert, select, update

from app.database import db, insert_or_ignore
from app.letters.bounces.brake import Candidate, is_too_much
from app.letters.bounces.held import is_held
from app.letters.bounces.verdict import Report
from app.letters.kinds import DIGEST
from app.letters.models import Bounce, Letter, LetterEvent, Mailing, SuppressedAddress
from app.letters.states import BounceVerdict, EventType
from app.letters.suppression import suppress

CHUNK = 200  # rows a statement
UNDECIDED_DIGESTS = 3  # refused for good without a reason, before an address is suppressed
UNDECIDED_SPAN = timedelta(days=90)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class BounceCounts:
    """What became of the mails in a mailbox.

    `noted` failures changed nothing; among them are those `held` by the brake, and those about an `other_address`.
    `ignored` mails report nothing about a letter of ours; `unreadable` ones are too malformed to tell.
    """

    suppressed: int = 0
    noted: int = 0
    known: int = 0
    ignored: int = 0
    held: int = 0
    other_address: int = 0
    complaints: int = 0
    automatic_answers: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A mail that reports something about a letter, and has not acted yet."""

    fingerprint: str
    letter_id: int
    email: str
    edition: str
    is_digest: bool
    report: Report


def act_on(found: list[FoundReport], counts: BounceCounts, now: datetime, since: datetime | None) -> None:
    """Record every bounce, then suppress the addresses that are gone, unless the brake holds them. Commits once."""
    recorded = [item for start in range(0, len(found), CHUNK) for item in _record(found[start : start + CHUNK], now)]
    for item in recorded:
        _count(item.report.verdict, counts)
    counts.known += len(found) - len(recorded)  # another process was reading them, too
    condemned = {item.fingerprint: item for item in recorded if _condemns(item, now)}
    if condemned:
        bounces = db.session.scalars(select(Bounce).where(Bounce.fingerprint.in_(condemned)).order_by(Bounce.id)).all()
        candidates = _all_candidates(condemned.values(), since)
        if is_too_much(candidates, _count_letters({candidate.edition for candidate in candidates})):
            _hold(bounces, counts, now, since)
        else:
            _suppress(bounces, condemned, counts, now)
    db.session.commit()


def _record(found: Sequence[FoundReport], now: datetime) -> list[FoundReport]:
    """Write what some mails report; return those that nobody had written yet."""
    rows = [
        {
            "fingerprint": item.fingerprint,
            "letter_id": item.letter_id,
            "read_at": now,
            "verdict": item.report.verdict,
            "permanent": False,
            "code": item.report.code,
            "text": item.report.text,
        }
        for item in found
    ]
    statement = insert_or_ignore(Bounce, "fingerprint").values(rows).returning(Bounce.fingerprint)
    written = set(db.session.scalars(statement))
    recorded = [item for item in {item.fingerprint: item for item in found}.values() if item.fingerprint in written]
    events = [
        {"letter_id": item.letter_id, "at": now, "type": EventType.BOUNCED, "detail": item.report.summary}
        for item in recorded
    ]
    if events:
        db.session.execute(insert(LetterEvent), events)
    return recorded


def _count(verdict: BounceVerdict, counts: BounceCounts) -> None:
    match verdict:
        case BounceVerdict.COMPLAINT:
            counts.complaints += 1
        case BounceVerdict.AUTOMATIC_ANSWER:
            counts.automatic_answers += 1
        case _:
            counts.noted += 1
            counts.other_address += verdict is BounceVerdict.OTHER_ADDRESS


def _condemns(item: FoundReport, now: datetime) -> bool:
    """Return whether an address is to be suppressed: it is gone, or was refused without a reason for some digests."""
    if item.report.verdict is not BounceVerdict.UNDECIDED:
        return item.report.verdict is BounceVerdict.GONE
    if not item.is_digest:
        return False
    lifted_at = db.session.scalar(select(SuppressedAddress.lifted_at).filter_by(email=item.email))
    since = max(now - UNDECIDED_SPAN, lifted_at or now - UNDECIDED_SPAN)
    query = (
        select(func.count(Mailing.reference.distinct())).select_from(Bounce).join(Bounce.letter).join(Letter.mailing)
    )
    digests = query.where(
        func.lower(Letter.to_email) == item.email,
        Letter.precedence == DIGEST,
        Bounce.verdict == BounceVerdict.UNDECIDED,
        Bounce.read_at > since,
    )
    return (db.session.scalar(digests) or 0) >= UNDECIDED_DIGESTS


def _suppress(bounces: Sequence[Bounce], found: Mapping[str, FoundReport], counts: BounceCounts, now: datetime) -> None:
    for bounce in bounces:
        bounce.permanent = True
        suppress(found[bounce.fingerprint].email, bounce.code, bounce.text, bounce.letter_id, now)
        log.info("letter %d bounced for good; its address is suppressed", bounce.letter_id)
    counts.suppressed += len(bounces)
    counts.noted -= len(bounces)


def _hold(bounces: Sequence[Bounce], counts: BounceCounts, now: datetime, since: datetime | None) -> None:
    """Suppress none of them, and lift what earlier parts of the same reading have suppressed."""
    counts.held += len(bounces)
    earlier = db.session.scalars(select(Bounce).where(_was_suppressed(since))).all()
    for bounce in earlier:
        bounce.permanent = False
        lift = update(SuppressedAddress).where(SuppressedAddress.letter_id == bounce.letter_id)
        db.session.execute(lift.where(SuppressedAddress.lifted_at.is_(None)).values(lifted_at=now))
    held = [*earlier, *bounces]
    for bounce in held:
        bounce.held_at = now
    log.warning("%d addresses seem to end at once: none is suppressed until the coordination decides", len(held))


def _all_candidates(condemned: Iterable[FoundReport], since: datetime | None) -> list[Candidate]:
    """Return whom this reading would suppress, with its earlier parts, and with those of the same sort that wait."""
    candidates = [Candidate(item.email, item.edition) for item in condemned]
    domains, editions = {item.domain for item in candidates}, {item.edition for item in candidates}
    waiting = (item for item in _find_candidates(is_held()) if item.domain in domains or item.edition in editions)
    return [*candidates, *waiting, *_find_candidates(_was_suppressed(since))]


def _find_candidates(which: ColumnElement[bool]) -> list[Candidate]:
    query = select(func.lower(Letter.to_email), Mailing.reference).join(Letter.mailing).join(Bounce).where(which)
    return [Candidate(email, reference) for email, reference in db.session.execute(query)]


def _was_suppressed(since: datetime | None) -> ColumnElement[bool]:
    """Return the condition of the bounces that suppressed an address from `since` on, by themselves; None: of none."""
    if since is None:
        return false()
    return and_(Bounce.permanent, Bounce.held_at.is_(None), Bounce.read_at >= since)


def _count_letters(editions: set[str]) -> dict[str, int]:
    query = select(Mailing.reference, func.count()).join(Letter).where(Mailing.reference.in_(editions))
    return dict(db.session.execute(query.group_by(Mailing.reference)).all())

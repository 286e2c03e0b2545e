"""The archive of a promotion: its weeks by month, each with its digest, and which of them a member has to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import and_, bindparam, select

from app.bulletins.queries import list_weeks
from app.database import db
from app.digests.composition import TeamsContent
from app.digests.models import Digest, Introduction
from app.markdown import to_text
from app.readership.service import unread_weeks
from app.teams.models import Membership, Promotion
from app.weeks import Week, WeekState

INTRODUCED = and_(
    Introduction.promotion_id == Digest.promotion_id,
    Introduction.week == Digest.week,
    Introduction.withdrawn_at.is_(None),
)
DIGESTS = (
    select(Digest.week, Digest.month, Digest.empty, Digest.content["teams"], Introduction.text)
    .outerjoin(Introduction, INTRODUCED)
    .where(Digest.promotion_id == bindparam("promotion"))
)


@dataclass(frozen=True, slots=True)
class ArchivedDigest:
    """What the archive tells of a digest: the month it belongs to, how many teams wrote; `empty`: nobody did.

    `introduction`: what the coordination said in it, as plain text; empty where it said nothing, or withdrew it.
    """

    month: date
    empty: bool
    teams: TeamsContent
    introduction: str


@dataclass(frozen=True, slots=True)
class ArchivedWeek:
    """A week that has begun, as one member sees it; `bulletins`, their number, is None where they may not know it."""

    week: Week
    month: date
    state: WeekState
    bulletins: int | None
    digest: ArchivedDigest | None
    unread: bool


@dataclass(frozen=True, slots=True)
class ArchivedMonth:
    """A month and its weeks, newest first."""

    month: date
    weeks: Sequence[ArchivedWeek]


def archive_of(member: Membership, now: datetime, *, coordinates: bool) -> list[ArchivedMonth]:
    """Return the weeks of the member's promotion that have begun, and those of every digest, by month, newest first."""
    digests = _digests(member.promotion)
    unread = set(unread_weeks(member, now))
    begun = {row.week: row for row in list_weeks(member, now, coordinates=coordinates)}
    weeks = [
        ArchivedWeek(
            week,
            digest.month if (digest := digests.get(week)) else member.promotion.month_of(week),
            begun[week].state if week in begun else WeekState.ISSUED,
            begun[week].bulletins if week in begun else None,
            digest,
            week in unread,
        )
        for week in sorted({*begun, *digests}, reverse=True)
    ]
    return [ArchivedMonth(month, list(some)) for month, some in groupby(weeks, key=lambda each: each.month)]


def _digests(promotion: Promotion) -> dict[Week, ArchivedDigest]:
    rows = db.session.execute(DIGESTS, {"promotion": promotion.id})
    return {
        week: ArchivedDigest(month, empty, teams, to_text(introduction or ""))
        for week, month, empty, teams, introduction in rows
    }

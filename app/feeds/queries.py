"""Reading what feeds are made of: the key dates that a member may see, the digests that were issued."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.bulletins.key_dates import REMOVED_KEPT_FOR
from app.bulletins.models import Bulletin, KeyDate, RemovedKeyDate
from app.bulletins.queries import readable_by
from app.bulletins.rules import own_team
from app.database import db
from app.digests.models import Digest, DigestText
from app.feeds.atom import DigestEntry
from app.feeds.rules import TeamDate
from app.routing import public_url
from app.teams.models import Membership, Team


def dates_for(member: Membership, now: datetime, *, coordinates: bool) -> list[TeamDate]:
    """Return the key dates of the promotion that the member may read at `now`, by two queries.

    Those of plans, and those of the bulletins that they may read (`bulletins_of_team`).
    """
    query = (
        select(KeyDate, Team, Bulletin.week)
        .join(KeyDate.team)
        .outerjoin(KeyDate.bulletin)
        .where(Team.promotion_id == member.promotion_id)
    )
    may_read = readable_by(member, now, coordinates=coordinates)
    return [
        TeamDate(row.uid, row.day, row.text, team.name, team.slug, week, row.sequence, row.changed_at)
        for row, team, week in db.session.execute(query)
        if week is None or may_read(week, team.id)
    ]


def removed_dates_for(member: Membership, now: datetime) -> list[TeamDate]:
    """Return the key dates that the member may have seen, and that were removed not long ago."""
    query = (
        select(RemovedKeyDate, Team)
        .join(RemovedKeyDate.team)
        .where(Team.promotion_id == member.promotion_id, RemovedKeyDate.removed_at > now - REMOVED_KEPT_FOR)
    )
    own = own_team(member.role, member.team_id)
    return [
        TeamDate(row.uid, row.day, row.text, team.name, team.slug, None, row.sequence, row.removed_at, removed=True)
        for row, team in db.session.execute(query)
        if not row.own_team_only or team.id == own
    ]


def digest_entries(member: Membership) -> list[DigestEntry]:
    """Return the digests of the promotion that tell something, newest first, in the member's language; one query."""
    promotion = member.promotion
    query = (
        select(Digest.id, Digest.week, Digest.issued_at, Digest.changed_at, DigestText.subject, DigestText.html)
        .join(DigestText, DigestText.digest_id == Digest.id)
        .where(Digest.promotion_id == promotion.id, DigestText.locale == member.locale, Digest.empty.is_(False))
        .order_by(Digest.week.desc())
    )
    return [
        DigestEntry(
            number=id_,
            url=public_url("readership.digest", promotion_slug=promotion.slug, week=week),
            title=subject,
            html=html,
            issued_at=issued_at,
            changed_at=changed_at,
        )
        for id_, week, issued_at, changed_at, subject, html in db.session.execute(query)
    ]

"""Reading what has been published and may be corrected: the bulletins that a digest told, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.bulletins.models import Bulletin
from app.bulletins.queries import find_bulletin
from app.corrections.stored_content import BulletinTexts
from app.corrections.words import WithdrawnPart
from app.database import db
from app.digests.models import Digest
from app.digests.service import find_digest
from app.teams.models import Team
from app.weeks import Week


def told_bulletins(promotion_id: int, week: Week) -> Sequence[Bulletin]:
    """Return the bulletins that the digest of `week` told, and those of the week that came later, by team."""
    query = (
        select(Bulletin)
        .join(Bulletin.team)
        .options(contains_eager(Bulletin.team), joinedload(Bulletin.key_date))
        .where(Team.promotion_id == promotion_id, or_(Bulletin.week == week, Bulletin.published_in == week))
    )
    return db.session.scalars(query.order_by(Team.key, Bulletin.week)).all()


def find_published(team: Team, week: Week) -> Bulletin | None:
    """Return the team's bulletin of the week, if there is one and everybody may read it."""
    bulletin = find_bulletin(team, week)
    return bulletin if bulletin and find_digest(team.promotion_id, week) else None


def digest_of(bulletin: Bulletin) -> Digest:
    """Return the digest that publishes the bulletin; that of its own week for a late one that still waits for one."""
    digest = find_digest(bulletin.team.promotion_id, bulletin.published_in or bulletin.week)
    if digest is None:
        raise LookupError(f"no digest publishes bulletin {bulletin.id}")
    return digest


def texts_of(bulletin: Bulletin) -> BulletinTexts:
    """Return what the bulletin says."""
    return BulletinTexts(
        bulletin.priorities, bulletin.ups_and_downs, bulletin.help, bulletin.key_day, bulletin.key_text
    )


def parts_of(bulletin: Bulletin) -> list[WithdrawnPart]:
    """Return the parts of the bulletin that may be withdrawn."""
    if bulletin.withdrawn_at:
        return []
    parts = [WithdrawnPart.BULLETIN]
    parts += [WithdrawnPart.HELP] if bulletin.help else []
    parts += [WithdrawnPart.KEY_DATE] if bulletin.key_date else []
    return parts

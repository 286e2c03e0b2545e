"""Reading reactions: counts by bulletin, one look-up for all the bulletins of a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from app.bulletins.models import Bulletin
from app.database import db
from app.reactions.models import BulletinReaction
from app.reactions.rules import Reaction, Reactions, may_react
from app.teams.models import Membership, Team
from app.teams.roles import Role
from app.weeks import Week

REACTIONS = (
    select(
        Bulletin.id,
        Bulletin.team_id,
        BulletinReaction.reaction,
        func.count(BulletinReaction.membership_id),
        func.max(case((BulletinReaction.membership_id == bindparam("member"), 1), else_=0)),
    )
    .outerjoin(BulletinReaction, BulletinReaction.bulletin_id == Bulletin.id)
    .where(Bulletin.id.in_(bindparam("bulletins", expanding=True)), Bulletin.published_in.is_not(None))
    .group_by(Bulletin.id, Bulletin.team_id, BulletinReaction.reaction)
)


@dataclass(frozen=True, slots=True)
class ReactionsTold:
    """What the authors of the bulletin of `week` are told: how many of each reaction it got."""

    week: Week
    counts: dict[Reaction, int]


def reactions_to(bulletins: Collection[int], member: Membership, now: datetime) -> dict[int, Reactions]:
    """Return the reactions to those of `bulletins` (ids) that a digest has, as the member sees them at `now`."""
    if not bulletins:
        return {}
    counts: dict[int, Counter[Reaction]] = defaultdict(Counter)
    own: dict[int, Reaction] = {}
    teams: dict[int, int] = {}
    for bulletin, team, reaction, count, is_own in db.session.execute(
        REACTIONS, {"member": member.id, "bulletins": list(bulletins)}
    ):
        teams[bulletin] = team
        if reaction is not None:
            counts[bulletin][reaction] = count
        if is_own:
            own[bulletin] = reaction
    return {
        bulletin: Reactions(
            bulletin_id=bulletin,
            counts=tuple(counts[bulletin][reaction] for reaction in Reaction),
            own=own.get(bulletin),
            open=may_react_to(team, member, now),
        )
        for bulletin, team in teams.items()
    }


def may_react_to(team_id: int, member: Membership, now: datetime) -> bool:
    """Return whether the member may react at `now` to what that team of their promotion wrote and a digest has."""
    writes_it = member.role is Role.EIG and member.team_id == team_id
    return may_react(writes_it=writes_it, reads_only=member.role_at(now) is Role.ALUMNI)


def reactions_told(team: Team, week: Week) -> ReactionsTold | None:
    """Return the reactions to the team's bulletin before that of `week`, for the receipt of `week`.

    None when there is none before, or nobody has reacted. Each bulletin is told of in one receipt, that of the next.
    """
    before = (
        select(Bulletin.id)
        .where(Bulletin.team_id == team.id, Bulletin.week < week, Bulletin.published_in.is_not(None))
        .order_by(Bulletin.week.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Bulletin.week, BulletinReaction.reaction, func.count())
        .join(BulletinReaction, BulletinReaction.bulletin_id == Bulletin.id)
        .where(Bulletin.id == before)
        .group_by(Bulletin.week, BulletinReaction.reaction)
    )
    rows = db.session.execute(query).all()
    found = {reaction: count for _, reaction, count in rows}
    counts = {reaction: found[reaction] for reaction in Reaction if reaction in found}
    return ReactionsTold(rows[0][0], counts) if rows else None

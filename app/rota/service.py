"""Making, changing and ending a rota; exchanging a turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.database import db
from app.errors import UnseenChangeError
from app.rota.models import Rota, RotaExchange, RotaPlace
from app.rota.queries import TeamRota, find_rota
from app.rota.rules import next_turn_of
from app.routing import public_url
from app.teams.models import Membership, Team
from app.teams.notifications import queue_notification
from app.weeks import Week


class RotaChangedError(Exception):
    """A colleague saved another order since the member opened the form; nothing has changed."""


class TurnChangedError(Exception):
    """The turn is not, or no longer, that of whom the member saw; `whose` it is now, None for nobody's."""

    def __init__(self, whose: Membership | None) -> None:
        self.whose = whose
        super().__init__(whose.id if whose else None)


def save_rota(team: Team, order: Sequence[int], starts: Week, base: int) -> TeamRota:
    """Let the members `order` (ids of EIGs of the team) take turns from the week `starts` on. Commits.

    `base`: the revision that the member saw; what was exchanged before counts no more. The same order saved twice is
    saved once. Raises RotaChangedError.
    """
    stored = _lock(team)
    now = find_rota(team)
    if (now.order, now.starts) == (list(order), starts):
        return now
    if now.revision != base:
        db.session.rollback()
        raise RotaChangedError
    rota = stored or Rota(team_id=team.id, revision=0)
    rota.starts, rota.revision = starts, rota.revision + 1
    db.session.add(rota)
    db.session.flush()
    _clear(team)
    db.session.add_all(
        RotaPlace(team_id=team.id, membership_id=member, position=position)
        for position, member in enumerate(order, start=1)
    )
    db.session.commit()
    return find_rota(team)


def end_rota(team: Team, base: int) -> None:
    """Take turns no more; a team without a rota stays as it is. Commits.

    `base`: the revision that the member saw. Raises UnseenChangeError.
    """
    rota = _lock(team)
    if rota is not None and rota.revision != base:
        db.session.rollback()
        raise UnseenChangeError(f"the rota of {team.slug}")
    if rota is not None:
        _clear(team)
        db.session.delete(rota)
    db.session.commit()


def exchange_turn(
    by: Membership, team: Team, week: Week, whose: int, taker: int, now: datetime, *, seen: int = 0
) -> Membership:
    """Let the member `taker` write in `week` instead of `whose`, who gets the taker's next turn, if any. Commits.

    The other of the two is told by a letter. Exchanged a second time, the turn stays the taker's; `seen`: the revision
    that the member saw, 0 where that is not known, so that a turn that was given back meanwhile is not taken again by
    a form that is sent again. Returns the taker; raises TurnChangedError when the turn is somebody else's, the rota has
    changed, or the taker is no EIG of the team in that week.
    """
    stored = _lock(team)
    rota = find_rota(team)
    holder = rota.turn_in(week)
    if holder is not None and holder.id == taker:
        return holder
    taking = rota.eig_in(week, taker)
    is_as_seen = stored is not None and seen in {0, stored.revision}
    if stored is None or not is_as_seen or taking is None or holder is None or holder.id != whose:
        db.session.rollback()
        raise TurnChangedError(holder)
    in_return = next_turn_of(taker, week, rota.turns)
    stored.revision += 1
    _let_take(team, week, taker)
    if in_return is not None:
        _let_take(team, in_return, whose)
    queue_notification(
        "rota_exchange",
        [holder if taking.id == by.id else taking],
        reference=f"rota:{team.id}:{stored.revision}:{now:%Y%m%d%H%M%S}",
        now=now,
        reply_to=by.person.email,
        private=True,  # it names people
        promotion=team.promotion,
        by=by,
        week=week,
        taker=taking,
        in_return=in_return,
        holder=holder,
        page=public_url("rota.show", promotion_slug=team.promotion.slug),
    )
    db.session.commit()
    return taking


def _lock(team: Team) -> Rota | None:
    """Lock the team's row until the transaction ends, and return its current rota."""
    db.session.execute(select(Team.id).where(Team.id == team.id).with_for_update())
    return db.session.get(Rota, team.id, populate_existing=True)


def _clear(team: Team) -> None:
    for table in (RotaPlace, RotaExchange):
        db.session.execute(delete(table).where(table.team_id == team.id))


def _let_take(team: Team, week: Week, member: int) -> None:
    db.session.merge(RotaExchange(team_id=team.id, week=week, membership_id=member))

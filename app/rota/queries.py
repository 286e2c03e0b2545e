"""Reading rotas: the order of a team, and the member whose turn a week is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.rota.models import Rota, RotaExchange, RotaPlace
from app.rota.rules import share_turns
from app.teams.models import Membership, Team
from app.teams.names import name_order
from app.teams.roles import Role
from app.weeks import Week, weeks_between


@dataclass(frozen=True)
class TeamRota:
    """The rota of a team: `eigs`, by name, are all who write for it or have, `order` the ids of those who take turns.

    A team without a rota has no `starts`, an empty order, and the revision 0.
    """

    team: Team
    eigs: list[Membership]
    starts: Week | None
    revision: int
    order: list[int]
    exchanges: Mapping[Week, int]

    @cached_property
    def turns(self) -> Mapping[Week, int]:
        """Whose turn each week is, by the ids of members: from the first of the rota to the end of the promotion."""
        if self.starts is None:
            return {}
        team, promotion = self.team, self.team.promotion

        def uses_a_turn(week: Week) -> bool:
            is_on = promotion.has_week(week) and team.is_active_in(week) and not team.is_paused(week)
            return is_on and promotion.timetable.closing_day(week) is not None

        def is_there(member: int, week: Week) -> bool:
            return self.eig_in(week, member) is not None

        weeks = weeks_between(self.starts, max(self.starts, Week.of(promotion.ends_on)))
        return share_turns(self.order, [week for week in weeks if uses_a_turn(week)], is_there, self.exchanges)

    def turn_in(self, week: Week) -> Membership | None:
        """Return whose turn the week is, None where it is nobody's."""
        whose = self.turns.get(week)
        return self.eig_in(week, whose) if whose else None

    def eig_in(self, week: Week, member_id: int) -> Membership | None:
        """Return the EIG of the team with that id, if they are there in that week."""
        return next((each for each in self.eigs_in(week) if each.id == member_id), None)

    def eigs_in(self, week: Week) -> list[Membership]:
        """Return the EIGs who belong to the team on the closing day of the week, by name; nobody in one without."""
        day = self.team.promotion.timetable.closing_day(week)
        return [each for each in self.eigs if day and each.is_current(day)]

    def eigs_from(self, week: Week) -> list[Membership]:
        """Return the EIGs of the week and of those after it, by name: all but who left before."""
        return [each for each in self.eigs if each.left_on is None or each.left_on >= week.monday]


def find_rota(team: Team) -> TeamRota:
    """Read the rota of one team."""
    return find_rotas([team])[team.id]


def find_rotas(teams: Collection[Team]) -> dict[int, TeamRota]:
    """Read the rotas of `teams`, by their ids."""
    ids = [team.id for team in teams]
    query = (
        select(Membership, RotaPlace.position, Rota)
        .join(Membership.person)
        .options(joinedload(Membership.person))
        .outerjoin(Rota, Rota.team_id == Membership.team_id)
        .outerjoin(RotaPlace, and_(RotaPlace.team_id == Rota.team_id, RotaPlace.membership_id == Membership.id))
        .where(Membership.team_id.in_(ids), Membership.role == Role.EIG)
        .order_by(Membership.id)
    )
    rows = db.session.execute(query).all()
    exchanges: dict[int, dict[Week, int]] = defaultdict(dict)
    if any(rota is not None for _, _, rota in rows):
        for each in db.session.scalars(select(RotaExchange).where(RotaExchange.team_id.in_(ids))):
            exchanges[each.team_id][each.week] = each.membership_id
    found = {}
    for team in teams:
        own = [(member, position, rota) for member, position, rota in rows if member.team_id == team.id]
        rota = next((rota for _, _, rota in own), None)
        places = sorted((position, member.id) for member, position, _ in own if position is not None)
        found[team.id] = TeamRota(
            team=team,
            eigs=sorted((member for member, _, _ in own), key=lambda member: name_order(member.person.display_name)),
            starts=rota.starts if rota else None,
            revision=rota.revision if rota else 0,
            order=[member for _, member in places],
            exchanges=exchanges[team.id],
        )
    return found

"""Export and erase the turns of one person. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.database import db
from app.rota.models import RotaExchange, RotaPlace
from app.teams.models import Membership, Person, Team


def export_for(person: Person) -> dict[str, object]:
    """Return their places in the orders of teams, and the weeks that they took over."""
    own = Membership.person_id == person.id
    places = select(Team.name, RotaPlace.position).join(Team, Team.id == RotaPlace.team_id)
    exchanges = select(Team.name, RotaExchange.week).join(Team, Team.id == RotaExchange.team_id)
    return {
        "turns_to_write": [
            {"team": team, "place": position}
            for team, position in db.session.execute(
                places.join(Membership, Membership.id == RotaPlace.membership_id).where(own)
            )
        ],
        "turns_taken_over": [
            {"team": team, "week": week}
            for team, week in db.session.execute(
                exchanges.join(Membership, Membership.id == RotaExchange.membership_id).where(own)
            )
        ],
    }


def erase_for(person: Person) -> None:
    """Erase their places and what they took over: the order goes on without them."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    for table in (RotaPlace, RotaExchange):
        db.session.execute(delete(table).where(table.membership_id.in_(own)))

"""A promotion of any size whose digest is due, with a call for help so old that the Friday note lists it."""

from __future__ import annotations

from datetime import UTC, datetime

from app import create_app
from app.database import db
from app.letters.outbox import add_mailing
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

WEEK = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)  # Friday, five past three in Paris
LONG_AGO = datetime(2019, 2, 1, tzinfo=UTC)
TEAMS = 4
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin. " * 3


def make_written_week(url: str, members: int) -> None:
    """Fill the empty database at `url`; everyone in the promotion, `members` in all, will get the digest."""
    make_tables(url)
    app = create_app(make_config(database_url=url))
    with app.app_context():
        _fill(members)
        db.session.remove()
        db.engine.dispose()


def _fill(members: int) -> None:
    promotion = make_promotion(starts_on=WEEK.monday)
    teams = [make_team(promotion, f"Défi {number}") for number in range(TEAMS)]
    for team in teams:
        make_bulletin(team, WEEK, priorities=TEXT, ups_and_downs=TEXT, help=TEXT, created_at=LONG_AGO)
    make_member(promotion, Role.COORDINATOR, email="coordination@promotion.example")
    _list_calls_of_the_month(promotion)
    db.session.add_all(_member(promotion, number, teams[number % TEAMS].id) for number in range(members - 1))
    db.session.commit()


def _list_calls_of_the_month(promotion: Promotion) -> None:
    """As if that letter had left: whether it is due depends on whether a process begins before the digest is issued."""
    reference = f"open-calls:{promotion.id}:{promotion.today(DUE):%Y-%m}"
    add_mailing("note", promotion.locale, "", "", "", reference=reference, created_at=LONG_AGO)


def _member(promotion: Promotion, number: int, team_id: int) -> Membership:
    person = Person(email=f"member{number}@promotion.example", name=f"Membre {number}", created_at=LONG_AGO)
    person.locale = "en" if number % 3 == 0 else None
    return Membership(promotion=promotion, person=person, role=Role.EIG, team_id=team_id)

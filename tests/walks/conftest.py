"""The promotion and the members of every sort with which the walks visit the routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import StaticPool, create_engine
from time_machine import Traveller

from app.advice.models import Advice
from app.advice.rules import Occasion
from app.confidential.models import ConfidentialMessage
from app.database import db
from app.letters.models import SuppressedAddress
from app.plans.models import Plan, PlanAction, PlanAlly, PlanScenario
from app.plans.vocabulary import ActionBy, AllyKind, ScenarioKind
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from tests.builders import (
    LONG_AGO,
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_questionnaire,
    make_team,
    saved,
)
from tests.every_letter import every_row
from tests.fixtures.site import as_member
from tests.walks.full_promotion import full

__all__ = ["full"]

WRITTEN = {  # what every transaction that writes something changes, as seen by a connection that writes nothing
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)",
}
ASKED = ("eig", "eig who coordinates", "gone")  # to answer a questionnaire


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A promotion in its ninth week, with something behind every address of the table."""
    promotion = make_promotion()
    jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    author = make_member(promotion, team=jachere, email="author@promotion.example")
    make_bulletin(jachere, "2019-W09")
    make_bulletin(jachere, "2019-W10")
    make_bulletin(brancard, "2019-W09", help="Qui connaît la norme S57 ?")
    make_digest(promotion, "2019-W09")
    make_milestone(promotion)
    make_milestone(promotion, "end", day=promotion.ends_on)
    saved(SuppressedAddress(email="author@promotion.example", since=LONG_AGO))
    scenario = PlanScenario(kind=ScenarioKind.HIRE, actions=[PlanAction(by=ActionBy.COORDINATION, text="Relire")])
    ally = PlanAlly(kind=AllyKind.USERS, text="Les agents")
    saved(Plan(team_id=brancard.id, changed_at=LONG_AGO, allies=[ally], scenarios=[scenario]))
    saved(ConfidentialMessage(membership=author, text="J’aimerais en parler", written_at=LONG_AGO))
    saved(Advice(promotion_id=promotion.id, text="Semez", occasion=Occasion.WEEK, week=1))
    return promotion


@pytest.fixture
def members_by_kind(promotion: Promotion) -> dict[str, Membership | None]:
    jachere, brancard = sorted(promotion.teams, key=lambda team: team.key != "jachere")
    elsewhere = make_promotion(slug="promotion-4", name="Promotion 4")
    members: dict[str, Membership | None] = {
        "visitor": None,
        "stranger": make_member(elsewhere, Role.COORDINATOR, make_team(elsewhere, "Ravine")),
        "eig": make_member(promotion, team=jachere),
        "mentor": make_member(promotion, Role.MENTOR, brancard),
        "coordinator": make_member(promotion, Role.COORDINATOR),
        "eig who coordinates": make_member(promotion, team=jachere, coordinates=True),
        "gone": make_member(promotion, team=jachere, coordinates=True, left_on=date(2019, 3, 5)),
    }
    make_questionnaire(member for sort, member in members.items() if member and sort in ASKED)
    return members


@pytest.fixture
def everything(client: FlaskClient, promotion: Promotion) -> FlaskClient:
    """Somebody who may enter every page of the promotion."""
    return as_member(client, make_member(promotion, team=promotion.teams[0], coordinates=True))


@pytest.fixture
def changed_tables(app: Flask) -> Iterator[Callable[[], set[str]]]:
    """In which tables rows have changed since this was last asked.

    The rows are compared only when something was written, which takes fifty times as long as to ask whether it was.
    """
    engine = create_engine(db.engine.url, poolclass=StaticPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:

        def version() -> object:
            return connection.exec_driver_sql(WRITTEN[engine.dialect.name]).scalar()

        seen, rows = version(), every_row()

        def changed() -> set[str]:
            nonlocal seen, rows
            if version() == seen:
                return set()
            before, seen, rows = rows, version(), every_row()
            return {table for table in rows if rows[table] != before[table]}

        yield changed
    engine.dispose()

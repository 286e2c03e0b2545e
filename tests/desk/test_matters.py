"""What the desk says needs a hand, until it does, each line with the page of its cure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.letters.models import Letter
from app.letters.states import Reason, State
from app.teams.models import Membership, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
DESK = "/promotion-3/manage/"
CALLS = "/promotion-3/help"
NOTHING = "Rien ne demande votre attention pour l’instant."


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def judith(client: FlaskClient, promotion: Promotion) -> Membership:
    """The coordinator."""
    return make_member(promotion, "coordinator", email="judith@x.example", name="Judith")


@pytest.fixture
def team(promotion: Promotion) -> Team:
    """A team of one EIG, which asks for help and announces two dates."""
    team = make_team(promotion, "Jachère")
    make_member(promotion, "eig", team, "lea@x.example", name="Léa")
    make_bulletin(team, W10, help="Qui connaît PostGIS ?", key_date=date(2019, 3, 14), key_date_text="Comité")
    return team


def desk(client: FlaskClient, clock: Traveller, judith: Membership, at: str) -> str:
    clock.move_to(at)
    return as_member(client, judith).get(DESK).text


def test_a_call_that_nobody_answers_is_told_from_a_week_on(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    told = "1 demande d’aide sans réponse depuis 7 jours"
    assert NOTHING in words(desk(client, clock, judith, "2019-03-06T10:00:00Z"))
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z")), "no digest has told it yet"
    issue(judith.promotion, W10, now=DUE)
    assert "sans réponse depuis" not in words(desk(client, clock, judith, "2019-03-13T08:59:59Z"))
    page = desk(client, clock, judith, "2019-03-13T09:00:00Z")
    assert f'<li><a href="{CALLS}">1 demande d’aide' in page
    assert told in words(page)
    assert NOTHING not in words(page)
    db.session.scalars(select(HelpRequest)).one().state = HelpState.OFFERED
    db.session.commit()
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z"))


def test_letters_that_did_not_arrive_are_told_and_those_of_who_unsubscribed_are_not(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    issue(judith.promotion, W10, now=DUE)
    lea = db.session.scalars(select(Letter).where(Letter.to_email == "lea@x.example")).one()
    told = "1 lettre du récapitulatif de la semaine du 4 au 8 mars n’est pas arrivée"
    for reason, is_told in ((Reason.UNSUBSCRIBED, False), (Reason.REFUSED, True)):
        lea.state, lea.reason = State.FAILED, reason
        db.session.commit()
        page = desk(client, clock, judith, "2019-03-08T15:00:00Z")
        assert (told in words(page)) == is_told
    assert '<li><a href="/promotion-3/manage/weeks/2019-W10/letters">1 lettre du récapitulatif' in page


def test_the_dates_of_the_week_are_those_to_come_that_everybody_may_know(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    told = "jeudi 14 mars 2019 : Jachère, Comité"
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z"))
    issue(judith.promotion, W10, now=DUE)
    assert told in words(desk(client, clock, judith, "2019-03-14T09:00:00Z"))
    assert told not in words(desk(client, clock, judith, "2019-03-08T15:00:00Z")), "a date of the week after"
    assert told not in words(desk(client, clock, judith, "2019-03-15T09:00:00Z")), "it has passed"

"""A call that was closed is not shown as live: in the open form, on the receipt, on my week."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.help_requests.service import resolve
from app.teams.models import Membership
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words

CLOSED = "Close : elle n’ira pas dans le récapitulatif."
PAGES = ["/", "/promotion-3/bulletin/2019-W10", "/promotion-3/bulletin/2019-W10/receipt"]


@pytest.fixture
def eig(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    member = make_member(promotion, "eig", make_team(promotion, "Plume"))
    make_bulletin(member.team, "2019-W10", help="Qui relit ?")
    return member


def close(eig: Membership) -> None:
    resolve(db.session.scalars(select(HelpRequest)).one(), eig.person, now())


@pytest.mark.parametrize("path", PAGES)
def test_it_is_said_where_the_call_stands(client: FlaskClient, eig: Membership, path: str) -> None:
    assert CLOSED not in words(as_member(client, eig).get(path).text)
    close(eig)
    assert CLOSED in words(client.get(path).text)


@pytest.mark.parametrize("path", PAGES)
def test_another_text_calls_anew(client: FlaskClient, eig: Membership, path: str) -> None:
    close(eig)
    typed = {"mood": "good", "priorities": "x", "ups_and_downs": "x", "help": "Qui traduit ?", "revision": "1"}
    assert as_member(client, eig).post("/promotion-3/bulletin", data=typed).status_code == 302
    assert CLOSED not in words(client.get(path).text)


def test_a_call_that_a_digest_has_told_is_said_to_be_closed(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T14:06:00Z")
    issue(eig.promotion, Week.parse("2019-W10"), now=now(), letters=False)
    close(eig)
    page = words(as_member(client, eig).get(PAGES[1]).text)
    assert "Close : elle a figuré dans le récapitulatif." in page
    assert CLOSED not in page


@pytest.mark.parametrize("path", ["/promotion-3/weeks/2019-W10", "/promotion-3/teams/plume"])
def test_the_archive_says_it_of_each_bulletin_whose_team_closed_its_call(
    client: FlaskClient, eig: Membership, clock: Traveller, path: str
) -> None:
    other = make_bulletin(make_team(eig.promotion, "Cartobio"), "2019-W10", help="Qui traduit ?")
    clock.move_to("2019-03-08T14:06:00Z")
    issue(eig.promotion, Week.parse("2019-W10"), now=now(), letters=False)
    told = "Cette demande d’aide est close : le défi l’a marquée comme résolue ou l’a retirée."
    assert told not in words(as_member(client, eig).get(path).text)
    calls = db.session.scalars(select(HelpRequest).where(HelpRequest.bulletin_id != other.id)).one()
    resolve(calls, eig.person, now())
    assert words(client.get(path).text).count(told) == 1

"""Every sort of visitor at every route, and what the table of routes cannot say."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.database import db
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from tests.builders import make_member, make_promotion
from tests.fixtures.site import as_member, browser_of
from tests.walks.routes import TABLE, address_of


def routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_table_holds_every_route_and_no_other(app: Flask) -> None:
    assert sorted(routes(app) ^ set(TABLE)) == [], "say in TABLE who may enter"


def test_every_route_lets_in_whom_the_table_says(app: Flask, members_by_kind: dict[str, Membership | None]) -> None:
    clients = {sort: browser_of(app, member) for sort, member in members_by_kind.items()}
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        found = {}
        for sort, member in members_by_kind.items():
            found[sort] = clients[sort].open(address_of(rule), method=method, buffered=True).status_code
            if method == "POST":  # some end the session
                clients[sort] = browser_of(app, member)
        assert found == statuses, route


def test_a_visitor_is_sent_to_sign_in_and_nowhere_else(client: FlaskClient, promotion: Promotion) -> None:
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        if statuses["visitor"] == 302:
            assert client.open(address_of(rule), method=method).headers["Location"].startswith("/sign-in")


def test_a_head_is_answered_as_its_get(app: Flask, members_by_kind: dict[str, Membership | None]) -> None:
    client = browser_of(app, members_by_kind["eig"])
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        if method == "GET":
            assert client.head(address_of(rule), buffered=True).status_code == statuses["eig"], route


@pytest.mark.own_app
def test_a_page_that_says_nothing_is_for_members_only(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    app.add_url_rule("/<slug:promotion_slug>/new", endpoint="new", view_func=lambda: "new")
    assert client.get("/promotion-3/new").status_code == 302
    as_member(client, make_member(make_promotion(slug="promotion-4")))
    assert client.get("/promotion-3/new").status_code == 404
    as_member(client, make_member(promotion))
    assert client.get("/promotion-3/new").text == "new"


# --- What the table cannot say ---------------------------------------------------------------------------------------


def test_a_form_writes_ones_own_teams_bulletin_whatever_it_names(client: FlaskClient, promotion: Promotion) -> None:
    jachere, brancard = sorted(promotion.teams, key=lambda team: team.key != "jachere")
    as_member(client, make_member(promotion, team=jachere))
    sent = {"mood": "good", "priorities": "à nous", "ups_and_downs": "x", "team": brancard.id, "team_id": brancard.id}
    assert client.post("/promotion-3/bulletin", data={**sent, "revision": "1"}).status_code == 302
    db.session.rollback()
    texts = {(b.team.name, str(b.week)): b.priorities for b in db.session.scalars(select(Bulletin))}
    assert texts[("Jachère", "2019-W10")] == "à nous"
    assert ("Brancard", "2019-W10") not in texts


def test_somebody_in_two_promotions_is_in_each_what_they_are_there(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    eig = make_member(promotion, team=promotion.teams[0])
    make_member(other, Role.COORDINATOR, person=eig.person)
    as_member(client, eig)
    assert client.get("/promotion-3/manage/").status_code == 403
    assert client.get("/promotion-4/manage/").status_code == 200
    assert client.get("/promotion-4/bulletin").status_code == 403


def test_what_belongs_to_another_promotion_is_not_found_in_ones_own(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    as_member(client, make_member(other, Role.COORDINATOR))
    for path in ("teams/brancard", "digests/2019-W09", "manage/weeks/2019-W09/letters"):
        assert client.get(f"/promotion-4/{path}").status_code == 404
    for path in (
        "help/1/resolved",
        "help/1/renewed",
        "help/1/withdrawn",
        "help/1/offer",
        "help/1/thanks",
        "manage/confidential/1/close",
    ):
        assert client.post(f"/promotion-4/{path}").status_code == 404, path
    for path in ("manage/addresses/1/lift", "manage/weeks/2019-W09/letters/pause"):
        assert client.post(f"/promotion-4/{path}").status_code == 404, path


def test_an_eig_without_a_team_writes_no_bulletin(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion))
    assert client.get("/promotion-3/bulletin").status_code == 403
    assert client.get("/").status_code == 200


def test_alumni_read(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion, Role.ALUMNI))
    assert client.get("/promotion-3/digests/2019-W09").status_code == 200
    assert client.get("/promotion-3/bulletin").status_code == 403
    assert client.get("/promotion-3/manage/").status_code == 403


def test_a_member_enters_on_their_first_day_and_on_their_last(
    app: Flask, promotion: Promotion, clock: Traveller
) -> None:
    member = make_member(promotion, joined_on=date(2019, 3, 6), left_on=date(2019, 3, 8))
    days = {
        "2019-03-05T22:59:00Z": 404,
        "2019-03-05T23:01:00Z": 200,
        "2019-03-08T22:59:00Z": 200,
        "2019-03-08T23:01:00Z": 404,
    }
    for moment, status in days.items():
        clock.move_to(moment)
        assert as_member(app.test_client(), member).get("/promotion-3/weeks").status_code == status, moment

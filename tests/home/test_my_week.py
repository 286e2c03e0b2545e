"""The first page: what this is for a visitor; one's week for a member, before, during and after the promotion."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.database import db
from app.teams.models import DayOff, Membership, Pause, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

FORM = 'name="priorities"'
MISSED = "Il manque un bulletin"


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def team(promotion: Promotion) -> Team:
    return make_team(promotion, "Jachère")


@pytest.fixture
def eig(team: Team) -> Membership:
    return make_member(team.promotion, team=team, name="Léa", email="lea@jachere.example")


def my_week(client: FlaskClient, member: Membership) -> str:
    page = as_member(client, member).get("/")
    assert page.status_code == 200
    return page.text


def test_a_visitor_learns_what_this_is_and_may_sign_in(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<h1>" in page
    assert 'action="/sign-in"' in page
    assert 'name="email"' in page
    assert "<nav" not in page


def test_an_eig_finds_the_form_of_this_week(client: FlaskClient, eig: Membership) -> None:
    page = my_week(client, eig)
    assert FORM in page
    assert "Semaine du 4 au 8 mars" in words(page)
    assert "vendredi à 15 h" in words(page)
    assert 'action="/promotion-3/bulletin' in page


def test_the_day_that_a_week_closes_is_today(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    clock.move_to("2019-03-08T10:00:00Z")
    assert "À envoyer aujourd’hui, avant 15 h." in words(my_week(client, eig))
    mentor = make_member(eig.promotion, "mentor", eig.team)
    assert "Pas encore écrit : le défi peut écrire aujourd’hui jusqu’à 15 h." in words(my_week(client, mentor))
    make_bulletin(eig.team, "2019-W10")
    assert "modifiable aujourd’hui jusqu’à 15 h" in words(my_week(client, eig))


def test_the_form_of_my_week_saves(client: FlaskClient, eig: Membership) -> None:
    typed = {"mood": "good", "priorities": "Semer", "ups_and_downs": "Il pleut", "revision": "0"}
    answer = as_member(client, eig).post("/promotion-3/bulletin", data=typed)
    assert answer.headers["Location"] == "/promotion-3/bulletin/2019-W10/receipt"
    assert "Semer" in client.get(answer.headers["Location"]).text
    assert "Semer" in client.get("/").text


def test_after_closing_an_eig_sees_what_was_told(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    make_bulletin(eig.team, "2019-W10", priorities="Semer le sarrasin")
    clock.move_to("2019-03-08T14:00:00Z")
    page = my_week(client, eig)
    assert FORM not in page
    assert "Semer le sarrasin" in page


def test_after_closing_a_team_that_wrote_nothing_still_may(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T14:00:00Z")
    assert FORM in my_week(client, eig)


def test_a_mentor_finds_no_form(client: FlaskClient, team: Team) -> None:
    page = my_week(client, make_member(team.promotion, Role.MENTOR, team))
    assert FORM not in page
    assert "/promotion-3/weeks/2019-W10" in page


@pytest.mark.parametrize(
    ("role", "today"),
    [(Role.EIG, "À envoyer aujourd’hui, avant"), (Role.MENTOR, "le défi peut écrire aujourd’hui jusqu’à")],
)
def test_a_week_that_closes_earlier_than_usual_says_why(
    client: FlaskClient, team: Team, clock: Traveller, role: Role, today: str
) -> None:
    saved(DayOff(promotion_id=team.promotion_id, day=date(2019, 3, 8)))
    member = make_member(team.promotion, role, team)
    assert "jeudi à 15 h (vendredi 8 mars non travaillé)" in words(my_week(client, member))
    clock.move_to("2019-03-07T10:00:00Z")
    assert f"{today} 15 h (vendredi 8 mars non travaillé)." in words(my_week(client, member))


# --- The week before -------------------------------------------------------------------------------------------------


def test_a_week_that_was_missed_is_offered_once_more(client: FlaskClient, eig: Membership) -> None:
    page = my_week(client, eig)
    assert MISSED in words(page)
    assert 'href="/promotion-3/bulletin/2019-W09"' in page
    assert client.get("/promotion-3/bulletin/2019-W09").status_code == 200


def test_a_week_that_was_missed_is_still_offered_after_one_without_a_working_day(
    client: FlaskClient, eig: Membership, promotion: Promotion
) -> None:
    for weekday in range(1, 6):
        saved(DayOff(promotion_id=promotion.id, day=Week.parse("2019-W09").day(weekday)))
    page = my_week(client, eig)
    assert MISSED in words(page)
    assert 'href="/promotion-3/bulletin/2019-W08"' in page
    assert client.get("/promotion-3/bulletin/2019-W08").status_code == 200


def test_a_week_that_was_written_is_not(client: FlaskClient, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W09")
    assert MISSED not in words(my_week(client, eig))


def test_before_the_promotion_nothing_was_missed(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    clock.move_to("2019-01-09T10:00:00Z")  # its first week
    page = my_week(client, eig)
    assert FORM in page
    assert MISSED not in words(page)


def test_a_team_that_has_just_begun_missed_nothing(client: FlaskClient, promotion: Promotion) -> None:
    newcomers = make_team(promotion, "Ravine", active_from=date(2019, 3, 4))
    assert MISSED not in words(my_week(client, make_member(promotion, team=newcomers)))


def test_a_team_that_was_paused_missed_nothing(client: FlaskClient, eig: Membership) -> None:
    saved(Pause(team_id=eig.team_id, first_week=Week.parse("2019-W09"), last_week=Week.parse("2019-W09")))
    assert MISSED not in words(my_week(client, eig))


# --- Outside the promotion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("2018-12-20T10:00:00Z", "lundi 7 janvier 2019"),
        ("2019-12-10T10:00:00Z", "vendredi 8 novembre 2019"),
    ],
)
def test_outside_the_promotion_there_is_nothing_to_write(
    client: FlaskClient, eig: Membership, clock: Traveller, moment: str, says: str
) -> None:
    clock.move_to(moment)
    page = my_week(client, eig)
    assert FORM not in page
    assert MISSED not in words(page)
    assert says in words(page)
    assert client.get("/promotion-3/bulletin").location == "/promotion-3/"


def test_a_team_whose_time_is_over_writes_no_more(client: FlaskClient, promotion: Promotion) -> None:
    leavers = make_team(promotion, "Ravine", active_until=date(2019, 2, 22))
    member = make_member(promotion, team=leavers)
    assert FORM not in my_week(client, member)


def test_somebody_in_no_promotion_any_more_is_told_so(client: FlaskClient, eig: Membership) -> None:
    eig.left_on = date(2019, 3, 5)
    db.session.commit()
    page = my_week(client, eig)
    assert "<nav" not in page
    assert "Vous ne faites partie d’aucune promotion" in words(page)
    assert client.get("/me").status_code == 200


def test_somebody_in_two_promotions_finds_both_and_first_the_one_that_has_run_longest(
    client: FlaskClient, eig: Membership
) -> None:
    longer = make_promotion(slug="promotion-4", name="Promotion 4", starts_on=date(2018, 9, 3))
    make_member(longer, Role.MENTOR, person=eig.person)
    page = my_week(client, eig)
    assert "Promotion 4" in page
    assert 'href="/promotion-3/"' in page
    assert FORM not in page
    assert FORM in client.get("/promotion-3/").text


# --- The receipt -----------------------------------------------------------------------------------------------------


def test_the_receipt_shows_what_was_sent_and_until_when(client: FlaskClient, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W10", priorities="Semer le sarrasin")
    page = as_member(client, eig).get("/promotion-3/bulletin/2019-W10/receipt")
    assert "Semer le sarrasin" in page.text
    assert "vendredi à 15 h" in words(page.text)
    assert 'href="/promotion-3/bulletin/2019-W10"' in page.text


def test_there_is_no_receipt_of_what_was_not_sent(client: FlaskClient, eig: Membership) -> None:
    assert as_member(client, eig).get("/promotion-3/bulletin/2019-W10/receipt").status_code == 404


def test_a_late_bulletin_has_a_receipt_that_says_where_it_will_stand(client: FlaskClient, eig: Membership) -> None:
    make_digest(eig.team.promotion, "2019-W09")
    typed = {"mood": "good", "priorities": "Semer", "ups_and_downs": "Il pleut", "revision": "0"}
    answer = as_member(client, eig).post("/promotion-3/bulletin/2019-W09", data=typed)
    assert answer.headers["Location"] == "/promotion-3/bulletin/2019-W09/receipt"
    assert "après le récapitulatif" in words(client.get(answer.headers["Location"]).text)


@pytest.mark.parametrize(
    ("now", "active_from", "first"),
    [
        ("2019-01-09T10:00:00Z", None, True),
        ("2019-01-16T10:00:00Z", None, False),
        ("2019-03-06T10:00:00Z", date(2019, 3, 4), True),  # a team that joins on the way
    ],
)
def test_a_first_week_is_not_held_against_a_team(
    client: FlaskClient, team: Team, eig: Membership, clock: Traveller, now: str, active_from: date | None, first: bool
) -> None:
    team.active_from = active_from
    db.session.commit()
    clock.move_to(now)
    page = words(my_week(client, eig))
    assert ("C’est la première semaine de votre défi" in page) is first
    assert ("n’avait rien écrit la semaine d’avant" in page) is not first


def test_a_pause_the_week_before_is_not_held_against_a_team(client: FlaskClient, team: Team, eig: Membership) -> None:
    saved(Pause(team_id=team.id, first_week=Week.parse("2019-W09"), last_week=Week.parse("2019-W09")))
    page = words(my_week(client, eig))
    assert "Votre défi était en pause la semaine d’avant." in page
    assert "rien écrit" not in page


@pytest.mark.parametrize(
    ("now", "until"),
    [("2019-03-06T10:00:00Z", "vendredi à 15 h"), ("2019-03-08T15:00:00Z", "le vendredi 15 mars à 15 h")],
)
def test_nobody_expects_a_bulletin_of_a_team_that_is_paused(
    client: FlaskClient, team: Team, eig: Membership, clock: Traveller, now: str, until: str
) -> None:
    saved(Pause(team_id=team.id, first_week=Week.parse("2019-W10"), last_week=Week.parse("2019-W10")))
    clock.move_to(now)
    for page in (words(my_week(client, eig)), words(client.get("/promotion-3/bulletin").text)):
        assert "Votre défi est en pause cette semaine : personne n’attend de bulletin." in page
        assert f"Vous pouvez tout de même en envoyer un avant {until}." in page
        assert "À envoyer avant" not in page
        assert "Cette semaine est fermée" not in page


@pytest.mark.parametrize(("role", "story"), [("eig", True), ("mentor", True), ("alumni", False)])
def test_the_pages_of_ones_own_team_are_found_without_knowing_their_addresses(
    client: FlaskClient, clock: Traveller, role: str, story: bool
) -> None:
    promotion = make_promotion()
    member = make_member(promotion, role, make_team(promotion, "Plume"))
    for moment in ("2019-03-06T10:00:00Z", "2019-12-02T10:00:00Z"):
        clock.move_to(moment)
        page = as_member(client, member).get("/promotion-3/").text
        assert 'href="/promotion-3/teams/plume"' in page, moment
        assert 'href="/promotion-3/teams/plume/plan"' in page, moment
        assert ("plume/story" in page) is story, moment
    assert 'href="/promotion-3/retrospective"' in page


def test_who_is_of_no_team_has_no_pages_of_one(client: FlaskClient, clock: Traveller) -> None:
    promotion = make_promotion()
    make_team(promotion, "Plume")
    as_member(client, make_member(promotion, "coordinator"))
    assert "/promotion-3/teams/plume/plan" not in client.get("/promotion-3/").text

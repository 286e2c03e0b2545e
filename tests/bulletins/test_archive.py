"""Browsing weeks and teams: what each member may read, before and after the digest."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.teams.models import DayOff, Pause, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_read_mark, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
BEFORE_CLOSING, AFTER_CLOSING = "2019-03-08T13:59:59Z", "2019-03-08T14:00:00Z"
Visit = Callable[..., FlaskClient]


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """Two teams; both have written in 2019-W10."""
    promotion = make_promotion()
    for name in ("Alpha", "Bravo"):
        make_bulletin(make_team(promotion, name), W10, priorities=f"La priorité d’{name}", key_date=date(2019, 3, 12))
    return promotion


@pytest.fixture
def visit(app: Flask, promotion: Promotion) -> Visit:
    """A new member with that role and team, signed in."""

    def visit(role: str, team: Team | None = None, **values: object) -> FlaskClient:
        return as_member(app.test_client(), make_member(promotion, role, team, **values))

    return visit


def shown_teams(client: FlaskClient, path: str) -> set[str]:
    """The teams whose bulletins the page tells."""
    page = words(client.get(f"/promotion-3/{path}").text)
    return {name for name in ("Alpha", "Bravo") if f"La priorité d’{name}" in page}


@pytest.mark.parametrize(
    ("role", "own", "open_", "closed"),
    [
        ("eig", True, {"Alpha"}, {"Alpha"}),
        ("mentor", True, {"Alpha"}, {"Alpha"}),
        ("eig", False, set(), set()),
        ("coordinator", False, set(), {"Alpha", "Bravo"}),
        ("alumni", False, set(), set()),
    ],
)
def test_who_reads_what_of_a_week_before_and_after_its_digest(
    promotion: Promotion,
    visit: Visit,
    clock: Traveller,
    role: str,
    own: bool,
    open_: set[str],
    closed: set[str],
) -> None:
    client = visit(role, promotion.teams[0] if own else None)
    clock.move_to(BEFORE_CLOSING)
    assert shown_teams(client, "weeks/2019-W10") == open_
    assert shown_teams(client, "teams/alpha") | shown_teams(client, "teams/bravo") == open_
    clock.move_to(AFTER_CLOSING)
    assert shown_teams(client, "weeks/2019-W10") == closed
    assert shown_teams(client, "teams/alpha") | shown_teams(client, "teams/bravo") == closed
    make_digest(promotion, W10)
    assert shown_teams(client, "weeks/2019-W10") == {"Alpha", "Bravo"}
    assert shown_teams(client, "teams/alpha") == {"Alpha"}


def test_an_eig_who_coordinates_sees_their_own_text_and_who_has_written(promotion: Promotion, visit: Visit) -> None:
    client = visit("eig", promotion.teams[0], coordinates=True)
    assert shown_teams(client, "weeks/2019-W10") == {"Alpha"}
    assert "Alpha écrit Bravo écrit" in words(client.get("/promotion-3/weeks/2019-W10").text)


def test_the_coordination_sees_who_has_written_who_is_paused_and_who_has_not(
    promotion: Promotion, visit: Visit
) -> None:
    paused, _silent = make_team(promotion, "Charlie"), make_team(promotion, "Delta")
    make_team(promotion, "Echo", active_from=date(2019, 3, 11))
    saved(Pause(team_id=paused.id, first_week=W10, last_week=W10))
    page = words(visit("coordinator").get("/promotion-3/weeks/2019-W10").text)
    assert "Alpha écrit Bravo écrit Charlie en pause Delta rien encore" in page
    assert "Echo" not in page


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_nobody_else_sees_who_has_written_before_the_digest(promotion: Promotion, visit: Visit, role: str) -> None:
    page = words(visit(role, promotion.teams[0]).get("/promotion-3/weeks/2019-W10").text)
    assert "Qui a écrit" not in page
    assert "Bravo" not in page


def test_a_bulletin_is_shown_with_its_key_date(promotion: Promotion, visit: Visit) -> None:
    make_digest(promotion, W10)
    page = words(visit("eig").get("/promotion-3/weeks/2019-W10").text)
    assert "Date clé mardi 12 mars 2019 : Comité de pilotage" in page


def test_the_weeks_are_listed_newest_first_with_how_many_wrote_once_issued(
    promotion: Promotion, visit: Visit, clock: Traveller
) -> None:
    make_bulletin(promotion.teams[0], W10.previous)
    make_digest(promotion, W10.previous)
    page = words(visit("eig").get("/promotion-3/weeks").text)
    assert "Mars 2019 Semaine du 4 au 8 mars en cours Semaine du 25 février au 1er mars" in page
    assert page.count("À lire") == 0, "it was not for them"
    assert "11 au 15 mars" not in page
    assert page.index("4 au 8 mars") < page.index("25 février au 1er mars")
    page = words(visit("coordinator").get("/promotion-3/weeks").text)
    assert "Semaine du 4 au 8 mars en cours · 2 bulletins" in page


def test_weeks_that_are_over_and_have_no_bulletin_are_not_listed(
    promotion: Promotion, visit: Visit, clock: Traveller
) -> None:
    make_digest(promotion, W10 + -2)
    client = visit("coordinator")

    def listed() -> list[str]:
        return sorted(set(re.findall(r"/promotion-3/weeks/(2019-W\d\d)", client.get("/promotion-3/weeks").text)))

    assert listed() == ["2019-W09", "2019-W10"], "W09 has closed and will issue itself, W10 is open"
    make_bulletin(promotion.teams[0], W10 + -5)
    assert listed() == ["2019-W05", "2019-W09", "2019-W10"]
    clock.move_to("2019-03-11T10:00:00Z")
    assert listed() == ["2019-W05", "2019-W10", "2019-W11"]


def test_the_weeks_end_with_the_promotion(promotion: Promotion, app: Flask, clock: Traveller) -> None:
    clock.move_to("2020-02-03T10:00:00Z")
    for week in ("2019-W45", "2019-W46"):
        make_bulletin(promotion.teams[0], Week.parse(week))
    client = as_member(app.test_client(), make_member(promotion))
    page = client.get("/promotion-3/weeks").text
    assert re.findall(r"/promotion-3/weeks/(2019-W\d\d)", page) == ["2019-W45", "2019-W10"]


def test_a_promotion_that_has_not_begun_says_so(promotion: Promotion, app: Flask, clock: Traveller) -> None:
    clock.move_to("2018-12-20T10:00:00Z")
    client = as_member(app.test_client(), make_member(promotion))
    assert "La promotion n’a pas encore commencé" in words(client.get("/promotion-3/weeks").text)


def test_a_promotion_that_has_ended_without_a_digest_says_so(app: Flask, clock: Traveller) -> None:
    ended = make_promotion(slug="promotion-2", starts_on=date(2018, 1, 8), ends_on=date(2018, 11, 9))
    page = words(as_member(app.test_client(), make_member(ended)).get("/promotion-2/weeks").text)
    assert "Cette promotion n’a publié aucun récapitulatif sur ce site." in page
    assert "n’a pas encore commencé" not in page


@pytest.mark.parametrize("week", ["2026-W54", "2019-46", "foo", "2018-W52", "2019-W46", "2019-W11"])
def test_a_week_that_the_promotion_has_not_or_not_yet_is_no_page(promotion: Promotion, visit: Visit, week: str) -> None:
    assert visit("coordinator").get(f"/promotion-3/weeks/{week}").status_code == 404


def test_a_week_without_a_working_day_says_so(promotion: Promotion, visit: Visit) -> None:
    promotion.days_off = [DayOff(day=W10.previous.day(n)) for n in range(1, 6)]
    client = visit("eig")
    assert "Une semaine sans jour ouvré n’a pas de bulletin." in words(client.get("/promotion-3/weeks/2019-W09").text)


def test_new_year_is_one_week_on_the_site(app: Flask, clock: Traveller) -> None:
    clock.move_to("2026-12-31T10:00:00Z")
    promotion = make_promotion(starts_on=date(2026, 9, 7), ends_on=date(2027, 6, 25))
    client = as_member(app.test_client(), make_member(promotion, "eig", make_team(promotion)))
    for now in ("2026-12-31T10:00:00Z", "2027-01-01T10:00:00Z", "2027-01-03T22:59:59Z"):
        clock.move_to(now)
        assert "Semaine du 28 décembre 2026" in words(client.get("/promotion-3/").text)
        assert client.get("/promotion-3/weeks/2026-W53").status_code == 200
        assert client.get("/promotion-3/weeks/2027-W01").status_code == 404
    clock.move_to("2027-01-03T23:00:00Z")  # Monday in Paris, Sunday in UTC
    assert client.get("/promotion-3/weeks/2027-W01").status_code == 200


@pytest.mark.parametrize("path", ["weeks/2019-W10", "teams/alpha", "weeks", "teams", "bulletin", "help"])
def test_another_promotions_pages_do_not_exist(promotion: Promotion, app: Flask, path: str) -> None:
    stranger = as_member(app.test_client(), make_member(make_promotion(slug="promotion-4"), "coordinator"))
    assert stranger.get(f"/promotion-3/{path}").status_code == 404


def test_an_unknown_team_is_no_page(promotion: Promotion, visit: Visit) -> None:
    assert visit("eig").get("/promotion-3/teams/zoulou").status_code == 404


def test_the_teams_are_listed_with_what_they_do(promotion: Promotion, visit: Visit) -> None:
    make_team(promotion, "Karfu’R", summary="Des carrefours <sûrs>", administration="Ministère de l’Intérieur")
    page = visit("eig").get("/promotion-3/teams").text
    assert "Karfu’R Des carrefours <sûrs> Ministère de l’Intérieur" in words(page)
    assert 'href="/promotion-3/teams/karfu-r"' in page


def test_a_team_is_shown_with_its_people_and_its_months(promotion: Promotion, visit: Visit, clock: Traveller) -> None:
    team = promotion.teams[0]
    make_member(promotion, team=team, name="Léa")
    make_member(promotion, "mentor", team, name="Paul")
    make_member(promotion, team=team, name="Partie", left_on=date(2019, 2, 1))
    for week in (W10 + -5, W10 + -1):
        make_bulletin(team, week)
        make_digest(promotion, week)
    page = visit("coordinator").get(f"/promotion-3/teams/{team.slug}").text
    assert "EIG Léa Mentors Paul" in words(page)
    assert "Partie" not in page
    assert re.findall(r'<section class="bl-month" id="([^"]+)"', page) == ["2019-03", "2019-02"]
    assert re.findall(r'href="#(2019-\d\d)"', page) == ["2019-03", "2019-02"]


def test_a_bulletin_is_marked_as_new_to_those_alone_who_have_not_read_its_digest(
    promotion: Promotion, app: Flask, clock: Traveller
) -> None:
    team, week = promotion.teams[0], W10.previous
    reader, other = make_member(promotion), make_member(promotion)
    make_bulletin(team, week)
    make_read_mark(make_digest(promotion, week), other)
    seen = {
        member.id: words(as_member(app.test_client(), member).get(f"/promotion-3/teams/{team.slug}").text)
        for member in (reader, other)
    }
    assert "Nouveau pour vous, dans des récapitulatifs que vous n’avez pas encore lus : semaine du" in seen[reader.id]
    assert "À lire" in seen[reader.id]
    assert "À lire" not in seen[other.id]

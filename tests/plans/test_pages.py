"""The pages of a plan: what is typed is saved or told beside its field, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.plans.hints import HINTS, REPORTS, REVIEW
from app.plans.queries import find_plan
from app.plans.rules import LINE_LIMIT, MOST_SCENARIOS
from app.plans.service import save_item
from app.plans.values import Ally
from app.plans.vocabulary import ActionBy, AllyKind, ScenarioKind, Theme
from app.teams.models import Membership, Pause, Team
from app.weeks import Week
from tests.builders import make_member, make_team
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.plans.written import MONDAY, action_in, plan_of, scenario_in

PLAN = "/promotion-3/teams/jachere/plan"
NEED = {"nature": "need", "theme": "hr", "axis": "", "text": "Deux postes", "revision": "0"}


def test_a_plan_is_filled_in_from_its_empty_page_on(visitor: FlaskClient, team: Team) -> None:
    empty = words(visitor.get(PLAN).text)
    assert "Aucun scénario n’est encore écrit" in empty
    answer = visitor.post(f"{PLAN}/vision", data={"vision": "Durer\r\nsans nous", "revision": "0"})
    assert (answer.status_code, answer.location) == (303, f"{PLAN}#vision")
    sent = {
        "allies/new": {"kind": "users", "text": "  Les agents\n de terrain ", "revision": "0"},
        "scenarios/new": {"kind": "hire", "text": "", "revision": "0"},
        "handover/new": {"kind": "roadmap", "url": "https://docs.example/route", "revision": "0"},
    }
    for page, fields in sent.items():
        assert visitor.post(f"{PLAN}/{page}", data=fields).status_code == 303, page
    scenario = plan_of(team).scenarios[0].id
    action = {"by": "with_eigs", "text": "Documenter", "owner": "Ada", "due_on": "2019-04-12", "revision": "0"}
    assert visitor.post(f"{PLAN}/needs/new?scenario={scenario}", data=NEED).location == f"{PLAN}#scenarios"
    assert visitor.post(f"{PLAN}/actions/new?scenario={scenario}", data=action).status_code == 303
    page = visitor.get(PLAN).text
    shown = words(page)
    assert "Durer sans nous" in shown
    assert "Utilisateurs Les agents de terrain" in shown
    assert "Un besoin : Deux postes" in shown
    assert "Documenter Ada d’ici au 12 avril 2019" in shown
    assert 'href="https://docs.example/route"' in page
    assert "Feuille de route : transmis" in shown
    assert "Contacts : pas encore" in shown


def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_lost(visitor: FlaskClient, team: Team) -> None:
    scenario = scenario_in(team).id
    long = "é" * 50_000
    page = visitor.post(f"{PLAN}/needs/new?scenario={scenario}", data=NEED | {"text": long, "theme": "mood"})
    assert page.status_code == 422
    assert faults(page.text) == {
        "text": f"50000 caractères : {50_000 - LINE_LIMIT} de trop. La limite est de {LINE_LIMIT}.",
        "theme": "Choisissez une de ces réponses.",
    }
    assert typed(page.text, "text") == long
    assert "<title>Erreur : Ajouter un besoin ou une difficulté" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert find_plan(team) is not None
    assert plan_of(team).scenarios[0].needs == ()


@pytest.mark.parametrize("day", ["0001-01-01", "2019-01-06", "2022-11-08", "9999-12-31", "2019-02-30", "demain"])
def test_a_day_outside_the_promotion_and_the_years_after_it_is_refused(
    visitor: FlaskClient, team: Team, day: str
) -> None:
    page = f"{PLAN}/actions/new?scenario={scenario_in(team).id}"
    answer = visitor.post(page, data={"by": "mentors", "text": "Relire", "due_on": day})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {"due_on"}
    assert plan_of(team).scenarios[0].actions == ()


@pytest.mark.parametrize("day", ["2019-01-07", "2022-11-07"])
def test_the_first_day_and_the_last_are_taken(visitor: FlaskClient, team: Team, day: str) -> None:
    page = f"{PLAN}/actions/new?scenario={scenario_in(team).id}"
    assert visitor.post(page, data={"by": "mentors", "text": "Relire", "due_on": day}).status_code == 303
    assert plan_of(team).scenarios[0].actions[0].due_on == date.fromisoformat(day)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "docs.example", "https:// x", "ftp://docs.example", "https:///x", "file:///etc"]
)
def test_what_is_no_address_of_a_page_is_refused(visitor: FlaskClient, team: Team, url: str) -> None:
    answer = visitor.post(f"{PLAN}/handover/new", data={"kind": "contacts", "url": url})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {"url"}
    assert find_plan(team) is None


def test_a_fifth_scenario_is_refused_with_its_text(visitor: FlaskClient, team: Team) -> None:
    for kind in list(ScenarioKind)[:MOST_SCENARIOS]:
        scenario_in(team, kind)
    page = visitor.post(f"{PLAN}/scenarios/new", data={"kind": "stop", "text": "Faute de moyens"})
    assert page.status_code == 422
    assert "Il y en a déjà 4" in words(page.text)
    assert typed(page.text, "text") == "Faute de moyens"
    assert "scenarios/new" not in visitor.get(PLAN).text


def test_a_second_author_sees_both_texts_and_may_save_again(visitor: FlaskClient, team: Team) -> None:
    save_item(team, Ally(kind=AllyKind.USERS, text="Les agents"), now())
    ally = plan_of(team).allies[0].id
    save_item(team, Ally(id=ally, revision=1, kind=AllyKind.PARTNER, text="La mairie"), now())
    fields = {"kind": "users", "text": "Les agents du bureau", "revision": "1"}
    page = visitor.post(f"{PLAN}/allies/{ally}", data=fields)
    assert page.status_code == 409
    assert "Partenaire La mairie" in words(page.text)
    assert typed(page.text, "text") == "Les agents du bureau"
    again = fields | {"revision": typed(page.text, "revision")}
    assert visitor.post(f"{PLAN}/allies/{ally}", data=again).status_code == 303
    assert plan_of(team).allies[0].text == "Les agents du bureau"


def test_a_new_line_has_no_revision_whatever_its_form_says(visitor: FlaskClient, team: Team) -> None:
    assert (
        visitor.post(f"{PLAN}/allies/new", data={"kind": "users", "text": "Nous", "revision": "7"}).status_code == 303
    )
    assert plan_of(team).allies[0].revision == 1


def test_a_second_author_of_the_vision_sees_both_texts(visitor: FlaskClient, team: Team) -> None:
    visitor.post(f"{PLAN}/vision", data={"vision": "La leur", "revision": "0"})
    page = visitor.post(f"{PLAN}/vision", data={"vision": "La nôtre", "revision": "0"})
    assert page.status_code == 409
    assert "La leur" in words(page.text)
    assert typed(page.text, "vision") == "La nôtre"


def test_what_a_colleague_removed_meanwhile_is_told_with_what_was_typed(visitor: FlaskClient, team: Team) -> None:
    action = action_in(team)
    scenario = plan_of(team).scenarios[0]
    visitor.post(f"{PLAN}/scenarios/{scenario.id}/remove", data={"contents": scenario.contents})
    fields = {"by": "mentors", "text": "Mon long travail", "draft": "", "revision": "1"}
    page = visitor.post(f"{PLAN}/actions/{action.id}", data=fields)
    assert page.status_code == 409
    assert "Quelqu’un l’a retiré du plan" in words(page.text)
    assert "Mon long travail" in page.text


def test_a_scenario_is_removed_with_what_was_seen_in_it_only(visitor: FlaskClient, team: Team) -> None:
    action_in(team)
    scenario = plan_of(team).scenarios[0]
    form = words(visitor.get(f"{PLAN}/scenarios/{scenario.id}").text)
    assert "La ligne qu’il contient part avec lui" in form
    page = visitor.post(f"{PLAN}/scenarios/{scenario.id}/remove", data={"contents": ""})
    assert page.status_code == 409
    assert plan_of(team).scenarios == (scenario,)
    for _ in range(2):  # a button pressed twice
        answer = visitor.post(f"{PLAN}/scenarios/{scenario.id}/remove", data={"contents": scenario.contents})
        assert answer.status_code == 303
    assert find_plan(team) is None


@pytest.mark.parametrize("part", ["actions", "scenarios"])
def test_a_line_that_a_colleague_has_just_changed_is_not_removed_unseen(
    visitor: FlaskClient, team: Team, part: str
) -> None:
    action = action_in(team)
    scenario = plan_of(team).scenarios[0]
    line = {"actions": action, "scenarios": scenario}[part]
    remove = visitor.get(f"{PLAN}/{part}/{line.id}").text.partition(f"/{part}/{line.id}/remove")[2]
    shown = {"revision": typed(remove, "revision"), "contents": scenario.contents}
    other = {"actions": {"by": "mentors", "text": "Le leur"}, "scenarios": {"kind": "hire", "text": "Le leur"}}[part]
    assert visitor.post(f"{PLAN}/{part}/{line.id}", data=other | {"revision": "1"}).status_code == 303
    late = visitor.post(f"{PLAN}/{part}/{line.id}/remove", data=shown)
    assert (late.status_code, "vient de modifier ce que vous vouliez retirer" in words(late.text)) == (409, True)
    assert "Le leur" in words(visitor.get(PLAN).text)
    again = shown | {"revision": "2", "contents": plan_of(team).scenarios[0].contents}
    assert visitor.post(f"{PLAN}/{part}/{line.id}/remove", data=again).status_code == 303
    assert "Le leur" not in words(visitor.get(PLAN).text)


def test_another_line_is_added_without_going_back(visitor: FlaskClient, team: Team) -> None:
    page = f"{PLAN}/needs/new?scenario={scenario_in(team).id}&theme=hr"
    answer = visitor.post(page, data=NEED | {"again": "yes"})
    assert answer.location == page
    assert 'value="hr" checked' in visitor.get(page).text


def test_an_action_is_done_and_is_to_do_after_all(visitor: FlaskClient, team: Team) -> None:
    action = action_in(team, due_on=date(2019, 3, 5))
    assert "en retard depuis le 5 mars 2019" in words(visitor.get(PLAN).text)
    visitor.post(f"{PLAN}/actions/{action.id}/done", data={"done": "yes"})
    assert "✓ fait le 6 mars 2019" in words(visitor.get(PLAN).text)
    visitor.post(f"{PLAN}/actions/{action.id}/done", data={"done": "no"})
    assert "en retard depuis" in words(visitor.get(PLAN).text)


def test_the_coordination_ticks_off_its_own_actions_and_no_others(app: Flask, team: Team) -> None:
    coordinator = as_member(app.test_client(), make_member(team.promotion, "coordinator"))
    theirs, ours = action_in(team, "Présenter", by=ActionBy.COORDINATION).id, action_in(team, "Relire").id
    assert coordinator.post(f"{PLAN}/actions/{theirs}/done", data={"done": "yes"}).status_code == 303
    assert coordinator.post(f"{PLAN}/actions/{ours}/done", data={"done": "yes"}).status_code == 403
    done = {action.text: action.done_on for action in plan_of(team).scenarios[0].actions}
    assert done == {"Présenter": date(2019, 3, 6), "Relire": None}


def test_every_member_reads_and_the_team_alone_is_offered_to_write(
    app: Flask, visitor: FlaskClient, team: Team
) -> None:
    action_in(team)
    other = make_member(team.promotion, "mentor", make_team(team.promotion, "Brancard"))
    page = as_member(app.test_client(), other).get(PLAN).text
    assert "Publier la fiche de poste" in page
    assert f"{PLAN}/" not in page
    assert f"{PLAN}/actions/new" in visitor.get(PLAN).text


@pytest.mark.both_databases
@pytest.mark.parametrize("named", ["0", "-1", "x", str(2**31), "9" * 20, "9" * 5000])
def test_a_scenario_that_there_cannot_be_is_told_of_as_removed(visitor: FlaskClient, team: Team, named: str) -> None:
    scenario_in(team)
    refused = visitor.post(f"{PLAN}/needs/new?scenario={named}", data=NEED)
    assert refused.status_code == 409
    assert visitor.get(f"{PLAN}/needs/new?scenario={named}").status_code == 404


def test_another_teams_lines_cannot_be_reached_through_ones_own_plan(visitor: FlaskClient, team: Team) -> None:
    other = make_team(team.promotion, "Brancard")
    action, scenario = action_in(other), plan_of(other).scenarios[0]
    assert visitor.get(f"{PLAN}/actions/{action.id}").status_code == 404
    assert visitor.get(f"{PLAN}/needs/new?scenario={scenario.id}").status_code == 404
    refused = {
        f"actions/{action.id}": {"by": "mentors", "text": "À nous", "revision": "1"},
        f"needs/new?scenario={scenario.id}": NEED,
    }
    for page, fields in refused.items():
        assert visitor.post(f"{PLAN}/{page}", data=fields).status_code == 409, page
    visitor.post(f"{PLAN}/scenarios/{scenario.id}/remove", data={"contents": scenario.contents})
    assert visitor.post(f"{PLAN}/actions/{action.id}/done", data={"done": "yes"}).status_code == 404
    assert plan_of(other).scenarios == (scenario,)
    assert plan_of(other).scenarios[0].actions == (action,)
    assert find_plan(team) is None


def test_an_ended_promotion_and_an_ended_team_are_only_read(
    app: Flask, eig: Membership, team: Team, clock: Traveller
) -> None:
    action = action_in(team)
    team.active_until = date(2019, 3, 5)
    db.session.commit()
    for moment in ("2019-03-06T10:00:00Z", "2019-11-12T10:00:00Z"):
        clock.move_to(moment)
        visitor = as_member(app.test_client(), eig)
        page = visitor.get(PLAN)
        assert "son plan se lit encore" in words(page.text)
        assert "Publier la fiche de poste" in page.text
        assert f"{PLAN}/" not in page.text
        assert visitor.get(f"{PLAN}/vision").status_code == 409
        refused = visitor.post(f"{PLAN}/vision", data={"vision": "Trop tard", "draft": ""})
        assert refused.status_code == 409
        assert "Trop tard" in refused.text
        assert visitor.post(f"{PLAN}/actions/{action.id}/done", data={"done": "yes"}).status_code == 409
    assert plan_of(team).vision == ""


def test_a_paused_team_goes_on_with_its_plan(visitor: FlaskClient, team: Team) -> None:
    week = Week.parse("2019-W10")
    db.session.add(Pause(team_id=team.id, first_week=week, last_week=week))
    db.session.commit()
    assert visitor.post(f"{PLAN}/vision", data={"vision": "Même en congé", "revision": "0"}).status_code == 303


def test_the_hints_of_a_theme_stand_beside_its_form_and_say_where_they_come_from(
    visitor: FlaskClient, team: Team
) -> None:
    response = visitor.get(f"{PLAN}/needs/new?scenario={scenario_in(team).id}&theme=legal")
    page = words(response.text)
    for hint in HINTS[Theme.LEGAL]:
        assert words(f"{hint.report.told_by if hint.report else 'Notre conseil'} : {hint.text}") in page
    assert not any(words(str(hint.text)) in page for hint in HINTS[Theme.HR])
    assert [report for report in REPORTS if f'href="{report.url}"' not in response.text] == [REVIEW], (
        "says nothing of it"
    )
    plan = visitor.get(PLAN).text
    assert all(plan.count(f'href="{report.url}"') == 1 for report in REPORTS)


def test_the_page_of_the_team_leads_to_its_plan_and_tells_its_days(app: Flask, eig: Membership, team: Team) -> None:
    action_in(team, due_on=MONDAY)
    page = as_member(app.test_client(), eig).get("/promotion-3/teams/jachere").text
    assert f'href="{PLAN}"' in page
    assert "Lundi 11 mars 2019 Publier la fiche de poste" in words(page)

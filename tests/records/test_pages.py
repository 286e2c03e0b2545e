"""The pages of a record: filled in by its members, by the holder of a link; refusals keep what was typed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.records.links import record_link
from app.records.models import ChallengeRecord, Milestone
from app.records.sections import Section
from app.records.service import save_section, send_record
from app.records.values import Destinations, SideProject
from app.records.vocabulary import Destination, Responder, ToolState
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from tests.builders import make_member, make_milestone, make_team
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

MID = "/promotion-3/records/mid/jachere"
EIG = Responder.EIG


@pytest.fixture
def eig(team: Team, milestone: Milestone) -> Membership:
    return make_member(team.promotion, Role.EIG, team, locale="fr")


@pytest.fixture
def writer(client: FlaskClient, eig: Membership) -> FlaskClient:
    """The EIG's own."""
    return as_member(client, eig)


def stored() -> dict[str, object]:
    db.session.rollback()
    record = db.session.scalar(select(ChallengeRecord))
    return record.content if record else {}


def save(writer: FlaskClient, section: str, at: str = MID, **fields: str) -> TestResponse:
    """Save a section; two underscores stand for a hyphen."""
    sent = {name.replace("__", "-"): text for name, text in fields.items()}
    return writer.post(f"{at}/{section}", data={"revision": "0", **sent})


def test_a_record_is_filled_in_section_by_section_and_sent(writer: FlaskClient) -> None:
    assert "Rien n’est encore rempli." in words(writer.get(MID).text)
    answer = save(writer, "tool", state="planned", planned_on="2020-03", then="next")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MID}/openings")
    assert stored() == {"answered_by": "eig", "state": "planned", "planned_on": "2020-03"}
    answer = save(writer, "future", outcomes__none="on", then="record", revision="1")
    assert answer.headers["Location"] == MID
    page = words(writer.get(MID).text)
    assert "État de l’outil mise en production prévue" in page
    assert "mars 2020" in page
    assert "Ce qui continue après le programme rien" in page
    assert "Qui maintient l’outil ne sait pas" in page
    assert writer.post(MID).status_code == 303
    assert "remplie par les EIG. Elle compte." in words(writer.get(MID).text)


@pytest.mark.parametrize("section", Section)
def test_every_section_is_shown_and_saved_empty(writer: FlaskClient, section: Section) -> None:
    assert writer.get(f"{MID}/{section}").status_code == 200
    assert save(writer, section).status_code == 303
    assert stored() == {}


def test_a_link_fills_in_and_sends_without_signing_in(client: FlaskClient, milestone: Milestone, team: Team) -> None:
    mentor = make_member(team.promotion, Role.MENTOR, team)
    path = record_link(milestone, team, mentor.person).removeprefix("http://localhost")
    answer = save(client, "tool", path, state="stopped", then="next")
    assert answer.headers["Location"] == f"{path}/openings"
    assert client.get(f"{path}/openings").status_code == 200
    assert client.post(path).headers["Location"] == path
    assert stored() == {"answered_by": "mentor", "state": "stopped"}


def test_who_holds_a_link_made_out_to_nobody_says_who_answers(
    client: FlaskClient, milestone: Milestone, team: Team
) -> None:
    path = record_link(milestone, team).removeprefix("http://localhost")
    save(client, "tool", path, state="stopped")
    for refused in ({}, {"answered_by": "somebody"}):
        answer = client.post(path, data=refused)
        assert answer.status_code == 422
        assert "Dites qui répond." in words(answer.text)
    assert client.post(path, data={"answered_by": "mentor"}).status_code == 303
    assert stored() == {"answered_by": "mentor", "state": "stopped"}


def test_nothing_is_sent_of_nothing(writer: FlaskClient) -> None:
    answer = writer.post(MID)
    assert answer.status_code == 422
    assert "commencez par une section" in words(answer.text)
    assert "<title>Erreur" in answer.text


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(writer: FlaskClient, team: Team) -> None:
    make_member(team.promotion, Role.EIG, team)
    long = "Été 🎉 019. " * 5_000
    answer = save(
        writer,
        "events",
        side_projects__0__title=long,
        side_projects__1__title="Un guide",
        events__0__count="3",
    )
    assert answer.status_code == 422
    assert faults(answer.text) == {
        "events-0-kind": "Il manque une réponse. Complétez, ou videz toute la ligne.",
        "side_projects-0-title": "54999 caractères : la limite est de 200.",
    }
    assert typed(answer.text, "side_projects-0-title") == long
    assert typed(answer.text, "side_projects-1-title") == "Un guide"
    assert typed(answer.text, "events-0-count") == "3"
    assert "<title>Erreur" in answer.text
    assert 'href="#side_projects-0-title"' in answer.text
    answer = save(writer, "people", people__private="2", people__looking="1", extension__extended="3")
    too_many = "3 personnes : c’est plus que ce défi ne compte d’EIG (2). Si c’est faux, dites-le à la coordination."
    assert faults(answer.text) == {
        "people": too_many,
        "extension-extended": too_many,
    }
    assert typed(answer.text, "people-private") == "2"
    assert stored() == {}


def test_a_day_of_the_year_one_and_five_hundred_indicators_are_told(writer: FlaskClient) -> None:
    answer = save(writer, "tool", planned_on="0001-01")
    assert faults(answer.text) == {"planned_on": "Ce n’est pas un mois. Écrivez-le comme 2020-03."}
    assert typed(answer.text, "planned_on") == "0001-01"
    line = {"name": "Délai", "unit": "jours", "type": "impact", "direction": "down"}
    many = {f"indicators__{number}__{part}": text for number in range(500) for part, text in line.items()}
    answer = save(writer, "indicators", **many)
    assert faults(answer.text) == {"indicators": "500 lignes : 12 au plus. Gardez celles qui comptent le plus."}
    assert typed(answer.text, "indicators-499-name") == "Délai"
    line |= {"baseline": "12", "baseline_on": "0001-01-01"}
    answer = save(writer, "indicators", **{f"indicators__0__{part}": text for part, text in line.items()})
    assert faults(answer.text) == {"indicators-0-baseline_on": "Ce n’est pas une date. Écrivez-la comme 2019-03-08."}
    assert stored() == {}


def test_a_number_is_shown_with_the_decimal_mark_of_its_reader(writer: FlaskClient) -> None:
    line = {"name": "Délai", "unit": "jours", "type": "impact", "direction": "down", "value": "20.5"}
    save(writer, "indicators", **{f"indicators__0__{part}": text for part, text in line.items()})
    assert typed(writer.get(f"{MID}/indicators").text, "indicators-0-value") == "20,5"
    refused = save(
        writer, "indicators", **{f"indicators__0__{part}": text for part, text in (line | {"value": "1.2.3"}).items()}
    )
    assert typed(refused.text, "indicators-0-value") == "1.2.3"


def test_lines_come_and_go_without_scripts(writer: FlaskClient) -> None:
    fields = {"side_projects__0__title": "Un guide", "events__0__kind": "demo"}
    page = save(writer, "events", **fields, add="side_projects")
    assert page.status_code == 200
    assert typed(page.text, "side_projects-0-title") == "Un guide"
    assert typed(page.text, "side_projects-1-title") == ""
    assert 'value="demo" selected' in page.text
    page = save(writer, "events", **fields, remove="side_projects-0")
    assert "Un guide" not in page.text
    assert stored() == {}


@pytest.mark.parametrize("line", ["9" * 5000, "²", "-1", ""])
def test_a_button_of_a_line_that_there_cannot_be_breaks_nothing(writer: FlaskClient, line: str) -> None:
    fields = {f"openings__{line}__title": "Un guide", "remove": f"openings-{line}"}
    assert save(writer, "openings", **fields).status_code == 303
    assert stored() == {}


def test_what_was_told_before_counts_once_it_is_taken_and_saved(
    writer: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    save_section(
        milestone, team, {"state": ToolState.PLANNED, "side_projects": (SideProject("Un guide"),)}, 0, EIG, now()
    )
    send_record(milestone, team, EIG, now())
    make_milestone(promotion, "end")
    end = MID.replace("mid", "end")
    page = writer.get(f"{end}/tool").text
    assert "À mi-parcours : mise en production prévue" in words(page)
    assert 'value="planned" checked' not in page, "nobody has said so yet"
    taken = save(writer, "tool", end, planned_on="2020-05", take="state")
    assert taken.status_code == 200
    assert 'value="planned" checked' in taken.text
    assert typed(taken.text, "planned_on") == "2020-05"
    page = save(writer, "events", end, take="side_projects").text
    assert typed(page, "side_projects-0-title") == "Un guide"
    assert db.session.scalars(select(ChallengeRecord)).all()[1:] == [], "until it is saved"
    save(writer, "tool", end, state="production")
    assert "À mi-parcours : mise en production prévue" in words(writer.get(end).text)


def test_two_at_once_see_both_texts(writer: FlaskClient, milestone: Milestone, team: Team) -> None:
    save(writer, "events", side_projects__0__title="Un guide")
    answer = save(writer, "events", side_projects__0__title="Un carnet", new_approaches="yes")
    assert answer.status_code == 409
    assert "Quelqu’un a enregistré cette section" in words(answer.text)
    assert "Un guide" in answer.text
    assert typed(answer.text, "side_projects-0-title") == "Un carnet"
    assert typed(answer.text, "revision") == "1"
    assert stored()["side_projects"] == [{"title": "Un guide"}]
    assert save(writer, "events", side_projects__0__title="Un carnet", revision="1").status_code == 303
    assert stored()["side_projects"] == [{"title": "Un carnet"}]


@pytest.mark.parametrize("by_link", [False, True])
def test_what_comes_once_it_is_closed_is_refused_and_shown(
    writer: FlaskClient, milestone: Milestone, team: Team, clock: Traveller, by_link: bool
) -> None:
    path = record_link(milestone, team).removeprefix("http://localhost") if by_link else MID
    clock.move_to(datetime(2019, 3, 31, 22, 0, tzinfo=UTC))
    typed_in = {"events__0__kind": "demo", "events__0__themes__agile": "on", "new_approaches": "yes"}
    for buttons in ({}, {"add": "side_projects"}):
        answer = save(writer, "events", path, side_projects__0__title="Un guide", **typed_in, **buttons)
        assert answer.status_code == 409
        assert "La fiche a été close le dimanche 31 mars 2019" in words(answer.text)
        assert (
            "Formations et événements, ligne 1, genre démonstration Formations et événements, ligne 1, thèmes méthodes "
            "agiles Projets annexes, ligne 1, titre Un guide Nouvelles façons de travailler oui"
        ) in words(answer.text)
    assert stored() == {}
    if by_link:
        assert writer.post(path, data={"answered_by": "eig"}).status_code == 410
    else:
        assert writer.post(path).status_code == 409
        assert writer.get(f"{path}/events").headers["Location"] == path
        assert "close le dimanche 31 mars 2019" in words(writer.get(path).text)


def test_what_comes_before_it_opens_is_refused_and_shown(writer: FlaskClient, promotion: Promotion, team: Team) -> None:
    end = make_milestone(promotion, "end", opens_on=date(2019, 11, 4), closes_on=date(2019, 11, 30))
    for path in (MID.replace("mid", "end"), record_link(end, team).removeprefix("http://localhost")):
        answer = save(writer, "events", path, side_projects__0__title="Un guide")
        assert answer.status_code == 409
        assert "à partir du lundi 4 novembre 2019" in words(answer.text)
        assert "Un guide" in words(answer.text)
    assert stored() == {}


def test_what_was_typed_and_kept_comes_back(app: Flask, writer: FlaskClient) -> None:
    page = writer.get(f"{MID}/events").text
    token = typed(page, "draft")
    visitor = app.test_client()
    lost = visitor.post(f"{MID}/events", data={"draft": token, "side_projects-0-title": "Un guide", "revision": "0"})
    assert lost.status_code == 403
    page = writer.get(f"{MID}/events").text
    assert typed(page, "side_projects-0-title") == "Un guide"
    assert save(writer, "events", side_projects__0__title="Un guide", draft=token).status_code == 303
    assert "Un guide" in writer.get(f"{MID}/events").text


def test_members_read_a_record_that_was_sent_and_never_where_two_people_go(
    app: Flask, promotion: Promotion, milestone: Milestone, team: Team, eig: Membership
) -> None:
    values = {"state": ToolState.STOPPED, "people": Destinations({Destination.PRIVATE: 1})}
    save_section(milestone, team, values, 0, EIG, now())
    other = make_member(promotion, Role.EIG, make_team(promotion, "Brancard"), locale="fr")
    pages = [as_member(app.test_client(), member) for member in (other, eig)]
    for page in pages:
        assert "arrêté" not in words(page.get("/promotion-3/teams/jachere").text)
    send_record(milestone, team, EIG, now())
    to_other, to_own = (words(page.get("/promotion-3/teams/jachere").text) for page in pages)
    assert "Mi-parcours L’outil État de l’outil arrêté" in to_other
    assert "secteur privé" not in to_other
    assert "Remplir la fiche" not in to_other
    assert "secteur privé : 1" in to_own
    assert "Remplir la fiche : mi-parcours" in to_own


def test_the_team_page_tells_what_has_changed_since(
    writer: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    end = make_milestone(promotion, "end")
    for here, state in ((milestone, ToolState.PLANNED), (end, ToolState.PRODUCTION)):
        save_section(here, team, {"state": state, "posts_created": 2}, 0, EIG, now())
        send_record(here, team, EIG, now())
    page = words(writer.get("/promotion-3/teams/jachere").text)
    assert "État de l’outil en production À mi-parcours : mise en production prévue" in page
    assert page.count("Postes créés 2") == 2
    assert "2 À mi-parcours" not in page


def test_a_link_says_where_it_leads_when_its_title_says_otherwise(
    writer: FlaskClient, milestone: Milestone, team: Team
) -> None:
    line = {
        "kind": "source_code",
        "status": "open",
        "title": "https://cartobio.example",
        "url": "https://evil.example/x",
    }
    save(writer, "openings", **{f"openings__0__{part}": text for part, text in line.items()})
    assert "https://cartobio.example dépôt de code, ouvert, evil.example" in words(writer.get(MID).text)


def test_the_coordination_answers_for_a_team_and_ends_links(
    app: Flask, client: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    writer = as_member(client, make_member(promotion, Role.COORDINATOR, locale="fr"))
    page, link = "/promotion-3/manage/records/mid/jachere", record_link(milestone, team)
    assert link in writer.get(page).text
    assert app.test_client().get(link).status_code == 200
    save(writer, "tool", state="stopped")
    assert stored() == {"answered_by": "coordination", "state": "stopped"}
    assert writer.post(f"{MID}/links/end").headers["Location"] == page
    assert app.test_client().get(link).status_code == 410
    assert link not in writer.get(page).text

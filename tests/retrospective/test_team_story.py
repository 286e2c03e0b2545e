"""One team's story: what is in it, who reads it, and the sheet that never takes more than two pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pdfua import Severity, validate

from app.bulletins.moods import Mood
from app.clock import now
from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest
from app.plans.models import Plan, PlanAction, PlanAlly, PlanHandover, PlanNeed, PlanScenario
from app.plans.vocabulary import ActionBy, AllyKind, HandoverKind, Nature, ScenarioKind, Theme
from app.records.models import ChallengeRecord, Milestone
from app.retrospective.team_story.queries import read_story
from app.retrospective.team_story.sheet import sheet_pdf
from app.retrospective.team_story.values import TeamStory
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week, weeks_between
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_team,
    one_transaction,
    saved,
)
from tests.fixtures.site import as_member
from tests.pages import words

PAGE = "/promotion-3/teams/cartobio/story"
RECORD = {
    "answered_by": "eig",
    "state": "planned",
    "planned_on": "2020-03",
    "openings": [
        {"kind": "source_code", "status": "open", "title": "cartobio-front", "url": "https://example.org/front"},
        {"kind": "data_set", "status": "on_request"},
    ],
    "events": [{"kind": "workshop", "count": 3, "themes": ["geomatics"]}],
    "side_projects": [{"title": "Un carnet de terrain"}],
    "people": {"host_employee": 1, "looking": 1},
    "carried_by": "host",
    "indicators": [
        {
            "name": "Délai d’instruction",
            "type": "impact",
            "unit": "jours",
            "direction": "down",
            "baseline": 120,
            "baseline_on": "2019-01-15",
            "target": 30,
            "value": 45.5,
        }
    ],
}


@dataclass
class Told:
    """A team with a story, its members, and another team."""

    promotion: Promotion
    team: Team
    eig: Membership
    mentor: Membership
    coordinator: Membership
    stranger: Membership


@pytest.fixture
def told(app: Flask, clock: time_machine.Traveller) -> Told:
    clock.move_to(datetime(2019, 3, 25, 10, 0, tzinfo=UTC))
    with one_transaction():
        promotion = make_promotion()
        team = make_team(promotion, "CartoBio", administration="Agence Bio", summary="Cartographier le bio.")
        other = make_team(promotion, "Hopkins")
        members = [
            make_member(promotion, Role.EIG, team),
            make_member(promotion, Role.MENTOR, team),
            make_member(promotion, Role.COORDINATOR),
            make_member(promotion, Role.EIG, other),
        ]
        for number, week in enumerate(weeks_between(Week.parse("2019-W07"), Week.parse("2019-W12"))):
            make_bulletin(
                team,
                week,
                mood=list(Mood)[number % 4],
                priorities=f"Livrer la version {number}",
                help="Qui connaît **PostGIS** ?" if number == 1 else "",
                key_date=date(2019, 3, 14) if number == 3 else None,
            )
            make_digest(promotion, week)
        other_call = make_bulletin(other, "2019-W10", help="Le secret de Hopkins").help
        assert other_call
        _add_plan(team)
        milestone = saved(Milestone(promotion_id=promotion.id, key="mid", day=date(2019, 3, 20)))
        saved(
            ChallengeRecord(milestone_id=milestone.id, team_id=team.id, content=RECORD, updated_at=now(), sent_at=now())
        )
    calls = {call.team.name: call for call in db.session.query(HelpRequest)}
    db.session.add(HelpOffer(call=calls["Hopkins"], membership=members[0], text="Nous.", offered_at=now()))
    db.session.add(HelpOffer(call=calls["CartoBio"], membership=members[3], text="Moi.", offered_at=now()))
    db.session.commit()
    return Told(promotion, team, *members)


def _add_plan(team: Team) -> None:
    need = PlanNeed(theme=Theme.HR, nature=Nature.NEED, axis=None, text="Un poste de développeur")
    action = PlanAction(by=ActionBy.MENTORS, text="Écrire la fiche de poste", owner="DSI", due_on=date(2019, 4, 30))
    saved(
        Plan(
            team_id=team.id,
            vision="Un service que l’agence fait vivre seule.",
            changed_at=now(),
            allies=[PlanAlly(kind=AllyKind.USERS, text="Les chambres d’agriculture")],
            scenarios=[PlanScenario(kind=ScenarioKind.HIRE, text="dès juin", needs=[need], actions=[action])],
            handovers=[PlanHandover(kind=HandoverKind.ROADMAP, url="https://example.org/feuille-de-route")],
        )
    )


def story_of(told: Told) -> TeamStory:
    return read_story(told.eig, told.team, now(), coordinates=False)


@pytest.mark.both_databases
def test_the_page_tells_all_that_the_team_wrote(client: FlaskClient, told: Told) -> None:
    answer = as_member(client, told.eig).get(PAGE)
    assert answer.status_code == 200
    page = words(answer.text)
    for expected in (
        "Cartographier le bio.",
        "Livrer la version 0",
        "Mars 2019",
        "14 mars 2019",
        "PostGIS",
        "Aide proposée pour 1 demande d’un autre défi.",
        "Un service que l’agence fait vivre seule.",
        "Écrire la fiche de poste",
        "cartobio-front",
        "Un carnet de terrain",
        "Délai d’instruction",
        "45,5 jours",
    ):
        assert expected in page.replace("\N{NO-BREAK SPACE}", " "), expected
    assert "Hopkins" not in page, "calls of others stay theirs"
    assert "recherche" not in page, "where two people go is not told"


def test_it_is_for_the_team_and_the_coordination(client: FlaskClient, told: Told) -> None:
    for path in ("story", "story.md", "story/moods.svg"):
        for member, status in ((told.eig, 200), (told.mentor, 200), (told.coordinator, 200), (told.stranger, 403)):
            assert as_member(client, member).get(f"/promotion-3/teams/cartobio/{path}").status_code == status, path
    for path in ("story.pdf", "sheet.pdf"):
        answer = as_member(client, told.eig).get(f"/promotion-3/teams/cartobio/{path}")
        assert answer.data.startswith(b"%PDF")
        assert as_member(client, told.stranger).get(f"/promotion-3/teams/cartobio/{path}").status_code == 403


def test_only_those_who_may_read_it_are_led_there(client: FlaskClient, told: Told) -> None:
    assert PAGE in as_member(client, told.eig).get("/promotion-3/teams/cartobio").text
    assert PAGE not in as_member(client, told.stranger).get("/promotion-3/teams/cartobio").text


def test_the_coordination_reads_no_week_before_its_closing(client: FlaskClient, told: Told) -> None:
    make_bulletin(told.team, "2019-W13", priorities="Encore entre nous", key_date=date(2019, 6, 1))
    assert "Encore entre nous" in as_member(client, told.eig).get(PAGE).text
    page = as_member(client, told.coordinator).get(PAGE).text
    assert "Encore entre nous" not in page
    assert "juin 2019" not in page


def test_the_draft_is_markdown(client: FlaskClient, told: Told) -> None:
    answer = as_member(client, told.eig).get(f"{PAGE}.md")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="promotion-3-cartobio.md"'
    lines = answer.text.splitlines()
    assert lines[0] == "# CartoBio"
    assert "## Mois après mois" in lines
    assert "### Mars 2019" in lines
    assert "Qui connaît **PostGIS** ?" in answer.text


def test_a_team_that_wrote_nothing_is_told_so(client: FlaskClient, told: Told) -> None:
    page = words(as_member(client, told.stranger).get("/promotion-3/teams/hopkins/story").text)
    assert "Priorité de Hopkins" in page
    empty = make_team(told.promotion, "Vide")
    page = words(as_member(client, told.coordinator).get("/promotion-3/teams/vide/story").text)
    assert "l’histoire commence avec le premier bulletin" in page
    assert as_member(client, told.coordinator).get("/promotion-3/teams/vide/story/moods.svg").status_code == 404
    assert as_member(client, told.coordinator).get("/promotion-3/teams/vide/sheet.pdf").status_code == 200
    assert empty.id


def pages_of(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as opened:
        return len(opened.pages)


def test_the_sheet_says_what_the_challenge_made(told: Told, tmp_path: Path) -> None:
    data = sheet_pdf(story_of(told), now())
    assert pages_of(data) <= 2
    (tmp_path / "sheet.pdf").write_bytes(data)
    assert [each for each in validate(str(tmp_path / "sheet.pdf")).findings if each.severity > Severity.INFO] == []


def test_the_sheet_takes_two_pages_at_most_whatever_is_written(told: Told) -> None:
    story = story_of(told)
    (record,) = story.records
    (opening, *_others), (indicator,) = record.record.openings or (), record.record.indicators or ()
    for text in ("M" * 2000, "mot " * 500):
        huge = replace(
            record.record,
            openings=tuple(replace(opening, title=text, url=f"https://example.org/{number}") for number in range(50)),
            indicators=tuple(replace(indicator, name=f"{number} {text}", unit=text) for number in range(12)),
        )
        assert story.plan
        filled = replace(
            story,
            team=text,
            administration=text,
            summary=text * 25,
            key_dates=tuple((date(2019, 3, 14), text) for _number in range(50)),
            records=(replace(record, record=huge),),
            plan=replace(
                story.plan,
                vision=text,
                scenarios=tuple(replace(story.plan.scenarios[0], text=text) for _number in range(4)),
            ),
        )
        assert pages_of(sheet_pdf(filled, now())) <= 2

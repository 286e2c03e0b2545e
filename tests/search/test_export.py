"""What one takes along: all that one may read and nothing else, in files that come back as they left."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.freeze import bulletins_to_publish
from app.bulletins.legacy_csv.file_format import COLUMNS, read_records, read_row
from app.bulletins.legacy_csv.importing import import_bulletins, teams_by_key
from app.bulletins.models import Bulletin, KeyDate
from app.clock import now
from app.database import db
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.teams.models import Promotion
from app.text_cleaning import clean_line
from app.weeks import Week, weeks_between
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W05 = Week.parse("2019-W05")
ODD = [
    "=1+1",
    "'=1+1",
    "-2",
    "@x",
    "+33 1",
    "x\t=1",
    'a;b,"c"',
    'C:\\"d"',
    "deux\nlignes\n\n- liste",
    "’’ = 👍",
    "#titre",
    "> cité",
]


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    promotion = make_promotion()
    for number, text in enumerate(ODD):
        team = make_team(promotion, f"Défi {number}")
        make_bulletin(
            team,
            W05,
            priorities=text,
            ups_and_downs=text,
            help=text,
            key_date=W05.next.monday,
            key_date_text=clean_line(text),
        )
        make_bulletin(team, "2019-W10", priorities="pas encore")
    saved(KeyDate(team=promotion.teams[0], day=date(2019, 4, 1), text="Du *plan*", changed_at=LONG_AGO))
    saved(Introduction(promotion_id=promotion.id, week=W05, text="Bonjour", updated_at=LONG_AGO))
    make_digest(promotion, W05)
    return promotion


@pytest.fixture
def client(app: Flask, promotion: Promotion) -> FlaskClient:
    return as_member(app.test_client(), make_member(promotion))


def file(client: FlaskClient, extension: str) -> bytes:
    answer = client.get(f"/promotion-3/export/bulletins.{extension}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="promotion-3-bulletins.{extension}"'
    return answer.data


def test_a_spreadsheet_opens_the_csv_and_runs_nothing_of_it(client: FlaskClient) -> None:
    text = file(client, "csv").decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert rows[0] == [*COLUMNS, "key_date", "key_date_text", "late", "help_state", "notice", "withdrawn_at"]
    assert len(rows) == len(ODD) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in {*"=+-@\t\r"}]


def test_our_own_import_takes_the_csv_back_unchanged(client: FlaskClient, promotion: Promotion) -> None:
    again = make_promotion(slug="promotion-4", name="Encore")
    for number in range(len(ODD)):
        make_team(again, f"Défi {number}")
    assert import_bulletins(again, read_records(file(client, "csv")), teams_by_key(again), now()).imported == len(ODD)

    def texts(of: Promotion) -> set[tuple[object, ...]]:
        columns = (
            Bulletin.week,
            Bulletin.mood,
            Bulletin.priorities,
            Bulletin.ups_and_downs,
            Bulletin.help,
            Bulletin.created_at,
        )
        ids = [team.id for team in of.teams]
        return set(db.session.execute(select(*columns).where(Bulletin.team_id.in_(ids), Bulletin.week == W05)).all())

    assert texts(again) == texts(promotion)
    assert {priorities for _w, _m, priorities, *_rest in texts(again)} == {text.strip() for text in ODD}


def test_the_csv_of_a_cohort_that_came_by_it_is_the_same_but_for_our_own_numbers(
    app: Flask, client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    first, second, third, *_others = promotion.teams
    w06, day = W05.next, date(9999, 12, 31)
    make_bulletin(first, w06, help="Non", key_date=day, key_date_text="=date(1)", late=True, notice="Corrigé : -2")
    make_bulletin(second, w06, ups_and_downs="", priorities="Retiré le 9 février.", withdrawn_at=LONG_AGO)
    make_bulletin(third, w06, ups_and_downs="—")
    for call in db.session.scalars(select(HelpRequest)):
        call.state = HelpState.ARCHIVED
    make_digest(promotion, w06)
    exported = file(client, "csv")

    again = make_promotion(slug="promotion-4", name="Encore")
    for number in range(len(ODD)):
        make_team(again, f"Défi {number}")
    for imported in (len(ODD) + 3, 0):
        report = import_bulletins(again, read_records(exported), teams_by_key(again), now())
        assert (report.imported, report.faults, report.empty_calls) == (imported, [], 0)
    for week in (W05, w06):
        make_digest(again, week)
    other = as_member(app.test_client(), make_member(again))
    lines = other.get("/promotion-4/export/bulletins.csv").text.splitlines()
    assert [line.partition(";")[2] for line in lines] == [
        line.partition(";")[2] for line in exported.decode().splitlines()
    ]
    withdrawn = db.session.scalars(select(Bulletin).where(Bulletin.withdrawn_at.is_not(None)))
    assert [(row.withdrawn_at, row.ups_and_downs, row.ups_and_downs_html) for row in withdrawn] == [
        (LONG_AGO, "", "")
    ] * 2


def test_a_late_bulletin_from_a_file_is_in_no_later_digest(app: Flask, promotion: Promotion) -> None:
    make_bulletin(promotion.teams[0], "2019-W07", late=True, imported=True)
    own = make_bulletin(promotion.teams[1], "2019-W07", late=True)
    published = bulletins_to_publish(promotion.id, Week.parse("2019-W20"))
    assert [bulletin.id for bulletin in published] == [own.id]


def test_the_json_has_everything_by_the_names_of_the_digests(client: FlaskClient) -> None:
    content = json.loads(file(client, "json"))
    first = content["bulletins"][0]
    assert (first["team"], first["week"], first["mood"], first["late"]) == ("Défi 0", "2019-W05", "good", False)
    assert [one["priorities"] for one in content["bulletins"]] == [one["text"] for one in content["help_requests"]]
    assert content["key_dates"][-1] == {"team": "Défi 0", "date": "2019-04-01", "text": "Du *plan*"}
    assert len(content["key_dates"]) == len(ODD) + 1
    assert content["introductions"] == [{"week": "2019-W05", "text": "Bonjour"}]


def test_in_the_markdown_what_was_typed_stays_below_the_name_of_its_team(client: FlaskClient) -> None:
    text = file(client, "md").decode()
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads[:3] == ["# Promotion 3", "## Semaine du 28 janvier au 1er février (2019-W05)", "### Défi 0"]
    assert len(heads) == len(ODD) + 3
    assert "> Bonjour" in text
    assert "> #titre" in text
    assert "- lundi 1er avril 2019 — Défi 0 — Du \\*plan\\*" in text
    assert "pas encore" not in text


def test_a_withdrawn_call_and_another_promotion_are_in_no_file(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4")
    make_bulletin(make_team(other), W05, priorities="D’une autre promotion")
    make_digest(other, W05)
    call = db.session.scalars(select(HelpRequest).where(HelpRequest.text == "#titre")).one()
    call.state = HelpState.WITHDRAWN
    db.session.commit()
    assert "D’une autre" not in "".join(file(client, extension).decode() for extension in ("csv", "md", "json"))
    assert "#titre" not in [one["text"] for one in json.loads(file(client, "json"))["help_requests"]]
    assert file(client, "csv").decode().count("#titre") == 3, "the bulletin's texts and its date"


def test_the_page_counts_what_the_files_have(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    own = as_member(app.test_client(), make_member(promotion, team=promotion.teams[0]))
    coordinator = as_member(app.test_client(), make_member(promotion, "coordinator"))
    for reader, more in ((client, 0), (own, 1), (coordinator, 0)):
        in_file = len(json.loads(file(reader, "json"))["bulletins"])
        assert in_file == len(ODD) + more
        assert f"{in_file} bulletins de cette promotion" in words(reader.get("/promotion-3/export").text)


def test_before_the_first_digest_the_page_says_that_there_is_nothing_yet(app: Flask, clock: Traveller) -> None:
    client = as_member(app.test_client(), make_member(make_promotion()))
    assert "le premier récapitulatif est à venir" in words(client.get("/promotion-3/export").text)
    assert file(client, "md").decode() == "# Promotion 3\n"
    assert len(file(client, "csv").decode().splitlines()) == 1


def test_the_real_bulletins_come_back_as_they_left(app: Flask, clock: Traveller, eig_data: Path) -> None:
    original = read_records((eig_data / "eig2-2018" / "bulletins.csv").read_bytes())
    promotion = make_promotion(starts_on=date(2018, 1, 8), ends_on=date(2018, 11, 9))
    for name in sorted({(record.cells or {})["project"] for record in original}):
        if name.replace(" ", "") not in {team.name.replace(" ", "") for team in promotion.teams}:
            make_team(promotion, name)
            db.session.refresh(promotion)
    imported = import_bulletins(promotion, original, teams_by_key(promotion), now()).imported
    for week in weeks_between(Week.parse("2018-W07"), Week.parse("2018-W19")):
        make_digest(promotion, week)
    client = as_member(app.test_client(), make_member(promotion))
    zone = ZoneInfo("Europe/Paris")
    before = [read_row(record, zone) for record in original]
    after = [read_row(record, zone) for record in read_records(file(client, "csv"))]
    assert imported == len(after) == 137, "of two spellings of a team, the second bulletin of a week is none"

    def told(row: object) -> tuple[object, ...]:
        return tuple(
            getattr(row, name) for name in ("week", "mood", "priorities", "ups_and_downs", "help", "created_at")
        )

    assert {told(row) for row in after} <= {told(row) for row in before}

"""The page of the audit log and its file: by month, filtered, of one's own cohort, and run by no spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.advice.models import Advice
from app.advice.rules import Occasion
from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.clock import now
from app.confidential.service import write_message
from app.database import db
from app.drafts.models import Draft
from app.home.account import erase_person
from app.records.milestone_days import MilestoneDays
from app.records.milestone_service import declare_milestone
from app.teams.models import Membership, Promotion
from tests.builders import make_promotion, saved
from tests.management.conftest import MANAGE
from tests.pages import words
from tests.rows import audited


@pytest.fixture
def log(promotion: Promotion, camille: Membership, lea: Membership) -> None:
    """Two months of the log, an entry of the site itself, and one of another cohort."""
    february = datetime(2019, 2, 28, 23, 30, tzinfo=UTC)  # the first of March in Paris
    by, where = camille.person_id, promotion.id
    record_action(AuditAction.TEAM_ADDED, by, datetime(2019, 2, 1, 9, tzinfo=UTC), promotion_id=where, subject="=1+1")
    record_action(
        AuditAction.PERSON_MOVED, by, february, promotion_id=where, person_id=lea.person_id, subject="Jachère"
    )
    record_action(AuditAction.ROSTER_IMPORTED, None, now(), promotion_id=where)
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    record_action(AuditAction.TEAM_ADDED, by, now(), promotion_id=other.id, subject="Ailleurs")
    db.session.commit()


def rows(me: FlaskClient, query: str = "") -> list[list[str]]:
    """The rows of the file under its head."""
    text = me.get(f"{MANAGE}/log.csv{query}").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_a_month_is_that_of_the_cohorts_zone(me: FlaskClient, log: None) -> None:
    march, february = words(me.get(f"{MANAGE}/log").text), words(me.get(f"{MANAGE}/log?month=2019-02").text)
    assert "Camille a fait passer une personne dans un autre défi : Léa Moreau · Jachère" in march
    assert march.index("Mercredi 6 mars 2019") < march.index("Vendredi 1er mars 2019"), "by day, in Paris"
    assert "Le site a importé une liste de membres" in march
    assert "=1+1" in february
    assert "Léa Moreau" not in february
    assert "Ailleurs" not in march + february


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["promotion.roster-imported", "person.moved", "team.added"]),
        ("?topic=person", ["person.moved"]),
        ("?month=2019-02", ["team.added"]),
        ("?by=1", ["person.moved", "team.added"]),
        ("?by=999", []),
        ("?topic=nothing&by=x", ["promotion.roster-imported", "person.moved", "team.added"]),
    ],
)
def test_the_file_holds_what_is_asked_for(me: FlaskClient, log: None, query: str, codes: list[str]) -> None:
    assert [row[-1] for row in rows(me, query)] == codes


def test_no_spreadsheet_runs_a_cell(me: FlaskClient, log: None) -> None:
    assert rows(me, "?topic=team")[0][4] == "'=1+1"


def test_somebody_erased_is_a_former_member_in_it(me: FlaskClient, log: None, lea: Membership) -> None:
    erase_person(lea.person, now())
    assert [row[3] for row in rows(me, "?topic=person")] == ["ancien membre"]


@pytest.mark.parametrize("month", ["2019-13", "x", "99999-01", "0001-01", "9999-12"])
def test_a_month_that_is_none_is_not_found(me: FlaskClient, log: None, month: str) -> None:
    assert me.get(f"{MANAGE}/log?month={month}").status_code == 404


def test_older_rooms_write_it_too_and_of_a_confidential_message_not_whose(me: FlaskClient, lea: Membership) -> None:
    message = write_message(lea, "J’aimerais en parler", now())
    for _click in range(2):
        me.post(f"{MANAGE}/confidential/{message.id}/close")
    me.post(f"{MANAGE}/weeks/2019-W10/introduction", data={"text": "Bonne semaine"})
    me.post("/promotion-3/advice", data={"text": "", "occasion": "week", "week": "1"})  # refused: nothing is noted
    assert audited() == ["confidential.closed", "week.introduction-saved"]
    assert "Léa" not in words(me.get(f"{MANAGE}/log").text)


def test_weeks_days_and_roles_are_said_as_a_reader_says_them(me: FlaskClient, promotion: Promotion) -> None:
    said = {
        "2019-W10–2019-W10": "semaine du 4 au 8 mars",
        "2019-03-08 16:05": "8 mars 2019 16:05",
        "2019-02-01 → 2019-03-08": "du 1er février 2019 au 8 mars 2019",
        " → 2019-03-08": "jusqu’au 8 mars 2019",
        "2019-03-08 → ": "à partir du 8 mars 2019",
        "mentor": "Mentor",
        "2019-W99, 2019-13-45": "2019-W99, 2019-13-45",
    }
    for detail in said:
        record_action(AuditAction.PAUSE_ADDED, None, now(), promotion_id=promotion.id, subject="Ouf", detail=detail)
    db.session.commit()
    page = words(me.get(f"{MANAGE}/log").text)
    assert [text for text in said.values() if f"Ouf · {text}" not in page] == []
    assert {row[5] for row in rows(me)} == set(said.values()), (
        "the file is for a reader, too; its last column is a code"
    )


def test_a_milestone_a_public_and_an_audience_are_said_in_the_language_of_the_reader(
    me: FlaskClient, promotion: Promotion, camille: Membership
) -> None:
    by, where = camille.person_id, promotion.id
    record_action(AuditAction.TEAM_EXCLUDED, by, now(), promotion_id=where, subject="mid", detail="after-6")
    record_action(AuditAction.REPORT_PUBLISHED, by, now(), promotion_id=where, subject="end", detail="everybody")
    record_action(AuditAction.QUESTIONNAIRE_ISSUED, by, now(), promotion_id=where, subject="mentor", detail="mid")
    db.session.commit()
    page = words(me.get(f"{MANAGE}/log").text)
    assert "mid · 6 mois après la fin" in page, "a team may be called so"
    assert "fin de la promotion · Tout le monde, sans se connecter" in page
    assert "Mentor · mi-parcours" in page
    assert [words(" · ".join(row[4:6])) in page for row in rows(me)] == [True] * 3, "the file says the same"


def test_what_is_sent_again_and_changes_nothing_is_noted_once(me: FlaskClient, promotion: Promotion) -> None:
    days = {"day": "2019-06-07", "opens_on": "2019-03-04", "closes_on": "2019-06-28"}
    declare_milestone(promotion, "mid", MilestoneDays(*map(date.fromisoformat, days.values())))
    posts: dict[str, dict[str, str]] = {
        f"{MANAGE}/records/mid/jachere/exclusion": {"reason": "une autre convention"},
        f"{MANAGE}/records/mid/jachere/exclusion/end": {},
        f"{MANAGE}/records/mid": days | {"closes_on": "2019-06-30"},
        "/promotion-3/advice/adopt": {"proposal": "handover"},
        "/promotion-3/records/mid/jachere": {},
    }
    me.post("/promotion-3/records/mid/jachere/tool", data={"revision": "0", "state": "production"})
    for url, fields in posts.items():
        assert [me.post(url, data=fields).status_code for _click in range(2)] == [303, 303], url
    assert audited() == [
        *("milestone.team-excluded", "milestone.team-included", "milestone.changed", "advice.added"),
        "milestone.answered-for",
    ]


def test_what_was_typed_anew_as_it_is_saved_is_no_change_though_its_draft_goes(
    me: FlaskClient, promotion: Promotion, camille: Membership
) -> None:
    page, as_saved = "/promotion-3/advice/1", {"text": "Semez", "occasion": "week", "week": "1", "revision": "1"}
    saved(Advice(promotion_id=promotion.id, text="Semez", occasion=Occasion.WEEK, week=1))
    token = re.search(r'name="draft" value="([^"]+)"', me.get(page).text)
    assert token
    saved(Draft(person_id=camille.person_id, page=page, fields={"text": "Labourez"}, kept_at=now(), lost=False))
    assert me.post(page, data={**as_saved, "draft": token[1]}).status_code == 303
    assert db.session.scalar(select(Draft)) is None
    assert audited() == []

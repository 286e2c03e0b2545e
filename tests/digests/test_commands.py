"""`flask digest preview` and `flask digest issue`: what they print, refuse and leave."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.teams.models import DayOff, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import make_config, running_app
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
WEEK = ["--week", "2019-W10"]
OWN = re.compile(r"http://localhost/(promotion-3/digests|unsubscribe|me)[^\s\"]*")  # the reader's own addresses


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    promotion = make_promotion()
    team = make_team(promotion, "Karfu’R")
    make_member(promotion, "eig", team, "fr@x.example")
    make_member(promotion, "mentor", team, "en@x.example", locale="en", digest_unsubscribed_at=DUE)
    make_bulletin(team, W10, help="Un *avis*", key_date=date(2019, 3, 12), key_date_text="Démo")
    make_team(promotion, "Silencieux")
    clock.move_to(DUE)
    return promotion


@pytest.fixture
def flask(app: Flask) -> Any:
    """Runs `flask …` with some words."""

    def run(*arguments: str) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=list(arguments))

    return run


def digests() -> int:
    return db.session.scalar(select(func.count()).select_from(Digest)) or 0


EXPECTED = {
    "promotion": "promotion-3",
    "week": "2019-W10",
    "subject": "Promotion 3\u00a0: récapitulatif de la semaine du 4 au 8 mars",
    "issued": False,
    "bulletins": [
        {
            "team": "Karfu’R",
            "week": "2019-W10",
            "mood": "good",
            "priorities": "Priorité de Karfu’R",
            "ups_and_downs": "Les hauts et les bas de Karfu’R",
            "help": "Un *avis*",
            "late": False,
        }
    ],
    "help_requests": [{"team": "Karfu’R", "text": "Un *avis*", "age_days": 2}],
    "key_dates": [{"team": "Karfu’R", "date": "2019-03-12", "text": "Démo"}],
    "teams": {"expected": 2, "wrote": 1, "paused": 0, "silent": 1},
}


def test_the_preview_as_json_is_what_programs_are_promised(promotion: Promotion, flask: Any) -> None:
    result = flask("digest", "preview", "--promotion", "promotion-3", *WEEK, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == EXPECTED
    assert list(json.loads(result.stdout)) == list(EXPECTED)
    assert "Karfu’R" in result.stdout
    assert digests() == 0


def test_the_preview_of_an_issued_week_is_the_stored_one(promotion: Promotion, flask: Any) -> None:
    issue(promotion, W10, now=DUE)
    promotion.name, promotion.teams[0].name = "Autre nom", "Autre défi"
    db.session.commit()
    result = flask("digest", "preview", *WEEK, "--format", "json")
    assert json.loads(result.stdout) == EXPECTED | {"issued": True}


def test_the_preview_shows_the_letter_in_both_parts_and_languages(promotion: Promotion, flask: Any) -> None:
    text = flask("digest", "preview", *WEEK).stdout
    html = flask("digest", "preview", *WEEK, "--format", "html").stdout
    english = flask("digest", "preview", *WEEK, "--format", "text", "--language", "en").stdout
    assert "J’ai lu / lire en ligne" in text
    assert "J’ai lu / lire en ligne" in words(html)
    assert html.lstrip().startswith("<!DOCTYPE html>")
    assert "I have read it / read online" in english
    for shown in (text, html, english):
        assert "Priorité de Karfu’R" in shown
        assert "@@" not in shown


@pytest.mark.parametrize("letters", [True, False])
@pytest.mark.parametrize("shape", ["text", "html"])
def test_the_letter_of_an_issued_week_is_shown_as_it_was_mailed(
    promotion: Promotion, flask: Any, relay: Relay, letters: bool, shape: str
) -> None:
    before = flask("digest", "preview", *WEEK, "--format", shape).stdout
    issue(promotion, W10, now=DUE, letters=letters)
    assert flask("digest", "preview", *WEEK, "--format", shape).stdout == before
    deliver()
    assert len(relay.messages) == letters
    for message in relay.messages:
        mailed = message.text if shape == "text" else message.html
        assert OWN.sub("", mailed).strip() == OWN.sub("", before).strip()


def test_issuing_accounts_for_every_member(promotion: Promotion, flask: Any) -> None:
    result = flask("digest", "issue", *WEEK)
    assert result.exit_code == 0
    assert "Issued the digest of 2019-W10 for Promotion 3." in result.output
    assert "2 members: 1 letter queued, 1 without (1 unsubscribed)." in result.output
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 1


def test_issuing_without_letters_makes_none(promotion: Promotion, flask: Any) -> None:
    result = flask("digest", "issue", *WEEK, "--no-letters")
    assert result.exit_code == 0
    assert "2 members: 0 letters queued, 2 without (2 no_letters)." in result.output
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_issuing_twice_is_refused_with_the_way_to_see_it(promotion: Promotion, flask: Any) -> None:
    flask("digest", "issue", *WEEK)
    again = flask("digest", "issue", *WEEK)
    assert again.exit_code == 1
    assert "The digest of 2019-W10 is issued already." in again.output
    assert "flask digest preview --promotion promotion-3 --week 2019-W10" in again.output
    assert digests() == 1


A_YEAR_LATER = "2020-03-09T10:00:00Z"


@pytest.mark.parametrize(("option", "letters"), [("--letters", 1), ("--no-letters", 0)])
def test_of_a_week_long_past_letters_must_be_asked_for(
    promotion: Promotion, flask: Any, clock: Traveller, option: str, letters: int
) -> None:
    clock.move_to(A_YEAR_LATER)
    refused = flask("digest", "issue", *WEEK)
    assert refused.exit_code == 2
    message = " ".join(refused.stderr.split())
    assert "2019-W10 closed on 2019-03-08 and does not issue itself: say --no-letters" in message
    assert digests() == 0
    assert flask("digest", "issue", *WEEK, option).exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Letter)) == letters
    assert "is issued already" in flask("digest", "issue", *WEEK).output


@pytest.mark.parametrize(
    ("moment", "created", "asked"),
    [
        ("2019-03-15T14:00:00Z", "2019-01-01", False),  # seven days after the closing, to the second
        ("2019-03-15T14:00:01Z", "2019-01-01", True),
        ("2019-03-09T10:00:00Z", "2019-03-09", True),  # closed the day before the promotion was made
    ],
)
def test_a_week_that_issues_itself_needs_no_word(
    promotion: Promotion, flask: Any, clock: Traveller, moment: str, created: str, asked: bool
) -> None:
    promotion.created_at = datetime.fromisoformat(created).replace(tzinfo=UTC)
    db.session.commit()
    clock.move_to(moment)
    assert flask("digest", "issue", *WEEK).exit_code == (2 if asked else 0)


def test_an_archive_is_issued_at_once_without_letters(promotion: Promotion, flask: Any, clock: Traveller) -> None:
    for week in ("2019-W05", "2019-W08", "2019-W12"):
        make_bulletin(promotion.teams[0], week)
    issue(promotion, Week.parse("2019-W08"), now=DUE, letters=False)
    clock.move_to("2019-03-23T10:00:00Z")  # 2019-W12 closed yesterday, and is to issue itself
    result = flask("digest", "issue", "--all-past", "--no-letters")
    assert result.exit_code == 0
    assert re.findall(r"Issued the digest of (\S+)", result.output) == ["2019-W05", "2019-W10"]
    assert "2 digests issued" in result.output
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    again = flask("digest", "issue", "--all-past", "--no-letters")
    assert (again.exit_code, "0 digests issued" in again.output) == (0, True)


@pytest.mark.parametrize(
    "options",
    [["--all-past"], ["--all-past", "--letters"], ["--all-past", "--no-letters", *WEEK], ["--no-letters"], []],
)
def test_all_past_weeks_or_one_and_never_with_letters(promotion: Promotion, flask: Any, options: list[str]) -> None:
    result = flask("digest", "issue", *options)
    assert result.exit_code == 2
    assert "--all-past" in result.stderr
    assert digests() == 0


def test_a_week_with_nothing_to_tell_says_so(promotion: Promotion, flask: Any, clock: Traveller) -> None:
    clock.move_to("2019-03-15T14:05:00Z")
    db.session.execute(db.delete(type(promotion.teams[0])).where(type(promotion.teams[0]).name == "Karfu’R"))
    db.session.commit()
    result = flask("digest", "issue", "--week", "2019-W11")
    assert result.exit_code == 0
    assert "Nothing to tell: no letters." in result.output


def test_an_open_week_is_issued_with_a_warning(promotion: Promotion, flask: Any, clock: Traveller) -> None:
    clock.move_to("2019-03-06T10:00:00Z")
    result = flask("digest", "issue", *WEEK)
    assert result.exit_code == 0
    assert "2019-W10 is still open" in result.stderr


@pytest.mark.parametrize("command", ["preview", "issue"])
@pytest.mark.parametrize(
    ("week", "status", "message"),
    [
        ("2026-W54", 2, "'2026-W54' is not a week such as 2019-W10."),
        ("2026-46", 2, "'2026-46' is not a week such as 2019-W10."),
        ("foo", 2, "'foo' is not a week such as 2019-W10."),
        ("2018-W07", 1, "2018-W07 is not a week of Promotion 3, which runs from 2019-01-07 to 2019-11-08"),
        ("2019-W30", 1, "2019-W30 has no working day"),
    ],
)
def test_a_week_without_a_digest_is_refused_with_what_to_do(
    promotion: Promotion, flask: Any, command: str, week: str, status: int, message: str
) -> None:
    promotion.days_off = [DayOff(day=Week.parse("2019-W30").day(n)) for n in range(1, 6)]
    db.session.commit()
    result = flask("digest", command, "--week", week)
    assert result.exit_code == status
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_week_to_come_is_refused_with_its_beginning(promotion: Promotion, flask: Any) -> None:
    result = flask("digest", "issue", "--week", "2019-W11")
    assert result.exit_code == 1
    assert "2019-W11 has not begun: wait for 2019-03-10 23:00 UTC." in result.stderr


def test_the_promotion_may_be_left_out_only_where_there_is_one(promotion: Promotion, flask: Any) -> None:
    make_promotion(slug="promotion-4")
    result = flask("digest", "issue", *WEEK)
    assert result.exit_code == 2
    assert "Known: promotion-3, promotion-4" in result.stderr
    assert flask("digest", "issue", *WEEK, "--promotion", "promotion-5").exit_code == 2
    assert flask("digest", "issue", *WEEK, "--promotion", "promotion-3").exit_code == 0


def test_no_promotion_at_all_says_how_to_make_one(app: Flask, flask: Any) -> None:
    result = flask("digest", "preview", *WEEK)
    assert result.exit_code == 2
    assert "flask roster import FILE.yml" in result.stderr


def test_a_database_without_tables_is_refused_with_the_way_to_make_them(database: str, tmp_path: Path) -> None:
    for app in running_app(make_config(database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")):
        result = app.test_cli_runner().invoke(args=["digest", "preview", *WEEK])
        assert result.exit_code == 1
        assert "flask db upgrade" in result.stderr


@pytest.mark.parametrize("command", [["digest"], ["digest", "preview"], ["digest", "issue"], ["timetable"]])
def test_help_fits_one_screen(app: Flask, flask: Any, command: list[str]) -> None:
    result = flask(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) <= 24

"""A promotion lives a week on the product: written, closed, issued, mailed, read; in ordinary weeks and in odd ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.i18n import week_name
from app.jobs import run_schedule
from app.letters.delivery import deliver
from app.readership.models import ReadMark
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import words

TOLD = {"mood": "great", "ups_and_downs": "Une démo réussie", "help": "", "revision": "0"}


@dataclass
class Place:
    """The product with its clock, its relay and the people of one promotion."""

    app: Flask
    clock: Traveller
    relay: Relay
    promotion: Promotion
    ada: Membership
    mentor: Membership
    coordinator: Membership

    def at(self, moment: datetime) -> None:
        """The clock there, and a tick of the job process."""
        self.clock.move_to(moment)
        db.session.rollback()
        run_schedule(lambda: False)
        deliver()

    def visit(self, member: Membership) -> FlaskClient:
        return as_member(self.app.test_client(), member)

    def write(self, week: str, text: str, revision: int = 0) -> int:
        data = TOLD | {"priorities": text, "revision": str(revision)}
        return self.visit(self.ada).post(f"/promotion-3/bulletin/{week}", data=data).status_code

    def subjects(self, address: str) -> list[str]:
        return [letter["Subject"].replace("\u00a0", " ") for letter in self.relay.to(address)]


def place(app: Flask, clock: Traveller, relay: Relay, **values: Any) -> Place:
    promotion = make_promotion(**values)
    team = make_team(promotion, "Karfu’R")
    make_team(promotion, "Silencieux")
    return Place(
        app,
        clock,
        relay,
        promotion,
        ada=make_member(promotion, "eig", team, "ada@x.example", name="Ada"),
        mentor=make_member(promotion, "mentor", team, "mentor@x.example", locale="en"),
        coordinator=make_member(promotion, "coordinator", None, "coordinator@x.example"),
    )


def paris_winter(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00")


def test_a_week_from_monday_to_the_reading_of_its_digest(app: Flask, clock: Traveller, relay: Relay) -> None:
    here = place(app, clock, relay, ends_on=date(2019, 3, 15), starts_on=date(2019, 3, 4))
    here.at(paris_winter("2019-03-04T00:00:00"))
    page = words(here.visit(here.ada).get("/").text)
    assert "Semaine du 4 au 8 mars" in page
    assert "À envoyer avant vendredi à 15 h." in page

    here.at(paris_winter("2019-03-08T10:00:00"))
    assert here.subjects("ada@x.example") == ["Votre bulletin avant 15 h\u202f?"]
    assert here.subjects("mentor@x.example") == ["No bulletin from your team yet"]
    assert here.write("2019-W10", "Livrer la bêta") == 302
    here.at(paris_winter("2019-03-08T14:00:00"))
    assert len(here.subjects("ada@x.example")) == 1
    here.clock.move_to(paris_winter("2019-03-08T14:59:59"))
    assert here.write("2019-W10", "Livrer la **version bêta**", revision=1) == 302

    here.at(paris_winter("2019-03-08T15:00:00"))
    assert here.write("2019-W10", "Trop tard", revision=2) == 409
    assert "version bêta" not in here.visit(here.mentor).get("/promotion-3/digests").text
    assert "<strong>version bêta</strong>" in here.visit(here.coordinator).get("/promotion-3/manage/").text
    here.visit(here.coordinator).post(
        "/promotion-3/manage/weeks/2019-W10/introduction", data={"text": "Quelle semaine !"}
    )

    here.at(paris_winter("2019-03-08T15:04:59"))
    assert db.session.scalars(select(Digest)).all() == []
    here.at(paris_winter("2019-03-08T15:05:00"))
    here.at(paris_winter("2019-03-08T15:05:05"))
    subject = "Promotion 3 : récapitulatif de la semaine du 4 au 8 mars"
    assert here.subjects("coordinator@x.example") == [subject]
    assert here.subjects("ada@x.example")[1:] == [subject]
    assert here.subjects("mentor@x.example")[1:] == ["Promotion 3: digest of the week of 4 to 8 March"]

    [letter] = here.relay.to("coordinator@x.example")
    assert "Quelle semaine !" in letter.text
    read_url = next(iter(re.findall(r"http://localhost(/promotion-3/digests/\S+)", letter.text)))
    reader = app.test_client()
    page = reader.get(read_url).text
    assert "<strong>version bêta</strong>" in page
    assert db.session.scalars(select(ReadMark)).all() == []  # opening it records nothing
    token = re.search(r'name="reader" value="([^"]+)"', page)
    assert token
    thanks = reader.post("/promotion-3/digests/2019-W10/read", data={"reader": token[1]}, follow_redirects=True)
    assert "Vous avez lu ce récapitulatif." in words(thanks.text)
    assert db.session.scalars(select(ReadMark.membership_id)).all() == [here.coordinator.id]

    mine = here.visit(here.ada)
    assert "1 récapitulatif à lire" in words(mine.get("/").text)
    mine.post("/promotion-3/digests/2019-W10/read", data={"back": "my_week"})
    assert "récapitulatif à lire" not in words(mine.get("/").text)


@pytest.mark.parametrize(
    ("values", "week", "closes", "shown"),
    [
        ({}, "2019-W13", datetime(2019, 3, 29, 14, tzinfo=UTC), "vendredi à 15 h"),
        ({}, "2019-W14", datetime(2019, 4, 5, 13, tzinfo=UTC), "vendredi à 15 h"),
        ({}, "2019-W43", datetime(2019, 10, 25, 13, tzinfo=UTC), "vendredi à 15 h"),
        ({}, "2019-W44", datetime(2019, 10, 31, 14, tzinfo=UTC), "jeudi à 15 h (vendredi 1er novembre férié)"),
        (
            {"starts_on": date(2020, 1, 6), "ends_on": date(2020, 10, 30)},
            "2020-W18",
            datetime(2020, 4, 30, 13, tzinfo=UTC),
            "jeudi à 15 h (vendredi 1er mai férié)",
        ),
        (
            {"starts_on": date(2026, 9, 7), "ends_on": date(2027, 6, 25)},
            "2026-W53",
            datetime(2026, 12, 31, 14, tzinfo=UTC),
            "jeudi à 15 h (vendredi 1er janvier 2027 férié)",
        ),
        (
            {"starts_on": date(2024, 9, 2), "ends_on": date(2025, 6, 27)},
            "2025-W01",
            datetime(2025, 1, 3, 14, tzinfo=UTC),
            "vendredi à 15 h",
        ),
        (
            {"timezone": "America/Guadeloupe", "country": "GP"},
            "2019-W10",
            datetime(2019, 3, 8, 19, tzinfo=UTC),
            "vendredi à 15 h",
        ),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_odd_week_closes_reminds_and_issues_at_its_own_moments(
    app: Flask,
    clock: Traveller,
    relay: Relay,
    values: dict[str, Any],
    week: str,
    closes: datetime,
    shown: str,
) -> None:
    here = place(app, clock, relay, **values)
    here.clock.move_to(closes - timedelta(days=1))
    assert f"À envoyer avant {shown}." in words(here.visit(here.ada).get("/").text)
    here.clock.move_to(closes - timedelta(hours=5, seconds=1))
    at_what_time = shown.partition(" à ")[2]
    assert f"À envoyer aujourd’hui, avant {at_what_time}." in words(here.visit(here.ada).get("/").text)
    run_schedule(lambda: False)  # the weeks before, as far as they issue themselves
    deliver()
    relay.messages.clear()

    here.at(closes - timedelta(hours=5))
    assert here.subjects("ada@x.example") == ["Votre bulletin avant 15 h\u202f?"]
    here.clock.move_to(closes - timedelta(seconds=1))
    assert here.write(week, "De justesse") == 302
    here.at(closes)
    assert here.write(week, "Trop tard", revision=1) == 409
    here.at(closes + timedelta(minutes=4, seconds=59))
    assert [digest for digest in db.session.scalars(select(Digest)) if str(digest.week) == week] == []
    here.at(closes + timedelta(minutes=5))
    with app.test_request_context():
        name = week_name(Week.parse(week))
    assert here.subjects("ada@x.example")[1:] == [f"Promotion 3 : récapitulatif de la {name}"]
    assert "De justesse" in here.visit(here.mentor).get(f"/promotion-3/digests/{week}").text


@pytest.mark.parametrize(
    ("back", "issued"),
    [
        (paris_winter("2019-03-11T08:00:00"), True),  # down from Friday noon to Monday
        (paris_winter("2019-03-15T14:59:59"), True),  # to the Friday after
        (paris_winter("2019-03-15T15:05:00"), False),
    ],
)
def test_a_server_that_was_down_since_friday_noon_issues_once_it_is_back(
    app: Flask, clock: Traveller, relay: Relay, back: datetime, issued: bool
) -> None:
    here = place(app, clock, relay)
    here.clock.move_to(paris_winter("2019-03-08T11:59:00"))
    assert here.write("2019-W10", "Livrer la bêta") == 302
    for tick in range(3):
        here.at(back + timedelta(seconds=5 * tick))
    week_10 = [subject for subject in here.subjects("ada@x.example") if "semaine du 4 au 8 mars" in subject]
    assert len(week_10) == issued
    assert (here.visit(here.mentor).get("/promotion-3/digests/2019-W10").status_code == 200) is issued


def test_a_server_down_for_a_month_leaves_the_past_to_a_person(app: Flask, clock: Traveller, relay: Relay) -> None:
    here = place(app, clock, relay, ends_on=date(2019, 4, 5))
    here.clock.move_to(paris_winter("2019-03-06T11:00:00"))
    assert here.write("2019-W10", "Livrer la bêta") == 302
    here.at(paris_winter("2019-04-20T08:00:00"))
    assert relay.messages == []
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["digest", "issue", "--week", "2019-W10", "--letters"])
    assert "3 members: 3 letters queued" in result.output
    deliver()
    assert len(relay.messages) == 3

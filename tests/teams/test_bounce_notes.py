"""What the coordination is told of what came back, by letter and on its pages, and what it decides about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select
from time_machine import Traveller

from app import clock as app_clock
from app.database import db
from app.digests.service import issue
from app.jobs import JOBS
from app.letters.delivery import deliver
from app.letters.models import AdminActionLog, Bounce, Letter, SuppressedAddress
from app.letters.suppression import suppressed_addresses
from app.letters.verp import envelope_sender
from app.teams.models import Promotion
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.letters.reports import REPORT
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

URL = "/promotion-3/manage/addresses"
WEEK_URL = "/promotion-3/manage/"
LETTERS_URL = "/promotion-3/manage/weeks/2019-W09/letters"
COMPLAINT = "To: {to}\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
AWAY = "To: {to}\nAuto-Submitted: auto-replied\n\nI am away.\n"
MEMBERS = 6
numbers = count()

Back = Callable[..., str]


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller, relay: Relay) -> Promotion:
    """A promotion whose coordination, Judith, is signed in; the digest of last week was sent to everybody."""
    promotion = make_promotion()
    as_member(client, make_member(promotion, "coordinator", name="Judith", email="judith@x.example"))
    team = make_team(promotion, "CartoBio")
    for number in range(MEMBERS):
        make_member(promotion, "eig", team, f"member{number}@promotion.example", name=f"Membre {number}")
    make_bulletin(team, "2019-W09")
    issue(promotion, Week.parse("2019-W09"), now=app_clock.now())
    deliver()
    relay.messages.clear()
    return promotion


@pytest.fixture
def back(app: Flask, tmp_path: Path) -> Back:
    """Has reports come back for the digest's letters to some members, read by the command; returns what it says."""

    def back(*members: int, message: str = REPORT, recipient: str = "", status: str = "5.1.1") -> str:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        for member in members:
            email = f"member{member}@promotion.example"
            letter = db.session.scalars(select(Letter).filter_by(to_email=email)).one()
            to = envelope_sender(letter.id, letter.created_at, app.config["SETTINGS"].secret_key, "bulletins.example")
            values = {"to": to, "recipient": recipient or email, "action": "failed", "status": status, "more": ""}
            (folder / f"{member}.eml").write_text(message.format(**values))
        db.session.rollback()
        result = FlaskCliRunner(app).invoke(args=["bounces", "read", str(folder)])
        assert result.exit_code == 0, result.output
        return result.output

    return back


def told(relay: Relay) -> list[str]:
    """The texts of the letters that leave now."""
    relay.messages.clear()
    deliver()
    return [" ".join(letter.text.split()) for letter in relay.messages]


def test_addresses_refused_in_one_go_are_told_by_letter_and_on_the_weeks_page(
    client: FlaskClient, promotion: Promotion, back: Back, relay: Relay
) -> None:
    said = back(0, 1, 2, 3)
    assert said.startswith("0 suppressed, 4 noted")
    assert "4 held back: too many at once" in said
    assert suppressed_addresses() == set()
    (text,) = told(relay)
    assert "4 adresses ont été refusées définitivement d’un seul coup" in text
    assert [letter.envelope_to for letter in relay.messages] == [["judith@x.example"]]
    assert "4 adresses refusées d’un seul coup" in words(client.get(WEEK_URL).text)
    assert "rien ne change avant votre décision" in words(client.get(LETTERS_URL).text)


def test_one_note_tells_each_matter_once(promotion: Promotion, back: Back, relay: Relay) -> None:
    back(0, 1, 2, 3)
    assert len(told(relay)) == 1
    back(0, message=AWAY)
    back(4)
    assert told(relay) != [], "another address of the same domain joins those that wait"
    back(5, message=AWAY)
    assert told(relay) == []


def decide(client: FlaskClient, action: str, bounces: str | None = None) -> int:
    if bounces is None:
        bounces = re.findall(r'name="bounces" value="([\d,]*)"', client.get(URL).text)[0]
    return client.post(f"{URL}/held/{action}", data={"bounces": bounces}).status_code


def test_the_coordination_decides_that_these_addresses_are_gone(
    client: FlaskClient, promotion: Promotion, back: Back
) -> None:
    back(0, 1, 2, 3)
    page = words(client.get(URL).text)
    assert "4 adresses refusées d’un seul coup" in page
    assert "Membre 3 member3@promotion.example" in page
    assert decide(client, "suppress") == 302
    assert "Plus rien n’est envoyé à ces adresses" in words(client.get(URL).text)
    assert len(suppressed_addresses()) == 4
    assert "refusées d’un seul coup" not in words(client.get(WEEK_URL).text)
    assert "adresses refusées d’un seul coup, mises de côté" in words(client.get(LETTERS_URL).text)


def test_the_coordination_goes_on_writing_to_them(client: FlaskClient, promotion: Promotion, back: Back) -> None:
    back(0, 1, 2, 3)
    assert decide(client, "spare") == 302
    assert "Ces adresses continuent de recevoir des lettres" in words(client.get(URL).text)
    assert suppressed_addresses() == set()
    assert "vous avez décidé de continuer à y écrire" in words(client.get(LETTERS_URL).text)


def test_only_what_stood_on_the_page_is_decided(client: FlaskClient, promotion: Promotion, back: Back) -> None:
    back(0, 1, 2, 3)
    bounces = re.findall(r'name="bounces" value="([\d,]*)"', client.get(URL).text)[0]
    back(4)
    assert decide(client, "suppress", bounces) == 302
    assert suppressed_addresses() == {f"member{number}@promotion.example" for number in range(4)}
    assert decide(client, "suppress", bounces) == 302
    assert "La décision avait déjà été prise." in words(client.get(URL).text)
    assert decide(client, "suppress", "") == 302
    assert client.post(f"{URL}/held/other").status_code == 404


def test_another_promotions_coordination_sees_and_decides_nothing(
    app: Flask, client: FlaskClient, promotion: Promotion, back: Back, relay: Relay
) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    as_member(client, make_member(other, "coordinator", name="Denis", email="denis@x.example"))
    back(0, 1, 2, 3)
    assert len(told(relay)) == 1
    assert [letter.envelope_to for letter in relay.messages] == [["judith@x.example"]]
    page = client.get("/promotion-4/manage/addresses").text
    assert "member0@" not in page
    ids = ",".join(str(id_) for id_ in db.session.scalars(select(Bounce.id)))
    assert client.post("/promotion-4/manage/addresses/held/suppress", data={"bounces": ids}).status_code == 302
    assert suppressed_addresses() == set()


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_deciding_is_the_coordinations_alone(client: FlaskClient, promotion: Promotion, back: Back, role: str) -> None:
    back(0, 1, 2, 3)
    as_member(client, make_member(promotion, role))
    assert decide(client, "suppress", "1,2,3,4") == 403
    assert suppressed_addresses() == set()


def test_complaints_are_told_as_a_number(client: FlaskClient, promotion: Promotion, back: Back, relay: Relay) -> None:
    assert "1 complaint" in back(2, message=COMPLAINT)
    (text,) = told(relay)
    assert "1 lettre a été signalée comme indésirable" in text
    for url in (URL, LETTERS_URL):
        html = client.get(url).text
        assert "signalée comme indésirable" in words(html)
        assert "Membre 2" not in html
        assert "member2@" not in html
    assert told(relay) == [], "once"


def test_automatic_answers_and_reports_from_beyond_a_forwarder_are_on_the_pages(
    client: FlaskClient, promotion: Promotion, back: Back, relay: Relay
) -> None:
    assert "2 automatic answers" in back(0, 1, message=AWAY)
    assert "1 about an address to which a member's forwards" in back(3, recipient="somebody@elsewhere.example")
    page = words(client.get(URL).text)
    assert "2 réponses automatiques sont arrivées" in page
    assert "Renvois vers une adresse qui ne fonctionne pas" in page
    assert "Membre 3 member3@promotion.example" in page
    assert "vers laquelle celle-ci renvoie peut-être" in words(client.get(LETTERS_URL).text)
    assert suppressed_addresses() == set()
    assert told(relay) == [], "nothing that somebody has to decide"


def test_the_job_process_tells_it_too(
    app: Flask, promotion: Promotion, relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = db.session.scalars(select(Letter)).first()
    assert letter
    to = envelope_sender(letter.id, letter.created_at, app.config["SETTINGS"].secret_key, "bulletins.example")
    (tmp_path / "1.eml").write_text(COMPLAINT.format(to=to))
    db.session.rollback()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], bounce_url=f"folder://{tmp_path}"))
    next(job for job in JOBS if job.name == "bounces").run(lambda: False)
    assert "1 lettre a été signalée comme indésirable" in told(relay)[0]


def test_the_command_lifts_what_is_suppressed(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    saved(SuppressedAddress(email="member1@promotion.example", since=LONG_AGO, code="5.1.1"))
    runner = FlaskCliRunner(app)
    result = runner.invoke(args=["bounces", "lift", "Member1@promotion.example"])
    assert (result.exit_code, suppressed_addresses()) == (0, set())
    assert "gets letters again" in result.output
    again = runner.invoke(args=["bounces", "lift", "member1@promotion.example"])
    assert again.exit_code == 1
    assert "is not suppressed" in again.output
    (log,) = db.session.scalars(select(AdminActionLog))
    assert (log.action, log.person_id, log.detail) == ("lift", None, "flask bounces lift")
    assert "rétablie depuis le serveur " in words(client.get(URL).text)

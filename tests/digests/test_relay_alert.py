"""A relay that takes nothing: the coordination, and nobody else, sees it from the first try; nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.letters.delivery import deliver, deliver_one_pass
from app.letters.models import Letter
from app.letters.relay_status import find_trouble, record_error
from app.letters.states import Reason, State
from tests.digests.conftest import DUE, LETTERS, member
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.letters.conftest import use_relay
from tests.letters.scripted_relay import ScriptedRelay
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

FAILING = "le relais de courriel est en panne depuis "
HELD_UP = "Le relais n’a encore accepté aucune de ces lettres"
OF_THE_WEEK = (LETTERS, "/promotion-3/manage/weeks/2019-W10")
PLACES = (*OF_THE_WEEK, "/promotion-3/manage/")  # the last: of the week that it is
FOR_EVERYBODY = ("/", "/promotion-3/weeks", "/promotion-3/digests/2019-W10", "/promotion-3/engagement", "/me")
NOBODY_THERE = "smtp://127.0.0.1:1"
PAUSE = timedelta(seconds=30)


def shows(client: FlaskClient, *texts: str, places: tuple[str, ...] = PLACES) -> bool:
    """Whether each of the coordination's places says all of it."""
    pages = [words(client.get(path).text) for path in places]
    return all(each in page for page in pages for each in texts)


def silent(client: FlaskClient) -> bool:
    """Whether none of them says that the relay fails."""
    return not any("panne" in client.get(path).text for path in PLACES)


def states() -> set[tuple[State, Reason | None]]:
    db.session.rollback()
    return {(letter.state, letter.reason) for letter in db.session.scalars(select(Letter))}


def let_hours_pass(clock: Traveller, hours: int) -> None:
    """The job process tries once an hour."""
    for _ in range(hours):
        clock.shift(3600)
        deliver_one_pass()


def test_a_relay_out_of_reach_is_told_at_once_and_costs_no_letter(
    app: Flask, judith: FlaskClient, relay: Relay, clock: Traveller
) -> None:
    assert silent(judith)
    use_relay(app, NOBODY_THERE)
    deliver_one_pass()
    assert shows(
        judith,
        f"{FAILING}vendredi à 15 h 05",
        "Connection refused",
        "docs/delivery.md",
        "4 lettres : 0 partie, 4 en attente",
    )
    let_hours_pass(clock, 80)
    assert shows(judith, f"{FAILING}le vendredi 8 mars à 15 h 05")
    assert states() == {(State.QUEUED, None)}
    use_relay(app, relay.url)
    assert deliver().sent == 4
    assert silent(judith)


@pytest.mark.parametrize(
    ("step", "notice"),
    [("MAIL", FAILING), pytest.param("RCPT", HELD_UP, marks=pytest.mark.long), ("CONTENT", HELD_UP)],
)
def test_a_relay_that_takes_nothing_for_72_hours_is_told_from_the_first_and_its_letters_can_be_retried(
    app: Flask, judith: FlaskClient, scripted_relay: ScriptedRelay, clock: Traveller, step: str, notice: str
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script[step] = ["450 4.3.2 not now"] * 1000
    deliver_one_pass()
    assert shows(judith, notice, "4 lettres : 0 partie, 4 différées")
    let_hours_pass(clock, 60)
    assert shows(judith, notice, places=OF_THE_WEEK)
    assert states() <= {(State.DEFERRED, None), (State.QUEUED, None)}
    let_hours_pass(clock, 20)
    assert states() == {(State.FAILED, Reason.GIVEN_UP)}
    assert shows(judith, "4 lettres : 0 partie, 4 en échec", places=OF_THE_WEEK)
    assert "abandonnée : son délai était passé 450 4.3.2 not now" in words(judith.get(LETTERS).text)
    scripted_relay.script.clear()
    assert "4 lettres sont remises en file." in words(judith.post(f"{LETTERS}/retry", follow_redirects=True).text)
    assert deliver().sent == 4
    assert silent(judith)
    assert shows(judith, "4 lettres : 4 parties", places=OF_THE_WEEK)


@pytest.mark.parametrize("name", ["Anne", None])
def test_nobody_else_is_told(app: Flask, client: FlaskClient, mailed: Digest, name: str | None) -> None:
    use_relay(app, NOBODY_THERE)
    deliver_one_pass()
    if name:
        as_member(client, member(mailed.promotion, name))
    for path in FOR_EVERYBODY:
        answer = client.get(path)
        assert answer.status_code in {200, 302}, path
        assert "relais" not in answer.text, path
    assert client.get(LETTERS).status_code == (403 if name else 302)


def test_what_the_relay_said_names_nobody(judith: FlaskClient) -> None:
    """It may be about a member of another promotion."""
    record_error(db.session.connection(), DUE, "421 <zoe@elsewhere.example>: too many", after=5, pause=PAUSE)
    db.session.commit()
    trouble = find_trouble()
    assert trouble
    assert trouble.error == "421 <…>: too many"
    assert shows(judith, "421 <…>: too many")

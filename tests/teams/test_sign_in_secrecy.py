"""Asking for a sign-in link tells nobody who is a member: not the row, not the time, not a page, not a count."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from threading import Event
from time import monotonic, perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.home.account import erase_person
from app.jobs import purge_expired, queue_requests
from app.letters.delivery import deliver, deliver_one_pass, queue_requested_letters
from app.letters.models import Letter
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.rate_limits.models import AttemptCount
from app.teams.models import Membership, Person, Promotion
from app.teams.sign_in_models import SignInRequest
from app.teams.sign_in_requests import CHUNK, LETTER_LIFETIME, request_link
from tests.builders import make_member, make_promotion, one_transaction
from tests.fixtures.database import OnEngine
from tests.fixtures.relay import Relay
from tests.threads import at_once

NOWHERE = "smtp://127.0.0.1:9"
ASKS = 150  # of members, and as many of strangers: the standard deviation of the AUC is then 0.033


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], attempts_per_source=10_000)
    return make_promotion()


@pytest.fixture
def members(promotion: Promotion) -> list[Membership]:
    with one_transaction():
        return [make_member(promotion, email=f"member{number:04}@ministry.example") for number in range(ASKS)]


def stranger(number: int) -> str:
    return f"nobody{number:04}@ministry.example"


def never() -> bool:
    return False


def auc(ours: list[float], theirs: list[float]) -> float:
    """The probability that one of `ours` is above one of `theirs`: 0.5 when nothing tells them apart."""
    return sum((a > b) + (a == b) / 2 for a, b in product(ours, theirs)) / (len(ours) * len(theirs))


def test_the_time_of_the_answer_does_not_tell_who_is_a_member(app: Flask, members: list[Membership]) -> None:
    asks = [(str(member.person.email), True) for member in members]
    asks += [(stranger(number), False) for number in range(ASKS)]
    random.Random(20190308).shuffle(asks)
    times: dict[bool, list[float]] = {True: [], False: []}
    visitor = app.test_client()
    for _ in range(20):  # what the first requests compile is told by none of those measured
        visitor.post("/sign-in", data={"email": f"first{_}@ministry.example"})
    for email, known in asks:
        begun = perf_counter()
        answer = visitor.post("/sign-in", data={"email": email})
        times[known].append(perf_counter() - begun)
        assert answer.status_code == 302
    assert 0.35 < auc(times[True], times[False]) < 0.65


def test_asking_does_the_same_in_the_database_for_everybody(
    client: FlaskClient, promotion: Promotion, on_engine: OnEngine
) -> None:
    make_member(promotion, email="member0001@ministry.example")
    make_member(promotion, email="left00001@ministry.example", left_on=promotion.starts_on)
    statements: list[str] = []
    on_engine("before_cursor_execute", lambda *args: statements.append(args[2]))
    seen = []
    for email in ("member0001@ministry.example", "left00001@ministry.example", stranger(1)):
        statements.clear()
        assert client.post("/sign-in", data={"email": email}).status_code == 302
        seen.append(list(statements))
    assert seen[0] == seen[1] == seen[2]
    assert any("INSERT INTO sign_in_requests" in statement for statement in seen[0])
    assert not any("people" in statement for statement in seen[0])


CSRF_TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
PUBLIC = ["/sign-in", "/sign-in/sent", "/healthz", "/"]


def public_pages(app: Flask, visitor: FlaskClient) -> list[str]:
    """What the one who asked, and a visitor beside them, see of the site."""
    return [client.get(path).text for client in (visitor, app.test_client()) for path in PUBLIC]


@pytest.mark.parametrize("relay_url", [NOWHERE, None])
def test_no_page_tells_whether_a_letter_left_or_could_not(
    app: Flask, promotion: Promotion, clock: Traveller, relay_url: str | None
) -> None:
    make_member(promotion, email="member0001@ministry.example")
    if relay_url:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=relay_url)
    seen = []
    for email in (stranger(1), "member0001@ministry.example", stranger(2)):
        visitor = app.test_client()
        visitor.post("/sign-in", data={"email": email})
        pages = public_pages(app, visitor)
        clock.shift(1)
        deliver()
        pages += public_pages(app, visitor)
        visitor.post("/sign-in", data={"email": email})
        clock.shift(timedelta(minutes=11))
        deliver()
        pages += public_pages(app, visitor)
        seen.append([CSRF_TOKEN.sub("", page.replace(email, "…")) for page in pages])
    assert seen[0] == seen[1] == seen[2]


def metrics(client: FlaskClient) -> list[str]:
    """Every number of the metrics but how much of the disk is free."""
    return [line for line in client.get("/metrics").text.splitlines() if not line.startswith("bulletins_disk_free")]


def test_counts_of_letters_do_not_move_when_somebody_signs_in(
    client: FlaskClient, relay: Relay, promotion: Promotion
) -> None:
    make_member(promotion, email="member0001@ministry.example")
    before = metrics(client)
    assert any(line.startswith("bulletins_letters") for line in before)
    client.post("/sign-in", data={"email": "member0001@ministry.example"})
    assert metrics(client) == before
    queue_requested_letters(now())
    assert metrics(client) == before
    deliver()
    assert len(relay.messages) == 1
    assert metrics(client) == before


# --- Who looks the person up -----------------------------------------------------------------------------------------


def requests() -> list[str]:
    return list(db.session.scalars(select(SignInRequest.email).order_by(SignInRequest.id)))


@pytest.mark.both_databases
def test_requests_are_forgotten_once_looked_up_whosever_they_are(promotion: Promotion, relay: Relay) -> None:
    make_member(promotion, email="member0001@ministry.example")
    for number in range(CHUNK + 5):
        request_link(stranger(number), now())
    request_link("member0001@ministry.example", now())
    assert len(requests()) == CHUNK + 6
    queue_requests(never)
    assert requests() == []
    deliver_one_pass()
    assert [letter.envelope_to for letter in relay.messages] == [["member0001@ministry.example"]]


@pytest.mark.both_databases
def test_two_job_processes_write_one_letter(app: Flask, promotion: Promotion) -> None:
    for number in range(20):
        request_link(str(make_member(promotion).person.email), now())
        request_link(stranger(number), now())
    queued = at_once(app, *[lambda: queue_requested_letters(now())] * 3)
    assert sum(number for number in queued if isinstance(number, int)) == 20, queued
    assert len(db.session.scalars(select(Letter)).all()) == 20


@pytest.mark.parametrize(("late", "letters"), [(LETTER_LIFETIME - timedelta(seconds=1), 1), (LETTER_LIFETIME, 0)])
def test_a_request_that_waited_for_ten_minutes_makes_no_letter(
    promotion: Promotion, relay: Relay, clock: Traveller, late: timedelta, letters: int
) -> None:
    """As after ten minutes without a job process: whoever asked has read by now that the link is given up."""
    asked_at = now()
    request_link(str(make_member(promotion).person.email), asked_at)
    clock.shift(late)
    assert queue_requested_letters(now()) == letters
    assert requests() == []
    given_up: list[datetime] = list(db.session.scalars(select(Letter.gives_up_at)))
    assert given_up == [asked_at + LETTER_LIFETIME] * letters


@pytest.mark.both_databases
def test_a_request_is_kept_until_its_letter_is_written(app: Flask, promotion: Promotion, on_engine: OnEngine) -> None:
    request_link(str(make_member(promotion).person.email), now())
    refused = []

    def refuse_once(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO letters") and not refused:
            refused.append(statement)
            raise OperationalError(statement, {}, Exception("the disk is full"))

    on_engine("before_cursor_execute", refuse_once)
    with pytest.raises(OperationalError):
        queue_requested_letters(now())
    db.session.rollback()
    assert len(requests()) == 1
    assert queue_requested_letters(now()) == 1
    assert len(db.session.scalars(select(Letter)).all()) == 1


def test_who_is_erased_meanwhile_gets_no_letter_and_leaves_no_request(app: Flask, promotion: Promotion) -> None:
    member = make_member(promotion, email="member0001@ministry.example")
    request_link("member0001@ministry.example", now())
    erase_person(db.session.get_one(Person, member.person_id), now())
    assert requests() == []
    assert queue_requested_letters(now()) == 0


@pytest.mark.both_databases
def test_a_sign_in_letter_overtakes_a_digest_under_way(app: Flask, promotion: Promotion, relay: Relay) -> None:
    """On Friday at 15:05 the job that sends letters is at work for a while: another one looks up who asked."""
    make_member(promotion, email="member0001@ministry.example")
    mailing = add_mailing("note", "fr", "Récapitulatif", "t", "<p>h</p>", reference="many", created_at=now())
    queue_letters(mailing, [Addressee(n, None, f"{n}@x.example", "") for n in range(1, 601)], now())
    db.session.execute(update(Letter).values(precedence=30))
    db.session.commit()

    def sign_in() -> None:
        deadline = monotonic() + 60
        while not relay.messages:
            assert monotonic() < deadline
            Event().wait(0.005)
        request_link("member0001@ministry.example", now())
        queue_requests(never)

    assert at_once(app, deliver_one_pass, sign_in)[1] is None
    place = [letter.envelope_to for letter in relay.messages].index(["member0001@ministry.example"])
    assert place < 600


def test_counts_whose_time_is_over_are_purged(client: FlaskClient, promotion: Promotion, clock: Traveller) -> None:
    client.post("/sign-in", data={"email": stranger(1)})
    stored = db.session.scalars(select(AttemptCount.key)).all()
    assert len(stored) == 3
    assert not any("nobody" in key or "127.0.0.1" in key for key in stored)
    for seconds, left in (
        (899, 3),
        (1, 1),
        (2699, 1),
        (1, 0),
    ):  # of the address a quarter of an hour, of the source one
        clock.shift(seconds)
        purge_expired(never)
        assert len(db.session.scalars(select(AttemptCount)).all()) == left

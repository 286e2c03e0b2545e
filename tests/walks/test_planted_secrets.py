"""Secrets are planted, then sought on every page, in every file, letter and log line: each is where it may be only."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.moods import Mood
from app.clock import now
from app.confidential.service import answer_message, write_message
from app.database import db
from app.digests.service import issue
from app.feeds.addresses import addresses_of, make_address
from app.feeds.models import Feed
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.jobs import JOBS
from app.letters.delivery import deliver
from app.letters.models import SuppressedAddress
from app.questionnaires.service import close, submit
from app.records.links import record_link
from app.records.models import Milestone
from app.security import new_secret
from app.sharing.service import make_link
from app.teams.models import Membership
from app.teams.sign_in_requests import request_link
from app.teams.sign_in_views import SESSION_KEY
from app.weeks import Week
from tests.builders import (
    LONG_AGO,
    make_bulletin,
    make_member,
    make_milestone,
    make_promotion,
    make_questionnaire,
    make_team,
    saved,
)
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.readership.outputs import seen_by

ISSUED, RUNNING = Week.parse("2019-W07"), Week.parse("2019-W10")
ADA, LIN, COLD = "ada.lovelace@plants.example", "lin.chen@plants.example", "cold.mailbox@plants.example"
MOODS_OF_NOBODY = re.compile(r'<fieldset[^>]* id="mood".*?</fieldset>|<th scope="row">.*?</th>', re.DOTALL)
NOT_OURS = ("mail.log", "asyncio", "sqlalchemy")  # the tests' relay; SQLAlchemy, every row that it reads

CONFIDENTIAL = "Le-mot-confidentiel-aubergine"
ANSWER = "La-réponse-confidentielle-betterave"
OFFER = "L’offre-d’aide-courgette"
UNISSUED = "Le-texte-de-la-semaine-en-cours-digitale"
REPLACED = "Le-texte-remplacé-avant-l’envoi-églantine"
WORDS_OF_NOBODY = "La-réponse-anonyme-fenouil"
MOOD = Mood.VERY_HARD.emoji

SEEN_BY = {  # on pages and in files
    CONFIDENTIAL: {"ada", "coordinator"},
    ANSWER: set[str](),
    OFFER: {"lin"},
    WORDS_OF_NOBODY: {"coordinator"},  # once the questionnaire is closed
    UNISSUED: {"ada", "teammate", "mentor"},
    MOOD: {"ada", "teammate", "mentor"},  # the coordination sees both from the closing on
    REPLACED: set(),
    ADA: {"ada", "coordinator"},  # who manages people
    LIN: {"lin", "coordinator"},
    COLD: {"cold", "coordinator"},  # to be corrected
    "reader": {"holder"},
    "unsubscribe": set[str](),
    "record": set[str](),
    "sign-in": set[str](),
    "session": set[str](),
    "calendar": {"ada"},
    "digests": {"ada"},
    "share": set[str](),  # shown once
    "link to pass on": {"coordinator"},
}
MAILED_TO = {  # in the body, a header, or the envelope of a letter
    CONFIDENTIAL: set[str](),
    ANSWER: {ADA},
    OFFER: {ADA, "teammate@plants.example"},
    WORDS_OF_NOBODY: set[str](),
    UNISSUED: set[str](),
    REPLACED: set[str](),
    MOOD: set[str](),
    ADA: {ADA},
    LIN: {LIN, ADA, "teammate@plants.example"},  # where an offer is answered to
    COLD: set[str](),
    "reader": {ADA},
    "unsubscribe": {ADA},
    "record": {ADA},
    "sign-in": {ADA},
    "session": set[str](),
    "calendar": set[str](),
    "digests": set[str](),
    "share": set[str](),
    "link to pass on": set[str](),
}


@pytest.fixture
def people(app: Flask, clock: Traveller) -> dict[str, Membership]:
    """A Wednesday: last month's digest has left, this week's bulletin is written, and much was said in confidence."""
    promotion = make_promotion()
    jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    people = {
        "ada": make_member(promotion, "eig", jachere, ADA, name="Ada"),
        "teammate": make_member(promotion, "eig", jachere, "teammate@plants.example"),
        "lin": make_member(promotion, "eig", brancard, LIN, name="Lin"),
        "mentor": make_member(promotion, "mentor", jachere, "mentor@plants.example"),
        "other mentor": make_member(promotion, "mentor", brancard, "other@plants.example"),
        "coordinator": make_member(promotion, "coordinator", email="coordinator@plants.example"),
        "alumni": make_member(promotion, "alumni", jachere, "alumni@plants.example"),
        "gone": make_member(promotion, "eig", jachere, "gone@plants.example", left_on=promotion.starts_on),
        "stranger": make_member(make_promotion(slug="promotion-4"), "coordinator", email="stranger@plants.example"),
        "cold": make_member(promotion, "eig", brancard, COLD),
    }
    make_milestone(promotion)
    saved(SuppressedAddress(email=COLD, since=LONG_AGO))
    old = make_bulletin(
        jachere, ISSUED, mood=Mood.GOOD, priorities=REPLACED, help="Qui relit ?", author=people["ada"].person
    )
    old.revisions[0].author_id = people["ada"].person_id
    old.priorities = old.priorities_html = "Semer"
    old.revision = 2
    db.session.commit()
    issue(promotion, ISSUED, now=promotion.timetable.digest_due(ISSUED) or now())
    make_bulletin(jachere, RUNNING, mood=Mood.VERY_HARD, priorities=UNISSUED, author=people["ada"].person)
    offer_help(db.session.scalars(select(HelpRequest)).one(), people["lin"], OFFER, now())
    message = write_message(people["ada"], CONFIDENTIAL, now())
    answer_message(message, people["coordinator"].person, ANSWER, now())
    asked = [member for who, member in people.items() if who in {"ada", "teammate", "lin", "cold", "gone"}]
    questionnaire = make_questionnaire(asked)
    for member in asked:
        submit(questionnaire, member, {"unasked": (WORDS_OF_NOBODY,)}, now())
    close(questionnaire, now())
    request_link(ADA, now())
    return people


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.fixture
def tokens(app: Flask, log: object, people: dict[str, Membership], relay: Relay) -> dict[str, str]:
    """Ada's tokens; whatever the jobs do has been done."""
    for job in JOBS:
        job.run(lambda: False)
    deliver()
    text = "\n".join(letter.text for letter in relay.to(ADA))
    with as_member(app.test_client(), people["ada"]).session_transaction() as session:
        secret = session[SESSION_KEY]
    places = {"reader": "reader=", "unsubscribe": "/unsubscribe/", "record": "/record/", "sign-in": "/sign-in/"}
    found = {name: re.findall(rf"{place}([\w.-]+)", text)[0] for name, place in places.items()}
    team = people["ada"].team
    assert team
    to_pass_on = record_link(db.session.scalars(select(Milestone)).one(), team).rpartition("/")[2]
    for feed in Feed:
        make_address(people["ada"], feed, now())
        found[feed.value] = addresses_of(people["ada"])[feed].rpartition("=")[2]
    found["share"] = new_secret()
    make_link(team, "la DSI", people["ada"].promotion.ends_on, found["share"], people["ada"].person, now())
    return found | {"session": secret, "link to pass on": to_pass_on}


def everything_seen(app: Flask, people: dict[str, Membership], tokens: dict[str, str]) -> dict[str, str]:
    """All that each visitor is shown, as one text."""
    clients: dict[str, tuple[FlaskClient, dict[str, str]]] = {
        who: (as_member(app.test_client(), member), {}) for who, member in people.items()
    }
    clients |= {"visitor": (app.test_client(), {}), "holder": (app.test_client(), {"reader": tokens["reader"]})}
    seen = {who: seen_by(client, app, **query).values() for who, (client, query) in clients.items()}
    return {who: _plain("\n".join(answers)) for who, answers in seen.items()}


def who_sees(sought: dict[str, str], seen: dict[str, str]) -> dict[str, set[str]]:
    return {plant: {who for who, text in seen.items() if secret in text} for plant, secret in sought.items()}


@pytest.mark.long
def test_what_was_planted_is_seen_by_whom_it_may_be(
    app: Flask, people: dict[str, Membership], tokens: dict[str, str], log: pytest.LogCaptureFixture
) -> None:
    sought = {plant: tokens.get(plant, plant) for plant in SEEN_BY}
    assert who_sees(sought, everything_seen(app, people, tokens)) == SEEN_BY
    logged = "\n".join(record.getMessage() for record in log.records if not record.name.startswith(NOT_OURS))
    assert [plant for plant, secret in sought.items() if secret in logged] == []


def test_what_was_planted_is_mailed_to_whom_it_may_be(tokens: dict[str, str], relay: Relay) -> None:
    sought = {plant: tokens.get(plant, plant) for plant in MAILED_TO}
    found: dict[str, set[str]] = {plant: set() for plant in MAILED_TO}
    for letter in relay.messages:
        message = BytesParser(policy=policy.default).parsebytes(letter.raw)
        said = "\n".join([*map(str, message.values()), letter.text, letter.html, *letter.envelope_to])
        for plant, secret in sought.items():
            if secret in _plain(said):
                found[plant].update(letter.envelope_to)
    assert found == MAILED_TO


def _plain(text: str) -> str:
    """The text as a reader has it, without the moods that a form offers and a table counts."""
    return unescape(MOODS_OF_NOBODY.sub("", text))

"""How often a sign-in link may be asked for: of one address, from one source, by strangers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.letters.delivery import deliver
from app.teams.models import Membership
from tests.builders import make_member, make_promotion, one_transaction
from tests.fixtures.relay import Relay
from tests.pages import words
from tests.teams.asking import ADDRESS, link_of, request_link

STRANGER = "inconnu@nulle-part.example"


def test_an_address_may_be_asked_for_three_times_in_a_quarter_of_an_hour(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    for _ in range(3):
        request_link(client)
    for typed in (
        ADDRESS,
        ADDRESS.upper(),
        f" {ADDRESS}",
        f"\u202a{ADDRESS}\u202c",
    ):  # the last as copied from a list of contacts
        answer = app.test_client().post("/sign-in", data={"email": typed})
        assert answer.status_code == 429
        assert typed.strip() in answer.text
    request_link(client, "somebody.else@brancard.example")
    clock.shift(15 * 60)
    request_link(client)
    deliver()
    assert len(relay.to(ADDRESS)) == 1, "the first three were given up meanwhile"


def test_however_many_strangers_ask_their_victim_can_always_sign_in(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    """Each minute for an hour, six sources ask as often as they can, each beginning at a moment of its own."""
    for minute in range(60):
        for stranger in range(min(minute // 3 + 1, 6)):
            from_elsewhere = {"REMOTE_ADDR": f"192.0.2.{stranger}"}
            for _ in range(4):
                client.post("/sign-in", data={"email": ADDRESS}, environ_base=from_elsewhere)
        assert client.get(link_of(relay)).status_code == 200, f"minute {minute}"
        clock.shift(60)
    assert len(relay.to(ADDRESS)) <= 20


OTHER_SPELLINGS = [
    "nour.haddad@BRANCARD.example",
    "nour.haddad@brancard\N{IDEOGRAPHIC FULL STOP}example",
    "nour.haddad@\N{FULLWIDTH LATIN SMALL LETTER B}rancard.example",
    "nour.haddad@\N{MATHEMATICAL BOLD SMALL B}rancard.example",
    "nour.haddad@bran\N{VARIATION SELECTOR-16}card.example",
    "nour.haddad@brancard.exam\N{COMBINING GRAPHEME JOINER}ple",
    "\N{NARROW NO-BREAK SPACE}nour.haddad@brancard.example\N{NO-BREAK SPACE}",
]


def test_one_person_is_one_however_their_address_is_spelled_and_wherever_from(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    statuses = []
    for number, typed in enumerate(OTHER_SPELLINGS * 3):
        from_elsewhere = {"REMOTE_ADDR": f"192.0.2.{number}"}
        statuses.append(client.post("/sign-in", data={"email": typed}, environ_base=from_elsewhere).status_code)
        deliver()
    assert statuses == [302] * 5 + [429] * 16
    assert len(relay.to(ADDRESS)) == 5


def test_nobody_alone_uses_up_the_links_of_somebody_else(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership
) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    answers = [client.post("/sign-in", data={"email": ADDRESS}, environ_base=elsewhere) for _ in range(40)]
    assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 37
    request_link(app.test_client())
    assert link_of(relay)


def test_what_is_no_address_is_not_counted_as_one(client: FlaskClient) -> None:
    assert [client.post("/sign-in", data={"email": "nour"}).status_code for _ in range(8)] == [422] * 8


@pytest.mark.parametrize(
    ("seconds", "delay"), [(0, "15 minutes"), (61, "14 minutes"), (840, "1 minute"), (899, "1 minute")]
)
def test_who_asks_too_often_is_told_for_how_long(
    client: FlaskClient, member: Membership, clock: Traveller, seconds: int, delay: str
) -> None:
    for _ in range(3):
        request_link(client)
    clock.shift(seconds)
    answer = client.post("/sign-in", data={"email": ADDRESS})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(900 - seconds))
    assert (
        "Plusieurs liens ont été demandés pour cette adresse en moins d’un quart d’heure : si elle est celle d’un "
        f"membre, le dernier fonctionne encore. Réessayez dans {delay}." in words(answer.text)
    )
    clock.shift(900 - seconds)
    request_link(client)


def test_an_unknown_address_is_limited_alike(client: FlaskClient) -> None:
    for _ in range(3):
        request_link(client, STRANGER)
    assert client.post("/sign-in", data={"email": STRANGER}).status_code == 429


def test_a_whole_ministry_behind_one_address_signs_in_on_the_first_day(client: FlaskClient, relay: Relay) -> None:
    promotion = make_promotion()
    with one_transaction():
        addresses = [make_member(promotion).person.email or "" for _ in range(60)]
    for address in addresses:
        request_link(client, address)
    deliver()
    assert {to for letter in relay.messages for to in letter.envelope_to} == set(addresses)


def limit_sources(app: Flask, attempts: int) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], attempts_per_source=attempts)


def test_a_source_may_ask_as_often_as_the_settings_say(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    limit_sources(app, 30)
    for number in range(30):
        request_link(client, f"somebody{number}@brancard.example")
    answer = client.post("/sign-in", data={"email": "one.more@brancard.example"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert (
        "Il y a eu de nombreuses tentatives depuis votre réseau en moins d’une heure. Réessayez dans 60 minutes."
        in words(answer.text)
    )
    assert client.get("/sign-in").status_code == 200
    clock.shift(3600)
    request_link(client, "one.more@brancard.example")


def test_secrets_cannot_be_guessed_in_numbers(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    limit_sources(app, 20)
    statuses = [client.post(f"/sign-in/guess-{number}").status_code for number in range(21)]
    assert statuses == [410] * 20 + [429]

"""Signing in by a link sent by mail, through the site and a real relay."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.jobs import purge_expired
from app.letters.delivery import deliver, queue_requested_letters
from app.letters.models import Letter
from app.routing import is_safe_redirect
from app.security import hash_secret
from app.teams.models import Membership
from app.teams.sign_in import STORED_AFTER_EXPIRY
from app.teams.sign_in_models import SignInToken
from app.teams.sign_in_requests import LINK_LIFETIME
from tests.builders import make_member, make_promotion
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import is_signed_in, words
from tests.teams.asking import ADDRESS, SENT, link_of, request_link
from tests.threads import at_once

# --- The way in ------------------------------------------------------------------------------------------------------


def test_a_link_comes_by_mail_and_signs_in(client: FlaskClient, relay: Relay, member: Membership) -> None:
    assert "Brancard" not in client.get("/").text
    request_link(client)
    assert ADDRESS in client.get(SENT).text
    link = link_of(relay)
    page = client.get(link)
    assert page.status_code == 200
    assert "Nour Haddad" in page.text
    assert 'method="post"' in page.text
    answer = client.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Brancard" in client.get("/").text


def test_the_letter_is_for_one_person_says_the_same_twice_and_is_automatic(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    link = link_of(relay)
    (letter,) = relay.messages
    assert letter.envelope_to == [ADDRESS]
    assert letter["To"] == f"Nour Haddad <{ADDRESS}>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert "15 minutes" in letter.text
    assert "15 minutes" in letter.html
    assert f'href="http://localhost{link}"' in letter.html
    assert "@@" not in letter.text + letter.html


def test_opening_the_link_consumes_nothing(client: FlaskClient, relay: Relay, member: Membership) -> None:
    request_link(client)
    link = link_of(relay)
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert not is_signed_in(client)
    assert db.session.scalars(select(SignInToken.used_at)).all() == [None]
    assert client.post(link).status_code == 302
    assert is_signed_in(client)


def test_a_link_works_on_another_device_than_it_was_asked_on(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client, next="/promotion-3/weeks")
    phone = app.test_client()
    assert phone.post(link_of(relay)).headers["Location"] == "/"
    assert is_signed_in(phone)
    assert not is_signed_in(client)


def test_an_address_is_known_however_it_is_typed(client: FlaskClient, relay: Relay, member: Membership) -> None:
    for number, typed in enumerate((ADDRESS.upper(), f"  {ADDRESS} ", "Nour.Haddad@Brancard.Example"), 1):
        request_link(client, typed)
        deliver()
        assert len(relay.to(ADDRESS)) == number


def test_links_asked_for_at_once_come_in_one_letter_and_later_ones_are_told_apart(
    client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    """Mail programs gather letters of one subject in a thread, and show the link that has expired."""
    clock.move_to(datetime(2019, 3, 8, 14, 7, 12, tzinfo=UTC))
    request_link(client)
    request_link(client)
    deliver()
    clock.shift(1)
    request_link(client)
    member.person.locale = "en"
    db.session.commit()
    deliver()
    assert [words(letter["Subject"]) for letter in relay.messages] == [
        "Votre lien de connexion à Bulletins, demandé à 15 h 07 min 12 s",
        "Your sign-in link for Bulletins, requested at 15:07:13",
    ]


def test_somebody_known_by_a_domain_with_accents_may_type_it_so(client: FlaskClient, relay: Relay, clock: None) -> None:
    make_member(make_promotion(), email="zoe@xn--ministre-60a.example")
    request_link(client, "Zoe@Ministère.example")
    assert link_of(relay, "zoe@xn--ministre-60a.example")


def test_the_link_is_under_the_public_address_whatever_host_was_asked(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    assert client.post("/sign-in", data={"email": ADDRESS}, headers={"Host": "evil.example"}).status_code == 400
    assert client.post("/sign-in", data={"email": ADDRESS}, headers={"Host": "127.0.0.1:8000"}).status_code == 302
    link_of(relay)
    assert [host in relay.messages[0].raw.decode() for host in ("evil", "127.0.0.1")] == [False, False]


def test_who_presses_twice_or_opens_the_letter_again_is_led_on_and_nobody_else(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    link = link_of(relay)
    assert client.post(link).status_code == 302
    for answer in (client.post(link), client.get(link)):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    other = as_member(app.test_client(), make_member(member.promotion, email="other@brancard.example"))
    assert [other.get(link).status_code, other.post(link).status_code] == [410, 410]


# --- Links that no longer work ---------------------------------------------------------------------------------------


def is_gone(client: FlaskClient, link: str, method: str = "POST") -> bool:
    """Whether the link is answered by a page that says so and offers a new one."""
    page = client.open(link, method=method)
    offers_a_new_one = 'action="/sign-in"' in page.text and 'name="email"' in page.text
    return page.status_code == 410 and offers_a_new_one and not is_signed_in(client)


def test_a_link_works_once(app: Flask, client: FlaskClient, relay: Relay, member: Membership) -> None:
    request_link(client)
    link = link_of(relay)
    assert client.post(link).status_code == 302
    other = app.test_client()
    assert is_gone(other, link)
    assert is_gone(other, link, "GET")


@pytest.mark.parametrize(("seconds", "works"), [(15 * 60 - 1, True), (15 * 60, False)])
def test_a_link_works_for_fifteen_minutes(
    client: FlaskClient, relay: Relay, member: Membership, clock: Traveller, *, seconds: int, works: bool
) -> None:
    request_link(client)
    link = link_of(relay)
    clock.shift(seconds)
    assert is_gone(client, link, "GET") is not works
    assert is_gone(client, link) is not works


def test_the_fifteen_minutes_begin_when_the_letter_leaves(
    client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    request_link(client)
    clock.shift(9 * 60)
    link = link_of(relay)
    clock.shift(14 * 60)
    assert client.post(link).status_code == 302


def test_a_letter_that_could_not_leave_for_ten_minutes_does_not(
    client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    request_link(client)
    clock.shift(10 * 60)
    deliver()
    assert relay.messages == []


def test_a_link_made_up_is_gone(client: FlaskClient) -> None:
    for secret in ("forged", "A" * 43, "A" * 5000, "%00", "%ED%A0%80", "é", "a%0d%0ab"):
        assert is_gone(client, f"/sign-in/{secret}", "GET"), secret
        assert is_gone(client, f"/sign-in/{secret}"), secret


def test_a_link_cut_on_its_way_is_gone(client: FlaskClient, relay: Relay, member: Membership) -> None:
    request_link(client)
    link = link_of(relay)
    for cut in (link[:-1], link[:-20], link + "=", link + ".", link.swapcase()):
        assert is_gone(client, cut.replace("/SIGN-IN/", "/sign-in/"))
    assert client.post(link).status_code == 302


def test_a_link_of_another_instance_is_gone(client: FlaskClient, relay: Relay, member: Membership) -> None:
    request_link(client)
    link = link_of(relay)
    db.session.query(SignInToken).delete()  # what this instance would know, had another one made the link
    db.session.commit()
    assert is_gone(client, link)


@pytest.mark.both_databases
def test_of_two_who_press_at_once_one_is_signed_in(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    link = link_of(relay)
    presses = [lambda: app.test_client().post(link).status_code] * 4
    assert sorted(at_once(app, *presses)) == [302, 410, 410, 410]


def test_an_older_link_still_works_after_a_newer_one_was_asked_for(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    older = link_of(relay)
    request_link(client)
    newer = link_of(relay)
    assert older != newer
    assert client.post(older).status_code == 302


# --- What is kept ----------------------------------------------------------------------------------------------------


def everything_stored() -> str:
    return repr([db.session.execute(select(table)).all() for table in db.metadata.sorted_tables])


def test_only_the_hash_of_a_secret_is_kept(client: FlaskClient, relay: Relay, member: Membership) -> None:
    request_link(client)
    secret = link_of(relay).rpartition("/")[2]
    assert db.session.scalars(select(SignInToken.secret_hash)).all() == [hash_secret(secret)]
    assert secret not in everything_stored()
    assert client.post(f"/sign-in/{hash_secret(secret)}").status_code == 410


def test_there_is_no_link_before_its_letter_leaves(client: FlaskClient, member: Membership) -> None:
    request_link(client)
    assert queue_requested_letters(now()) == 1
    assert db.session.scalars(select(SignInToken)).all() == []
    assert len(db.session.scalars(select(Letter)).all()) == 1


# --- Nobody learns who is a member -----------------------------------------------------------------------------------

STRANGERS = ["nobody@brancard.example", "nour.haddad@brancard.example.org", "x" * 60 + "@brancard.example"]


def answer_to(app: Flask, address: str) -> tuple[object, ...]:
    """All that a visitor sees of the answer, with the address typed replaced by one text."""
    visitor = app.test_client()
    answer = visitor.post("/sign-in", data={"email": address})
    page = visitor.get(SENT)
    headers = [(name, re.sub(r"session=[^;]+", "session", value)) for name, value in answer.headers]
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", page.text.replace(address, "…"))
    return answer.status_code, answer.data, headers, page.status_code, text


def test_the_answer_is_the_same_for_known_and_unknown_addresses(app: Flask, relay: Relay, member: Membership) -> None:
    known = answer_to(app, ADDRESS)
    for stranger in STRANGERS:
        assert answer_to(app, stranger) == known
    deliver()
    assert [letter.envelope_to for letter in relay.messages] == [[ADDRESS]]


def test_the_headers_are_as_long_for_unknown_addresses_of_the_same_length(app: Flask, member: Membership) -> None:
    lengths = set()
    for address in (ADDRESS, ADDRESS.replace("nour", "rone")):
        answer = app.test_client().post("/sign-in", data={"email": address})
        lengths.add(len(str(answer.headers)))
    assert len(lengths) == 1


def test_a_form_with_a_fault_comes_back_with_what_was_typed(client: FlaskClient) -> None:
    for typed in (
        "",
        "nour",
        "nour@",
        "@brancard.example",
        "nour haddad@brancard.example",
        "a@b",
        "é" * 300,
        "a\1@b.fr",
    ):
        page = client.post("/sign-in", data={"email": typed})
        assert page.status_code == 422, typed
        assert 'aria-invalid="true"' in page.text
        if typed.isascii() and typed.isprintable():
            assert f'value="{typed}"' in page.text
    assert client.post("/sign-in", data={}).status_code == 422


# --- Where it leads --------------------------------------------------------------------------------------------------


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient, relay: Relay, member: Membership) -> None:
    sent_away = client.get("/promotion-3/weeks?from=mail")
    assert sent_away.status_code == 302
    form = client.get(sent_away.headers["Location"])
    wanted = re.search(r'name="next" value="(/promotion-3[^"]*)"', form.text)
    assert wanted
    request_link(client, next=wanted[1])
    assert client.post(link_of(relay)).headers["Location"] == "/promotion-3/weeks?from=mail"


ELSEWHERE = [
    "https://evil.example/",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "evil.example",
    "//[",
    "/\0",
    "/\u2028",
    "/" + "a" * 5000,
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_an_address_elsewhere_is_not_ours(elsewhere: str) -> None:
    assert not is_safe_redirect(elsewhere)


def test_signing_in_never_leads_elsewhere(
    client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    for elsewhere in ELSEWHERE[:6]:
        clock.shift(LINK_LIFETIME)
        assert client.get("/sign-in", query_string={"next": elsewhere}).status_code == 200
        request_link(client, next=elsewhere)
        assert client.post(link_of(relay)).headers["Location"] == "/"
        assert client.get("/sign-in", query_string={"next": elsewhere}).headers["Location"] == "/"
        assert client.post("/sign-out").headers["Location"] == "/"


def test_changing_the_language_never_leads_elsewhere(client: FlaskClient) -> None:
    for elsewhere in ELSEWHERE:
        assert client.post("/language", data={"locale": "en", "next": elsewhere}).headers["Location"] == "/"


def test_a_session_cookie_fits_whatever_was_asked_for(client: FlaskClient, member: Membership) -> None:
    """Browsers drop a cookie of more than 4,093 bytes; Werkzeug warns of it, and warnings are errors here."""
    longest_address = "a" * 64 + "@" + ".".join(["b" * 58] * 3) + ".example"
    for after in ("/" + "é" * 399, "/" + "".join(chr(0x4E00 + 37 * place) for place in range(399)), "/" + "é" * 9999):
        request_link(client, longest_address, next=after)


def test_what_was_sent_by_an_expired_session_leads_home(client: FlaskClient, relay: Relay, member: Membership) -> None:
    sent_away = client.post("/promotion-3/bulletin", data={})
    assert sent_away.headers["Location"] == "/sign-in"


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_a_member_who_has_left_gets_no_link(client: FlaskClient, relay: Relay, clock: Traveller) -> None:
    make_member(make_promotion(), email=ADDRESS, left_on=date(2019, 3, 5))
    request_link(client)
    deliver()
    assert relay.messages == []


def test_a_member_who_leaves_cannot_use_the_link_they_had(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    link = link_of(relay)
    member.left_on = date(2019, 3, 5)
    db.session.commit()
    assert is_gone(client, link)


def test_a_member_signs_in_until_their_last_day(client: FlaskClient, relay: Relay, clock: Traveller) -> None:
    make_member(make_promotion(), email=ADDRESS, left_on=date(2019, 3, 6))
    request_link(client)
    assert client.post(link_of(relay)).status_code == 302


def test_somebody_still_in_another_promotion_signs_in(client: FlaskClient, relay: Relay, member: Membership) -> None:
    member.left_on = date(2019, 3, 5)
    make_member(make_promotion(slug="promotion-4", name="Promotion 4"), person=member.person)
    request_link(client)
    assert client.post(link_of(relay)).status_code == 302
    assert "Promotion 4" in client.get("/").text


# --- While the relay is away -----------------------------------------------------------------------------------------


NOWHERE = "smtp://127.0.0.1:9"
TOO_LATE = "Si votre lien n’est pas arrivé, il n’a pas pu partir et a été abandonné."


def send_to(app: Flask, url: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=url)
    deliver()


def test_no_link_leaves_ten_minutes_late(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    request_link(client)
    send_to(app, NOWHERE)
    clock.shift(600)
    assert f"{TOO_LATE} Demandez-en un autre." in words(client.get(SENT).text)
    send_to(app, relay.url)
    assert relay.messages == []
    request_link(client)
    assert client.post(link_of(relay)).status_code == 302


@pytest.mark.parametrize("address", [ADDRESS, STRANGERS[0]])
def test_a_link_that_could_not_leave_in_ten_minutes_is_given_up_and_the_page_says_so_to_whoever_asked(
    app: Flask, client: FlaskClient, member: Membership, clock: Traveller, address: str
) -> None:
    """Whether the address is known or not: that its letter fails is seen on the page of neither."""
    request_link(client, address)
    clock.shift(1)
    send_to(app, NOWHERE)
    clock.shift(600 - 2)
    assert "fr-alert--warning" not in client.get(SENT).text
    clock.shift(1)
    assert f"{TOO_LATE} Demandez-en un autre." in words(client.get(SENT).text)
    request_link(client, address)
    assert TOO_LATE not in words(client.get(SENT).text)


# --- Forgetting ------------------------------------------------------------------------------------------------------


def test_links_are_erased_a_day_after_they_expired_used_or_not(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership, clock: Traveller
) -> None:
    for _ in range(2):
        request_link(client)
        link = link_of(relay)
    app.test_client().post(link)
    clock.shift(LINK_LIFETIME + STORED_AFTER_EXPIRY - timedelta(minutes=1))
    request_link(client)
    link_of(relay)
    purge_expired(lambda: False)
    assert len(db.session.scalars(select(SignInToken)).all()) == 3
    clock.shift(timedelta(minutes=2))
    purge_expired(lambda: False)
    assert len(db.session.scalars(select(SignInToken)).all()) == 1
    assert client.get(link).status_code == 410

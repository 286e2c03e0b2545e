"""The link that a letter carries: it opens one digest for one member, and marks it when its reader says so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.digests.service import issue
from app.home.account import erase_person
from app.letters.delivery import deliver
from app.readership.models import Origin, ReadMark
from app.security import sign
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Received, Relay
from tests.fixtures.site import as_member
from tests.pages import words

LEA, MAX = "lea@jachere.example", "max@jachere.example"
FRIDAY = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
DIGEST = "/promotion-3/digests/2019-W10"


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    """Léa, who got the digest of 2019-W10 (as Max has); forms need their token, as in production."""
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    promotion = make_promotion()
    team = make_team(promotion, "Jachère")
    make_member(promotion, team=team, email=MAX, name="Max")
    lea = make_member(promotion, team=team, email=LEA, name="Léa")
    make_bulletin(team, "2019-W10", priorities="Semer le sarrasin")
    clock.move_to(FRIDAY)
    issue(promotion, Week.parse("2019-W10"), now=FRIDAY)
    deliver()
    return lea


@pytest.fixture
def letter(member: Membership, relay: Relay) -> Received:
    (letter,) = relay.to(LEA)
    return letter


def link_in(letter: Received) -> str:
    """The path and token of « J'ai lu / lire en ligne »."""
    found = re.search(r"http://localhost(/\S+\?reader=[\w.-]+)", letter.text)
    assert found, letter.text
    assert f'href="http://localhost{found[1]}"' in letter.html
    return found[1]


def token_in(letter: Received) -> str:
    return link_in(letter).partition("?reader=")[2]


def marks() -> list[ReadMark]:
    db.session.rollback()
    return list(db.session.scalars(select(ReadMark)))


def press(client: FlaskClient, page: str) -> str:
    """Send the form of the page's first button « J'ai lu », as a browser does; gives the page that follows."""
    form = re.search(r'<form[^>]* action="([^"]+/read)".*?</form>', page, re.DOTALL)
    assert form, words(page)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    answer = client.post(form[1], data=fields)
    assert answer.status_code == 302, answer.text
    return client.get(answer.headers["Location"]).text


# --- Opening ---------------------------------------------------------------------------------------------------------


def test_the_link_opens_the_digest_without_signing_in(client: FlaskClient, letter: Received) -> None:
    page = client.get(link_in(letter))
    assert page.status_code == 200
    assert "Semer le sarrasin" in page.text
    assert "Vous lisez en tant que Léa" in words(page.text)
    assert page.text.count("J’ai lu") >= 1
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer", (
        "neither links in a bulletin nor style sheets get the token"
    )


def test_opening_it_any_number_of_times_records_nothing(client: FlaskClient, letter: Received) -> None:
    for _ in range(3):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert client.open(link_in(letter), method=method).status_code == 200
    assert marks() == []


def test_nothing_is_recorded_at_the_address_of_the_button_by_a_get(client: FlaskClient, letter: Received) -> None:
    assert client.get(f"{DIGEST}/read?reader={token_in(letter)}").status_code == 405
    assert marks() == []


# --- Saying so -------------------------------------------------------------------------------------------------------


def test_the_button_of_the_page_marks_it(client: FlaskClient, letter: Received, member: Membership) -> None:
    page = press(client, client.get(link_in(letter)).text)
    assert "Vous avez lu ce récapitulatif." in words(page)
    assert "Vous lisez en tant que Léa" in words(page)
    (mark,) = marks()
    assert (mark.membership_id, mark.day, mark.origin) == (member.id, date(2019, 3, 8), Origin.DECLARED)


def test_no_cookie_is_needed(app: Flask, letter: Received) -> None:
    phone = app.test_client(use_cookies=False)
    press(phone, phone.get(link_in(letter)).text)
    assert len(marks()) == 1


def test_the_token_may_come_in_the_address_as_well(client: FlaskClient, letter: Received) -> None:
    assert client.post(f"{DIGEST}/read?reader={token_in(letter)}").status_code == 302
    assert len(marks()) == 1


def test_pressing_twice_counts_once(client: FlaskClient, letter: Received, clock: Traveller) -> None:
    for _ in range(2):
        assert client.post(f"{DIGEST}/read", data={"reader": token_in(letter)}).status_code == 302
        clock.shift(2 * 86400)
    (mark,) = marks()
    assert mark.day == date(2019, 3, 8)


def test_the_mark_is_that_of_the_letters_reader_whoever_is_signed_in(
    app: Flask, client: FlaskClient, letter: Received, member: Membership
) -> None:
    other = db.session.scalars(select(Membership).where(Membership.id != member.id)).one()
    as_member(client, other)
    page = client.get(link_in(letter)).text
    assert "Vous lisez en tant que Léa" in words(page)
    press(client, page)
    assert [mark.membership_id for mark in marks()] == [member.id]


def test_the_day_is_that_of_the_promotion(client: FlaskClient, letter: Received, clock: Traveller) -> None:
    clock.move_to("2019-03-10T23:30:00Z")  # Monday in Paris
    client.post(f"{DIGEST}/read", data={"reader": token_in(letter)})
    assert [mark.day for mark in marks()] == [date(2019, 3, 11)]


# --- Links that open nothing -----------------------------------------------------------------------------------------


def refuses(client: FlaskClient, token: str, digest: str = DIGEST) -> bool:
    """Whether reading and marking both answer 410 with a way on, and record nothing."""
    answers = (
        client.get(digest, query_string={"reader": token}),
        client.post(f"{digest}/read", data={"reader": token}),
        client.post(f"{digest}/read", data={}, query_string={"reader": token}),
    )
    helpful = all(answer.status_code == 410 and 'action="/sign-in"' in answer.text for answer in answers)
    return helpful and all("Semer le sarrasin" not in answer.text for answer in answers) and not marks()


def test_a_forged_or_damaged_link_opens_nothing(client: FlaskClient, letter: Received) -> None:
    token = token_in(letter)
    body, _, signature = token.rpartition(".")
    for invalid in (
        "",
        "forged",
        token[:-1],
        token[1:],
        token + "x",
        f"{body}.",
        f".{signature}",
        "\0",
        "é",
        "a" * 3000,
    ):
        assert refuses(client, invalid), invalid


def test_a_link_of_another_instance_or_for_another_purpose_opens_nothing(
    app: Flask, client: FlaskClient, member: Membership
) -> None:
    assert refuses(client, sign("unsubscribe", [1, member.id]))
    key, app.secret_key = app.secret_key, "another-key-for-tests-that-is-long-enough"
    foreign = sign("reader", [1, member.id])
    app.secret_key = key
    assert refuses(client, foreign)


def test_a_link_of_somebody_or_something_gone_opens_nothing(client: FlaskClient, member: Membership) -> None:
    assert refuses(client, sign("reader", [1, 999_999]))
    assert refuses(client, sign("reader", [999_999, member.id]))


def test_a_link_lives_for_sixty_days(client: FlaskClient, letter: Received, clock: Traveller) -> None:
    clock.move_to("2019-05-07T14:04:59Z")
    assert client.get(link_in(letter)).status_code == 200
    clock.move_to("2019-05-07T14:05:00Z")
    assert refuses(client, token_in(letter))


def test_a_link_that_was_ended_opens_nothing_and_the_next_letters_does(
    client: FlaskClient, letter: Received, member: Membership, relay: Relay, clock: Traveller
) -> None:
    end_letter_links(member.person)
    assert refuses(client, token_in(letter))
    assert refuses(client, sign("reader", [1, member.id])), "as links were before they named their epoch"
    make_bulletin(member.team, "2019-W11")
    clock.move_to("2019-03-15T14:05:00Z")
    issue(member.promotion, Week.parse("2019-W11"), now=datetime(2019, 3, 15, 14, 5, tzinfo=UTC))
    deliver()
    assert client.get(link_in(relay.to(LEA)[-1])).status_code == 200
    assert client.get(link_in(relay.to(MAX)[0])).status_code == 200, "nobody else's ended"


def test_a_link_from_before_links_named_their_epoch_opens_its_digest(client: FlaskClient, member: Membership) -> None:
    assert client.get(DIGEST, query_string={"reader": sign("reader", [1, member.id])}).status_code == 200


def test_after_an_erasure_the_link_opens_nothing(client: FlaskClient, letter: Received, member: Membership) -> None:
    erase_person(member.person, now())
    assert refuses(client, token_in(letter))


def test_a_link_opens_its_own_week_only(
    client: FlaskClient, letter: Received, member: Membership, clock: Traveller
) -> None:
    make_bulletin(member.team, "2019-W11")
    clock.move_to("2019-03-15T14:05:00Z")
    issue(member.promotion, Week.parse("2019-W11"), now=datetime(2019, 3, 15, 14, 5, tzinfo=UTC))
    assert refuses(client, token_in(letter), "/promotion-3/digests/2019-W11")
    assert refuses(client, token_in(letter), "/promotion-3/digests/2019-W12")


def test_a_link_opens_its_own_promotion_only(client: FlaskClient, letter: Received, member: Membership) -> None:
    make_promotion(slug="promotion-4", name="Promotion 4")
    assert refuses(client, token_in(letter), "/promotion-4/digests/2019-W10")
    assert refuses(client, token_in(letter), "/nowhere/digests/2019-W10")


def test_a_link_opens_no_other_page(client: FlaskClient, letter: Received) -> None:
    token = token_in(letter)
    client.get(link_in(letter))
    for path in ("/me", "/promotion-3/", "/promotion-3/digests", "/promotion-3/weeks/2019-W10", "/promotion-3/help"):
        answer = client.get(path, query_string={"reader": token})
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/sign-in")
    assert "Jachère" not in client.get("/").text
    for path in (f"/sign-in/{token}", f"/unsubscribe/{token}"):
        assert client.get(path).status_code == 410


def test_the_page_behind_the_link_shows_no_menu_of_a_member(client: FlaskClient, letter: Received) -> None:
    assert "<nav" not in client.get(link_in(letter)).text


def test_whoever_has_left_reads_no_more(client: FlaskClient, letter: Received, member: Membership) -> None:
    member.left_on = date(2019, 3, 7)
    db.session.commit()
    assert refuses(client, token_in(letter))


# --- In the reader's language ----------------------------------------------------------------------------------------


def test_the_page_is_in_the_readers_language(client: FlaskClient, letter: Received, member: Membership) -> None:
    for locale, other in (("en", "fr"), ("fr", "en")):
        member.person.locale = locale
        db.session.commit()
        page = client.get(link_in(letter), headers={"Accept-Language": other})
        assert f'<html lang="{locale}"' in page.text


def test_a_reader_may_change_the_language_of_the_page(app: Flask, client: FlaskClient, letter: Received) -> None:
    app.config["WTF_CSRF_METHODS"] = ()
    page = client.get(link_in(letter)).text
    assert '<html lang="fr"' in page
    back = re.search(r'name="next" value="([^"]+)"', page)
    assert back
    assert back[1] == link_in(letter)
    answer = client.post("/language", data={"locale": "en", "next": back[1]})
    assert '<html lang="en"' in client.get(answer.headers["Location"]).text


def test_the_letters_of_two_members_hold_different_tokens(letter: Received, relay: Relay) -> None:
    (other,) = relay.to(MAX)
    assert token_in(letter) != token_in(other)
    assert db.session.scalar(select(func.count()).select_from(ReadMark)) == 0

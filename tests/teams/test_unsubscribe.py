"""Leaving letters in one click from the mail program (RFC 8058), or by the buttons of the page behind the link."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.bulletins.reminders import queue_due_reminders
from app.clock import now
from app.database import db
from app.digests.service import issue
from app.home.account import erase_person
from app.letters.delivery import deliver
from app.security import sign
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Received, Relay
from tests.pages import words

ADDRESS = "lea@jachere.example"
FRIDAY = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
WRITTEN_ON = FRIDAY.date()
ONE_CLICK = "List-Unsubscribe=One-Click"
URLENCODED = (ONE_CLICK, "application/x-www-form-urlencoded")
MULTIPART = (
    '--cut\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--cut--\r\n',
    "multipart/form-data; boundary=cut",
)


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Jachère"), email=ADDRESS, name="Léa")


@pytest.fixture
def letter(member: Membership, relay: Relay, clock: Traveller) -> Received:
    """The digest of 2019-W10, as it came."""
    make_bulletin(member.team, "2019-W10")
    return digest_of(member, "2019-W10", FRIDAY, relay, clock)[-1]


def digest_of(member: Membership, week: str, at: datetime, relay: Relay, clock: Traveller) -> list[Received]:
    clock.move_to(at)
    issue(member.promotion, Week.parse(week), now=at)
    deliver()
    return relay.to(ADDRESS)


def link_in(letter: Received) -> str:
    found = re.fullmatch(r"<http://localhost(/unsubscribe/\S+)>", letter["List-Unsubscribe"])
    assert found, letter["List-Unsubscribe"]
    return found[1]


def path_for(member: Membership, what: Subscription = Subscription.DIGEST) -> str:
    return unsubscribe_url(member.id, what, member.person.link_epoch, WRITTEN_ON).removeprefix("http://localhost")


def gets(member: Membership) -> set[Subscription]:
    """What the member still gets, as the database has it."""
    db.session.rollback()
    left = {
        Subscription.DIGEST: member.digest_unsubscribed_at,
        Subscription.REMINDERS: member.reminders_unsubscribed_at,
    }
    return {what for what, moment in left.items() if moment is None}


EVERYTHING = set(Subscription)


# --- In one click ----------------------------------------------------------------------------------------------------


def test_a_digest_says_how_to_leave_it_in_one_click(letter: Received) -> None:
    assert letter["List-Unsubscribe-Post"] == ONE_CLICK
    link = link_in(letter)
    assert f"http://localhost{link}" in letter.text
    assert f'href="http://localhost{link}"' in letter.html


@pytest.mark.parametrize(("body", "encoding"), [URLENCODED, MULTIPART], ids=["urlencoded", "multipart"])
def test_one_click_leaves_at_once(
    app: Flask, letter: Received, member: Membership, clock: Traveller, body: str, encoding: str
) -> None:
    """RFC 8058, 3.1: an HTTPS POST, without cookies or a visit before, in either encoding of forms."""
    mail_program = app.test_client(use_cookies=False)
    answer = mail_program.post(link_in(letter), data=body, content_type=encoding)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Set-Cookie" not in answer.headers
    assert gets(member) == {Subscription.REMINDERS}

    left_at = member.digest_unsubscribed_at
    clock.shift(3600)
    assert mail_program.post(link_in(letter), data=body, content_type=encoding).status_code == 200
    assert gets(member) == {Subscription.REMINDERS}
    assert member.digest_unsubscribed_at == left_at, "the second click changes nothing"


def test_who_has_left_gets_no_digest_any_more(
    client: FlaskClient, letter: Received, member: Membership, relay: Relay, clock: Traveller
) -> None:
    client.post(link_in(letter), data=ONE_CLICK, content_type=URLENCODED[1])
    make_bulletin(member.team, "2019-W11")
    assert len(digest_of(member, "2019-W11", datetime(2019, 3, 15, 14, 5, tzinfo=UTC), relay, clock)) == 1


def test_leaving_the_reminders_keeps_the_digest(
    client: FlaskClient, member: Membership, relay: Relay, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T09:00:00Z")
    assert queue_due_reminders(member.promotion, datetime(2019, 3, 8, 9, 0, tzinfo=UTC)) == 1
    deliver()
    (reminder,) = relay.to(ADDRESS)
    assert reminder["List-Unsubscribe-Post"] == ONE_CLICK
    client.post(link_in(reminder), data=ONE_CLICK, content_type=URLENCODED[1])
    assert gets(member) == {Subscription.DIGEST}
    clock.move_to("2019-03-08T13:00:00Z")
    assert queue_due_reminders(member.promotion, datetime(2019, 3, 8, 13, 0, tzinfo=UTC)) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_following_the_link_never_leaves(client: FlaskClient, member: Membership, method: str) -> None:
    for address in (path_for(member), f"{path_for(member)}?{ONE_CLICK}", f"{path_for(member)}?what=digest"):
        assert client.open(address, method=method, data=ONE_CLICK, content_type=URLENCODED[1]).status_code == 200
    assert gets(member) == EVERYTHING


# --- By the buttons of the page --------------------------------------------------------------------------------------


def press(client: FlaskClient, path: str, **fields: str) -> str:
    """What the page says after its button was pressed; it needs no cookie and no token of a session."""
    answer = client.post(path, data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    return client.get(path).text


def test_the_page_shows_what_comes_by_mail_and_whose_letters_they_are(client: FlaskClient, member: Membership) -> None:
    page = words(client.get(path_for(member)).text)
    assert "Léa" in page
    assert "Promotion 3" in page
    assert page.count("L’envoi par courriel est activé.") == 2
    page = words(press(client, path_for(member), what="digest"))
    assert page.count("L’envoi par courriel est activé.") == 1
    assert page.count("L’envoi par courriel est arrêté.") == 1


def test_one_may_leave_everything_and_takes_it_again_by_signing_in_only(
    client: FlaskClient, member: Membership
) -> None:
    path = path_for(member)
    for what in Subscription:
        page = press(client, path, what=what.value)
    assert gets(member) == set()
    assert 'href="/me"' in page
    assert 'name="again"' not in page
    for what in Subscription:
        answer = client.post(path, data={"what": what.value, "again": "1"})
        assert answer.status_code == 403
        assert "Ce lien permet seulement d’arrêter" in words(answer.text)
    assert gets(member) == set()


def test_the_page_offers_what_its_letter_belongs_to_first(client: FlaskClient, member: Membership) -> None:
    for what in Subscription:
        page = client.get(path_for(member, what)).text
        first = re.search(r'name="what" value="(\w+)"', page)
        assert first
        assert first[1] == what


def test_the_buttons_do_what_they_say(client: FlaskClient, member: Membership) -> None:
    """The fields of the page's own forms, sent as a browser sends them."""
    path = path_for(member)
    for expected in ({Subscription.REMINDERS}, set[Subscription]()):
        form = re.search(r'<form[^>]* action="/unsubscribe/.*?</form>', client.get(path).text, re.DOTALL)
        assert form
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        assert f'action="{path}"' in form[0]
        press(client, path, **fields)
        assert gets(member) == expected


def test_an_invalid_choice_is_refused(client: FlaskClient, member: Membership) -> None:
    for what in ("everything", "", "digest\1", "x" * 5000):
        assert client.post(path_for(member), data={"what": what}).status_code == 400
    assert gets(member) == EVERYTHING


def test_the_page_speaks_the_language_of_the_letter(client: FlaskClient, member: Membership) -> None:
    for locale in ("en", "fr"):
        member.person.locale = locale
        db.session.commit()
        page = client.get(path_for(member), headers={"Accept-Language": "fr" if locale == "en" else "en"})
        assert f'<html lang="{locale}"' in page.text


def test_a_member_who_has_left_may_still_stop_letters(client: FlaskClient, member: Membership) -> None:
    member.left_on = date(2019, 3, 1)
    db.session.commit()
    press(client, path_for(member), what="digest")
    assert gets(member) == {Subscription.REMINDERS}


# --- Links that are not ours -----------------------------------------------------------------------------------------


def test_a_forged_or_damaged_link_changes_nothing_and_helps(
    app: Flask, client: FlaskClient, member: Membership
) -> None:
    path = path_for(member)
    token = path.rpartition("/")[2]
    reader = sign("reader", [1, member.id])
    key, app.secret_key = app.secret_key, "another-key-for-tests-that-is-long-enough"
    foreign = sign("unsubscribe", [member.id, "digest"])
    app.secret_key = key
    nobody = sign("unsubscribe", [999_999, "digest"])
    for forged in ("forged", token[:-1], token + "x", token[1:], reader, foreign, nobody, "%00", "é", "a" * 5000):
        for method in ("GET", "POST"):
            answer = client.open(f"/unsubscribe/{forged}", method=method, data=ONE_CLICK, content_type=URLENCODED[1])
            assert answer.status_code == 410, forged
            assert 'action="/sign-in"' in answer.text
    assert gets(member) == EVERYTHING


def test_a_link_leaves_the_letters_of_one_membership_only(client: FlaskClient, member: Membership) -> None:
    other = make_member(make_promotion(slug="promotion-4", name="Promotion 4"), person=member.person)
    press(client, path_for(member), what="digest")
    assert gets(member) == {Subscription.REMINDERS}
    assert gets(other) == EVERYTHING


def test_a_link_opens_nothing_else(client: FlaskClient, member: Membership) -> None:
    press(client, path_for(member), what="digest")
    assert client.get("/me").headers["Location"].startswith("/sign-in")
    token = path_for(member).rpartition("/")[2]
    assert client.get(f"/promotion-3/digests/2019-W10?reader={token}").status_code == 410
    assert client.get(f"/sign-in/{token}").status_code == 410


# --- How long a link works -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "works"), [("2021-03-07", True), ("2021-03-08", False)])
def test_the_link_of_an_old_letter_goes_on_stopping_for_two_years(
    client: FlaskClient, letter: Received, member: Membership, clock: Traveller, day: str, *, works: bool
) -> None:
    clock.move_to(f"{day}T12:00:00Z")
    assert client.get(link_in(letter)).status_code == (200 if works else 410)
    answer = client.post(link_in(letter), data=ONE_CLICK, content_type=URLENCODED[1])
    assert answer.status_code == (200 if works else 410)
    assert gets(member) == ({Subscription.REMINDERS} if works else EVERYTHING)


@pytest.mark.parametrize(("day", "works"), [("2021-11-07", True), ("2021-11-08", False)])
def test_a_link_that_names_no_day_is_of_the_promotions_last_one(
    client: FlaskClient, member: Membership, clock: Traveller, day: str, *, works: bool
) -> None:
    """As letters carried them until sessions became rows."""
    clock.move_to(f"{day}T12:00:00Z")
    path = f"/unsubscribe/{sign('unsubscribe', [member.id, 'digest'])}"
    assert client.post(path, data=ONE_CLICK, content_type=URLENCODED[1]).status_code == (200 if works else 410)


def test_a_link_that_was_ended_stops_nothing_and_the_next_letters_does(
    client: FlaskClient, letter: Received, member: Membership, relay: Relay, clock: Traveller
) -> None:
    end_letter_links(member.person)
    make_bulletin(member.team, "2019-W11")
    newer = digest_of(member, "2019-W11", datetime(2019, 3, 15, 14, 5, tzinfo=UTC), relay, clock)[-1]
    for each, status in ((letter, 410), (newer, 200)):
        assert client.get(link_in(each)).status_code == status
        assert client.post(link_in(each), data=ONE_CLICK, content_type=URLENCODED[1]).status_code == status
        assert (Subscription.DIGEST in gets(member)) is (status == 410)
    old_form = sign("unsubscribe", [member.id, "reminders"])
    assert client.post(f"/unsubscribe/{old_form}", data=ONE_CLICK, content_type=URLENCODED[1]).status_code == 410


def test_after_an_erasure_the_link_is_gone(client: FlaskClient, letter: Received, member: Membership) -> None:
    erase_person(member.person, now())
    assert client.get(link_in(letter)).status_code == 410
    assert client.post(link_in(letter), data=ONE_CLICK, content_type=URLENCODED[1]).status_code == 410
    assert gets(member) == EVERYTHING, "nothing is written about who asked to be forgotten"

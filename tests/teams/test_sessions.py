"""Sessions as rows: one that was ended is over wherever its cookie was copied to; seen, ended and exported on `/me`."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.jobs import purge_expired
from app.letters.delivery import deliver
from app.security import hash_secret, new_secret
from app.teams.models import Membership
from app.teams.sessions import FRESH_FOR, end_sessions
from app.teams.sign_in import use_link
from app.teams.sign_in_models import SignInToken, UserSession
from app.teams.sign_in_views import SESSION_KEY
from tests.builders import make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import is_signed_in, words
from tests.threads import while_under_way

ADDRESS = "nour.haddad@brancard.example"
DAYS = 86_400


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Brancard"), email=ADDRESS, name="Nour", locale="en")


@pytest.fixture
def laptop(client: FlaskClient, member: Membership) -> FlaskClient:
    return as_member(client, member)


def cookie(client: FlaskClient) -> dict[str, Any]:
    """What the cookie of the client holds."""
    with client.session_transaction() as session:
        return dict(session)


def copy_of(client: FlaskClient) -> FlaskClient:
    """Another browser into which the cookie of `client` was copied as it is now."""
    other = client.application.test_client()
    with other.session_transaction() as session:
        session.update(cookie(client))
    return other


def sessions() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(UserSession.id))).one()


def sign_in(client: FlaskClient, relay: Relay, **fields: str) -> str:
    """Sign in by a link from a letter; the address to which it leads."""
    assert client.post("/sign-in", data={"email": ADDRESS, **fields}).status_code == 302
    deliver()
    link = re.search(r"http://localhost(/sign-in/\S+)", relay.to(ADDRESS)[-1].text)
    assert link
    return client.post(link[1]).headers["Location"]


# --- Ended is ended --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-out", "/me/end-sessions"])
def test_a_copied_cookie_is_worth_nothing_after_signing_out(laptop: FlaskClient, path: str) -> None:
    thief = copy_of(laptop)
    assert is_signed_in(thief)
    laptop.post(path)
    assert not is_signed_in(laptop)
    assert not is_signed_in(thief)
    assert thief.post("/me/end-links").headers["Location"] == "/sign-in"
    assert sessions() == 0


def test_signing_out_everywhere_ends_the_links_that_nobody_has_used_yet(
    app: Flask, laptop: FlaskClient, relay: Relay
) -> None:
    laptop.post("/sign-in", data={"email": ADDRESS})
    deliver()
    link = re.search(r"http://localhost(/sign-in/\S+)", relay.to(ADDRESS)[-1].text)
    assert link
    laptop.post("/me/end-sessions")
    assert app.test_client().post(link[1]).status_code == 410


@pytest.mark.both_databases
def test_signing_out_everywhere_ends_a_session_that_begins_meanwhile(app: Flask, member: Membership) -> None:
    person_id, secret = member.person_id, new_secret()
    link = {"letter_id": 1, "secret_hash": hash_secret(secret), "expires_at": now() + timedelta(minutes=15)}
    saved(SignInToken(person_id=person_id, **link))

    def sign_in_by_link() -> None:
        use_link(secret, now())

    while_under_way(app, "INSERT INTO user_sessions", sign_in_by_link, lambda: end_sessions(person_id))
    assert sessions() == 0


def test_signing_in_again_ends_the_session_that_the_browser_had(
    laptop: FlaskClient, relay: Relay, member: Membership
) -> None:
    thief = copy_of(laptop)
    sign_in(laptop, relay)
    assert is_signed_in(laptop)
    assert not is_signed_in(thief)
    assert sessions() == 1


def test_a_cookie_made_up_with_the_key_of_the_site_is_nobodys(client: FlaskClient, member: Membership) -> None:
    """Whoever knows SECRET_KEY signs any cookie; without a session's own secret it opens nothing."""
    as_member(client.application.test_client(), member)
    kept = db.session.scalars(select(UserSession.secret_hash)).one()
    for secret in (None, "", new_secret(), kept, "1", str(member.person_id)):
        with client.session_transaction() as session:
            session.update({"_user_id": str(member.person_id), "_fresh": True, SESSION_KEY: secret or ""})
            if secret is None:
                del session[SESSION_KEY]
        assert not is_signed_in(client), secret


def test_a_session_is_of_its_person_only(laptop: FlaskClient, member: Membership) -> None:
    other = make_member(member.promotion)
    with laptop.session_transaction() as session:
        session["_user_id"] = str(other.person_id)
    assert not is_signed_in(laptop)


def test_only_the_hash_of_a_sessions_secret_is_stored(laptop: FlaskClient) -> None:
    secret = cookie(laptop)[SESSION_KEY]
    row = db.session.execute(select(UserSession.__table__)).one()
    assert row.secret_hash == hash_secret(secret)
    assert secret not in str(tuple(row))
    assert set(row._fields) == {"id", "person_id", "secret_hash", "began_at", "level"}, "nothing of device or use"


def test_reading_pages_writes_nothing_about_a_session(laptop: FlaskClient, clock: Traveller) -> None:
    before = tuple(db.session.execute(select(UserSession.__table__)).one())
    clock.shift(3 * DAYS)
    assert is_signed_in(laptop)
    db.session.rollback()
    assert tuple(db.session.execute(select(UserSession.__table__)).one()) == before


# --- Signing in begins anew ------------------------------------------------------------------------------------------


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_the_token_of_forms_does_not_outlive_signing_in_or_out(
    app: Flask, client: FlaskClient, relay: Relay, member: Membership
) -> None:
    visitors = csrf_token(client)
    sign_in(client, relay)
    mine = csrf_token(client, "/me")
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    assert client.post("/language", data={"locale": "en", "csrf_token": visitors}).status_code == 400
    assert client.post("/sign-out", data={"csrf_token": visitors}).status_code == 400
    assert client.post("/sign-out", data={"csrf_token": mine}).status_code == 302
    assert client.post("/language", data={"locale": "en", "csrf_token": mine}).status_code == 400


def test_signing_in_and_out_keeps_the_language_and_nothing_else(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    client.post("/language", data={"locale": "en"})
    with client.session_transaction() as session:
        session["planted"] = "by somebody who had the browser before"
    sign_in(client, relay)
    assert "planted" not in cookie(client)
    client.post("/sign-out")
    client.get("/")
    assert set(cookie(client)) <= {"locale", "csrf_token"}
    assert cookie(client)["locale"] == "en"


# --- On one's own page -----------------------------------------------------------------------------------------------


def test_my_sessions_are_listed_and_each_can_be_ended(
    app: Flask, laptop: FlaskClient, member: Membership, clock: Traveller
) -> None:
    clock.shift(DAYS)
    phone = as_member(app.test_client(), member)
    page = laptop.get("/me").text
    assert "Started on Wednesday at 11:00 this one" in words(page)
    assert "Started on Thursday at 11:00 End this session" in words(page)
    (end,) = re.findall(r'action="(/me/sessions/\d+/end)"', page)
    assert laptop.post(end).headers["Location"] == "/me#sessions"
    assert "That session has ended." in words(laptop.get("/me").text)
    assert not is_signed_in(phone)
    assert is_signed_in(laptop)
    assert laptop.post(end).status_code == 302, "a second press is no error"


def test_nobody_elses_session_is_seen_or_ended(app: Flask, laptop: FlaskClient, member: Membership) -> None:
    other = as_member(app.test_client(), make_member(member.promotion, "coordinator"))
    theirs = db.session.scalars(select(UserSession.id).where(UserSession.person_id == member.person_id)).one()
    assert f"/me/sessions/{theirs}/end" not in other.get("/me").text
    other.post(f"/me/sessions/{theirs}/end")
    assert is_signed_in(laptop)


def test_the_links_of_letters_end_by_one_button(laptop: FlaskClient, member: Membership) -> None:
    assert 'action="/me/end-links"' in laptop.get("/me").text
    assert laptop.post("/me/end-links").headers["Location"] == "/me#sessions"
    assert "no longer work" in words(laptop.get("/me").text)
    assert member.person.link_epoch == 2


def test_my_data_say_when_my_sessions_began(laptop: FlaskClient, member: Membership) -> None:
    data = laptop.get("/me/data").text
    assert json.loads(data)["sessions"] == [{"began_at": now().isoformat(), "level": None}]
    assert db.session.scalars(select(UserSession.secret_hash)).one() not in data


# --- What cannot be undone -------------------------------------------------------------------------------------------


def erase(client: FlaskClient) -> str:
    return client.post("/me/erase", data={"address": ADDRESS}).headers["Location"]


def test_erasing_asks_to_sign_in_again(laptop: FlaskClient, member: Membership, relay: Relay, clock: Traveller) -> None:
    clock.shift(FRESH_FOR)
    page = laptop.get("/me/erase").text
    assert "First sign in again" in words(page)
    assert 'name="address"' not in page
    assert erase(laptop) == "/me/erase"
    assert member.person.email == ADDRESS
    form = re.search(r'<form[^>]* action="/sign-in".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert sign_in(laptop, relay, next=fields["next"]) == "/me/erase"
    assert fields["email"] == ADDRESS
    assert 'name="address"' in laptop.get("/me/erase").text
    assert erase(laptop) == "/"
    db.session.rollback()
    assert member.person.email is None
    assert sessions() == 0


def test_half_an_hour_after_signing_in_one_may_still_erase(
    laptop: FlaskClient, member: Membership, clock: Traveller
) -> None:
    clock.shift(FRESH_FOR.total_seconds() - 1)
    assert erase(laptop) == "/"
    db.session.rollback()
    assert member.person.email is None


# --- Forgetting ------------------------------------------------------------------------------------------------------


def test_an_expired_session_is_erased(app: Flask, laptop: FlaskClient, member: Membership, clock: Traveller) -> None:
    clock.shift(30 * DAYS - 1)
    as_member(app.test_client(), member)
    purge_expired(lambda: False)
    assert sessions() == 2
    clock.shift(1)
    assert words(laptop.get("/").text).count("Nour") == 0
    purge_expired(lambda: False)
    assert sessions() == 1

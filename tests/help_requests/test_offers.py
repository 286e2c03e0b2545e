"""« Je peux aider »: from the page of the calls to the letters of the asking team."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.database import db
from app.help_requests.models import HelpOffer
from app.help_requests.rules import HelpState
from app.letters.delivery import deliver_one_pass
from app.teams.models import Membership, Team
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.rows import call

CALLS = "/promotion-3/help"
OFFER = f"{CALLS}/1/offer"
FIRST, SECOND = "ada@karfur.example", "bob@karfur.example"
WORDS = "Je peux relire vos pages lundi."


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A team of two EIGs and a mentor, whose call the digest of W09 published."""
    team = make_team(make_promotion(), "Karfu’R")
    make_member(team.promotion, "eig", team, FIRST)
    make_member(team.promotion, "eig", team, SECOND, locale="en")
    make_member(team.promotion, "mentor", team, "mentor@karfur.example")
    make_bulletin(team, "2019-W09", help="Qui relit <b>nos</b> pages ?")
    make_digest(team.promotion, "2019-W09")
    return team


@pytest.fixture
def helper(team: Team) -> Membership:
    plume = make_team(team.promotion, "Plume")
    return make_member(team.promotion, "eig", plume, "zoe@plume.example", name="Zoé Martin", locale="en")


@pytest.fixture
def visitor(client: FlaskClient, helper: Membership) -> FlaskClient:
    return as_member(client, helper)


def offers() -> list[str]:
    return list(db.session.scalars(select(HelpOffer.text).order_by(HelpOffer.id)))


def offer(visitor: FlaskClient, text: str = WORDS) -> TestResponse:
    return visitor.post(f"{CALLS}/{call().id}/offer", data={"text": text})


def test_an_offer_reaches_every_eig_of_the_team_in_their_own_language(visitor: FlaskClient, relay: Relay) -> None:
    assert offer(visitor).location == f"{CALLS}#call-1"
    assert "Your offer is on its way to Karfu’R by email" in words(visitor.get(CALLS).text)
    deliver_one_pass()
    assert sorted(address for letter in relay.messages for address in letter.envelope_to) == [FIRST, SECOND]
    for letter in relay.messages:
        assert letter["Reply-To"] == "zoe@plume.example"
        assert "Zoé Martin" in letter["Subject"]
        assert WORDS in letter.text
        assert WORDS in letter.html
        assert "Plume" in letter.text
    parts = {address: relay.to(address)[0].message.get_body() for address in (FIRST, SECOND)}
    assert {address: part["Content-Language"] for address, part in parts.items() if part} == {FIRST: "fr", SECOND: "en"}


def test_the_first_offer_makes_a_call_offered_from_that_moment(
    app: Flask, visitor: FlaskClient, team: Team, clock: Traveller
) -> None:
    offer(visitor)
    first = call().first_offered_at
    assert call().state is HelpState.OFFERED
    assert first
    clock.shift(3600)
    assert offer(as_member(app.test_client(), make_member(team.promotion, "mentor"))).status_code == 302
    assert (call().first_offered_at, len(offers())) == (first, 2)


def test_the_page_of_the_calls_shows_the_offer_and_no_second_form(visitor: FlaskClient, app: Flask, team: Team) -> None:
    assert "offered" not in words(visitor.get(CALLS).text)
    offer(visitor)
    page = visitor.get(CALLS)
    assert OFFER not in page.text
    assert WORDS in words(page.text)
    other = as_member(app.test_client(), make_member(team.promotion, "eig", make_team(team.promotion), locale="en"))
    page = other.get(CALLS)
    assert "help offered" in words(page.text)
    assert OFFER in page.text
    assert WORDS not in page.text, "what one member wrote is for the asking team"


def test_the_asking_team_sees_how_many_offers_came(app: Flask, visitor: FlaskClient, team: Team) -> None:
    own = as_member(app.test_client(), make_member(team.promotion, "eig", team, locale="en"))
    assert "offer of help" not in words(own.get(CALLS).text)
    offer(visitor)
    assert "1 offer of help has been emailed to your team." in words(own.get(CALLS).text)


def test_two_taps_write_once(visitor: FlaskClient, relay: Relay) -> None:
    assert [offer(visitor).status_code for _ in range(2)] == [302, 302]
    deliver_one_pass()
    assert (offers(), len(relay.messages)) == ([WORDS], 2)


def test_other_words_after_the_first_come_back_to_their_author(visitor: FlaskClient) -> None:
    offer(visitor)
    answer = offer(visitor, "Mardi plutôt.")
    assert answer.status_code == 409
    assert "Mardi plutôt." in words(answer.text)
    assert offers() == [WORDS]


@pytest.mark.parametrize("text", ["", " \n\t ", "é" * 301, "é" * 50_000])
def test_an_empty_or_too_long_offer_comes_back_with_what_is_wrong(visitor: FlaskClient, text: str) -> None:
    answer = offer(visitor, text)
    assert answer.status_code == 422
    assert list(faults(answer.text)) == [f"offer-{call().id}"]
    assert typed(answer.text, "text") == text
    assert "Qui relit" in words(answer.text)
    assert (offers(), call().state) == ([], HelpState.OPEN)


def test_three_hundred_signs_are_an_offer(visitor: FlaskClient) -> None:
    assert offer(visitor, "🙂" * 300).status_code == 302
    assert offers() == ["🙂" * 300]


@pytest.mark.parametrize("state", [HelpState.RESOLVED, HelpState.WITHDRAWN, HelpState.ARCHIVED])
def test_an_offer_on_a_closed_call_comes_back_and_reopens_nothing(
    visitor: FlaskClient, state: HelpState, relay: Relay
) -> None:
    call().state = state
    db.session.commit()
    answer = offer(visitor)
    deliver_one_pass()
    assert answer.status_code == 409
    assert WORDS in words(answer.text)
    assert (offers(), call().state, relay.messages) == ([], state, [])


def test_ones_own_teams_call_is_not_answered_by_a_letter(app: Flask, team: Team) -> None:
    own = as_member(app.test_client(), make_member(team.promotion, "eig", team))
    assert 'name="text"' not in own.get(CALLS).text
    answer = offer(own)
    assert answer.status_code == 403
    assert WORDS in words(answer.text)
    assert offers() == []


def test_a_call_that_no_digest_has_told_looks_like_none(visitor: FlaskClient) -> None:
    call().bulletin.published_in = None
    db.session.commit()
    untold, missing = offer(visitor), visitor.post(f"{CALLS}/999/offer", data={"text": WORDS})
    assert (untold.status_code, missing.status_code) == (404, 404)
    assert words(untold.text) == words(missing.text)
    assert WORDS in words(untold.text)
    assert "relit" not in untold.text
    assert offers() == []


def test_a_call_of_another_promotion_looks_like_none(app: Flask, visitor: FlaskClient, team: Team) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    stranger = as_member(app.test_client(), make_member(other, "eig", make_team(other)))
    answer = stranger.post(f"/promotion-4/help/{call().id}/offer", data={"text": WORDS})
    assert answer.status_code == 404
    assert offers() == []


def test_alumni_read_calls_and_offer_nothing(app: Flask, team: Team) -> None:
    alumni = as_member(app.test_client(), make_member(team.promotion, "alumni"))
    assert 'name="text"' not in alumni.get(CALLS).text
    assert offer(alumni).status_code == 403
    assert offers() == []


def test_a_visitor_is_sent_to_sign_in(app: Flask, team: Team) -> None:
    assert offer(app.test_client()).location.startswith("/sign-in")
    assert offers() == []


def test_a_team_whom_nobody_can_write_to_is_reached_through_the_coordination(
    visitor: FlaskClient, team: Team, relay: Relay
) -> None:
    make_member(team.promotion, "coordinator", None, "coordination@programme.example")
    for member in db.session.scalars(select(Membership).where(Membership.team_id == team.id)):
        member.left_on = datetime(2019, 3, 1, tzinfo=UTC).date()
    db.session.commit()
    offer(visitor)
    deliver_one_pass()
    assert [letter.envelope_to for letter in relay.messages] == [["coordination@programme.example"]]


def test_what_is_typed_stays_words_in_the_letter(visitor: FlaskClient, relay: Relay) -> None:
    typed_words = "<script>x</script> @@unsubscribe_url@@\r\nBcc: x@y.example"
    offer(visitor, typed_words)
    deliver_one_pass()
    letter = relay.to(FIRST)[0]
    assert "<script>" not in letter.html
    assert typed_words.replace("\r\n", "\n") in letter.text
    assert letter.envelope_to == [FIRST]

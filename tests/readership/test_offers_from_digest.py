"""Offering help from a digest: it reaches the team, marks the digest as read, and says so beside the button."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.database import db
from app.digests.models import Digest
from app.digests.reader_links import READER
from app.digests.service import issue
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.rules import HelpState
from app.letters.delivery import deliver_one_pass
from app.readership.models import Origin, ReadMark
from app.security import sign
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_read_mark, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.rows import call

DIGEST = "/promotion-3/digests/2019-W09"
WORDS = "Je peux relire vos pages lundi."


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    team = make_team(make_promotion(), "Karfu’R")
    make_member(team.promotion, "eig", team, "ada@karfur.example")
    make_bulletin(team, "2019-W09", help="Qui relit nos pages ?")
    return team


@pytest.fixture
def helper(team: Team) -> Membership:
    return make_member(team.promotion, "eig", make_team(team.promotion, "Plume"), locale="en")


@pytest.fixture
def digest(team: Team, helper: Membership) -> Digest:
    return issued(team, "2019-W09")


@pytest.fixture
def visitor(client: FlaskClient, helper: Membership) -> FlaskClient:
    return as_member(client, helper)


def issued(team: Team, label: str) -> Digest:
    week = Week.parse(label)
    due = team.promotion.timetable.digest_due(week)
    assert due
    return issue(team.promotion, week, now=due, letters=False)


def offer(visitor: FlaskClient, text: str = WORDS, page: str = DIGEST) -> TestResponse:
    return visitor.post(f"{page}/help/{call().id}/offer", data={"text": text})


def marks() -> list[tuple[int, Origin]]:
    return [(mark.membership_id, mark.origin) for mark in db.session.scalars(select(ReadMark))]


def offers() -> list[str]:
    return list(db.session.scalars(select(HelpOffer.text)))


def test_an_offer_from_a_digest_is_sent_and_marks_the_digest_as_read(
    visitor: FlaskClient, helper: Membership, digest: Digest, relay: Relay
) -> None:
    page = words(visitor.get(DIGEST).text)
    assert "I can help (and I have read it)" in page
    assert offer(visitor).location == f"{DIGEST}#call-1"
    assert marks() == [(helper.id, Origin.DECLARED)]
    page = words(visitor.get(DIGEST).text)
    assert "You have read this digest." in page
    assert "help offered" in page
    assert WORDS in page
    deliver_one_pass()
    assert [letter.envelope_to for letter in relay.messages] == [["ada@karfur.example"]]


def test_a_digest_read_before_is_only_offered_from(visitor: FlaskClient, helper: Membership, digest: Digest) -> None:
    make_read_mark(digest, helper)
    page = words(visitor.get(DIGEST).text)
    assert "I can help" in page
    assert "and I have read it" not in page
    assert offer(visitor).status_code == 302
    assert len(marks()) == 1


@pytest.mark.parametrize("text", ["", "x" * 301])
def test_an_offer_that_says_nothing_or_too_much_marks_nothing(visitor: FlaskClient, digest: Digest, text: str) -> None:
    answer = offer(visitor, text)
    assert answer.status_code == 422
    assert typed(answer.text, "text") == text
    assert len(faults(answer.text)) == 1
    assert "and I have read it" in words(answer.text)
    assert (marks(), offers()) == ([], [])


def test_an_offer_on_a_call_resolved_meanwhile_marks_nothing(visitor: FlaskClient, digest: Digest) -> None:
    call().state = HelpState.RESOLVED
    db.session.commit()
    answer = offer(visitor)
    assert answer.status_code == 409
    assert WORDS in words(answer.text)
    assert (marks(), offers()) == ([], [])


def test_a_digest_lists_only_the_calls_it_told_that_still_call(
    visitor: FlaskClient, team: Team, digest: Digest
) -> None:
    make_bulletin(make_team(team.promotion), "2019-W10", help="Un hébergeur ?")
    issued(team, "2019-W10")
    earlier, later = visitor.get(DIGEST), visitor.get("/promotion-3/digests/2019-W10")
    assert words(earlier.text).count("I can help") == 1
    assert words(later.text).count("I can help") == 2
    db.session.scalars(select(HelpRequest).order_by(HelpRequest.id)).first().state = HelpState.RESOLVED  # type: ignore[union-attr]
    db.session.commit()
    earlier, later = visitor.get(DIGEST), visitor.get("/promotion-3/digests/2019-W10")
    assert "I can help" not in words(earlier.text)
    assert "This request for help is closed" in words(earlier.text)
    assert words(later.text).count("I can help") == 1


def test_a_call_is_told_once_with_its_button_under_it(visitor: FlaskClient, team: Team, digest: Digest) -> None:
    page = words(visitor.get(DIGEST).text)
    assert page.count("Qui relit nos pages ?") == 1
    assert "Qui relit nos pages ? I can help (and I have read it) — Karfu’R" in page


def test_two_teams_that_ask_the_same_are_told_apart(visitor: FlaskClient, team: Team) -> None:
    for name in ("Ada", "Zoé"):
        make_bulletin(make_team(team.promotion, name), "2019-W09", help="Un hébergeur ?")
    issued(team, "2019-W09")
    page = words(visitor.get(DIGEST).text)
    for name in ("Ada", "Zoé"):
        told = page.index(f"Un hébergeur ? I can help (and I have read it) — {name}")
        assert page[:told].rstrip().endswith(f"{name} new")


def test_a_call_of_which_nothing_is_known_any_more_is_told_without_a_button(
    visitor: FlaskClient, digest: Digest
) -> None:
    told = digest.content
    digest.content = told | {
        part: [{**entry, "bulletin_id": None} for entry in told[part]] for part in ("bulletins", "help_requests")
    }
    db.session.commit()
    page = visitor.get(DIGEST).text
    assert "Qui relit nos pages ?" in words(page)
    assert "I can help" not in words(page)
    assert "reactions-1" not in page


def test_ones_own_teams_call_has_no_button(app: Flask, team: Team, digest: Digest) -> None:
    own = as_member(app.test_client(), make_member(team.promotion, "eig", team, locale="en"))
    page = own.get(DIGEST).text
    assert "Qui relit nos pages ?" in words(page)
    assert "I can help" not in words(page)
    assert offer(own).status_code == 403
    assert (marks(), offers()) == ([], [])


def test_a_readers_link_offers_nothing_but_the_way_to_sign_in(app: Flask, helper: Membership, digest: Digest) -> None:
    token = sign(READER, [digest.id, helper.id])
    holder = app.test_client()
    page = holder.get(DIGEST, query_string={"reader": token})
    assert "Qui relit nos pages ? I can help — Karfu’R To offer help, you will be asked to sign in." in words(page.text)
    form = holder.get(f"{DIGEST}/help/{call().id}/offer")
    assert form.location.startswith(f"/sign-in?next={DIGEST}/help/1/offer")
    answer = holder.post(f"{DIGEST}/help/{call().id}/offer", data={"text": WORDS, "reader": token})
    assert answer.location.startswith("/sign-in")
    assert (marks(), offers()) == ([], [])


def test_a_digest_that_is_not_issued_takes_no_offer(visitor: FlaskClient, digest: Digest) -> None:
    assert offer(visitor, page="/promotion-3/digests/2019-W10").status_code == 404
    assert (marks(), offers()) == ([], [])


def test_opening_a_digest_records_nothing(visitor: FlaskClient, digest: Digest) -> None:
    for _ in range(3):
        assert visitor.get(DIGEST).status_code == 200
    assert (marks(), call().state) == ([], HelpState.OPEN)

"""My own page: what I have read, which letters I get, all that is kept about me."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.clock import now
from app.confidential.service import write_message
from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest
from app.letters.delivery import deliver
from app.readership.auto_marking import choose
from app.readership.consent import Choice, ConsentPlace
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership
from app.teams.sign_in_models import SignInToken
from app.teams.sign_in_requests import request_link
from app.teams.subscriptions import Subscription
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_read_mark, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words


@pytest.fixture
def eig(app: Flask, clock: Traveller) -> Membership:
    team = make_team(make_promotion(), "Plume")
    return make_member(team.promotion, "eig", team, "ada@plume.example", name="Ada Lovelace", locale="en")


@pytest.fixture
def me(client: FlaskClient, eig: Membership) -> FlaskClient:
    return as_member(client, eig)


def export_data(visitor: FlaskClient) -> dict[str, Any]:
    return json.loads(visitor.get("/me/data").text)  # type: ignore[no-any-return]


def test_my_reading_by_month_counts_the_digests_that_were_for_me(me: FlaskClient, eig: Membership) -> None:
    for label in ("2019-W07", "2019-W08", "2019-W09"):
        digest = make_digest(eig.promotion, label)
        if label != "2019-W08":
            make_read_mark(digest, eig)
    make_digest(eig.promotion, "2019-W10", empty=True)
    make_read_mark(make_digest(eig.promotion, "2019-W06"), make_member(eig.promotion))
    page = words(me.get("/me").text)
    assert "February 2019 1 of 3" in page
    assert "March 2019 1 of 1" in page


def test_nobody_elses_reading_is_on_my_page(app: Flask, eig: Membership) -> None:
    make_read_mark(make_digest(eig.promotion, "2019-W09"), eig)
    other = as_member(app.test_client(), make_member(eig.promotion, "coordinator", locale="en"))
    assert "March 2019 0 of 1" not in words(other.get("/me").text), "they joined after that digest"
    assert "Ada" not in other.get("/me").text


@pytest.mark.parametrize("what", Subscription)
def test_letters_are_left_and_taken_again_by_one_button(me: FlaskClient, eig: Membership, what: Subscription) -> None:
    column = f"{what.value}_unsubscribed_at"
    assert me.post(f"/me/letters/{eig.id}", data={"what": what.value}).location == f"/me#letters-{eig.id}"
    assert getattr(eig, column) == now().replace(microsecond=getattr(eig, column).microsecond)
    assert "not by email" in words(me.get("/me").text)
    me.post(f"/me/letters/{eig.id}", data={"what": what.value, "again": "1"})
    assert getattr(eig, column) is None


def test_the_letters_of_somebody_else_are_not_mine_to_choose(app: Flask, me: FlaskClient, eig: Membership) -> None:
    other = make_member(eig.promotion)
    assert me.post(f"/me/letters/{other.id}", data={"what": "digest"}).status_code == 404
    assert me.post(f"/me/letters/{eig.id}", data={"what": "everything"}).status_code == 400
    assert (other.digest_unsubscribed_at, eig.digest_unsubscribed_at) == (None, None)


def test_my_data_hold_all_that_is_kept_about_me(me: FlaskClient, eig: Membership, clock: Traveller) -> None:
    asking = make_team(eig.promotion, "Karfu’R")
    make_bulletin(asking, "2019-W09", help="Qui relit ?")
    make_bulletin(eig.team, "2019-W09", author=eig.person)
    make_read_mark(make_digest(eig.promotion, "2019-W09"), eig)
    call = db.session.query(HelpRequest).one()
    saved(HelpOffer(call=call, membership=eig, text="Moi", offered_at=now()))
    write_message(eig, "Parlons-nous.", now())
    choose(eig, Choice.GRANTED, ConsentPlace.ME, now())
    saved(MonthAnswer(membership_id=eig.id, month=date(2019, 3, 1), habit=Habit.WEEKLY))
    request_link("ada@plume.example", now())
    deliver()
    data = export_data(me)
    assert [(row["month"], row["habit"]) for row in data["answers_to_the_months_question"]] == [("2019-03", "weekly")]
    assert [(row["said"], row["where"]) for row in data["automatic_marking"]] == [("granted", "me")]
    assert data["person"]["address"] == "ada@plume.example"
    assert [member["team"] for member in data["memberships"]] == ["Plume"]
    assert data["digests_addressed"] == [
        {"promotion": "Promotion 3", "week": "2019-W09", "role": "eig", "no_letter_because": None}
    ]
    assert data["digests_read"] == [
        {"promotion": "Promotion 3", "week": "2019-W09", "day": "2019-03-01", "origin": "declared"}
    ]
    assert [(row["team"], row["text"]) for row in data["help_offered"]] == [("Karfu’R", "Moi")]
    assert [row["text"] for row in data["confidential_words"]] == ["Parlons-nous."]
    assert [(row["team"], row["week"], row["revision"]) for row in data["bulletins_written"]] == [
        ("Plume", "2019-W09", 1)
    ]
    assert [(row["kind"], row["state"]) for row in data["letters"]] == [("sign-in", "sent")]
    assert len(data["sign_in_links"]) == 1
    secret = db.session.query(SignInToken).one().secret_hash
    assert secret not in me.get("/me/data").text


def test_my_data_come_as_a_file_and_from_no_cache(me: FlaskClient) -> None:
    answer = me.get("/me/data")
    assert answer.content_type == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="/me/data"' in me.get("/me").text


def test_my_data_hold_nothing_of_anybody_else(app: Flask, me: FlaskClient, eig: Membership) -> None:
    other = make_member(eig.promotion, "eig", eig.team, "bob@plume.example", name="Bob Martin")
    make_bulletin(eig.team, "2019-W09", author=other.person)
    make_read_mark(make_digest(eig.promotion, "2019-W09"), other)
    write_message(other, "Rien que pour vous.", now())
    data = me.get("/me/data").text
    assert "bob@" not in data
    assert "Bob" not in data
    assert "Rien que" not in data
    assert (export_data(me)["digests_read"], export_data(me)["bulletins_written"]) == ([], [])


@pytest.mark.parametrize("path", ["/me", "/me/data", "/me/erase"])
def test_a_visitor_has_no_page_of_their_own(app: Flask, path: str) -> None:
    assert app.test_client().get(path).location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("role", "moment", "said"),
    [
        ("eig", "2019-10-31T10:00:00Z", "EIG, Plume"),
        ("eig", "2019-12-02T10:00:00Z", "Alumni, Plume"),
        ("mentor", "2019-12-02T10:00:00Z", "Mentor, Plume"),
    ],
)
def test_an_eig_is_called_one_until_the_promotion_has_ended(
    client: FlaskClient, clock: Traveller, role: str, moment: str, said: str
) -> None:
    promotion = make_promotion()
    member = make_member(promotion, role, make_team(promotion, "Plume"))
    clock.move_to(moment)
    assert said in words(as_member(client, member).get("/me").text)

"""The open calls of a month, for the coordination to pass on: no link of anybody's own, no name of anybody."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.monthly_list import open_call_list, queue_due_list
from app.help_requests.offers import offer_help
from app.help_requests.service import resolve, withdraw
from app.letters.delivery import deliver
from app.letters.models import Letter, Mailing
from app.teams.models import Person, Promotion
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import words
from tests.threads import at_once, while_under_way

FIRST_OF_APRIL = "2019-04-01T07:00:00Z"  # nine o'clock in Paris, in summer


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A promotion with an open call, one that was offered help, one that is resolved and one that no digest has."""
    promotion = make_promotion()
    helper = make_member(promotion, "mentor", name="Zoé Martin")
    for name in ("Éclusier", "Plume", "Jachère"):
        team = make_team(promotion, name, administration="Ministère des Cours d’eau")
        make_bulletin(team, "2019-W08", help=f"Qui aide **{name}** ?\n\nVite.")
    make_digest(promotion, "2019-W08")
    make_bulletin(make_team(promotion, "Ravine"), "2019-W09", help="Pas encore publiée")
    calls = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id)).all()
    offer_help(calls[1], helper, "Moi", now())
    resolve(calls[2], helper.person, now())
    make_member(promotion, "coordinator", email="judith@x.example", name="Judith")
    make_member(promotion, "coordinator", email="mary@x.example", locale="en")
    deliver()
    return promotion


def test_the_list_names_teams_and_nobody_else_and_those_without_an_offer_first(promotion: Promotion) -> None:
    listed = open_call_list(promotion)
    assert [call.team for call in listed.calls] == ["Éclusier", "Plume"]
    for text in (listed.text, listed.markdown):
        assert text.index("Éclusier") < text.index("Plume") < text.index("http://localhost/promotion-3/help")
        assert "Ministère des Cours d’eau" in text
        assert "Zoé" not in text
        assert "Jachère" not in text
        assert "Pas encore" not in text
        assert text.count("http") == 1
    assert "## Éclusier\n\nMinistère des Cours d’eau, semaine du 18 au 22 février\n\n> Qui aide" in listed.markdown


def test_the_coordination_gets_it_once_a_month(promotion: Promotion, relay: Relay, clock: Traveller) -> None:
    relay.reset()
    clock.move_to(FIRST_OF_APRIL)
    assert [queue_due_list(promotion, now()) for _ in range(2)] == [2, 0]
    deliver()
    letters = {letter.envelope_to[0]: letter for letter in relay.messages}
    assert letters["judith@x.example"]["Subject"] == "2 demandes d’aide à transmettre"
    assert letters["mary@x.example"]["Subject"] == "2 requests for help to pass on"
    for letter in letters.values():
        assert "Pour aider, répondez à la personne" in letter.text
        assert "Qui aide" in words(letter.html)
        assert "unsubscribe" not in letter.text
        assert "reader=" not in letter.text
    clock.move_to("2019-05-02T12:00:00Z")
    assert queue_due_list(promotion, now()) == 2


@pytest.mark.parametrize(
    "moment", ["2019-04-01T06:59:59Z", "2019-05-01T12:00:00Z", "2019-12-02T12:00:00Z", "2018-12-03T12:00:00Z"]
)
def test_it_leaves_on_a_working_day_of_the_promotion(promotion: Promotion, moment: str) -> None:
    assert queue_due_list(promotion, datetime.fromisoformat(moment)) == 0


def test_a_month_without_an_open_call_has_no_letter(promotion: Promotion, clock: Traveller) -> None:
    person = make_member(promotion).person
    for call in db.session.scalars(select(HelpRequest).order_by(HelpRequest.id)).all()[:2]:
        resolve(call, person, now())
    clock.move_to(FIRST_OF_APRIL)
    assert queue_due_list(promotion, now()) == 0
    make_bulletin(make_team(promotion), "2019-W13", help="Une autre")
    make_digest(promotion, "2019-W13")
    assert queue_due_list(promotion, now()) == 0, "the month began without"


@pytest.mark.both_databases
def test_four_processes_send_it_once(app: Flask, promotion: Promotion, clock: Traveller) -> None:
    clock.move_to(FIRST_OF_APRIL)
    promotion_id, before = promotion.id, len(db.session.scalars(select(Letter)).all())

    def tick() -> int:
        return queue_due_list(db.session.get_one(Promotion, promotion_id), now())

    assert sorted(at_once(app, *[partial(tick)] * 4)) == [0, 0, 0, 2]
    assert len(db.session.scalars(select(Letter)).all()) == before + 2


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_a_list_that_waits_tells_neither_of_two_calls_closed_at_the_same_moment(
    app: Flask, promotion: Promotion, clock: Traveller
) -> None:
    clock.move_to(FIRST_OF_APRIL)
    queue_due_list(promotion, now())
    first, second = db.session.scalars(select(HelpRequest.id).order_by(HelpRequest.id).limit(2))
    person = db.session.scalars(select(Person.id).limit(1)).one()

    def close(call_id: int) -> None:
        withdraw(db.session.get_one(HelpRequest, call_id), db.session.get_one(Person, person), now())

    assert while_under_way(app, "UPDATE mailings", lambda: close(first), lambda: close(second)) is None
    lists = db.session.scalars(select(Mailing.text).where(Mailing.reference.startswith("open-calls:"))).all()
    assert lists == ["", ""]


def test_the_coordinations_page_gives_it_to_copy(app: Flask, promotion: Promotion) -> None:
    coordinator = as_member(app.test_client(), make_member(promotion, "coordinator"))
    listed = open_call_list(promotion)
    page = coordinator.get("/promotion-3/manage/calls")
    assert words(listed.text) in words(page.text)
    file = coordinator.get("/promotion-3/manage/calls.md")
    assert (file.text, file.mimetype) == (listed.markdown, "text/markdown")
    for role in ("eig", "mentor", "alumni"):
        assert (
            as_member(app.test_client(), make_member(promotion, role)).get("/promotion-3/manage/calls").status_code
            == 403
        )

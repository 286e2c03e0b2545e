"""One letter to the team of a call that nobody answers, when it can still say it in other words."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.reminders import queue_due_call_reminders
from app.help_requests.rules import is_time_for_letters, is_unanswered_too_long
from app.help_requests.service import resolve
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.teams.models import Membership, Pause, Promotion, Team
from app.weeks import Timetable, Week
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.pages import words
from tests.rows import call
from tests.threads import at_once

W08 = Week.parse("2019-W08")
MONDAY_9_00 = "2019-03-04T08:00:00Z"  # of W10: two digests have published the call of W08


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A team of two EIGs and a mentor, whose call the digest of W08 published and nobody answered."""
    team = make_team(make_promotion(), "Karfu’R")
    make_member(team.promotion, "eig", team, "ada@karfur.example")
    make_member(team.promotion, "eig", team, "bob@karfur.example", locale="en")
    make_member(team.promotion, "mentor", team, "mentor@karfur.example")
    make_bulletin(team, W08, help="Qui connaît @@unsubscribe_url@@ et **S57** ?")
    make_digest(team.promotion, W08)
    clock.move_to(MONDAY_9_00)
    return team


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def test_two_digests_without_an_answer_are_two_weeks() -> None:
    assert [is_unanswered_too_long(W08, W08 + ahead) for ahead in range(6)] == [False, False, True, True, True, False]


def test_letters_about_calls_leave_on_working_days_from_nine_on(app: Flask) -> None:
    timetable: Timetable = make_promotion().timetable
    moments = ("2019-03-04T07:59:59Z", MONDAY_9_00, "2019-03-03T12:00:00Z", "2019-04-22T12:00:00Z")  # Easter Monday
    assert [is_time_for_letters(timetable, at(moment)) for moment in moments] == [False, True, False, False]


def test_the_eigs_are_told_once_what_they_can_do(team: Team, relay: Relay) -> None:
    for _ in range(2):
        queue_due_call_reminders(team.promotion, now())
    deliver()
    letters = {letter.envelope_to[0]: letter for letter in relay.messages}
    assert (set(letters), len(relay.messages)) == ({"ada@karfur.example", "bob@karfur.example"}, 2)
    french, english = letters["ada@karfur.example"], letters["bob@karfur.example"]
    assert french["Subject"] == "Votre demande d’aide est encore sans réponse"
    for text in ("la reformuler dans le bulletin", "la renouveler", "la retirer", "la marquer comme résolue"):
        assert text in words(french.html)
        assert text in french.text
    assert "say it in other words" in words(english.html)
    for letter in letters.values():
        assert "http://localhost/promotion-3/help" in letter.text
        assert letter.text.count("/unsubscribe/") == 1, "what a team typed is no placeholder"
        assert letter["List-Unsubscribe"]


@pytest.mark.parametrize(
    "moment", ["2019-02-25T12:00:00Z", "2019-03-04T07:00:00Z", "2019-03-03T12:00:00Z", "2019-03-25T12:00:00Z"]
)
def test_nobody_is_told_before_nor_long_after(team: Team, moment: str) -> None:
    assert queue_due_call_reminders(team.promotion, at(moment)) == 0
    assert call().reminded_at is None


def test_a_call_that_was_answered_or_closed_or_is_not_published_is_left_alone(team: Team) -> None:
    make_bulletin(make_team(team.promotion), W08, help="Non publiée")
    other = make_team(team.promotion)
    make_member(team.promotion, "eig", other)
    make_bulletin(other, W08, help="Imprimée", published_in=W08)
    row = db.session.scalars(select(HelpRequest).where(HelpRequest.team_id == other.id)).one()
    resolve(row, make_member(team.promotion).person, now())
    offer_help(db.session.get_one(HelpRequest, 1), make_member(team.promotion, "mentor"), "Moi", now())
    assert queue_due_call_reminders(team.promotion, now()) == 0


def test_a_paused_team_is_told_afterwards(team: Team) -> None:
    saved(Pause(team_id=team.id, first_week=W08 + 2, last_week=W08 + 2))
    db.session.expire_all()
    assert queue_due_call_reminders(team.promotion, now()) == 0
    assert queue_due_call_reminders(team.promotion, at("2019-03-11T08:00:00Z")) == 2


def test_two_calls_of_a_team_make_one_letter(team: Team, relay: Relay) -> None:
    make_bulletin(team, W08 + -1, help="Et qui relit ?", published_in=W08 + -1)
    assert queue_due_call_reminders(team.promotion, now()) == 2
    deliver()
    assert [("Et qui relit" in letter.text, "S57" in letter.text) for letter in relay.messages] == [(True, True)] * 2


def test_each_team_is_told_of_its_own_call(team: Team, relay: Relay) -> None:
    other = make_team(team.promotion, "Plume")
    make_member(team.promotion, "eig", other, "zoe@plume.example")
    make_bulletin(other, W08, help="Qui relit ?", published_in=W08)
    assert queue_due_call_reminders(team.promotion, now()) == 3
    deliver()
    told = {letter.envelope_to[0]: ("S57" in letter.text, "Qui relit" in letter.text) for letter in relay.messages}
    own, theirs = (True, False), (False, True)
    assert told == {"ada@karfur.example": own, "bob@karfur.example": own, "zoe@plume.example": theirs}


def test_who_stopped_reminders_gets_none_and_a_team_nobody_can_write_to_is_not_looked_at_again(team: Team) -> None:
    db.session.execute(update(Membership).values(reminders_unsubscribed_at=LONG_AGO))
    db.session.commit()
    assert queue_due_call_reminders(team.promotion, now()) == 0
    assert call().reminded_at is not None


def test_the_letter_stays_when_help_is_offered_meanwhile(team: Team, relay: Relay) -> None:
    queue_due_call_reminders(team.promotion, now())
    offer_help(call(), make_member(team.promotion, "mentor"), "Moi", now())
    deliver()
    assert [letter["Subject"] for letter in relay.messages if "sans réponse" in letter["Subject"]] == []


@pytest.mark.both_databases
def test_four_processes_write_one_letter_each(app: Flask, team: Team) -> None:
    promotion_id = team.promotion_id

    def tick() -> int:
        return queue_due_call_reminders(db.session.get_one(Promotion, promotion_id), now())

    assert sorted(at_once(app, *[partial(tick)] * 4)) == [0, 0, 0, 2]
    assert len(db.session.scalars(select(Letter)).all()) == 2

"""The letters of a milestone: once a person and moment, while nothing was sent, to those who can answer."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.jobs import run_schedule
from app.letters.delivery import deliver
from app.letters.models import Letter, SuppressedAddress
from app.letters.states import Reason, State
from app.records.milestone_days import MilestoneDays
from app.records.milestone_letters import queue_due_letters
from app.records.milestone_service import exclude_team, move_milestone
from app.records.models import ChallengeRecord, Milestone, MilestoneMailing
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.teams.subscriptions import Subscription, unsubscribe
from tests.builders import LONG_AGO, make_member, make_milestone, make_promotion, make_team, saved
from tests.fixtures.relay import Received, Relay
from tests.pages import words
from tests.threads import at_once

OPENING, FIRST, SECOND = "2019-03-04T08:00:00Z", "2019-03-18T08:00:00Z", "2019-03-28T08:00:00Z"  # 9:00 in Paris
LAST_DAY = "2019-03-31T21:59:59Z"
AFTERWARDS = date(2019, 2, 22)  # the promotion's last day, in the tests of what comes after it


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    clock.move_to(OPENING)
    return make_promotion()


@pytest.fixture
def team(promotion: Promotion) -> Team:
    """A team with an EIG and a mentor, who reads English."""
    team = make_team(promotion, "Karfu’R")
    make_member(promotion, "eig", team, "eig@karfur.example", name="Zoë")
    make_member(promotion, "mentor", team, "mentor@karfur.example", locale="en")
    return team


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def asked() -> Counter[str]:
    """How many letters each has, by what stands before the @."""
    db.session.rollback()
    return Counter(email.partition("@")[0] for email in db.session.scalars(select(Letter.to_email)))


def answer(milestone: Milestone, team: Team) -> None:
    values = {"revision": 1, "content": {}, "updated_at": LONG_AGO, "sent_at": LONG_AGO}
    saved(ChallengeRecord(milestone_id=milestone.id, team_id=team.id, **values))


def tell(promotion: Promotion, *moments: str) -> list[int]:
    return [queue_due_letters(promotion, at(moment)) for moment in moments]


def test_a_milestone_opens_by_itself_and_reminds_twice(promotion: Promotion, milestone: Milestone) -> None:
    before, late = "2019-03-04T07:59:59Z", "2019-03-30T10:00:00Z"
    assert tell(promotion, "2019-03-03T12:00:00Z", before, OPENING, OPENING) == [0, 0, 2, 0]
    assert tell(promotion, "2019-03-18T07:59:59Z", FIRST, FIRST, SECOND, late, LAST_DAY) == [0, 2, 0, 2, 0, 0]
    assert asked() == {"eig": 3, "mentor": 3}


def test_a_server_that_was_down_tells_of_the_opening_and_reminds_of_the_rest_once(
    promotion: Promotion, milestone: Milestone
) -> None:
    assert tell(promotion, "2019-03-20T10:00:00Z", "2019-03-20T10:00:05Z", "2019-03-29T10:00:00Z") == [2, 0, 2]
    assert tell(promotion, LAST_DAY) == [0]


def test_nothing_leaves_for_a_team_that_has_answered_is_excluded_or_does_not_work(
    promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    answered, excluded = make_team(promotion, "Answered"), make_team(promotion, "Excluded")
    over = make_team(promotion, "Over", active_until=date(2019, 3, 3))
    to_come = make_team(promotion, "To come", active_from=date(2019, 3, 5))
    begun = make_team(promotion, "Begun")
    for each in (answered, excluded, over, to_come, begun):
        make_member(promotion, "eig", each, f"{each.slug}@x.example")
    answer(milestone, answered)
    answer(milestone, begun)
    begun_record = db.session.scalars(select(ChallengeRecord).where(ChallengeRecord.team_id == begun.id)).one()
    begun_record.sent_at = None
    db.session.commit()
    exclude_team(milestone, excluded, "modalités particulières")
    tell(promotion, OPENING)
    assert asked() == {"eig": 1, "mentor": 1, "begun": 1}
    answer(milestone, team)
    tell(promotion, FIRST, SECOND)
    assert asked() == {"eig": 1, "mentor": 1, "begun": 3}


def test_people_who_left_unsubscribed_or_cannot_be_reached_are_left_alone(
    promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    make_member(promotion, "eig", team, "unsubscribed@x.example", reminders_unsubscribed_at=LONG_AGO)
    make_member(promotion, "eig", team, "no-digest@x.example", digest_unsubscribed_at=LONG_AGO)
    make_member(promotion, "eig", team, "left@x.example", left_on=date(2019, 3, 3))
    make_member(promotion, "eig", team, "to-come@x.example", joined_on=date(2019, 3, 5))
    make_member(promotion, "alumni", team, "alumni@x.example")
    make_member(promotion, "coordinator", None, "coordinator@x.example")
    make_member(promotion, "mentor", team, "bounced@x.example")
    saved(SuppressedAddress(email="bounced@x.example", since=LONG_AGO))
    make_member(promotion, "eig", team).person.email = None
    db.session.commit()
    tell(promotion, OPENING)
    assert asked() == {"eig": 1, "mentor": 1, "no-digest": 1}


def test_a_team_of_which_nobody_can_be_reached_is_noted_and_not_looked_for_again(
    promotion: Promotion, milestone: Milestone
) -> None:
    make_team(promotion, "Nobody")
    assert tell(promotion, OPENING, OPENING) == [2, 0]
    assert sorted(db.session.scalars(select(MilestoneMailing.letters))) == [0, 2]


def test_once_the_promotion_is_over_the_mentors_are_asked_first(promotion: Promotion, team: Team) -> None:
    without = make_team(promotion, "Without a mentor")
    make_member(promotion, "alumni", without, "alumni@x.example")
    make_member(promotion, "alumni", team, "former@x.example")
    promotion.ends_on = AFTERWARDS
    make_milestone(promotion, "after-6")
    tell(promotion, OPENING)
    assert asked() == {"mentor": 1, "alumni": 1}
    tell(promotion, FIRST)
    assert asked() == {"mentor": 2, "alumni": 2, "eig": 1, "former": 1}


def test_a_milestone_that_is_imported_closed_or_moved_sends_nothing_more(
    promotion: Promotion, milestone: Milestone
) -> None:
    make_milestone(promotion, "end", opens_on=None, closes_on=None)
    tell(promotion, OPENING)
    day = milestone.day
    move_milestone(milestone, MilestoneDays(day, date(2019, 3, 4), date(2019, 3, 17)))
    assert tell(promotion, FIRST) == [0]
    move_milestone(milestone, MilestoneDays(day, date(2019, 3, 25), date(2019, 4, 12)))
    assert tell(promotion, FIRST) == [0]
    moments = ["2019-03-25T08:00:00Z", "2019-04-03T07:00:00Z", "2019-04-09T07:00:00Z", "2019-04-12T10:00:00Z"]
    assert tell(promotion, *moments) == [0, 2, 2, 0]  # told of the opening already


@pytest.mark.both_databases
def test_several_processes_at_the_same_moment_write_once(
    app: Flask, promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    promotion_id = promotion.id

    def tick(moment: str) -> int:
        return queue_due_letters(db.session.get_one(Promotion, promotion_id), at(moment))

    for moment in (OPENING, FIRST, SECOND):
        assert sorted(at_once(app, *[partial(tick, moment)] * 4)) == [0, 0, 0, 2]
    assert asked() == {"eig": 3, "mentor": 3}
    assert db.session.scalar(select(func.count()).select_from(MilestoneMailing)) == 3


def test_the_job_process_asks_what_is_due(milestone: Milestone) -> None:
    run_schedule(lambda: False)
    assert asked() == {"eig": 1, "mentor": 1}


# --- As they leave ---------------------------------------------------------------------------------------------------


@pytest.fixture
def queued(milestone: Milestone, promotion: Promotion) -> Milestone:
    tell(promotion, OPENING)
    return milestone


def outcomes() -> set[tuple[State, Reason | None]]:
    db.session.rollback()
    return {(state, reason) for state, reason in db.session.execute(select(Letter.state, Letter.reason))}


def test_a_letter_stays_when_its_team_has_answered_meanwhile(queued: Milestone, team: Team, relay: Relay) -> None:
    answer(queued, team)
    deliver()
    assert (relay.messages, outcomes()) == ([], {(State.FAILED, Reason.WITHHELD)})


def test_a_letter_stays_when_its_team_is_excluded_meanwhile(queued: Milestone, team: Team, relay: Relay) -> None:
    exclude_team(queued, team, "modalités particulières")
    deliver()
    assert (relay.messages, outcomes()) == ([], {(State.FAILED, Reason.WITHHELD)})


@pytest.mark.parametrize("days", [(date(2019, 3, 1), date(2019, 3, 3)), (date(2019, 3, 5), date(2019, 3, 31))])
def test_a_letter_stays_when_its_milestone_is_closed_or_moved_meanwhile(
    queued: Milestone, days: tuple[date, date], relay: Relay
) -> None:
    move_milestone(queued, MilestoneDays(queued.day, *days))
    deliver()
    assert (relay.messages, outcomes()) == ([], {(State.FAILED, Reason.WITHHELD)})


def test_a_letter_stays_when_its_milestone_is_removed_meanwhile(queued: Milestone, relay: Relay) -> None:
    db.session.delete(queued)
    db.session.commit()
    deliver()
    assert (relay.messages, outcomes()) == ([], {(State.FAILED, Reason.WITHHELD)})


def test_a_letter_stays_when_its_reader_has_left_or_unsubscribed_meanwhile(queued: Milestone, relay: Relay) -> None:
    members = {member.role: member for member in db.session.scalars(select(Membership))}
    unsubscribe(members[Role.EIG], Subscription.REMINDERS, LONG_AGO)
    members[Role.MENTOR].left_on = date(2019, 3, 3)
    db.session.commit()
    deliver()
    assert relay.messages == []
    assert outcomes() == {(State.FAILED, Reason.UNSUBSCRIBED), (State.FAILED, Reason.WITHHELD)}


def received(relay: Relay) -> tuple[Received, Received]:
    """The latest letters to the EIG, in French, and to the mentor, in English."""
    deliver()
    return relay.to("eig@karfur.example")[-1], relay.to("mentor@karfur.example")[-1]


def test_the_letter_of_an_opening_as_it_is_received(queued: Milestone, app: Flask, relay: Relay) -> None:
    french, english = received(relay)
    assert french["Subject"] == "Karfu’R\u00a0: où en est le défi à mi\u2011parcours\u202f?"
    assert english["Subject"] == "Karfu’R: how far is it at mid-term?"
    assert "Vous avez jusqu’au dimanche 31 mars 2019. Ce lien suffit" in words(french.html)
    assert "You have until Sunday 31 March 2019. This link is enough" in words(english.html)
    for letter in (french, english):
        [url] = re.findall(r"http://localhost(/record/\S+)", letter.text)
        assert f'href="http://localhost{url}"' in letter.html
        assert app.test_client().get(url).status_code == 200
        assert set(re.findall(r"\w+", words(letter.html))) <= set(re.findall(r"\w+", letter.text))
        assert "@@" not in letter.text + letter.html
        assert letter["List-Unsubscribe"].strip("<>") in letter.text


def test_the_reminders_as_they_are_received(
    queued: Milestone, promotion: Promotion, relay: Relay, clock: Traveller
) -> None:
    last = "C’est le dernier rappel."
    for moment, is_last in ((FIRST, False), (SECOND, True)):
        clock.move_to(moment)
        queue_due_letters(promotion, now())
        french, english = received(relay)
        assert french["Subject"] == "Jusqu’au 31 mars 2019\u00a0: la fiche de Karfu’R"
        assert english["Subject"] == "Until 31 March 2019: the record of Karfu’R"
        assert "La fiche de Karfu’R n’a pas encore été envoyée." in words(french.html)
        assert (last in words(french.html), last in french.text) == (is_last, is_last)
    assert len(relay.messages) == 6


def test_a_name_that_looks_like_a_placeholder_is_none(
    promotion: Promotion, milestone: Milestone, team: Team, relay: Relay
) -> None:
    team.name = "@@record_url@@"
    db.session.commit()
    tell(promotion, OPENING)
    french, _english = received(relay)
    assert french.text.count("/record/") == 1


def test_who_stops_the_reminders_in_a_letter_gets_no_more(
    queued: Milestone, promotion: Promotion, app: Flask, relay: Relay
) -> None:
    french, _english = received(relay)
    path = french["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert tell(promotion, FIRST) == [1]

"""Letters that quote a call for help and still wait when it is withdrawn, corrected or closed: they follow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.corrections.service import correct_bulletin, withdraw_from_bulletin
from app.corrections.stored_content import BulletinTexts
from app.corrections.words import WithdrawnPart
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.service import issue
from app.digests.trial_letters import send_trial
from app.help_requests.models import HelpRequest
from app.help_requests.monthly_list import queue_due_list
from app.help_requests.reminders import queue_due_call_reminders
from app.help_requests.service import withdraw
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.teams.models import DayOff
from tests.builders import make_bulletin
from tests.corrections.conftest import CALL, STORY, W11, World
from tests.fixtures.relay import Relay

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def waiting(world: World, clock: Traveller, relay: Relay) -> set[str]:
    """The Message-IDs of a test letter, a letter to the team that called, a Friday note, the list of a month.

    All four quote the call, and none has left.
    """
    brancard = world.max.team
    assert brancard
    make_bulletin(brancard, W11.next, help="Qui a un fourgon ?")
    clock.move_to(datetime(2019, 3, 22, 14, 3, tzinfo=UTC))
    assert send_trial(world.judith, W11.next, 0, now())
    clock.move_to(datetime(2019, 3, 22, 14, 5, tzinfo=UTC))
    issue(world.promotion, W11.next, letters=False, now=now())
    clock.move_to(datetime(2019, 3, 22, 17, 0, tzinfo=UTC))
    assert queue_due_call_reminders(world.promotion, now()) == 1
    clock.move_to(datetime(2019, 3, 22, 18, 0, tzinfo=UTC))
    assert queue_due_notes(world.promotion, now()) == 1
    clock.move_to(datetime(2019, 4, 1, 8, 0, tzinfo=UTC))
    assert queue_due_list(world.promotion, now()) == 1
    notes = [
        letter for letter in db.session.scalars(select(Letter)) if letter.mailing.kind in {"note", "call_unanswered"}
    ]
    assert [CALL in letter.mailing.text for letter in notes] == [True] * 4
    for letter in notes:
        letter.gives_up_at = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.commit()
    return {letter.message_id for letter in notes}


def left(relay: Relay, waiting: set[str]) -> list[str]:
    """What the four letters say as they arrive."""
    deliver()
    return [f"{letter.text}\n{letter.html}" for letter in relay.messages if letter["Message-ID"] in waiting]


def call_of(world: World) -> HelpRequest:
    return db.session.scalars(select(HelpRequest).where(HelpRequest.bulletin_id == world.bulletin.id)).one()


def test_they_say_nothing_of_what_was_withdrawn(world: World, waiting: set[str], relay: Relay) -> None:
    assert withdraw_from_bulletin(
        world.bulletin, WithdrawnPart.HELP, world.digest.revision, world.coordinator, now(), team_asked=True
    )
    said = left(relay, waiting)
    assert len(said) == 3
    assert not [text for text in said if CALL in text]
    assert sum("fourgon" in text for text in said) == 2, "what is newer than a note tells"


def test_they_say_what_was_corrected(world: World, waiting: set[str], relay: Relay) -> None:
    texts = BulletinTexts(priorities="Semer", ups_and_downs=STORY, help="Qui connaît la botanique ?")
    correct_bulletin(world.bulletin, texts, "", world.digest.revision, world.coordinator, now())
    said = left(relay, waiting)
    assert ["botanique" in text and CALL not in text for text in said] == [True] * 4


def test_they_leave_out_a_call_that_its_team_closes(world: World, waiting: set[str], relay: Relay) -> None:
    withdraw(call_of(world), world.lea.person, now())
    said = left(relay, waiting)
    assert len(said) == 3
    assert not [text for text in said if CALL in text]


def test_a_subject_counts_what_the_list_holds_by_now(world: World, waiting: set[str], relay: Relay) -> None:
    withdraw(call_of(world), world.lea.person, now())
    left(relay, waiting)
    assert "1 demande d’aide à transmettre" in {letter["Subject"] for letter in relay.messages}


def test_a_test_of_a_week_that_is_off_by_now_does_not_leave_and_hinders_nobody(
    world: World, waiting: set[str], relay: Relay
) -> None:
    world.promotion.days_off += [DayOff(day=W11.next.day(weekday)) for weekday in range(1, 6)]
    db.session.commit()
    withdraw(call_of(world), world.lea.person, now())
    said = left(relay, waiting)
    assert ["à transmettre" in text for text in said] == [True], (
        "the list of the month alone has still something to say"
    )


def test_a_list_in_which_nothing_is_left_does_not_leave(world: World, waiting: set[str], relay: Relay) -> None:
    for call in db.session.scalars(select(HelpRequest)).all():
        withdraw(call, world.lea.person, now())
    said = left(relay, waiting)
    assert not [text for text in said if CALL in text or "fourgon" in text]
    assert len(said) < 3

"""Overdue actions: on the coordination's page and in the Friday note, until they are done or can no longer be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.service import issue
from app.letters.models import Mailing
from app.plans.service import tick_action
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member
from tests.fixtures.site import as_member
from tests.pages import words
from tests.plans.written import action_in

W10 = Week.parse("2019-W10")
ISSUED = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
PASSED = date(2019, 3, 5)
ENGAGEMENT = "/promotion-3/engagement"


def engagement(app: Flask, member: Membership) -> str:
    return words(as_member(app.test_client(), member).get(ENGAGEMENT).text)


def test_the_coordination_sees_them_and_no_other_member(app: Flask, eig: Membership, team: Team) -> None:
    coordinator = make_member(team.promotion, "coordinator")
    late, today = action_in(team, due_on=PASSED), action_in(team, "C’est aujourd’hui", due_on=date(2019, 3, 6))
    page = engagement(app, coordinator)
    assert "Jachère : Publier la fiche de poste — en retard de 1 jour" in page
    assert today.text not in page
    assert "Publier la fiche de poste" not in engagement(app, eig)
    tick_action(team, late.id, now(), done=True)
    assert "Actions en retard" not in engagement(app, coordinator)


def test_what_can_no_longer_be_done_is_not_asked_for(app: Flask, team: Team, clock: Traveller) -> None:
    coordinator = make_member(team.promotion, "coordinator")
    action_in(team, due_on=PASSED)
    clock.move_to("2019-11-12T10:00:00Z")
    assert "Actions en retard" not in engagement(app, coordinator)
    clock.move_to("2019-03-06T10:00:00Z")
    team.active_until = PASSED
    db.session.commit()
    assert "Actions en retard" not in engagement(app, coordinator)


def test_the_friday_note_tells_them(team: Team, clock: Traveller) -> None:
    make_member(team.promotion, "coordinator", email="judith@programme.example", locale="en")
    for week in (W10.previous, W10):
        make_bulletin(team, week)
    for number in range(9):
        action_in(team, f"Action {number} @@reader@@", due_on=PASSED - timedelta(days=number))
    clock.move_to(ISSUED)
    issue(team.promotion, W10, now=ISSUED)
    assert queue_due_notes(team.promotion, ISSUED + timedelta(minutes=10)) == 1
    (mailing,) = db.session.scalars(select(Mailing).where(Mailing.reference.startswith("friday-note:")))
    section = mailing.text.partition("Overdue actions of continuation plans\n")[2]
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    assert len(lines) == 8
    assert lines[0].startswith("- Jachère, 11 days overdue: “Action 8 ")
    assert "@@" not in section
    assert "and 1 other" in section

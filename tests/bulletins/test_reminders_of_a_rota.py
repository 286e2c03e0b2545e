"""What a reminder says of whose turn it is and of how many have written, and where its button leads; one a person."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial

import pytest
from flask import Flask
from time_machine import Traveller

from app import clock as house_clock
from app.bulletins.reminders import queue_due_reminders
from app.database import db
from app.letters.delivery import deliver, queue_requested_letters
from app.rota.service import save_rota
from app.teams.models import Membership, Pause, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Received, Relay
from tests.pages import words
from tests.threads import at_once

W10 = Week.parse("2019-W10")
FRIDAY_10_00 = datetime(2019, 3, 8, 9, 0, tzinfo=UTC)


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A silent team of Ada, whose turn it is, Bob, who reads English, and a mentor; of four others, three wrote."""
    promotion = make_promotion()
    team = make_team(promotion, "Karfu’R")
    ada = make_member(promotion, "eig", team, "ada@karfur.example", name="Ada")
    bob = make_member(promotion, "eig", team, "bob@karfur.example", name="Bob", locale="en")
    make_member(promotion, "mentor", team, "mentor@karfur.example")
    save_rota(team, [ada.id, bob.id], W10, 0)
    for number in range(4):
        other = make_team(promotion)
        if number:
            make_bulletin(other, W10)
        else:
            make_member(promotion, "eig", other, "zoe@plume.example")
    clock.move_to(FRIDAY_10_00)
    return team


def received(relay: Relay, promotion: Promotion) -> dict[str, Received]:
    queue_due_reminders(promotion, house_clock.now())
    deliver()
    letters = {letter.envelope_to[0].partition("@")[0]: letter for letter in relay.messages}
    assert len(letters) == len(relay.messages)
    return letters


def test_a_reminder_says_whose_turn_it_is_and_how_many_have_written(team: Team, relay: Relay) -> None:
    letters = received(relay, team.promotion)
    assert "Cette semaine, c’est votre tour d’écrire." in words(letters["ada"].html)
    assert "This week, it is the turn of Ada; but each of you may write." in words(letters["bob"].html)
    assert "Cette semaine, dans ce défi, le tour revient à Ada." in words(letters["mentor"].html)
    assert "tour" not in words(letters["zoe"].html)
    assert "3 défis sur 5 ont déjà écrit." in words(letters["zoe"].html)
    assert "3 teams of 5 have already written." in words(letters["bob"].html)
    assert "défis sur" not in words(letters["mentor"].html)
    for letter in letters.values():
        said = set(re.findall(r"\w+", words(letter.html)))
        assert said <= set(re.findall(r"\w+", letter.text)) | {"Écrire", "Write"}, letter.text


def test_where_nobody_has_written_the_reminder_counts_nobody(team: Team, relay: Relay) -> None:
    promotion = make_promotion(slug="promotion-4")
    make_member(promotion, "eig", make_team(promotion), "max@x.example")
    assert "déjà écrit" not in words(received(relay, promotion)["max"].html)


def test_in_a_paused_week_nobody_is_reminded_of_a_turn(team: Team, relay: Relay) -> None:
    saved(Pause(team_id=team.id, first_week=W10, last_week=W10))
    db.session.expire_all()
    assert set(received(relay, team.promotion)) == {"zoe"}


@pytest.mark.both_databases
def test_four_processes_remind_each_once_in_every_text(app: Flask, team: Team, relay: Relay) -> None:
    promotion_id = team.promotion_id

    def tick() -> int:
        return queue_due_reminders(db.session.get_one(Promotion, promotion_id), FRIDAY_10_00)

    assert sorted(at_once(app, *[partial(tick)] * 4)) == [0, 0, 0, 4]
    deliver()
    assert sorted(letter.envelope_to[0] for letter in relay.messages) == [
        "ada@karfur.example",
        "bob@karfur.example",
        "mentor@karfur.example",
        "zoe@plume.example",
    ]


def test_its_button_opens_on_the_form_after_signing_in(app: Flask, team: Team, relay: Relay) -> None:
    url = re.findall(r"http://localhost(/\S+/bulletin)\b", received(relay, team.promotion)["ada"].text)[0]
    visitor = app.test_client()
    to_sign_in = visitor.get(url).location
    assert 'name="next"' in visitor.get(to_sign_in).text
    visitor.post("/sign-in", data={"email": "ada@karfur.example", "next": url})
    relay.reset()
    queue_requested_letters(house_clock.now())
    deliver()
    link = re.findall(r"http://localhost(/sign-in/\S+)", relay.messages[0].text)[0]
    landed = visitor.post(link).location
    assert landed == url
    assert 'name="priorities"' in visitor.get(landed).text


def test_somebody_of_two_promotions_is_reminded_of_each_bulletin_once(team: Team, relay: Relay) -> None:
    later = make_promotion(slug="promotion-4", name="Promotion 4")
    person = db.session.get_one(Membership, 1).person
    make_member(later, "mentor", make_team(later), person=person)
    assert [queue_due_reminders(promotion, FRIDAY_10_00) for promotion in (team.promotion, later) * 2] == [4, 1, 0, 0]

"""Between the freeze of a digest and the sending of its letters people leave: no letter, and a reason in the counts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.service import issue
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.letters.states import Reason, State
from app.teams.models import Membership, Promotion
from app.teams.subscriptions import Subscription, unsubscribe
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)


@pytest.fixture
def leaver(app: Flask, clock: Traveller) -> Membership:
    """One of two members of a promotion whose digest is frozen and not sent yet."""
    clock.move_to(DUE)
    promotion = make_promotion()
    team = make_team(promotion)
    make_bulletin(team, W10)
    member = make_member(promotion, "eig", team, "leaver@x.example")
    make_member(promotion, "eig", team, "stayer@x.example")
    issue(promotion, W10, now=DUE)
    return member


def refused() -> dict[str, Reason | None]:
    """What the counts say of each letter that did not leave."""
    rows = db.session.scalars(select(Letter).where(Letter.state != State.SENT))
    return {letter.to_email: letter.reason for letter in rows}


def test_who_unsubscribed_gets_no_letter(leaver: Membership, relay: Relay) -> None:
    unsubscribe(leaver, Subscription.DIGEST, DUE)
    deliver()
    assert [message.envelope_to for message in relay.messages] == [["stayer@x.example"]]
    assert refused() == {"leaver@x.example": Reason.UNSUBSCRIBED}


def test_who_has_left_the_promotion_gets_no_letter(leaver: Membership, relay: Relay) -> None:
    leaver.left_on = date(2019, 3, 7)
    db.session.commit()
    deliver()
    assert [message.envelope_to for message in relay.messages] == [["stayer@x.example"]]
    assert refused() == {"leaver@x.example": Reason.WITHHELD}


def test_who_was_moved_to_another_promotion_gets_no_letter(leaver: Membership, relay: Relay) -> None:
    person, other = leaver.person, make_promotion(slug="promotion-4", name="Promotion 4")
    db.session.delete(leaver)
    make_member(other, "eig", person=person)
    deliver()
    assert [message.envelope_to for message in relay.messages] == [["stayer@x.example"]]
    assert refused() == {"leaver@x.example": Reason.WITHHELD}


def test_deliver_says_how_many_were_left_out_of_mailed_digests(app: Flask, leaver: Membership) -> None:
    promotion: Promotion = leaver.promotion
    unsubscribe(leaver, Subscription.DIGEST, DUE)
    make_bulletin(promotion.teams[0], W10.next)
    make_bulletin(promotion.teams[0], W10 + 2)
    issue(promotion, W10.next, now=datetime(2019, 3, 15, 14, 5, tzinfo=UTC))
    issue(promotion, W10 + 2, now=datetime(2019, 3, 22, 14, 5, tzinfo=UTC), letters=False)
    output = app.test_cli_runner().invoke(args=["deliver", "--format", "json"]).stdout
    assert json.loads(output)["excluded"] == 1

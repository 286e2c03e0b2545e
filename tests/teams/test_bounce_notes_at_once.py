"""Two processes that find at once what the coordination is to be told."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.letters.models import Bounce, Letter, Mailing
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.letters.states import BounceVerdict
from app.teams.bounce_notes import queue_due_notes
from tests.builders import make_member, make_promotion, make_team
from tests.threads import while_under_way


@pytest.mark.both_databases
def test_it_is_told_once(app: Flask) -> None:
    promotion = make_promotion()
    make_member(promotion, "coordinator")
    member = make_member(promotion, "eig", make_team(promotion))
    mailing = add_mailing("reminder", "fr", "Bonjour", "Bonjour", "<p>Bonjour</p>", reference="r:1", created_at=now())
    queue_letters(mailing, [Addressee(member.id, member.person_id, "a@b.example", "")], now())
    letter = db.session.scalars(db.select(Letter)).one()
    values = {"verdict": BounceVerdict.COMPLAINT, "permanent": False, "read_at": now()}
    db.session.add(Bounce(fingerprint="1", letter_id=letter.id, **values))
    db.session.commit()
    told = []
    tell = partial(queue_due_notes, now())
    assert while_under_way(app, "INSERT INTO mailings", lambda: told.append(tell()), tell) == 0
    assert told == [1]
    assert db.session.scalar(db.select(db.func.count()).select_from(Mailing).where(Mailing.kind == "note")) == 1

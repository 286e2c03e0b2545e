"""Fixtures for the tests of letters: kinds of letters of their own, and a relay that misbehaves on command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.database import db
from app.features import LETTER_KINDS
from app.letters import kinds
from app.letters.kinds import Kind, LetterContext
from app.letters.models import Letter, LetterEvent
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.letters.run import OVERRIDES
from app.letters.states import EventType
from tests.letters.scripted_relay import ScriptedRelay

FRIDAY = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
TEXT = "Bonjour,\n\nà lire : @@read_url@@\n\nNe plus recevoir : @@unsubscribe_url@@\n"
HTML = '<p>Bonjour</p>\n<p><a href="@@read_url@@">à lire</a> <a href="@@unsubscribe_url@@">ne plus recevoir</a></p>\n'


def urls_of(context: LetterContext) -> dict[str, str]:
    """The two URLs that every weekly letter of these tests carries."""
    return {
        "read_url": f"https://bulletins.example/read?token={context.id}&x=1",
        "unsubscribe_url": f"https://bulletins.example/unsubscribe/{context.id}",
    }


WEEKLY = Kind("weekly", 30, timedelta(hours=72), urls_of, unsubscribable=True)
URGENT = Kind("urgent", 0, timedelta(minutes=10), lambda context: {}, unsubscribable=False)


@pytest.fixture(autouse=True)
def own_kinds() -> Iterator[None]:
    """Kinds of letters that belong to no feature, beside those of the application, which outlives the test."""
    for kind in (WEEKLY, URGENT):
        kinds.register(kind)
    yield
    kinds._kinds.clear()
    for kind in LETTER_KINDS:
        kinds.register(kind)


@dataclass
class Clock:
    """A clock that moves only when a test moves it."""

    moment: datetime = FRIDAY

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **span: float) -> None:
        """Let `span`, as of timedelta, go by."""
        self.moment += timedelta(**span)


@pytest.fixture
def now() -> Clock:
    """The moment, at first Friday 8 March 2019 at 14:05 UTC."""
    return Clock()


@pytest.fixture
def scripted_relay() -> Iterator[ScriptedRelay]:
    """A relay that follows a script, without PIPELINING."""
    with ScriptedRelay() as relay:
        yield relay


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def either_relay(request: pytest.FixtureRequest) -> Iterator[ScriptedRelay]:
    """A relay that follows a script, without and with PIPELINING."""
    with ScriptedRelay(pipelining=request.param) as relay:
        yield relay


def use_relay(app: Flask, url: str, **delivery: Any) -> None:
    """Send the letters of `app` to `url`, with `delivery` settings."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=url)
    app.config[OVERRIDES] = delivery


def queue(kind: Kind = WEEKLY, number: int = 1, *, reference: str = "mailing:1", **values: Any) -> None:
    """Queue letters of one mailing to member0@promotion.example, member1 … and commit; `values` go into the mailing."""
    defaults = {"locale": "fr", "subject": "La semaine", "text": TEXT, "html": HTML, "created_at": FRIDAY}
    mailing = add_mailing(kind.name, reference=reference, **(defaults | values))
    addressees = (Addressee(i, None, f"member{i}@promotion.example", f"Membre {i}") for i in range(number))
    queue_letters(mailing, addressees, mailing.created_at)
    db.session.commit()


def letters() -> list[Letter]:
    """All letters, in the order in which they were queued, as the database has them now."""
    db.session.rollback()
    return list(db.session.scalars(db.select(Letter).order_by(Letter.id).execution_options(populate_existing=True)))


def events(what: EventType | None = None) -> list[LetterEvent]:
    """What is remembered of letters, oldest first."""
    db.session.rollback()
    found = db.session.scalars(db.select(LetterEvent).order_by(LetterEvent.id))
    return [event for event in found if what is None or event.type is what]

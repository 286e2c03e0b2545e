"""How the relay does: told to whoever waits for a letter, and the breaker that pauses a run after many errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from app.database import db, insert_or_ignore
from app.letters.models import Relay

ONLY = 1
ADDRESS = re.compile(r"[^\s<>:,;]+@[^\s<>:,;]+")


@dataclass(frozen=True, slots=True)
class RelayTrouble:
    """Since when the relay fails, and the last that it said, without addresses: it serves other promotions, too."""

    since: datetime
    said: str


def find_trouble() -> RelayTrouble | None:
    """What to tell of the relay; None while it works."""
    relay = get_relay()
    if relay.failing_since is None:
        return None
    return RelayTrouble(relay.failing_since, ADDRESS.sub("…", relay.last_error))


def letters_leave(at: datetime | None = None) -> bool:
    """Whether the relay took the last letter it was offered, as far as is known; with `at`, as was known then."""
    since = get_relay().failing_since
    return since is None or (at is not None and since > at)


def get_relay() -> Relay:
    """How the relay does; a fresh one does well."""
    return db.session.get(Relay, ONLY) or Relay(id=ONLY, consecutive_errors=0, last_error="")


def is_paused(connection: Connection, now: datetime) -> bool:
    """Whether the breaker is open at `now`."""
    until = connection.execute(select(Relay.paused_until)).scalar()
    return until is not None and now < until


def is_failing(connection: Connection) -> bool:
    """Whether the last word of the relay was an error."""
    return connection.execute(select(Relay.failing_since)).scalar() is not None


def note_error(connection: Connection, now: datetime, text: str, *, after: int, pause: timedelta) -> bool:
    """Remember an error of the relay's; with `after` of them in a row the run is paused: True then."""
    connection.execute(insert_or_ignore(Relay, "id").values(id=ONLY, consecutive_errors=0, last_error=""))
    since, errors = func.coalesce(Relay.failing_since, now), Relay.consecutive_errors + 1
    change = update(Relay).values(failing_since=since, consecutive_errors=errors, last_error=text)
    in_a_row = connection.execute(change.returning(Relay.consecutive_errors)).scalar_one()
    if in_a_row >= after:
        connection.execute(update(Relay).values(paused_until=now + pause))
    return in_a_row >= after


def note_success(connection: Connection) -> None:
    """The relay works again."""
    connection.execute(update(Relay).values(failing_since=None, consecutive_errors=0, paused_until=None))

"""The relay's health, and the circuit breaker that pauses delivery after many errors: a row all processes share."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from app.database import db, insert_or_ignore
from app.letters.models import Relay
from app.logs import elapsed

RELAY_ID = 1  # of the only row
ADDRESS = re.compile(r"[^\s<>:,;]+@[^\s<>:,;]+")


@dataclass(frozen=True, slots=True)
class RelayTrouble:
    """Since when the relay fails, and its last error, without addresses: it serves other promotions, too."""

    since: datetime
    error: str


class RelayLog:
    """Logs when the relay begins to fail and when it takes letters again: two lines, however long it lasts."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._trouble: RelayTrouble | None = None

    def observe(self, trouble: RelayTrouble | None, now: datetime) -> None:
        """Log what has changed since the last time; `trouble` is the relay's at `now`."""
        before, self._trouble = self._trouble, trouble
        if trouble and not before:
            said = "the relay takes no letters since %s: %s; they wait, and are tried again by themselves"
            self._log.error(said, trouble.since.isoformat(" ", "seconds"), trouble.error)
        elif before and not trouble:
            self._log.warning("the relay takes letters again, after %s", elapsed(before.since, now))


def find_trouble() -> RelayTrouble | None:
    """Return since when the relay fails and why, to be shown; None while it works."""
    relay = get_relay()
    if relay.failing_since is None:
        return None
    return RelayTrouble(relay.failing_since, _without_recipient(relay.last_error))


def get_relay() -> Relay:
    """Return the relay's row; one that is not there yet works."""
    return db.session.get(Relay, RELAY_ID) or Relay(id=RELAY_ID, consecutive_errors=0, last_error="")


def is_paused(connection: Connection, now: datetime) -> bool:
    """Return whether the breaker is open at `now`."""
    until = connection.execute(select(Relay.paused_until)).scalar()
    return until is not None and now < until


def is_failing_with(connection: Connection, reply: str, *, after: int) -> bool:
    """Return whether the relay has given `after` errors in a row, the last with this reply to anybody."""
    failing = connection.execute(select(Relay.last_error).where(Relay.consecutive_errors >= after)).scalar()
    return failing is not None and _without_recipient(failing) == _without_recipient(reply)


def record_error(connection: Connection, now: datetime, text: str, *, after: int, pause: timedelta) -> bool:
    """Record an error of the relay's; with `after` of them in a row the breaker opens for `pause`: True then."""
    connection.execute(insert_or_ignore(Relay, "id").values(id=RELAY_ID, consecutive_errors=0, last_error=""))
    since, errors = func.coalesce(Relay.failing_since, now), Relay.consecutive_errors + 1
    change = update(Relay).values(failing_since=since, consecutive_errors=errors, last_error=text)
    in_a_row = connection.execute(change.returning(Relay.consecutive_errors)).scalar_one()
    if in_a_row >= after:
        connection.execute(update(Relay).values(paused_until=now + pause))
    return in_a_row >= after


def record_success(connection: Connection) -> None:
    """Record that the relay works."""
    connection.execute(update(Relay).values(failing_since=None, consecutive_errors=0, paused_until=None))


def _without_recipient(reply: str) -> str:
    return ADDRESS.sub("…", reply)

"""What the coordination decides about digests in a year: some are put off, some held and let go, some sent by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from flask import Flask

from app import clock
from app.database import db
from app.digests.errors import AlreadyIssuedError
from app.digests.moments import AS_PLANNED, HELD, Decision
from app.digests.scheduling import decide, find_schedule
from app.digests.service import issue_by_hand
from app.teams.models import Promotion
from app.weeks import Timetable, Week
from tests.threads import at_once

BEFORE_CLOSING = timedelta(hours=6)
PUT_OFF_BY, SENT_AFTER = timedelta(hours=3), timedelta(hours=4)  # after the planned moment
LET_GO_AFTER = timedelta(days=2)  # when the jobs are next run on Monday


class Act(Enum):
    """One thing that the coordination does about a digest."""

    PUT_OFF = auto()
    HOLD = auto()
    LET_GO = auto()
    SEND = auto()  # by hand, by two of them at the same moment


@dataclass(frozen=True, slots=True)
class Decided:
    """The weeks about whose digests something is decided, by their number from 1."""

    put_off: Sequence[int] = ()
    held: Sequence[int] = ()
    by_hand: Sequence[int] = ()

    @property
    def weeks(self) -> int:
        """How many digests do not leave as planned."""
        return len(self.put_off) + len(self.held) + len(self.by_hand)


def acts_of(number: int, planned: datetime, closes: datetime, decided: Decided) -> list[tuple[datetime, Act]]:
    """What is done in the week of that number, and when."""
    before = closes - BEFORE_CLOSING
    acts = []
    if number in decided.put_off:
        acts.append((before, Act.PUT_OFF))
    if number in decided.held or number in decided.by_hand:
        acts.append((before, Act.HOLD))
    if number in decided.held:
        acts.append((planned + LET_GO_AFTER, Act.LET_GO))
    if number in decided.by_hand:
        acts.append((planned + SENT_AFTER, Act.SEND))
    return acts


def leaves_from(number: int, planned: datetime, decided: Decided) -> datetime | None:
    """The moment before which the digest of that week must not leave by itself, as it was decided; None for never."""
    if number in decided.by_hand:
        return None
    if number in decided.held:
        return planned + LET_GO_AFTER
    return planned + PUT_OFF_BY if number in decided.put_off else planned


def put_off_to(timetable: Timetable, week: Week) -> datetime:
    """The moment to which a digest is put off."""
    planned = timetable.digest_due(week)
    assert planned
    return planned + PUT_OFF_BY


def carry_out(app: Flask, act: Act, promotion_id: int, week: Week) -> None:
    """Do it now."""
    if act is Act.SEND:
        outcomes = at_once(app, *[lambda: _send(promotion_id, week)] * 2)
        refused = [outcome for outcome in outcomes if isinstance(outcome, AlreadyIssuedError)]
        assert (len(refused), outcomes.count(None)) == (1, 1), outcomes
        return
    promotion = db.session.get_one(Promotion, promotion_id)
    decision = {
        Act.PUT_OFF: Decision(put_off_to=put_off_to(promotion.timetable, week)),
        Act.HOLD: HELD,
        Act.LET_GO: AS_PLANNED,
    }[act]
    schedule = find_schedule(promotion_id, week)
    decide(promotion, week, decision, schedule.revision if schedule else 0, None, clock.now())
    db.session.remove()


def _send(promotion_id: int, week: Week) -> None:
    issue_by_hand(db.session.get_one(Promotion, promotion_id), week, None, clock.now())

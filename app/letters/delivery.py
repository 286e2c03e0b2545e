"""Sending all that is due: claim, commit, send, mark, commit; any number of workers may do it at once.

This use case commits: a clerk writes, couriers carry, and a letter is in one pair of hands at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from app import clock
from app.database import db
from app.extensions import settings
from app.letters import relay_status
from app.letters.clerk import Clerk
from app.letters.couriers import Couriers, Done, ManyCouriers, OneCourier
from app.letters.desk import Desk
from app.letters.headers import domain_of
from app.letters.run import Run
from app.letters.stencils import Stencils
from app.letters.tally import Counts, Tally, count_after
from app.letters.terms import Terms, get_terms
from app.letters.transport import make_transport

Now = Callable[[], datetime]
Stop = Callable[[], bool]
Progress = Callable[[Tally], None]


def _never() -> bool:
    return False


def _nobody_looks(_tally: Tally) -> None:
    pass


def deliver(now: Now = clock.now, stop: Stop = _never, progress: Progress = _nobody_looks) -> Counts:
    """Send all that is due, and count. Tries the relay even while the breaker is open: somebody asked.

    `now` gives the moment; `stop`, asked before each letter, ends the run after the letters in hand; `progress` is told
    after each turn what was done so far. Raises OperationalError when the database takes nothing.
    """
    run = _deliver(now, stop, progress)
    counts = count_after(run)
    db.session.commit()
    return counts


def deliver_one_pass(now: Now = clock.now, stop: Stop = _never) -> Tally:
    """Send all that is due, for the job process: leaves a relay alone for as long as the breaker says."""
    paused = relay_status.is_paused(db.session.connection(), now())
    db.session.commit()
    return _deliver(now, stop, _nobody_looks, keep_off=paused)


def _deliver(now: Now, stop: Stop, progress: Progress, *, keep_off: bool = False) -> Tally:
    run = Run(now, get_terms())
    with Desk(relaxed=run.terms.relaxed) as desk:
        clerk = Clerk(run, desk, Stencils(settings().mail_from, settings().secret_key))
        if clerk.take_stock() and not keep_off:
            _send(clerk, run.terms, stop, progress)
        return clerk.tally


def _send(clerk: Clerk, terms: Terms, stop: Stop, progress: Progress) -> None:
    """Send with couriers that are let go at the end, whatever happens."""
    couriers = _hire(terms)
    try:
        if fault := couriers.open():
            clerk.blame(fault)
        else:
            _send_all(clerk, couriers, stop, progress)
    finally:
        couriers.close()
        clerk.leave()


def _send_all(clerk: Clerk, couriers: Couriers, stop: Stop, progress: Progress) -> None:
    """Turn after turn, until nothing is due, the breaker opens or we are told to stop; finish what is in hand."""
    everyone = couriers.free
    done: list[Done] = []
    while True:
        going_on = not (stop() or clerk.tally.paused)
        for task in clerk.turn(done, couriers.free if going_on else 0):
            couriers.hand(task)
        progress(clerk.tally)
        idle = couriers.free == everyone
        if idle and (clerk.exhausted or not going_on):
            return
        done = [] if idle else couriers.collect(partial(clerk.make_ahead, couriers.free + 1))


def _hire(terms: Terms) -> Couriers:
    helo = domain_of(settings().mail_from)
    transports = [
        make_transport(
            settings().smtp_url,
            helo=helo,
            command_timeout=terms.command_timeout,
            answer_timeout=terms.answer_timeout,
        )
        for _ in range(terms.connections)
    ]
    return OneCourier(transports[0]) if len(transports) == 1 else ManyCouriers(transports)

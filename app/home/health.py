"""For monitoring: whether the site answers (`/healthz`), counts of letters (`/metrics`), never of one person."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.access import Access, access
from app.database import db
from app.letters.models import Letter, Mailing, Relay
from app.letters.states import State

COUNTED_KINDS = ("digest", "reminder")  # what leaves by the timetable, to many at once

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@access(Access.PUBLIC)
def healthz() -> Response:
    """Answer 200 while the database does, 503 while it does not."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@pages.get("/metrics")
@access(Access.PUBLIC)
def metrics() -> Response:
    """Count digests and reminders by state, and say whether the relay fails, in the Prometheus text format.

    Letters of other kinds are not counted: their number would tell who is a member, when one signs in, or when a
    confidential word is written.
    """
    registry = CollectorRegistry()
    letters = Gauge("bulletins_letters", "Digests and reminders by state.", ["state"], registry=registry)
    counted = select(Letter.state, func.count()).join(Letter.mailing).where(Mailing.kind.in_(COUNTED_KINDS))
    counts = dict(db.session.execute(counted.group_by(Letter.state)).all())
    for state in State:
        letters.labels(state.value).set(counts.get(state, 0))
    failing = Gauge("bulletins_relay_failing", "1 while the mail relay does not take letters.", registry=registry)
    failing.set(bool(db.session.scalar(select(Relay.failing_since).where(Relay.failing_since.is_not(None)))))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")

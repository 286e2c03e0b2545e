"""What machines ask: is the site well (`/healthz`), how are the letters (`/metrics`). Counts only, of nobody."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.access import Access, access
from app.database import db
from app.letters.models import Letter, Relay, State

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@access(Access.PUBLIC)
def healthz() -> Response:
    """200 while the database answers, 503 while it does not."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@pages.get("/metrics")
@access(Access.PUBLIC)
def metrics() -> Response:
    """Letters by state, and since when the relay fails, in the Prometheus text format."""
    registry = CollectorRegistry()
    letters = Gauge("bulletins_letters", "Letters by state.", ["state"], registry=registry)
    counts = dict(db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)).all())
    for state in State:
        letters.labels(state.value).set(counts.get(state, 0))
    failing = Gauge("bulletins_relay_failing", "1 while the mail relay does not take letters.", registry=registry)
    failing.set(bool(db.session.scalar(select(Relay.failing_since).where(Relay.failing_since.is_not(None)))))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")

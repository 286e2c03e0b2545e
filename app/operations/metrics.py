"""What monitoring watches, as numbers in the Prometheus text format: of the clockwork, never of a person.

Letters to one person (sign-in links, notes about confidential messages) are in no number: the count of them would tell
who asked for a link, or that somebody wrote.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import ColumnElement, func, select

from app import clock
from app.bulletins.queries import is_frozen
from app.database import db
from app.digests.scheduling import PUNCTUAL, leaving_moment
from app.digests.service import find_due_weeks
from app.job_ticks.service import read_ticks
from app.letters.models import WAITING, Bounce, Letter, Mailing, Relay, SuppressedAddress
from app.letters.restoration import find_restoration
from app.letters.states import BounceVerdict, State
from app.operations.health import expected_schema, find_schema, free_space
from app.teams.models import Promotion
from app.version import product_version
from app.weeks import Week

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
TO_MANY = ("digest", "reminder")  # kinds of letters
WEEKS_AHEAD = 60  # in which the next digest is looked for


def render_metrics() -> bytes:
    """Return the metrics as they are now."""
    now, registry = clock.now(), CollectorRegistry()
    _describe_version(registry)
    _count_ticks(registry)
    _count_letters(registry, now)
    _count_digests(registry, now)
    _count_bounces(registry)
    return generate_latest(registry)


def _describe_version(registry: CollectorRegistry) -> None:
    labels = {"version": product_version(), "schema": find_schema() or ""}
    build = Gauge("bulletins_build_info", "Version of the product, schema of the database.", labels, registry=registry)
    build.labels(**labels).set(1)
    current = labels["schema"] == expected_schema()
    _gauge("bulletins_schema_current", "1 if the schema is the one that this version needs.", current, registry)
    free = free_space(db.engine)
    if free is not None:
        _gauge("bulletins_disk_free_bytes", "Space left where the SQLite file is.", free, registry)


def _count_ticks(registry: CollectorRegistry) -> None:
    last = Gauge(
        "bulletins_job_last_tick_timestamp_seconds", "When the job last ran, by Unix time.", ["job"], registry=registry
    )
    failing = Gauge("bulletins_job_failing", "1 while the job fails every time.", ["job"], registry=registry)
    for tick in read_ticks():
        last.labels(tick.name).set(tick.at.timestamp())
        failing.labels(tick.name).set(tick.failing_since is not None)


def _count_letters(registry: CollectorRegistry, now: datetime) -> None:
    letters = Gauge("bulletins_letters", "Letters of digests and reminders by state.", ["state"], registry=registry)
    to_many = _is_to_many()
    counts = dict(db.session.execute(select(Letter.state, func.count()).where(to_many).group_by(Letter.state)).all())
    for state in State:
        letters.labels(state.value).set(counts.get(state, 0))
    not_paused = Letter.mailing_id.not_in(select(Mailing.id).where(Mailing.paused_at.is_not(None)))
    oldest = db.session.scalar(select(func.min(Letter.due_at)).where(WAITING, to_many, not_paused))
    late = max(0.0, (now - oldest).total_seconds()) if oldest else 0
    _gauge("bulletins_oldest_due_letter_seconds", "For how long the oldest letter has been due.", late, registry)
    failing = db.session.scalar(select(Relay.failing_since).where(Relay.failing_since.is_not(None)))
    _gauge("bulletins_relay_failing", "1 while the mail relay does not take letters.", bool(failing), registry)
    held = find_restoration() is not None
    _gauge("bulletins_restored_from_backup", "1 while letters wait for `flask deliveries resume`.", held, registry)


def _count_digests(registry: CollectorRegistry, now: datetime) -> None:
    promotions = db.session.scalars(select(Promotion)).all()
    due = [leaving_moment(promotion, week) for promotion in promotions for week in find_due_weeks(promotion, now)]
    overdue = sum(moment is not None and now - moment > PUNCTUAL for moment in due)
    _gauge("bulletins_digests_overdue", "Digests whose moment has passed by two minutes.", overdue, registry)
    following = [moment for promotion in promotions if (moment := _find_next_digest(promotion, now))]
    if following:
        due_at = min(following).timestamp()
        _gauge("bulletins_next_digest_timestamp_seconds", "When the next digest is due.", due_at, registry)


def _find_next_digest(promotion: Promotion, now: datetime) -> datetime | None:
    """Return when the promotion's next digest leaves that is not held back; None once it has had its last.

    That of the week before, when it was put off; none that was issued by hand before its moment.
    """
    first = max(promotion.timetable.week_at(now).previous, Week.of(promotion.starts_on))
    weeks = (week for week in map(first.__add__, range(WEEKS_AHEAD)) if promotion.has_week(week))
    moments = ((week, leaving_moment(promotion, week)) for week in weeks)
    coming = ((week, moment) for week, moment in moments if moment and moment > now)
    return next((moment for week, moment in coming if not is_frozen(promotion.id, week)), None)


def _count_bounces(registry: CollectorRegistry) -> None:
    bounces = Gauge("bulletins_bounces", "What has come back so far, by what it means.", ["verdict"], registry=registry)
    counts = dict(db.session.execute(select(Bounce.verdict, func.count()).group_by(Bounce.verdict)).all())
    for verdict in BounceVerdict:
        bounces.labels(verdict.value).set(counts.get(verdict, 0))
    held = db.session.scalar(select(func.count()).where(Bounce.held_at.is_not(None), Bounce.decided_at.is_(None)))
    _gauge("bulletins_bounces_held", "Bounces that the brake keeps back until somebody decides.", held or 0, registry)
    suppressed = db.session.scalar(select(func.count()).where(SuppressedAddress.lifted_at.is_(None)))
    _gauge("bulletins_suppressed_addresses", "Addresses to which nothing is sent.", suppressed or 0, registry)


def _is_to_many() -> ColumnElement[bool]:
    return Letter.mailing_id.in_(select(Mailing.id).where(Mailing.kind.in_(TO_MANY)))


def _gauge(name: str, description: str, value: float, registry: CollectorRegistry) -> None:
    Gauge(name, description, registry=registry).set(value)

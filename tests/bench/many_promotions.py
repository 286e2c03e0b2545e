"""Promotions beside one another: a member's pages must cost the same among 200 promotions as in one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url

from app import create_app
from app.bulletins.models import Bulletin, FrozenWeek
from app.bulletins.moods import Mood
from app.database import db
from app.digests.service import issue
from app.teams.models import Membership, Person, Promotion, Role, Team
from app.weeks import Week
from tests.bench.timing import Clock, Ratio, compare
from tests.fixtures.database import make_tables
from tests.fixtures.site import as_member, make_config

PROMOTIONS, TEAMS, WEEKS = 200, 16, 110
LAST = Week.parse("2019-W10")
FIRST = LAST + (1 - WEEKS)
NOW = datetime(2019, 3, 8, 14, 2, tzinfo=UTC)  # the last week is closed, and its digest not issued yet
LONG_AGO = datetime(2017, 1, 2, 9, 0, tzinfo=UTC)
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin. " * 2
PAGES = {
    "my week": "",
    "a week": f"weeks/{LAST + -1}",
    "a team": "teams/defi-00",
    "a digest": f"digests/{LAST + -1}",
    "engagement": "engagement",
    "the coordination's page of the week": "manage/",
}
AT_MOST = 1.2
ROUNDS = 15
WAL_AT_MOST = 32 * 2**20  # bytes

Visitor = Callable[[str], object]


def measure(many: str, few: str) -> list[Ratio]:
    """A coordinator's pages on the databases at `many`, of 200 promotions, and at `few`, of one; both are empty.

    By the CPU of this process, which on SQLite does all the work; on PostgreSQL by the clock.
    """
    clock = process_time if make_url(many).drivername == "sqlite" else perf_counter
    with filled(many) as large, filled(few, promotions=1) as small:
        visitors = _visitor(large), _visitor(small)
        return [_page(name, visitors, path, clock) for name, path in PAGES.items()]


@contextmanager
def filled(url: str, promotions: int = PROMOTIONS) -> Iterator[Flask]:
    """The product on the database at `url`, filled in one transaction and open.

    All promotions are alike and at the same time; the first has issued its last digest but one.
    """
    make_tables(url)
    app = create_app(make_config(database_url=url, now=NOW, durability="strict"))
    with app.app_context():
        for number in range(promotions):
            _promotion(number)
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))  # as its own housekeeping would have
        db.session.commit()
        first = db.session.scalars(select(Promotion).order_by(Promotion.id)).first()
        assert first is not None
        issue(first, LAST + -1, now=NOW - timedelta(days=7), letters=False)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def measure_log(url: str) -> list[Ratio]:
    """Bytes of SQLite's log (its WAL) beside the database at `url`, which is filled and open."""
    database = Path(make_url(url).database or "")
    log, size = database.with_name(f"{database.name}-wal").stat().st_size, database.stat().st_size
    what = f"WAL after an import of {size / 2**20:.0f} MB"
    return [Ratio(what, log, WAL_AT_MOST, log / WAL_AT_MOST, f"≤ {WAL_AT_MOST / 2**20:.0f} MB", log <= WAL_AT_MOST)]


def _page(name: str, visitors: tuple[Visitor, Visitor], path: str, clock: Clock) -> Ratio:
    large, small = visitors
    return compare(name, lambda: large(path), lambda: small(path), at_most=AT_MOST, runs=ROUNDS, clock=clock)


def _visitor(app: Flask) -> Visitor:
    """What asks for a page of the first promotion as somebody who writes in it and coordinates it."""
    with app.app_context():
        member = db.session.scalars(select(Membership).where(Membership.coordinates).order_by(Membership.id)).first()
        assert member is not None
        base, client = f"/{member.promotion.slug}/", as_member(app.test_client(), member)
        db.session.remove()

    def visit(path: str) -> None:
        answer = client.get(base + path)
        assert answer.status_code == 200, f"{base}{path} answers {answer.status_code}"

    return visit


def _promotion(number: int) -> None:
    promotion = Promotion(
        name=f"Promotion {number}",
        slug=f"promotion-{number}",
        starts_on=FIRST.monday,
        ends_on=(LAST + 10).sunday,
        created_at=LONG_AGO,
        teams=[Team(name=f"Défi {team:02d}", key=f"defi{team:02d}", slug=f"defi-{team:02d}") for team in range(TEAMS)],
    )
    db.session.add(promotion)
    for place, team in enumerate(promotion.teams):
        person = Person(email=f"p{number}t{place}@bench.example", created_at=LONG_AGO)
        part = {"promotion": promotion, "team": team, "role": Role.EIG, "coordinates": place == 0}
        db.session.add(Membership(person=person, **part))
    db.session.flush()
    weeks = [FIRST + ago for ago in range(WEEKS)]
    db.session.execute(insert(Bulletin), [_bulletin(team.id, week) for team in promotion.teams for week in weeks])
    frozen = [{"promotion_id": promotion.id, "week": week, "frozen_at": LONG_AGO} for week in weeks[:-2]]
    db.session.execute(insert(FrozenWeek), frozen)


def _bulletin(team: int, week: Week) -> dict[str, object]:
    """The bulletins of all weeks but the last two were published in their own digests."""
    at = datetime.combine(week.day(3), datetime.min.time(), UTC)
    texts = dict.fromkeys(("priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"), TEXT)
    published = week if week < LAST + -1 else None
    row = {"team_id": team, "week": week, "mood": Mood.GOOD, "published_in": published}
    return {**texts, **row, "created_at": at, "updated_at": at}

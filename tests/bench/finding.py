"""Finding among 100,000 bulletins: six named queries of somebody who may read all of them, and of a member of one.

Each against the bare statement that looks up the index and nothing else; what takes 25 ms or less is quick enough
whatever that one takes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import insert, select, text

from app import create_app
from app.bulletins.models import Bulletin, FrozenWeek
from app.bulletins.moods import Mood
from app.database import db
from app.search.asked import Filters
from app.search.finding import MOST_COUNTED, find
from app.search.index import rebuild
from app.search.search_terms import read_terms
from app.search.visibility import Scope
from app.teams.models import Promotion, Team
from app.weeks import Week
from tests.bench.timing import Ratio, compare
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

PROMOTIONS, TEAMS, WEEKS = 142, 16, 45
BULLETINS = PROMOTIONS * TEAMS * WEEKS
FIRST = Week.parse("2018-W02")
LONG_AGO = datetime(2017, 1, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2019, 3, 8, 14, 2, tzinfo=UTC)
QUICK = 0.025  # seconds
AT_MOST = 5
LIMIT = MOST_COUNTED + 1
QUERIES: dict[str, tuple[str, Filters]] = {
    "one rare word": ("aubergine ", Filters()),
    "one common word": ("utilisateurs ou", Filters()),
    "two common words": ("utilisateurs prototype ou", Filters()),
    "a common beginning": ("re", Filters()),
    "a word and a beginning": ("utilisateurs re", Filters()),
    "a filter alone": ("", Filters(first=date(2018, 3, 1), last=date(2018, 6, 1))),
}
COMMON = ("utilisateurs", "prototype", "réunion", "rendez-vous", "recherche", "données", "équipe", "réalisation")


def measure(url: str) -> list[Ratio]:
    """The queries on the database at `url`, which is empty."""
    with _filled(url) as app, app.app_context():
        ids = list(db.session.scalars(select(Promotion.id).order_by(Promotion.id)))
        every = [Scope(id_, None, None) for id_ in ids]
        ratios = [_ratio(name, every) for name in QUERIES]
        return ratios + [_ratio(name, every[:1], " of one promotion") for name in QUERIES]


def _ratio(name: str, scopes: list[Scope], of: str = "") -> Ratio:
    typed, filters = QUERIES[name]
    terms = read_terms(typed)

    def ours() -> None:
        find(terms, filters, scopes, LIMIT)
        db.session.rollback()

    ratio = compare(name + of, ours, _bare(typed), at_most=AT_MOST, times=5)
    return replace(ratio, bound=f"{ratio.bound} or 25 ms", kept=ratio.kept or ratio.ours <= QUICK)


def _bare(typed: str) -> Callable[[], None]:
    """The index alone, asked for the first word; without one, the newest rows by their ids."""
    terms = read_terms(typed).terms
    is_sqlite = db.engine.dialect.name == "sqlite"
    if not terms:
        statement = "SELECT id FROM search_entries ORDER BY id DESC LIMIT :limit"
    elif is_sqlite:
        statement = "SELECT rowid FROM search_words WHERE search_words MATCH :word ORDER BY rowid DESC LIMIT :limit"
    else:
        statement = "SELECT id FROM search_entries WHERE words @@ CAST(:word AS tsquery) ORDER BY id DESC LIMIT :limit"
    values: dict[str, object] = {"limit": LIMIT}
    if terms:
        values["word"] = next(iter(terms[0].stems))

    def bare() -> None:
        db.session.execute(text(statement), values).all()
        db.session.rollback()

    return bare


@contextmanager
def _filled(url: str) -> Iterator[Flask]:
    make_tables(url)
    app = create_app(make_config(database_url=url, now=NOW))
    chance = random.Random(1)
    vocabulary = [f"mot{number}" for number in range(20_000)]
    with app.app_context():
        for number in range(PROMOTIONS):
            _promotion(number, chance, vocabulary)
        db.session.commit()
        rare = select(Bulletin).order_by(Bulletin.id).limit(3)
        for bulletin in db.session.scalars(rare):
            bulletin.priorities = "Une aubergine"
        db.session.commit()
        rebuild()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))  # as its own housekeeping would have
            db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _promotion(number: int, chance: random.Random, vocabulary: list[str]) -> None:
    first = FIRST + number * 2 % 60
    promotion = Promotion(
        name=f"Promotion {number}",
        slug=f"promotion-{number}",
        starts_on=first.monday,
        ends_on=(first + WEEKS).sunday,
        created_at=LONG_AGO,
        teams=[Team(name=f"Défi {team:02d}", key=f"defi{team:02d}", slug=f"defi-{team:02d}") for team in range(TEAMS)],
    )
    db.session.add(promotion)
    db.session.flush()
    weeks = [first + ahead for ahead in range(WEEKS)]
    rows = [_bulletin(team.id, week, chance, vocabulary) for team in promotion.teams for week in weeks]
    db.session.execute(insert(Bulletin), rows)
    frozen = [{"promotion_id": promotion.id, "week": week, "frozen_at": LONG_AGO} for week in weeks]
    db.session.execute(insert(FrozenWeek), frozen)


def _bulletin(team: int, week: Week, chance: random.Random, vocabulary: list[str]) -> dict[str, object]:
    """A bulletin of some sixty words: each of COMMON is in four of ten, the others as words are in any language."""
    at = datetime.combine(week.day(3), datetime.min.time(), UTC)
    words = [word for word in COMMON if chance.random() < 0.4]
    words += [vocabulary[min(int(chance.paretovariate(0.6)), len(vocabulary)) - 1] for _ in range(50)]
    texts = {"priorities": " ".join(words[:20]), "ups_and_downs": " ".join(words[20:])}
    html = {"priorities_html": "", "ups_and_downs_html": ""}
    row = {"team_id": team, "week": week, "mood": Mood.GOOD, "published_in": week}
    return {**texts, **html, **row, "created_at": at, "updated_at": at}

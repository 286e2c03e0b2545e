"""Pages of 16 teams, each against a bare Flask route that runs the same SQL and renders as many bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, event

from app import create_app
from app.database import db
from app.teams.models import Membership
from tests.bench.timing import Ratio, compare
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.database import make_tables
from tests.fixtures.site import as_member, make_config

TEAMS = 16
ROUNDS = 51  # a page takes milliseconds: of a few rounds, the median still moves by a tenth
WEEKS = ["2019-W08", "2019-W09", "2019-W10"]
NOW = "2019-03-14T10:00:00+00:00"
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin. " * 2


def measure(url: str) -> list[Ratio]:
    """The ratios of three pages on the database at `url`, which is empty.

    Pages are asked for outside any context, as a server asks: each has one of its own, and nothing is loaded before.
    """
    make_tables(url)
    app = _application(url)
    with app.app_context():
        member = _promotion_of_sixteen_teams()
        client, engine, slug = as_member(app.test_client(), member), db.engine, member.promotion.slug
        db.session.commit()
    pages = {"my week": f"/{slug}/", "a week": f"/{slug}/weeks/2019-W10", "a digest": f"/{slug}/digests/2019-W10"}
    return [_page(engine, client, name, path) for name, path in pages.items()]


def _application(url: str) -> Flask:
    app = create_app(make_config(database_url=url, now=datetime.fromisoformat(NOW)))
    app.config.update(WTF_CSRF_ENABLED=True)
    return app


def _promotion_of_sixteen_teams() -> Membership:
    from app import clock
    from app.digests.service import issue
    from app.weeks import Week

    promotion = make_promotion()
    members = []
    for number in range(TEAMS):
        team = make_team(promotion, f"Défi {number:02d}")
        members += [make_member(promotion, "eig", team), make_member(promotion, "mentor", team)]
        for week in WEEKS:
            make_bulletin(team, week, priorities=TEXT, ups_and_downs=TEXT, help=TEXT if number % 4 == 0 else "")
    for week in WEEKS:
        issue(promotion, Week.parse(week), now=clock.now(), letters=False)
    return members[0]


def _page(engine: Engine, client: Any, name: str, path: str) -> Ratio:
    statements, size = _what_it_does(engine, client, path)
    bare = _bare_route(engine, statements, size)

    def ours() -> None:
        assert client.get(path).status_code == 200

    return compare(name, ours, bare, at_most=3, times=10, runs=ROUNDS)


def _what_it_does(engine: Engine, client: Any, path: str) -> tuple[list[tuple[str, Any]], int]:
    """The SQL that a page runs, and the bytes it sends."""
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    client.get(path)  # what is kept from one page to the next is kept by now
    event.listen(engine, "before_cursor_execute", keep)
    answer = client.get(path)
    event.remove(engine, "before_cursor_execute", keep)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
    return statements, len(answer.data)


def _bare_route(engine: Engine, statements: list[tuple[str, Any]], size: int) -> Callable[[], None]:
    """A Flask application of one route: the same SQL on the same database, one template, as many bytes."""
    bare = Flask("bare")
    line = "<p>" + "a" * 93 + "</p>\n"
    bare.jinja_loader = DictLoader({"page.html": "{% for line in lines %}{{ line | safe }}{% endfor %}"})

    @bare.get("/")
    def page() -> str:
        with engine.connect() as connection:
            for statement, parameters in statements:
                connection.exec_driver_sql(statement, parameters).all()
        return render_template("page.html", lines=[line] * (size // len(line)))

    client = bare.test_client()

    def visit() -> None:
        assert client.get("/").status_code == 200

    return visit

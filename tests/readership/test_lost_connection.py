"""PostgreSQL ends its connections, as when it starts anew: what meets a dead one fails alone, and says so."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, text

from app.database import db
from app.security import HEADERS
from app.teams.models import Membership
from tests.builders import make_digest, make_member, make_promotion
from tests.fixtures.site import as_member
from tests.pages import words

POOLED = 3
OWN = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 60000)")  # gives up after so many milliseconds


@pytest.fixture
def reader(app: Flask, client: FlaskClient) -> FlaskClient:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    member: Membership = make_member(make_promotion())
    make_digest(member.promotion, "2019-W09")
    return as_member(client, member)


def end_the_pooled_connections(database: str) -> None:
    """As many as wait in the site's pool, and no other."""
    db.session.rollback()
    with ExitStack() as stack:
        connections = [stack.enter_context(db.engine.connect()) for _ in range(POOLED)]
        pids = [connection.scalar(OWN) for connection in connections]
    with create_engine(database, poolclass=NullPool).connect() as connection:
        assert [connection.scalar(END, {"pid": pid}) for pid in pids] == [True] * POOLED


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_mark_on_a_lost_connection_fails_once_and_says_so(database: str, reader: FlaskClient) -> None:
    end_the_pooled_connections(database)
    answers = [reader.post("/promotion-3/digests/2019-W09/read") for _ in range(2 * POOLED)]
    assert [answer.status_code for answer in answers] == [503] + [302] * (2 * POOLED - 1)
    assert "Le site est momentanément en panne" in words(answers[0].text)
    assert answers[0].headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/promotion-3/digests/2019-W09", "/promotion-3/teams", "/me"])
def test_a_page_on_a_lost_connection_fails_once_and_says_so(database: str, reader: FlaskClient, path: str) -> None:
    end_the_pooled_connections(database)
    answers = [reader.get(path) for _ in range(2 * POOLED)]
    assert [answer.status_code for answer in answers] == [503] + [200] * (2 * POOLED - 1)
    assert "Le site est momentanément en panne" in words(answers[0].text)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.own_app
def test_a_page_whose_connection_is_lost_after_its_last_answer_is_shown(
    app: Flask, database: str, reader: FlaskClient
) -> None:
    @app.teardown_request
    def end_own_connection(_error: BaseException | None) -> None:
        pid = db.session.scalar(OWN)
        with create_engine(database, poolclass=NullPool).connect() as connection:
            assert connection.scalar(END, {"pid": pid})

    assert [reader.get("/promotion-3/teams").status_code for _ in range(2)] == [200, 200]
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

"""A request that only reads has one connection, which it cannot write by, and which it gives back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from app.database import db, first_row, rows
from app.read_only import reading_connection
from app.ready import Ready
from app.teams.models import Promotion
from tests.builders import make_promotion

pytestmark = pytest.mark.both_databases

PROMOTIONS = Ready(select(Promotion.id, Promotion.name))


@pytest.fixture
def site(app: Flask) -> Flask:
    """The site with one promotion, and every connection in the pool."""
    make_promotion(name="Promotion 3")
    db.session.remove()
    return app


@pytest.fixture
def request_to_read(site: Flask) -> Iterator[None]:
    with site.app_context(), site.test_request_context("/"):
        yield


@pytest.mark.usefixtures("request_to_read")
def test_rows_and_entities_come_by_one_connection() -> None:
    assert rows(PROMOTIONS) == [(1, "Promotion 3")]
    promotion = db.session.scalars(select(Promotion)).one()
    assert (promotion.name, db.session.connection()) == ("Promotion 3", reading_connection(lambda: db.engine))
    assert checked_out() == 1


def test_the_connection_is_given_back_at_the_end_also_of_a_request_that_failed(site: Flask) -> None:
    with pytest.raises(ZeroDivisionError), site.app_context(), site.test_request_context("/"):
        assert first_row(PROMOTIONS).name == "Promotion 3"  # type: ignore[union-attr]
        assert checked_out() == 1
        1 / 0  # noqa: B018 — the failure
    assert checked_out() == 0


@pytest.mark.usefixtures("request_to_read")
def test_nothing_is_written_by_it() -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        rows(Ready(delete(Promotion).returning(Promotion.id)))
    with pytest.raises(DBAPIError):
        db.session.execute(delete(Promotion))
    db.session.rollback()
    assert rows(PROMOTIONS) == [(1, "Promotion 3")]


def test_a_request_that_may_write_sees_by_rows_what_its_session_has_flushed(site: Flask) -> None:
    with site.app_context(), site.test_request_context("/", method="POST"):
        db.session.scalars(select(Promotion)).one().name = "Promotion 4"
        db.session.flush()
        assert rows(PROMOTIONS) == [(1, "Promotion 4")]
        db.session.rollback()
        assert rows(PROMOTIONS) == [(1, "Promotion 3")]
    assert checked_out() == 0


def checked_out() -> int:
    """How many of the engine's connections are in use."""
    count: int = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    return count

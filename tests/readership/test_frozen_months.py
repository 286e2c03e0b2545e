"""Figures that stay: open months counted once a night, complete ones frozen, and both served as stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.database import db
from app.jobs import refresh_figures
from app.readership.figures.formats import as_json
from app.readership.figures.monthly import RULE_VERSION
from app.readership.figures.reports import figures_by_month, month_figures, promotion_figures
from app.readership.figures.store import store_due_figures
from app.readership.models import ReadMark, StoredMonth, StoredPeriod
from app.teams.models import Promotion
from tests.builders import make_digest, make_member, make_promotion, make_read_mark
from tests.fixtures.database import OnEngine
from tests.threads import at_once

pytestmark = pytest.mark.both_databases

MARCH, APRIL = date(2019, 3, 1), date(2019, 4, 1)
IN_MARCH = datetime(2019, 3, 20, 10, 0, tzinfo=UTC)
IN_APRIL = datetime(2019, 4, 8, 1, 0, tzinfo=UTC)  # March is frozen since midnight
IN_MAY = datetime(2019, 5, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    """32 EIGs; 26 read in March, 25 in April."""
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(32)]
    for week, readers in (("2019-W10", eigs[:26]), ("2019-W15", eigs[7:])):
        digest = make_digest(promotion, week)
        for eig in readers:
            make_read_mark(digest, eig)
    return promotion


def forget_marks() -> None:
    db.session.execute(delete(ReadMark))
    db.session.commit()


def floors(promotion: Promotion, now: datetime) -> list[float | None]:
    return [figures.groups["eig"].floor for figures in figures_by_month(promotion, now)]


def test_frozen_figures_answer_without_any_mark(promotion: Promotion) -> None:
    before = [as_json(month_figures(promotion, month, IN_MAY)) for month in (MARCH, APRIL)]
    whole = as_json(promotion_figures(promotion, IN_MAY))
    assert store_due_figures(promotion, IN_MAY) == [MARCH, APRIL]
    forget_marks()
    assert [as_json(month_figures(promotion, month, IN_MAY)) for month in (MARCH, APRIL)] == before
    assert as_json(promotion_figures(promotion, IN_MAY)) == whole
    assert floors(promotion, IN_MAY) == [26 / 32, 25 / 32]


def test_a_frozen_month_says_when_and_by_which_rules(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_APRIL)
    month = db.session.get_one(StoredMonth, (promotion.id, MARCH))
    assert (month.frozen_at, month.rule_version, month.until) == (IN_APRIL, RULE_VERSION, date(2019, 4, 7))


def test_freezing_again_changes_nothing(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MAY)
    forget_marks()
    assert store_due_figures(promotion, IN_MAY) == []
    assert store_due_figures(promotion, IN_MAY + timedelta(days=30)) == []
    assert floors(promotion, IN_MAY) == [26 / 32, 25 / 32]


def test_an_open_month_is_counted_once_a_night(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MARCH)
    forget_marks()
    assert store_due_figures(promotion, IN_MARCH + timedelta(hours=12)) == []
    assert floors(promotion, IN_MARCH) == [26 / 32]
    next_night = datetime(2019, 3, 20, 23, 0, tzinfo=UTC)  # midnight in Paris
    assert store_due_figures(promotion, next_night) == [MARCH]
    assert floors(promotion, next_night) == [None]


def test_counts_of_another_day_are_made_anew(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MARCH)
    assert floors(promotion, IN_MAY) == [26 / 32, 25 / 32]
    assert promotion_figures(promotion, IN_MAY).months == (MARCH, APRIL)


def test_a_promotion_is_counted_with_each_month_that_is_frozen(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MARCH)
    assert db.session.get(StoredPeriod, promotion.id) is None
    store_due_figures(promotion, IN_APRIL)
    assert db.session.get_one(StoredPeriod, promotion.id).months == ["2019-03"]
    store_due_figures(promotion, IN_MAY)
    assert db.session.get_one(StoredPeriod, promotion.id).months == ["2019-03", "2019-04"]


def test_a_digest_issued_for_a_frozen_month_changes_nothing_in_it(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MAY)
    before = as_json(month_figures(promotion, MARCH, IN_MAY))
    make_digest(promotion, "2019-W11", issued_at=IN_MAY)
    store_due_figures(promotion, IN_MAY + timedelta(days=1))
    assert as_json(month_figures(promotion, MARCH, IN_MAY + timedelta(days=1))) == before


def test_what_is_stored_names_nobody(promotion: Promotion) -> None:
    store_due_figures(promotion, IN_MAY)
    month = db.session.get_one(StoredMonth, (promotion.id, MARCH))
    assert month.eig == {
        "classes": [26, 0, 0, 6],
        "measurable": 26,
        "answers": [0] * 5,
        "absent": [1, 2],
        "always": None,
    }


@pytest.mark.usefixtures("promotion")
def test_the_job_counts_and_says_nothing_when_there_is_nothing_to_do(
    app: Flask, clock: Any, on_engine: OnEngine
) -> None:
    clock.move_to(IN_MAY)
    refresh_figures(lambda: False)
    assert len(db.session.scalars(select(StoredMonth)).all()) == 2
    db.session.rollback()
    written: list[str] = []
    on_engine("before_cursor_execute", lambda *args: written.append(args[2]))
    refresh_figures(lambda: False)
    assert [statement for statement in written if not statement.startswith(("SELECT", "PRAGMA", "BEGIN"))] == []


def test_two_processes_freeze_a_month_once(app: Flask, promotion: Promotion) -> None:
    promotion_id = promotion.id

    def keep() -> list[date]:
        return store_due_figures(db.session.get_one(Promotion, promotion_id), IN_MAY)

    done = at_once(app, keep, keep)
    assert sorted(done, key=len) == [[], [MARCH, APRIL]]  # type: ignore[arg-type]

"""Marks, answers and consents go some months after the promotion's end; the figures stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import db
from app.jobs import refresh_figures
from app.readership.consent import Choice, ConsentPlace
from app.readership.figures.formats import as_json
from app.readership.figures.months import kept_until
from app.readership.figures.reports import figures_by_month, promotion_figures
from app.readership.figures.store import store_due_figures
from app.readership.models import Consent, MonthAnswer, ReadMark
from app.readership.read_marks import mark_read
from app.readership.retention import erase_old_reading
from app.readership.service import Unread, unread_digests
from app.readership.survey import Habit
from app.teams.models import Promotion
from tests.builders import make_digest, make_member, make_promotion, make_read_mark, saved
from tests.fixtures.site import as_member, running_app

END = date(2019, 4, 26)
LAST_DAY_KEPT = datetime(2019, 7, 26, 10, 0, tzinfo=UTC)  # the last day
OVER = LAST_DAY_KEPT + timedelta(days=1)
ROWS = (ReadMark, MonthAnswer, Consent)


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    return read_promotion()


def read_promotion() -> Promotion:
    """12 EIGs, of whom 6 read in March, answered and agreed; over since 26 April."""
    promotion = make_promotion(ends_on=END)
    eigs = [make_member(promotion) for _ in range(12)]
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:6]:
        make_read_mark(digest, eig)
        saved(MonthAnswer(membership_id=eig.id, month=digest.month, habit=Habit.WEEKLY))
        at = digest.issued_at
        saved(Consent(membership_id=eig.id, choice=Choice.GRANTED, at=at, text_version=1, place=ConsentPlace.ME))
    return promotion


def left() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(rows)) or 0 for rows in ROWS]


@pytest.mark.parametrize(
    ("ends_on", "months", "last"),
    [
        (date(2019, 4, 26), 3, date(2019, 7, 26)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2019, 12, 31), 0, date(2019, 12, 31)),
        (date(2019, 12, 31), 12, date(2020, 12, 31)),
    ],
)
def test_the_last_day_is_so_many_months_after_the_end(ends_on: date, months: int, last: date) -> None:
    assert kept_until(ends_on, months) == last


def test_everything_individual_goes_and_the_figures_answer_the_same(promotion: Promotion) -> None:
    store_due_figures(promotion, LAST_DAY_KEPT)
    months = [as_json(figures) for figures in figures_by_month(promotion, LAST_DAY_KEPT)]
    whole = as_json(promotion_figures(promotion, LAST_DAY_KEPT))
    assert not erase_old_reading(promotion, LAST_DAY_KEPT)
    assert left() == [6, 6, 6]
    assert erase_old_reading(promotion, OVER)
    assert left() == [0, 0, 0]
    assert [as_json(figures) for figures in figures_by_month(promotion, OVER)] == months
    assert as_json(promotion_figures(promotion, OVER)) == whole
    assert not erase_old_reading(promotion, OVER)


def test_nothing_goes_before_the_figures_are_kept(promotion: Promotion) -> None:
    assert not erase_old_reading(promotion, OVER)
    assert left() == [6, 6, 6]


def test_the_job_keeps_the_figures_first(promotion: Promotion, clock: time_machine.Traveller) -> None:
    clock.move_to(OVER)
    before = as_json(promotion_figures(promotion, OVER))
    refresh_figures(lambda: False)
    assert left() == [0, 0, 0]
    assert as_json(promotion_figures(promotion, OVER)) == before


def test_another_promotion_keeps_its_own(promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4", ends_on=date(2019, 12, 20))
    make_read_mark(make_digest(other, "2019-W11"), make_member(other))
    store_due_figures(promotion, OVER)
    erase_old_reading(promotion, OVER)
    assert left() == [1, 0, 0]


def test_an_archive_issued_later_does_not_count_the_promotion_anew(promotion: Promotion) -> None:
    store_due_figures(promotion, OVER)
    before = as_json(promotion_figures(promotion, OVER))
    erase_old_reading(promotion, OVER)
    make_digest(promotion, "2019-W15", issued_at=OVER)
    store_due_figures(promotion, OVER + timedelta(hours=1))
    assert as_json(promotion_figures(promotion, OVER + timedelta(hours=1))) == before


def test_afterwards_nothing_is_recorded_and_nothing_waits_to_be_read(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller
) -> None:
    clock.move_to(OVER)
    member, digest = make_member(promotion), make_digest(promotion, "2019-W12")
    assert not mark_read(member, digest, OVER)
    assert unread_digests(member, OVER) == Unread([], 0)
    as_member(client, member)
    page = client.get("/promotion-3/digests/2019-W12")
    assert (page.status_code, "digests/2019-W12/read" in page.text) == (200, False)
    assert client.post("/promotion-3/digests/2019-W12/read").status_code == 302
    assert left() == [6, 6, 6]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_promotion_that_keeps_nothing_still_freezes_its_last_month(database: str) -> None:
    from tests.fixtures.site import make_config

    for _ in running_app(make_config(database_url=database, marks_kept_months=0)):
        promotion = read_promotion()
        store_due_figures(promotion, datetime(2019, 5, 7, 10, 0, tzinfo=UTC))
        assert not erase_old_reading(promotion, datetime(2019, 5, 7, 10, 0, tzinfo=UTC))  # April is still open
        assert erase_old_reading(promotion, datetime(2019, 5, 8, 10, 0, tzinfo=UTC))

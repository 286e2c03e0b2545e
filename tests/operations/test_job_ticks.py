"""A job process that is dead, was never started, or whose jobs fail: the coordination's page and monitoring tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from app.database import db
from app.job_process import make_scheduler
from app.job_ticks.models import JobTick
from app.job_ticks.rules import JobTrouble, Tick, find_job_trouble
from app.job_ticks.service import TickRecorder, current_job_trouble
from app.jobs import JOBS, failures
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.database import OnEngine
from tests.fixtures.site import as_member
from tests.pages import words

NOW = datetime(2019, 3, 8, 14, 0, tzinfo=UTC)
DESK = "/promotion-3/manage/"
NEVER = "Rien ne part automatiquement\N{NO-BREAK SPACE}: le programme d’envoi n’a jamais démarré".replace("\xa0", " ")
SILENT = "le programme d’envoi ne donne plus signe de vie depuis vendredi à 14 h 58"


def ticks(**seconds_ago: int) -> list[Tick]:
    seconds = {job.name: job.seconds for job in JOBS}
    return [Tick(name, seconds[name], NOW - timedelta(seconds=ago)) for name, ago in seconds_ago.items()]


@pytest.mark.parametrize(
    ("found", "trouble"),
    [
        ([], JobTrouble(never=True)),
        (ticks(letters=0, schedule=3, bounces=299), JobTrouble()),
        (ticks(letters=120, schedule=120, bounces=420), JobTrouble()),
        (ticks(letters=121, schedule=121, bounces=121), JobTrouble(silent_since=NOW - timedelta(seconds=121))),
        (ticks(letters=121, schedule=0), JobTrouble(silent=(("letters", NOW - timedelta(seconds=121)),))),
        (ticks(letters=0, bounces=420), JobTrouble()),
        (ticks(letters=0, bounces=421), JobTrouble(silent=(("bounces", NOW - timedelta(seconds=421)),))),
        (
            [Tick("letters", 1, NOW, NOW - timedelta(hours=1))],
            JobTrouble(failing=(("letters", NOW - timedelta(hours=1)),)),
        ),
    ],
)
def test_silence_begins_after_two_minutes_beyond_a_jobs_own_interval(found: list[Tick], trouble: JobTrouble) -> None:
    assert find_job_trouble(found, NOW) == trouble
    assert bool(trouble) is (trouble != JobTrouble())


@pytest.mark.both_databases
def test_a_job_has_one_row_which_is_written_seldom_and_at_once_when_it_fails(app: Flask) -> None:
    recorder = TickRecorder()
    written = [recorder.record(Tick("letters", 1, NOW + timedelta(seconds=second))) for second in range(41)]
    assert [second for second, was_written in enumerate(written) if was_written] == [0, 20, 40]
    assert recorder.record(Tick("letters", 1, NOW + timedelta(seconds=41), failing_since=NOW))
    row = db.session.scalars(select(JobTick)).one()
    assert (row.name, row.ticked_at, row.failing_since) == ("letters", NOW + timedelta(seconds=41), NOW)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_tick_that_the_database_did_not_take_is_written_by_the_next(app: Flask, on_engine: OnEngine) -> None:
    is_away = True
    on_engine("begin", lambda c: c.exec_driver_sql(f"PRAGMA query_only = {'ON' if is_away else 'OFF'}"))
    recorder = TickRecorder()
    with pytest.raises(OperationalError):
        recorder.record(Tick("letters", 1, NOW))
    is_away = False
    db.engine.dispose()  # the connection that still refuses
    assert recorder.record(Tick("letters", 1, NOW + timedelta(seconds=1)))


@pytest.fixture
def judith(client: FlaskClient, clock: Traveller) -> FlaskClient:
    clock.move_to(NOW)
    promotion = make_promotion()
    make_team(promotion)
    return as_member(client, make_member(promotion, "coordinator", name="Judith"))


def run_jobs(app: Flask) -> None:
    """Each job once, as the scheduler calls it."""
    scheduler = make_scheduler(app, lambda: False)
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.func()
    scheduler.shutdown()


@pytest.mark.own_app
def test_the_coordination_and_monitoring_are_told_that_nothing_leaves(
    app: Flask, judith: FlaskClient, clock: Traveller
) -> None:
    assert NEVER in words(judith.get(DESK).text)
    assert judith.get("/healthz/jobs").status_code == 503
    clock.move_to(NOW - timedelta(minutes=2))
    run_jobs(app)
    clock.move_to(NOW)
    assert not current_job_trouble(NOW)
    assert "signe de vie" not in judith.get(DESK).text
    assert judith.get("/healthz/jobs").text == "ok\n"
    clock.shift(1)
    assert SILENT in words(judith.get(DESK).text)
    answer = judith.get("/healthz/jobs")
    assert (answer.status_code, answer.text) == (503, "silent since 2019-03-08 13:58:00 UTC (flask timetable)\n")
    healthy = judith.get("/healthz")
    assert (healthy.status_code, healthy.text.splitlines()[0]) == (200, "ok")
    assert "jobs: silent since" in healthy.text


@pytest.mark.own_app
def test_a_job_that_fails_every_time_is_told_by_name_and_no_more_once_it_works(
    app: Flask, judith: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_promotion(slug="broken", timezone="Nowhere/Near")
    run_jobs(app)
    page = words(judith.get(DESK).text)
    assert "Rappels et récapitulatifs : en échec depuis vendredi à 15 h" in page.replace("\xa0", " ")
    assert f"schedule of promotion {broken.id} fails: " in caplog.text
    db.session.delete(db.session.merge(broken))
    db.session.commit()
    failures.forget()
    run_jobs(app)
    assert "en échec" not in judith.get(DESK).text


def test_members_are_told_nothing_of_it(app: Flask, judith: FlaskClient, client: FlaskClient) -> None:
    promotion_page = client.get("/promotion-3/")
    assert promotion_page.status_code == 200
    assert "programme d’envoi" not in promotion_page.text

"""The job process, for real: it does what is due within seconds, stops when told to, and two of them do it once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Event
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app import job_process, jobs
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.job_process import make_scheduler
from app.job_ticks.service import read_ticks
from app.jobs import JOBS, run_schedule
from app.letters.models import Letter
from app.letters.states import State
from app.teams.models import Membership, Person, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.threads import at_once

ROOT = Path(__file__).parents[1]
W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
JUST_BEFORE = "2019-03-08T14:04:58Z"
UP, DOWN = "The timetable is running.", "The timetable has stopped."


@contextmanager
def timetable(database: str, relay: Relay, now: str = JUST_BEFORE) -> Iterator[subprocess.Popen[str]]:
    """A running `flask timetable` whose clock starts at `now`; stopped afterwards if it has not stopped itself."""
    db.session.rollback()
    ours = {"DATABASE_URL": database, "SMTP_URL": relay.url, "NOW": now, "DURABILITY": "relaxed"}
    command = [sys.executable, "-m", "flask", "timetable"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **ours}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        assert any(UP in line for line in process.stdout), "it did not start"
        try:
            yield process
        finally:
            process.terminate()


def stop(process: subprocess.Popen[str], how: int = signal.SIGTERM) -> str:
    """Tell the process to stop; what it output since it was up. Fails unless it ends well."""
    process.send_signal(how)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert DOWN in output
    return output


def until(condition: Callable[[], object]) -> None:
    """Look again and again until `condition` holds; fails when it does not in time."""
    deadline = monotonic() + 300
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        Event().wait(0.02)


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """Three teams, of which two have written, and nine members."""
    promotion = make_promotion(starts_on=W10.monday)
    teams = [make_team(promotion) for _ in range(3)]
    for team in teams[:2]:
        make_bulletin(team, W10)
    for number in range(9):
        make_member(promotion, "eig", teams[number % 3], f"{number}@x.example")
    return promotion


def states() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Letter.state)))


def test_it_issues_the_digest_and_sends_its_letters_within_seconds(
    promotion: Promotion, database: str, relay: Relay
) -> None:
    with timetable(database, relay) as process:
        until(lambda: len(relay.messages) == 9)
        output = stop(process)
    assert re.search(
        r"^2019-03-08 14:0\d:[\d.]+\+00:00 INFO promotion-3: digest of 2019-W10 issued$", output, re.MULTILINE
    )
    assert "Traceback" not in output
    digest = db.session.scalars(select(Digest)).one()
    assert DUE <= digest.issued_at < DUE + timedelta(minutes=5)  # seconds; minutes on a busy machine
    assert {message.message["Date"].datetime for message in relay.messages} == {digest.issued_at.replace(microsecond=0)}
    assert states() == {State.SENT: 9}


def test_it_reminds_the_teams_that_have_not_written(promotion: Promotion, database: str, relay: Relay) -> None:
    with timetable(database, relay, "2019-03-08T13:00:00Z") as process:
        until(lambda: len(relay.messages) == 3)
        stop(process, signal.SIGINT)
    assert sorted(to for message in relay.messages for to in message.envelope_to) == [
        "2@x.example",
        "5@x.example",
        "8@x.example",
    ]


@pytest.mark.long
def test_two_job_processes_send_each_letter_once(promotion: Promotion, database: str, relay: Relay) -> None:
    with ExitStack() as both:
        processes = [both.enter_context(timetable(database, relay)) for _ in range(2)]
        until(lambda: len(relay.messages) >= 9)
        for process in processes:
            assert "Traceback" not in stop(process)
    assert Counter(to for message in relay.messages for to in message.envelope_to) == {
        f"{number}@x.example": 1 for number in range(9)
    }
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 1


def test_told_to_stop_it_finishes_the_letter_in_hand_and_gives_the_others_back(
    promotion: Promotion, database: str, relay: Relay
) -> None:
    people = [Person(email=f"more{number}@x.example", created_at=DUE) for number in range(1500)]
    db.session.add_all(Membership(promotion=promotion, person=person, role="eig") for person in people)
    db.session.commit()
    issue(promotion, W10, now=DUE)
    with timetable(database, relay, "2019-03-08T14:06:00Z") as process:
        until(lambda: relay.messages)
        stop(process)
    sent = len(relay.messages)
    assert sent < 1509
    assert states() == {State.SENT: sent, State.QUEUED: 1509 - sent}
    assert len({to for message in relay.messages for to in message.envelope_to}) == sent


def never() -> bool:
    return False


def test_one_promotions_trouble_is_not_anothers(
    app: Flask, promotion: Promotion, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_promotion(slug="broken", timezone="Nowhere/Near")
    whole = make_promotion(slug="whole")
    make_bulletin(make_team(whole), W10)
    clock.move_to(DUE)
    run_schedule(never)
    assert [digest.promotion.slug for digest in db.session.scalars(select(Digest).order_by(Digest.promotion_id))] == [
        "promotion-3",
        "whole",
    ]
    assert f"promotion {broken.id}" in caplog.text


def test_told_to_stop_it_begins_no_other_promotion(app: Flask, promotion: Promotion, clock: Traveller) -> None:
    clock.move_to(DUE)
    run_schedule(lambda: True)
    assert db.session.scalars(select(Digest)).all() == []


@pytest.mark.both_databases
def test_ticks_at_the_same_moment_remind_and_issue_once(app: Flask, promotion: Promotion, clock: Traveller) -> None:
    for now, letters in (("2019-03-08T09:00:00Z", 3), ("2019-03-08T14:05:00Z", 12)):
        clock.move_to(now)
        assert at_once(app, *[lambda: run_schedule(never)] * 3) == [None] * 3
        assert states() == {State.QUEUED: letters}
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_late_tick_runs_once_and_never_beside_itself(app: Flask) -> None:
    scheduler = make_scheduler(app, never)
    scheduler.start(paused=True)
    jobs = scheduler.get_jobs()
    scheduler.shutdown()
    assert {job.id for job in jobs} == {job.name for job in JOBS}
    assert {(job.misfire_grace_time, job.coalesce, job.max_instances) for job in jobs} == {(None, True, 1)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_job_runs_as_soon_as_the_process_starts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its interval: or the desk would say for minutes after a restart that some are silent."""
    ran: Queue[str] = Queue()
    seldom = [jobs.Job(name, 3600, lambda _stop, name=name: ran.put(name)) for name in ("figures", "purge")]
    monkeypatch.setattr(jobs, "JOBS", seldom)
    scheduler = make_scheduler(app, never)
    scheduler.start()
    assert {ran.get(timeout=60) for _ in seldom} == {"figures", "purge"}
    scheduler.shutdown()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_job_that_leaves_a_look_up_open_does_not_keep_its_own_tick_out(app: Flask) -> None:
    make_promotion()
    db.session.rollback()
    job = jobs.Job("looks", 1, lambda _stop: list(db.session.scalars(select(Promotion.id))) and None)
    job_process._in_context(app, job, lambda: False)()
    assert [tick.name for tick in read_ticks()] == ["looks"]

"""What fails again and again is logged when it begins, once a minute, and when it ends; an outage has no traceback."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from app import jobs
from app.digests.service import issue
from app.job_process import make_scheduler
from app.jobs import relay_log
from app.letters.relay_status import RelayLog, RelayTrouble
from app.logs import FORMAT, ClockFormatter, FailureLog, OutageFilter, describe, elapsed, is_outage
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import make_config, running_app
from tests.letters.conftest import use_relay

NOON = datetime(2019, 3, 8, 12, 0, tzinfo=UTC)
AWAY = OperationalError(
    "SELECT 1", {}, Exception("connection refused\n\tIs the server running?\nDETAIL: zoe@x.example")
)
NOBODY_THERE = "smtp://127.0.0.1:1"
PAUSE = 31  # seconds: more than the breaker pauses


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.out = io.StringIO()
        self.setFormatter(ClockFormatter(FORMAT))
        self.addFilter(lambda record: record.name.startswith(("app", "test")))  # the test's own relay logs as well
        self.addFilter(OutageFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.out.write(self.format(record) + "\n")

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def lines(self) -> list[str]:
        """Each line without its date."""
        return [line.partition(" ")[2].partition(" ")[2] for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the processes log, as they write it."""
    handler, root = Lines(), logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def failures(lines: Lines) -> FailureLog:
    return FailureLog(logging.getLogger("test"))


def fail(failures: FailureLog, error: Exception, seconds: int) -> None:
    try:
        raise error
    except Exception as raised:
        failures.failed("the job", raised, NOON + timedelta(seconds=seconds))


def test_an_outage_is_one_line_at_its_beginning_one_a_minute_and_one_at_its_end(
    failures: FailureLog, lines: Lines
) -> None:
    for second in range(150):
        fail(failures, AWAY, second)
        failures.failed("another job", AWAY, NOON + timedelta(seconds=second))
    failures.succeeded("the database", NOON + timedelta(seconds=150))
    failures.succeeded("the database", NOON + timedelta(seconds=151))
    assert lines.lines == [
        "ERROR the database fails: connection refused Is the server running?; it is tried again by itself",
        "ERROR the database still fails, for 1 min 0 s now: connection refused Is the server running?",
        "ERROR the database still fails, for 2 min 0 s now: connection refused Is the server running?",
        "WARNING the database works again, after 2 min 30 s",
    ]


def test_a_fault_of_ours_has_its_traceback_once_whatever_it_says_each_time(failures: FailureLog, lines: Lines) -> None:
    for second in range(0, 130, 5):
        fail(failures, KeyError(f"at {second}"), second)
    failures.succeeded("the job", NOON + timedelta(seconds=130))
    assert lines.text.count("Traceback") == 1
    assert lines.lines[0] == "ERROR the job fails: 'at 0'; it is tried again by itself"
    assert [line for line in lines.lines if "still" in line] == [
        "ERROR the job still fails, for 1 min 0 s now: 'at 60'",
        "ERROR the job still fails, for 2 min 0 s now: 'at 120'",
    ]
    assert lines.lines[-1] == "WARNING the job works again, after 2 min 10 s"


def test_another_fault_has_a_traceback_of_its_own(failures: FailureLog, lines: Lines) -> None:
    fail(failures, KeyError("a"), 0)
    fail(failures, ValueError("b"), 1)
    assert lines.text.count("Traceback") == 2


def test_what_fails_and_works_by_turns_is_logged_once_a_minute(failures: FailureLog, lines: Lines) -> None:
    for second in range(59):
        fail(failures, AWAY, second)
        failures.succeeded("the database", NOON + timedelta(seconds=second))
    assert len(lines.lines) == 2


def test_a_log_of_somebody_else_about_an_outage_loses_its_traceback_and_is_written_once_a_minute(
    lines: Lines, clock: Traveller
) -> None:
    for _ in range(61):
        try:
            raise AWAY
        except OperationalError:
            logging.getLogger("app").exception("Exception on %s", "/healthz")
        clock.shift(1)
    assert lines.lines == [
        "ERROR Exception on /healthz: connection refused Is the server running?",
        "ERROR Exception on /healthz: connection refused Is the server running?"
        " (59 more like this since the last such line)",
    ]


def test_no_line_holds_what_a_database_quotes_of_a_row() -> None:
    assert "zoe" not in describe(AWAY)
    assert describe(ValueError("one\n  two")) == "one two"


def test_a_missing_table_is_no_outage() -> None:
    assert not is_outage(OperationalError("SELECT 1", {}, Exception("no such table: people")))
    assert is_outage(AWAY)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (-5, "0 s")]
)
def test_how_long_is_said_in_words(seconds: int, words: str) -> None:
    assert elapsed(NOON, NOON + timedelta(seconds=seconds)) == words


def test_every_line_has_its_zone(lines: Lines, clock: Traveller) -> None:
    clock.move_to("2019-07-05T13:05:00Z")
    logging.getLogger("app").warning("something")
    assert lines.text == "2019-07-05 13:05:00.000+00:00 WARNING something\n"


def test_the_relay_is_told_at_its_beginning_and_its_end(lines: Lines) -> None:
    log, trouble = RelayLog(logging.getLogger("test")), RelayTrouble(NOON, "Connection refused")
    for each in (None, trouble, trouble, trouble, None, None):
        log.observe(each, NOON + timedelta(minutes=12))
    assert lines.lines == [
        "ERROR the relay takes no letters since 2019-03-08 12:00:00+00:00: Connection refused;"
        " they wait, and are tried again by themselves",
        "WARNING the relay takes letters again, after 12 min 0 s",
    ]


def test_the_job_process_says_that_letters_left_and_when_the_relay_was_away(
    app: Flask, relay: Relay, clock: Traveller, lines: Lines
) -> None:
    relay_log.observe(None, NOON)
    clock.move_to(NOON)
    promotion = make_promotion()
    team = make_team(promotion)
    for _ in range(3):
        make_member(promotion, "eig", team)
    make_bulletin(team, "2019-W10")
    issue(promotion, Week.parse("2019-W10"), now=NOON)
    use_relay(app, NOBODY_THERE)
    for _ in range(20):
        jobs.send_letters(lambda: False)
        clock.shift(PAUSE)
    use_relay(app, relay.url)
    for _ in range(3):
        jobs.send_letters(lambda: False)
    assert [line.partition(":")[0] for line in lines.lines] == [
        "ERROR the relay takes no letters since 2019-03-08 12",
        "INFO letters",
        "WARNING the relay takes letters again, after 10 min 20 s",
    ]
    assert lines.lines[1] == "INFO letters: 3 sent, 0 deferred, 0 failed, 0 interrupted"


def test_a_database_that_is_away_for_ten_minutes_is_ten_lines_of_the_job_process(
    clock: Traveller, lines: Lines, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "apscheduler")
    clock.move_to(NOON)
    url = "postgresql+psycopg://bulletins@127.0.0.1:1/bulletins"
    for app in running_app(make_config(database_url=url)):
        scheduler = make_scheduler(app, lambda: False)
        scheduler.start(paused=True)
        tick_all: list[Any] = [job.func for job in scheduler.get_jobs()]
        for _ in range(60):
            for tick in tick_all:
                tick()
            clock.shift(10)
        scheduler.shutdown()
    assert "Traceback" not in lines.text
    assert len(lines.lines) == 10

"""What else happens to servers: they are down for a weekend, their clock jumps, their database goes away."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.crash.kill_points import ANY_MOMENT, KillPoint
from tests.crash.plan import TIMETABLE, Plan
from tests.crash.processes import PATIENCE
from tests.crash.scenario import prepare

pytestmark = [pytest.mark.long, pytest.mark.slow_parts]

FRIDAY_2_PM = datetime(2019, 3, 8, 13, 0, tzinfo=UTC)  # in Paris
MONDAY_9_AM = datetime(2019, 3, 11, 8, 0, tzinfo=UTC)
MEMBERS = 60
TIMES = 12


def calm(database: str, *, members: int = MEMBERS) -> Plan:
    """Two job processes, and a relay that does nothing worse than greylisting."""
    return Plan(database.partition(":")[0], TIMETABLE, 2, members, kills=0, seed=1, share=0)


@contextmanager
def trouble(database: str) -> Iterator[Callable[[], None]]:
    """A function that locks SQLite's file at one call and frees it at the next, or ends all sessions of PostgreSQL."""
    if database.startswith("sqlite"):
        # Its turn may come late among busy writers: SQLite has no queue.
        connection = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=PATIENCE, isolation_level=None)
        yield lambda: connection.execute("ROLLBACK" if connection.in_transaction else "BEGIN IMMEDIATE") and None
        connection.close()
        return
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    sessions = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        ours = connection.execute(text(f"SELECT array_agg(pid) {sessions}")).scalar() or []
        end = text(f"SELECT pg_terminate_backend(pid) {sessions} AND pid <> ALL(:ours)")
        yield lambda: connection.execute(end, {"ours": ours}) and None


def test_a_server_that_was_down_from_friday_to_monday_sends_one_digest_late(database: str, tmp_path: Path) -> None:
    with prepare(calm(database), database, tmp_path) as scenario:
        scenario.processes.set_clock(FRIDAY_2_PM - timedelta(seconds=1))
        scenario.processes.kill_next(*[KillPoint(ANY_MOMENT, seconds=0.3)] * 2)
        scenario.processes.work(TIMETABLE, processes=2, over=lambda alive: scenario.processes.kills.total() == 2)
        assert scenario.rows.digests() == 0
        scenario.processes.set_clock(MONDAY_9_AM)
        scenario.finish()
        result = scenario.result()
    assert result.clean, result
    assert result.account.doubled == result.account.interruptions == 0
    assert Counter(receipt.recipient for receipt in scenario.relay.receipts) == {
        "coordination@promotion.example": 2,  # the digest, and the note after it
        **{f"member{number}@promotion.example": 1 for number in range(MEMBERS - 1)},
    }
    dates = {parsedate_to_datetime(receipt.date) for receipt in scenario.relay.receipts}
    assert MONDAY_9_AM <= min(dates) < max(dates) < MONDAY_9_AM + timedelta(hours=1)


def test_a_clock_that_jumps_back_an_hour_in_the_middle_sends_nothing_twice(database: str, tmp_path: Path) -> None:
    with prepare(calm(database), database, tmp_path) as scenario:
        scenario.processes.kill_next(KillPoint("after data", 5), KillPoint("answered", 10))
        scenario.round()
        before = len(scenario.relay.receipts)
        assert 0 < before < MEMBERS  # some are in the hands of the dead
        scenario.processes.set_clock(scenario.processes.now - timedelta(hours=1))
        scenario.processes.kill_next(*[KillPoint("ticking", 2)] * 2)  # when both have looked for what is due
        scenario.processes.work(TIMETABLE, processes=2, over=lambda alive: scenario.processes.kills["ticking"] == 2)
        assert len(scenario.relay.receipts) == before  # by this clock, nothing is due
        scenario.finish()
        result = scenario.result()
    assert result.clean, result
    assert result.account.received == result.account.due == MEMBERS + 1


def test_a_database_that_goes_away_again_and_again_delays_and_loses_nothing(database: str, tmp_path: Path) -> None:
    times = iter(range(TIMES))
    with prepare(calm(database, members=300), database, tmp_path) as scenario, trouble(database) as cause_trouble:

        def over(alive: set[int]) -> bool:
            if not scenario.rows.digests():
                return False
            if next(times, None) is None:
                return not scenario.rows.is_any_due(scenario.processes.now)
            cause_trouble()
            return False

        scenario.processes.work(TIMETABLE, processes=2, over=over)
        scenario.finish()
        result = scenario.result()
    log = (tmp_path / "processes.log").read_text()
    assert database.startswith("sqlite") or "terminating connection" in log, "no session was ended"
    assert result.clean, result
    assert result.account.received == result.account.due

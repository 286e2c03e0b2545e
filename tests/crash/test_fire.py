"""A short run of `make torture`: processes killed at every named point, a relay that misbehaves, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.kill_points import SENDING
from tests.crash.plan import DELIVER, TIMETABLE, Plan
from tests.crash.scenario import run

pytestmark = [pytest.mark.long, pytest.mark.slow_parts]

MEMBERS, KILLS = 100, 12


@pytest.mark.parametrize("command", [DELIVER, TIMETABLE])
def test_no_letter_is_lost_or_doubled_without_an_interruption(database: str, tmp_path: Path, command: str) -> None:
    plan = Plan(database.partition(":")[0], command, 2, MEMBERS, KILLS, seed=1, pipelining=command == TIMETABLE)
    result = run(plan, database, tmp_path)
    assert result.clean, f"{result}\n{(tmp_path / 'processes.log').read_text()}"
    assert result.account.received + result.account.refused == result.account.due >= MEMBERS
    assert result.account.doubled <= result.account.interruptions
    assert result.kills.keys() >= {"freezing", *SENDING}
    assert result.kills.total() >= KILLS * 2 // 3  # some may find no letter left to strike at

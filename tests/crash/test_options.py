"""What `make torture` takes, and refuses in a sentence."""

from __future__ import annotations

from random import Random

import pytest

from tests.crash.__main__ import parse_options
from tests.crash.plan import LEAST_KILLS, TIMETABLE, Plan, kill_points_of


def test_fewer_kills_than_a_scenario_needs_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--kills", str(LEAST_KILLS - 1)])
    assert f"a scenario strikes at {LEAST_KILLS} moments" in capsys.readouterr().err


@pytest.mark.parametrize("kills", [0, LEAST_KILLS, 40])
def test_so_many_as_are_asked_for_are_killed(kills: int) -> None:
    options = parse_options(["--kills", str(kills)])
    plan = Plan("sqlite", TIMETABLE, 2, options.members, options.kills, seed=1)
    assert len(kill_points_of(plan, Random(1))) == kills

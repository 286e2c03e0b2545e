"""A short year: each digest and letter once, months final, marks erased; and its account notices what is not so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.year.course import Plan, run
from tests.year.decisions import Decided

SHORT = Plan(teams=3, members=12, weeks=6, down=(2,), decided=Decided(put_off=(3,), held=(4,), by_hand=(5,)))


@pytest.mark.slow_parts
def test_a_short_year_loses_and_doubles_nothing(tmp_path: Path) -> None:
    account = run(SHORT, f"sqlite:///{tmp_path / 'year.sqlite'}")
    assert account.faults == []
    assert (account.digests, account.late_digests) == (6, 3)
    assert account.expected_letters == 6 * SHORT.members
    assert account.months >= 2
    for broken in (
        {"digests": 5},
        {"early_digests": 1},
        {"digest_letters": 71},
        {"lost": 1},
        {"doubled": 1},
        {"received": account.received + 1},
        {"open_months": 1},
        {"marks_left": 1},
    ):
        assert len(replace(account, **broken).faults) >= 1, broken

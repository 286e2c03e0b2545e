"""Who sees the bulletins of a week: a row for each state of the week, and for who asks."""

from __future__ import annotations

import pytest

from app.bulletins.visibility import Sight, sight
from app.weeks import WeekState


@pytest.mark.parametrize(
    ("state", "coordination", "others"),
    [
        (WeekState.NOT_OPEN, Sight.WHO_HAS_WRITTEN, Sight.OWN_TEAM),
        (WeekState.OPEN, Sight.WHO_HAS_WRITTEN, Sight.OWN_TEAM),
        (WeekState.CLOSED, Sight.ALL, Sight.OWN_TEAM),
        (WeekState.ISSUED, Sight.ALL, Sight.ALL),
    ],
)
def test_the_coordination_reads_from_the_closing_on_and_others_once_it_is_issued(
    state: WeekState, coordination: Sight, others: Sight
) -> None:
    assert sight(state, coordinates=True) is coordination
    assert sight(state, coordinates=False) is others

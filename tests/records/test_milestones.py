"""When a milestone may be answered."""

from __future__ import annotations

from datetime import date

import pytest

from app.records.milestones import milestone_state


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "today", "state"),
    [
        (date(2026, 6, 1), date(2026, 6, 15), date(2026, 5, 31), "planned"),
        (date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 1), "open"),
        (date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 15), "open"),
        (date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 16), "closed"),
        (None, None, date(2026, 6, 1), "closed"),
    ],
)
def test_both_days_are_within(opens_on: date | None, closes_on: date | None, today: date, state: str) -> None:
    assert milestone_state(opens_on, closes_on, today) == state

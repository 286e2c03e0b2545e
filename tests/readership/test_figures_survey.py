"""How sure a share of answers is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readership.survey import wilson


@pytest.mark.parametrize(
    ("positive", "answers", "low", "high"),
    [  # the roots of Wilson's equation (share - p)² = z² p (1 - p) / n, found by bisection
        (22, 27, 0.6330, 0.9182),
        (23, 27, 0.6752, 0.9408),
        (1, 10, 0.0179, 0.4042),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_interval_is_wilsons(positive: int, answers: int, low: float, high: float) -> None:
    assert wilson(positive, answers) == pytest.approx((low, high), abs=5e-5)


@given(answers=st.integers(1, 500), data=st.data())
def test_the_interval_holds_the_share_and_stays_between_nought_and_one(answers: int, data: st.DataObject) -> None:
    positive = data.draw(st.integers(0, answers))
    low, high = wilson(positive, answers)
    assert 0 <= low <= positive / answers <= high <= 1

"""Whose turn it is: the order goes round, and neither a pause nor somebody's leaving makes anybody wait."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from app.rota.rules import next_turn_of, share_turns
from app.weeks import Week, weeks_between

W01 = Week.parse("2019-W10")
ADA, BOB, CLEO = 1, 2, 3


def names(
    order: list[int],
    weeks: list[int],
    gone: Mapping[int, int] | None = None,
    exchanges: Mapping[int, int] | None = None,
) -> list[int | None]:
    """Whose turns the weeks are (numbers from 1); `gone`: who left before which week."""
    asked = [W01 + (number - 1) for number in weeks]

    def is_there(member: int, week: Week) -> bool:
        left = (gone or {}).get(member)
        return left is None or week < W01 + (left - 1)

    turns = share_turns(order, asked, is_there, {W01 + (n - 1): who for n, who in (exchanges or {}).items()})
    return [turns.get(week) for week in asked]


def test_the_order_goes_round_once_a_week() -> None:
    assert names([BOB, ADA], [1, 2, 3, 4]) == [BOB, ADA, BOB, ADA]


def test_a_week_without_a_bulletin_uses_no_turn() -> None:
    assert names([ADA, BOB, CLEO], [1, 3, 4]) == [ADA, BOB, CLEO]


def test_who_leaves_drops_out_and_nobody_writes_twice_for_it() -> None:
    assert names([ADA, BOB, CLEO], [1, 2, 3, 4, 5], gone={ADA: 2}) == [ADA, BOB, CLEO, BOB, CLEO]
    assert names([ADA, BOB, CLEO], [1, 2, 3, 4], gone={BOB: 2}) == [ADA, CLEO, ADA, CLEO]


def test_an_exchange_changes_its_week_and_no_other() -> None:
    assert names([ADA, BOB, CLEO], [1, 2, 3, 4], exchanges={1: CLEO, 3: ADA}) == [CLEO, BOB, ADA, ADA]


def test_an_exchange_with_somebody_who_has_left_counts_for_nothing() -> None:
    assert names([ADA, BOB], [1, 2, 3], gone={CLEO: 1}, exchanges={2: CLEO}) == [ADA, BOB, ADA]


def test_where_nobody_is_left_it_is_nobodys_turn() -> None:
    assert names([ADA], [1, 2], gone={ADA: 2}) == [ADA, None]
    assert names([], [1]) == [None]


def test_the_next_turn_is_the_first_after_the_week() -> None:
    turns = {W01: ADA, W01 + 1: BOB, W01 + 2: ADA}
    assert next_turn_of(ADA, W01, turns) == W01 + 2
    assert next_turn_of(BOB, W01 + 1, turns) is None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True), st.integers(1, 44))
def test_nobody_writes_more_than_once_more_than_another(order: list[int], number: int) -> None:
    turns = share_turns(order, weeks_between(W01, W01 + (number - 1)), lambda _member, _week: True, {})
    shares = [list(turns.values()).count(member) for member in order]
    assert max(shares) - min(shares) <= 1
    assert sum(shares) == number

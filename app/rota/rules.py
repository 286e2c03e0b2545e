"""Whose turn it is. Values in, values out.

The order goes round once a week that has a bulletin of the team; a week without one, a paused one included, uses no
turn. Who is not there in a week is passed over, and keeps nobody waiting. An exchange changes its week and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.weeks import Week

IsThere = Callable[[int, Week], bool]


def share_turns(
    order: Sequence[int], weeks: Sequence[Week], is_there: IsThere, exchanges: Mapping[Week, int]
) -> dict[Week, int]:
    """Return whose turn each of `weeks` is: those that use a turn, the earliest first, from the first of the rota on.

    `order`: members (ids) as they follow one another; `is_there(member, week)`; `exchanges`: who took a week over, for
    nothing once they are not there. A week in which nobody of `order` is there is left out.
    """
    turns: dict[Week, int] = {}
    last = -1  # the place in the order of who had the turn before, whoever took it over
    for week in weeks:
        places = [(last + ahead) % len(order) for ahead in range(1, len(order) + 1)] if order else []
        place = next((place for place in places if is_there(order[place], week)), None)
        if place is None:
            continue
        last = place
        taker = exchanges.get(week)
        turns[week] = taker if taker is not None and is_there(taker, week) else order[place]
    return turns


def next_turn_of(member: int, after: Week, turns: Mapping[Week, int]) -> Week | None:
    """Return the first week after `after` whose turn is the member's, None for none."""
    return min((week for week, whose in turns.items() if whose == member and week > after), default=None)

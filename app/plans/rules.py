"""The rules of a plan to last: who fills it in, until when, how much it holds, which days it takes. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from app.teams.phases import Phase
from app.teams.roles import Role

MOST_SCENARIOS = 4
MOST_LINES = 10  # needs of one scenario, actions of one, allies
MOST_HANDOVERS = 20
VISION_LIMIT = 500  # code points; with all lines at their limits, the plan still prints on one sheet
LINE_LIMIT = 100
OWNER_LIMIT = 40
URL_LIMIT = 500
LAST_DAY_AFTER_END = timedelta(days=3 * 365)

FILLED_BY = frozenset({Role.EIG, Role.MENTOR})


def may_fill(role: Role, *, own_team: bool) -> bool:
    """Return whether a member fills in a plan: EIGs and mentors that of their team. Every member reads it."""
    return own_team and role in FILLED_BY


def may_tick(*, fills: bool, coordinates: bool, by_coordination: bool) -> bool:
    """Return whether a member may say that an action is done: who fills the plan in; of its own, the coordination."""
    return fills or (coordinates and by_coordination)


def is_open(phase: Phase, active_until: date | None, today: date) -> bool:
    """Return whether a plan may still change: until the promotion ends, or its team does. A pause changes nothing."""
    return phase is not Phase.AFTER and (active_until is None or today <= active_until)


def day_bounds(starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and the last day that an action may have in a promotion with these days."""
    return starts_on, ends_on + LAST_DAY_AFTER_END


def names_somebody(owner: str, name: str, email: str) -> bool:
    """Return whether the owner of an action is somebody of its team: by their name, their first name, their address."""
    owned = " ".join(owner.split()).casefold()
    full = " ".join(name.split()).casefold()
    return bool(owned) and owned in {full, full.partition(" ")[0], email.casefold()}

"""Who may leave the coordination of a promotion: not the last one, now or some day. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from app.teams.roles import Role, belongs


@dataclass(frozen=True, slots=True)
class CoordinationPart:
    """A member's part in a cohort, as far as the coordination is concerned."""

    role: Role
    coordinates: bool
    joined_on: date | None
    left_on: date | None

    def coordinates_on(self, day: date) -> bool:
        """Return whether they coordinate on `day`."""
        return (self.coordinates or self.role is Role.COORDINATOR) and belongs(day, self.joined_on, self.left_on)


def first_day_lost(
    before: Collection[CoordinationPart], after: Collection[CoordinationPart], today: date
) -> date | None:
    """Return the first day from `today` on that somebody coordinates by the parts `before` and nobody by `after`.

    None when a change of the one to the other takes the coordination from no day. It does not matter who it is: a last
    day may come for everybody whom somebody else follows, who may be to come.
    """
    gaps = {part.left_on + timedelta(days=1) for part in after if part.left_on is not None and part.left_on < date.max}
    begins = {part.joined_on for part in before if part.joined_on is not None}
    days = (day for day in sorted({today, *gaps, *begins}) if day >= today)
    return next((day for day in days if _is_coordinated(before, day) and not _is_coordinated(after, day)), None)


def _is_coordinated(parts: Collection[CoordinationPart], day: date) -> bool:
    return any(part.coordinates_on(day) for part in parts)

"""Who may leave the coordination of a promotion: not the last one. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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


def leaves_nobody(before: Iterable[CoordinationPart], after: Iterable[CoordinationPart], today: date) -> bool:
    """Return whether a change of the parts `before` to `after` takes the last coordinator away, now or some day.

    Somebody must coordinate today who has no last day; if nobody had none before, somebody who coordinates today.
    """
    had_lasting = any(part.coordinates_on(today) and part.left_on is None for part in before)
    left = [part for part in after if part.coordinates_on(today)]
    return not any(part.left_on is None for part in left) if had_lasting else not left

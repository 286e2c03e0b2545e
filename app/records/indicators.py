"""What a team measures of its own challenge: a baseline, a target, a value at each milestone. Values in, values out.

The fields are those that the State's `schema-impact-service-public-numerique` 0.5.0 asks for, where a team knows them
(https://schema.data.gouv.fr/etalab/schema-impact-service-public-numerique/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_INDICATORS = 12  # of one team


class IndicatorTheme(StrEnum):
    """What an indicator is about."""

    PUBLIC_POLICY = "public_policy"
    PRODUCT = "product"
    TRANSFORMATION = "transformation"
    OPENNESS = "openness"


class IndicatorType(StrEnum):
    """Whether it counts use or effect; the schema's `type_indicateur`."""

    USAGE = "usage"
    IMPACT = "impact"


class Direction(StrEnum):
    """Where its values are to go: a waiting time is to fall."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator at one milestone. The same `name` at the next milestone is the same indicator.

    `unit` is the schema's `unite_mesure`: « % », « jours », « unité » for what is counted. `baseline` was measured on
    `baseline_on`, always there together; `target` is wanted by `target_on`, which may be unknown. `value` is as of the
    milestone's day; None where nobody knows it.
    """

    name: str
    type: IndicatorType
    unit: str
    direction: Direction
    theme: IndicatorTheme | None = None
    baseline: float | None = None
    baseline_on: date | None = None
    target: float | None = None
    target_on: date | None = None
    value: float | None = None

    @property
    def has_reached_target(self) -> bool | None:
        """Whether the value is at the target or beyond, in its direction; None where one of the two is unknown."""
        if self.value is None or self.target is None:
            return None
        return self.value <= self.target if self.direction is Direction.DOWN else self.value >= self.target

    @property
    def has_improved(self) -> bool | None:
        """Whether the value is better than the baseline, in its direction; None where one of the two is unknown."""
        if self.value is None or self.baseline is None:
            return None
        return self.value < self.baseline if self.direction is Direction.DOWN else self.value > self.baseline


def is_target_behind(indicator: Indicator) -> bool:
    """Return whether the target lies behind the baseline: one of the two is wrong, or the direction."""
    if indicator.baseline is None or indicator.target is None:
        return False
    if indicator.direction is Direction.DOWN:
        return indicator.target > indicator.baseline
    return indicator.target < indicator.baseline


def name_key(name: str) -> str:
    """Return what two spellings of an indicator's name have in common: the same indicator, at every milestone."""
    return " ".join(name.casefold().split())

"""What the open data of a milestone is made of. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.questionnaires.results import ClosedResults, QuestionResult
from app.records.milestones import is_after_the_end
from app.retrospective.figures import Figure, RecordedMilestone
from app.retrospective.weekly_values import WeeklyFacts


@dataclass(frozen=True, slots=True)
class OpenDataSource:
    """A promotion at a milestone; `end` is the end of the promotion, which one figure of a later milestone needs.

    `administrations` are by team. `results` are of questionnaires that were run here, `sums` of both publics together.
    """

    promotion: str  # its slug
    promotion_name: str
    starts_on: date
    ends_on: date
    day: date  # of the milestone
    milestone: RecordedMilestone
    end: RecordedMilestone | None
    figures: tuple[Figure, ...]
    weekly: WeeklyFacts = field(default_factory=WeeklyFacts)
    administrations: Mapping[str, str] = field(default_factory=dict)
    results: tuple[ClosedResults, ...] = ()
    sums: tuple[QuestionResult, ...] = ()

    @property
    def earlier_end(self) -> RecordedMilestone | None:
        """The end of the promotion, at a later milestone."""
        return self.end if self.end and is_after_the_end(self.milestone.key) else None

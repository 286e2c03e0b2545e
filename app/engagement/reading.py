"""Reading as published, for the page: every month, and all complete months together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.readership.figures.published import PublishedFigures
from app.readership.figures.reports import Absence, NoFigures, figures_by_month, promotion_figures
from app.teams.models import Promotion


@dataclass(frozen=True, slots=True)
class Reading:
    """The months, earliest first; the `span` of the complete ones, or why there is none."""

    months: list[PublishedFigures]
    span: PublishedFigures | None
    absence: Absence | None

    @property
    def everything(self) -> list[PublishedFigures]:
        """All of it in one list, the span last."""
        return self.months + ([self.span] if self.span else [])


def reading_of(promotion: Promotion, now: datetime) -> Reading:
    """What may be said of reading in the promotion so far."""
    months = figures_by_month(promotion, now)
    try:
        return Reading(months, promotion_figures(promotion, now), None)
    except NoFigures as reason:
        return Reading(months, None, reason.absence)

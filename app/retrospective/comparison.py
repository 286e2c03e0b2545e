"""Compare two milestones, on the teams that both count; refuse, in words, what cannot be. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.records.vocabulary import SurveyPublic
from app.retrospective.counting import count_figures, without
from app.retrospective.figures import Figure, RecordedMilestone

FigureKey = tuple[str, SurveyPublic | None]
ONE_SIDE = "one of the two milestones does not have this figure"
WHOLE_PROMOTION = "counts of everybody who answered: they cannot be told for the teams in both"
OTHER_METHOD = "counted by another method (version {} and version {})"
OTHER_MONTH = "forecasts that reach to different months"
NOBODY_IN_BOTH = "no team has a record at both"


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure on the common teams at both milestones; None on both sides where it is `refused`."""

    code: str
    public: SurveyPublic | None
    before: Figure | None
    after: Figure | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The teams that both milestones count, and every figure that one of them has."""

    common: tuple[str, ...]
    figures: tuple[ComparedFigure, ...]


def compare(before: RecordedMilestone, after: RecordedMilestone, end: RecordedMilestone | None = None) -> Comparison:
    """Compare two milestones; `end` is the end of their promotion.

    The other way round it says the same, with the sides exchanged.
    """
    common = tuple(sorted(set(before.counted) & set(after.counted)))
    own = [_by_key(count_figures(side, end)) for side in (before, after)]
    on_common = [_by_key(count_figures(_only(side, common), end)) for side in (before, after)]
    keys = sorted(own[0].keys() | own[1].keys(), key=lambda key: (key[0], key[1] or ""))
    return Comparison(common, tuple(_pair(key, on_common, common) for key in keys))


def refuse_to_compare(one: Figure | None, other: Figure | None) -> str | None:
    """Return why two figures of one code may not stand side by side, in any order; None when they may."""
    if one is None or other is None:
        return ONE_SIDE
    if one.method != other.method:
        return OTHER_METHOD.format(*sorted((one.method, other.method)))
    if one.public or other.public:
        return WHOLE_PROMOTION
    if one.until and other.until and one.until != other.until:
        return OTHER_MONTH
    return None


def _pair(key: FigureKey, on_common: Sequence[Mapping[FigureKey, Figure]], common: Sequence[str]) -> ComparedFigure:
    code, public = key
    before, after = (side.get(key) for side in on_common)
    refused = refuse_to_compare(before, after) if common or public else NOBODY_IN_BOTH
    if refused:
        return ComparedFigure(code, public or None, None, None, refused)
    return ComparedFigure(code, public or None, before, after)


def _only(milestone: RecordedMilestone, teams: Sequence[str]) -> RecordedMilestone:
    return without(milestone, set(milestone.teams) - set(teams))


def _by_key(figures: Sequence[Figure]) -> dict[FigureKey, Figure]:
    return {(figure.code, figure.public): figure for figure in figures}

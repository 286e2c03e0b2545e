"""What is counted of a promotion at a milestone, and what comes out: one value a figure. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.records.values import SurveyCounts, TeamRecord
from app.records.vocabulary import SurveyPublic

METHOD = "1"  # grows when a definition changes, of any figure: what was counted otherwise is not compared


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A team that is not counted; the reason is None when it is left out of one look only."""

    team: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class RecordedMilestone:
    """What is recorded at a milestone: its active teams, in the order in which they are shown, and what is theirs.

    Records, head counts and reasons are by team; `excluded` and `records` may name teams that are not active.
    """

    key: str
    teams: tuple[str, ...]
    records: Mapping[str, TeamRecord]
    heads: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, str | None] = field(default_factory=dict)
    surveys: Mapping[SurveyPublic, SurveyCounts] = field(default_factory=dict)

    @property
    def counted(self) -> tuple[str, ...]:
        """The active teams that have a record and are not excluded: what figures are about."""
        return tuple(team for team in self.teams if team in self.records and team not in self.excluded)

    @property
    def told(self) -> list[tuple[TeamRecord, int]]:
        """The records that count, each with how many EIGs its team has."""
        return [(self.records[team], self.eigs(team)) for team in self.counted]

    @property
    def missing(self) -> tuple[str, ...]:
        """The active teams without a record, but the excluded."""
        return tuple(team for team in self.teams if team not in self.records and team not in self.excluded)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The active teams that are excluded."""
        return tuple(LeftOut(team, self.excluded[team]) for team in self.teams if team in self.excluded)

    def eigs(self, team: str) -> int:
        """Return how many EIGs the team has: never fewer than its record tells of."""
        told = self.records[team].people_told if team in self.records else 0
        return max(self.heads.get(team, 0), told)


@dataclass(frozen=True, slots=True)
class Figure:
    """`numerator` of `base`, or a plain count where `base` is None.

    Base, numerator and `unknown` count what `code` says: teams or EIGs with a record (`unknown` are those of whom it
    does not tell this), or people asked. `missing` and `excluded` are teams, and stand outside the base. `parts` add up
    to the base together with `unknown`, but for R21, where several hold. `until` is the month that a forecast reaches;
    `source` says where counts of a questionnaire were published, unless it was `asked_here`.

    Figures of the weekly bulletins are of the whole promotion. `aspect` tells those of one code apart, `month`
    (`2019-03`) is what they are of, `days` a median. With `at_least` the count is not smaller than `numerator` and may
    be as high as `numerator + unknown`: small numbers are not published.
    """

    code: str
    numerator: int
    base: int | None
    unknown: int = 0
    missing: tuple[str, ...] = ()
    excluded: tuple[LeftOut, ...] = ()
    parts: Mapping[str, int] | None = None
    method: str = METHOD
    public: SurveyPublic | None = None
    until: str | None = None
    source: str | None = None
    aspect: str = ""
    month: str | None = None
    days: float | None = None
    at_least: bool = False
    asked_here: bool = False

    @property
    def is_untold(self) -> bool:
        """Whether nothing at all is known of it, or nobody is in its base."""
        return self.base is not None and self.unknown == self.base

    @property
    def name(self) -> str:
        """The code with its aspect, such as `B01.declared`."""
        return f"{self.code}.{self.aspect}" if self.aspect else self.code

"""What a team's story is told from. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.bulletins.moods import Mood
from app.help_requests.rules import HelpState
from app.plans.values import PlanContent
from app.records.values import TeamRecord
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class StoryWeek:
    """What the team wrote in a week, as safe HTML; `month` is the first day of the month that it belongs to."""

    week: Week
    month: date
    mood: Mood
    priorities_html: str
    ups_and_downs_html: str


@dataclass(frozen=True, slots=True)
class StoryCall:
    """A call for help of the team, and how many members offered theirs."""

    week: Week
    html: str
    state: HelpState
    offers: int


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """The team's record at a milestone."""

    milestone: str
    day: date
    record: TeamRecord


@dataclass(frozen=True, slots=True)
class TeamStory:
    """All that a team's story is told from, each list by time. Nothing of the calls of others but how many it answered.

    `locale` is the language that the team writes in.
    """

    team: str
    administration: str
    summary: str
    promotion: str
    locale: str
    weeks: tuple[StoryWeek, ...] = ()
    key_dates: tuple[tuple[date, str], ...] = ()
    calls: tuple[StoryCall, ...] = ()
    calls_answered: int = 0
    records: tuple[StoryRecord, ...] = ()
    plan: PlanContent | None = None

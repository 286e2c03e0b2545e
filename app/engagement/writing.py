"""Writing over the weeks: which teams wrote, when, late or not, and how their weeks felt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.bulletins.archive import begun_weeks, frozen_weeks, teams_of
from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.database import db
from app.digests.writers import Writing, writing_of
from app.engagement.by_week import MoodCounts, WritingCounts, count_moods
from app.teams.models import Promotion, Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class Told:
    """What one team did with one week; `mood` is None when it wrote nothing."""

    writing: Writing
    mood: Mood | None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team and what it did, week by week."""

    team: Team
    cells: list[Told]


@dataclass(frozen=True, slots=True)
class WritingGrid:
    """Teams by weeks, the latest week last; `running` is the week whose digest is not issued yet, if any."""

    weeks: list[Week]
    lines: list[TeamLine]
    running: frozenset[Week]

    @property
    def writing(self) -> list[WritingCounts]:
        """What the teams did, week by week."""
        return [self._writing(place, week) for place, week in enumerate(self.weeks)]

    @property
    def moods(self) -> list[MoodCounts]:
        """How the weeks felt."""
        return [
            count_moods(week, (line.cells[place].mood for line in self.lines)) for place, week in enumerate(self.weeks)
        ]

    def teams(self, week: Week, writing: Writing) -> list[Team]:
        """The teams that did so with the week."""
        place = self.weeks.index(week)
        return [line.team for line in self.lines if line.cells[place].writing is writing]

    def _writing(self, place: int, week: Week) -> WritingCounts:
        did = Counter(line.cells[place].writing for line in self.lines)
        return WritingCounts(
            week=week,
            on_time=did[Writing.WROTE],
            late=did[Writing.LATE],
            silent=did[Writing.MISSING],
            paused=did[Writing.PAUSED],
            running=week in self.running,
        )


def writing_grid(promotion: Promotion, now: datetime) -> WritingGrid:
    """What every team did in every week that has begun and closes. The queries do not grow with teams or weeks."""
    timetable = promotion.timetable
    days = {week: day for week in begun_weeks(promotion, now) if (day := timetable.closing_day(week))}
    told = _told(promotion.id)
    frozen = frozen_weeks(promotion.id)

    def cell(team: Team, week: Week) -> Told:
        late, mood = told.get((team.id, week), (None, None))
        return Told(writing_of(team, week, days[week], late), mood)

    return WritingGrid(
        weeks=list(days),
        lines=[TeamLine(team, [cell(team, week) for week in days]) for team in teams_of(promotion.id)],
        running=frozenset(week for week in days if week == timetable.week_at(now) and week not in frozen),
    )


def _told(promotion_id: int) -> dict[tuple[int, Week], tuple[bool, Mood]]:
    """Which team wrote in which week: whether late, and how it felt."""
    query = select(Bulletin.team_id, Bulletin.week, Bulletin.late, Bulletin.mood).join(Team)
    rows = db.session.execute(query.where(Team.promotion_id == promotion_id))
    return {(team_id, week): (late, mood) for team_id, week, late, mood in rows}

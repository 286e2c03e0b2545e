"""What the pages of the coordination show of one week: who has written, the introduction, the digest and its moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.bulletins.hand_reminders import HandReminders, hand_reminders, may_remind
from app.bulletins.queries import is_overtaken, week_state
from app.digests.introductions import find_introduction
from app.digests.letters import reference
from app.digests.models import Digest, DigestSchedule, Introduction
from app.digests.moments import an_hour_later, leaves_at
from app.digests.scheduling import PUNCTUAL, decision_of, find_schedule
from app.digests.service import find_digest
from app.digests.trial_letters import count_trials
from app.digests.writing_status import TeamWriting, WritingStatus, teams_writing
from app.letters.mailing_status import StatusCounts, count_letters
from app.teams.models import Membership
from app.teams.phases import Phase
from app.weeks import Week, WeekState

NOT_EXPECTED = (WritingStatus.PAUSED, WritingStatus.NONE)
SILENT_FIRST = (WritingStatus.MISSING, WritingStatus.LATE, WritingStatus.WROTE, WritingStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week as one of the coordination sees it at a moment.

    `leaves_at` is None for a digest that is held back, and for a week that has none; `is_overdue`: it has passed,
    and nothing has left. `later` is an hour after it.
    There is a preview from the closing until the digest; `digest` and its `letters` from then on.
    """

    week: Week
    state: WeekState
    zone: ZoneInfo
    opens: datetime
    closes: datetime | None
    planned: datetime | None
    leaves_at: datetime | None
    is_overdue: bool
    later: datetime | None
    schedule: DigestSchedule | None
    teams: list[TeamWriting]
    reminded: dict[int, HandReminders]
    may_remind: bool
    introduction: Introduction | None
    takes_introduction: bool
    digest: Digest | None
    letters: StatusCounts | None
    trials: int
    is_past: bool
    is_overtaken: bool
    closed_before_made: bool

    @property
    def has_preview(self) -> bool:
        return self.state is WeekState.CLOSED and self.planned is not None

    @property
    def wrote(self) -> int:
        return sum(team.bulletin is not None for team in self.teams)

    @property
    def expected(self) -> int:
        return sum(team.status not in NOT_EXPECTED for team in self.teams)

    @property
    def silent(self) -> list[TeamWriting]:
        """The teams that are expected to write and have not."""
        return [team for team in self.teams if team.status is WritingStatus.MISSING]

    @property
    def held(self) -> bool:
        return self.schedule is not None and self.schedule.held

    @property
    def revision(self) -> int:
        """The number of the last decision about the digest's moment; 0 when there was none."""
        return self.schedule.revision if self.schedule else 0

    @property
    def is_coming(self) -> bool:
        """Whether the week has a digest that is still to leave, by itself or not."""
        return self.planned is not None and self.state is not WeekState.ISSUED

    @property
    def may_schedule(self) -> bool:
        """Whether the coordination may still decide when the digest leaves."""
        return self.is_coming and not self.leaves_by_hand

    @property
    def leaves_by_hand(self) -> bool:
        """Whether the digest, if it has none yet, leaves by hand only: too long ago, or a later one has left."""
        return self.is_past or self.is_overtaken

    @property
    def may_issue(self) -> bool:
        """Whether the digest may be issued by hand."""
        return self.is_coming and self.state is not WeekState.NOT_OPEN


def get_week_page(member: Membership, week: Week, now: datetime) -> WeekPage:
    """Return all that the page of a `week` of the member's promotion shows to the coordination, but its preview."""
    promotion = member.promotion
    timetable, state = promotion.timetable, week_state(promotion, week, now)
    schedule = find_schedule(promotion.id, week)
    decision, planned = decision_of(schedule), timetable.digest_due(week)
    is_past, issued = promotion.is_past(week, now), state is WeekState.ISSUED
    digest = find_digest(promotion.id, week) if issued else None
    moment = leaves_at(timetable, week, decision)
    return WeekPage(
        week=week,
        state=state,
        zone=timetable.zone,
        opens=timetable.opens(week),
        closes=timetable.closes(week),
        planned=planned,
        leaves_at=moment,
        is_overdue=not issued and moment is not None and now - moment > PUNCTUAL,
        later=None if issued else an_hour_later(timetable, week, decision, now),
        schedule=schedule,
        teams=sorted(teams_writing(promotion, week), key=_silent_first),
        reminded=hand_reminders(promotion.id, week),
        may_remind=may_remind(promotion, week, now, issued=issued),
        introduction=find_introduction(promotion.id, week),
        takes_introduction=not issued and planned is not None and not is_past and promotion.phase(now) is Phase.RUNNING,
        digest=digest,
        letters=count_letters(reference(digest)) if digest else None,
        trials=count_trials(member, week),
        is_past=is_past,
        is_overtaken=is_overtaken(promotion.id, week),
        closed_before_made=is_past and promotion.closed_before_made(week),
    )


def _silent_first(team: TeamWriting) -> tuple[int, str]:
    rank = SILENT_FIRST.index(team.status) if team.status in SILENT_FIRST else len(SILENT_FIRST)
    return rank, team.team.key

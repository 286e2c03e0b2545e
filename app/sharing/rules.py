"""For whom a team's story may be shared, by whom and for how long; the story by month. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.bulletins.moods import Mood
from app.teams.roles import Role
from app.weeks import Week

NAME_LIMIT = 80  # characters
LONGEST = timedelta(days=366)
AFTER_THE_END = timedelta(days=90)  # proposed once the promotion has ended
KEPT_AFTER_END = timedelta(days=30)  # so that its maker sees that it has ended
MOST_LINKS = 20  # of a team at once


def may_share(role: Role, team_id: int | None, of_team: int, *, coordinates: bool) -> bool:
    """Return whether a member with `role` in the team `team_id` may share the story of the team `of_team`."""
    return coordinates or (role is Role.EIG and team_id == of_team)


def latest_end(today: date) -> date:
    """Return the last day until which a link made today may work."""
    return today + LONGEST


def proposed_end(today: date, promotion_ends_on: date) -> date:
    """Return the day that is proposed: the last one of the promotion, where it is still to come."""
    day = promotion_ends_on if promotion_ends_on >= today else today + AFTER_THE_END
    return min(day, latest_end(today))


@dataclass(frozen=True, slots=True)
class SharedBulletin:
    """A bulletin without its call for help; of the attributes of Bulletin, those that its template shows.

    Its `notice` says no more than that it was corrected: what that of Bulletin says may be about the call.
    """

    week: Week
    month: date
    mood: Mood
    late: bool
    priorities_html: str
    ups_and_downs_html: str
    key_day: date | None
    key_text: str
    help_html: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class SharedMonth:
    """The bulletins of a month, of which `month` is the first day, the latest first."""

    month: date
    bulletins: tuple[SharedBulletin, ...]


def by_month(bulletins: Iterable[SharedBulletin]) -> tuple[SharedMonth, ...]:
    """Arrange bulletins by month, the latest first."""
    ordered = sorted(bulletins, key=lambda each: each.week, reverse=True)
    return tuple(SharedMonth(month, tuple(found)) for month, found in groupby(ordered, lambda each: each.month))

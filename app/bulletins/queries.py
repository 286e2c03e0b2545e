"""Reading bulletins: a team's week, the archive by week and by team as far as a member may see it, frozen weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.bulletins.models import Bulletin, FrozenWeek, KeyDate
from app.bulletins.moods import Mood
from app.bulletins.rules import FilingWindow, Visibility, filing_window, own_team, week_visibility
from app.database import db
from app.teams.models import Membership, Promotion, Team
from app.weeks import Week, WeekState, weeks_between

FROZEN_WEEKS = select(FrozenWeek.week).where(
    FrozenWeek.promotion_id == bindparam("promotion"),
    FrozenWeek.week.between(bindparam("first"), bindparam("last")),
)
BULLETINS_OF_TEAM = (
    select(Bulletin)
    .options(joinedload(Bulletin.key_date))
    .where(Bulletin.team_id == bindparam("team"), Bulletin.week.between(bindparam("first"), bindparam("last")))
)
BULLETINS_OF_WEEK = (
    select(
        Bulletin.id,
        Team.name,
        Team.slug,
        Bulletin.mood,
        Bulletin.late,
        Bulletin.priorities_html,
        Bulletin.ups_and_downs_html,
        Bulletin.help_html,
        Bulletin.notice,
        KeyDate.day,
        KeyDate.text,
    )
    .join(Bulletin.team)
    .outerjoin(Bulletin.key_date)
    .where(Team.promotion_id == bindparam("promotion"), Bulletin.week == bindparam("week"))
    .order_by(Team.key)
)


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team and its bulletin of `week` at `now`; `issued`: the digest of `week` exists.

    `previous_week` is the last week before it that has bulletins; `is_first`: the team was not there yet in that one.
    """

    team: Team
    week: Week
    previous_week: Week
    now: datetime
    bulletin: Bulletin | None
    previous_bulletin: Bulletin | None
    issued: bool
    window: FilingWindow
    previous_window: FilingWindow
    is_first: bool


@dataclass(frozen=True, slots=True)
class BulletinOfWeek:
    """All that the page of a week shows of one bulletin. It has the attributes of Bulletin of the same names."""

    id: int
    team_name: str
    team_slug: str
    mood: Mood
    late: bool
    priorities_html: str
    ups_and_downs_html: str
    help_html: str
    notice: str
    key_day: date | None
    key_text: str | None


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week in the list of weeks; `bulletins`, their number, is None where the member may not know it yet."""

    week: Week
    state: WeekState
    bulletins: int | None


def find_bulletin(team: Team, week: Week) -> Bulletin | None:
    """Return the team's bulletin of the week, if it has written one."""
    return db.session.scalar(select(Bulletin).where(Bulletin.team_id == team.id, Bulletin.week == week))


def team_week(team: Team, week: Week, now: datetime) -> TeamWeek:
    """Read the team's bulletins of `week` and of the week before, and what it may do at `now`, by two queries."""
    previous = team.promotion.timetable.previous_with_bulletin(week)
    rows = db.session.scalars(BULLETINS_OF_TEAM, {"team": team.id, "first": previous, "last": week})
    bulletins = {bulletin.week: bulletin for bulletin in rows}
    frozen = frozen_between(team.promotion_id, previous, week)

    def window(which: Week) -> FilingWindow:
        return team_filing_window(team, which, now, written=which in bulletins, issued=which in frozen)

    return TeamWeek(
        team=team,
        week=week,
        previous_week=previous,
        now=now,
        bulletin=bulletins.get(week),
        previous_bulletin=bulletins.get(previous),
        issued=week in frozen,
        window=window(week),
        previous_window=window(previous),
        is_first=not (team.promotion.has_week(previous) and team.is_active_in(previous)),
    )


def team_filing_window(team: Team, week: Week, now: datetime, *, written: bool, issued: bool) -> FilingWindow:
    """Return what `team` may do with its bulletin of `week` at `now`: OVER when the week is not one of its own."""
    if not team.is_active_in(week) or not team.promotion.has_week(week):
        return FilingWindow.OVER
    return promotion_filing_window(team.promotion, week, now, written=written, issued=issued)


def promotion_filing_window(
    promotion: Promotion, week: Week, now: datetime, *, written: bool, issued: bool
) -> FilingWindow:
    """Return what a team that works in `week` may do: nothing is late that had closed when the promotion was made."""
    window = filing_window(promotion.timetable, week, now, written=written, issued=issued)
    could_never_be_written = window is FilingWindow.LATE and promotion.closed_before_made(week)
    return FilingWindow.OVER if could_never_be_written else window


def is_frozen(promotion_id: int, week: Week) -> bool:
    """Return whether the week's digest exists, so that a bulletin sent now is late."""
    return week in frozen_between(promotion_id, week, week)


def is_overtaken(promotion_id: int, week: Week) -> bool:
    """Return whether the digest of a later week exists."""
    later = select(FrozenWeek.week).where(FrozenWeek.promotion_id == promotion_id, FrozenWeek.week > week)
    return db.session.scalar(later.limit(1)) is not None


def frozen_between(promotion_id: int, first: Week, last: Week) -> set[Week]:
    """Return the weeks from `first` to `last`, both included, whose digests exist."""
    return set(db.session.scalars(FROZEN_WEEKS, {"promotion": promotion_id, "first": first, "last": last}))


def frozen_weeks(promotion_id: int) -> set[Week]:
    """Return every week of the promotion whose digest exists."""
    return set(db.session.scalars(select(FrozenWeek.week).where(FrozenWeek.promotion_id == promotion_id)))


def week_state(promotion: Promotion, week: Week, now: datetime) -> WeekState:
    """Return the state of the promotion's week at `now`."""
    return promotion.timetable.state(week, now, issued=is_frozen(promotion.id, week))


def begun_weeks(promotion: Promotion, now: datetime) -> list[Week]:
    """Return the weeks of the promotion that have begun, oldest first."""
    last = min(promotion.timetable.week_at(now), Week.of(promotion.ends_on))
    return weeks_between(Week.of(promotion.starts_on), last)


def weeks_to_issue(promotion: Promotion, now: datetime) -> list[Week]:
    """Return the weeks, oldest first, whose bulletins nobody sees until somebody issues their digests."""
    frozen, written = frozen_weeks(promotion.id), _count_by_week(promotion.id)
    last = max(frozen, default=None)

    def leaves_by_hand(week: Week) -> bool:
        is_overtaken = last is not None and week < last and promotion.issues_itself(week, now)
        return is_overtaken or promotion.is_past(week, now)

    return [week for week in sorted(written.keys() - frozen) if leaves_by_hand(week)]


def list_weeks(membership: Membership, now: datetime, *, coordinates: bool) -> list[WeekRow]:
    """List the weeks of the member's promotion that have begun, newest first, as far as the member may know them.

    A week that is over and has no bulletin is left out.
    """
    promotion = membership.promotion
    frozen = frozen_weeks(promotion.id)
    counts = _count_by_week(promotion.id)
    rows = []
    for week in begun_weeks(promotion, now):
        state = promotion.timetable.state(week, now, issued=week in frozen)
        is_over = state is WeekState.ISSUED or promotion.is_past(week, now) or promotion.timetable.closes(week) is None
        if is_over and week not in counts:
            continue
        may_know = coordinates or state is WeekState.ISSUED
        rows.append(WeekRow(week, state, counts.get(week, 0) if may_know else None))
    return rows[::-1]


def bulletins_of_week(membership: Membership, week: Week, visibility: Visibility) -> tuple[BulletinOfWeek, ...]:
    """Read the bulletins of `week` in the member's promotion by team: all of them, or their own team's only."""
    query = BULLETINS_OF_WEEK
    if visibility is not Visibility.ALL:
        query = query.where(Team.id == own_team(membership.role, membership.team_id))
    rows = db.session.execute(query, {"promotion": membership.promotion_id, "week": week})
    return tuple(BulletinOfWeek(*tuple(row)) for row in rows)


def bulletins_of_team(membership: Membership, team: Team, now: datetime, *, coordinates: bool) -> list[Bulletin]:
    """Read the team's bulletins that the member may read at `now`, newest first."""
    query = select(Bulletin).options(joinedload(Bulletin.key_date)).where(Bulletin.team_id == team.id)
    bulletins = db.session.scalars(query.order_by(Bulletin.week.desc()))
    may_read = readable_by(membership, now, coordinates=coordinates)
    return [bulletin for bulletin in bulletins if may_read(bulletin.week, bulletin.team_id)]


def readable_bulletins(membership: Membership, now: datetime, *, coordinates: bool) -> list[Bulletin]:
    """Read all that the member may read at `now` of their promotion, with teams, oldest first, by team in a week."""
    query = select(Bulletin).join(Bulletin.team)
    query = query.options(contains_eager(Bulletin.team), joinedload(Bulletin.key_date))
    query = query.where(Team.promotion_id == membership.promotion_id).order_by(Bulletin.week, Team.key)
    may_read = readable_by(membership, now, coordinates=coordinates)
    return [bulletin for bulletin in db.session.scalars(query) if may_read(bulletin.week, bulletin.team_id)]


def count_readable(membership: Membership, now: datetime, *, coordinates: bool) -> int:
    """Return how many bulletins `readable_bulletins` would read."""
    query = select(Bulletin.week, Bulletin.team_id).join(Bulletin.team)
    may_read = readable_by(membership, now, coordinates=coordinates)
    rows = db.session.execute(query.where(Team.promotion_id == membership.promotion_id))
    return sum(may_read(week, team_id) for week, team_id in rows)


def readable_by(membership: Membership, now: datetime, *, coordinates: bool) -> Callable[[Week, int], bool]:
    """Return what says whether the member may read at `now` what a team (id) of their promotion wrote for a week."""
    frozen, timetable = frozen_weeks(membership.promotion_id), membership.promotion.timetable
    own = own_team(membership.role, membership.team_id)

    @cache
    def is_for_all(week: Week) -> bool:
        state = timetable.state(week, now, issued=week in frozen)
        return week_visibility(state, coordinates=coordinates) is Visibility.ALL

    return lambda week, team_id: team_id == own or is_for_all(week)


def issued_bulletins_of_team(team: Team) -> list[Bulletin]:
    """Read the team's bulletins of the weeks whose digests exist, newest first: what every member may read."""
    is_issued = select(FrozenWeek).where(FrozenWeek.promotion_id == team.promotion_id, FrozenWeek.week == Bulletin.week)
    query = select(Bulletin).options(joinedload(Bulletin.key_date))
    query = query.where(Bulletin.team_id == team.id, is_issued.exists())
    return list(db.session.scalars(query.order_by(Bulletin.week.desc())))


def plan_dates(promotion_id: int) -> list[KeyDate]:
    """Read the key dates that are those of plans: of actions still to do, the earliest first, with their teams.

    One that has passed is therefore overdue.
    """
    query = (
        select(KeyDate)
        .join(KeyDate.team)
        .options(contains_eager(KeyDate.team))
        .where(Team.promotion_id == promotion_id, KeyDate.bulletin_id.is_(None))
    )
    return list(db.session.scalars(query.order_by(KeyDate.day, KeyDate.id)))


def coming_dates(team: Team, bulletins: Iterable[Bulletin], today: date) -> list[KeyDate]:
    """Return the team's key dates from `today` on, the nearest first: of its plan, and of those `bulletins`."""
    of_bulletins = [bulletin.key_date for bulletin in bulletins if bulletin.key_date]
    of_plan = select(KeyDate).where(KeyDate.team_id == team.id, KeyDate.bulletin_id.is_(None))
    dates = [*of_bulletins, *db.session.scalars(of_plan)]
    return sorted((each for each in dates if each.day >= today), key=lambda each: (each.day, each.id))


def bulletins_of_promotion(promotion_id: int) -> list[Bulletin]:
    """Read every bulletin of the promotion with its team, oldest week first, by team within a week."""
    query = select(Bulletin).join(Bulletin.team).options(joinedload(Bulletin.team))
    return list(db.session.scalars(query.where(Team.promotion_id == promotion_id).order_by(Bulletin.week, Team.key)))


def teams_that_wrote(promotion_id: int, week: Week) -> set[int]:
    """Return the ids of the promotion's teams that have a bulletin of the week."""
    query = select(Bulletin.team_id).join(Team).where(Team.promotion_id == promotion_id, Bulletin.week == week)
    return set(db.session.scalars(query))


def _count_by_week(promotion_id: int) -> dict[Week, int]:
    query = select(Bulletin.week, func.count()).join(Bulletin.team).where(Team.promotion_id == promotion_id)
    return dict(db.session.execute(query.group_by(Bulletin.week)).all())

"""Applying a roster to the database: adds and changes what the file says, deletes nothing, tells what it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.teams.models import DayOff, Pause, Promotion, Team
from app.teams.names import free_slug
from app.teams.roster_changes import Changes
from app.teams.roster_members import apply_members
from app.teams.roster_shape import Roster, RosterTeam


def import_roster(roster: Roster, now: datetime, *, dry_run: bool = False) -> Changes:
    """Create or update the promotion of `roster` in one transaction; with `dry_run`, only tell what would change."""
    changes = Changes()
    promotion = _apply_promotion(roster, changes)
    _apply_days_off(promotion, roster, changes)
    teams = _apply_teams(promotion, roster, changes)
    db.session.flush()
    apply_members(promotion, teams, roster.members, now, changes)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return changes


def _apply_promotion(roster: Roster, changes: Changes) -> Promotion:
    promotion = db.session.scalar(select(Promotion).where(Promotion.slug == roster.slug))
    if promotion is not None:
        changes.update(f"promotion {promotion.name}", promotion, roster.columns)
        return promotion
    promotion = Promotion(slug=roster.slug, **roster.columns)
    db.session.add(promotion)
    db.session.flush()
    changes.added(f"promotion {promotion.name} ({roster.slug}), {promotion.starts_on} to {promotion.ends_on}")
    for name, value in roster.columns.items():
        setattr(promotion, name, value)  # a new row takes the column's default where the file says none
    return promotion


def _apply_days_off(promotion: Promotion, roster: Roster, changes: Changes) -> None:
    known = {off.day for off in promotion.days_off}
    for day in roster.days_off:
        if day not in known:
            promotion.days_off.append(DayOff(day=day))
            changes.added(f"day off {day}")


def _apply_teams(promotion: Promotion, roster: Roster, changes: Changes) -> dict[str, Team]:
    """Add and change teams; gives back every team of the promotion by its key."""
    teams = {team.key: team for team in promotion.teams}
    unnamed = teams.keys() - {told.key for told in roster.teams}
    for told in roster.teams:
        teams[told.key] = _apply_team(promotion, teams, told, changes)
    for key in sorted(unnamed):
        if teams[key].active_until is None:
            changes.keep(f"team {teams[key].name}")
    return teams


def _apply_team(promotion: Promotion, teams: Mapping[str, Team], told: RosterTeam, changes: Changes) -> Team:
    team = teams.get(told.key)
    columns = {"name": told.name, **told.columns}
    if team is None:
        slug = free_slug(told.name, {other.slug for other in teams.values()})
        team = Team(key=told.key, slug=slug, **columns)
        promotion.teams.append(team)
        changes.added(f"team {team.name}")
    else:
        changes.update(f"team {team.name}", team, columns)
    _apply_pauses(team, told, changes)
    return team


def _apply_pauses(team: Team, told: RosterTeam, changes: Changes) -> None:
    """Add and change pauses; one is known by its first week."""
    known = {pause.first: pause for pause in team.pauses}
    for pause in told.pauses:
        if pause.first in known:
            columns = {"last": pause.last, "reason": pause.reason}
            changes.update(f"pause of {team.name} from {pause.first}", known[pause.first], columns)
        else:
            team.pauses.append(Pause(first=pause.first, last=pause.last, reason=pause.reason))
            changes.added(f"pause of {team.name}, {pause.first} to {pause.last}")

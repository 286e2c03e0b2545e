"""Add a team to a cohort, change it, remove one that was made by mistake. Each of these commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.errors import DomainError
from app.fingerprints import fingerprint
from app.i18n import lazy_gettext as _l
from app.management.people import ChangedMeanwhileError
from app.teams.locking import lock_promotion
from app.teams.models import FormerTeamName, Person, Promotion, Team
from app.teams.names import free_slug, team_key

OWN_TABLES = {"former_team_names", "pauses"}  # which go with their team


class NameTakenError(DomainError):
    """Another team of the cohort has that name, or one that only differs in case, accents or signs."""

    status = 409


class TeamInUseError(DomainError):
    """The team has members, or something was written for it."""

    status = 409
    advice = _l("This team has members, or something was written for it: give it a last day instead.")


@dataclass(frozen=True, slots=True)
class TeamValues:
    """What the coordination says of a team; days of None are those of the cohort."""

    name: str
    administration: str = ""
    summary: str = ""
    active_from: date | None = None
    active_until: date | None = None

    @classmethod
    def of(cls, team: Team) -> TeamValues:
        """Return what is saved."""
        return cls(team.name, team.administration, team.summary, team.active_from, team.active_until)


def base_of(team: Team) -> str:
    """Return the fingerprint of what the coordination may change about a team."""
    return fingerprint(TeamValues.of(team))


def add_team(promotion: Promotion, values: TeamValues, by: Person, now: datetime) -> Team:
    """Add a team; the very same once more returns the one that there is. Commits. Raises NameTakenError."""
    lock_promotion(promotion.id)
    teams = _teams(promotion)
    for other in teams:
        if other.key == team_key(values.name):
            db.session.rollback()
            if values == TeamValues.of(other):
                return other
            raise NameTakenError(other.name)
    team = Team(promotion_id=promotion.id, key=team_key(values.name), slug=free_slug(values.name, _slugs(teams)))
    _set(team, values)
    db.session.add(team)
    _record(AuditAction.TEAM_ADDED, team, by, now)
    db.session.commit()
    return team


def change_team(team: Team, values: TeamValues, base: str, by: Person, now: datetime) -> None:
    """Change a team; its former name is kept, its address stays. Commits.

    Raises NameTakenError, ChangedMeanwhileError when it is no longer as in `base`.
    """
    lock_promotion(team.promotion_id)
    team = db.session.get_one(Team, team.id, populate_existing=True)
    promotion = team.promotion
    if base_of(team) != base:
        db.session.rollback()
        raise ChangedMeanwhileError("changed by somebody else meanwhile")
    key, before = team_key(values.name), TeamValues.of(team)
    other = next((other for other in _teams(promotion) if other.key == key and other.id != team.id), None)
    if other is not None:
        db.session.rollback()
        raise NameTakenError(other.name)
    if key != team.key:
        team.former_names.append(FormerTeamName(name=team.name, until=promotion.today(now)))
        team.key = key
    _set(team, values)
    if values.name != before.name:
        _record(AuditAction.TEAM_RENAMED, team, by, now, before.name)
    elif values != before:
        _record(AuditAction.TEAM_CHANGED, team, by, now)
    db.session.commit()


def is_in_use(team: Team) -> bool:
    """Return whether anything in the database is about the team, but its own former names and pauses."""
    for table in db.metadata.sorted_tables:
        for column in table.columns if table.name not in OWN_TABLES else ():
            to_teams = any(key.column is Team.__table__.c.id for key in column.foreign_keys)
            if to_teams and db.session.scalar(select(exists().where(column == team.id))):
                return True
    return False


def remove_team(team: Team, by: Person, now: datetime) -> None:
    """Remove a team that was made by mistake; one that is gone already stays so. Commits. Raises TeamInUseError."""
    lock_promotion(team.promotion_id)
    if db.session.get(Team, team.id, populate_existing=True) is None:
        db.session.rollback()
        return
    if is_in_use(team):
        db.session.rollback()
        raise TeamInUseError("the team is in use")
    _record(AuditAction.TEAM_REMOVED, team, by, now)
    db.session.delete(team)
    db.session.commit()


def _teams(promotion: Promotion) -> list[Team]:
    """Read the teams anew: another may have been renamed while the lock was waited for."""
    query = select(Team).where(Team.promotion_id == promotion.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def _slugs(teams: list[Team]) -> set[str]:
    return {team.slug for team in teams}


def _set(team: Team, values: TeamValues) -> None:
    team.name, team.administration, team.summary = values.name, values.administration, values.summary
    team.active_from, team.active_until = values.active_from, values.active_until


def _record(action: AuditAction, team: Team, by: Person, now: datetime, detail: str = "") -> None:
    record_action(action, by.id, now, promotion_id=team.promotion_id, subject=team.name, detail=detail)

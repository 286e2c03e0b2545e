"""Write a cohort as the YAML file that `parse_roster` reads; importing it again changes nothing.

All that the file can say is written out, also what has its usual value: the file then stands for itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role

WEEKDAYS = {1: "monday", 2: "tuesday", 3: "wednesday", 4: "thursday", 5: "friday"}
LISTS = {Role.EIG: "eigs", Role.MENTOR: "mentors"}


class _BlockDumper(yaml.SafeDumper):
    """Indents the entries of lists, as people write them; a value that stands twice is written out twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
        return super().increase_indent(flow, False)


def export_roster(promotion: Promotion) -> str:
    """Return the file. Erased members are not in it, nor is who cannot be said in it: alumni, and EIGs of no team."""
    members = _members(promotion)
    query = select(Team).where(Team.promotion_id == promotion.id).options(selectinload(Team.pauses)).order_by(Team.key)
    content: dict[str, Any] = {
        "name": promotion.name,
        "slug": promotion.slug,
        "starts_on": promotion.starts_on,
        "ends_on": promotion.ends_on,
        "timezone": promotion.timezone,
        "country": promotion.country or "none",
        "locale": promotion.locale,
        "timetable": _timetable(promotion),
        "days_off": [off.day for off in promotion.days_off],
        "coordination": [_entry(m) for m in members if m.coordinates or m.role is Role.COORDINATOR],
        "teams": [_team(team, members) for team in db.session.scalars(query)],
    }
    return yaml.dump(content, Dumper=_BlockDumper, allow_unicode=True, sort_keys=False, width=120)


def left_out(promotion: Promotion) -> list[Membership]:
    """Return the members whom the file cannot name: alumni, and EIGs and mentors of no team."""
    return [m for m in _members(promotion) if m.role is Role.ALUMNI or (m.role in LISTS and m.team_id is None)]


def _members(promotion: Promotion) -> list[Membership]:
    query = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.promotion_id == promotion.id)
        .order_by(Membership.id)
    )
    return [member for member in db.session.scalars(query) if member.person.email]


def _timetable(promotion: Promotion) -> dict[str, Any]:
    reminder = promotion.reminds_everyone_at
    return {
        "closes": f"{WEEKDAYS[promotion.closing_weekday]} {promotion.closes_at:%H:%M}",
        "digest": f"{promotion.digest_at:%H:%M}",
        "reminder": f"{reminder:%H:%M}" if reminder else "none",
        "last_reminders": list(promotion.reminds_unwritten_at),
    }


def _team(team: Team, members: list[Membership]) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": team.name}
    entry |= _given(administration=team.administration, summary=team.summary)
    entry |= _days(team.active_from, team.active_until)
    for role, name in LISTS.items():
        if people := [_entry(member) for member in members if member.team_id == team.id and member.role is role]:
            entry[name] = people
    if team.pauses:
        entry["pauses"] = [
            {"from": str(pause.first_week), "until": str(pause.last_week), **_given(reason=pause.reason)}
            for pause in team.pauses
        ]
    return entry


def _entry(member: Membership) -> dict[str, Any]:
    person = member.person
    given = _given(name=person.name, language=person.locale)
    return {"email": person.email, **given, **_days(member.joined_on, member.left_on)}


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _days(first: date | None, last: date | None) -> dict[str, Any]:
    return {key: day for key, day in {"from": first, "until": last}.items() if day}

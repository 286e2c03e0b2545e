"""Who in a roster may be known already by another name or address; the file's author is asked, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher

from sqlalchemy import select

from app.database import db
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.names import nearest
from app.teams.roster.parse import Roster, RosterMember, RosterTeam

ALIKE = 0.65  # of difflib's ratio, before and after the @: a letter or two differ, as in lou and luo


def find_same_promotion(roster: Roster, starts_on: date, ends_on: date) -> Promotion | None:
    """Return a promotion of the same time with half of the teams of `roster`; without teams, one of the same dates."""
    keys = {team.key for team in roster.teams}
    of_its_time = select(Promotion).where(Promotion.starts_on <= ends_on, Promotion.ends_on >= starts_on)
    for promotion in db.session.scalars(of_its_time.order_by(Promotion.starts_on)):
        known = {team.key for team in promotion.teams}
        same_dates = (promotion.starts_on, promotion.ends_on) == (starts_on, ends_on)
        if 2 * len(keys & known) >= len(keys) if keys and known else same_dates:
            return promotion
    return None


def find_same_team(entry: RosterTeam, roster: Roster, teams: Sequence[Team]) -> Team | None:
    """Return the one of `teams` that has half of the people whom the file has in `entry`, or a name much like it."""
    emails = {member.email for member in roster.members if member.team_key == entry.key}
    for team in teams:
        query = select(Person.email).join(Person.memberships).where(Membership.team_id == team.id)
        if emails and 2 * len(emails.intersection(db.session.scalars(query))) >= len(emails):
            return team
    near = nearest(entry.name, [team.name for team in teams], 1)
    return next((team for team in teams if team.name in near), None)


def likely_same_people(
    entries: Sequence[RosterMember], members: Sequence[Membership]
) -> Iterator[tuple[RosterMember, str]]:
    """Yield each of `entries` with the address of one of `members` of its team who has its name or one like its own."""
    for entry in entries:
        for member in members:
            same_team = (member.team.key if member.team else None) == entry.team_key
            if same_team and member.person.email and _is_like(entry, member.person.email, member.person.name):
                yield entry, member.person.email
                break


def _is_like(entry: RosterMember, email: str, name: str) -> bool:
    same_name = name != "" and entry.person.get("name") == name
    parts = zip(entry.email.split("@"), email.split("@"), strict=True)
    return same_name or all(SequenceMatcher(None, new, old, autojunk=False).ratio() >= ALIKE for new, old in parts)

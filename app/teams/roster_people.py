"""The people of a roster: an address is one person, in one team at most; who also coordinates has one part more.

Values in, values out.
"""

from __future__ import annotations

from dataclasses import replace

import yaml

from app.import_files import FileFault
from app.teams.roles import Role
from app.teams.roster_fields import Fields, Reader, fault_at, line_of, read_scalar
from app.teams.roster_shape import RosterMember
from app.teams.roster_values import a_day_or_none, a_locale, a_name, an_address

PERSON: dict[str, tuple[str, Reader]] = {"name": ("name", a_name), "language": ("locale", a_locale)}
MEMBERSHIP: dict[str, tuple[str, Reader]] = {
    "from": ("joined_on", a_day_or_none),
    "until": ("left_on", a_day_or_none),
}


class People:
    """Collects members entry by entry; what is wrong goes to `faults`."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = faults
        self.in_teams: dict[str, RosterMember] = {}
        self.coordination: dict[str, RosterMember] = {}
        self.lines: dict[tuple[bool, str], int] = {}

    def add(self, node: yaml.Node, role: Role, team_key: str | None = None) -> None:
        """Read one entry of a list: an address, or a mapping with `email`."""
        member = self._member(node, role, team_key)
        if member is None:
            return
        coordinates = role is Role.COORDINATOR
        first = self.lines.setdefault((coordinates, member.email), line_of(node))
        known = self.coordination if coordinates else self.in_teams
        if member.email in known:
            self.faults.append(fault_at(node, f"{member.email} is already on line {first}; everyone has one part"))
        known[member.email] = member

    def members(self) -> tuple[RosterMember, ...]:
        """Everyone once: those of the teams, then those who only coordinate."""
        besides = [self._with_coordination(member) for member in self.in_teams.values()]
        return (*besides, *(member for email, member in self.coordination.items() if email not in self.in_teams))

    def _with_coordination(self, member: RosterMember) -> RosterMember:
        other = self.coordination.get(member.email)
        return replace(member, coordinates=True, person={**other.person, **member.person}) if other else member

    def _member(self, node: yaml.Node, role: Role, team_key: str | None) -> RosterMember | None:
        if isinstance(node, yaml.ScalarNode):
            email = read_scalar(node, an_address, self.faults)
            return RosterMember(email, role, team_key) if email else None
        fields = Fields(node, "an entry", self.faults)
        fields.refuse_others(("email", *PERSON, *MEMBERSHIP))
        fields.require("email")
        dates = fields.said(MEMBERSHIP)
        fields.check_order("from", "until", dates.get("joined_on"), dates.get("left_on"))
        person = fields.said(PERSON)
        email = fields.read("email", an_address)
        return RosterMember(email, role, team_key, person=person, membership=dates) if email else None

"""A roster file → a promotion, its teams, people, timetable, pauses and days off; or every fault with its line.

The format is described in `docs/roster.md`. Values in, values out.
"""

from __future__ import annotations

from app.import_files import FileFault, InvalidFileError
from app.teams import roster_values as values
from app.teams.names import RESERVED_SLUGS, slugify, team_key
from app.teams.roles import Role
from app.teams.roster_fields import Fields, Reader, line_of, read_scalar
from app.teams.roster_people import People
from app.teams.roster_shape import Columns, Roster, RosterPause, RosterTeam
from app.teams.roster_timetable import read_timetable
from app.teams.roster_yaml import compose_yaml

PROMOTION: dict[str, tuple[str, Reader]] = {
    "name": ("name", values.a_matched_name),
    "starts_on": ("starts_on", values.a_day),
    "ends_on": ("ends_on", values.a_day),
    "timezone": ("timezone", values.a_zone),
    "country": ("country", values.a_country),
    "locale": ("locale", values.a_locale),
}
TEAM: dict[str, tuple[str, Reader]] = {
    "administration": ("administration", values.a_text),
    "summary": ("summary", values.a_text),
    "from": ("active_from", values.a_day_or_none),
    "until": ("active_until", values.a_day_or_none),
}
ROLES = {"eigs": Role.EIG, "mentors": Role.MENTOR}


def parse_roster(data: bytes) -> Roster:
    """The roster in the bytes of a file. Raises InvalidFileError with every fault found."""
    root = compose_yaml(data)
    if root is None:
        raise InvalidFileError(FileFault(1, 1, "the file is empty; a roster begins with “name: …”"))
    faults: list[FileFault] = []
    roster = _Reading(Fields(root, "the roster", faults), faults).roster()
    if faults:
        raise InvalidFileError(*faults)
    return roster


class _Reading:
    """One pass over a roster."""

    def __init__(self, fields: Fields, faults: list[FileFault]) -> None:
        self.fields, self.faults = fields, faults
        self.people = People(faults)
        self.team_lines: dict[str, tuple[int, str]] = {}

    def roster(self) -> Roster:
        self.fields.refuse_others((*PROMOTION, "slug", "timetable", "days_off", "coordination", "teams"))
        self.fields.require("name", "starts_on", "ends_on", "teams")
        columns = self._promotion()
        days_off = {read_scalar(node, values.a_day, self.faults) for node in self.fields.entries("days_off")}
        teams = [self._team(Fields(node, "a team", self.faults)) for node in self.fields.entries("teams")]
        for node in self.fields.entries("coordination"):
            self.people.add(node, Role.COORDINATOR)
        return Roster(
            slug=self._slug(columns),
            columns=columns,
            days_off=tuple(sorted(day for day in days_off if day)),
            teams=tuple(teams),
            members=self.people.members(),
        )

    def _promotion(self) -> Columns:
        said = self.fields.said(PROMOTION)
        self.fields.check_order("starts_on", "ends_on", said.get("starts_on"), said.get("ends_on"))
        if not self.fields.is_empty("timetable"):
            said |= read_timetable(Fields(self.fields.values["timetable"], "the timetable", self.faults))
        return said

    def _slug(self, columns: Columns) -> str:
        """The slug that the file gives, or that of the name."""
        given = self.fields.read("slug", values.a_slug)
        slug = given or slugify(columns.get("name") or "")
        if "slug" not in self.fields.values and columns.get("name") and (not slug or slug in RESERVED_SLUGS):
            self.fields.fault(self.fields.values["name"], "makes no address of its own; add “slug: …”")
        return slug

    def _team(self, fields: Fields) -> RosterTeam:
        fields.refuse_others(("name", *TEAM, *ROLES, "pauses"), roles=ROLES)
        fields.require("name")
        name = fields.read("name", values.a_matched_name) or ""
        key = self._key(fields, name)
        for list_name, role in ROLES.items():
            for node in fields.entries(list_name):
                self.people.add(node, role, key)
        columns = fields.said(TEAM)
        fields.check_order("from", "until", columns.get("active_from"), columns.get("active_until"))
        pauses = [_pause(Fields(node, "a pause", self.faults)) for node in fields.entries("pauses")]
        return RosterTeam(name, key, columns, tuple(pause for pause in pauses if pause))

    def _key(self, fields: Fields, name: str) -> str:
        """The name as matched, which no other team may have."""
        key = team_key(name)
        line, first = self.team_lines.setdefault(key, (line_of(fields.node), name))
        if key and line != line_of(fields.node):
            fields.fault(fields.values["name"], f"“{name}” is the team of line {line} (“{first}”) again")
        return key


def _pause(fields: Fields) -> RosterPause | None:
    """A pause; of one week when it has no end."""
    fields.refuse_others(("from", "until", "reason"))
    fields.require("from")
    first = fields.read("from", values.a_week)
    last = fields.read("until", values.a_week) or first
    fields.check_order("from", "until", first, last)
    return RosterPause(first, last, fields.read("reason", values.a_name) or "") if first and last else None

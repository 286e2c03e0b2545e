"""Parse a roster file into a promotion, its teams, people, timetable, pauses and days off; or into its faults.

The format is described in `docs/roster.md`. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

import yaml

from app.import_files import FileFault, InvalidFileError
from app.import_files import fault_text as _t
from app.teams.names import RESERVED_SLUGS, slugify, team_key
from app.teams.roles import Role
from app.teams.roster import values
from app.teams.roster.yaml_fields import Columns, Fields, Parser, compose_yaml, find_cut_texts, line_of
from app.text_cleaning import clean_line
from app.weeks import Timetable, Week

# The keys of the file with the columns that they fill.
PROMOTION: dict[str, tuple[str, Parser]] = {
    "name": ("name", values.parse_matched_name),
    "starts_on": ("starts_on", values.parse_day),
    "ends_on": ("ends_on", values.parse_day),
    "timezone": ("timezone", values.parse_zone),
    "country": ("country", values.parse_country),
    "locale": ("locale", values.parse_locale),
}
TEAM: dict[str, tuple[str, Parser]] = {
    "administration": ("administration", clean_line),
    "summary": ("summary", clean_line),
    "from": ("active_from", values.or_none(values.parse_day)),
    "until": ("active_until", values.or_none(values.parse_day)),
}
PERSON: dict[str, tuple[str, Parser]] = {
    "name": ("name", values.parse_name),
    "language": ("locale", values.parse_locale),
}
MEMBERSHIP: dict[str, tuple[str, Parser]] = {
    "from": ("joined_on", values.or_none(values.parse_day)),
    "until": ("left_on", values.or_none(values.parse_day)),
}
TEXTS = {"name", "administration", "summary", "reason"}
ROLES = {"eigs": Role.EIG, "mentors": Role.MENTOR}
USUAL = Timetable(zone=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class RosterPause:
    """Weeks, `first` to `last` included, in which a team is neither reminded nor missed."""

    first: Week
    last: Week
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RosterTeam:
    """A team; `key` is its name as matched by `team_key`, `was` that of its former name."""

    name: str
    key: str
    columns: Columns = field(default_factory=dict)
    pauses: tuple[RosterPause, ...] = ()
    was: str | None = None


@dataclass(frozen=True, slots=True)
class RosterMember:
    """An e-mail address and its part in the promotion; `team_key` is None for somebody who only coordinates.

    `was` is the address under which the person was known until now; `line` is where the entry begins.
    """

    email: str
    role: Role
    team_key: str | None = None
    coordinates: bool = False  # besides being an EIG or a mentor
    person: Columns = field(default_factory=dict)
    membership: Columns = field(default_factory=dict)
    was: str | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Roster:
    """A promotion, found by its slug, and everyone in it.

    `line` is where its name stands; `notices` are what its author should look at, though nothing is wrong.
    """

    slug: str
    columns: Columns
    days_off: tuple[date, ...] = ()
    teams: tuple[RosterTeam, ...] = ()
    members: tuple[RosterMember, ...] = ()
    slug_is_given: bool = False
    line: int = 1
    notices: tuple[FileFault, ...] = ()


def parse_roster(data: bytes) -> Roster:
    """Parse the bytes of a file; raise InvalidFileError with every fault found."""
    root = compose_yaml(data)
    if root is None:
        raise InvalidFileError(FileFault(1, 1, _t("the file is empty; a roster begins with “name: …”")))
    faults: list[FileFault] = []
    roster = _RosterParser().parse(Fields(root, _t("the roster"), faults))
    if faults:
        raise InvalidFileError(*faults)
    return replace(roster, notices=tuple(find_cut_texts(root, data, TEXTS)))


class _RosterParser:
    """One pass over a file: the teams by key and the people by e-mail address so far, with the lines of the first."""

    def __init__(self) -> None:
        self.team_lines: dict[str, tuple[int, str]] = {}
        self.in_teams: dict[str, RosterMember] = {}
        self.coordination: dict[str, RosterMember] = {}
        self.member_lines: dict[tuple[bool, str], int] = {}

    def parse(self, fields: Fields) -> Roster:
        fields.refuse_unknown((*PROMOTION, "slug", "timetable", "days_off", "coordination", "teams"))
        fields.require("name", "starts_on", "ends_on", "teams")
        columns = fields.given(PROMOTION)
        fields.refuse_disorder("starts_on", "ends_on", columns.get("starts_on"), columns.get("ends_on"))
        if not fields.is_empty("timetable"):
            columns |= _parse_timetable(Fields(fields.values["timetable"], _t("the timetable"), fields.faults))
        days_off = {fields.parse_scalar(node, values.parse_day) for node in fields.entries("days_off")}
        teams = [self._parse_team(Fields(node, _t("a team"), fields.faults)) for node in fields.entries("teams")]
        for node in fields.entries("coordination"):
            self._add_member(fields, node, Role.COORDINATOR)
        members = self._members()
        fields.faults += [*self._find_former_names(teams), *_find_former_addresses(members)]
        return Roster(
            slug=_parse_slug(fields, str(columns.get("name") or "")),
            columns=columns,
            days_off=tuple(sorted(day for day in days_off if day)),
            teams=tuple(teams),
            members=members,
            slug_is_given=not fields.is_empty("slug"),
            line=line_of(fields.values.get("name", fields.node)),
        )

    def _parse_team(self, fields: Fields) -> RosterTeam:
        fields.refuse_unknown(("name", "was", *TEAM, *ROLES, "pauses"), roles=ROLES)
        fields.require("name")
        name = fields.get("name", values.parse_matched_name) or ""
        key = team_key(name)
        if key in self.team_lines:
            line, first = self.team_lines[key]
            message = _t(
                "“%(name)s” is the team of line %(line)d (“%(first)s”) again", name=name, line=line, first=first
            )
            fields.add_fault(fields.values["name"], message)
        elif key:
            self.team_lines[key] = line_of(fields.node), name
        for list_name, role in ROLES.items():
            for node in fields.entries(list_name):
                self._add_member(fields, node, role, key)
        columns = fields.given(TEAM)
        fields.refuse_disorder("from", "until", columns.get("active_from"), columns.get("active_until"))
        pauses = [_parse_pause(Fields(node, _t("a pause"), fields.faults)) for node in fields.entries("pauses")]
        was = team_key(fields.get("was", values.parse_matched_name) or "") or None
        return RosterTeam(name, key, columns, tuple(pause for pause in pauses if pause), was)

    def _find_former_names(self, teams: Sequence[RosterTeam]) -> Iterator[FileFault]:
        """Yield a fault for each former name that a team of the file still has."""
        for team in teams:
            if team.was in self.team_lines:
                line, name = self.team_lines[team.was]
                message = _t("“was: %(name)s” is still the name of line %(line)d", name=name, line=line)
                yield FileFault(self.team_lines[team.key][0], None, message)

    def _add_member(self, fields: Fields, node: yaml.Node, role: Role, team_key: str | None = None) -> None:
        """Read one entry of a list of `fields`; an address has one part in the teams, and may coordinate besides."""
        member = _parse_member(fields, node, role, team_key)
        if member is None:
            return
        coordinates = role is Role.COORDINATOR
        first = self.member_lines.setdefault((coordinates, member.email), line_of(node))
        known = self.coordination if coordinates else self.in_teams
        if member.email in known:
            message = _t("%(email)s is already on line %(line)d; everyone has one part", email=member.email, line=first)
            fields.add_fault(node, message)
        known[member.email] = member

    def _members(self) -> tuple[RosterMember, ...]:
        """Return everyone once: those of the teams, then those who only coordinate."""
        everyone = {**self.in_teams}
        for email, other in self.coordination.items():
            member = everyone.get(email)
            person = {**other.person, **member.person} if member else {}
            both = member and replace(member, coordinates=True, person=person, was=member.was or other.was)
            everyone[email] = both or other
        return tuple(everyone.values())


def _parse_member(fields: Fields, node: yaml.Node, role: Role, team_key: str | None) -> RosterMember | None:
    """Parse an e-mail address, or a mapping with `email`."""
    if isinstance(node, yaml.ScalarNode):
        email = fields.parse_scalar(node, values.parse_email)
        return RosterMember(email, role, team_key, line=line_of(node)) if email else None
    entry = Fields(node, _t("an entry"), fields.faults)
    entry.refuse_unknown(("email", "was", *PERSON, *MEMBERSHIP))
    entry.require("email")
    membership = entry.given(MEMBERSHIP)
    entry.refuse_disorder("from", "until", membership.get("joined_on"), membership.get("left_on"))
    person = entry.given(PERSON)
    email, was = entry.get("email", values.parse_email), entry.get("was", values.parse_email)
    if email is None:
        return None
    return RosterMember(email, role, team_key, person=person, membership=membership, was=was, line=line_of(node))


def _find_former_addresses(members: Sequence[RosterMember]) -> Iterator[FileFault]:
    """Yield a fault for each former address that is still somebody's in the file, or was that of two."""
    lines = {member.email: member.line for member in members}
    first: dict[str, int] = {}
    for member in members:
        if member.was in lines:
            still = _t("“was: %(was)s” is still the address of line %(line)d", was=member.was, line=lines[member.was])
            yield FileFault(member.line, None, still)
        elif member.was is not None and first.setdefault(member.was, member.line) != member.line:
            again = _t("“was: %(was)s” is said on line %(line)d already", was=member.was, line=first[member.was])
            yield FileFault(member.line, None, again)


def _parse_pause(fields: Fields) -> RosterPause | None:
    """Parse a pause; it is one week long when it has no end."""
    fields.refuse_unknown(("from", "until", "reason"))
    fields.require("from")
    first = fields.get("from", values.parse_week)
    last = fields.get("until", values.parse_week) or first
    fields.refuse_disorder("from", "until", first, last)
    return RosterPause(first, last, fields.get("reason", values.parse_name) or "") if first and last else None


def _parse_slug(fields: Fields, name: str) -> str:
    """Return the slug that the file gives, or that of the promotion's `name`."""
    slug = fields.get("slug", values.parse_slug) or slugify(name)
    if "slug" not in fields.values and name and (not slug or slug in RESERVED_SLUGS):
        fields.add_fault(fields.values["name"], _t("makes no address of its own; add “slug: …”"))
    return slug


def _parse_timetable(fields: Fields) -> dict[str, object]:
    """Return all columns of the timetable: what the file leaves out takes its usual value."""
    fields.refuse_unknown(("closes", "digest", "reminder", "last_reminders"))
    weekday, closes = fields.get("closes", values.parse_closing) or (USUAL.closing_weekday, USUAL.closes_at)
    everyone, unwritten = USUAL.reminds_everyone_at, list(USUAL.reminds_unwritten_at)
    if not fields.is_empty("reminder"):
        everyone = fields.get("reminder", values.or_none(values.parse_time))
    if not fields.is_empty("last_reminders"):
        times = {fields.parse_scalar(node, values.parse_time) for node in fields.entries("last_reminders")}
        unwritten = sorted(at for at in times if at)
    digest = fields.get("digest", values.parse_time) or USUAL.digest_at
    if digest < closes:
        hours = {"digest": f"{digest:%H:%M}", "closes": f"{closes:%H:%M}"}
        fields.add_fault(fields.node, _t("the digest (%(digest)s) comes before closing (%(closes)s)", **hours))
    for at in [*([everyone] if everyone else []), *unwritten]:
        if at >= closes:
            hours = {"at": f"{at:%H:%M}", "closes": f"{closes:%H:%M}"}
            message = _t("the reminder at %(at)s does not come before closing (%(closes)s)", **hours)
            fields.add_fault(fields.node, message)
    return {
        "closing_weekday": weekday,
        "closes_at": closes,
        "digest_at": digest,
        "reminds_everyone_at": everyone,
        "reminds_unwritten_at": [f"{at:%H:%M}" for at in unwritten],
    }

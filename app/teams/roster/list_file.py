"""Read a list of people as spreadsheets save it (CSV, or pasted cells) into the members of a roster.

Semicolons, commas or tabs; UTF-8 with or without a byte-order mark, UTF-16 with one, Windows-1252, and Mac Roman with
the line ends of old Macs, with which Excel for Mac still saves it. The columns are found by their headings, in French
or English, as people write them; others are left alone. Values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from app.teams.names import team_key
from app.teams.roles import Role
from app.teams.roster import values
from app.teams.roster.list_faults import Fault, InvalidListError, ListFault
from app.teams.roster.list_rows import HEADING_WITHIN, read_rows
from app.teams.roster.parse import RosterMember, RosterTeam

IN_BRACKETS = re.compile(r"\(.*\)")  # « Défi (nom court) »
WITH_NAME = re.compile(r"[^<>]*<([^<>]*)>")  # « Ada Lovelace <ada@x.fr> », as copied from a mail


class ListColumn(StrEnum):
    """What a column is for."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    TEAM = "team"
    ADMINISTRATION = "administration"
    ROLE = "role"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    LANGUAGE = "language"


HEADINGS = {  # as `team_key` gives them: no case, accents, spaces, signs
    ListColumn.EMAIL: "email mail courriel adresse adressemail adresseemail adressecourriel adresseelectronique mel "
    "courrielprofessionnel emailprofessionnel mailprofessionnel emailaddress address mailaddress",
    ListColumn.NAME: "nomcomplet nometprenom nomprenom prenomnom prenometnom name fullname personne identite eig",
    ListColumn.FIRST_NAME: "prenom prenoms firstname givenname",
    ListColumn.LAST_NAME: "nom nomdefamille lastname surname familyname",
    ListColumn.TEAM: "defi equipe team challenge projet project nomdudefi",
    ListColumn.ADMINISTRATION: "administration ministere structure organisme ministry organisation organization",
    ListColumn.ROLE: "role fonction profil statut qualite function",
    ListColumn.FIRST_DAY: "debut arrivee datedarrivee datededebut premierjour from start startdate firstday",
    ListColumn.LAST_DAY: "fin depart datededepart datedefin dernierjour until end enddate lastday",
    ListColumn.LANGUAGE: "langue language",
}
# May be another thing as well, a home or a job: left alone beside a heading that says clearly what its column is for.
UNCLEAR = frozenset({"adresse", "address", "fonction", "function", "profil", "statut", "qualite", "projet", "project"})
ROLES = {
    Role.EIG: "eig eigs entrepreneurdinteretgeneral entrepreneusedinteretgeneral entrepreneuredinteretgeneral",
    Role.MENTOR: "mentor mentore mentors mentores mentorat",
    Role.COORDINATOR: "coordination coordinateur coordinatrice coordinateurs coordinator coordinators coordonnateur "
    "coordonnatrice equipecoordination",
}
COLUMN_BY_HEADING = {word: column for column, words in HEADINGS.items() for word in words.split()}
ROLE_BY_WORD = {word: role for role, words in ROLES.items() for word in words.split()}
LOCALES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


@dataclass(slots=True)
class PeopleList:
    """The teams and the members of a list, and the headings that nothing was made of."""

    teams: list[RosterTeam] = field(default_factory=list)
    members: list[RosterMember] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_list(data: bytes, known_teams: Mapping[str, str]) -> PeopleList:
    """Read the bytes of a list; a team that is known (`known_teams`: name by key) keeps its name as it is.

    Raises InvalidListError with every fault found.
    """
    rows = read_rows(data, lambda cell: _column(cell) is not None)
    start = next((i for i, (_line, cells) in enumerate(rows[:HEADING_WITHIN]) if _is_heading(cells)), None)
    if start is None:
        raise InvalidListError([ListFault(rows[0][0] if rows else 1, Fault.NO_HEADING if rows else Fault.EMPTY)])
    columns = _columns(*rows[start])
    reader = _Reader(columns, known_teams)
    for line, cells in rows[start + 1 :]:
        if _is_heading(cells) and not any("@" in cell for cell in cells):  # another sheet was pasted below
            reader.columns = _columns(line, cells)
        else:
            reader.read(line, cells)
    if reader.faults:
        raise InvalidListError(reader.faults)
    if not reader.members:
        raise InvalidListError([ListFault(rows[start][0], Fault.EMPTY)])
    ignored = [cell for i, cell in enumerate(rows[start][1]) if cell and i not in columns.values()]
    return PeopleList(list(reader.teams.values()), list(reader.members.values()), ignored)


def _column(heading: str) -> ListColumn | None:
    """Return what a column with this heading is for; None when it is for nothing that is read here."""
    return COLUMN_BY_HEADING.get(_word(heading))


def _word(heading: str) -> str:
    return team_key(IN_BRACKETS.sub("", heading))


def _is_heading(cells: Sequence[str]) -> bool:
    return any(_column(cell) is ListColumn.EMAIL for cell in cells)


def _columns(line: int, cells: Sequence[str]) -> dict[ListColumn, int]:
    clear = {_column(cell) for cell in cells if _word(cell) not in UNCLEAR}
    columns: dict[ListColumn, int] = {}
    for i, cell in enumerate(cells):
        column = _column(cell)
        if column and not (column in clear and _word(cell) in UNCLEAR):
            if column in columns:
                raise InvalidListError([ListFault(line, Fault.SAME_COLUMN, cell)])
            columns[column] = i
    return columns


class _Reader:
    """One pass over the rows: teams by key, members by address."""

    def __init__(self, columns: Mapping[ListColumn, int], known_teams: Mapping[str, str]) -> None:
        self.columns, self.known_teams = columns, known_teams
        self.teams: dict[str, RosterTeam] = {}
        self.members: dict[str, RosterMember] = {}
        self.faults: list[ListFault] = []

    def read(self, line: int, cells: Sequence[str]) -> None:
        """Read one row."""
        row = {column: cells[i] for column, i in self.columns.items() if i < len(cells)}
        email = self._email(line, row)
        role = self._role(line, row)
        name = self._name(line, row)
        team = self._team(line, row, role)
        membership = self._days(line, row)
        language = row.get(ListColumn.LANGUAGE, "")
        if language and team_key(language) not in LOCALES:
            self._fault(line, Fault.LANGUAGE, language)
        if email is None or role is None:
            return
        person: dict[str, object] = {"name": name} if name else {}
        if language:
            person["locale"] = LOCALES.get(team_key(language))
        team = None if role is Role.COORDINATOR else team
        self._add(RosterMember(email, role, team, person=person, membership=membership, line=line))

    def _add(self, new: RosterMember) -> None:
        """Add somebody; who stands there as a member of a team and in the coordination has both parts."""
        known = self.members.get(new.email)
        if known is None:
            self.members[new.email] = new
        elif known.role is not Role.COORDINATOR and new.role is Role.COORDINATOR:
            self.members[new.email] = replace(known, coordinates=True)
        elif known.role is Role.COORDINATOR and new.role is not Role.COORDINATOR:
            self.members[new.email] = replace(new, coordinates=True)
        else:
            self._fault(new.line, Fault.TWICE, new.email)

    def _email(self, line: int, row: Mapping[ListColumn, str]) -> str | None:
        text = row.get(ListColumn.EMAIL, "")
        if not text:
            self._fault(line, Fault.NO_EMAIL, " ".join(cell for cell in row.values() if cell)[:60])
            return None
        try:
            return values.parse_email(_bare_address(text))
        except ValueError:
            self._fault(line, Fault.EMAIL, text)
            return None

    def _role(self, line: int, row: Mapping[ListColumn, str]) -> Role | None:
        text = row.get(ListColumn.ROLE, "")
        if not text:
            return Role.EIG
        role = ROLE_BY_WORD.get(team_key(text))
        if role is None:
            self._fault(line, Fault.ROLE, text)
        return role

    def _name(self, line: int, row: Mapping[ListColumn, str]) -> str:
        parts = (row.get(ListColumn.FIRST_NAME, ""), row.get(ListColumn.LAST_NAME, ""))
        name = row.get(ListColumn.NAME, "") or " ".join(part for part in parts if part)
        try:
            return values.parse_name(name)
        except ValueError:
            self._fault(line, Fault.NAME, name[:60])
            return ""

    def _team(self, line: int, row: Mapping[ListColumn, str], role: Role | None) -> str | None:
        """Return the key of the row's team, having noted the team; None when it names none."""
        text = row.get(ListColumn.TEAM, "")
        if not text:
            if role in {Role.EIG, Role.MENTOR}:
                self._fault(line, Fault.NO_TEAM, row.get(ListColumn.EMAIL, ""))
            return None
        try:
            name = values.parse_matched_name(text)
        except ValueError:
            self._fault(line, Fault.NAME, text[:60])
            return None
        if role is Role.COORDINATOR:  # a list has something in every cell: « Coordination »
            return None
        key = team_key(name)
        administration = row.get(ListColumn.ADMINISTRATION, "")
        columns = {"administration": administration} if administration else {}
        self.teams.setdefault(key, RosterTeam(self.known_teams.get(key, name), key, columns))
        return key

    def _days(self, line: int, row: Mapping[ListColumn, str]) -> dict[str, object]:
        days: dict[str, object] = {}
        for column, name in {ListColumn.FIRST_DAY: "joined_on", ListColumn.LAST_DAY: "left_on"}.items():
            if text := row.get(column, ""):
                try:
                    days[name] = _parse_day(text)
                except ValueError:
                    self._fault(line, Fault.DAY, text)
        first, last = days.get("joined_on"), days.get("left_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self._fault(line, Fault.DISORDER, f"{last:%d/%m/%Y}")
        return days

    def _fault(self, line: int, fault: Fault, value: str = "") -> None:
        self.faults.append(ListFault(line, fault, value))


def _bare_address(text: str) -> str:
    """Return the address in a cell, without a name beside it or `mailto:`."""
    with_name = WITH_NAME.fullmatch(text)
    return re.sub("^mailto:", "", with_name[1] if with_name else text, flags=re.IGNORECASE)


def _parse_day(text: str) -> date:
    """Parse `2019-01-14`, or `14/01/2019` as spreadsheets write it in France."""
    day, slash, rest = text.partition("/")
    month, second, year = rest.partition("/")
    if slash and second:
        return values.parse_day(f"{year}-{month:0>2}-{day:0>2}")
    return values.parse_day(text)

"""A roster file read: what it says, and every fault with its line."""

from __future__ import annotations

import time as clock_time
from datetime import date, time
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest

from app.import_files import InvalidFileError
from app.teams.roles import Role
from app.teams.roster.parse import Roster, RosterPause, parse_roster
from app.weeks import Timetable, Week

HEAD = """\
name: Promotion 3
starts_on: 2019-01-14
ends_on: 2019-11-15
"""


def read(text: str) -> Roster:
    return parse_roster(dedent(text).encode())


def faults(text: str | bytes) -> list[tuple[int, str]]:
    """The faults of a file as (line, message)."""
    with pytest.raises(InvalidFileError) as refused:
        parse_roster(text if isinstance(text, bytes) else dedent(text).encode())
    return [(fault.line, fault.message) for fault in refused.value.faults]


def only_fault(text: str | bytes) -> tuple[int, str]:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


# What it says


@pytest.mark.parametrize(
    ("name", "teams", "eigs", "mentors"),
    [("promotion-2", 13, 28, 19), ("promotion-3", 15, 32, 32), ("promotion-4", 17, 41, 49)],
)
def test_the_real_rosters_are_read_whole(eig_data: Path, name: str, teams: int, eigs: int, mentors: int) -> None:
    roster = parse_roster((eig_data / "rosters" / f"{name}.yml").read_bytes())
    roles = [member.role for member in roster.members]
    assert (roster.slug, len(roster.teams)) == (name, teams)
    assert (roles.count(Role.EIG), roles.count(Role.MENTOR), roles.count(Role.COORDINATOR)) == (eigs, mentors, 3)


def test_only_what_the_file_says_is_in_the_roster() -> None:
    roster = read(HEAD + "teams:\n- name: ADLER\n  summary:\n")
    assert roster.columns == {"name": "Promotion 3", "starts_on": date(2019, 1, 14), "ends_on": date(2019, 11, 15)}
    assert roster.teams[0].columns == {}
    assert roster.members == ()


def test_days_may_be_quoted_or_not_and_a_byte_order_mark_is_no_fault() -> None:
    quoted = HEAD.replace("2019-01-14", "'2019-01-14'") + "teams: []\n"
    assert parse_roster(quoted.encode("utf-8-sig")) == read(HEAD + "teams: []\n")


def test_values_are_taken_as_written_whatever_yaml_makes_of_them() -> None:
    roster = read(HEAD + "country: NO\nteams:\n- name: 2019\n- name: yes\n- name: 1e3\n")
    assert roster.columns["country"] == "NO"
    assert [team.name for team in roster.teams] == ["2019", "yes", "1e3"]


def test_an_entry_is_an_address_or_a_mapping() -> None:
    roster = read(
        HEAD
        + """\
teams:
- name: ADLER
  eigs:
  - EIG1@Adler.Example
  - {email: eig2@adler.example, name: Élise  Martin, language: EN, from: 2019-02-01, until: none}
"""
    )
    plain, full = roster.members
    assert (plain.email, plain.role, plain.team_key, plain.person) == ("eig1@adler.example", Role.EIG, "adler", {})
    assert full.person == {"name": "Élise Martin", "locale": "en"}
    assert full.membership == {"joined_on": date(2019, 2, 1), "left_on": None}


def test_who_also_coordinates_is_one_member() -> None:
    roster = read(
        HEAD
        + """\
coordination:
- {email: both@adler.example, name: Sacha}
- only@programme.example
teams:
- name: ADLER
  eigs: [BOTH@adler.example]
"""
    )
    both, only = roster.members
    assert (both.role, both.team_key, both.coordinates, both.person) == (Role.EIG, "adler", True, {"name": "Sacha"})
    assert (only.role, only.team_key, only.coordinates) == (Role.COORDINATOR, None, False)


def test_the_optional_keys_are_read() -> None:
    roster = read(
        HEAD
        + """\
slug: eig3
timezone: America/Guadeloupe
country: gp
locale: en
timetable: {closes: jeudi 16:30, digest: 17h00, reminder: none, last_reminders: ['16:00', '9:30']}
days_off: [2019-05-31, 2019-05-02]
teams:
- name: ADLER
  from: 2019-02-01
  until: 2019-06-30
  pauses:
  - {from: 2019-W31, until: 2019-08-16, reason: congés}
  - from: 2019-12-23
"""
    )
    assert roster.slug == "eig3"
    assert roster.days_off == (date(2019, 5, 2), date(2019, 5, 31))
    assert {name: roster.columns[name] for name in roster.columns.keys() - {"name", "starts_on", "ends_on"}} == {
        "timezone": "America/Guadeloupe",
        "country": "GP",
        "locale": "en",
        "closing_weekday": 4,
        "closes_at": time(16, 30),
        "digest_at": time(17, 0),
        "reminds_everyone_at": None,
        "reminds_unwritten_at": ["09:30", "16:00"],
    }
    assert roster.teams[0].columns == {"active_from": date(2019, 2, 1), "active_until": date(2019, 6, 30)}
    assert roster.teams[0].pauses == (
        RosterPause(Week.parse("2019-W31"), Week.parse("2019-W33"), "congés"),
        RosterPause(Week.parse("2019-W52"), Week.parse("2019-W52")),
    )


def test_a_timetable_takes_its_usual_value_where_it_says_nothing() -> None:
    columns = read(HEAD + "timetable: {closes: thursday 15:00, last_reminders: []}\nteams: []\n").columns
    assert (columns["closing_weekday"], columns["digest_at"]) == (4, time(15, 5))
    assert (columns["reminds_everyone_at"], columns["reminds_unwritten_at"]) == (time(10, 0), [])


def test_no_country_is_written_as_a_word() -> None:
    assert read(HEAD + "country: none\nteams: []\n").columns["country"] is None
    assert "country" not in read(HEAD + "country:\nteams: []\n").columns


@pytest.mark.parametrize("soft_return", ["\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_soft_return_is_a_space(soft_return: str) -> None:
    text = HEAD + f"teams:\n- name: ADLER\n  summary: premier{soft_return}second\n  administration: Tracfin\n"
    assert read(text).teams[0].columns == {"summary": "premier second", "administration": "Tracfin"}


@pytest.mark.parametrize(
    ("typed", "taken", "column", "cut"),
    [
        ("Défi #3 ouvert à tous", "Défi", 17, "#3 ouvert à tous"),
        ("#3 ouvert", None, 12, "#3 ouvert"),
        ("!important défi", "défi", 12, "!important"),
        ("&nous et vous", "et vous", 12, "&nous"),
    ],
)
def test_what_yaml_leaves_out_of_a_text_is_reported_with_its_line(
    typed: str, taken: str | None, column: int, cut: str
) -> None:
    roster = read(f"{HEAD}teams:\n- name: ADLER\n  summary: {typed}\n  eigs: [a@b.example]  # elle coordonne aussi\n")
    assert roster.teams[0].columns.get("summary") == taken
    (notice,) = roster.notices
    assert (notice.line, notice.column) == (6, column)
    assert f"leaves “{cut}” out" in notice.message


def test_of_a_long_text_that_yaml_leaves_out_the_beginning_is_quoted() -> None:
    roster = read(f"{HEAD}teams:\n- name: ADLER\n  summary: Défi #{'x' * 5000}\n")
    (notice,) = roster.notices
    assert f"leaves “#{'x' * 78}…” out" in notice.message


@pytest.mark.parametrize("typed", ["'Défi #3'", '"Défi #3"', "Défi#3", "|\n    Défi #3", "R&D !"])
def test_a_text_that_is_whole_needs_no_notice(typed: str) -> None:
    assert read(f"{HEAD}teams:\n- name: ADLER\n  summary: {typed}\n").notices == ()


# What is wrong with it


TEAM = HEAD + "teams:\n- name: ADLER\n"  # the next line is 6, and continues the team


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "timezone: Europe/Pari\nteams: []", 4, "unknown time zone “Europe/Pari”; did you mean “Europe/Paris”?"),
        (HEAD + "timezone: Paris\nteams: []", 4, "did you mean “Europe/Paris”?"),
        (HEAD + "timezone: France\nteams: []", 4, "unknown time zone “France”; use a name such as “Europe/Paris”"),
        (HEAD + "country: XX\nteams: []", 4, "unknown country “XX”"),
        (
            HEAD + "country: FR-99\nteams: []",
            4,
            "unknown country “FR-99”; use its code of two letters, such as FR, or a",
        ),
        (HEAD + "locale: de\nteams: []", 4, "unknown language “de”"),
        (HEAD + "slug: Promo 3\nteams: []", 4, "small letters"),
        (HEAD + "slug: static\nteams: []", 4, "an address of the site"),
        (HEAD.replace("Promotion 3", "Me") + "teams: []", 1, "add “slug: …”"),
        (HEAD.replace("2019-11-15", "2019-01-13") + "teams: []", 3, "“ends_on” (2019-01-13) is before “starts_on”"),
        (HEAD.replace("2019-11-15", "2019-02-30") + "teams: []", 3, "“2019-02-30” is not a day such as"),
        (HEAD.replace("2019-11-15", "20191115") + "teams: []", 3, "is not a day such as"),
        (HEAD.replace("2019-11-15", "") + "teams: []", 3, "“ends_on” is empty"),
        (HEAD + "days_off: [2019-05-31, 31/05]\nteams: []", 4, "“31/05” is not a day"),
        (HEAD + "day_off: [2019-05-31]\nteams: []", 4, "unknown key “day_off”; did you mean “days_off”?"),
        (HEAD + "name: X\nteams: []", 4, "“name” is here a second time (first on line 1)"),
        (HEAD + "teams: ADLER", 4, "“teams” is a list"),
        (HEAD + "teams:\n- ADLER", 5, "a team is written as “key: value” lines"),
        (HEAD + "teams:\n- summary: x", 5, "a team has no “name”"),
        (HEAD + "teams:\n- name: '--'", 5, "has no letter or digit"),
        (HEAD + f"teams:\n- name: {'x' * 201}", 5, "longer than 200 characters"),
        (TEAM + "- name: Adler", 6, "“Adler” is the team of line 5 (“ADLER”) again"),
        (HEAD + "teams: [{name: ADLER}, {name: Adler}]", 4, "“Adler” is the team of line 4 (“ADLER”) again"),
        (TEAM + "  sumary: x", 6, "unknown key “sumary”; did you mean “summary”?"),
        (TEAM + "  stagiaires: [a@b.example]", 6, "unknown role “stagiaires”; known here: eigs, mentors"),
        (TEAM + "  mentor: [a@b.example]", 6, "unknown role “mentor”; did you mean “mentors”?"),
        (TEAM + "  from: 2019-03-02\n  until: 2019-03-01", 7, "“until” (2019-03-01) is before “from” (2019-03-02)"),
        (
            TEAM + "  pauses:\n  - {from: 2019-W31, until: 2019-W30}",
            7,
            "“until” (2019-W30) is before “from” (2019-W31)",
        ),
        (TEAM + "  pauses:\n  - {until: 2019-W30}", 7, "a pause has no “from”"),
        (TEAM + "  pauses:\n  - {from: 2019-W54}", 7, "neither a week such as 2019-W31 nor a day"),
        (TEAM + "  eigs:\n  - a@b.example\n  - A@B.example", 8, "a@b.example is already on line 7"),
        (TEAM + "  eigs: [a@b.example]\n  mentors: [a@b.example]", 7, "a@b.example is already on line 6"),
        (TEAM + "  eigs: [a@b.example]\n- name: X\n  eigs: [a@b.example]", 8, "a@b.example is already on line 6"),
        (TEAM + "  eigs: [nobody]", 6, "“nobody” is not an email address"),
        (TEAM + "  eigs: ['a@b.example\\nBcc: x@y.example']", 6, "is not an email address"),
        (TEAM + "  eigs: [[a@b.example]]", 6, "an entry is written as"),
        (TEAM + "  eigs: [{name: X}]", 6, "an entry has no “email”"),
        (TEAM + "  eigs: [{email: a@b.example, lang: fr}]", 6, "unknown key “lang”; did you mean “language”?"),
        (TEAM + "  eigs: [{email: a@b.example, language: es}]", 6, "unknown language “es”"),
        (TEAM + "  eigs: [{email: a@b.example, name: [x]}]", 6, "one value is expected here"),
        (TEAM + "  eigs:\n  - email: a@b.example\n    from: 2019-05-01\n    until: 2019-04-01", 9, "is before “from”"),
        (
            TEAM + "  eigs:\n  - {email: a@b.example, was: c@b.example}\n  - c@b.example",
            7,
            "still the address of line 8",
        ),
        (TEAM + "  eigs:\n  - {email: a@b.example, was: a@b.example}", 7, "still the address of line 7"),
        (TEAM + "  eigs: [{email: a@b.example, was: nobody}]", 6, "“nobody” is not an email address"),
        (
            TEAM + "  eigs:\n  - {email: a@b.example, was: x@b.example}\n  - {email: c@b.example, was: x@b.example}",
            8,
            "“was: x@b.example” is said on line 7 already",
        ),
        (TEAM + "- name: CartoBio\n  was: Adler", 6, "“was: ADLER” is still the name of line 5"),
        (HEAD + f"teams:\n- name: {'ﷺ' * 20}", 5, "longer than 200 characters when it is spelled out"),
        (HEAD + "coordination: [a@b.example, a@b.example]\nteams: []", 4, "a@b.example is already on line 4"),
        (HEAD + "timetable: {closes: sunday 15:00}\nteams: []", 4, "is not a working day and an hour"),
        (HEAD + "timetable: {closes: friday 24:00}\nteams: []", 4, "is not an hour such as 15:05"),
        (HEAD + "timetable: {digest: '14:00'}\nteams: []", 4, "the digest (14:00) comes before closing (15:00)"),
        (HEAD + "timetable: {reminder: '15:00'}\nteams: []", 4, "the reminder at 15:00 does not come before closing"),
        (HEAD + "timetable: {last_reminders: '14:00'}\nteams: []", 4, "“last_reminders” is a list"),
        (HEAD + "timetable: {digst: '15:05'}\nteams: []", 4, "unknown key “digst”; did you mean “digest”?"),
        (HEAD + "timetable: friday\nteams: []", 4, "the timetable is written as"),
        ("", 1, "the file is empty"),
        ("- name: X", 1, "the roster is written as"),
    ],
)
def test_a_fault_is_reported_with_its_line(text: str, line: int, words: str) -> None:
    found, message = only_fault(text)
    assert found == line
    assert words in message


@pytest.mark.parametrize("key", ["name", "starts_on", "ends_on", "teams"])
def test_what_must_be_there_is_asked_for(key: str) -> None:
    lines = [line for line in (HEAD + "teams: []\n").splitlines(keepends=True) if not line.startswith(f"{key}:")]
    assert only_fault("".join(lines)) == (1, f"the roster has no “{key}”")


def test_all_faults_are_reported_at_once_in_the_order_of_their_lines() -> None:
    text = """\
        name: Promotion 3
        starts_on: 2019-01-14
        ends_on: 2018-01-01
        teams:
        - name: ADLER
          eigs: [a@b.example, nobody]
          interns: [c@b.example]
        - name: CartoBio
          mentors: [a@b.example]
          from: soon
    """
    assert [line for line, _ in faults(text)] == [3, 6, 7, 9, 10]


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"name: [x", 1, 9, "expected ',' or ']'"),
        (b"name: a: b", 1, 8, "put the value in quotes"),
        (b"name: x\n\tends_on: y", 2, 1, "indent with spaces, not with tabs"),
        (b"name: @x", 1, 7, "put the value in quotes"),
        (b"name: 'x", 1, 9, "close the quotes"),
        (b"name: x\n---\nname: y", 2, 1, "one promotion a file"),
        (b"name: \x07", 1, 7, "U+0007 may not stand in YAML"),
        (rb'name: "\ud83d\ude00"', 1, 7, "U+D83D is no character of a text"),
        (rb'name: "a\0"', 1, 7, "U+0000 is no character of a text"),
        (rb'name: "\e[31m"', 1, 7, "U+001B is no character of a text"),
        (b'name: x\nteams:\n- {"\\x07": y}', 3, 4, "U+0007 is no character of a text"),
        (rb'name: "a\UFFFFFFFF"', 1, 9, r"\UFFFFFFFF is no character"),
        (b"a: &x [b]\nc: *x", 2, 4, "write the value out"),
        ("name: été".encode("latin-1"), 1, 7, "save the file as UTF-8"),
        ("name: été".encode("utf-16"), 1, 1, "save the file as UTF-8"),
    ],
)
def test_what_is_no_yaml_is_reported_with_its_place_and_remedy(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(InvalidFileError) as refused:
        parse_roster(data)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert words in fault.message


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b"a: " * 50_000,
        b"{a: " * 50_000,
        b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
        b"x" * 300_000,
        b"!!python/object/apply:os.system ['exit 1']",
    ],
    ids=["brackets", "keys", "braces", "aliases", "size", "tag"],
)
def test_hostile_yaml_is_refused_at_once(data: bytes) -> None:
    begun = clock_time.process_time()
    assert faults(data)
    assert clock_time.process_time() - begun < 5


def test_the_examples_of_the_documentation_are_read() -> None:
    examples = (Path(__file__).parents[2] / "docs" / "roster.md").read_text(encoding="utf-8").split("```yaml\n")[1:]
    roster = read("".join(example.partition("```")[0] for example in examples))
    usual = Timetable(zone=ZoneInfo("Europe/Paris"))
    assert (len(roster.teams), len(roster.members)) == (1, 4)
    assert roster.columns["closing_weekday"] == usual.closing_weekday
    assert [roster.columns[name] for name in ("closes_at", "digest_at")] == [usual.closes_at, usual.digest_at]
    assert roster.columns["reminds_everyone_at"] == usual.reminds_everyone_at
    assert tuple(map(time.fromisoformat, roster.columns["reminds_unwritten_at"])) == usual.reminds_unwritten_at

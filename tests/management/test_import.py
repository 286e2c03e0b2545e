"""Lists as spreadsheets save them, what they would change, and the file of a whole cohort, there and back."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.clock import now
from app.database import db
from app.management.importing import LONGEST, apply_file, pack, unpack
from app.management.people import ChangedMeanwhileError
from app.teams.models import DayOff, Membership, Pause, Person, Promotion, Team
from app.teams.roles import Role
from app.teams.roster.apply import import_roster
from app.teams.roster.export import export_roster
from app.teams.roster.list_faults import Fault, InvalidListError
from app.teams.roster.list_file import read_list
from app.teams.roster.parse import parse_roster
from app.weeks import Week
from tests.builders import make_member, make_promotion, make_team
from tests.management.conftest import MANAGE, hidden
from tests.pages import words

IMPORT = f"{MANAGE}/people/import"
LIST = """Prénom;NOM ;Adresse e-mail;Défi;Rôle;Téléphone
Zoé;L’Été;Zoe.Lete@Brancard.example;BRANCARD;EIG;01
Noël;Cœur;noel@ministere.example;Brancard;Mentor;
Anaïs;Ça;anais@friche.example;Friche œuvrée;;
"Camille";Durand;camille@programme.example;;Coordinatrice;
"""
KNOWN = {"brancard": "Brancard"}


def send(me: FlaskClient, data: bytes, name: str = "liste.csv") -> TestResponse:
    return me.post(IMPORT, data={"file": (io.BytesIO(data), name)})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_break", ["\r\n", "\n"])
def test_a_list_is_read_however_a_spreadsheet_saved_it(encoding: str, separator: str, line_break: str) -> None:
    people = read_list(LIST.replace(";", separator).replace("\n", line_break).encode(encoding), KNOWN)
    assert [(m.email, m.role.value, m.person.get("name"), m.team_key) for m in people.members] == [
        ("zoe.lete@brancard.example", "eig", "Zoé L’Été", "brancard"),
        ("noel@ministere.example", "mentor", "Noël Cœur", "brancard"),
        ("anais@friche.example", "eig", "Anaïs Ça", "fricheoeuvree"),
        ("camille@programme.example", "coordinator", "Camille Durand", None),
    ]
    assert [team.name for team in people.teams] == ["Brancard", "Friche œuvrée"]
    assert people.ignored == ["Téléphone"]


def test_titles_above_and_the_line_of_excel_are_passed_over() -> None:
    text = "sep=;\r\nPromotion 8;;\r\n;;\r\nFull name;E-mail;Team\r\nLou Martin;lou@x.example;Jachère\r\n"
    assert [m.email for m in read_list(text.encode(), {}).members] == ["lou@x.example"]


def test_a_title_with_other_signs_above_leaves_the_columns_as_they_are() -> None:
    text = "Les EIG, par défi, Paris, 2019\nNom;Courriel;Défi (nom court)\nLou, Martin;lou@x.example;Jachère\n"
    (lou,) = read_list(text.encode(), {}).members
    assert (lou.email, lou.person["name"], lou.team_key) == ("lou@x.example", "Lou, Martin", "jachere")


def test_a_home_or_a_job_in_a_list_is_no_address_and_no_role_beside_clear_headings() -> None:
    text = "Nom;Adresse;Profil;Courriel;Projet;Défi;Rôle\nLou;1 rue Haute;Designer;lou@x.example;Carte;Jachère;Mentor\n"
    people = read_list(text.encode(), {})
    (lou,) = people.members
    assert (lou.email, lou.role, lou.team_key) == ("lou@x.example", Role.MENTOR, "jachere")
    assert people.ignored == ["Adresse", "Profil", "Projet"]
    alone = read_list("Adresse;Projet;Fonction\nlou@x.example;Jachère;mentor\n".encode(), {}).members
    assert [(each.email, each.role, each.team_key) for each in alone] == [("lou@x.example", Role.MENTOR, "jachere")]


def test_a_cell_of_two_lines_keeps_its_words_apart() -> None:
    text = 'Nom;"Adresse\r\nmail";Défi\r\n"Lou\r\nMartin";lou@x.example;"La\r\nJachère"\r\n'
    people = read_list(text.encode(), {})
    assert (people.members[0].person["name"], people.teams[0].name) == ("Lou Martin", "La Jachère")


def test_no_name_of_a_list_turns_the_direction_of_a_page() -> None:
    text = "Nom;Courriel;Défi\nLou \u202enitraM\u200b;lou@x.example;Ja\u00adchère\n"
    people = read_list(text.encode(), {})
    assert (people.members[0].person["name"], people.teams[0].name) == ("Lou nitraM", "Jachère")


def test_a_list_of_excel_for_mac_keeps_its_accents() -> None:
    data = "Prénom;Courriel;Défi\rÉlodie;elo@x.example;Jachère\r".encode("mac_roman")
    assert read_list(data, {}).members[0].person["name"] == "Élodie"


def test_another_sheet_pasted_below_has_its_own_columns() -> None:
    text = "Mail;Défi;Prénom\nlou@x.example;Jachère;Mel\n\nDéfi;Mail\nPlume;max@x.example\n"
    people = read_list(text.encode(), {})
    assert [(m.email, m.team_key) for m in people.members] == [
        ("lou@x.example", "jachere"),
        ("max@x.example", "plume"),
    ]


@pytest.mark.parametrize(
    "cell", ["Lou Martin <Lou@X.example>", "<lou@x.example>", "Mailto:lou@x.example", "\u202alou@x.example\u202c"]
)
def test_an_address_is_read_as_mails_and_pages_write_it(cell: str) -> None:
    assert read_list(f"mail;défi\n{cell};Jachère\n".encode(), {}).members[0].email == "lou@x.example"


def test_who_stands_in_a_team_and_in_the_coordination_has_both_parts() -> None:
    text = "mail,équipe,fonction\nlou@x.example,Jachère,EIG\nlou@x.example,,coordination\n"
    (lou,) = read_list(text.encode(), {}).members
    assert (lou.role, lou.coordinates) == (Role.EIG, True)


def test_a_cell_that_was_made_harmless_comes_back_as_it_was() -> None:
    text = "nom;mail;défi\n'=Ada;ada@x.example;'+Plume\n"
    people = read_list(text.encode(), {})
    assert (people.members[0].person["name"], people.teams[0].name) == ("=Ada", "+Plume")


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("", Fault.EMPTY, 1),
        ("mail;défi\n", Fault.EMPTY, 1),
        ("nom;défi\nLou;Jachère\n", Fault.NO_HEADING, 1),
        ("mail;défi\nlou;Jachère\n", Fault.EMAIL, 2),
        ("mail;défi\n;Jachère\n", Fault.NO_EMAIL, 2),
        ("mail;défi\nlou@x.example;\n", Fault.NO_TEAM, 2),
        ("mail;défi;rôle\nlou@x.example;J;roi\n", Fault.ROLE, 2),
        ("mail;défi\nlou@x.example;J\nLOU@x.example;K\n", Fault.TWICE, 3),
        ("mail;défi;fin\nlou@x.example;J;31/02/2019\n", Fault.DAY, 2),
        ("mail;défi;début;fin\nlou@x.example;J;02/03/2019;2019-03-01\n", Fault.DISORDER, 2),
        ("mail;courriel;défi\nlou@x.example;;J\n", Fault.SAME_COLUMN, 1),
        ("mail;défi;langue\nlou@x.example;J;breton\n", Fault.LANGUAGE, 2),
        (f"mail;défi;nom\nlou@x.example;J;{'é' * 201}\n", Fault.NAME, 2),
        ("mail;défi\nlou@x.example;\0\n", Fault.NO_TEXT, 1),
        ('mail;défi\n"lou@x.example";"J"\nmax@x.example;"Jachère\nada@x.example;K\n', Fault.OPEN_QUOTE, 3),
        ("PK\x03\x04…", Fault.WORKBOOK, 1),
        ("x" * 200_001, Fault.TOO_LARGE, 1),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, fault: Fault, line: int) -> None:
    with pytest.raises(InvalidListError) as raised:
        read_list(text.encode(), {})
    assert [(f.fault, f.line) for f in raised.value.faults] == [(fault, line)]


@pytest.mark.usefixtures("csv_limit")
def test_a_cell_as_long_as_a_book_was_opened_by_a_quote() -> None:
    with pytest.raises(InvalidListError) as raised:
        read_list(f'mail;défi\nlou@x.example;"{"x" * 140_000}"\n'.encode(), {})
    assert [(f.fault, f.line) for f in raised.value.faults] == [(Fault.OPEN_QUOTE, 2)]


def test_a_packed_file_comes_back_and_nothing_else_does() -> None:
    assert unpack(pack(b"x" * 1_000)) == b"x" * 1_000
    assert [unpack(text) for text in ("", "é", "AAAA", pack(b"x" * (LONGEST + 1)))] == [None] * 4


def test_a_list_is_imported_after_its_preview_and_once(me: FlaskClient, promotion: Promotion) -> None:
    preview = send(me, LIST.encode("cp1252"))
    said = words(preview.text)
    assert preview.status_code == 200
    assert "Friche œuvrée" in said and "zoe.lete@brancard.example" in said and "Téléphone" in said
    assert "Zoé" in said  # as it was read, beside the address: accents can be checked before anything is taken
    assert db.session.query(Person).count() == 1
    sent = {"file": hidden(preview.text, "file"), "seen": hidden(preview.text, "seen")}
    for _click in range(2):
        assert me.post(f"{IMPORT}/apply", data=sent).status_code == 303
    db.session.rollback()
    emails = set(db.session.scalars(select(Person.email)))
    assert emails >= {"zoe.lete@brancard.example", "noel@ministere.example", "anais@friche.example"}
    assert sorted(db.session.scalars(select(Team.name))) == ["Brancard", "Friche œuvrée", "Jachère"]
    assert "Rien" in words(send(me, LIST.encode()).text)


def test_the_team_of_somebody_new_is_said_as_it_is_called(me: FlaskClient, promotion: Promotion) -> None:
    page = words(send(me, "nom;mail;défi\nZoé;zoe@x.example;Plume (bêta)\n".encode()).text)
    assert "zoe@x.example, Plume (bêta)" in page


def test_days_off_of_weeks_that_have_closed_are_named_and_counted_as_nobody(
    app: Flask, me: FlaskClient, lea: Membership, tmp_path: Path
) -> None:
    data = export_roster(lea.promotion).replace("days_off: []", "days_off: [2019-02-15, 2019-06-10]")
    page = words(send(me, data.encode(), "roster.yml").text)
    assert "leur semaine a fermé : 15 février 2019." in page
    assert "absent de la liste" not in page
    file = tmp_path / "roster.yml"
    file.write_text(data, encoding="utf-8")
    said = app.test_cli_runner().invoke(args=["roster", "import", "--dry-run", str(file)]).output
    assert "  day off 2019-02-15 is left out: its week has closed" in said
    assert "+ day off 2019-06-10" in said


def test_cells_may_be_pasted(me: FlaskClient, promotion: Promotion) -> None:
    cells = "Nom\tCourriel\tDéfi\r\nZoé\tzoe@x.example\tBrancard"
    assert "zoe@x.example" in me.post(IMPORT, data={"cells": cells}).text


def test_what_somebody_else_did_meanwhile_is_shown_before(me: FlaskClient, promotion: Promotion) -> None:
    preview = send(me, LIST.encode())
    sent = {"file": hidden(preview.text, "file"), "seen": hidden(preview.text, "seen")}
    make_team(promotion, "Friche œuvrée", key="fricheoeuvree")
    again = me.post(f"{IMPORT}/apply", data=sent)
    assert again.status_code == 409
    assert me.post(f"{IMPORT}/apply", data=sent | {"seen": hidden(again.text, "seen")}).status_code == 303


def test_a_file_that_ends_half_of_the_members_asks_for_the_number(me: FlaskClient, promotion: Promotion) -> None:
    rows = ["mail;défi;fin"]
    for number in range(3):
        make_member(promotion, "eig", promotion.teams[0], f"p{number}@jachere.example")
        rows.append(f"p{number}@jachere.example;{promotion.teams[0].name};01/03/2019")
    preview = send(me, "\n".join(rows).encode())
    assert "3 personnes quitteraient la promotion" in words(preview.text)
    sent = {"file": hidden(preview.text, "file"), "seen": hidden(preview.text, "seen")}
    for typed in ("", "4", "trois"):
        assert me.post(f"{IMPORT}/apply", data=sent | {"ended": typed}).status_code == 422
    assert db.session.query(Membership).filter(Membership.left_on.is_not(None)).count() == 0
    assert me.post(f"{IMPORT}/apply", data=sent | {"ended": "3"}).status_code == 303


@pytest.mark.parametrize(
    ("last", "asked"), [("06/03/2019", True), ("28/06/2019", True), ("08/11/2019", False), ("", False)]
)
def test_those_who_would_leave_later_are_counted_as_well(
    me: FlaskClient, promotion: Promotion, lea: Membership, last: str, asked: bool
) -> None:
    page = send(me, f"mail;défi;fin\nlea@jachere.example;Jachère;{last}\n".encode()).text
    assert ("1 personne quitterait la promotion" in words(page)) == asked


def test_the_log_names_whom_a_file_ends_takes_up_again_and_moves(
    me: FlaskClient, camille: Membership, lea: Membership
) -> None:
    for last in ("28/06/2019", "08/11/2019"):  # the second, the last day of the cohort, moves the departure
        rows = f"mail;défi;fin\nlea@jachere.example;Jachère;{last}\n".encode()
        apply_file(lea.promotion, rows, camille.person, now())
    roster = export_roster(lea.promotion).replace("until: 2019-11-08", "until: none")
    apply_file(lea.promotion, roster.encode(), camille.person, now())
    apply_file(lea.promotion, b"mail,team,role\nlea@jachere.example,Brancard,mentor\n", camille.person, now())
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.person_id == lea.person_id)).all()
    assert [(entry.action, entry.subject, entry.detail) for entry in entries] == [
        ("person.left", "Jachère", " → 2019-06-28"),
        ("person.left", "Jachère", " → 2019-11-08"),
        ("person.back", "Jachère", " → "),
        ("person.role-changed", "Brancard", "mentor"),
        ("person.moved", "Brancard", "mentor"),
    ]


def test_a_file_that_ends_the_coordination_is_refused(me: FlaskClient, camille: Membership) -> None:
    rows = "mail;rôle;fin\ncamille@programme.example;coordination;01/03/2019\n"
    preview = send(me, rows.encode())
    assert "plus personne ne coordonnerait" in words(preview.text)
    assert preview.status_code == 422
    assert me.post(f"{IMPORT}/apply", data={"file": pack(rows.encode()), "seen": "x", "ended": "1"}).status_code == 422
    db.session.rollback()
    assert db.session.get_one(Membership, camille.id).left_on is None


@pytest.mark.parametrize(
    ("days", "taken"), [(";", True), ("01/03/2019;", True), ("02/03/2019;", True), ("07/03/2019;", False)]
)
def test_page_and_command_take_a_file_in_which_another_follows_the_last_coordinator(
    app: Flask, me: FlaskClient, camille: Membership, tmp_path: Path, days: str, taken: bool
) -> None:
    rows = "mail;rôle;début;fin\ncamille@programme.example;coordination;;05/03/2019\nmax@x.example;coordination;"
    data = f"{rows}{days}\n".encode()
    preview = send(me, data)
    assert (preview.status_code, "plus personne ne coordonnerait" in words(preview.text)) == (
        (200, False) if taken else (422, True)
    )
    file = tmp_path / "roster.yml"
    others = export_roster(camille.promotion).replace("name: Camille\n", "name: Camille\n    until: 2019-03-05\n")
    begins = "-".join(reversed(days.strip(";").split("/")))
    new = "coordination:\n  - email: max@x.example\n" + (f"    from: {begins}\n" if begins else "")
    file.write_text(others.replace("coordination:\n", new), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["roster", "import", "--dry-run", str(file)])
    assert (result.exit_code == 0) is taken, result.output
    if not taken:
        assert "nobody would coordinate this cohort from 2019-03-06 on" in result.output
        return
    sent = {"file": hidden(preview.text, "file"), "seen": hidden(preview.text, "seen"), "ended": "1"}
    assert me.post(f"{IMPORT}/apply", data=sent).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Membership, camille.id).left_on == date(2019, 3, 5)


def test_a_file_that_has_come_to_have_a_fault_says_which(
    me: FlaskClient, promotion: Promotion, camille: Membership
) -> None:
    other = make_member(promotion, "coordinator", email="autre@programme.example")
    data = export_roster(promotion).replace("name: Camille\n", f"name: Camille\n    until: {promotion.ends_on}\n")
    page = send(me, data.encode(), "roster.yml").text
    other.left_on = date(2019, 3, 1)
    db.session.commit()
    answer = me.post(f"{IMPORT}/apply", data={"file": hidden(page, "file"), "seen": hidden(page, "seen")})
    assert (answer.status_code, "plus personne ne coordonnerait" in words(answer.text)) == (422, True)
    assert db.session.get_one(Membership, camille.id).left_on is None


@pytest.mark.parametrize("last", ["01/03/2019", "08/11/2019"])  # the second, the last day of the cohort
def test_a_file_that_has_come_to_end_the_coordination_is_refused_under_the_lock(
    promotion: Promotion, camille: Membership, last: str
) -> None:
    rows = f"mail;rôle;fin\ncamille@programme.example;coordination;{last}\n"
    with pytest.raises(ChangedMeanwhileError):  # as when the other coordinator left after the preview
        apply_file(promotion, rows.encode(), camille.person, now())
    db.session.rollback()
    assert db.session.get_one(Membership, camille.id).left_on is None


def test_somebody_erased_does_not_count_as_the_coordination_that_stays(me: FlaskClient, promotion: Promotion) -> None:
    make_member(promotion, "coordinator", name="", left_on=date(2019, 3, 1)).person.email = None
    db.session.commit()
    data = export_roster(promotion).replace("name: Camille\n", "name: Camille\n    until: 2019-03-01\n")
    assert "plus personne ne coordonnerait" in words(send(me, data.encode(), "roster.yml").text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choisissez un fichier"),
        (b"x" * (LONGEST + 1), "trop gros"),
        (b"name: Promotion 4\nstarts_on: 2019-01-07\nends_on: 2019-11-08\nteams: []\n", "autre promotion"),
        (b"name: [\n", "rien n’a été importé"),
        ("mail;défi\nlou;J\n".encode(), "Ligne 2"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(me: FlaskClient, promotion: Promotion, data: bytes, said: str) -> None:
    assert said in words(send(me, data).text)


@pytest.mark.both_databases
def test_a_cohort_exported_and_imported_again_changes_nothing(
    app: Flask, me: FlaskClient, promotion: Promotion, lea: Membership
) -> None:
    team = promotion.teams[0]
    team.administration, team.summary, team.active_until = "Ministère : l’« essai » # 1", "- non", date(2019, 9, 30)
    team.pauses.append(Pause(first_week=Week.parse("2019-W31"), last_week=Week.parse("2019-W33"), reason="yes"))
    promotion.days_off.append(DayOff(day=date(2019, 5, 31)))
    promotion.country, promotion.reminds_everyone_at = None, None
    lea.person.name, lea.person.locale, lea.joined_on, lea.coordinates = "*Léa: #1", "en", date(2019, 2, 1), True
    make_member(promotion, "mentor", team, "null@ministere.example", name="Non", left_on=date(2019, 3, 1))
    db.session.commit()
    text = export_roster(promotion)
    assert import_roster(parse_roster(text.encode()), now(), dry_run=True).lines == []
    assert me.get(f"{MANAGE}/roster.yml").text == text
    result = app.test_cli_runner().invoke(args=["roster", "export"])
    assert (result.exit_code, result.output) == (0, text)


def test_a_file_corrects_no_address_that_nobody_would_be_told_of(me: FlaskClient, lea: Membership) -> None:
    """Else it would give anybody's account away, those of other cohorts as well."""
    other = make_member(make_promotion(slug="promotion-4", name="Promotion 4"), "coordinator", email="max@x.example")
    data = export_roster(lea.promotion).replace(
        "coordination:\n", "coordination:\n  - email: thief@x.example\n    was: max@x.example\n"
    )
    assert "was:" in data
    page = send(me, data.encode(), "roster.yml")
    assert "corrige une adresse" in words(page.text)
    assert 'name="seen"' not in page.text
    answer = me.post(f"{IMPORT}/apply", data={"file": pack(data.encode()), "seen": ""})
    assert answer.status_code == 409
    db.session.rollback()
    assert db.session.get_one(Person, other.person_id).email == "max@x.example"


@pytest.mark.parametrize(("teams", "status"), [(300, 200), (301, 422)])
def test_a_file_of_hundreds_of_teams_is_none_of_a_cohort(
    me: FlaskClient, promotion: Promotion, teams: int, status: int
) -> None:
    people = "\n".join(f"Lou;lou{i}@x.example;Défi {i}" for i in range(teams))
    answer = send(me, f"nom;email;défi\n{people}".encode())
    assert answer.status_code == status
    assert ("trop" in words(answer.text)) is (status == 422)


def test_who_gets_the_coordination_by_a_file_is_in_the_log(me: FlaskClient, lea: Membership) -> None:
    data = export_roster(lea.promotion).replace("coordination:\n", "coordination:\n  - email: lea@jachere.example\n")
    data = data.replace("\nteams:", "\n  - email: max@x.example\nteams:").encode()
    seen = hidden(send(me, data, "roster.yml").text, "seen")
    assert me.post(f"{IMPORT}/apply", data={"file": pack(data), "seen": seen}).status_code == 303
    db.session.rollback()
    given = select(Person.email).join(AuditEntry, AuditEntry.person_id == Person.id)
    given = given.where(AuditEntry.action == "person.coordination-given").order_by(Person.email)
    assert db.session.scalars(given).all() == ["lea@jachere.example", "max@x.example"]


@pytest.mark.parametrize("size", [1_000, LONGEST + 1])
def test_a_workbook_is_told_beside_the_field_with_what_to_do(me: FlaskClient, promotion: Promotion, size: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "x" * size)
    answer = send(me, file.getvalue(), "liste.xlsx")
    assert answer.status_code == 422
    assert "Enregistrez la feuille au format CSV, ou copiez les cellules et collez-les ici." in words(answer.text)
    assert "trop" not in words(answer.text)


ROSTER = "name: Promotion 3\nstarts_on: 2019-01-14\nends_on: {ends_on}\nteams:\n- name: Plume\n  {line}\n"


@pytest.mark.parametrize(
    ("ends_on", "line", "french", "english"),
    [
        (
            "2019-02-30",
            "eigs: [lea@x.example]",
            "Ligne 3, colonne 10 : « 2019-02-30 » n’est pas un jour écrit comme 2019-01-14",
            "Line 3, column 10: “2019-02-30” is not a day such as 2019-01-14",
        ),
        (
            "2019-11-15",
            "sumary: x",
            "Ligne 6, colonne 3 : clé inconnue : « sumary » ; vouliez-vous dire « summary » ?",
            "Line 6, column 3: unknown key “sumary”; did you mean “summary”?",
        ),
        (
            "2019-11-15",
            "eigs: [{name: Léa}]",
            "Ligne 6, colonne 10 : une entrée : il manque « email »",
            "Line 6, column 10: an entry has no “email”",
        ),
        (
            "2019-11-15",
            "\teigs: []",
            "décalez les lignes avec des espaces, pas avec des tabulations",
            "indent with spaces, not with tabs",
        ),
    ],
)
def test_a_fault_of_a_yaml_file_is_told_in_the_language_of_the_reader(
    me: FlaskClient, camille: Membership, ends_on: str, line: str, french: str, english: str
) -> None:
    file = ROSTER.format(ends_on=ends_on, line=line).encode()
    assert french in words(send(me, file, "liste.yml").text)
    camille.person.locale = "en"
    db.session.commit()
    assert english in words(send(me, file, "liste.yml").text)

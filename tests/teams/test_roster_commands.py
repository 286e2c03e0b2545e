"""`flask roster import` and `flask init`, as one types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.database import db
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role

ROSTER = """\
name: Promotion 3
starts_on: 2019-01-14
ends_on: 2019-11-15
coordination: [chief@programme.example]
teams:
- name: Défi
  eigs: [eig1@defi.example]
"""
FIRST = ["init", "--email", "Chief@Programme.example", "--name", "Camille", "--promotion", "Promotion 3"]
DAYS = ["--starts-on", "2019-01-14", "--ends-on", "2019-11-15"]


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "promotion.yml"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def run(app: Flask, *args: str | Path, answers: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args], input=answers)


def promotions() -> int:
    return db.session.scalar(select(func.count()).select_from(Promotion)) or 0


def test_an_import_says_line_by_line_what_it_did(app: Flask, roster: Path) -> None:
    result = run(app, "roster", "import", roster)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "+ promotion Promotion 3 (promotion-3), 2019-01-14 to 2019-11-15",
        "+ team Défi",
        "+ eig eig1@defi.example (Défi)",
        "+ coordinator chief@programme.example",
        "The file: promotion-3, 1 team, 1 EIG, 0 mentors, 1 in the coordination.",
    ]


def test_a_second_import_says_that_nothing_changed(app: Flask, roster: Path) -> None:
    run(app, "roster", "import", roster)
    result = run(app, "roster", "import", roster)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "= nothing changed"


def test_a_dry_run_says_that_it_wrote_nothing(app: Flask, roster: Path) -> None:
    result = run(app, "roster", "import", roster, "--dry-run")
    assert result.exit_code == 0
    assert "+ team Défi" in result.output
    assert "this was a dry run" in result.output
    assert promotions() == 0


def test_what_was_left_out_and_what_is_asked_is_said(app: Flask, roster: Path) -> None:
    run(app, "roster", "import", roster)
    text = ROSTER.replace("Promotion 3", "Promotion trois").replace("- name: Défi", "- name: Défi #3")
    roster.write_text(text, encoding="utf-8")
    tried = run(app, "roster", "import", roster, "--dry-run")
    assert tried.exit_code == 0
    assert tried.stderr.startswith("promotion.yml, line 6, column 14: YAML leaves “#3” out;")
    assert "? “Promotion trois” would be a second promotion, beside “Promotion 3” (promotion-3)" in tried.stdout
    refused = run(app, "roster", "import", roster)
    assert refused.exit_code == 1
    assert "promotion.yml, line 1: “Promotion trois” would be a second promotion" in refused.stderr
    assert promotions() == 1


@pytest.mark.parametrize("name", ["alpha", "alsace", "hash"])
def test_each_of_the_examples_of_others_is_taken(app: Flask, eig_data: Path, name: str) -> None:
    result = run(app, "roster", "import", eig_data / "faults" / "roster" / f"{name}.yml")
    assert result.exit_code == 0
    assert ("line 6, column 17: YAML leaves “#3 ouvert à tous” out" in result.stderr) == (name == "hash")


def test_a_faulty_file_is_refused_whole_with_every_fault(app: Flask, roster: Path) -> None:
    roster.write_text(ROSTER.replace("2019-11-15", "2018-01-01") + "  stagiaires: []\n", encoding="utf-8")
    result = run(app, "roster", "import", roster)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "promotion.yml, line 3, column 10: “ends_on” (2018-01-01) is before “starts_on” (2019-01-14)",
        "promotion.yml, line 8, column 3: unknown role “stagiaires”; known here: eigs, mentors",
        "Error: 2 to mend; nothing was taken.",
    ]
    assert promotions() == 0


def test_a_file_in_another_encoding_is_refused(app: Flask, roster: Path) -> None:
    roster.write_text(ROSTER, encoding="latin-1")
    result = run(app, "roster", "import", roster)
    assert result.exit_code == 1
    assert "promotion.yml, line 6, column 10: byte 0xe9 is not UTF-8; save the file as UTF-8" in result.stderr
    assert promotions() == 0


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(app: Flask, tmp_path: Path) -> None:
    result = run(app, "roster", "import", tmp_path / "nothing.yml")
    assert result.exit_code == 2
    assert "nothing.yml" in result.stderr


def test_the_first_coordinator_is_made_with_the_first_promotion(app: Flask) -> None:
    result = run(app, *FIRST, *DAYS)
    assert result.exit_code == 0, result.output
    assert "Sign in at http://localhost/sign-in as chief@programme.example" in result.output
    member = db.session.scalars(select(Membership)).one()
    assert (member.role, member.person.email, member.person.name) == (
        Role.COORDINATOR,
        "chief@programme.example",
        "Camille",
    )
    assert (member.promotion.slug, member.promotion.timezone) == ("promotion-3", "Europe/Paris")


def test_what_is_not_given_is_asked_for_until_it_is_right(app: Flask) -> None:
    result = run(app, *FIRST, answers="soon\n2019-01-14\n2019-11-15\n")
    assert result.exit_code == 0, result.output
    assert "“soon” is not a day such as 2019-01-14" in result.output
    assert promotions() == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([*FIRST, "--starts-on", "2019-01-14", "--ends-on", "2019-01-13"], "is before the first"),
        ([*FIRST, "--starts-on", "14/01/2019"], "is not a day such as 2019-01-14"),
        (["init", "--email", "nobody"], "is not an email address"),
        (["init", "--promotion", "Static"], "choose another name"),
    ],
)
def test_an_invalid_answer_is_refused(app: Flask, args: list[str], words: str) -> None:
    result = run(app, *args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert promotions() == 0


def test_a_database_in_use_is_left_alone(app: Flask, roster: Path) -> None:
    run(app, "roster", "import", roster)
    result = run(app, *FIRST, *DAYS)
    assert result.exit_code == 1
    assert "there is a promotion already" in result.stderr
    assert "flask roster import" in result.stderr
    assert db.session.scalar(select(func.count()).select_from(Person)) == 2

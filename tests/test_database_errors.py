"""Errors of the database: they tell no value of a row, and whoever types a command a sentence, not a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from app.cli import explain_errors
from app.cli_options import WeekType
from app.database import db
from app.job_process import check_database
from tests.builders import make_bulletin, make_person, make_promotion, make_team
from tests.fixtures.postgresql import new_database
from tests.fixtures.site import make_config, running_app

ADDRESS = "somebody@promotion.example"
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
NOWHERE = "postgresql+psycopg://bulletins:hunter2@127.0.0.1:9/bulletins"


def shown(error: BaseException) -> str:
    """Everything that a log would show of an error, its causes included."""
    return "".join(traceback.format_exception(error))


@pytest.mark.both_databases
def test_an_address_that_is_taken_is_in_no_error(app: Flask) -> None:
    make_person(ADDRESS)
    with pytest.raises(DBAPIError) as refusal:
        make_person(ADDRESS)
    db.session.rollback()
    assert "people" in shown(refusal.value), "which constraint it was is still said"
    assert ADDRESS not in shown(refusal.value)


@pytest.mark.both_databases
def test_a_row_that_is_refused_is_in_no_error(app: Flask) -> None:
    make_person(ADDRESS)
    with pytest.raises(DBAPIError) as refusal:
        db.session.execute(text("UPDATE people SET created_at = NULL"))
    db.session.rollback()
    assert "created_at" in shown(refusal.value)
    assert ADDRESS not in shown(refusal.value)


@POSTGRESQL
@pytest.mark.parametrize("statement", ["SELECT CAST(:value AS integer)", "SELECT CAST(:value AS timestamptz)"])
def test_a_value_of_the_wrong_type_is_in_no_error(app: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError, match="invalid input syntax for type") as refusal:
        db.session.execute(text(statement), {"value": f'"{ADDRESS}"\n{ADDRESS}'})
    db.session.rollback()
    assert ADDRESS not in shown(refusal.value)


# --- Commands --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.both_databases)])
def new_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application before `flask db upgrade`: on a database without a table."""
    if request.param == "sqlite":
        yield from running_app(make_config(database_url=f"sqlite:///{tmp_path / 'new.sqlite'}"))
        return
    server: URL = request.getfixturevalue("postgresql_server")
    with new_database(server, f"without_tables_{tmp_path.name}") as url:
        yield from running_app(make_config(database_url=url.render_as_string(hide_password=False)))


@pytest.fixture
def app_without_database() -> Iterator[Flask]:
    """The application while its database is away."""
    yield from running_app(make_config(database_url=NOWHERE))


def every_command(app: Flask, folder: Path) -> Iterator[list[str]]:
    """Every command of the product, each with the arguments and options that it cannot do without."""
    pending: list[tuple[list[str], click.Command]] = [([name], command) for name, command in app.cli.commands.items()]
    while pending:
        words, command = pending.pop()
        if isinstance(command, click.Group):
            pending.extend(([*words, name], each) for name, each in command.commands.items())
        elif words != ["db"]:
            for parameter in command.params:
                if parameter.required or isinstance(parameter.type, WeekType):
                    option = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
                    words += [*option, _value(parameter.type, folder)]
            yield words


def _value(kind: object, folder: Path) -> str:
    if isinstance(kind, WeekType):
        return "2019-W10"
    if isinstance(kind, click.Path):
        return str(folder if kind.dir_okay else _file(folder))
    return "somebody@promotion.example"


def _file(folder: Path) -> Path:
    path = folder / "file"
    path.write_text("name: P\nslug: p\nstarts_on: 2019-01-07\nends_on: 2019-11-08\nteams: []\n")
    return path


def run(app: Flask, words: list[str]) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=words, input="")


def test_every_command_before_the_tables_ends_with_a_sentence(new_app: Flask, tmp_path: Path) -> None:
    advised = []
    for words in every_command(new_app, tmp_path):
        result = run(new_app, words)
        assert isinstance(result.exception, SystemExit | None), words
        advised += words[:1] if "flask db upgrade" in result.output else []
    for name in ("deliver", "digest", "figures", "bulletins", "demo", "timetable", "init"):
        assert name in advised


def test_every_command_while_the_database_is_away_ends_with_a_sentence(
    app_without_database: Flask, tmp_path: Path
) -> None:
    advised = []
    for words in [*every_command(app_without_database, tmp_path), ["db", "upgrade"], ["db", "current"]]:
        if words == ["timetable"]:  # waits for it
            continue
        result = run(app_without_database, words)
        assert isinstance(result.exception, SystemExit | None), words
        assert "hunter2" not in result.output
        advised += words[:1] if "Look whether it runs, and whether DATABASE_URL names it" in result.output else []
    for name in ("deliver", "digest", "figures", "bulletins", "demo", "init", "db"):
        assert name in advised


def test_the_job_process_waits_for_a_database_that_is_away(
    app_without_database: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    check_database()
    assert "Look whether it runs" in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_fault_of_ours_keeps_its_traceback(app: Flask) -> None:
    make_person(ADDRESS)
    command = click.Command("again", callback=lambda: make_person(ADDRESS))
    explain_errors(command)
    with pytest.raises(DBAPIError):
        command.main([], standalone_mode=False)
    db.session.rollback()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("/no/such/folder/bulletins.csv", "No such file or directory: /no/such/folder/bulletins.csv"),
        ("/dev/full", "No space left on device"),
    ],
)
def test_a_file_that_cannot_be_written_is_a_sentence(app: Flask, output: str, told: str) -> None:
    make_bulletin(make_team(make_promotion()), "2019-W10")
    result = run(app, ["bulletins", "export", "--output", output])
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (1, True)
    assert told in result.stderr

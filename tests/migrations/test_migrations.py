"""The migrations go up, down to nothing and up again, and end where the models are."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from app.database import db
from app.search.models import SQLITE_INDEX, is_compared

pytestmark = pytest.mark.both_databases

SQLITE_WORDS = "search_words"  # how the tables begin that SQLite's own full-text index consists of
MIGRATIONS = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))


def migrate(app: Flask, *words: str) -> str:
    """Run `flask db …` and give back what it said."""
    result = app.test_cli_runner().invoke(args=["db", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def tables() -> set[str]:
    names = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith(SQLITE_WORDS)}


def words_of(sql: str) -> str:
    return " ".join(sql.split())


def test_up_gives_what_the_models_say(app: Flask) -> None:
    migrate(app, "upgrade")
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_compared})
        assert compare_metadata(context, db.metadata) == []
        if db.engine.dialect.name == "postgresql":
            assert "ix_search_entries_words" in indexes()
        else:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name LIKE 'search!_%' ESCAPE '!'")
            assert {words_of(sql) for (sql,) in made if sql} >= set(map(words_of, SQLITE_INDEX))


def test_down_leaves_nothing_and_up_again_gives_everything(app: Flask) -> None:
    migrate(app, "upgrade")
    everything = tables()
    assert everything == set(db.metadata.tables)
    migrate(app, "downgrade", "base")
    assert tables() == set()
    migrate(app, "upgrade")
    assert tables() == everything


def test_each_step_can_be_taken_back(app: Flask) -> None:
    for _revision in MIGRATIONS.walk_revisions():
        before = tables()
        migrate(app, "upgrade", "+1")
        migrate(app, "downgrade")
        assert tables() == before
        migrate(app, "upgrade", "+1")
    assert tables() == set(db.metadata.tables)


def indexes() -> set[str | None]:
    inspector = sa.inspect(db.engine)
    return {index["name"] for table in tables() for index in inspector.get_indexes(table)}


def test_the_indexes_by_team_come_and_go(app: Flask) -> None:
    migrate(app, "upgrade", "0001")
    before = indexes()
    migrate(app, "upgrade", "0002")
    assert before ^ indexes() == {
        "ix_bulletins_team_id_told_in",
        "ix_bulletins_told_in",
        "ix_bulletins_week",
        "ix_key_dates_team_id_day",
        "ix_key_dates_team_id",
        "ix_key_dates_day",
    }
    migrate(app, "downgrade", "0001")
    assert indexes() == before


def test_links_of_letters_sent_before_they_could_be_ended_go_on_working(app: Flask) -> None:
    """Their column counted sessions before: whoever had ended theirs has the first epoch of links all the same."""
    migrate(app, "upgrade", "0004")
    with db.engine.begin() as connection:
        people = "INSERT INTO people (email, name, sessions, created_at) VALUES ('a@x.example', '', 3, '2019-01-02')"
        connection.execute(sa.text(people))
    migrate(app, "upgrade")
    with db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT link_epoch FROM people")) == 1


def test_letters_that_quoted_a_call_before_are_forgotten_like_those_of_today(app: Flask) -> None:
    migrate(app, "upgrade", "0034")
    quoting = ["call-unanswered:1", "digest-trial:1:2019-W10:2-1", "friday-note:1", "open-calls:1:2019-03"]
    columns = "kind, locale, subject, text, html, private, revision, dated_at, created_at, reference"
    values = "'note', 'fr', '', 'x', 'x', false, 0, '2019-03-08', '2019-03-08', :reference"
    with db.engine.begin() as connection:
        statement = sa.text(f"INSERT INTO mailings ({columns}) VALUES ({values})")
        connection.execute(statement, [{"reference": reference} for reference in [*quoting, "digest:1"]])
    migrate(app, "upgrade")
    with db.engine.connect() as connection:
        private = connection.scalars(sa.text("SELECT reference FROM mailings WHERE private ORDER BY reference"))
        assert list(private) == quoting


def test_the_migrations_are_one_line_of_descent() -> None:
    assert len(MIGRATIONS.get_heads()) == 1
    assert len(MIGRATIONS.get_bases()) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_enforces_foreign_keys_again_after_a_migration(app: Flask) -> None:
    migrate(app, "upgrade")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_sql_of_the_migrations_can_be_read_before_it_is_run(app: Flask) -> None:
    sql = migrate(app, "upgrade", "--sql")
    assert all(f"CREATE TABLE {table} (" in sql or f"RENAME TO {table};" in sql for table in db.metadata.tables)
    assert "takes these ids out" in migrate(app, "downgrade", "--sql", "0036:0035")
    assert tables() == set()

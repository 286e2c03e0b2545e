"""Backups: a copy of the database as of one moment, whoever writes meanwhile; and putting one into an empty database.

Every backup holds a row that says so (`Restoration`): wherever it is restored, by whatever means, no letter leaves
until a person has decided about those that may have left since.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine, insert, inspect, select, text
from sqlalchemy.engine import Connection

from app.letters.models import Restoration
from app.letters.restoration import AWAITED

SQLITE_HEADER = b"SQLite format 3\x00"
SCHEMA_TABLE = "alembic_version"  # Alembic's, in every database that `flask db upgrade` has made
PRIVATE = 0o600  # a backup holds everybody's address
CLIENT_PROGRAMS = "install the client programs of PostgreSQL (postgresql-client), of the server's version or newer"


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why and what to do."""


def make_backup(engine: Engine, file: Path, now: datetime) -> int:
    """Write a backup of the whole database to `file`, which must not exist; return its size in bytes.

    Raises BackupError, OSError, or what the database raises.
    """
    if not inspect(engine).has_table(SCHEMA_TABLE):  # SQLite makes an empty file wherever a wrong DATABASE_URL leads
        raise BackupError("The database has no tables: nothing to back up. Look whether DATABASE_URL names yours.")
    with _reserved(file) as partial:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, partial, now)
        else:
            _dump_postgresql(engine, partial, now)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        return partial.stat().st_size


def restore_backup(engine: Engine, file: Path, now: datetime) -> None:
    """Put the backup in `file` into the database of `engine`, which must be empty.

    Raises BackupError, OSError, or what the database raises.
    """
    if engine.dialect.name == "sqlite":
        _restore_sqlite(engine, file)
    else:
        _restore_postgresql(engine, file)
    with engine.begin() as connection:
        _mark(connection, now)


@contextmanager
def _reserved(file: Path) -> Iterator[Path]:
    """Take the name `file`, give a name beside it to write to, and put what was written under `file` at the end."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        raise BackupError(f"{file} exists already; a backup overwrites nothing. Name another file.") from None
    except FileNotFoundError:
        raise BackupError(f"There is no folder {file.parent}. Make it first.") from None
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        yield partial
        partial.replace(file)
    except BaseException:
        file.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
        raise


def _copy_sqlite(engine: Engine, partial: Path, now: datetime) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(partial),))
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"SQLite could not write {partial.parent}: {error}. Nothing is left of this backup."
        ) from error
    finally:
        connection.close()
    copy = create_engine(f"sqlite:///{partial}", poolclass=NullPool)
    with copy.begin() as opened:
        _mark(opened, now)


def _dump_postgresql(engine: Engine, partial: Path, now: datetime) -> None:
    with engine.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    _run(engine.url, "pg_dump", "--format=plain", "--no-owner", "--no-privileges", f"--file={partial}")
    with partial.open("a", encoding="utf-8") as dump:  # the dump has begun before: the row is in no other database
        dump.write(f"\nINSERT INTO \"{schema}\".restorations (backup_made_at) VALUES ('{now.isoformat()}');\n")


def _restore_sqlite(engine: Engine, file: Path) -> None:
    path = Path(str(engine.url.database))
    left = [each for each in (path, Path(f"{path}-wal")) if each.exists() and each.stat().st_size]
    if left:
        raise BackupError(f"{left[0]} is not empty; move it away first, with {path.name}-wal and {path.name}-shm.")
    with file.open("rb") as backup:
        if backup.read(len(SQLITE_HEADER)) != SQLITE_HEADER:
            raise BackupError(f"{file} is no backup of a SQLite database, and DATABASE_URL names one.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        shutil.copyfile(file, partial)
        with closing(sqlite3.connect(partial)) as copy:
            fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            ours = copy.execute("SELECT name FROM sqlite_master WHERE name = ?", (SCHEMA_TABLE,)).fetchone()
        if fault != "ok":
            raise BackupError(f"{file} is damaged: {fault}. Take an older backup.")
        if not ours:
            raise BackupError(f"{file} is a SQLite database, but none of Bulletins. Name another file.")
        partial.replace(path)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} is damaged: {error}. Take an older backup.") from error
    finally:
        partial.unlink(missing_ok=True)


def _restore_postgresql(engine: Engine, file: Path) -> None:
    if inspect(engine).get_table_names():
        raise BackupError(
            f"The database {engine.url.database} is not empty. Make a new one, and name it in DATABASE_URL."
        )
    with file.open("rb") as backup:
        if b"PostgreSQL database dump" not in backup.read(1000):
            raise BackupError(f"{file} is no backup of a PostgreSQL database, and DATABASE_URL names one.")
    quiet = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    _run(engine.url, "psql", *quiet, f"--file={file}")


def _mark(connection: Connection, now: datetime) -> None:
    """Say that this database comes from a backup, unless it says so already or is older than that table."""
    known = inspect(connection).has_table(Restoration.__tablename__)
    if known and connection.execute(select(Restoration.id).where(AWAITED)).first() is None:
        connection.execute(insert(Restoration).values(backup_made_at=now))


def _run(url: URL, program: str, *options: str) -> None:
    """Run a client program of PostgreSQL on the database at `url`; the password is in no argument."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} was not found: {CLIENT_PROGRAMS}.")
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment: Mapping[str, str] = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    done = subprocess.run(  # noqa: S603
        [path, *options, f"--dbname={address}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[-400:]
        hint = f" Then {CLIENT_PROGRAMS}." if "version mismatch" in said else ""
        raise BackupError(f"{program} failed: {said}{hint}")

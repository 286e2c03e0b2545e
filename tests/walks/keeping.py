"""The whole database as it is at a moment, put back as often as a walk needs it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.database import db


class KeptDatabase:
    """Every row as it was when this was made. Other sessions than the test's own must have ended their transactions."""

    def __init__(self) -> None:
        db.session.remove()
        self._is_sqlite = db.engine.dialect.name == "sqlite"
        db.engine.dispose()
        if self._is_sqlite:
            self._path = Path(db.engine.url.database or "")
            with closing(sqlite3.connect(self._path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._file = self._path.read_bytes()
            return
        names = [table.name for table in db.metadata.sorted_tables]
        copies = "".join(f'CREATE TABLE kept."{name}" AS TABLE public."{name}";' for name in names)
        self._execute(f"DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; {copies}")
        deletions = "".join(f'DELETE FROM public."{name}";' for name in reversed(names))
        insertions = "".join(f'INSERT INTO public."{name}" SELECT * FROM kept."{name}";' for name in names)
        # without the foreign keys, which tables that name each other would hold against any order
        self._again = f"SET LOCAL session_replication_role = replica; {deletions} {insertions}"

    def put_back(self) -> None:
        """Make every row what it was."""
        db.session.remove()
        if not self._is_sqlite:
            self._execute(self._again)
            return
        db.engine.dispose()
        for part in ("-wal", "-shm"):
            self._path.with_name(f"{self._path.name}{part}").unlink(missing_ok=True)
        self._path.write_bytes(self._file)

    def forget(self) -> None:
        """Leave nothing behind in the server that other tests share."""
        if not self._is_sqlite:
            self._execute("DROP SCHEMA kept CASCADE")

    @staticmethod
    def _execute(statements: str) -> None:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statements)

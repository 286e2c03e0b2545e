"""What a database keeps of how its rows were before, beyond what it shows: here, the order in which people answered.

SQLite's journal holds each page as every transaction left it, PostgreSQL's tables the rows that were written over.
What remains after this is in the files of the server only (PostgreSQL's own log, the disk): see
`docs/decisions/0035-urns.md`.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.sqlite_journal import fold_journal

TABLES = "urns, participations"
LONGEST_WAIT = 10  # seconds, for a table in use when a questionnaire is closed


def clear_traces(engine: Engine, *, closing: bool = False) -> None:
    """Remove what is left of earlier states; a table in use is left out. At `closing`, wait for it, and rewrite it."""
    with suppress(DBAPIError):
        if engine.dialect.name == "sqlite":
            fold_journal(engine)
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not closing:
                connection.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {TABLES}")
                return
            connection.exec_driver_sql(f"SET lock_timeout = '{LONGEST_WAIT}s'")
            try:
                connection.exec_driver_sql(f"VACUUM (FULL) {TABLES}")
            finally:
                connection.exec_driver_sql("RESET lock_timeout")

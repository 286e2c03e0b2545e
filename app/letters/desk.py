"""The clerk's desk: one connection to the database for the whole of a run, and the transactions on it.

`db.session` works on that connection meanwhile, so that what a kind of letters reads and writes while a letter is begun
is part of the same transaction. Taking a connection and a session for every letter would cost as much as the letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import db


class Desk:
    """Open it with `with`; what the caller's session held is committed first, and the session is put back afterwards.

    `relaxed`: a commit does not wait for PostgreSQL's disk (for SQLite the connection itself is relaxed).
    """

    def __init__(self, *, relaxed: bool) -> None:
        self._relaxed = relaxed and db.engine.dialect.name == "postgresql"

    def __enter__(self) -> Self:
        self._callers = db.session.registry()
        self._callers.commit()
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        db.session.registry.set(self._callers)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction, committed at the end, rolled back when anything is raised."""
        try:
            with self._connection.begin():
                yield self._connection
                if self._session.in_transaction():
                    self._session.commit()  # flushes, and leaves the commit to us
        except DBAPIError:
            self._close()  # it may be gone for good
            self._open()
            raise

    def _open(self) -> None:
        self._connection = db.engine.connect()
        if self._relaxed:
            self._relax()
        self._session = Session(bind=self._connection)
        db.session.registry.set(cast("Any", self._session))

    def _relax(self) -> None:
        """For this connection only, which therefore does not go back to where it came from."""
        self._connection.detach()
        with self._connection.begin():
            self._connection.exec_driver_sql("SET synchronous_commit = off")

    def _close(self) -> None:
        self._session.close()
        self._connection.close()

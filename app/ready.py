"""Statements compiled once and executed many times, several at once: for the few that run with every letter or mark.

SQLAlchemy looks up and binds a statement anew at each execution, which costs several times the statement itself; and
PostgreSQL would be asked, and waited for, once a statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, cast

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Process = Callable[[Any], Any]


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """What is started inside goes to PostgreSQL in one go (its pipeline); how it went is known afterwards."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    with _told_as_ours(connection), driver.pipeline():
        yield


def commit_with(connection: Connection) -> None:
    """Inside `together`: let the transaction end in the same go. The commit that comes later finds nothing to do.

    Had any statement before it failed, PostgreSQL passes the commit over, and leaving `together` raises.
    """
    if connection.dialect.name == "postgresql":
        connection.connection.cursor().execute("COMMIT", prepare=False)  # type: ignore[call-arg]


class Started:
    """An execution under way; over when `together` is, or at once outside it."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def changed(self) -> int:
        """The number of rows changed."""
        return int(self._cursor.rowcount)


class Ready:
    """`statement`, compiled at its first execution on each kind of database; every value comes with the execution."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute with `values` for the statement's own parameters; the number of rows changed. Raises DBAPIError."""
        return self.start(connection, values).changed

    def start(self, connection: Connection, values: Mapping[str, Any]) -> Started:
        """Execute, inside `together` without waiting for the answer. Raises DBAPIError."""
        return Started(self._execute(connection, values))

    def find(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """The first row that a SELECT finds, its values by column; None where there is none. Raises DBAPIError."""
        with _told_as_ours(connection), closing(self._execute(connection, values)) as cursor:
            found = cursor.fetchone()
        return self._compile(connection.dialect).row(found) if found else None

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        compiled = self._compile(connection.dialect)
        with _told_as_ours(connection, compiled.sql):
            cursor: Any = connection.connection.cursor()
            cursor.execute(compiled.sql, compiled.bind(values))
        return cursor

    def _compile(self, dialect: Dialect) -> Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = Compiled(self._statement, dialect)
        return self._compiled[dialect.name]


@contextmanager
def _told_as_ours(connection: Connection, sql: str | None = None) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's, as everybody expects them; without the values, which are people's.

    A connection that is lost is given up, with those that wait in the pool: whoever comes next gets a new one.
    """
    dialect, driver = connection.dialect, connection.connection.dbapi_connection
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, cast("Any", driver), None)
        if lost:
            connection.invalidate(error)
            connection.engine.dispose()
        raise DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error


class Compiled:
    """The text of a statement for one kind of database, how its parameters get there, and how its columns come back."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._positions: list[str] | None = compiled.positiontup if compiled.positional else None
        self._fixed: dict[str, Any] = {}
        self._given: list[tuple[str, Process | None]] = []
        for name, parameter in compiled.binds.items():
            process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if parameter.required:
                self._given.append((name, process))
            else:
                self._fixed[name] = process(parameter.value) if process else parameter.value

        columns = [
            (column.key, column.type.dialect_impl(dialect)) for column in getattr(statement, "selected_columns", ())
        ]
        self._row = namedtuple("Row", [key for key, _type in columns])  # type: ignore[misc]
        self._read: list[Process | None] = [kind.result_processor(dialect, None) for _key, kind in columns]

    def row(self, found: Sequence[Any]) -> Any:
        """What the driver found, as the types of its columns give it back."""
        return self._row(*[read(value) if read else value for read, value in zip(self._read, found, strict=True)])

    def bind(self, values: Mapping[str, Any]) -> Any:
        """`values` as the driver takes them: by position or by name."""
        bound = dict(self._fixed)
        for name, process in self._given:
            value = values[name]
            bound[name] = process(value) if process and value is not None else value
        return tuple([bound[name] for name in self._positions]) if self._positions is not None else bound

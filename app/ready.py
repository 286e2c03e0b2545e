"""Statements compiled once and executed many times, several at once: those of every letter, mark and page.

SQLAlchemy looks up and binds a statement anew at each execution, and describes each answer anew, which costs several
times the statement itself; and PostgreSQL would be asked, and waited for, once a statement.
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
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told_as_ours(connection, error) from error


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
        compiled = self._compile(connection.dialect)
        try:
            return Started(_run(connection, compiled, values))
        except connection.dialect.loaded_dbapi.Error as error:
            raise _told_as_ours(connection, error, compiled.sql) from error

    def find(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The rows that a SELECT finds, their values by column. Raises DBAPIError."""
        compiled = self._compile(connection.dialect)
        try:
            with closing(_run(connection, compiled, values)) as cursor:
                found = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _told_as_ours(connection, error, compiled.sql) from error
        return [compiled.row(one) for one in found]

    def _compile(self, dialect: Dialect) -> Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = Compiled(self._statement, dialect)
        return self._compiled[dialect.name]


def _run(connection: Connection, compiled: Compiled, values: Mapping[str, Any]) -> Any:
    bound = compiled.bind(values)
    cursor: Any = connection.connection.cursor()
    for listener in connection.dispatch.before_cursor_execute:  # whoever counts statements counts ours
        listener(connection, cursor, compiled.sql, bound, None, False)
    cursor.execute(compiled.sql, bound)
    return cursor


def _told_as_ours(connection: Connection, error: Exception, sql: str | None = None) -> Exception:
    """The driver's error as SQLAlchemy's, as everybody expects it; without the values, which are people's.

    A connection that is lost is given up, with those that wait in the pool: whoever comes next gets a new one.
    """
    dialect = connection.dialect
    lost = connection.invalidated or _is_lost(connection, error)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


def _is_lost(connection: Connection, error: Exception) -> bool:
    driver = connection.connection.dbapi_connection
    return connection.dialect.is_disconnect(cast("Any", error), cast("Any", driver), None)


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
        row = namedtuple("Row", [key for key, _type in columns], rename=True)  # type: ignore[misc]
        self._row: Callable[[list[Any]], Any] = row._make
        read = [(place, kind.result_processor(dialect, None)) for place, (_key, kind) in enumerate(columns)]
        self._read: list[tuple[int, Process]] = [(place, process) for place, process in read if process]

    def row(self, found: Sequence[Any]) -> Any:
        """What the driver found, as the types of its columns give it back."""
        values = list(found)
        for place, process in self._read:
            values[place] = process(values[place])
        return self._row(values)

    def bind(self, values: Mapping[str, Any]) -> Any:
        """`values` as the driver takes them: by position or by name."""
        bound = dict(self._fixed)
        for name, process in self._given:
            value = values[name]
            bound[name] = process(value) if process and value is not None else value
        return tuple([bound[name] for name in self._positions]) if self._positions is not None else bound

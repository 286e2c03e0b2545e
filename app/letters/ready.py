"""A statement compiled once and executed many times: for the few statements that run with every letter.

SQLAlchemy looks up and binds a statement anew at each execution, which costs several times the statement itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Process = Callable[[Any], Any]


class Ready:
    """`statement`, compiled at its first execution on each kind of database; every value comes with the execution."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute with `values` for the statement's own parameters; the number of rows changed. Raises DBAPIError."""
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        bound = compiled.bind(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.sql, bound)
            return cursor.rowcount
        except dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                compiled.sql, bound, error, dialect.loaded_dbapi.Error, dialect=dialect
            ) from error
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> Compiled:
        self._compiled[dialect.name] = compiled = Compiled(self._statement, dialect)
        return compiled


class Compiled:
    """The text of a statement for one kind of database, and how its parameters get there."""

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

    def bind(self, values: Mapping[str, Any]) -> Any:
        """`values` as the driver takes them: by position or by name."""
        bound = dict(self._fixed)
        for name, process in self._given:
            value = values[name]
            bound[name] = process(value) if process and value is not None else value
        return tuple([bound[name] for name in self._positions]) if self._positions is not None else bound

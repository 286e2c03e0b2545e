"""What the database holds after something was done, and what it was asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, select

from app.audit.models import AuditEntry
from app.database import db
from app.help_requests.models import HelpRequest


def call() -> HelpRequest:
    """The only call for help."""
    return db.session.scalars(select(HelpRequest)).one()


def count(table: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def audited() -> list[str]:
    """The actions of the audit log, in their order."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that reaches the database inside, transactions and pragmas aside."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

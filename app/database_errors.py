"""What an error of the database may say, in the log and to whoever types a command: never a value of a row."""

from __future__ import annotations

import re

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATA_EXCEPTION = "22"  # the class of SQLSTATE whose messages quote the value; those of other classes quote names
UNDEFINED = {"42P01", "42703"}  # SQLSTATE: a table or a column that does not exist
UNDEFINED_IN_SQLITE = re.compile(r"no such (table|column)|has no column named")
QUOTED = re.compile(r'".*"', re.DOTALL)
LONGEST_CAUSE = 300


def mask_values(context: ExceptionContext) -> None:
    """Take out of an error of PostgreSQL whatever may hold values: its DETAIL quotes the row, an address for example.

    Listens to SQLAlchemy's `handle_error`, before anybody can log the error or show it.
    """
    diagnostic = getattr(context.original_exception, "diag", None)
    if diagnostic is None or diagnostic.message_primary is None:
        return
    told, kept = str(context.original_exception), diagnostic.message_primary
    if diagnostic.sqlstate.startswith(DATA_EXCEPTION):
        kept = QUOTED.sub("…", kept)
    context.original_exception.args = (kept,)
    if context.sqlalchemy_exception is not None:
        message, *rest = context.sqlalchemy_exception.args
        context.sqlalchemy_exception.args = (message.replace(told, kept), *rest)


def find_advice(error: DBAPIError | PoolTimeoutError) -> str | None:
    """Return a sentence that says what to do about a database that is away or outdated; None for a fault of ours."""
    if is_outdated(error):
        return "The database has no tables yet, or those of an earlier version. Make them with: flask db upgrade"
    is_away = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError) or type(error) is DatabaseError
    if not is_away:
        return None
    cause = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:LONGEST_CAUSE]
    return f"The database cannot be used: {cause.rstrip('.')}. Look whether it runs, and whether DATABASE_URL names it."


def is_outdated(error: BaseException) -> bool:
    """Return whether a table or a column is missing."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return getattr(original, "sqlstate", None) in UNDEFINED or bool(UNDEFINED_IN_SQLITE.search(str(original)))

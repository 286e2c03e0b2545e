"""How Alembic meets our database. Migrations name plain SQL types: ours may change, what was migrated may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from app.database import UtcDateTime, WeekColumn, db
from app.search.models import WordsColumn, is_compared

say = context.config.print_stdout


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """What a generated migration says for our own column types; False leaves it to Alembic."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, WeekColumn):
        return "sa.Date()"
    if isinstance(item, WordsColumn):
        return "sa.Text()"  # and TSVECTOR on PostgreSQL, see 0026
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no migration when the models and the database agree."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()
        say("Nothing to migrate: the models and the database agree.")


def tell(step: Any, **_rest: Any) -> None:
    """Say which migration was just done."""
    say("%s: %s", "Upgraded" if step.is_upgrade else "Downgraded", step.up_revision.doc)


OPTIONS: dict[str, Any] = {
    "target_metadata": db.metadata,
    "include_object": is_compared,
    "render_as_batch": True,  # SQLite changes a table by making it anew
    "transactional_ddl": True,  # our transactions begin explicitly, so SQLite can roll back a half-done migration too
}


def migrate_offline() -> None:
    """Give out the SQL instead of executing it (`flask db upgrade --sql`)."""
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Migrate the database of the running application."""
    with db.engine.connect() as connection, foreign_keys_off(connection):
        context.configure(
            connection=connection,
            render_item=render_item,
            process_revision_directives=leave_out_empty,
            on_version_apply=tell,
            **OPTIONS,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """On SQLite only: making a table anew drops the old one, and with it, by cascade, every row that points to it."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()

"""An INSERT that passes over rows that are there already, on both databases."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from app.database import Model


def insert_once(connection: Connection, model: type[Model], *key: str) -> Insert:
    """Insert rows of `model` unless one with the same `key` (the columns of a unique one) exists."""
    return _insert_once(connection.dialect.name, model, key)


@cache
def _insert_once(dialect: str, model: type[Model], key: tuple[str, ...]) -> Insert:
    """Made once, like every statement that is in a hurry."""
    insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    return insert.on_conflict_do_nothing(index_elements=key)

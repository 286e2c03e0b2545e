"""An INSERT that passes over rows that are there already, on both databases."""

from __future__ import annotations

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from app.database import Model


def insert_once(connection: Connection, model: type[Model], key: str) -> Insert:
    """Insert rows of `model` unless one with the same `key` (a unique column) exists."""
    insert = postgresql.insert(model) if connection.dialect.name == "postgresql" else sqlite.insert(model)
    return insert.on_conflict_do_nothing(index_elements=[key])

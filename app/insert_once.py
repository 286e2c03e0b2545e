"""An INSERT that passes over rows that are there already, on both databases."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from app.database import Model


@cache
def insert_once(dialect: str, model: type[Model], *key: str) -> Insert:
    """Insert rows of `model` unless one with the same `key` (the columns of a unique one) exists; made once."""
    insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    return insert.on_conflict_do_nothing(index_elements=key)

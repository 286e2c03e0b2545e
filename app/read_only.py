"""A request that only reads has one connection, from its first question until its end, whoever asks.

The session joins it where a page needs entities; plain rows do without a session, which takes longer to open and close
than most statements take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, g, has_request_context, request
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def give_back_connections(app: Flask) -> None:
    """Give the connection back after each request; must come before the database, whose session ends first."""
    app.teardown_appcontext(_close)


def reads_only() -> bool:
    """Whether we are answering a request that must not change anything."""
    return has_request_context() and request.method in SAFE_METHODS


def reading_connection(find_engine: Callable[[], Engine]) -> Connection | None:
    """The connection of a request that only reads, in a transaction; a new one if it was lost. None for the others."""
    if not reads_only():
        return None
    connection = g.get("reading_connection")
    if connection is None or connection.invalidated:
        _close(None)
        connection = g.reading_connection = find_engine().connect()
    if not connection.in_transaction():
        connection.begin()
    return cast("Connection", connection)


class JoiningSession(Session):
    """The session: in a request that only reads it works on the request's connection."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """What a statement is executed on."""
        bind = super().get_bind(*args, **kwargs)
        return (reading_connection(lambda: bind) or bind) if isinstance(bind, Engine) else bind


def _close(_error: BaseException | None) -> None:
    connection = g.pop("reading_connection", None)
    if connection is None:
        return
    try:
        connection.close()
    except DBAPIError:  # lost after its last answer: the page is ready all the same
        connection.close()

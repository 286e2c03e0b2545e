"""What a request carries: without the character that PostgreSQL takes in no text, and whatever bytes its URL has."""

from __future__ import annotations

from collections.abc import Iterable
from string import printable
from typing import Any
from urllib.parse import quote

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\0"


class SentValues(ImmutableMultiDict[str, Any]):
    """The fields of a form, or of a query, or the files of a form: no text holds NUL, which only programs send."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__((name, _without_nul(value)) for name, value in pairs)


class SentRequest(Request):
    """A request whose forms and queries are read so."""

    parameter_storage_class = SentValues

    def __init__(self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False) -> None:
        """Quote what a query should have quoted: bytes that are no UTF-8 could not be read, nor even answered."""
        query: str = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=printable, encoding="latin-1")  # as PEP 3333 has bytes
        super().__init__(environ, populate_request, shallow)


def init_app(app: Flask) -> None:
    """Let every view of `app` read its forms and queries so."""
    app.request_class = SentRequest


def _without_nul(value: object) -> object:
    return value.replace(NUL, "") if isinstance(value, str) else value

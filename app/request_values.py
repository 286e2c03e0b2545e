"""What a request carries: whole; without the character that PostgreSQL takes in no text; any bytes in its URL."""

from __future__ import annotations

from collections.abc import Iterable
from string import printable
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser

NUL = "\0"
LONG_REQUEST = 1024 * 1024  # bytes


class SentValues(ImmutableMultiDict[str, Any]):
    """The fields of a form, or of a query, or the files of a form: no text holds NUL, which only programs send."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__((name, _without_nul(value)) for name, value in pairs)


class WholeFormParser(FormDataParser):
    """Reads a form whole or not at all: one that says no length would be cut where the limit is."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """Parse the form in `stream`. Raises RequestEntityTooLarge."""
        parsed = super().parse(stream, mimetype, content_length, options)
        if content_length is None:
            stream.read(1)  # nothing, or an error at the limit (werkzeug.wsgi.LimitedStream)
        return parsed


class SentRequest(Request):
    """A request whose forms and queries are read so."""

    parameter_storage_class = SentValues
    form_data_parser_class = WholeFormParser

    def __init__(self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False) -> None:
        """Quote what a query should have quoted: bytes that are no UTF-8 could not be read, nor even answered."""
        query: str = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=printable, encoding="latin-1")  # as PEP 3333 has bytes
        super().__init__(environ, populate_request, shallow)


def init_app(app: Flask) -> None:
    """Let every view of `app` read its forms and queries so."""
    app.request_class = SentRequest


def allow_long_requests(pages: Blueprint) -> None:
    """Let the pages of a blueprint be sent LONG_REQUEST bytes: what is far too long comes back with its fault.

    That is said before anything reads their form.
    """

    @pages.url_value_preprocessor
    def allow(_endpoint: str | None, _values: object) -> None:
        request.max_content_length = request.max_form_memory_size = LONG_REQUEST


def _without_nul(value: object) -> object:
    return value.replace(NUL, "") if isinstance(value, str) else value

"""What stands in our addresses: slugs and weeks; anything else is a page that does not exist."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from app.extensions import settings
from app.weeks import Week

LARGEST_ID = 2**31 - 1
LONGEST_NEXT = 400


class SlugConverter(BaseConverter):
    """The slug of a promotion or a team."""

    regex = "[a-z0-9][a-z0-9-]*"

    def to_url(self, value: str) -> str:
        return str(value)  # nothing in a slug needs quoting


class IdConverter(IntegerConverter):
    """The number of a row. A longer one is a page that does not exist, not an error of the database."""

    def __init__(self, map: Map) -> None:  # noqa: A002 — Werkzeug's name
        super().__init__(map, min=1, max=LARGEST_ID)


class WeekConverter(BaseConverter):
    """`2019-W10` ↔ its Week."""

    # as narrow as can be: what matches and is refused below answers 405 instead of 404, where another method is taken
    regex = "(?:19|20|21)[0-9]{2}-W(?:0[1-9]|[1-4][0-9]|5[0-3])"

    def to_python(self, value: str) -> Week:
        try:
            return Week.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def to_url(self, value: Week | str) -> str:
        return str(value)


def init_app(app: Flask) -> None:
    """Make the converters known; must come before any route. The promotion of an address is kept for the request."""
    app.url_map.converters.update(int=IdConverter, slug=SlugConverter, week=WeekConverter)
    app.url_value_preprocessor(_keep_promotion)
    app.url_defaults(_inject_promotion)


def public_url(endpoint: str, **values: Any) -> str:
    """The whole address of a page, as letters carry it: under BASE_URL, whoever asks and from wherever."""
    base = urlsplit(settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def is_safe_redirect(url: str) -> bool:
    """Whether a URL to go to next is a path of this site, never another host's; and short enough for a cookie."""
    names_a_host = url.startswith(("//", "/\\"))  # a browser reads a backslash as a slash, and drops a tab
    return url.startswith("/") and not names_a_host and url.isprintable() and len(url) <= LONGEST_NEXT


def _keep_promotion(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "promotion_slug" in values:
        g.slug = values.pop("promotion_slug")


def _inject_promotion(endpoint: str, values: dict[str, Any]) -> None:
    slug = g.get("slug")
    if slug and current_app.url_map.is_endpoint_expecting(endpoint, "promotion_slug"):
        values.setdefault("promotion_slug", slug)

"""What stands in our addresses: slugs and weeks; anything else is a page that does not exist."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from app.extensions import settings
from app.here import here
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
    app.url_defaults(_same_promotion)
    app.jinja_env.globals["url_for"] = path_to


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page, which templates call `url_for`: remembered, since a page asks for 25 of the same ones."""
    kept = here()
    addresses, root = kept.get("site") or _site()
    slug = kept.get("slug")
    if slug and not _is_in_promotion(addresses, endpoint):
        slug = None  # or a visitor who asks for promotions that are none would fill what is remembered
    return _path(addresses, root, slug, endpoint, tuple(values.items()))


def public_url(endpoint: str, **values: Any) -> str:
    """The whole address of a page, as letters carry it: under BASE_URL, whoever asks and from wherever."""
    base = urlsplit(settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def is_ours(address: str) -> bool:
    """Whether an address to go to next is a path of this site, never another host's; and short enough for a cookie."""
    names_a_host = address.startswith(("//", "/\\"))  # a browser reads a backslash as a slash, and drops a tab
    return address.startswith("/") and not names_a_host and address.isprintable() and len(address) <= LONGEST_NEXT


def _site() -> tuple[Map, str]:
    """What all paths of a request have in common."""
    g.site = site = current_app.url_map, request.script_root
    return site


@lru_cache(maxsize=4096)
def _path(_addresses: Map, _root: str, _slug: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def _keep_promotion(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "promotion_slug" in values:
        g.slug = values.pop("promotion_slug")


def _same_promotion(endpoint: str, values: dict[str, Any]) -> None:
    slug = g.get("slug")
    if slug and _is_in_promotion(current_app.url_map, endpoint):
        values.setdefault("promotion_slug", slug)


@lru_cache(maxsize=1024)
def _is_in_promotion(addresses: Map, endpoint: str) -> bool:
    return addresses.is_endpoint_expecting(endpoint, "promotion_slug")

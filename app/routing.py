"""URL converters for slugs, weeks and ids; the promotion of a URL; public URLs and safe redirects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from app.extensions import settings
from app.weeks import Week

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_ID = 2**31 - 1
MAX_NEXT_LENGTH = 400


class SlugConverter(BaseConverter):
    """The slug of a promotion or a team."""

    regex = "[a-z0-9][a-z0-9-]*"

    def to_url(self, value: str) -> str:
        return str(value)  # nothing in a slug needs quoting


class IdConverter(IntegerConverter):
    """The id of a row. A larger one is a page that does not exist, not an error of the database."""

    def __init__(self, map: Map) -> None:  # noqa: A002 — Werkzeug's name
        super().__init__(map, min=1, max=MAX_ID)


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


class BelowPath:
    """Serves a site below the path of its BASE_URL, whether the proxy passes that path on or takes it off."""

    def __init__(self, site: WSGIApplication, path: str) -> None:
        self.site, self.path = site, path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == self.path or asked.startswith(f"{self.path}/"):
            environ["PATH_INFO"] = asked.removeprefix(self.path) or "/"
        environ["SCRIPT_NAME"] = self.path
        return self.site(environ, start_response)


def init_app(app: Flask) -> None:
    """Register the converters, before any route; pull the promotion out of each URL, and add it to those we build."""
    if path := app.config["SETTINGS"].path:
        app.wsgi_app = BelowPath(app.wsgi_app, path)  # type: ignore[method-assign]
    app.jinja_env.globals.update(page_path=page_path, page_url=page_url)
    app.url_map.converters.update(int=IdConverter, slug=SlugConverter, week=WeekConverter)
    app.url_value_preprocessor(_pull_promotion_slug)
    app.url_defaults(_add_promotion_slug)


def public_url(endpoint: str, **values: Any) -> str:
    """Build the absolute URL of a page, for letters: below BASE_URL, whatever the host of the request."""
    base = urlsplit(settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def page_path() -> str:
    """Return the path of the request, from the root of its host on, which may be above that of the site."""
    return f"{request.script_root}{request.path}"


def page_url() -> str:
    """Return `page_path` with the query, if there is one."""
    return f"{request.script_root}{request.full_path.rstrip('?')}"


def is_safe_redirect(url: str) -> bool:
    """Return whether `url` is a path of this site, never of another host, and short enough for a cookie."""
    names_a_host = url.startswith(("//", "/\\"))  # a browser reads a backslash as a slash, and drops a tab
    return url.startswith("/") and not names_a_host and url.isprintable() and len(url) <= MAX_NEXT_LENGTH


def page_to_return_to(otherwise: str) -> str:
    """Return the page that a button was on, which its form names in the field `next`; else the URL `otherwise`.

    The answer to a form may have stood at an address that takes forms alone: there is nothing to return to.
    """
    page = request.values.get("next", "")
    return page if is_safe_redirect(page) and not _takes_forms_alone(page) else otherwise


def page_above(url: str) -> str | None:
    """Return the page that a form which is sent to `url` stands on: the nearest above it; None for another site's.

    A refused form is shown again at the address that takes it, where nothing is found by a GET.
    """
    if not is_safe_redirect(url):
        return None
    path = urlsplit(url).path
    while path and "GET" not in _methods_of(path):
        path = path.rpartition("/")[0]
    return path or None


def _takes_forms_alone(url: str) -> bool:
    methods = _methods_of(urlsplit(url).path)
    return "POST" in methods and "GET" not in methods


def _methods_of(path: str) -> set[str]:
    """Return what the page at `path`, from the root of the host on, may be asked for."""
    return set(current_app.url_map.bind("").allowed_methods(path.removeprefix(request.script_root)))


def _pull_promotion_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "promotion_slug" in values:
        g.slug = values.pop("promotion_slug")


def _add_promotion_slug(endpoint: str, values: dict[str, Any]) -> None:
    slug = g.get("slug")
    if slug and current_app.url_map.is_endpoint_expecting(endpoint, "promotion_slug"):
        values.setdefault("promotion_slug", slug)

"""`url_for` for templates: a page builds some forty URLs, and nearly all of them are those of the page before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, g, has_request_context, request

from app.assets import version_of

MOST = 1024  # URLs that are kept; the values of some come from requests


def init_app(app: Flask) -> None:
    """Let templates build a URL once; must come after whatever adds defaults to URLs."""
    app.jinja_env.globals["url_for"] = _remembering(app)


def _remembering(app: Flask) -> Callable[..., str]:
    """Return `url_for`, which remembers what it gave, by all that a path depends on."""
    urls: dict[tuple[object, ...], str] = {}

    def url_for(endpoint: str, **values: Any) -> str:
        if "_external" in values or endpoint.startswith(".") or not has_request_context():
            return app.url_for(endpoint, **values)
        version = version_of(str(values["filename"])) if endpoint == "static" else None
        key = (endpoint, g.get("slug"), request.script_root, version, *values.items())
        url = urls.get(key)
        if url is None:
            if len(urls) >= MOST:
                urls.clear()
            url = urls[key] = app.url_for(endpoint, **values)
        return url

    return url_for

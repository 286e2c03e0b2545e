"""Parts of a page that many readers see alike: rendered once and cached, the least recently used dropped first."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app, g, request
from markupsafe import Markup

from app.i18n import current_locale

MAX_FRAGMENTS = 256  # in memory: of the largest, a week of bulletins, some 40 KB each


def render_fragment(template: str, **values: Hashable) -> Markup:
    """Render `template` from `values`, or return what was rendered from the same values before.

    All that the HTML can depend on is in the key, so that it is never out of date: the template knows `values` only
    (not who reads, nor what else the page knows), and `url_for` the promotion and the path under which the site runs.
    """
    if current_app.jinja_env.auto_reload:  # templates change while the site runs
        return _render(template, values)
    return _rendered(template, tuple(values.items()), current_locale(), g.get("slug"), request.script_root)


@lru_cache(maxsize=MAX_FRAGMENTS)
def _rendered(
    template: str, values: tuple[tuple[str, Hashable], ...], _locale: str, _promotion: str | None, _root: str
) -> Markup:
    return _render(template, dict(values))


def _render(template: str, values: dict[str, Hashable]) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(values).strip())  # noqa: S704 — a template's

"""Maintenance: while a file stands in the instance's folder, every page answers 503 and says what to do."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app, g, request

from app.errors import error_page
from app.i18n import lazy_gettext as _l

FILE = "maintenance"
RETRY_SECONDS = 300
ANSWERED = {"static", "operations.healthz", "operations.jobs_healthz", "operations.metrics"}  # what watches the site
TITLE = _l("The site is under maintenance")
ADVICE = _l(
    "It is being updated, which takes some minutes. Nothing that was saved is lost, and what you type in a form stays "
    "in your browser: keep its page open, and send it again later."
)


def init_app(app: Flask) -> None:
    """Refuse requests before anything else happens: the database may be away."""
    app.before_request(_refuse)


def _refuse() -> tuple[str, int, dict[str, str]] | None:
    if request.endpoint in ANSWERED or not Path(current_app.instance_path, FILE).exists():
        return None
    g.has_failed = True  # the page of an error asks no database then
    return *error_page(503, title=TITLE, advice=ADVICE), {"Retry-After": str(RETRY_SECONDS)}

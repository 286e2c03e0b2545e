"""From what went wrong to the page that says so, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.database import db
from app.i18n import lazy_gettext as _l

KEPT_HEADERS = {"Allow", "Retry-After"}


class DiscreetFlask(Flask):
    """Flask, but its log names the rule of a page, never its address: addresses hold secrets of their readers."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception on %s [%s]", request.url_rule, request.method, exc_info=exc_info)


class DomainError(Exception):
    """A rule of the product was broken by what somebody asked for; its text is for commands, in English.

    `status` is the HTTP status that says so; `advice`, a lazy text, what the page then says (None: the status's own).
    """

    status = 400
    advice: object = None


@dataclass(frozen=True)
class _Words:
    title: str
    advice: str


WORDS = {
    400: _Words(_l("This could not be understood"), _l("Go back, reload the page and try again.")),
    403: _Words(_l("This page is not for you"), _l("You are signed in, but this page is for others of the promotion.")),
    404: _Words(_l("This page does not exist"), _l("The address may be wrong, or the page is not yours to see.")),
    405: _Words(_l("This could not be understood"), _l("Go back, reload the page and try again.")),
    409: _Words(_l("This has changed in the meantime"), _l("Reload the page to see how it stands now.")),
    410: _Words(_l("This page is gone"), _l("It was removed, or its link has expired.")),
    413: _Words(_l("That is too long"), _l("Shorten the text and send it again.")),
    429: _Words(_l("Too many attempts"), _l("Wait a few minutes, then try again.")),
    500: _Words(_l("Something broke on our side"), _l("It has been noted. Nothing that was saved is lost.")),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(DomainError, _answer_domain)
    app.register_error_handler(CSRFError, _answer_csrf)


def error_page(status: int, *, title: object = None, advice: object = None) -> tuple[str, int]:
    """The page for `status`, with its own words unless others are given."""
    words = WORDS.get(status, WORDS[500 if status >= 500 else 400])  # noqa: PLR2004
    page = render_template("errors/page.html", status=status, title=title or words.title, advice=advice or words.advice)
    return page, status


def _answer_http(error: HTTPException) -> HTTPException | tuple[str, int, dict[str, str]]:
    code = error.code or 500
    if error.response is not None or code < 400:  # noqa: PLR2004
        return error
    if code >= 500:  # noqa: PLR2004
        _forget_who_asks()
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    return *error_page(code), headers


def _forget_who_asks() -> None:
    """What failed may be the database: the page that says so is a visitor's, and asks it nothing."""
    db.session.rollback()
    g.has_failed = True
    for name in ("membership", "memberships", "promotion"):
        g.pop(name, None)


def _answer_domain(error: DomainError) -> tuple[str, int]:
    return error_page(error.status, advice=error.advice)


def _answer_csrf(_error: CSRFError) -> tuple[str, int]:
    return error_page(400, advice=_l("The page was open for too long. Go back, reload it and send it again."))

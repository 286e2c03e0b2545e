"""The error pages: from an exception to its HTTP status, its text and a number that the log has, too, in one place.

Where a page cannot be rendered, `BARE_PAGE` stands in for it, which depends on nothing: no template, no theme, no
database, no language.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from app.database import db
from app.i18n import lazy_gettext as _l
from app.logs import is_outage

FORWARDED_HEADERS = {"Allow", "Retry-After"}
OUTAGE_RETRY_SECONDS = 60
NUMBER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread, or misheard on the telephone
NUMBER_LENGTH = 6  # a thousand million: two alike in one log are not to be feared
BARE_PAGE = """<!doctype html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Bulletins — {status}</title>
</head>
<body>
  <main>
    <h1>Cette page ne peut pas être affichée</h1>
    <p>Rien de ce qui était enregistré n’est perdu. Réessayez dans quelques minutes ; si cela dure, prévenez votre
    coordination.</p>
    <div lang="en">
      <h2>This page cannot be shown</h2>
      <p>Nothing that was saved is lost. Try again in a few minutes; if it lasts, tell your coordinators.</p>
    </div>
    <p>{status} · {number}</p>
  </main>
</body>
</html>
"""


class PrivacyFlask(Flask):
    """Flask that logs the rule of a failed request, never its URL: URLs hold secret tokens of their readers."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error(
            "Exception on %s [%s], number %s", request.url_rule, request.method, error_number(), exc_info=exc_info
        )


class DomainError(Exception):
    """A request or command that breaks a rule of the product; its text is for commands, in English.

    `status` is the HTTP status of the answer; `advice`, a lazy text, is shown on its page (None: the status's own).
    """

    status = 400
    advice: object = None


class UnseenChangeError(DomainError):
    """What was to be removed or replaced is not what was seen: somebody else was first. Nothing changes."""

    status = 409
    advice = _l("Somebody else has just changed what you wanted to remove: look at it again first.")


@dataclass(frozen=True)
class _Text:
    title: str
    advice: str


TEXTS = {
    400: _Text(_l("This could not be understood"), _l("Go back, reload the page and try again.")),
    403: _Text(
        _l("You do not have access to this page"),
        _l(
            "You are signed in, but this page is for other members of the cohort. "
            "If you should see it, tell the coordination."
        ),
    ),
    404: _Text(
        _l("This page does not exist"),
        _l("The address may be wrong, or you do not have access to this page. Start again from the home page."),
    ),
    405: _Text(_l("This could not be understood"), _l("Go back, reload the page and try again.")),
    409: _Text(_l("This has changed in the meantime"), _l("Reload the page to see how things stand now.")),
    410: _Text(_l("This page is gone"), _l("It was removed, or its link has expired.")),
    413: _Text(
        _l("That is too long"),
        _l("Go back: what you typed is still there. Shorten the text, or choose a smaller file, and send it again."),
    ),
    429: _Text(_l("Too many attempts"), _l("Wait before you try again.")),
    500: _Text(
        _l("Something went wrong on our side"),
        _l(
            "It has been logged, and nothing that was saved is lost. Go back and try again; "
            "if it lasts, give the number below to your coordination."
        ),
    ),
    503: _Text(
        _l("The site is out of order for a moment"), _l("Nothing that was saved is lost. Try again in a minute.")
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error of `app` with a page of ours."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(SecurityError, _answer_untrusted_host)
    app.register_error_handler(DomainError, _answer_domain)


def error_page(status: int, *, title: object = None, advice: object = None) -> tuple[str, int]:
    """Render the page for `status`, with its own title and advice unless others are given; log its number.

    Where that fails the fault is ours: the page for 500 is tried instead, which knows no reader, or else BARE_PAGE.
    """
    text = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])  # noqa: PLR2004
    number = error_number()
    current_app.logger.warning("Error %d on %s [%s], number %s", status, request.url_rule, request.method, number)
    try:
        page = render_template(
            "errors/page.html", status=status, title=title or text.title, advice=advice or text.advice, number=number
        )
    except Exception:
        current_app.logger.exception("The error page for %d cannot be rendered.", status)
        if status < 500:  # noqa: PLR2004
            _reset_request_state()
            return error_page(500)
        page = BARE_PAGE.format(status=status, number=number)
    return page, status


def error_number() -> str:
    """Return the number of the error that this request has met: the same on its page and in the log."""
    if "error_number" not in g:
        g.error_number = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_LENGTH))
    return str(g.error_number)


def _answer_http(error: HTTPException) -> HTTPException | tuple[str, int, dict[str, str]]:
    if isinstance(error, InternalServerError) and _is_of_the_database(error.original_exception):
        error = ServiceUnavailable(retry_after=OUTAGE_RETRY_SECONDS)
    code = error.code or 500
    if error.response is not None or code < 400:  # noqa: PLR2004
        return error
    if code >= 500:  # noqa: PLR2004
        _reset_request_state()
    headers = {name: value for name, value in error.get_headers() if name in FORWARDED_HEADERS}
    return *error_page(code), headers


def _answer_untrusted_host(_error: SecurityError) -> tuple[str, int]:
    """Answer a request for a host that is not ours, where no URL can be built and no page rendered."""
    number = error_number()
    current_app.logger.warning("Error 400 for a host that is not ours, number %s", number)
    return BARE_PAGE.format(status=400, number=number), 400


def _is_of_the_database(error: BaseException | None) -> bool:
    """Return whether the database is away for a while. A GET that writes, which SQLite refuses, is a fault of ours."""
    return error is not None and is_outage(error) and "readonly database" not in str(error)


def _reset_request_state() -> None:
    """Make the rest of the request anonymous: what failed may be the database, so the error page must not query it."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
    g.has_failed = True
    for name in ("membership", "memberships", "promotion"):
        g.pop(name, None)


def _answer_domain(error: DomainError) -> tuple[str, int]:
    return error_page(error.status, advice=error.advice)

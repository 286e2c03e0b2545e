"""The pages of the development mailbox, open to everybody: they show every sign-in link."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, render_template

from app.access import Access, access
from app.development.mailbox import KeptLetter, find_letter, list_letters
from app.extensions import settings

HTML_PART_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)

HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)

pages = Blueprint("development", __name__)


@pages.get("/mailbox")
@access(Access.PUBLIC)
def mailbox() -> str:
    """Every letter kept, newest first."""
    return render_template("development/mailbox.html", letters=list_letters(_folder()), zone=settings().timezone)


@pages.get("/mailbox/<name>")
@access(Access.PUBLIC)
def letter(name: str) -> str:
    """One letter: its HTML part, its links, its text part, its headers."""
    return render_template("development/letter.html", letter=_get_letter(name), zone=settings().timezone)


@pages.get("/mailbox/<name>/html")
@access(Access.PUBLIC)
def html_part(name: str) -> Response:
    """The HTML part for the frame in its page: no script runs in it, nothing is fetched, its links leave the frame."""
    html = HEAD.sub(r'\g<0><base target="_top">', _get_letter(name).html, count=1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = HTML_PART_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _folder() -> Path:
    return cast("Path", settings().development_mailbox)


def _get_letter(name: str) -> KeptLetter:
    found = find_letter(_folder(), name)
    if found is None:
        abort(404)
    return found

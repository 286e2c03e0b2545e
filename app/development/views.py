"""The pages of the development mailbox, open to everybody: they show every sign-in link."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, render_template

from app.access import Access, access
from app.development.mailbox import StoredLetter, find_stored_letter, list_letters
from app.extensions import settings

HTML_PART_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)

HEAD_TAG = re.compile(r"<head\b[^>]*>", re.IGNORECASE)

pages = Blueprint("development", __name__)


@pages.get("/mailbox")
@access(Access.PUBLIC)
def mailbox() -> str:
    """List every letter stored, newest first."""
    return render_template("development/mailbox.html", letters=list_letters(_folder()), zone=settings().timezone)


@pages.get("/mailbox/<name>")
@access(Access.PUBLIC)
def letter(name: str) -> str:
    """Show one letter: its HTML part, its links, its text part, its headers."""
    return render_template("development/letter.html", letter=_get_letter(name), zone=settings().timezone)


@pages.get("/mailbox/<name>/html")
@access(Access.PUBLIC)
def html_part(name: str) -> Response:
    """Serve the HTML part for its frame: no script runs in it, nothing is fetched, its links open outside the frame."""
    html = HEAD_TAG.sub(r'\g<0><base target="_top">', _get_letter(name).html, count=1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = HTML_PART_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _folder() -> Path:
    return cast("Path", settings().development_mailbox)


def _get_letter(name: str) -> StoredLetter:
    stored = find_stored_letter(_folder(), name)
    if stored is None:
        abort(404)
    return stored

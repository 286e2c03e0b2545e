"""The page from which a member takes along all that they may read, and its files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, render_template

from app import clock
from app.access import is_coordinator
from app.bulletins.queries import count_readable
from app.downloads import file_response
from app.search.file_formats import to_csv, to_json, to_markdown
from app.search.taking_along import ReadableTexts, readable_texts

pages = Blueprint("export", __name__)


@pages.get("/<slug:promotion_slug>/export")
def index() -> str:
    """Say what can be taken along, and as what."""
    count = count_readable(g.membership, clock.now(), coordinates=is_coordinator(g.membership))
    return render_template("search/export.html", count=count)


@pages.get("/<slug:promotion_slug>/export/bulletins.csv")
def csv_file() -> Response:
    """Return the bulletins for a spreadsheet."""
    return _download("csv", "text/csv", to_csv)


@pages.get("/<slug:promotion_slug>/export/bulletins.md")
def markdown_file() -> Response:
    """Return everything as Markdown."""
    return _download("md", "text/markdown", to_markdown)


@pages.get("/<slug:promotion_slug>/export/bulletins.json")
def json_file() -> Response:
    """Return everything for a program."""
    return _download("json", "application/json", to_json)


def _download(extension: str, mimetype: str, write: Callable[[ReadableTexts], str]) -> Response:
    content = write(readable_texts(g.membership, clock.now()))
    return file_response(content, mimetype, f"{g.promotion.slug}-bulletins.{extension}")

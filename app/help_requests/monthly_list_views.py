"""The coordination's page of the open calls, to copy and pass on."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template

from app.access import Access, access
from app.downloads import file_response
from app.help_requests.monthly_list import open_call_list

pages = Blueprint("call_list", __name__)


@pages.get("/<slug:promotion_slug>/manage/calls")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the list as text and as Markdown."""
    return render_template("help_requests/open_calls.html", listed=open_call_list(g.promotion))


@pages.get("/<slug:promotion_slug>/manage/calls.md")
@access(Access.COORDINATOR)
def download() -> Response:
    """Give the list as a Markdown file."""
    return file_response(open_call_list(g.promotion).markdown, "text/markdown", f"{g.promotion.slug}-calls.md")

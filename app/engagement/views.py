"""The engagement page: in numbers for every member, by team for the coordination; its charts and tables as files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template

from app import clock
from app.access import Access, access, is_coordinator
from app.engagement import files
from app.engagement.page import coordinators_page, members_page

pages = Blueprint("engagement", __name__)

CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # pygal writes a style inside


@pages.get("/<slug:promotion_slug>/engagement")
def engagement() -> str:
    """This week's count and the months' reading; all of it for the coordination."""
    now = clock.now()
    if is_coordinator(g.membership):
        return render_template("engagement/coordination.html", **coordinators_page(g.promotion, now))
    return render_template("engagement/members.html", **members_page(g.promotion, now))


@pages.get("/<slug:promotion_slug>/engagement/<slug:name>.svg")
@access(Access.COORDINATOR)
def chart(name: str) -> Response:
    """One of the page's charts, as an image."""
    if name not in files.CHARTS:
        abort(404)
    return Response(
        files.chart(name, g.promotion, clock.now()),
        mimetype="image/svg+xml",
        headers={"Content-Security-Policy": CHART_POLICY},
    )


@pages.get("/<slug:promotion_slug>/engagement/<slug:name>.csv")
@access(Access.COORDINATOR)
def table(name: str) -> Response:
    """One of the page's tables, to take away."""
    if name not in files.TABLES:
        abort(404)
    kept_as = f"{g.promotion.slug}-{name}.csv"
    return Response(
        files.table(name, g.promotion, clock.now()),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{kept_as}"'},
    )

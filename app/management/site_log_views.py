"""The page of the site's log, and its file."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template

from app.access import Access, access, coordinated_memberships
from app.downloads import file_response
from app.management.audit_log import by_day, to_csv
from app.management.site_log import read_site_log

pages = Blueprint("management_site_log", __name__)


@pages.get("/manage/log")
@access(Access.COORDINATOR)
def show() -> str:
    """Show what was done about the cohorts that one coordinates, and about the site."""
    zone = g.promotion.timetable.zone
    days = by_day(read_site_log(coordinated_memberships()), zone)
    return render_template("management/site_log.html", days=days, zone=zone)


@pages.get("/manage/log.csv")
@access(Access.COORDINATOR)
def download() -> Response:
    """Download the same."""
    lines = read_site_log(coordinated_memberships())
    return file_response(to_csv(lines, g.promotion.timetable.zone, of_several=True), "text/csv", "log.csv")

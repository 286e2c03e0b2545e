"""The page of the audit log, and its file."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, g, render_template, request

from app.access import Access, access
from app.audit.words import TOPICS
from app.downloads import file_response
from app.management.audit_log import LogFilter, actors_of, by_day, months_of, read_log, to_csv

pages = Blueprint("management_log", __name__)
LONGEST_ID = 9  # digits


@pages.get("/<slug:promotion_slug>/manage/log")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the actions of a month, the latest one unless another is named."""
    months, only, zone = months_of(g.promotion), _filter(), g.promotion.timetable.zone
    month = _month() or (months[0] if months else None)
    return render_template(
        "management/log.html",
        months=months,
        month=month,
        only=only,
        days=by_day(read_log(g.promotion, month, only), zone) if month else [],
        actors=actors_of(g.promotion),
        topics=TOPICS,
        zone=zone,
    )


@pages.get("/<slug:promotion_slug>/manage/log.csv")
@access(Access.COORDINATOR)
def download() -> Response:
    """Download what the page's filters leave, of all months unless one is named."""
    lines = read_log(g.promotion, _month(), _filter())
    return file_response(to_csv(lines, g.promotion.timetable.zone), "text/csv", f"{g.promotion.slug}-log.csv")


def _month() -> date | None:
    """Return the first day of the month that the URL names, `2026-11`; 404 for anything else."""
    if not (named := request.args.get("month")):
        return None
    try:
        month = date.fromisoformat(f"{named}-01")
    except ValueError:
        abort(404)
    return month if date.min.year < month.year < date.max.year else abort(404)  # moments next to it must exist


def _filter() -> LogFilter:
    topic, by = request.args.get("topic", ""), request.args.get("by", "")
    known = topic if topic in TOPICS else None
    return LogFilter(known, int(by) if by.isascii() and by.isdecimal() and len(by) <= LONGEST_ID else None)

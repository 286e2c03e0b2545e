"""What is published of a promotion: for its members, or for everybody. Versions before the last one stay readable."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import NoReturn

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from app.access import Access, access, find_membership, is_coordinator
from app.documents.blocks import Document
from app.documents.stored import from_stored
from app.rate_limits.in_memory import count_reading
from app.rate_limits.limits import current_source
from app.records.models import Milestone
from app.records.queries import find_milestone
from app.retrospective.article import report_title
from app.retrospective.models import Audience, PublishedReport
from app.retrospective.report_pages import (
    chart_of,
    file_name,
    markdown_response,
    pdf_response,
    reader_locale,
    zip_response,
)
from app.retrospective.report_queries import find_promotion, latest_reports, milestones_of, public_reports, versions_of
from app.routing import page_url

PDFS_PER_SOURCE = "20 per minute"  # to visitors: each is typeset anew, and a whole ministry may share an address
ONE_MINUTE = 60
EARLIEST_IN_ZIP = (1980, 1, 1)  # the first day that the format knows

pages = Blueprint("retrospective", __name__)


@pages.get("/<slug:promotion_slug>/retrospective")
@access(Access.PUBLIC)
def index() -> str:
    """List the published reports; for the coordination, every milestone with what can be done about it."""
    if not _is_member():
        g.promotion = find_promotion(g.slug)
        reports = (public_reports(g.promotion) if g.promotion else []) or _refuse_outsider()
    else:
        reports = latest_reports(g.promotion)
    coordinates = _is_member() and is_coordinator(g.membership)
    return render_template(
        "retrospective/index.html",
        reports=reports,
        milestones=milestones_of(g.promotion) if coordinates else [],
        published={report.milestone_id for report in reports},
        coordinates=coordinates,
        Audience=Audience,
        report_title=report_title,
        zone=g.promotion.timetable.zone,
    )


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>")
@access(Access.PUBLIC)
def report(key: str) -> str | AnyResponse:
    """Show the published report of a milestone; before there is one, its draft to the coordination."""
    milestone, versions = _find_versions(key)
    if not versions:
        if milestone is None or not _is_member():
            _refuse_outsider()
        if is_coordinator(g.membership):
            return redirect(url_for("retrospective_coordination.draft", key=key))
        return render_template("retrospective/not_yet.html", title=report_title(key, reader_locale()))
    shown = _asked_version(versions)
    return _page(render_template("retrospective/report.html", **_page_values(shown, versions)), versions)


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/report.pdf")
@access(Access.PUBLIC)
def pdf(key: str) -> AnyResponse:
    """Download the report as PDF, in the language of the reader."""
    shown = _published(key)
    if not _is_member() and not count_reading(PDFS_PER_SOURCE, f"pdf:{current_source()}"):
        raise TooManyRequests(retry_after=ONE_MINUTE)
    return pdf_response(_document(shown), shown.published_at, _file_name(shown))


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/report.md")
@access(Access.PUBLIC)
def markdown(key: str) -> AnyResponse:
    """Download the report as Markdown, in the language of the reader."""
    shown = _published(key)
    return markdown_response(_document(shown), _file_name(shown))


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/open-data.zip")
@access(Access.PUBLIC)
def open_data(key: str) -> AnyResponse:
    """Download the open data, as they were when the report was published."""
    shown = _published(key)
    if not shown.files:
        abort(404)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in shown.files:
            opened.writestr(_entry(file.name, shown.published_at), file.data)
    return zip_response(archive.getvalue(), f"{g.promotion.slug}-{key}-v{shown.version}")


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/<slug:name>.svg")
@access(Access.PUBLIC)
def chart(key: str, name: str) -> AnyResponse:
    """Draw one of the report's charts."""
    return chart_of(_document(_published(key)), name)


# --- Who may read what -----------------------------------------------------------------------------------------------


def _is_member() -> bool:
    """Return whether the reader is a member of the promotion, which is then in `g` with their membership."""
    if "membership" not in g:
        membership = find_membership(g.slug) if current_user.is_authenticated else None
        if membership is None:
            return False
        g.membership, g.promotion = membership, membership.promotion
    return True


def _find_versions(key: str) -> tuple[Milestone | None, list[PublishedReport]]:
    """Return the milestone and its published versions, the last one first: none where the reader may not read it."""
    is_member = _is_member()
    promotion = g.promotion if is_member else find_promotion(g.slug)
    milestone = find_milestone(promotion, key) if promotion else None
    if promotion is None or milestone is None:
        return None, []
    versions = list(versions_of(milestone))
    if not is_member and not (versions and versions[0].audience is Audience.EVERYBODY):
        return None, []
    g.promotion = promotion
    return milestone, versions


def _published(key: str) -> PublishedReport:
    """Return the version that is asked for. 404 where there is none, or none that the reader may read."""
    _milestone, versions = _find_versions(key)
    if not versions and not _is_member():
        _refuse_outsider()
    return _asked_version(versions) if versions else abort(404)


def _asked_version(versions: list[PublishedReport]) -> PublishedReport:
    asked = request.args.get("version", "")
    if not asked:
        return versions[0]
    return next((each for each in versions if str(each.version) == asked), None) or abort(404)


def _refuse_outsider() -> NoReturn:
    """Ask a visitor to sign in, whether or not there is such a page; for somebody signed in there is none."""
    if current_user.is_authenticated:
        abort(404)
    abort(redirect(url_for("teams.sign_in", next=page_url())))


# --- The page --------------------------------------------------------------------------------------------------------


def _page_values(shown: PublishedReport, versions: list[PublishedReport]) -> dict[str, object]:
    version = shown.version if shown is not versions[0] else None  # addresses of the last one name none
    return {
        "report": shown,
        "versions": versions,
        "version": version,
        "document": _document(shown),
        "chart_url": lambda name, narrow=False: url_for(
            "retrospective.chart",
            key=shown.milestone.key,
            name=name,
            version=shown.version,
            narrow=1 if narrow else None,
        ),
        "coordinates": _is_member() and is_coordinator(g.membership),
        "zone": g.promotion.timetable.zone,
    }


def _page(text: str, versions: list[PublishedReport]) -> AnyResponse:
    """Answer with the page; search engines may list it only where everybody may read it."""
    headers = {} if versions[0].audience is Audience.EVERYBODY else {"X-Robots-Tag": "noindex"}
    return Response(text, headers=headers)


def _document(shown: PublishedReport) -> Document:
    """Return what was published, in the language of the reader."""
    return from_stored(shown.content["documents"][reader_locale()])


def _file_name(shown: PublishedReport) -> str:
    return file_name(shown.milestone.key, reader_locale(), f"-v{shown.version}" if shown.version > 1 else "")


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, max(moment.timetuple()[:6], (*EARLIEST_IN_ZIP, 0, 0, 0)))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry

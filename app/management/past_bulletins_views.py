"""The page on which the bulletins of an earlier tool are imported, and the digests of their weeks issued."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.legacy_csv.file_format import COLUMNS
from app.bulletins.queries import weeks_to_issue
from app.file_fault_words import describe_file_faults
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import ngettext
from app.import_files import is_workbook
from app.management.importing import pack, unpack
from app.management.past_bulletins import (
    MOST_NAMES,
    BulletinsPreview,
    add_bulletins,
    issue_past_digests,
    preview_bulletins,
)
from app.request_values import allow_long_requests
from app.teams.models import Team
from app.teams.queries import find_team

LONGEST = 500_000  # bytes of a file: 44 weeks of 16 teams have some 460,000; longer ones would be written to a disk

pages = Blueprint("management_bulletins", __name__)
allow_long_requests(pages)

Answer = str | Response | tuple[str, int]


class BulletinsForm(FlaskForm):
    """The CSV file of the earlier tool."""

    file = FileField(_l("The CSV file of the earlier tool"))


@pages.get("/<slug:promotion_slug>/manage/bulletins/import")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the form, and the past weeks whose digests are still to be issued."""
    return _form_page(BulletinsForm())


@pages.post("/<slug:promotion_slug>/manage/bulletins/import")
@access(Access.COORDINATOR)
def read() -> Answer:
    """Read the file, and show what it would add."""
    form = BulletinsForm()
    data = bytes(form.file.data.read(LONGEST + 1)) if form.file.data else b""
    if not data.strip():
        form.file.errors = [_("Choose a file.")]
    elif is_workbook(data):
        form.file.errors = [_("This is a workbook, which this site cannot read. Save the sheet as CSV.")]
    elif len(data) > LONGEST:
        form.file.errors = [_("This file is too large for this page: import it in several parts.")]
    else:
        found = preview_bulletins(g.promotion, data, {}, clock.now())
        return (_form_page(form, found), 422) if found.file_faults else _preview_page(found, data, {})
    return _form_page(form), 422


@pages.post("/<slug:promotion_slug>/manage/bulletins/import/apply")
@access(Access.COORDINATOR)
def apply() -> Answer:
    """Add what was shown; shown anew when it would be something else by now, or other teams are meant."""
    data, meant = unpack(request.form.get("file", ""), LONGEST), _meant()
    if data is None:
        return redirect(url_for("management_bulletins.show"), 303)
    now = clock.now()
    found = preview_bulletins(g.promotion, data, meant, now)
    if found.file_faults:  # it was read without fault: this one was made by hand
        return redirect(url_for("management_bulletins.show"), 303)
    is_other = found.seen != request.form.get("seen")
    changed = is_other and request.form.get("named") == str(len(meant))  # and not since names were just given teams
    if not found.report.imported and (changed or not found.unknown):  # sent twice
        flash(_("Nothing changes: all of this is here already."))
        return redirect(url_for("management_bulletins.show"), 303)
    if is_other or not found.report.imported:
        return _preview_page(found, data, meant, changed=changed), 409
    added = add_bulletins(g.promotion, data, meant, current_user, now).imported
    flash(ngettext("%(num)d bulletin has been imported.", "%(num)d bulletins have been imported.", added))
    return redirect(url_for("management_bulletins.show", _anchor="past"), 303)


@pages.post("/<slug:promotion_slug>/manage/bulletins/past-digests")
@access(Access.COORDINATOR)
def issue_past() -> Response:
    """Issue the digests of past weeks for the archive, without letters."""
    issued = issue_past_digests(g.promotion, current_user, clock.now())
    flash(ngettext("%(num)d digest has been issued.", "%(num)d digests have been issued.", issued))
    return redirect(url_for("management_bulletins.show"), 303)


def _meant() -> dict[str, Team]:
    """Return the teams that the names of the file stand for, as they were chosen."""
    chosen = {}
    for number in range(MOST_NAMES):
        name, slug = request.form.get(f"name-{number}"), request.form.get(f"team-{number}", "")
        if name and (team := find_team(g.promotion.id, slug)):
            chosen[name] = team
    return chosen


def _form_page(form: BulletinsForm, found: BulletinsPreview | None = None) -> str:
    return render_template(
        "management/past_bulletins.html",
        form=form,
        faults=describe_file_faults(found.file_faults) if found else [],
        to_issue=weeks_to_issue(g.promotion, clock.now()),
        columns=COLUMNS,
        most=LONGEST // 1000,
    )


def _preview_page(found: BulletinsPreview, data: bytes, meant: dict[str, Team], *, changed: bool = False) -> str:
    return render_template(
        "management/past_bulletins_preview.html",
        found=found,
        meant=meant,
        changed=changed,
        packed=pack(data),
        weeks=sorted(found.report.weeks),
        teams=sorted(g.promotion.teams, key=lambda team: team.key),
        faults=describe_file_faults(found.report.faults),
    )

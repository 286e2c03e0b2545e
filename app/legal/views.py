"""The legal pages, which everybody reads and the coordination fills in."""

from __future__ import annotations

from dataclasses import asdict
from email.utils import parseaddr

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, coordinated_memberships, surround_with_first_menu
from app.drafts.views import kept_fields
from app.extensions import settings
from app.i18n import gettext as _
from app.legal.details import ELSEWHERE, LINE_LIMIT, TEXT_LIMIT, conformity_of, contact_url
from app.legal.forms import DetailsForm
from app.legal.service import DetailsChangedError, find_details, save_details

pages = Blueprint("legal", __name__)


@pages.get("/accessibility")
@access(Access.PUBLIC)
def accessibility() -> str:
    """Show the statement in the form that the law imposes."""
    return _page("legal/accessibility.html")


@pages.get("/legal-notice")
@access(Access.PUBLIC)
def notice() -> str:
    """Show who publishes and hosts the site, and whom to write to."""
    return _page("legal/notice.html")


@pages.get("/personal-data")
@access(Access.PUBLIC)
def personal_data() -> str:
    """Show what is kept of members, why, for how long, and what they may do about it."""
    return _page("legal/personal_data.html")


@pages.get("/legal-notice/edit")
@access(Access.COORDINATOR)
def edit() -> str:
    """Show the form of what these pages say."""
    return _edit_page(DetailsForm(find_details(), kept=kept_fields(url_for("legal.edit"))))


@pages.post("/legal-notice/edit")
@access(Access.COORDINATOR)
def save() -> Response | tuple[str, int]:
    """Save what these pages say."""
    saved = find_details()
    form = DetailsForm(saved)
    if not form.validate():
        return _edit_page(form), 422
    try:
        save_details(form.details(), form.base, current_user.id, clock.now())
    except DetailsChangedError as changed:
        form.revision.data = str(changed.theirs.revision)
        return _edit_page(form, theirs=asdict(changed.theirs.details)), 409
    flash(_("The legal pages have been saved."), "success")
    return redirect(url_for("legal.notice"), 303)


def _page(template: str) -> str:
    may_edit = False
    if current_user.is_authenticated:
        surround_with_first_menu()
        may_edit = bool(coordinated_memberships())  # of any promotion: the site is that of all of them
    saved = find_details()
    details = saved.details
    contact = details.contact or parseaddr(settings().reply_to or "")[1]
    return render_template(
        template,
        details=details,
        conformity=conformity_of(details),
        changed_at=saved.changed_at,
        contact=contact,
        contact_url=contact_url,
        elsewhere=ELSEWHERE,
        may_edit=may_edit,
        site=settings().base_url,
        marks_kept_months=settings().marks_kept_months,
    )


def _edit_page(form: DetailsForm, *, theirs: dict[str, str] | None = None) -> str:
    return render_template("legal/edit.html", form=form, theirs=theirs, line_limit=LINE_LIMIT, text_limit=TEXT_LIMIT)

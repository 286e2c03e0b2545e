"""The legal pages, which everybody reads and the coordination fills in."""

from __future__ import annotations

from dataclasses import asdict
from email.utils import parseaddr

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, current_memberships, is_coordinator
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
def edit() -> str:
    """Show the form of what these pages say."""
    _check_coordinates()
    return _edit_page(DetailsForm(find_details(), kept=kept_fields(url_for("legal.edit"))))


@pages.post("/legal-notice/edit")
def save() -> Response | tuple[str, int]:
    """Save what these pages say."""
    _check_coordinates()
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


def _may_edit() -> bool:
    """Return whether the reader coordinates a current promotion: the site is that of all of them."""
    return current_user.is_authenticated and any(is_coordinator(each) for each in current_memberships())


def _check_coordinates() -> None:
    _surround()
    if not _may_edit():
        abort(403)


def _surround() -> None:
    """Show a member the menu of their promotion around a page that is of none."""
    if current_user.is_authenticated and (memberships := current_memberships()):
        g.membership, g.promotion = memberships[0], memberships[0].promotion
        g.slug = g.promotion.slug


def _page(template: str) -> str:
    _surround()
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
        may_edit=_may_edit(),
        site=settings().base_url,
        marks_kept_months=settings().marks_kept_months,
    )


def _edit_page(form: DetailsForm, *, theirs: dict[str, str] | None = None) -> str:
    return render_template("legal/edit.html", form=form, theirs=theirs, line_limit=LINE_LIMIT, text_limit=TEXT_LIMIT)

"""Delete a cohort that was made by mistake, with the people who are in no other."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.home.deletion import CohortInUseError, delete_promotion
from app.i18n import gettext as _
from app.management.promotion_forms import DeletionForm
from app.management.promotions import alone_in, has_issued

pages = Blueprint("management_deletion", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/<slug:promotion_slug>/manage/cohort/delete")
@access(Access.COORDINATOR)
def ask() -> str:
    """Say what a deletion means, and ask for the name of the cohort."""
    return _page(DeletionForm(g.promotion))


@pages.post("/<slug:promotion_slug>/manage/cohort/delete")
@access(Access.COORDINATOR)
def delete() -> Answer:
    """Delete the cohort."""
    form = DeletionForm(g.promotion)
    if not form.validate():
        return _page(form), 422
    name = g.promotion.name
    try:
        delete_promotion(g.promotion, current_user, clock.now())
    except CohortInUseError as error:
        form.name.errors = [str(error.advice)]
        return _page(form), 409
    flash(_("%(name)s has been deleted.", name=name))
    return redirect(url_for("management_promotions.index"), 303)


def _page(form: DeletionForm) -> str:
    return render_template(
        "management/deletion.html", form=form, alone=len(alone_in(g.promotion)), in_use=has_issued(g.promotion)
    )

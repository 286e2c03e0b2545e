"""Delete a cohort that was made by mistake, with the people who are in no other."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field, StringField, ValidationError

from app import clock
from app.access import Access, access
from app.home.deletion import CohortInUseError, delete_promotion
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.management.promotions import alone_in, has_issued
from app.teams.models import Promotion
from app.text_cleaning import clean_line

pages = Blueprint("management_deletion", __name__)

Answer = str | Response | tuple[str, int]


class DeletionForm(FlaskForm):
    """The name of the cohort, typed as a confirmation."""

    name = StringField(_l("To confirm, enter the name of the cohort"))

    def __init__(self, promotion: Promotion) -> None:
        super().__init__()
        self.promotion = promotion

    def validate_name(self, field: Field) -> None:
        """Refuse any other."""
        if clean_line(field.data) != self.promotion.name:
            raise ValidationError(_("This is not the name of this cohort: nothing was deleted."))


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

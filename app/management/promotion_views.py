"""The pages of cohorts: those that one coordinates, another one, what one is, its first steps."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, coordinated_memberships
from app.i18n import gettext as _
from app.i18n import week_name
from app.management.members import everybody
from app.management.people import ChangedMeanwhileError
from app.management.promotion_forms import PromotionForm
from app.management.promotions import (
    PromotionNameError,
    WeeksOutsideError,
    base_of,
    change_promotion,
    has_issued,
    make_promotion,
    written_weeks,
)
from app.management.trial_letters import last_test_letter, send_test_letter
from app.teams.phases import Phase
from app.weeks import Week

pages = Blueprint("management_promotions", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/manage")
@access(Access.COORDINATOR)
def index() -> str:
    """Show the cohorts that one coordinates."""
    return render_template(
        "management/promotions.html", members=coordinated_memberships(), now=clock.now(), Phase=Phase
    )


@pages.get("/manage/new")
@access(Access.COORDINATOR)
def new() -> str:
    """Show the form of another cohort."""
    return _new_page(PromotionForm.of(None))


@pages.post("/manage/new")
@access(Access.COORDINATOR)
def add() -> Answer:
    """Make another cohort, which one coordinates."""
    form = PromotionForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        promotion = make_promotion(form.values, current_user, clock.now())
    except PromotionNameError:
        form.say_name_taken()
        return _new_page(form), 409
    return redirect(url_for("management_promotions.first_steps", promotion_slug=promotion.slug), 303)


@pages.get("/<slug:promotion_slug>/manage/cohort")
@access(Access.COORDINATOR)
def edit() -> str:
    """Show what the cohort is."""
    return _edit_page(PromotionForm.of(g.promotion))


@pages.post("/<slug:promotion_slug>/manage/cohort")
@access(Access.COORDINATOR)
def save() -> Answer:
    """Change what the cohort is."""
    form = PromotionForm.of(g.promotion)
    if not form.validate():
        return _edit_page(form), 422
    try:
        change_promotion(g.promotion, form.values, form.seen, current_user, clock.now())
    except ChangedMeanwhileError:
        form.show_again(base_of(g.promotion))
        return _edit_page(form, changed=True), 409
    except WeeksOutsideError as error:
        field = form.starts_on if error.first.sunday < form.values.starts_on else form.ends_on
        field.errors = [
            _("Something was written from the %(first)s to the %(last)s: these weeks must stay within the cohort.")
            % {"first": week_name(error.first), "last": week_name(error.last)}
        ]
        return _edit_page(form), 409
    flash(_("Saved."))
    return redirect(url_for("management_promotions.edit"), 303)


@pages.get("/<slug:promotion_slug>/manage/first-steps")
@access(Access.COORDINATOR)
def first_steps() -> str:
    """Show what there is to do before the first week, and how far it is."""
    timetable, first = g.promotion.timetable, Week.of(g.promotion.starts_on)
    return render_template(
        "management/first_steps.html",
        everybody=everybody(g.promotion, clock.now()),
        letter=last_test_letter(g.membership),
        closes=timetable.closes(first),
        digest=timetable.digest_due(first),
        zone=timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/first-steps/test-letter")
@access(Access.COORDINATOR)
def test_letter() -> Response:
    """Send a letter to oneself, to see that letters leave and arrive."""
    send_test_letter(g.membership, clock.now())
    flash(_("A test email is on its way to %(address)s.", address=current_user.email or ""), "at-test")
    return redirect(url_for("management_promotions.first_steps", _anchor="test"), 303)


def _new_page(form: PromotionForm) -> str:
    return render_template("management/promotion_new.html", form=form)


def _edit_page(form: PromotionForm, *, changed: bool = False) -> str:
    return render_template(
        "management/promotion.html",
        form=form,
        changed=changed,
        deletable=not has_issued(g.promotion),
        written=written_weeks(g.promotion),
        has_ended=g.promotion.phase(clock.now()) is Phase.AFTER,
    )

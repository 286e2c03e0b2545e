"""The pages of the first run."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.management.first_run import is_setup_link, set_up
from app.management.first_run_forms import FirstRunForm
from app.management.promotions import PromotionNameError
from app.rate_limits.limits import limit_by_source
from app.teams.sign_in_views import enter

pages = Blueprint("first_run", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/start/<secret>")
@access(Access.PUBLIC)
def start(secret: str) -> Answer:
    """Show the form of the first cohort to the holder of the link."""
    if not is_setup_link(secret):
        return render_template("management/start_gone.html"), 410
    return render_template("management/start.html", form=FirstRunForm.of(None), secret=secret)


@pages.post("/start/<secret>")
@access(Access.PUBLIC)
@limit_by_source
def begin(secret: str) -> Answer:
    """Make the first cohort, sign its coordinator in, and lead on."""
    if not is_setup_link(secret):
        return render_template("management/start_gone.html"), 410
    form = FirstRunForm()
    if not form.validate():
        return render_template("management/start.html", form=form, secret=secret), 422
    try:
        new = set_up(secret, form.values, form.coordinator, clock.now())
    except PromotionNameError:
        form.say_name_taken()
        return render_template("management/start.html", form=form, secret=secret), 409
    if new is None:
        return render_template("management/start_gone.html"), 410
    promotion = new.person.memberships[-1].promotion
    enter(new)
    return redirect(url_for("management_promotions.first_steps", promotion_slug=promotion.slug), 303)

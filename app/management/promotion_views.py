"""The pages of cohorts: those that one coordinates, their log, another one, what one is, its start; the first run."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, current_memberships, is_coordinator
from app.i18n import gettext as _
from app.i18n import week_name
from app.management.audit_log import to_csv
from app.management.members import everybody
from app.management.people import ChangedMeanwhileError
from app.management.promotion_forms import FirstRunForm, PromotionForm
from app.management.promotions import (
    PromotionNameError,
    WeeksOutsideError,
    base_of,
    change_promotion,
    has_issued,
    is_setup_link,
    make_promotion,
    set_up,
    written_weeks,
)
from app.management.site_log import read_site_log
from app.management.trial_letters import last_test_letter, send_test_letter
from app.rate_limits.limits import limit_by_source
from app.teams.models import Membership
from app.teams.phases import Phase
from app.teams.sign_in_views import enter
from app.weeks import Week

pages = Blueprint("management_promotions", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/start/<secret>")
@access(Access.PUBLIC)
def start(secret: str) -> Answer:
    """Show the form of the first cohort to who has the link."""
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
        form.name.errors = [_name_taken()]
        return render_template("management/start.html", form=form, secret=secret), 409
    if new is None:
        return render_template("management/start_gone.html"), 410
    promotion = new.person.memberships[-1].promotion
    enter(new)
    return redirect(url_for("management_promotions.first_steps", promotion_slug=promotion.slug), 303)


@pages.get("/manage")
def index() -> str:
    """Show the cohorts that one coordinates."""
    return render_template("management/promotions.html", members=_coordinated(), now=clock.now(), Phase=Phase)


@pages.get("/manage/new")
def new() -> str:
    """Show the form of another cohort."""
    _coordinated()
    return _new_page(PromotionForm.of(None))


@pages.post("/manage/new")
def add() -> Answer:
    """Make another cohort, which one coordinates."""
    _coordinated()
    form = PromotionForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        promotion = make_promotion(form.values, current_user, clock.now())
    except PromotionNameError:
        form.name.errors = [_name_taken()]
        return _new_page(form), 409
    return redirect(url_for("management_promotions.first_steps", promotion_slug=promotion.slug), 303)


@pages.get("/manage/log")
def log() -> str:
    """Show what was done about the cohorts that one coordinates, and about the site."""
    lines = read_site_log(_coordinated())
    return render_template("management/site_log.html", lines=lines, zone=g.promotion.timetable.zone)


@pages.get("/manage/log.csv")
def download_log() -> Response:
    """Download the same."""
    lines = read_site_log(_coordinated())
    return Response(
        to_csv(lines, g.promotion.timetable.zone, of_several=True),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )


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
    flash(_("A test email is on its way to %(address)s.", address=current_user.email or ""))
    return redirect(url_for("management_promotions.first_steps", _anchor="test"), 303)


def _coordinated() -> list[Membership]:
    """Return the memberships of cohorts that the person coordinates, the first of which gives the page its menu."""
    members = [member for member in current_memberships() if is_coordinator(member)]
    if not members:
        abort(403)
    g.membership, g.promotion = members[0], members[0].promotion
    return members


def _name_taken() -> str:
    return _("There is already a cohort whose address is made of this name: choose another one.")


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

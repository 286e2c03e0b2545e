"""The coordination's page of advice, and the button by which a member sets one aside."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.advice.forms import OCCASION_WORDS, AdviceForm
from app.advice.models import Advice
from app.advice.proposals import PROPOSALS
from app.advice.queries import advice_for, advice_of, by_month, count_readers, find_advice
from app.advice.rules import ADVICE_LIMIT, Occasion, link_host, programme_week, told_total
from app.advice.service import (
    AdviceChangedError,
    add_advice,
    adopt_proposals,
    change_advice,
    remove_advice,
    set_aside,
)
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.drafts.views import kept_fields
from app.forms import as_revision
from app.i18n import gettext as _
from app.i18n import ngettext
from app.request_values import allow_long_requests
from app.routing import page_to_return_to
from app.weeks import Week

pages = Blueprint("advice", __name__)
pages.add_app_template_filter(link_host)
allow_long_requests(pages)


@pages.get("/<slug:promotion_slug>/advice")
@access(Access.COORDINATOR)
def manage() -> str:
    """Show all advice of the promotion, what is proposed, and the form of a new one."""
    return _list_page(AdviceForm(_weeks(), kept=kept_fields(url_for("advice.manage"))))


@pages.post("/<slug:promotion_slug>/advice")
@access(Access.COORDINATOR)
def add() -> Response | tuple[str, int]:
    """Add a piece of advice."""
    form = AdviceForm(_weeks())
    if not form.validate():
        return _list_page(form), 422
    note_action(AuditAction.ADVICE_ADDED)
    advice = add_advice(g.promotion, form.draft())
    flash(_("The advice has been added."), f"at-advice-{advice.id}")
    return redirect(url_for("advice.manage", _anchor=f"advice-{advice.id}"), 303)


@pages.post("/<slug:promotion_slug>/advice/adopt")
@access(Access.COORDINATOR)
def adopt() -> Response:
    """Adopt one of the proposals, or all of them."""
    note_action(AuditAction.ADVICE_ADDED)
    added = adopt_proposals(g.promotion, request.form.getlist("proposal"))
    flash(ngettext("%(num)d piece of advice adopted.", "%(num)d pieces of advice adopted.", added), "at-proposals")
    return redirect(url_for("advice.manage", _anchor="proposals"), 303)


@pages.get("/<slug:promotion_slug>/advice/<int:advice_id>")
@access(Access.COORDINATOR)
def edit(advice_id: int) -> str:
    """Show the form of one piece of advice."""
    advice = _get_advice(advice_id)
    page = url_for("advice.edit", advice_id=advice_id)
    return _edit_page(advice, AdviceForm(_weeks(), advice, kept=kept_fields(page)))


@pages.post("/<slug:promotion_slug>/advice/<int:advice_id>")
@access(Access.COORDINATOR)
def save(advice_id: int) -> Response | tuple[str, int]:
    """Change a piece of advice."""
    advice, form = find_advice(g.promotion.id, advice_id), AdviceForm(_weeks())
    if advice is None:
        return _edit_page(None, form), 409
    if not form.validate():
        return _edit_page(advice, form), 422
    note_action(AuditAction.ADVICE_CHANGED)
    try:
        change_advice(advice, form.draft(), form.base)
    except AdviceChangedError as changed:
        return _edit_page(changed.theirs, form, changed=True), 409
    flash(_("The advice has been saved."), f"at-advice-{advice_id}")
    return redirect(url_for("advice.manage", _anchor=f"advice-{advice_id}"), 303)


@pages.post("/<slug:promotion_slug>/advice/<int:advice_id>/remove")
@access(Access.COORDINATOR)
def remove(advice_id: int) -> Response:
    """Remove a piece of advice; one that is removed already stays so."""
    if advice := find_advice(g.promotion.id, advice_id):
        note_action(AuditAction.ADVICE_REMOVED)
        remove_advice(advice, as_revision(request.form.get("revision")))
    flash(_("The advice has been removed."))
    return redirect(url_for("advice.manage"), 303)


@pages.post("/<slug:promotion_slug>/advice/<int:advice_id>/set-aside")
def put_aside(advice_id: int) -> Response:
    """Show a piece of advice to this member no more; 404 for one that is not shown to them."""
    advised = advice_for(g.membership, clock.now())
    advice = next((each for each in (*advised.shown, *advised.set_aside) if each.id == advice_id), None)
    set_aside(g.membership, advice or abort(404))
    flash(_("Set aside: you will find it again on “My week”."), "at-advice")
    return redirect(f"{page_to_return_to(url_for('home.promotion_week'))}#advice", 303)


def _weeks() -> int:
    """Return how many weeks the programme has."""
    return programme_week(Week.of(g.promotion.starts_on), Week.of(g.promotion.ends_on))


def _occasion_name(occasion: Occasion, week: int | None) -> str:
    """Name the moment at which advice is shown."""
    return _("Week %(number)d", number=week) if occasion is Occasion.WEEK else str(OCCASION_WORDS[occasion])


def _get_advice(advice_id: int) -> Advice:
    return find_advice(g.promotion.id, advice_id) or abort(404)


def _list_page(form: AdviceForm) -> str:
    now, first = clock.now(), Week.of(g.promotion.starts_on)
    advice = advice_of(g.promotion)
    readers, adopted = count_readers(g.promotion, now), {each.proposal for each in advice}
    return render_template(
        "advice/manage.html",
        months=by_month(advice, first),
        totals={each.id: told_total(each.set_aside, readers) for each in advice},
        proposals=[proposal for proposal in PROPOSALS if proposal.key not in adopted],
        form=form,
        first=first,
        current=programme_week(first, g.promotion.timetable.week_at(now)),
        weeks=_weeks(),
        limit=ADVICE_LIMIT,
        occasion_name=_occasion_name,
    )


def _edit_page(advice: Advice | None, form: AdviceForm, *, changed: bool = False) -> str:
    """Render the page; `changed`: somebody else saved `advice` meanwhile, and saving again replaces it knowingly.

    None: somebody else removed it, and the form adds what was typed.
    """
    if advice and changed:
        form.revision.data = str(advice.revision)
    return render_template(
        "advice/edit.html",
        advice=advice,
        form=form,
        changed=changed,
        first=Week.of(g.promotion.starts_on),
        weeks=_weeks(),
        limit=ADVICE_LIMIT,
        occasion_name=_occasion_name,
    )

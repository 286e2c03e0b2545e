"""The page of a team's rota, and the buttons by which a turn is exchanged."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.i18n import gettext as _
from app.i18n import person_name, week_name
from app.rate_limits.limits import count_attempt, try_again
from app.rota.forms import RotaForm, rota_form
from app.rota.queries import TeamRota, find_rota
from app.rota.service import RotaChangedError, TurnChangedError, end_rota, exchange_turn, save_rota
from app.routing import MAX_ID, page_to_return_to
from app.teams.models import Membership
from app.weeks import Week

SHOWN = 8  # weeks to come
EXCHANGES = "20 per day"  # of one member: each writes to a colleague

pages = Blueprint("rota", __name__)
pages.add_app_template_global(find_rota)


@pages.get("/<slug:promotion_slug>/rota")
@access(Access.WRITER)
def show() -> str:
    """Show whose turn the coming weeks are, and the form of the order."""
    rota, now = find_rota(g.membership.team), clock.now()
    return _page(rota, rota_form(rota, _first_weeks(now)), now)


@pages.post("/<slug:promotion_slug>/rota")
@access(Access.WRITER)
def save() -> Response | tuple[str, int]:
    """Save the order, or show it again with what is wrong."""
    team, now = g.membership.team, clock.now()
    rota = find_rota(team)
    form = rota_form(rota, _first_weeks(now))
    if not form.validate():
        return _page(rota, form, now), 422
    try:
        save_rota(team, form.order, form.first_week, form.base)
    except RotaChangedError:
        theirs = find_rota(team)
        form.revision.data = str(theirs.revision)  # saving again replaces it knowingly
        return _page(theirs, form, now, changed=True), 409
    flash(_("Your rota is saved."))
    return redirect(url_for("rota.show"), 303)


@pages.post("/<slug:promotion_slug>/rota/end")
@access(Access.WRITER)
def end() -> Response:
    """Keep a rota no more."""
    team = g.membership.team
    end_rota(team, rota_form(find_rota(team), _first_weeks(clock.now())).base)
    flash(_("Your team no longer keeps a rota: everyone writes as they wish."))
    return redirect(url_for("rota.show"), 303)


@pages.post("/<slug:promotion_slug>/rota/<week:week>/exchange")
@access(Access.WRITER)
def exchange(week: Week) -> Response:
    """Let one take the turn of another: oneself that of a colleague, or a colleague one's own."""
    now, member = clock.now(), g.membership
    whose, taker = _id_in("whose"), _id_in("taker")
    if week < g.promotion.timetable.week_at(now):
        abort(404)
    if member.id not in {whose, taker}:
        abort(403)
    if seconds := count_attempt(EXCHANGES, f"rota exchanges of {member.id}"):
        why = _("You have exchanged many turns today.")
        flash(f"{why} {try_again(seconds)}", "warning")
        return redirect(page_to_return_to(url_for("rota.show")), 303)
    values = {"week": week_name(week)}
    try:
        takes = exchange_turn(member, member.team, week, whose, taker, now, seen=_number_in("revision"))
    except TurnChangedError as changed:
        name = _name(changed.whose) if changed.whose else _("nobody")
        flash(_("The rota has changed meanwhile: the %(week)s is that of %(name)s.", name=name, **values), "warning")
    else:
        if takes.id == member.id:
            flash(_("The turn of the %(week)s is yours.", **values))
        else:
            told = _("The turn of the %(week)s is that of %(name)s, who is told by email.", name=_name(takes), **values)
            flash(told)
    return redirect(page_to_return_to(url_for("rota.show")), 303)


def _name(member: Membership) -> str:
    return person_name(member.person)


def _id_in(field: str) -> int:
    return _number_in(field) or abort(400)


def _number_in(field: str) -> int:
    """Return the number that the field holds; 0 for whatever is none."""
    text = request.form.get(field, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID)) else 0
    return number if number <= MAX_ID else 0


def _first_weeks(now: datetime) -> list[Week]:
    """Return the weeks from which on an order may begin: this one, and the next."""
    week = max(g.promotion.timetable.week_at(now), Week.of(g.promotion.starts_on))
    return [week, week.next]


def _page(rota: TeamRota, form: RotaForm, now: datetime, *, changed: bool = False) -> str:
    this_week = g.promotion.timetable.week_at(now)
    coming = [week for week in rota.turns if week >= this_week][:SHOWN]
    return render_template(
        "rota/rota.html",
        rota=rota,
        form=form,
        this_week=this_week,
        turns=[(week, whose) for week in coming if (whose := rota.turn_in(week))],
        changed=changed,
    )

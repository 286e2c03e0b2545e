"""Erase a member at their request, by the coordination: like `/me/erase`, with the member's address typed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.home.account import erase_person
from app.i18n import gettext as _
from app.management.authority import check_authority
from app.management.members import find_member
from app.management.people import LastCoordinatorError
from app.management.people_forms import EraseMemberForm
from app.teams.models import Membership

pages = Blueprint("management_erasure", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/<slug:promotion_slug>/manage/people/<int:member_id>/erase")
@access(Access.COORDINATOR)
def ask(member_id: int) -> str:
    """Ask for the member's address as a confirmation."""
    member = _get_member(member_id)
    return _page(member, EraseMemberForm(member))


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/erase")
@access(Access.COORDINATOR)
def erase(member_id: int) -> Answer:
    """Erase the member for good."""
    member = _get_member(member_id)
    form = EraseMemberForm(member)
    if not form.validate():
        return _page(member, form), 422
    try:
        erase_person(member.person, clock.now(), by=current_user.id, promotion_id=g.promotion.id)
    except LastCoordinatorError as error:
        form.address.errors = [str(error.advice)]
        return _page(_get_member(member_id), form), 409
    flash(_("It is done: nothing kept here names this person any more."))
    return redirect(url_for("management_people.show"), 303)


def _get_member(member_id: int) -> Membership:
    member = find_member(g.promotion, member_id) or abort(404)
    if member.person_id == current_user.id:
        abort(404)  # their own erasure is on /me
    check_authority(member.person, current_user, clock.now())
    return member


def _page(member: Membership, form: EraseMemberForm) -> str:
    return render_template("management/erase.html", member=member, person=member.person, form=form)

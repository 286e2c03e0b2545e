"""The pages of the people of a cohort: the list, somebody to add, one member with what may be changed about them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.i18n import gettext as _
from app.i18n import ngettext
from app.management.address_changes import (
    AddressInUseError,
    address_base,
    changes_of,
    correct_address,
)
from app.management.authority import ElsewhereError, may_decide_about
from app.management.field_forms import BasedForm
from app.management.invitations import invite
from app.management.members import everybody, find_member
from app.management.people import (
    AlreadyMemberError,
    ChangedMeanwhileError,
    LastCoordinatorError,
    add_person,
    base_of,
    date_member,
    place_member,
    rename_person,
)
from app.management.people_forms import (
    AddressForm,
    MemberDaysForm,
    MemberNameForm,
    MemberPlaceForm,
    PersonForm,
)
from app.management.role_words import ROLE_WORDS
from app.teams.models import Membership
from app.teams.phases import Phase
from app.teams.queries import find_team
from app.teams.roles import Role

pages = Blueprint("management_people", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/<slug:promotion_slug>/manage/people")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the teams and everybody in them."""
    now = clock.now()
    return render_template(
        "management/people.html",
        everybody=everybody(g.promotion, now),
        Role=Role,
        role_words=ROLE_WORDS,
        now=now,
        has_ended=g.promotion.phase(now) is Phase.AFTER,
    )


@pages.get("/<slug:promotion_slug>/manage/people/new")
@access(Access.COORDINATOR)
def new() -> str:
    """Show the form of somebody to add, to the team that the URL names."""
    team = find_team(g.promotion.id, request.args.get("team", ""))
    form = PersonForm(data={"team": team.slug if team else "", "invite": True})
    return _new_page(form)


@pages.post("/<slug:promotion_slug>/manage/people/new")
@access(Access.COORDINATOR)
def add() -> Answer:
    """Add somebody, and invite them unless that is left out."""
    form = PersonForm()
    form.set_teams(g.promotion)
    if not form.validate():
        return _new_page(form), 422
    now = clock.now()
    try:
        member = add_person(g.promotion, form.person, current_user, now)
    except AlreadyMemberError as known:
        form.email.errors = [_("This address is already that of a member of this cohort.")]
        return _new_page(form, known.member), 409
    flash(_("%(name)s has been added.", name=member.person.display_name), f"at-member-{member.id}")
    if form.invite.data:
        invite(g.promotion, [member], current_user, now)
    return redirect(url_for("management_people.show", _anchor=f"member-{member.id}"), 303)


@pages.get("/<slug:promotion_slug>/manage/people/<int:member_id>")
@access(Access.COORDINATOR)
def member(member_id: int) -> str:
    """Show one member and what may be changed about them."""
    return _member_page(_get_member(member_id))


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/name")
@access(Access.COORDINATOR)
def rename(member_id: int) -> Answer:
    """Set the name and the language."""
    member = _get_member(member_id)
    form = MemberNameForm.of(member)
    if not form.validate():
        return _member_page(member, form), 422
    try:
        rename_person(member, form.cleaned_name, form.locale.data or None, form.seen, current_user, clock.now())
    except ChangedMeanwhileError:
        return _changed(member_id, form)
    return _saved(member_id)


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/place")
@access(Access.COORDINATOR)
def place(member_id: int) -> Answer:
    """Give another role or team, give or take the right to coordinate."""
    member = _get_member(member_id)
    form = MemberPlaceForm.of(member)
    if not form.validate():
        return _member_page(member, form), 422
    try:
        place_member(member, form.place, form.seen, current_user, clock.now())
    except ChangedMeanwhileError:
        return _changed(member_id, form)
    except LastCoordinatorError as error:
        return _refused(member_id, form, form.role, error)
    return _saved(member_id)


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/days")
@access(Access.COORDINATOR)
def days(member_id: int) -> Answer:
    """Set the first and last day: that somebody leaves, or is back."""
    member = _get_member(member_id)
    form = MemberDaysForm.of(member)
    if not form.validate():
        return _member_page(member, form), 422
    try:
        date_member(member, form.first.data, form.last.data, form.seen, current_user, clock.now())
    except ChangedMeanwhileError:
        return _changed(member_id, form)
    except LastCoordinatorError as error:
        return _refused(member_id, form, form.last, error)
    return _saved(member_id)


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/address")
@access(Access.COORDINATOR)
def address(member_id: int) -> Answer:
    """Correct the address, and tell the old one."""
    member, form = _get_member(member_id), AddressForm()
    if not form.validate():
        return _member_page(member, form), 422
    try:
        correct_address(member.person, form.parsed, current_user, clock.now(), seen=form.seen)
    except ChangedMeanwhileError:
        member = _get_member(member_id)
        form.show_again(address_base(member.person))
        return _member_page(member, form, changed=True), 409
    except AddressInUseError as error:
        form.email.errors = [str(error.advice)]
        return _member_page(_get_member(member_id), form), 409
    flash(_("The address has been corrected. Both addresses are told by email; the old one can refuse for a week."))
    return redirect(url_for("management_people.member", member_id=member_id), 303)


@pages.post("/<slug:promotion_slug>/manage/people/<int:member_id>/invite")
@access(Access.COORDINATOR)
def invite_one(member_id: int) -> Response:
    """Send one member an invitation, again if they had one."""
    member = _get_member(member_id)
    if invite(g.promotion, [member], current_user, clock.now()):
        flash(_("The invitation is on its way to %(address)s.", address=member.person.email or ""))
    else:
        flash(_("An invitation left a few minutes ago: it is not sent twice."))
    return redirect(url_for("management_people.member", member_id=member_id), 303)


@pages.post("/<slug:promotion_slug>/manage/people/invite")
@access(Access.COORDINATOR)
def invite_all() -> Response:
    """Invite everybody whom nobody has invited yet."""
    now = clock.now()
    number = invite(g.promotion, everybody(g.promotion, now).invitable, current_user, now)
    flash(ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", number))
    return redirect(url_for("management_people.show"), 303)


def _get_member(member_id: int) -> Membership:
    return find_member(g.promotion, member_id) or abort(404)


def _new_page(form: PersonForm, known: Membership | None = None) -> str:
    form.set_teams(g.promotion)
    return render_template("management/person_new.html", form=form, known=known)


def _saved(member_id: int) -> Response:
    flash(_("Saved."))
    return redirect(url_for("management_people.member", member_id=member_id), 303)


def _changed(member_id: int, form: BasedForm) -> tuple[str, int]:
    """Show what is saved now beside what was typed, which may be sent again over it."""
    member = _get_member(member_id)
    form.show_again(base_of(member))
    return _member_page(member, form, changed=True), 409


def _refused(member_id: int, form: FlaskForm, field: object, error: LastCoordinatorError) -> tuple[str, int]:
    field.errors = [str(error.advice)]  # type: ignore[attr-defined]
    return _member_page(_get_member(member_id), form), 409


def _member_page(member: Membership, sent: FlaskForm | None = None, *, changed: bool = False) -> str:
    """Render the page with every form fresh but the one that was sent and comes back."""
    forms = {
        "name": sent if isinstance(sent, MemberNameForm) else MemberNameForm.of(member, fresh=True),
        "place": sent if isinstance(sent, MemberPlaceForm) else MemberPlaceForm.of(member, fresh=True),
        "days": sent if isinstance(sent, MemberDaysForm) else MemberDaysForm.of(member, fresh=True),
        "address": sent if isinstance(sent, AddressForm) else AddressForm.of(member),
    }
    now = clock.now()
    return render_template(
        "management/member.html",
        member=member,
        now=now,
        person=member.person,
        forms=forms,
        sent=sent,
        changed=changed,
        role_words=ROLE_WORDS,
        changes=changes_of(member.person),
        elsewhere=not may_decide_about(member.person, current_user, now),
        elsewhere_advice=ElsewhereError.advice,
        zone=g.promotion.timetable.zone,
        is_current=member.is_current(g.promotion.today(now)),
    )

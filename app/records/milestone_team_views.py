"""One team at a milestone, for the coordination: answer for it, pass its link on, exclude it from the figures."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.drafts.views import kept_fields
from app.i18n import gettext as _
from app.rate_limits.limits import count_attempt, try_again
from app.records.link_letters import LINK_LETTERS, SAME_ADDRESS, send_link
from app.records.links import record_link
from app.records.milestone_forms import REASON_LIMIT, LinkForm, ReasonForm
from app.records.milestone_service import ExclusionChangedError, count_team_again, exclude_team, exclusion_base
from app.records.milestone_status import MilestoneStatus, RecordState, TeamStatus, find_milestone_status
from app.records.milestones import MilestoneState
from app.records.words import RESPONDERS
from app.request_values import allow_long_requests

pages = Blueprint("milestone_teams", __name__)
allow_long_requests(pages)

Page = tuple[str, int, dict[str, str]]


@pages.get("/<slug:promotion_slug>/manage/records/<slug:milestone>/<slug:team>")
@access(Access.COORDINATOR)
def show(milestone: str, team: str) -> str:
    """Show what the coordination may do for a team at a milestone."""
    return _page(*_get_team(milestone, team))


@pages.post("/<slug:promotion_slug>/manage/records/<slug:milestone>/<slug:team>/exclusion")
@access(Access.COORDINATOR)
def exclude(milestone: str, team: str) -> Response | tuple[str, int]:
    """Exclude the team from the figures of the milestone, with a reason."""
    status, of_team = _get_team(milestone, team)
    form = ReasonForm(of_team.excluded)
    if not form.validate():
        return _page(status, of_team, reason_form=form), 422
    note_action(AuditAction.TEAM_EXCLUDED, subject=of_team.team.name, detail=milestone)
    try:
        exclude_team(status.milestone, of_team.team, form.cleaned, form.base.data)
    except ExclusionChangedError:
        status, of_team = _get_team(milestone, team)
        form.base.data = exclusion_base(of_team.excluded)  # saving again replaces it knowingly
        return _page(status, of_team, reason_form=form, changed=True), 409
    flash(_("No figure of this milestone counts %(team)s; the reason stands beside each.", team=of_team.team.name))
    return redirect(url_for("milestones.show", milestone=milestone), 303)


@pages.post("/<slug:promotion_slug>/manage/records/<slug:milestone>/<slug:team>/exclusion/end")
@access(Access.COORDINATOR)
def count_again(milestone: str, team: str) -> Response:
    """Take the exclusion of the team back."""
    status, of_team = _get_team(milestone, team)
    note_action(AuditAction.TEAM_INCLUDED, subject=of_team.team.name, detail=milestone)
    count_team_again(status.milestone, of_team.team, request.form.get("base"))
    flash(_("%(team)s counts again.", team=of_team.team.name))
    return redirect(url_for("milestones.show", milestone=milestone), 303)


@pages.post("/<slug:promotion_slug>/manage/records/<slug:milestone>/<slug:team>/link")
@access(Access.COORDINATOR)
def send(milestone: str, team: str) -> Response | tuple[str, int] | Page:
    """Mail the link to the team's record to an address that is typed."""
    status, of_team = _get_team(milestone, team)
    form = LinkForm()
    if not form.validate():
        return _page(status, of_team, link_form=form), 422
    if status.state is not MilestoneState.OPEN:
        return _page(status, of_team, link_form=form), 409
    same = f"record link {status.milestone.id} {of_team.team.id} {form.address}"
    if seconds := count_attempt(SAME_ADDRESS, same):
        return _too_many(status, of_team, form, _("An email with this link has just left for this address."), seconds)
    if seconds := count_attempt(LINK_LETTERS, f"record links of {g.promotion.id}"):
        return _too_many(status, of_team, form, _("Many such emails have left within a day."), seconds)
    note_action(AuditAction.RECORD_LINK_SENT, subject=of_team.team.name, detail=milestone)
    send_link(status.milestone, of_team.team, form.address, current_user, clock.now())
    flash(_("The link is on its way to %(email)s.", email=form.address))
    return redirect(url_for("milestone_teams.show", milestone=milestone, team=team), 303)


def _get_team(key: str, slug: str) -> tuple[MilestoneStatus, TeamStatus]:
    status = find_milestone_status(g.promotion, key, clock.now()) or abort(404)
    return status, next((each for each in status.teams if each.team.slug == slug), None) or abort(404)


def _too_many(status: MilestoneStatus, of_team: TeamStatus, form: LinkForm, why: str, seconds: int) -> Page:
    form.email.errors = [f"{why} {try_again(seconds)}"]
    return _page(status, of_team, link_form=form), 429, {"Retry-After": str(seconds)}


def _page(
    status: MilestoneStatus,
    of_team: TeamStatus,
    reason_form: ReasonForm | None = None,
    link_form: LinkForm | None = None,
    *,
    changed: bool = False,
) -> str:
    here = url_for("milestone_teams.show", milestone=status.milestone.key, team=of_team.team.slug)
    return render_template(
        "records/milestone_team.html",
        status=status,
        row=of_team,
        is_open=status.state is MilestoneState.OPEN,
        link=record_link(status.milestone, of_team.team),
        rejected=reason_form or link_form,
        reason_form=reason_form or ReasonForm(of_team.excluded, kept_fields(here)),
        base=exclusion_base(of_team.excluded),
        changed=changed,
        link_form=link_form or LinkForm(formdata=None),
        reason_limit=REASON_LIMIT,
        here=here,
        RecordState=RecordState,
        responders=RESPONDERS,
        zone=g.promotion.timetable.zone,
    )

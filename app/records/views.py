"""The record of a team at a milestone: filled in by its members and the coordination, signed in or by a link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.extensions import csrf
from app.forms import as_revision
from app.i18n import gettext as _
from app.records.form_views import Answer, Respondent, record_page, save_typed, section_page, send_filled_in, value_of
from app.records.links import end_record_links, find_record_link
from app.records.milestones import MilestoneState
from app.records.models import Milestone
from app.records.queries import find_milestone_row, open_milestones, records_of_team
from app.records.reading import ReadSection, read_record
from app.records.respondents import responder_of
from app.records.sections import Section
from app.records.values import record_from_document
from app.records.vocabulary import Responder
from app.records.words import milestone_name, word_label
from app.request_values import allow_long_requests
from app.teams.models import Team
from app.teams.queries import find_team
from app.teams.sign_in_views import SignInForm

pages = Blueprint("records", __name__)
pages.add_app_template_filter(milestone_name)
pages.add_app_template_filter(word_label)
allow_long_requests(pages)


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record on the page of its team, and the milestone that it is compared with."""

    milestone_key: str
    sections: tuple[ReadSection, ...]
    earlier_key: str | None


@pages.get("/record/<token>")
@access(Access.PUBLIC)
def by_link(token: str) -> Answer:
    """Show the record to the holder of a link."""
    respondent = _link_holder(token)
    return record_page(respondent) if isinstance(respondent, Respondent) else respondent


@pages.post("/record/<token>")
@access(Access.PUBLIC)
@csrf.exempt
def send_by_link(token: str) -> Answer:
    """Send the record. The token proves who asks: no cookie, no session."""
    respondent = _link_holder(token)
    return send_filled_in(respondent) if isinstance(respondent, Respondent) else respondent


@pages.get("/record/<token>/<slug:section>")
@access(Access.PUBLIC)
def section_by_link(token: str, section: str) -> Answer:
    """Show the form of a section to the holder of a link."""
    respondent = _link_holder(token)
    return section_page(respondent, _section(section)) if isinstance(respondent, Respondent) else respondent


@pages.post("/record/<token>/<slug:section>")
@access(Access.PUBLIC)
@csrf.exempt
def save_by_link(token: str, section: str) -> Answer:
    """Save a section for the holder of a link."""
    respondent = _link_holder(token, closed_shows_text=True)
    return save_typed(respondent, _section(section)) if isinstance(respondent, Respondent) else respondent


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>")
def record(milestone: str, team: str) -> Answer:
    """Show the record to its team and to the coordination."""
    return record_page(_member(milestone, team))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>")
def send(milestone: str, team: str) -> Answer:
    """Send the record: it counts from then on."""
    respondent = _member(milestone, team)
    if respondent.responder is Responder.COORDINATION:
        note_action(AuditAction.TEAM_ANSWERED_FOR, subject=respondent.team.name, detail=milestone)
    return send_filled_in(respondent)


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/<slug:section>")
def section(milestone: str, team: str, section: str) -> Answer:
    """Show the form of a section."""
    return section_page(_member(milestone, team), _section(section))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/<slug:section>")
def save(milestone: str, team: str, section: str) -> Answer:
    """Save a section for a member who is signed in."""
    return save_typed(_member(milestone, team), _section(section))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/links/end")
@access(Access.COORDINATOR)
def end_links(milestone: str, team: str) -> Response:
    """End every link to the records of this milestone that was given out."""
    seen = as_revision(request.form.get("epoch"))
    end_record_links(_member(milestone, team).milestone, current_user, clock.now(), seen)
    flash(_("The links given out so far no longer work. New ones do."), "success")
    return redirect(url_for("milestone_teams.show", milestone=milestone, team=team), 303)


@pages.app_template_global()
def team_records(team: Team) -> list[SentRecord]:
    """Return the records of a team that were sent, the latest first, as far as the signed-in member may read them."""
    found, now = records_of_team(team), clock.now()
    return [
        SentRecord(
            record.milestone.key,
            read_record(
                record_from_document(record.content),
                value_of(earlier),
                with_people=responder_of(g.membership, record.milestone, team, now) is not None,
            ),
            earlier.milestone.key if earlier else None,
        )
        for record, earlier in zip(found, [*found, None][1:], strict=True)
    ]


@pages.app_template_global()
def records_to_fill_in(team: Team) -> list[Milestone]:
    """Return the open milestones at which the signed-in member may answer for the team."""
    now = clock.now()
    milestones = open_milestones(team.promotion, now)
    return [each for each in milestones if responder_of(g.membership, each, team, now)]


def _link_holder(token: str, *, closed_shows_text: bool = False) -> Respondent | tuple[str, int]:
    """Return who fills in which record by a link; the page that says why not, for a link that opens nothing now."""
    link = find_record_link(token, clock.now())
    if link is None:
        return render_template("records/link_gone.html", form=SignInForm(formdata=None), milestone=None), 410
    g.locale = link.member.locale if link.member else link.team.promotion.locale
    respondent = Respondent(link.milestone, link.team, link.responder, token)
    if respondent.state is MilestoneState.OPEN or closed_shows_text:
        return respondent
    page = render_template(
        "records/link_gone.html",
        form=SignInForm(formdata=None),
        milestone=link.milestone,
        team=link.team,
        state=respondent.state,
    )
    return page, 410


def _member(milestone: str, team: str) -> Respondent:
    """Return the signed-in member as respondent for the team; 404 where there is nothing, 403 for other members."""
    row, of_team = find_milestone_row(g.promotion, milestone), find_team(g.promotion.id, team)
    if row is None or of_team is None:
        abort(404)
    responder = responder_of(g.membership, row, of_team, clock.now())
    if responder is None:
        abort(403)
    return Respondent(row, of_team, responder)


def _section(name: str) -> Section:
    return Section(name) if name in set(Section) else abort(404)

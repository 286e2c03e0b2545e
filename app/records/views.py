"""The record of a team at a milestone: filled in by its members and the coordination, signed in or by a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.queries import find_team
from app.drafts.views import kept_fields
from app.extensions import csrf
from app.i18n import gettext as _
from app.records.form import LISTS, add_line, as_fields, parse_section, remove_line, take_over
from app.records.links import end_record_links, find_record_link
from app.records.milestones import MilestoneState
from app.records.models import ChallengeRecord, Milestone
from app.records.queries import (
    find_earlier_record,
    find_milestone_row,
    find_record,
    heads_of,
    open_milestones,
    records_of_team,
    state_of,
)
from app.records.reading import Line, ReadSection, read_field, read_record
from app.records.respondents import responder_of
from app.records.section_form import LINE_NUMBER, SectionForm, with_an_empty_line
from app.records.sections import FIELDS, Section, next_section
from app.records.service import (
    NothingToSendError,
    RecordConflictError,
    RecordNotOpenError,
    save_section,
    send_record,
)
from app.records.values import TeamRecord, record_from_document
from app.records.vocabulary import Responder
from app.records.words import FIELD_LABELS, PARTS, SECTIONS, WORDS, fault_text, milestone_name, word_label
from app.teams.models import Team
from app.teams.sign_in_views import SignInForm

REVISION_DIGITS = 9  # no more than fits into an INTEGER column
NOT_OF_THE_RECORD = {"csrf_token", "draft", "revision", "add", "remove", "take", "then", "locale"}
Answer = str | Response | tuple[str, int]

pages = Blueprint("records", __name__)
pages.add_app_template_filter(milestone_name)
pages.add_app_template_filter(word_label)


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who fills in which record. `responder` is None for the holder of a link that was made out to nobody."""

    milestone: Milestone
    team: Team
    responder: Responder | None
    token: str | None = None

    def url(self, section: Section | None = None) -> str:
        """Return the URL of the record, or of one of its sections."""
        if self.token is not None:
            endpoint = "records.section_by_link" if section else "records.by_link"
            return url_for(endpoint, token=self.token, section=section)
        endpoint = "records.section" if section else "records.record"
        return url_for(endpoint, milestone=self.milestone.key, team=self.team.slug, section=section)

    @property
    def state(self) -> MilestoneState:
        return state_of(self.team.promotion, self.milestone, clock.now())


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
    return _record_page(respondent) if isinstance(respondent, Respondent) else respondent


@pages.post("/record/<token>")
@access(Access.PUBLIC)
@csrf.exempt
def send_by_link(token: str) -> Answer:
    """Send the record. The token proves who asks: no cookie, no session."""
    respondent = _link_holder(token)
    return _send(respondent) if isinstance(respondent, Respondent) else respondent


@pages.get("/record/<token>/<slug:section>")
@access(Access.PUBLIC)
def section_by_link(token: str, section: str) -> Answer:
    """Show the form of a section to the holder of a link."""
    respondent = _link_holder(token)
    return _section_page(respondent, _section(section)) if isinstance(respondent, Respondent) else respondent


@pages.post("/record/<token>/<slug:section>")
@access(Access.PUBLIC)
@csrf.exempt
def save_by_link(token: str, section: str) -> Answer:
    """Save a section for the holder of a link."""
    respondent = _link_holder(token, closed_shows_text=True)
    return _save(respondent, _section(section)) if isinstance(respondent, Respondent) else respondent


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>")
def record(milestone: str, team: str) -> Answer:
    """Show the record to its team and to the coordination."""
    return _record_page(_member(milestone, team))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>")
def send(milestone: str, team: str) -> Answer:
    """Send the record: it counts from then on."""
    return _send(_member(milestone, team))


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/<slug:section>")
def section(milestone: str, team: str, section: str) -> Answer:
    """Show the form of a section."""
    return _section_page(_member(milestone, team), _section(section))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/<slug:section>")
def save(milestone: str, team: str, section: str) -> Answer:
    """Save a section, or show it again: with a line more or less, with what was told before, with what is wrong."""
    return _save(_member(milestone, team), _section(section))


@pages.post("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>/links/end")
@access(Access.COORDINATOR)
def end_links(milestone: str, team: str) -> Response:
    """End every link to the records of this milestone that was given out."""
    end_record_links(_member(milestone, team).milestone)
    flash(_("The links given out so far no longer work. New ones do."), "success")
    return redirect(url_for("milestone_teams.show", milestone=milestone, team=team), 303)


@pages.app_template_global()
def team_records(team: Team) -> list[SentRecord]:
    """Return the records of a team that were sent, the latest first, as who is signed in may read them."""
    found, now = records_of_team(team), clock.now()
    return [
        SentRecord(
            record.milestone.key,
            read_record(
                record_from_document(record.content),
                _value(earlier),
                with_people=responder_of(g.membership, record.milestone, team, now) is not None,
            ),
            earlier.milestone.key if earlier else None,
        )
        for record, earlier in zip(found, [*found, None][1:], strict=True)
    ]


@pages.app_template_global()
def records_to_fill_in(team: Team) -> list[Milestone]:
    """Return the open milestones at which who is signed in may answer for the team."""
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
    """Return the signed-in member as who answers for the team; 404 where there is nothing, 403 for other members."""
    row, of_team = find_milestone_row(g.promotion, milestone), find_team(g.promotion.id, team)
    if row is None or of_team is None:
        abort(404)
    responder = responder_of(g.membership, row, of_team, clock.now())
    if responder is None:
        abort(403)
    return Respondent(row, of_team, responder)


def _section(name: str) -> Section:
    return Section(name) if name in set(Section) else abort(404)


def _record_page(respondent: Respondent, fault: str = "") -> str:
    stored = find_record(respondent.milestone, respondent.team)
    earlier = find_earlier_record(respondent.milestone, respondent.team)
    value = record_from_document(stored.content) if stored else TeamRecord()
    return render_template(
        "records/record.html",
        respondent=respondent,
        record=stored,
        answered_by=value.answered_by,
        sections=read_record(value, _value(earlier), with_people=True),
        earlier=earlier,
        state=respondent.state,
        fault=fault,
        responders=Responder,
    )


def _send(respondent: Respondent) -> Answer:
    chosen = request.form.get("answered_by", "")
    responder = respondent.responder or (Responder(chosen) if chosen in set(Responder) else None)
    if responder is None:
        return _record_page(respondent, _("Say who answers.")), 422
    try:
        send_record(respondent.milestone, respondent.team, responder, clock.now())
    except NothingToSendError:
        return _record_page(respondent, _("Nothing is filled in yet: fill in a section first.")), 422
    except RecordNotOpenError:
        return _record_page(respondent), 409
    flash(_("The record has been sent: thank you. It can still be changed until it closes."), "success")
    return redirect(respondent.url(), 303)


def _section_page(respondent: Respondent, section: Section) -> Answer:
    if respondent.state is not MilestoneState.OPEN:
        return redirect(respondent.url())
    stored = find_record(respondent.milestone, respondent.team)
    saved = as_fields(_value(stored) or TeamRecord(), section)
    kept = kept_fields(respondent.url(section)) if respondent.token is None else None
    typed = _of_record(kept) if kept else saved
    is_kept = _filled(typed) != _filled(saved)
    base = kept.get("revision", "") if kept and is_kept else str(stored.revision if stored else 0)
    form = SectionForm(section, with_an_empty_line(typed, section), _revision(base), kept=is_kept)
    return _form_page(respondent, form)


def _save(respondent: Respondent, section: Section) -> Answer:
    typed = _of_record(request.form)
    form = SectionForm(section, typed, _revision(request.form.get("revision", "")))
    changed = _with_lines(respondent, form)
    if changed is not None:
        return _form_page(respondent, changed)
    parsed = parse_section(section, typed, heads_of(respondent.milestone, respondent.team))
    if parsed.faults:
        faults = {name: fault_text(fault) for name, fault in parsed.faults.items()}
        return _form_page(respondent, replace(form, faults=faults)), 422
    try:
        save_section(
            respondent.milestone, respondent.team, parsed.values, form.revision, respondent.responder, clock.now()
        )
    except RecordConflictError as conflict:
        theirs = read_record(conflict.theirs, with_people=True)[list(Section).index(section)]
        return _form_page(respondent, replace(form, revision=conflict.revision), theirs=theirs), 409
    except RecordNotOpenError:
        return _form_page(respondent, form, refused=True), 409
    flash(_("Saved: %(section)s.", section=SECTIONS[section]), "success")
    then = next_section(section) if request.form.get("then") == "next" else None
    return redirect(respondent.url(then), 303)


def _with_lines(respondent: Respondent, form: SectionForm) -> SectionForm | None:
    """Return the form as a button asks for that saves nothing: with a line more or less, or with what was told before.

    None where the button saves.
    """
    add, remove, take = (request.form.get(name, "") for name in ("add", "remove", "take"))
    if add in FIELDS[form.section] and add in LISTS:
        number = max(form.lines(add), default=-1) + 1
        return replace(form, typed=add_line(form.typed, add), focus=f"{add}-{number}-{LISTS[add][0]}")
    name, _dash, number_text = remove.rpartition("-")
    if name in LISTS and number_text.isdecimal():
        return replace(form, typed=remove_line(form.typed, name, int(number_text)), focus=name)
    earlier = _value(find_earlier_record(respondent.milestone, respondent.team))
    if take in FIELDS[form.section] and earlier is not None:
        return replace(form, typed=take_over(form.typed, earlier, take), focus=take)
    return None


def _form_page(
    respondent: Respondent, form: SectionForm, *, theirs: ReadSection | None = None, refused: bool = False
) -> str:
    earlier = find_earlier_record(respondent.milestone, respondent.team)
    return render_template(
        "records/section.html",
        respondent=respondent,
        form=replace(form, earlier=_told_before(form, _value(earlier))),
        earlier_key=earlier.milestone.key if earlier else None,
        heads=heads_of(respondent.milestone, respondent.team),
        sections=list(Section),
        titles=SECTIONS,
        words={words.__name__: labels for words, labels in WORDS.items()},
        labels=FIELD_LABELS,
        parts=PARTS,
        line_number=LINE_NUMBER,
        theirs=theirs,
        refused=refused,
    )


def _told_before(form: SectionForm, earlier: TeamRecord | None) -> dict[str, tuple[Line, ...]]:
    """Return what the record before tells of the fields in which nothing is filled in."""
    filled = parse_section(form.section, form.typed, None).values
    told = {name: read_field(getattr(earlier, name)) for name in form.fields} if earlier else {}
    return {name: lines for name, lines in told.items() if lines is not None and filled[name] is None}


def _value(record: ChallengeRecord | None) -> TeamRecord | None:
    return record_from_document(record.content) if record else None


def _of_record(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in NOT_OF_THE_RECORD}


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}


def _revision(text: str) -> int:
    """Return the revision that the author started from; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS else 0

"""The two pages of a record, the whole and the form of a section: what they show, and what their buttons do.

Alike for a member who is signed in and for the holder of a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app import clock
from app.drafts.views import kept_fields
from app.forms import as_revision
from app.i18n import LOCALES, force_locale
from app.i18n import gettext as _
from app.records.form import LISTS, add_line, as_fields, parse_section, remove_line, take_over
from app.records.form_fields import line_part
from app.records.milestones import MilestoneState
from app.records.models import ChallengeRecord, Milestone
from app.records.queries import find_earlier_record, find_record, heads_of, state_of
from app.records.reading import Line, ReadSection, read_field, read_record
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
from app.records.words import FIELD_LABELS, PARTS, SECTIONS, WORDS, fault_text
from app.teams.models import Team

NOT_OF_THE_RECORD = {"csrf_token", "draft", "revision", "add", "remove", "take", "then", "locale"}
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who fills in which record. `responder` is None for the holder of a link that names nobody."""

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


def record_page(respondent: Respondent, fault: str = "") -> str:
    """Show the record; `fault` says why it could not be sent."""
    stored = find_record(respondent.milestone, respondent.team)
    earlier = find_earlier_record(respondent.milestone, respondent.team)
    value = record_from_document(stored.content) if stored else TeamRecord()
    return render_template(
        "records/record.html",
        respondent=respondent,
        record=stored,
        answered_by=value.answered_by,
        sections=read_record(value, value_of(earlier), with_people=True),
        earlier=earlier,
        state=respondent.state,
        fault=fault,
        responders=Responder,
    )


def send_filled_in(respondent: Respondent) -> Answer:
    """Send the record, or say what is missing."""
    chosen = request.form.get("answered_by", "")
    responder = respondent.responder or (Responder(chosen) if chosen in set(Responder) else None)
    if responder is None:
        return record_page(respondent, _("Say who answers.")), 422
    try:
        send_record(respondent.milestone, respondent.team, responder, clock.now())
    except NothingToSendError:
        return record_page(respondent, _("Nothing is filled in yet: fill in a section first.")), 422
    except RecordNotOpenError:
        return record_page(respondent), 409
    flash(_("The record has been sent: thank you. It can still be changed until it closes."), "success")
    return redirect(respondent.url(), 303)


def section_page(respondent: Respondent, section: Section) -> Answer:
    """Show the form of a section, with what its author had typed and not sent."""
    if respondent.state is not MilestoneState.OPEN:
        return redirect(respondent.url())
    stored = find_record(respondent.milestone, respondent.team)
    saved = as_fields(value_of(stored) or TeamRecord(), section)
    kept = kept_fields(respondent.url(section)) if respondent.token is None else None
    typed = _of_record(kept) if kept else saved
    is_kept = _filled(typed) != _filled(saved)
    base = kept.get("revision", "") if kept and is_kept else str(stored.revision if stored else 0)
    form = SectionForm(section, with_an_empty_line(typed, section), as_revision(base), kept=is_kept)
    return _form_page(respondent, form)


def save_typed(respondent: Respondent, section: Section) -> Answer:
    """Save a section, or show its form again: with a line more or less, with earlier answers, with its errors."""
    typed = _of_record(request.form)
    form = SectionForm(section, typed, as_revision(request.form.get("revision", "")))
    if respondent.state is not MilestoneState.OPEN:
        return _form_page(respondent, form, refused=True), 409
    locale = request.form.get("locale")
    changed = form if locale in LOCALES else _with_lines(respondent, form)
    if changed is not None:
        return _page_in(locale, respondent, changed)
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


def _page_in(locale: str | None, respondent: Respondent, form: SectionForm) -> str:
    """Show the form again; in another language, from now on, where that is what its button asks for."""
    if locale not in LOCALES:
        return _form_page(respondent, form)
    session["locale"] = locale
    with force_locale(locale):
        return _form_page(respondent, form)


def _with_lines(respondent: Respondent, form: SectionForm) -> SectionForm | None:
    """Return the form as a button asks for that saves nothing: with a line more or less, or with what was told before.

    None where the button saves.
    """
    add, remove, take = (request.form.get(name, "") for name in ("add", "remove", "take"))
    if add in FIELDS[form.section] and add in LISTS:
        number = max(form.lines(add), default=-1) + 1
        return replace(form, typed=add_line(form.typed, add), focus=f"{add}-{number}-{LISTS[add][0]}")
    removed = line_part(f"{remove}-")
    if removed and removed[0] in LISTS:
        name, number, _part = removed
        return replace(form, typed=remove_line(form.typed, name, number), focus=name)
    earlier = value_of(find_earlier_record(respondent.milestone, respondent.team))
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
        form=replace(form, earlier=_told_before(form, value_of(earlier))),
        earlier_key=earlier.milestone.key if earlier else None,
        heads=heads_of(respondent.milestone, respondent.team),
        sections=list(Section),
        titles=SECTIONS,
        words={words.__name__: labels for words, labels in WORDS.items()},
        labels=FIELD_LABELS,
        parts=PARTS,
        line_number=LINE_NUMBER,
        theirs=theirs,
        state=respondent.state,
        refused=refused,
    )


def _told_before(form: SectionForm, earlier: TeamRecord | None) -> dict[str, tuple[Line, ...]]:
    """Return what the record before tells of the fields in which nothing is filled in."""
    filled = parse_section(form.section, form.typed, None).values
    told = {name: read_field(getattr(earlier, name)) for name in form.fields} if earlier else {}
    return {name: lines for name, lines in told.items() if lines is not None and filled[name] is None}


def value_of(record: ChallengeRecord | None) -> TeamRecord | None:
    """Return the value of a record; None without one."""
    return record_from_document(record.content) if record else None


def _of_record(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in NOT_OF_THE_RECORD}


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}

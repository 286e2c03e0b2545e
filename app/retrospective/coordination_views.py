"""The coordination drafts a report, arranges it, writes between its figures, and publishes it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.documents.blocks import Document
from app.drafts.views import kept_fields
from app.i18n import gettext as _
from app.records.models import Milestone
from app.records.queries import find_milestone
from app.request_values import allow_long_requests
from app.retrospective.arrangement import from_stored, what_may_be_left_out
from app.retrospective.article import ArticleFacts, draft_passages, report_title
from app.retrospective.article_wording import TITLES, Part
from app.retrospective.forms import NOTE_LIMIT, TEXT_LIMIT, ArrangementForm, PublishForm
from app.retrospective.models import Audience, ReportDraft
from app.retrospective.report_pages import chart_of, file_name, markdown_response, pdf_response, reader_locale
from app.retrospective.report_queries import (
    arrangement_of,
    article_facts,
    drafted_document,
    few_teams_to_publish,
    find_draft,
    versions_of,
)
from app.retrospective.service import DraftConflictError, OutdatedPreviewError, publish, save_draft
from app.text_cleaning import clean_text

pages = Blueprint("retrospective_coordination", __name__)
allow_long_requests(pages)


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/draft")
@access(Access.COORDINATOR)
def draft(key: str) -> str:
    """Show the report as it would be published now."""
    milestone = _get_milestone(key)
    versions = versions_of(milestone)
    return render_template(
        "retrospective/draft.html",
        key=key,
        milestone=milestone,
        document=_document(milestone),
        chart_url=lambda name, narrow=False: url_for(
            "retrospective_coordination.chart", key=key, name=name, narrow=1 if narrow else None
        ),
        last=versions[0] if versions else None,
        zone=g.promotion.timetable.zone,
    )


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/draft/report.pdf")
@access(Access.COORDINATOR)
def pdf(key: str) -> Response:
    """Download the draft as PDF."""
    return pdf_response(_document(_get_milestone(key)), clock.now(), _file_name(key))


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/draft/report.md")
@access(Access.COORDINATOR)
def markdown(key: str) -> Response:
    """Download the draft as Markdown."""
    return markdown_response(_document(_get_milestone(key)), _file_name(key))


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/draft/<slug:name>.svg")
@access(Access.COORDINATOR)
def chart(key: str, name: str) -> Response:
    """Draw one of the draft's charts."""
    return chart_of(_document(_get_milestone(key)), name)


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/edit")
@access(Access.COORDINATOR)
def edit(key: str) -> str:
    """Show the form of the report: its texts, and the place of each part."""
    milestone, facts = _get_milestone_with_facts(key)
    return _form_page(milestone, facts, _arrangement_form(milestone, facts))


@pages.post("/<slug:promotion_slug>/retrospective/<slug:key>/edit")
@access(Access.COORDINATOR)
def save(key: str) -> Response | tuple[str, int]:
    """Save the arrangement, or show the form again with its errors or beside what somebody else has saved."""
    milestone, facts = _get_milestone_with_facts(key)
    form = _arrangement_form(milestone, facts)
    if not form.validate():
        return _form_page(milestone, facts, form), 422
    try:
        save_draft(milestone, form.arrangement, form.base, current_user, clock.now())
    except DraftConflictError as conflict:
        return _form_page(milestone, facts, form, theirs=conflict.theirs), 409
    flash(_("Saved. This is the report as it stands."))
    return redirect(url_for("retrospective_coordination.draft", key=key), 303)


@pages.get("/<slug:promotion_slug>/retrospective/<slug:key>/publish")
@access(Access.COORDINATOR)
def publish_form(key: str) -> str:
    """Ask who may read the report, and what a correction corrects."""
    milestone = _get_milestone(key)
    return _publish_page(milestone, _publish_form(milestone))


@pages.post("/<slug:promotion_slug>/retrospective/<slug:key>/publish")
@access(Access.COORDINATOR)
def publish_report(key: str) -> Response | tuple[str, int]:
    """Publish the report as it stands; what is published changes no more."""
    milestone = _get_milestone(key)
    form = _publish_form(milestone)
    if not form.validate():
        return _publish_page(milestone, form), 422
    note = clean_text(form.note.data) if form.corrects else ""
    try:
        publish(g.promotion, milestone, Audience(form.audience.data), note, current_user, clock.now(), seen=form.seen)
    except OutdatedPreviewError:
        return _publish_page(milestone, form, outdated=True), 409
    flash(_("The report is published."))
    return redirect(url_for("retrospective.report", key=key), 303)


def _get_milestone(key: str) -> Milestone:
    return find_milestone(g.promotion, key) or abort(404)


def _get_milestone_with_facts(key: str) -> tuple[Milestone, ArticleFacts]:
    milestone = _get_milestone(key)
    return milestone, article_facts(g.promotion, milestone, clock.now())


def _document(milestone: Milestone) -> Document:
    return drafted_document(g.promotion, milestone, reader_locale(), clock.now())


def _file_name(key: str) -> str:
    return file_name(key, reader_locale(), "-draft")


def _arrangement_form(milestone: Milestone, facts: ArticleFacts) -> ArrangementForm:
    saved, locale = find_draft(milestone), reader_locale()
    kept = kept_fields(url_for("retrospective_coordination.edit", key=milestone.key))
    offered = what_may_be_left_out(facts, locale)
    return ArrangementForm(arrangement_of(saved), saved.revision if saved else 0, locale, kept, offered)


def _form_page(
    milestone: Milestone, facts: ArticleFacts, form: ArrangementForm, theirs: ReportDraft | None = None
) -> str:
    """Render the form; with `theirs`, beside what somebody else has saved meanwhile."""
    if theirs is not None:
        form.revision.data = str(theirs.revision)  # saving again overwrites it knowingly
    locale = reader_locale()
    return render_template(
        "retrospective/edit.html",
        key=milestone.key,
        form=form,
        theirs=theirs,
        their_texts=_texts(theirs) if theirs else [],
        title=report_title(milestone.key, locale),
        titles={part: TITLES[part].of(locale) for part in Part},
        told={passage.part for passage in draft_passages(facts, locale)},
        limit=TEXT_LIMIT,
    )


def _texts(saved: ReportDraft) -> list[tuple[str, str]]:
    """Return the texts of what is saved, each under the title of its part."""
    arrangement, locale = from_stored(saved.content), reader_locale()
    texts = [
        (_("Title"), arrangement.title),
        (_("Introduction"), arrangement.opening),
        *((TITLES[placed.part].of(locale), placed.text) for placed in arrangement.parts),
    ]
    return [(title, text) for title, text in texts if text]


def _publish_form(milestone: Milestone) -> PublishForm:
    saved, versions = find_draft(milestone), versions_of(milestone)
    last = versions[0] if versions else None
    return PublishForm(
        saved.revision if saved else 0, last.version if last else 0, last.audience if last else Audience.MEMBERS
    )


def _publish_page(milestone: Milestone, form: PublishForm, *, outdated: bool = False) -> str:
    return render_template(
        "retrospective/publish.html",
        key=milestone.key,
        form=form,
        outdated=outdated,
        few=few_teams_to_publish(g.promotion, milestone),
        title=report_title(milestone.key, reader_locale()),
        limit=NOTE_LIMIT,
    )

"""The pages where the coordination corrects or withdraws what has been published, and notes what was wrong."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.models import Bulletin
from app.bulletins.rules import TEXT_LIMIT
from app.corrections.forms import (
    TEAM,
    BulletinCorrectionForm,
    IntroductionCorrectionForm,
    IntroductionWithdrawalForm,
    NoteForm,
    SeenForm,
    WithdrawalForm,
    longest,
)
from app.corrections.notes import DigestChangedError, notes_of, remove_note, write_note
from app.corrections.queries import digest_of, find_published, parts_of, texts_of, told_bulletins
from app.corrections.service import (
    correct_bulletin,
    correct_introduction,
    withdraw_from_bulletin,
    withdraw_introduction,
)
from app.corrections.words import WithdrawnPart
from app.digests.introductions import find_introduction
from app.digests.models import Digest, Introduction
from app.digests.service import find_digest
from app.i18n import gettext as _
from app.request_values import allow_long_requests
from app.teams.queries import find_team, teams_of
from app.text_cleaning import clean_text
from app.weeks import Week

pages = Blueprint("corrections", __name__)
pages.add_app_template_global(notes_of)
allow_long_requests(pages)

Answer = str | tuple[str, int] | Response


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/notes")
@access(Access.COORDINATOR)
def show(week: Week) -> str:
    """Show what the week's digest tells, each text with the way to its correction, and the notes beside it."""
    digest = _digest_or_404(week)
    return _page(digest, _note_form(digest))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes")
@access(Access.COORDINATOR)
def add(week: Week) -> Answer:
    """Add a note; the same once more adds none."""
    digest = _digest_or_404(week)
    form = _note_form(digest)
    if not form.validate():
        return _page(digest, form), 422
    team, text = form.teams.get(form.team.data or ""), clean_text(form.text.data)
    try:
        write_note(digest, team, text, form.revision, current_user.id, clock.now())
    except DigestChangedError:
        return _page(digest, form, meanwhile=True), 409
    flash(_("The note stands beside the digest."))
    return _back(week)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/<int:note_id>/remove")
@access(Access.COORDINATOR)
def remove(week: Week, note_id: int) -> Response:
    """Take a note back."""
    if remove_note(_digest_or_404(week), note_id, current_user.id, clock.now()):
        flash(_("The note has been taken back."))
    return _back(week)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/teams/<slug:team>")
@access(Access.COORDINATOR)
def bulletin(week: Week, team: str) -> str:
    """Show the form that corrects a published bulletin, and the one that withdraws it."""
    return _bulletin_page(_bulletin_or_404(week, team))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/teams/<slug:team>")
@access(Access.COORDINATOR)
def correct(week: Week, team: str) -> Answer:
    """Correct a published bulletin."""
    row = _bulletin_or_404(week, team)
    form = _correction_form(row)
    if not form.validate():
        return _bulletin_page(row, form), 422
    try:
        correct_bulletin(row, form.texts(), form.cleaned_note, form.revision, current_user.id, clock.now())
    except DigestChangedError:
        return _bulletin_page(row, form, meanwhile=True), 409
    flash(_("Corrected, wherever the site shows it."))
    return _back(digest_of(row).week)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/teams/<slug:team>/withdraw")
@access(Access.COORDINATOR)
def withdraw(week: Week, team: str) -> Answer:
    """Withdraw a published bulletin, its call for help or its key date."""
    row = _bulletin_or_404(week, team)
    form = WithdrawalForm(parts_of(row), digest_of(row).revision)
    if not form.validate():
        return _bulletin_page(row, withdrawal=form), 422
    part, team_asked = WithdrawnPart(form.part.data), form.asked_by.data == TEAM
    try:
        withdraw_from_bulletin(row, part, form.revision, current_user.id, clock.now(), team_asked=team_asked)
    except DigestChangedError:
        return _bulletin_page(row, withdrawal=form, meanwhile=True), 409
    flash(_("Withdrawn, wherever the site showed it."))
    return _back(digest_of(row).week)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/introduction")
@access(Access.COORDINATOR)
def introduction(week: Week) -> str:
    """Show the form that corrects the introduction of an issued digest, and the one that withdraws it."""
    digest, row = _introduction_or_404(week)
    return _introduction_page(digest, row)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/introduction")
@access(Access.COORDINATOR)
def correct_its_introduction(week: Week) -> Answer:
    """Correct the introduction of an issued digest."""
    digest, row = _introduction_or_404(week)
    form = _introduction_form(digest, row)
    if not form.validate():
        return _introduction_page(digest, row, form), 422
    text = clean_text(form.text.data)
    try:
        correct_introduction(digest, text, form.cleaned_note, form.revision, current_user.id, clock.now())
    except DigestChangedError:
        return _introduction_page(digest, row, form, meanwhile=True), 409
    flash(_("Corrected, wherever the site shows it."))
    return _back(week)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/introduction/withdraw")
@access(Access.COORDINATOR)
def withdraw_its_introduction(week: Week) -> Answer:
    """Withdraw the introduction of an issued digest."""
    digest, row = _introduction_or_404(week)
    form = IntroductionWithdrawalForm(digest.revision)
    if not form.validate():
        return _introduction_page(digest, row, withdrawal=form), 422
    try:
        withdraw_introduction(digest, form.revision, current_user.id, clock.now())
    except DigestChangedError:
        return _introduction_page(digest, row, withdrawal=form, meanwhile=True), 409
    flash(_("Withdrawn, wherever the site showed it."))
    return _back(week)


def _digest_or_404(week: Week) -> Digest:
    return find_digest(g.promotion.id, week) or abort(404)


def _bulletin_or_404(week: Week, slug: str) -> Bulletin:
    team = find_team(g.promotion.id, slug) or abort(404)
    return find_published(team, week) or abort(404)


def _introduction_or_404(week: Week) -> tuple[Digest, Introduction]:
    digest = _digest_or_404(week)
    row = find_introduction(g.promotion.id, week)
    return (digest, row) if row and row.text else abort(404)


def _note_form(digest: Digest) -> NoteForm:
    return NoteForm(teams_of(g.promotion.id), digest.revision)


def _correction_form(row: Bulletin, *, sent: bool = True) -> BulletinCorrectionForm:
    withdrawn = row.withdrawn_at is not None
    return BulletinCorrectionForm(texts_of(row), digest_of(row).revision, withdrawn=withdrawn, sent=sent)


def _introduction_form(digest: Digest, row: Introduction, *, sent: bool = True) -> IntroductionCorrectionForm:
    withdrawn = row.withdrawn_at is not None
    return IntroductionCorrectionForm(row.text, digest.revision, withdrawn=withdrawn, sent=sent)


def _page(digest: Digest, form: NoteForm, *, meanwhile: bool = False) -> str:
    return render_template(
        "corrections/show.html",
        form=form,
        limit=TEXT_LIMIT,
        introduction=find_introduction(g.promotion.id, digest.week),
        bulletins=told_bulletins(g.promotion.id, digest.week),
        **_shared_values(digest, form, meanwhile=meanwhile),
    )


def _bulletin_page(
    row: Bulletin,
    form: BulletinCorrectionForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    *,
    meanwhile: bool = False,
) -> str:
    """Render the page on which a bulletin is corrected or withdrawn; of the two forms one was sent at most."""
    digest = digest_of(row)
    form = form or _correction_form(row, sent=False)
    withdrawal = withdrawal or WithdrawalForm(parts_of(row), digest.revision, sent=False)
    return render_template(
        "corrections/bulletin.html",
        bulletin=row,
        form=form,
        withdrawal=withdrawal,
        longest=longest,
        **_shared_values(digest, form, withdrawal, meanwhile=meanwhile),
    )


def _introduction_page(
    digest: Digest,
    row: Introduction,
    form: IntroductionCorrectionForm | None = None,
    withdrawal: IntroductionWithdrawalForm | None = None,
    *,
    meanwhile: bool = False,
) -> str:
    form = form or _introduction_form(digest, row, sent=False)
    withdrawal = withdrawal or IntroductionWithdrawalForm(digest.revision, sent=False)
    return render_template(
        "corrections/introduction.html",
        introduction=row,
        form=form,
        withdrawal=withdrawal,
        longest=longest,
        **_shared_values(digest, form, withdrawal, meanwhile=meanwhile),
    )


def _shared_values(digest: Digest, *forms: SeenForm, meanwhile: bool) -> dict[str, object]:
    """Return what each of the pages needs; `meanwhile`: somebody else was first, and the `forms` may be sent again."""
    if meanwhile:
        for form in forms:
            form.show_again(digest.revision)
    return {
        "digest": digest,
        "notes": notes_of(g.promotion.id, digest.week),
        "meanwhile": meanwhile,
        "zone": g.promotion.timetable.zone,
    }


def _back(week: Week) -> Response:
    return redirect(url_for("corrections.show", week=week), 303)

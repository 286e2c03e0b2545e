"""The page where the coordination corrects what a digest said, by dated notes beside it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, TextAreaField, ValidationError

from app import clock
from app.access import Access, access
from app.bulletins.forms import AtMost, Filled
from app.bulletins.queries import teams_of
from app.bulletins.rules import TEXT_LIMIT
from app.digests.models import Digest
from app.digests.notes import notes_of, remove_note, write_note
from app.digests.service import find_digest
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.teams.models import Team
from app.text_cleaning import clean_text
from app.weeks import Week

pages = Blueprint("digest_notes", __name__)
pages.add_app_template_global(notes_of)


class NoteForm(FlaskForm):
    """A note about what one of `teams` wrote, or about the digest as a whole."""

    team = SelectField(_l("About"), validate_choice=False)
    text = TextAreaField(_l("What is right"), validators=[Filled(_l("Say what is right.")), AtMost()])

    def __init__(self, teams: Sequence[Team]) -> None:
        super().__init__()
        self.teams = {team.slug: team for team in teams}
        self.team.choices = [("", _("the whole digest")), *((team.slug, team.name) for team in teams)]

    def validate_team(self, field: Field) -> None:
        """Refuse a team of another promotion."""
        if field.data and field.data not in self.teams:
            raise ValidationError(_("Choose one of the teams."))


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/notes")
@access(Access.COORDINATOR)
def show(week: Week) -> str:
    """Show the notes on the week's digest and the form of another one."""
    return _page(_digest_or_404(week), NoteForm(teams_of(g.promotion.id)))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes")
@access(Access.COORDINATOR)
def add(week: Week) -> Response | tuple[str, int]:
    """Add a note; the same once more adds none."""
    digest, form = _digest_or_404(week), NoteForm(teams_of(g.promotion.id))
    if not form.validate():
        return _page(digest, form), 422
    write_note(digest, form.teams.get(form.team.data or ""), clean_text(form.text.data), current_user.id, clock.now())
    flash(_("The note stands beside the digest."))
    return redirect(url_for("digest_notes.show", week=week), 303)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/notes/<int:note_id>/remove")
@access(Access.COORDINATOR)
def remove(week: Week, note_id: int) -> Response:
    """Take a note back."""
    if remove_note(_digest_or_404(week), note_id, current_user.id, clock.now()):
        flash(_("The note has been taken back."))
    return redirect(url_for("digest_notes.show", week=week), 303)


def _digest_or_404(week: Week) -> Digest:
    return find_digest(g.promotion.id, week) or abort(404)


def _page(digest: Digest, form: NoteForm) -> str:
    return render_template(
        "digests/notes.html",
        digest=digest,
        form=form,
        notes=notes_of(g.promotion.id, digest.week),
        limit=TEXT_LIMIT,
        zone=g.promotion.timetable.zone,
    )

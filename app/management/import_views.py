"""The page on which a list of people is imported, and the file of the whole cohort."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from app import clock
from app.access import Access, access
from app.downloads import file_response
from app.file_fault_words import describe_file_faults
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.import_files import is_workbook
from app.management.import_words import (
    FAULT_WORDS,
    KIND_WORDS,
    REFUSAL_WORDS,
    describe_faults,
    describe_value,
    name_column,
)
from app.management.importing import LONGEST, Preview, apply_file, pack, preview, unpack
from app.management.role_words import ROLE_WORDS
from app.teams.roster.export import export_roster, left_out
from app.teams.roster.list_faults import Fault

pages = Blueprint("management_import", __name__)

Answer = str | Response | tuple[str, int]


class ImportForm(FlaskForm):
    """A file, or cells that were pasted."""

    file = FileField(_l("A file"))
    cells = TextAreaField(_l("Or cells copied from a spreadsheet"))

    @property
    def data_sent(self) -> bytes:
        """The bytes of the file, else those of the pasted text; one more than is taken, at most."""
        if self.file.data:
            return bytes(self.file.data.read(LONGEST + 1))
        return (self.cells.data or "").strip("\r\n").encode()


@pages.get("/<slug:promotion_slug>/manage/people/import")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the form."""
    return _form_page(ImportForm())


@pages.post("/<slug:promotion_slug>/manage/people/import")
@access(Access.COORDINATOR)
def read() -> Answer:
    """Read what was sent, and show exactly what it would change."""
    form = ImportForm()
    data = form.data_sent
    if not data.strip():
        form.file.errors = [_("Choose a file, or paste some cells.")]
        return _form_page(form), 422
    if is_workbook(data):
        form.file.errors = [FAULT_WORDS[Fault.WORKBOOK]]
        return _form_page(form), 422
    if len(data) > LONGEST:
        form.file.errors = [_("This file is too large to be the list of a cohort.")]
        return _form_page(form), 422
    found = preview(g.promotion, data, clock.now())
    if found.faults or found.file_faults:
        return _form_page(form, found), 422
    return _preview_page(found, data)


@pages.post("/<slug:promotion_slug>/manage/people/import/apply")
@access(Access.COORDINATOR)
def apply() -> Answer:
    """Make the changes that were shown; shown anew when they would be others by now, or half of the members end."""
    data = unpack(request.form.get("file", ""))
    if data is None:
        return redirect(url_for("management_import.show"), 303)
    found = preview(g.promotion, data, clock.now())
    if found.faults or found.file_faults:  # since the preview
        return _form_page(ImportForm(formdata=None), found), 422
    if not found.changes.lines and not found.refusal:  # sent twice, or somebody did all of it meanwhile
        flash(_("Nothing changes: all of this is here already."))
        return redirect(url_for("management_people.show"), 303)
    if found.refusal or found.seen != request.form.get("seen"):
        return _preview_page(found, data, changed=not found.refusal), 409
    if found.is_asked_again and request.form.get("ended", "").strip() != str(found.ended):
        return _preview_page(found, data, number_missing=True), 422
    apply_file(g.promotion, data, current_user, clock.now())
    flash(_("The list has been imported."))
    return redirect(url_for("management_people.show"), 303)


@pages.get("/<slug:promotion_slug>/manage/roster.yml")
@access(Access.COORDINATOR)
def export() -> Response:
    """Download the cohort as the file that an import reads."""
    return file_response(export_roster(g.promotion), "application/yaml", f"{g.promotion.slug}.yml")


def _form_page(form: ImportForm, found: Preview | None = None) -> str:
    return render_template(
        "management/import.html",
        form=form,
        found=found,
        faults=[*describe_faults(found.faults), *describe_file_faults(found.file_faults)] if found else [],
        left_out=left_out(g.promotion),
    )


def _preview_page(found: Preview, data: bytes, *, changed: bool = False, number_missing: bool = False) -> str:
    return render_template(
        "management/import_preview.html",
        found=found,
        packed=pack(data),
        changed=changed,
        number_missing=number_missing,
        kinds=KIND_WORDS,
        role_words=ROLE_WORDS,
        refusals=REFUSAL_WORDS,
        name_column=name_column,
        describe_value=describe_value,
    )

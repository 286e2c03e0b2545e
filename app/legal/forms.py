"""The form of what the legal pages say of this site."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectChoice, StringField, TextAreaField, ValidationError

from app.forms import AtMost, RevisedForm
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.legal.details import LINE_LIMIT, LONG, TEXT_LIMIT, Conformity, Details
from app.legal.service import Saved
from app.text_cleaning import clean_text

RATE = re.compile(r"(?:100|\d{1,2})(?:[.,]\d{1,2})?", re.ASCII)
CONFORMITY_WORDS = {
    Conformity.NONE: _l("Not compliant: no audit yet, or less than half of the criteria met"),
    Conformity.PARTIAL: _l("Partially compliant: at least half of the criteria met"),
    Conformity.FULL: _l("Fully compliant: all criteria met"),
}


def _line(label: str) -> StringField:
    return StringField(label, validators=[AtMost(LINE_LIMIT)])


def _text(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[AtMost(TEXT_LIMIT)])


class DetailsForm(RevisedForm):
    """What the coordination types; a field that is left empty is said to be missing on its page."""

    publisher = _line(_l("Publisher"))
    director = _line(_l("Director of publication"))
    host = _line(_l("Host"))
    contact = _line(_l("Contact"))
    dpo = _line(_l("Data protection officer"))
    conformity = RadioField(
        _l("Compliance status"),
        choices=[SelectChoice(each.value, words) for each, words in CONFORMITY_WORDS.items()],
        default=Conformity.NONE.value,
        validate_choice=False,
    )
    audited_on = _line(_l("Date of the audit"))
    audited_by = _line(_l("Who made the audit"))
    audit_rate = _line(_l("Share of the criteria that are met (percent)"))
    declared_on = _line(_l("Date of the statement"))
    multi_year_plan = _line(_l("Address of the multi-year accessibility plan"))
    failures = _text(_l("What is not accessible"))
    exemptions = _text(_l("Exemptions for disproportionate burden, and contents outside the obligation"))
    audited_pages = _text(_l("Pages that were checked"))

    def __init__(self, saved: Saved, *, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with what is saved."""
        stored = asdict(saved.details) | {"revision": str(saved.revision)} if request.method == "GET" else {}
        super().__init__(data=stored)
        self.kept = kept is not None
        if self.kept:
            self.process(kept)

    def details(self) -> Details:
        """Return what was typed, cleaned; a line has no line break."""
        typed = {field.name: clean_text(self[field.name].data) for field in fields(Details)}
        return Details(**{name: text if name in LONG else " ".join(text.split()) for name, text in typed.items()})

    def validate_conformity(self, field: Field) -> None:
        """Refuse a claim without the audit that it rests on."""
        if field.data not in set(Conformity):
            raise ValidationError(_("Choose a state."))
        audited = clean_text(self.audited_on.data) and clean_text(self.audited_by.data)
        if field.data != Conformity.NONE and not audited:
            raise ValidationError(_("Only an audit allows that: say below when it was made, and by whom."))

    def validate_audit_rate(self, field: Field) -> None:
        """Refuse whatever is no percentage."""
        text = clean_text(field.data)
        if text and not RATE.fullmatch(text):
            raise ValidationError(_("A number from 0 to 100, such as %(example)s.", example="72,5"))

    def validate_multi_year_plan(self, field: Field) -> None:
        """Refuse whatever is no page of the web."""
        text = clean_text(field.data)
        if text and not text.startswith(("https://", "http://")):
            example = "https://www.numerique.gouv.fr/"
            raise ValidationError(_("Give the whole address of a page, such as %(example)s.", example=example))

"""Fields and validators of the coordination's forms: names, addresses, days; their faults are told in words."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, ValidationError

from app.forms import AtMost, DayField
from app.i18n import gettext as _
from app.teams.names import team_key
from app.teams.roster.values import LONGEST_NAME, parse_email
from app.text_cleaning import clean_line

LONGEST_EMAIL = 254
FIRST_YEAR, LAST_YEAR = 2000, 2100


class NameOf:
    """Requires a name with a letter or a digit, of at most LONGEST_NAME characters; `message` is for an empty one."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not clean_line(field.data):
            raise ValidationError(str(self.message))
        AtMost(LONGEST_NAME)(form, field)
        if not team_key(clean_line(field.data)):
            raise ValidationError(_("A name has at least one letter or digit."))
        if len(team_key(clean_line(field.data))) > LONGEST_NAME:
            raise ValidationError(_("This name is too long."))


class AddressOf:
    """Requires an e-mail address such as a roster may hold."""

    field_flags = {"required": True}  # noqa: RUF012

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not clean_line(field.data):
            raise ValidationError(_("Enter an email address."))
        if parsed_address(field.data) is None:
            raise ValidationError(_("This is not a valid email address. It should look like name@ministry.example."))


class DayGiven:
    """Requires a day."""

    field_flags = {"required": True}  # noqa: RUF012

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if field.data is None and not field.errors:  # else what was typed is no date, and that is said
            raise ValidationError(_("Give the day."))


class WithinYears:
    """Refuses a day of a year that no cohort can be in."""

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        day = field.data
        if isinstance(day, date) and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                _("The year must be between %(first)d and %(last)d.", first=FIRST_YEAR, last=LAST_YEAR)
            )


class BasedForm(FlaskForm):
    """A form that carries the fingerprint of what it was filled from, so that nobody overwrites unseen."""

    base = HiddenField()

    @property
    def seen(self) -> str:
        """The fingerprint that was sent."""
        return request.form.get(self.base.name, "")

    def show_again(self, base: str) -> None:
        """Let what was typed stand, to be saved over what has the fingerprint `base`."""
        self.base.data = base


def parsed_address(text: str | None) -> str | None:
    """Return an address as `parse_email` gives it, None for an invalid one."""
    try:
        email = parse_email(clean_line(text))
    except ValueError:
        return None
    return email if len(email) <= LONGEST_EMAIL else None


def refuse_disorder(first: DayField, last: DayField) -> bool:
    """Put a fault on `last` when it is before `first`; return whether all is well."""
    if first.data and last.data and last.data < first.data:
        last.errors = [_("The last day is before the first.")]
        return False
    return True

"""Fields and validators that the forms of all rooms share; what they refuse is told in words."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, ValidationError
from wtforms.widgets import TextInput

from app.i18n import gettext as _
from app.markdown import count_code_points
from app.text_cleaning import clean_text

REVISION_DIGITS = 9  # no more than fits into an INTEGER column
TIME = re.compile(r"([01]?\d|2[0-3])\s*[:h.]\s*([0-5]\d)?", re.ASCII)


class AtMost:
    """Refuses a text of more than `limit` code points, as typed; a line break is one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        length = count_code_points(field.data or "")
        if length > self.limit:
            message = _("%(length)d characters: %(over)d too many. The limit is %(limit)d.")
            raise ValidationError(message % {"length": length, "over": length - self.limit, "limit": self.limit})


class Filled:
    """Refuses a text of nothing but white space with `message`, a text or one that is translated when shown."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not clean_text(field.data):
            raise ValidationError(str(self.message))


class DayField(DateField):
    """A day, as browsers send it; anything else is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist == [""]:  # an empty field is no invalid date
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a date. Write it as %(example)s.", example="2019-03-08")) from None


class TimeOfDayField(Field):
    """A time of day."""

    widget = TextInput()
    data: time | None = None
    typed = ""

    def process_data(self, value: time | None) -> None:
        self.data, self.typed = value, f"{value:%H:%M}" if value else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.typed, self.data = str(valuelist[0]), None
        if not self.typed.strip():
            return
        self.data = parse_time_of_day(self.typed)
        if self.data is None:
            raise ValueError(_("This is not a time. Write it as %(example)s.", example="15:05"))

    def _value(self) -> str:
        return self.typed


class RevisedForm(FlaskForm):
    """A form that carries the revision that it was filled from, so that nobody overwrites unseen what came since."""

    revision = HiddenField(default="0")

    @property
    def base(self) -> int:
        """The revision that the author started from; 0 for something new."""
        return as_revision(self.revision.data)


def parse_time_of_day(text: str) -> time | None:
    """Return the time of day that browsers send or people type: `15:05`, `15h05`, `15 h`; None for anything else."""
    match = TIME.fullmatch(text.strip())
    return time(int(match[1]), int(match[2] or 0)) if match else None


def as_revision(text: str | None, default: int = 0) -> int:
    """Return the number of a revision that a hidden field brings back; `default` when it holds no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS else default

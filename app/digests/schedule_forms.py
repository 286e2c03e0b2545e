"""The form that puts a digest off to another moment, and a field for a time of day."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, ValidationError
from wtforms.widgets import TextInput

from app.bulletins.forms import DayField, as_revision
from app.digests.moments import MomentFault, local_moment, put_off_fault
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import moment as format_moment
from app.weeks import Timetable, Week

TIME = re.compile(r"([01]?\d|2[0-3])\s*[:h.]\s*([0-5]\d)?", re.ASCII)


def parse_time_of_day(text: str) -> time | None:
    """Return the time of day that browsers send or people type: `15:05`, `15h05`, `15 h`; None for anything else."""
    match = TIME.fullmatch(text.strip())
    return time(int(match[1]), int(match[2] or 0)) if match else None


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


class PutOffForm(FlaskForm):
    """Another moment for the digest of `week`, in the promotion's zone."""

    day = DayField(_l("Day"))
    at = TimeOfDayField(_l("Time"))
    base = HiddenField(default="0")

    def __init__(self, timetable: Timetable, week: Week, now: datetime, proposed: datetime | None) -> None:
        """Fill the form with what the request sends, else with the moment that is `proposed`."""
        local = proposed.astimezone(timetable.zone) if proposed else None
        super().__init__(data={"day": local.date(), "at": local.time()} if local else {})
        self.timetable, self.week, self.now = timetable, week, now

    def validate_day(self, field: Field) -> None:
        """Refuse no day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Give the day."))

    def validate_at(self, field: Field) -> None:
        """Refuse no time, and a moment at which the digest cannot leave."""
        if field.data is None:
            raise ValidationError(_("Give the time."))
        if self.day.data is None:
            return
        fault = put_off_fault(self.timetable, self.week, self.day.data, field.data, self.now)
        if fault:
            raise ValidationError(self._words(fault))

    @property
    def moment(self) -> datetime:
        """The moment that was typed, in UTC; only after the form is valid."""
        moment = local_moment(self.day.data or date.min, self.at.data or time(), self.timetable.zone)
        if moment is None:
            raise ValueError("this moment does not exist")
        return moment

    @property
    def revision(self) -> int:
        """The number of the decision that the page showed."""
        return as_revision(self.base.data)

    def _words(self, fault: MomentFault) -> str:
        planned = self.timetable.digest_due(self.week)
        told = format_moment(planned, self.timetable.zone) if planned else ""
        return {
            MomentFault.NO_SUCH_HOUR: _("This hour does not exist: the clocks go forward that night."),
            MomentFault.PAST: _("This moment has passed."),
            MomentFault.BEFORE_PLANNED: _("This is before the planned moment, %(moment)s.", moment=told),
            MomentFault.TOO_LATE: _("This is too late: the digest must leave before the next week closes."),
        }[fault]

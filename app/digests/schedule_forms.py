"""The form that puts a digest off to another moment."""

from __future__ import annotations

from datetime import date, datetime, time

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, ValidationError

from app.digests.moments import MomentFault, local_moment, put_off_fault
from app.forms import DayField, TimeOfDayField, as_revision
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import moment as format_moment
from app.weeks import Timetable, Week


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

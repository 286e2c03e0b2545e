"""The forms of the timetable: the hours of a week, days off, a pause of a team."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.widgets import TextInput

from app.forms import AtMost, DayField, TimeOfDayField, parse_time_of_day
from app.i18n import format_day, time_of_day, week_name
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.public_holidays import is_known
from app.teams.hours import WeeklyHours
from app.teams.models import Promotion, Team
from app.text_cleaning import clean_line
from app.timetables.rules import DayOffFault, range_fault
from app.weeks import FRIDAY, Timetable, Week, weeks_between

A_MONDAY = date(2019, 3, 4)
MOST_REMINDERS = 6
REASON_LIMIT = 200
MINUTES = re.compile(r"\d{1,4}", re.ASCII)


class TimesField(Field):
    """Times of day on one line, separated by commas."""

    widget = TextInput()
    data: tuple[time, ...] = ()
    typed = ""

    def process_data(self, value: Sequence[time] | None) -> None:
        self.data = tuple(value or ())
        self.typed = ", ".join(f"{at:%H:%M}" for at in self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.typed = str(valuelist[0])
        times = [parse_time_of_day(part) for part in re.split("[,;]", self.typed) if part.strip()]
        if len(times) > MOST_REMINDERS or None in times:
            raise ValueError(
                _(
                    "Write up to %(most)d times with commas between them: %(example)s.",
                    most=MOST_REMINDERS,
                    example="14:00, 14:45",
                )
            )
        self.data = tuple(sorted({at for at in times if at is not None}))

    def _value(self) -> str:
        return self.typed


class HoursForm(FlaskForm):
    """When a week closes, reminds and becomes a digest."""

    weekday = SelectField(_l("The week closes on"), coerce=int)
    closes_at = TimeOfDayField(_l("At"))
    delay = StringField(_l("Minutes from closing to digest"))
    everyone_at = TimeOfDayField(_l("Reminder to everybody in teams that have not written"))
    unwritten_at = TimesField(_l("Last reminders to their EIGs"))
    timezone = StringField(_l("Time zone"))
    country = StringField(_l("Public holidays of"))
    holds_from = SelectField(_l("From"))
    seen = HiddenField()

    def __init__(self, hours: WeeklyHours, seen: str, choices: Sequence[Week]) -> None:
        """Fill the form with what the request sends, else with `hours`; `choices`: from which week on they may hold."""
        super().__init__(
            data={
                "weekday": hours.closing_weekday,
                "closes_at": hours.closes_at,
                "delay": str(_minutes(hours.digest_at) - _minutes(hours.closes_at)),
                "everyone_at": hours.reminds_everyone_at,
                "unwritten_at": hours.reminds_unwritten_at,
                "timezone": hours.timezone,
                "country": hours.country or "",
                "seen": seen,
            }
        )
        self.weekday.choices = [
            (number, format_day(A_MONDAY + timedelta(days=number - 1), "EEEE")) for number in range(1, FRIDAY + 1)
        ]
        self.holds_from.choices = [(week.label, week_name(week)) for week in choices]
        self.holds_from.validate_choice = False  # a week whose first reminder has left meanwhile: the next one then

    def validate_closes_at(self, field: Field) -> None:
        """Refuse no time."""
        if field.data is None:
            raise ValidationError(_("Give the time."))

    def validate_delay(self, field: Field) -> None:
        """Refuse what is no number of minutes, and a digest on another day than its closing."""
        if not MINUTES.fullmatch((field.data or "").strip()):
            raise ValidationError(_("Give a number of minutes: 0 or more."))
        if self.closes_at.data and _minutes(self.closes_at.data) + int(field.data) >= 24 * 60:
            raise ValidationError(_("The digest must leave on the day of the closing, before midnight."))

    def validate_everyone_at(self, field: Field) -> None:
        """Refuse a reminder that does not come before the closing."""
        self._refuse_after_closing([field.data] if field.data else [])

    def validate_unwritten_at(self, field: Field) -> None:
        """Refuse a reminder that does not come before the closing."""
        self._refuse_after_closing(field.data)

    def validate_timezone(self, field: Field) -> None:
        """Refuse what is no zone."""
        if (field.data or "").strip() not in _zones():
            raise ValidationError(_("This time zone is not known. Write it as %(example)s.", example="Europe/Paris"))

    def validate_country(self, field: Field) -> None:
        """Refuse a country whose holidays are not known; the field may be empty."""
        code = (field.data or "").strip().upper()
        if code and not is_known(code):
            raise ValidationError(
                _("This code is not known. Write that of a country, such as FR, or of a part of one, such as FR-57.")
            )

    @property
    def hours(self) -> WeeklyHours:
        """The hours as typed; only after the form is valid."""
        closes_at = self.closes_at.data or time()
        hour, minute = divmod(_minutes(closes_at) + int(self.delay.data or 0), 60)
        return WeeklyHours(
            timezone=(self.timezone.data or "").strip(),
            country=(self.country.data or "").strip().upper() or None,
            closing_weekday=self.weekday.data,
            closes_at=closes_at,
            digest_at=time(hour, minute),
            reminds_everyone_at=self.everyone_at.data,
            reminds_unwritten_at=self.unwritten_at.data,
        )

    def _refuse_after_closing(self, times: Sequence[time]) -> None:
        closes_at = self.closes_at.data
        if closes_at is not None and any(at >= closes_at for at in times):
            raise ValidationError(
                _("A reminder must come before the closing, at %(time)s.", time=_time_name(closes_at))
            )


class DaysOffForm(FlaskForm):
    """Days on which the whole promotion does not work."""

    first_day = DayField(_l("Day, or first day"))
    last_day = DayField(_l("Last day"))

    def __init__(self, timetable: Timetable, today: date) -> None:
        super().__init__()
        self.timetable, self.today = timetable, today

    def validate_first_day(self, field: Field) -> None:
        """Refuse no day, and days that cannot be days off."""
        if field.data is None:
            if not field.errors:
                raise ValidationError(_("Give the day."))
            return
        if field.data < self.today:
            raise ValidationError(describe_fault(DayOffFault.PAST))
        last = self.last_day.data or field.data
        fault = range_fault(self.timetable, field.data, last)
        if fault and fault is not DayOffFault.ENDS_FIRST:
            raise ValidationError(describe_fault(fault))

    def validate_last_day(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(describe_fault(DayOffFault.ENDS_FIRST))


class PauseForm(FlaskForm):
    """Weeks in which a team is neither reminded nor missed."""

    team = SelectField(_l("Team"))
    first = SelectField(_l("From the week"))
    last = SelectField(_l("To the week"))
    reason = StringField(_l("Reason"), validators=[AtMost(REASON_LIMIT)])

    def __init__(self, promotion: Promotion, teams: Sequence[Team], first_open: Week) -> None:
        super().__init__()
        self.team.choices = [(team.slug, team.name) for team in teams]
        weeks = weeks_between(first_open, max(first_open, Week.of(promotion.ends_on)))
        self.first.choices = self.last.choices = [(week.label, week_name(week)) for week in weeks]
        for field in (self.team, self.first, self.last):
            field.validate_choice = False
        self.weeks = {week.label: week for week in weeks}
        self.teams = {team.slug: team for team in teams}

    def validate_team(self, field: Field) -> None:
        """Refuse a team of another promotion."""
        if field.data not in self.teams:
            raise ValidationError(_("Choose one of the teams."))

    def validate_first(self, field: Field) -> None:
        """Refuse a week that has closed, and one of no promotion."""
        if field.data not in self.weeks:
            raise ValidationError(_("Choose one of the weeks to come of this cohort."))

    def validate_last(self, field: Field) -> None:
        """Refuse a week of no promotion, and an end before the beginning."""
        self.validate_first(field)
        if self.first.data in self.weeks and self.weeks[field.data] < self.weeks[self.first.data]:
            raise ValidationError(_("This pause ends before it begins."))

    @property
    def cleaned_reason(self) -> str:
        """The reason on one line."""
        return clean_line(self.reason.data)


def describe_fault(fault: DayOffFault) -> str:
    """Say why a day off cannot be added or taken back."""
    return {
        DayOffFault.PAST: _("This day has passed."),
        DayOffFault.WEEKEND: _("Saturdays and Sundays are not worked anyway."),
        DayOffFault.HOLIDAY: _("These days are not worked anyway: public holidays, or days off already."),
        DayOffFault.OUTSIDE: _("These days are not within the dates of the cohort."),
        DayOffFault.ENDS_FIRST: _("This day is before the first one."),
        DayOffFault.TOO_LONG: _("A month at most can be added at once."),
        DayOffFault.WEEK_CLOSED: _("This week has closed: its moments change no more."),
        DayOffFault.WOULD_CLOSE_IN_THE_PAST: _("The week would have closed already: its teams could write no more."),
    }[fault]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time_name(at: time) -> str:
    return time_of_day(datetime.combine(A_MONDAY, at, UTC), ZoneInfo("UTC"))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

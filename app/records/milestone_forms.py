"""The forms of the coordination about milestones: the days of one, the reason of an exclusion, another address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import cast

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectChoice, StringField, ValidationError

from app.forms import AtMost, DayField, Filled
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import short_date
from app.letters.suppression import find_suppressed
from app.records.milestone_days import (
    LONGEST_OPENING,
    TOLERANCE,
    DayFault,
    MilestoneDays,
    day_faults,
    expected_day,
)
from app.records.milestone_service import exclusion_base
from app.records.milestones import END, MID, months_after
from app.teams.models import Promotion
from app.text_cleaning import clean_line

AFTER = "after"  # the choice; the months go into the key
MOST_MONTHS = 120
REASON_LIMIT = 200
LONGEST_EMAIL = 254


class DaysForm(FlaskForm):
    """The days of the milestone `key`."""

    day = DayField(_l("Its day"))
    opens_on = DayField(_l("Teams may answer from"))
    closes_on = DayField(_l("Until the end of"))
    base = HiddenField()

    def __init__(
        self, promotion: Promotion, key: str, days: MilestoneDays | None, *, saved_day: date | None = None
    ) -> None:
        """Fill the form with what the request sends, else with `days`; `saved_day` may stay, whatever it is."""
        super().__init__(data={**asdict(days), "base": days.base} if days else None)
        self.promotion, self.key, self.saved_day = promotion, key, saved_day

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, then the days against each other and against the promotion's."""
        valid = bool(super().validate(extra_validators))
        if self.day.data is None:
            self.day.errors = self.day.errors or [_("Give the day.")]
            return False
        if not self.key:
            return False
        starts_on, ends_on = self.promotion.starts_on, self.promotion.ends_on
        answers = None if self.opens_on.errors or self.closes_on.errors else self.days
        days = answers or MilestoneDays(self.days.day, None, None)
        for name, fault in day_faults(self.key, days, starts_on, ends_on):
            if name == "day" and days.day == self.saved_day:
                continue
            self[name].errors = [self._words(fault)]
            valid = False
        return valid

    @property
    def days(self) -> MilestoneDays:
        """What was typed; only after the form is valid."""
        return MilestoneDays(cast("date", self.day.data), self.opens_on.data, self.closes_on.data)

    def _words(self, fault: DayFault) -> str:
        promotion = self.promotion
        first, last = short_date(promotion.starts_on), short_date(promotion.ends_on)
        expected = expected_day(self.key, promotion.starts_on, promotion.ends_on)
        return {
            DayFault.OUTSIDE: _("Mid-term is within the cohort, from %(first)s to %(last)s.", first=first, last=last),
            DayFault.FAR: _(
                "This milestone is between %(first)s and %(last)s.",
                first=short_date(expected - TOLERANCE),
                last=short_date(expected + TOLERANCE),
            ),
            DayFault.TOO_EARLY: _("The cohort only begins on %(day)s.", day=first),
            DayFault.LONG_BEFORE: _("This is more than a year before the milestone’s day."),
            DayFault.LONG_AFTER: _("This is more than a year after the milestone’s day."),
            DayFault.MISSING: _("Give both days, or leave both empty."),
            DayFault.CLOSES_FIRST: _("This day is before the one on which it opens."),
            DayFault.TOO_LONG: _("Teams may answer for %(days)d days at most.", days=LONGEST_OPENING.days),
        }[fault]


class MilestoneForm(DaysForm):
    """A milestone to declare; `taken` are the keys of those that the promotion has."""

    moment = RadioField(
        _l("Which milestone"),
        choices=[
            SelectChoice(MID, _l("Mid-term")),
            SelectChoice(END, _l("End of the cohort")),
            SelectChoice(AFTER, _l("Months after the end")),
        ],
        validate_choice=False,
    )
    months = StringField(_l("How many months after the end"))

    def __init__(
        self, promotion: Promotion, proposed: str, days: MilestoneDays, *, taken: Collection[str], today: date
    ) -> None:
        """Fill the form with what the request sends, else with the milestone `proposed` and its `days`."""
        super().__init__(promotion, "", days)
        months = months_after(proposed)
        if not self.is_submitted():
            self.moment.data, self.months.data = (AFTER, str(months)) if months else (proposed, "")
        self.taken, self.today = taken, today

    def validate(self, extra_validators: object = None) -> bool:
        """Find out which milestone is meant, then check its days."""
        self.key = self._typed_key()
        return super().validate(extra_validators)

    def validate_moment(self, field: Field) -> None:
        """Refuse no choice, and a milestone that is declared already."""
        if field.data not in {MID, END, AFTER}:
            raise ValidationError(_("Choose one of the three."))
        if self.key in self.taken:
            raise ValidationError(_("This milestone has been declared already."))

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a milestone that nobody could answer any more."""
        if field.data and field.data < self.today:
            raise ValidationError(
                _("This day has passed: nobody could answer. Leave both empty for records from a file.")
            )

    def validate_months(self, _field: Field) -> None:
        """Refuse anything but a number of months, where one is needed."""
        if self.moment.data == AFTER and not self.key:
            raise ValidationError(_("Give a number of months, from 1 to %(most)d.", most=MOST_MONTHS))

    def _typed_key(self) -> str:
        """Return the key that was typed; empty when it is not a valid one."""
        if self.moment.data != AFTER:
            return str(self.moment.data) if self.moment.data in {MID, END} else ""
        typed = (self.months.data or "").strip()
        months = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_MONTHS)) else 0
        return f"after-{months}" if 1 <= months <= MOST_MONTHS else ""


class ReasonForm(FlaskForm):
    """Why no figure of a milestone counts a team."""

    base = HiddenField()
    reason = StringField(
        _l("The reason"),
        validators=[
            Filled(_l("Say why: the reason stands wherever a figure leaves this team out.")),
            AtMost(REASON_LIMIT),
        ],
    )

    def __init__(self, saved: str | None = None, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with the reason that is `saved`."""
        base = exclusion_base(saved)
        super().__init__(data={"reason": saved or "", "base": base})
        self.kept = kept is not None and kept.get("reason") != (saved or "")
        if self.kept:
            self.process(kept, data={"base": base})

    @property
    def cleaned(self) -> str:
        """The reason as it is stored, on one line."""
        return clean_line(self.reason.data)


class LinkForm(FlaskForm):
    """Another address to which the link to a team's record goes."""

    email = StringField(_l("Email address"))

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address, and one that has rejected our letters for good."""
        try:
            checked = validate_email((field.data or "").strip(), check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValidationError(_("This is not an email address.")) from None
        self.address = str(checked.ascii_email).lower()
        if len(self.address) > LONGEST_EMAIL:
            raise ValidationError(_("This is not an email address."))
        if find_suppressed(self.address):
            raise ValidationError(_("This address has rejected our emails: nothing is sent to it."))

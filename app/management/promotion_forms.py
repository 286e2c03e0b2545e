"""The form of a cohort."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from zoneinfo import available_timezones

from wtforms import Field, RadioField, SelectChoice, StringField, ValidationError

from app.extensions import settings
from app.forms import DayField
from app.i18n import LOCALES
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.management.field_forms import BasedForm, DayGiven, NameOf, WithinYears, refuse_disorder
from app.management.promotions import PromotionValues, base_of
from app.teams.models import Promotion
from app.teams.names import RESERVED_SLUGS, slugify
from app.teams.roster.values import parse_country
from app.text_cleaning import clean_line

LONGEST = timedelta(days=3 * 366)
NO_COUNTRY = "none"


class PromotionForm(BasedForm):
    """A cohort."""

    name = StringField(_l("Name of the cohort"), validators=[NameOf(_l("Enter the name of the cohort."))])
    starts_on = DayField(_l("First day"), validators=[DayGiven(), WithinYears()])
    ends_on = DayField(_l("Last day"), validators=[DayGiven(), WithinYears()])
    locale = RadioField(
        _l("Language"), choices=[SelectChoice(*each) for each in LOCALES.items()], validate_choice=False
    )
    timezone = StringField(_l("Time zone"))
    country = StringField(_l("Public holidays"))

    @classmethod
    def of(cls, promotion: Promotion | None) -> PromotionForm:
        """Return the form, filled with what the request sends, else with the cohort, else with what is usual."""
        if promotion is None:
            return cls(data={"locale": "fr", "timezone": settings().timezone.key, "country": "FR"})
        names = ("name", "starts_on", "ends_on", "locale", "timezone")
        data = {name: getattr(promotion, name) for name in names}
        return cls(data=data | {"country": promotion.country or "", "base": base_of(promotion)})

    def validate_name(self, field: Field) -> None:
        """Refuse a name from which no part of an address can be made."""
        if slugify(clean_line(field.data)) in {"", *RESERVED_SLUGS}:
            raise ValidationError(_("No web address can be made of this name: choose another one."))

    def validate_locale(self, field: Field) -> None:
        """Refuse a language that there is not."""
        if field.data not in LOCALES:
            raise ValidationError(_("Choose a language."))

    def validate_timezone(self, field: Field) -> None:
        """Refuse a zone that there is not."""
        if clean_line(field.data) not in available_timezones():
            raise ValidationError(
                _("This time zone is unknown. It should look like Europe/Paris or America/Guadeloupe.")
            )

    def validate_country(self, field: Field) -> None:
        """Refuse a country whose holidays are not known."""
        try:
            parse_country(clean_line(field.data) or NO_COUNTRY)
        except ValueError:
            raise ValidationError(
                _("This code is not known. Write that of a country, such as FR, or of a part of one, such as FR-57.")
            ) from None

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, then the days together."""
        if not super().validate(extra_validators):
            return False
        if self.values.ends_on - self.values.starts_on > LONGEST:
            self.ends_on.errors = [_("A cohort lasts three years at most.")]
            return False
        return refuse_disorder(self.starts_on, self.ends_on)

    def say_name_taken(self) -> None:
        """Say beside the name that it is another cohort's."""
        self.name.errors = [_("There is already a cohort whose address is made of this name: choose another one.")]

    @property
    def values(self) -> PromotionValues:
        """What was typed; only after the form is valid."""
        return PromotionValues(
            name=clean_line(self.name.data),
            starts_on=cast("date", self.starts_on.data),
            ends_on=cast("date", self.ends_on.data),
            timezone=clean_line(self.timezone.data),
            country=parse_country(clean_line(self.country.data) or NO_COUNTRY),
            locale=cast("str", self.locale.data),
        )

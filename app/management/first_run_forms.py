"""The form of the first run."""

from __future__ import annotations

from wtforms import EmailField, StringField

from app.i18n import lazy_gettext as _l
from app.management.field_forms import AddressOf, NameOf, parsed_address
from app.management.first_run import FirstCoordinator
from app.management.promotion_forms import PromotionForm
from app.text_cleaning import clean_line


class FirstRunForm(PromotionForm):
    """The first cohort and who makes it."""

    own_name = StringField(_l("Your name"), validators=[NameOf(_l("Enter your name."))])
    email = EmailField(_l("Your email address"), validators=[AddressOf()])

    @property
    def coordinator(self) -> FirstCoordinator:
        """Who was typed; only after the form is valid."""
        return FirstCoordinator(parsed_address(self.email.data) or "", clean_line(self.own_name.data))

"""What a visitor types to sign in."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, ValidationError
from wtforms.validators import DataRequired

from app.languages import gettext as _
from app.languages import later as _l
from app.teams.roster_values import an_address


class SignInForm(FlaskForm):
    """An address that a link is sent to."""

    email = EmailField(_l("E-mail address"), validators=[DataRequired(_l("Type your e-mail address."))])

    def validate_email(self, field: Any) -> None:
        """An address such as a roster may hold."""
        try:
            an_address(field.data)
        except ValueError:
            raise ValidationError(_("This is not an e-mail address, such as name@ministry.example.")) from None

    @property
    def address(self) -> str:
        """The address typed, as a roster has it; only after the form is valid."""
        return an_address(self.email.data or "")

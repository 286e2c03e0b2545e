"""The line with which a member offers help."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.bulletins.forms import AtMost, Filled
from app.bulletins.texts import clean
from app.i18n import lazy_gettext as _l


class OfferForm(FlaskForm):
    """What one can do for the team that calls; `call_id` tells apart the forms of one page."""

    text = TextAreaField(
        _l("How can you help?"), validators=[Filled(_l("Say in a line what you can do for them.")), AtMost()]
    )

    def __init__(self, call_id: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text.id = f"offer-{call_id}"

    @property
    def words(self) -> str:
        """What was typed, as it is kept."""
        return clean(self.text.data)

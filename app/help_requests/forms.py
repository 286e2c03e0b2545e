"""The line with which a member offers help."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from app.bulletins.forms import AtMost, Filled
from app.i18n import lazy_gettext as _l
from app.text_cleaning import clean_text


class OfferForm(FlaskForm):
    """What one can do for the team that calls; `call_id` keeps the ids of the forms of one page apart."""

    text = TextAreaField(
        _l("How can you help?"), validators=[Filled(_l("Say in a line what you can do for them.")), AtMost()]
    )

    def __init__(self, call_id: int, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`."""
        super().__init__()
        self.kept = kept is not None
        if self.kept:
            self.process(kept)
        self.text.id = f"offer-{call_id}"

    @property
    def cleaned(self) -> str:
        """The text as it is stored."""
        return clean_text(self.text.data)

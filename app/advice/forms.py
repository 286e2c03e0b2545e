"""The form of a piece of advice."""

from __future__ import annotations

import re

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from app.advice.models import Advice
from app.advice.rules import ADVICE_LIMIT, LINK_LIMIT, Occasion, is_web_link
from app.advice.service import AdviceDraft
from app.forms import AtMost, Filled, RevisedForm
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.text_cleaning import clean_line, clean_text

NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)
OCCASION_WORDS = {
    Occasion.WEEK: _l("From a week of the programme on"),
    Occasion.CODE_NOT_OPENED: _l("When a team’s record says: code not open, for lack of time"),
    Occasion.PLAN_EMPTY: _l("When a team’s plan to last is still empty at mid-term"),
    Occasion.FIRST_CALL: _l("When a team makes its first request for help, for four weeks"),
}


class AdviceForm(RevisedForm):
    """What the coordination types; `weeks` is how many the programme has."""

    text = TextAreaField(_l("Advice"), validators=[Filled(_l("Write a line of advice.")), AtMost(ADVICE_LIMIT)])
    url = StringField(_l("Link"), validators=[AtMost(LINK_LIMIT)])
    occasion = RadioField(
        _l("When it is shown"),
        choices=[SelectChoice(occasion.value, words) for occasion, words in OCCASION_WORDS.items()],
        default=Occasion.WEEK.value,
        validators=[InputRequired(_l("Choose a moment."))],
        validate_choice=False,
    )
    week = StringField(_l("Week of the programme"))

    def __init__(self, weeks: int, advice: Advice | None = None, *, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with `advice` as saved."""
        saved = _field_values(advice) if advice and request.method == "GET" else {}
        super().__init__(data=saved)
        self.weeks = weeks
        self.kept = kept is not None
        if self.kept:
            self.process(kept)

    def validate_url(self, field: Field) -> None:
        """Refuse whatever is no page of the web."""
        if (link := clean_text(field.data)) and not is_web_link(link):
            raise ValidationError(
                _("Give the whole address of a page, such as %(example)s.", example="https://code.gouv.fr/")
            )

    def validate_occasion(self, field: Field) -> None:
        """Refuse any value that is not an occasion."""
        if field.data not in set(Occasion):
            raise ValidationError(_("Choose a moment."))

    def validate_week(self, field: Field) -> None:
        """Refuse, for that occasion, whatever is no week of the programme."""
        number = clean_text(field.data)
        if self.occasion.data == Occasion.WEEK and not (NUMBER.fullmatch(number) and int(number) <= self.weeks):
            raise ValidationError(_("Give the number of a week, from 1 to %(last)d.", last=self.weeks))

    def draft(self) -> AdviceDraft:
        """Return what was typed, as the service takes it; only after the form is valid."""
        occasion = Occasion(self.occasion.data)
        return AdviceDraft(
            text=clean_line(self.text.data),
            url=clean_text(self.url.data),
            occasion=occasion,
            week=int(clean_text(self.week.data)) if occasion is Occasion.WEEK else None,
        )


def _field_values(advice: Advice) -> dict[str, str]:
    return {
        "text": advice.text,
        "url": advice.url,
        "occasion": advice.occasion.value,
        "week": str(advice.week or ""),
        "revision": str(advice.revision),
    }

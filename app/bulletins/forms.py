"""The form of a bulletin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from app.bulletins.models import Bulletin
from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.bulletins.rules import TEXT_LIMIT
from app.bulletins.service import BulletinDraft
from app.forms import AtMost, DayField, Filled, RevisedForm
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.text_cleaning import clean_line, clean_text


class BulletinForm(RevisedForm):
    """What a team writes. `today` is in the promotion's zone; a key date that is past must be `saved_day`."""

    mood = RadioField(
        _l("The week’s mood"),
        choices=[SelectChoice(mood.value, words) for mood, words in MOOD_WORDS.items()],
        validators=[InputRequired(_l("Choose one of the four."))],
        validate_choice=False,
    )
    priorities = TextAreaField(
        _l("Our priority"), validators=[Filled(_l("Say what mattered most.")), AtMost(TEXT_LIMIT)]
    )
    ups_and_downs = TextAreaField(
        _l("Ups and downs"), validators=[Filled(_l("Say what went well, and what did not.")), AtMost(TEXT_LIMIT)]
    )
    help = TextAreaField(_l("Request for help"), validators=[AtMost(TEXT_LIMIT)])
    key_date = DayField(_l("Key date"))
    key_date_text = StringField(_l("What happens that day"), validators=[AtMost(TEXT_LIMIT)])

    def __init__(self, bulletin: Bulletin | None, *, today: date, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with `bulletin`, the team's as saved.

        A draft with the same texts as the saved bulletin is ignored.
        """
        saved = _field_values(bulletin) if bulletin and request.method == "GET" else {}
        super().__init__(data=saved)
        self.kept = kept is not None and any((kept.get(name) or "") != text for name, text in _as_typed(saved).items())
        if self.kept:
            self.process(kept)
        self.today = today
        self.saved_day = bulletin.key_day if bulletin else None

    def validate_mood(self, field: Field) -> None:
        """Refuse any value that is not one of the four moods."""
        if field.data not in set(Mood):
            raise ValidationError(_("Choose one of the four."))

    def validate_key_date(self, field: Field) -> None:
        """Refuse a day that is past, unless it was saved while it was to come, and no day where there is a text."""
        if field.data and field.data < self.today and field.data != self.saved_day:
            raise ValidationError(_("This day has passed. Give a day to come."))
        if not field.data and not field.errors and clean_text(self.key_date_text.data):
            raise ValidationError(_("Give the day as well, or leave both empty."))

    def validate_key_date_text(self, field: Field) -> None:
        """Refuse no text where there is a day."""
        if self.key_date.data and not clean_text(field.data):
            raise ValidationError(_("Say in a few words what happens that day."))

    def draft(self) -> BulletinDraft:
        """Return what was typed, as the service takes it; only after the form is valid."""
        return BulletinDraft(
            mood=Mood(self.mood.data),
            priorities=clean_text(self.priorities.data),
            ups_and_downs=clean_text(self.ups_and_downs.data),
            help=clean_text(self.help.data),
            key_date=self.key_date.data,
            key_date_text=clean_line(self.key_date_text.data),
        )


def _as_typed(values: Mapping[str, str | date | None]) -> dict[str, str]:
    """Return every field but the revision as a browser would send it."""
    names = ("mood", "priorities", "ups_and_downs", "help", "key_date", "key_date_text")
    return {name: str(values.get(name) or "") for name in names}


def _field_values(bulletin: Bulletin) -> Mapping[str, str | date | None]:
    return {
        "mood": bulletin.mood.value,
        "priorities": bulletin.priorities,
        "ups_and_downs": bulletin.ups_and_downs,
        "help": bulletin.help,
        "key_date": bulletin.key_day,
        "key_date_text": bulletin.key_text,
        "revision": str(bulletin.revision),
    }

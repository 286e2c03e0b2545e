"""The form of a bulletin."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from app.bulletins.models import Bulletin
from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.bulletins.service import BulletinDraft
from app.bulletins.texts import LIMIT, clean
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.markdown import count_code_points


class AtMost:
    """Refuses a text of more than `limit` code points, as typed; a line break is one."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit

    def __call__(self, _form: FlaskForm, field: Any) -> None:
        length = count_code_points(field.data or "")
        if length > self.limit:
            message = _("%(length)d characters: %(over)d too many. The limit is %(limit)d.")
            raise ValidationError(message % {"length": length, "over": length - self.limit, "limit": self.limit})


class Filled:
    """Refuses a text of nothing but white space."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, _form: FlaskForm, field: Any) -> None:
        if not clean(field.data):
            raise ValidationError(str(self.message))


class DayField(DateField):
    """A day, as browsers send it; what is not one is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a date. Write it as %(example)s.", example="2019-03-08")) from None


class BulletinForm(FlaskForm):
    """What a team tells. `today` is in the promotion's zone; `kept_day` a key date saved before, which may be past."""

    mood = RadioField(
        _l("The week’s mood"),
        choices=[SelectChoice(mood.value, words) for mood, words in MOOD_WORDS.items()],
        validators=[InputRequired(_l("Choose one of the four."))],
        validate_choice=False,
    )
    priorities = TextAreaField(_l("Our priority"), validators=[Filled(_l("Say what mattered most.")), AtMost()])
    ups_and_downs = TextAreaField(
        _l("Ups and downs"), validators=[Filled(_l("Say what went well, and what did not.")), AtMost()]
    )
    help = TextAreaField(_l("Call for help"), validators=[AtMost()])
    key_date = DayField(_l("Key date"), validators=[Optional()])
    key_date_text = StringField(_l("What happens that day"), validators=[AtMost()])
    revision = HiddenField(default="0")

    def __init__(self, *args: Any, today: date, kept_day: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.kept_day = kept_day

    def validate_mood(self, field: Any) -> None:
        """One of the four words, whatever was sent."""
        if field.data not in set(Mood):
            raise ValidationError(_("Choose one of the four."))

    def validate_key_date(self, field: Any) -> None:
        """A day to come, unless it was saved while it was still to come."""
        if field.data and field.data < self.today and field.data != self.kept_day:
            raise ValidationError(_("This day is past. Give a day to come."))
        if field.data and not clean(self.key_date_text.data):
            raise ValidationError(_("Say in a few words what happens that day."))

    def validate_key_date_text(self, field: Any) -> None:
        """Words without a day say nothing."""
        if clean(field.data) and not self.key_date.data and not self.key_date.errors:
            raise ValidationError(_("Give the day as well, or leave both empty."))

    def draft(self) -> BulletinDraft:
        """What was typed, as the service takes it; only after the form is valid."""
        return BulletinDraft(
            mood=Mood(self.mood.data),
            priorities=clean(self.priorities.data),
            ups_and_downs=clean(self.ups_and_downs.data),
            help=clean(self.help.data),
            key_date=self.key_date.data,
            key_date_text=" ".join(clean(self.key_date_text.data).split()),
        )

    @property
    def base(self) -> int:
        """The revision that the author started from; 0 for a new bulletin."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0  # noqa: PLR2004


def fields_of(bulletin: Bulletin | None) -> dict[str, object]:
    """What the form shows of a bulletin saved before."""
    if bulletin is None:
        return {}
    return {
        "mood": bulletin.mood.value,
        "priorities": bulletin.priorities,
        "ups_and_downs": bulletin.ups_and_downs,
        "help": bulletin.help,
        "key_date": bulletin.key_day,
        "key_date_text": bulletin.key_text,
        "revision": str(bulletin.revision),
    }

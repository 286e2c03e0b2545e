"""The form of a bulletin, as Flask-WTF has it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

LIMIT = 300
MOODS = {"very_hard": _l("Very hard"), "so_so": _l("So-so"), "good": _l("Good"), "great": _l("Great")}
EMOJI = {"very_hard": "😣", "so_so": "😐", "good": "🙂", "great": "😀"}


class BulletinForm(FlaskForm):
    """What a team writes in a week."""

    mood = RadioField(_l("The week’s mood"), choices=list(MOODS.items()), validators=[InputRequired()])
    priorities = TextAreaField(_l("Our priority"), validators=[InputRequired(), Length(max=LIMIT)])
    ups_and_downs = TextAreaField(_l("Ups and downs"), validators=[InputRequired(), Length(max=LIMIT)])
    help = TextAreaField(_l("Request for help"), validators=[Length(max=LIMIT)])
    key_date = DateField(_l("Key date"), validators=[Optional()])
    key_date_text = StringField(_l("What happens that day"), validators=[Length(max=LIMIT)])
    revision = HiddenField(default="0")

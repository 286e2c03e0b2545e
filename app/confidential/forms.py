"""What an EIG writes to the coordination, and what it answers."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.bulletins.forms import AtMost, Filled
from app.bulletins.texts import clean
from app.confidential.life import LIMIT
from app.i18n import lazy_gettext as _l


class WordForm(FlaskForm):
    """A word to the coordination."""

    text = TextAreaField(_l("Your word"), validators=[Filled(_l("Write what you want to say.")), AtMost(LIMIT)])

    @property
    def words(self) -> str:
        """What was typed, as it is kept."""
        return clean(self.text.data)


class AnswerForm(FlaskForm):
    """The coordination's answer to the word `word_id`, by mail."""

    text = TextAreaField(_l("Your answer"), validators=[Filled(_l("Write an answer.")), AtMost(LIMIT)])

    def __init__(self, word_id: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text.id = f"answer-{word_id}"

    @property
    def words(self) -> str:
        """What was typed, as it is sent."""
        return clean(self.text.data)

"""What an EIG writes to the coordination, and what it answers."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.bulletins.forms import AtMost, Filled
from app.bulletins.rules import clean_text
from app.confidential.rules import MESSAGE_LIMIT
from app.languages import later as _l


class MessageForm(FlaskForm):
    """A message to the coordination."""

    text = TextAreaField(_l("Your word"), validators=[Filled(_l("Write what you want to say.")), AtMost(MESSAGE_LIMIT)])

    @property
    def cleaned(self) -> str:
        """The text as it is stored."""
        return clean_text(self.text.data)


class AnswerForm(FlaskForm):
    """The coordination's answer to the message `message_id`, by mail; `blank`: whatever the request sends."""

    text = TextAreaField(_l("Your answer"), validators=[Filled(_l("Write an answer.")), AtMost(MESSAGE_LIMIT)])

    def __init__(self, message_id: int, *, blank: bool = False) -> None:
        if blank:
            super().__init__(formdata=None)
        else:
            super().__init__()
        self.text.id = f"answer-{message_id}"

    @property
    def cleaned(self) -> str:
        """The text as it is sent."""
        return clean_text(self.text.data)

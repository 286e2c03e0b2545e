"""The forms with which the coordination corrects, withdraws or notes something that has been published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from app.bulletins.rules import TEXT_LIMIT
from app.corrections.stored_content import BulletinTexts
from app.corrections.words import PART_WORDS, WithdrawnPart
from app.forms import AtMost, DayField, Filled, as_revision
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.markdown import count_code_points
from app.teams.models import Team
from app.text_cleaning import clean_line, clean_text

TEAM, COORDINATION = "team", "coordination"  # who wants something withdrawn


class SeenForm(FlaskForm):
    """A form about a digest of which its author has seen the revision `seen`.

    Two of them may stand on a page: the one that was not `sent` shows what is stored, whatever the request sends.
    """

    seen = HiddenField(default="0")

    def __init__(self, revision: int, values: Mapping[str, object], *, sent: bool, prefix: str = "") -> None:
        data = {**values, "seen": str(revision)}
        if sent:
            super().__init__(data=data, prefix=prefix)
        else:
            super().__init__(formdata=None, data=data, prefix=prefix)

    @property
    def revision(self) -> int:
        """The revision of the digest that the author of the form saw; 0 where the request does not say."""
        return as_revision(request.form.get(self.seen.name))

    def show_again(self, revision: int) -> None:
        """Let the form be sent again, now over `revision`, which its page shows."""
        self.seen.data = str(revision)


class NoteForm(SeenForm):
    """A note about what one of `teams` wrote, or about the digest as a whole."""

    team = SelectField(_l("About"), validate_choice=False)
    text = TextAreaField(_l("What is right"), validators=[Filled(_l("Say what is right.")), AtMost(TEXT_LIMIT)])

    def __init__(self, teams: Sequence[Team], revision: int) -> None:
        super().__init__(revision, {}, sent=True)
        self.teams = {team.slug: team for team in teams}
        self.team.choices = [("", _("the whole digest")), *((team.slug, team.name) for team in teams)]

    def validate_team(self, field: Field) -> None:
        """Refuse a team of another promotion."""
        if field.data and field.data not in self.teams:
            raise ValidationError(_("Choose one of the teams."))


class NotedForm(SeenForm):
    """A correction with a note that says what has changed."""

    note = StringField(_l("What has changed"), validators=[AtMost(TEXT_LIMIT)])

    @property
    def cleaned_note(self) -> str:
        return clean_line(self.note.data)


class BulletinCorrectionForm(NotedForm):
    """The texts of a published bulletin: its call for help and its key date where it has one."""

    priorities = TextAreaField(_l("Our priority"), validators=[Filled(_l("Say what mattered most."))])
    ups_and_downs = TextAreaField(_l("Ups and downs"), validators=[Filled(_l("Say what went well, and what did not."))])
    help = TextAreaField(_l("Request for help"))
    key_date = DayField(_l("Key date"))
    key_date_text = StringField(_l("What happens that day"))

    def __init__(self, saved: BulletinTexts, revision: int, *, withdrawn: bool, sent: bool = True) -> None:
        """Fill the form with what is `saved`, with nothing where that was `withdrawn`."""
        shown = BulletinTexts(priorities="", ups_and_downs="") if withdrawn else saved
        super().__init__(revision, asdict(shown), sent=sent)
        self.saved = shown
        if not shown.help:
            del self.help
        if not shown.key_date:
            del self.key_date
            del self.key_date_text

    def validate_priorities(self, field: Field) -> None:
        """Refuse a text that is too long, and longer than the one before: imported ones may be."""
        _refuse_longer(field, self.saved.priorities)

    def validate_ups_and_downs(self, field: Field) -> None:
        """Refuse a text that is too long."""
        _refuse_longer(field, self.saved.ups_and_downs)

    def validate_help(self, field: Field) -> None:
        """Refuse none where there was one, and one that is too long."""
        if not clean_text(field.data):
            raise ValidationError(_("Say what help is needed; to remove the request, withdraw it below."))
        _refuse_longer(field, self.saved.help)

    def validate_key_date(self, field: Field) -> None:
        """Refuse none where there was one."""
        if not field.data and not field.errors:
            raise ValidationError(_("Give a day; to remove the date, withdraw it below."))

    def validate_key_date_text(self, field: Field) -> None:
        """Refuse none where there was one, and one that is too long."""
        if not clean_text(field.data):
            raise ValidationError(_("Say in a few words what happens that day."))
        _refuse_longer(field, self.saved.key_date_text)

    def texts(self) -> BulletinTexts:
        """Return what was typed; only after the form is valid."""
        has_date = "key_date" in self
        return BulletinTexts(
            priorities=clean_text(self.priorities.data),
            ups_and_downs=clean_text(self.ups_and_downs.data),
            help=clean_text(self.help.data) if "help" in self else "",
            key_date=self.key_date.data if has_date else None,
            key_date_text=clean_line(self.key_date_text.data) if has_date else "",
        )


class IntroductionCorrectionForm(NotedForm):
    """The introduction to a digest."""

    text = TextAreaField(
        _l("The introduction"), validators=[Filled(_l("Write the introduction, or withdraw it below."))]
    )

    def __init__(self, saved: str, revision: int, *, withdrawn: bool, sent: bool = True) -> None:
        self.saved = "" if withdrawn else saved
        super().__init__(revision, {"text": self.saved}, sent=sent)

    def validate_text(self, field: Field) -> None:
        """Refuse a text that is too long."""
        _refuse_longer(field, self.saved)


class WithdrawalForm(SeenForm):
    """Which part of a bulletin is withdrawn, and who wants it."""

    part = RadioField(
        _l("What to withdraw"), validators=[InputRequired(_l("Choose what to withdraw."))], validate_choice=False
    )
    asked_by = RadioField(_l("At whose request"), validators=[InputRequired(_l("Say who asks for it."))])

    def __init__(self, parts: Sequence[WithdrawnPart], revision: int, *, sent: bool = True) -> None:
        """Offer `parts`; any other that was withdrawn a moment ago may still be sent."""
        super().__init__(revision, {}, sent=sent, prefix="withdraw-")
        self.part.choices = [SelectChoice(part.value, str(PART_WORDS[part])) for part in parts]
        self.asked_by.choices = [
            SelectChoice(TEAM, _("the team’s: the site says “at the team’s request”")),
            SelectChoice(COORDINATION, _("the coordinators’: the site says “by the coordinators”")),
        ]

    def validate_part(self, field: Field) -> None:
        """Refuse what no bulletin has."""
        if field.data not in {WithdrawnPart.BULLETIN, WithdrawnPart.HELP, WithdrawnPart.KEY_DATE}:
            raise ValidationError(_("Choose what to withdraw."))


class IntroductionWithdrawalForm(SeenForm):
    """The withdrawal of an introduction: there is nothing to choose, but what is done cannot be undone."""

    sure = BooleanField(
        _l("Withdraw the introduction, of which the site keeps nothing"),
        validators=[InputRequired(_l("Tick the box if the introduction is to be withdrawn."))],
    )

    def __init__(self, revision: int, *, sent: bool = True) -> None:
        super().__init__(revision, {}, sent=sent, prefix="withdraw-")


def longest(saved: str) -> int:
    """Return how many code points a text may have that was `saved` before: imported ones may be over TEXT_LIMIT."""
    return max(TEXT_LIMIT, count_code_points(saved))


def _refuse_longer(field: Field, saved: str) -> None:
    """Refuse more code points than `longest` allows."""
    AtMost(longest(saved))(field, field)

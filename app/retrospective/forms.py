"""What the coordination makes of a report, and how it publishes one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from app.forms import AtMost, RevisedForm, as_revision
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.retrospective.arrangement import Arrangement, Placed, in_places
from app.retrospective.article_wording import TITLES, Part
from app.retrospective.audience_words import AUDIENCE_WORDS
from app.retrospective.models import Audience
from app.retrospective.sentences import Locale
from app.text_cleaning import clean_line, clean_text

TITLE_LIMIT, TEXT_LIMIT, NOTE_LIMIT = 120, 5_000, 1_000  # code points


class PlaceField(IntegerField):
    """The place of a part in the article, from 1."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Give a number from 1 to %(last)d.", last=len(Part))) from None

    def pre_validate(self, _form: FlaskForm) -> None:
        if self.data is None or not 1 <= self.data <= len(Part):
            raise ValidationError(_("Give a number from 1 to %(last)d.", last=len(Part)))


class ArrangementForm(RevisedForm):
    """The title, the opening, and for each part `place_…`, `hidden_…` and `text_…`; `revision` is where it started.

    `without_R04` and the like, a box each, are the figures and charts that the article does without: `left_out`.
    """

    title = StringField(_l("Title"), validators=[AtMost(TITLE_LIMIT)])
    opening = TextAreaField(_l("Introduction"), validators=[AtMost(TEXT_LIMIT)])

    def __init__(
        self,
        saved: Arrangement,
        revision: int,
        locale: Locale,
        kept: MultiDict[str, str] | None,
        may_be_left_out: Mapping[Part, Mapping[str, str]],
    ) -> None:
        """Fill the form with what the request sends, else with `kept`, else with what is saved."""
        values = _field_values(saved) if request.method == "GET" else {}
        super().__init__(data={**values, "revision": str(revision)})
        self.kept = kept is not None
        if self.kept:
            self.process(kept)
        sent = kept if kept is not None else request.form
        self.may_be_left_out = may_be_left_out
        offered = {name for named in may_be_left_out.values() for name in named}
        self.left_out = set(saved.left_out)
        if self.kept or request.method == "POST":  # of those that are not offered, nothing is told at present
            self.left_out = (self.left_out - offered) | {name for name in offered if sent.get(f"without_{name}")}
        for part in Part:
            self[f"text_{part}"].label.text = _("Text at the head of “%(part)s”", part=TITLES[part].of(locale))
            self[f"place_{part}"].label.text = _("Place")
            self[f"hidden_{part}"].label.text = _("Hide this part")

    @property
    def parts(self) -> list[Part]:
        """Every part, in the places that are typed."""
        places = {part: self[f"place_{part}"].data for part in Part}
        return sorted(Part, key=lambda part: places[part] or len(Part))

    @property
    def arrangement(self) -> Arrangement:
        """What was typed; only after the form is valid."""
        placed = [
            (
                self[f"place_{part}"].data,
                Placed(part, bool(self[f"hidden_{part}"].data), clean_text(self[f"text_{part}"].data)),
            )
            for part in Part
        ]
        return Arrangement(
            clean_line(self.title.data),
            clean_text(self.opening.data),
            in_places(placed),
            tuple(sorted(self.left_out)),
        )


for _part in Part:
    setattr(ArrangementForm, f"place_{_part}", PlaceField())
    setattr(ArrangementForm, f"hidden_{_part}", BooleanField())
    setattr(ArrangementForm, f"text_{_part}", TextAreaField(validators=[AtMost(TEXT_LIMIT)]))


class PublishForm(FlaskForm):
    """Who may read the report, and what a correction corrects. `draft`, `version`: what its publisher has seen."""

    audience = RadioField(
        _l("Who may read it"),
        choices=[SelectChoice(audience.value, label) for audience, label in AUDIENCE_WORDS.items()],
        validators=[InputRequired(_l("Choose who may read it."))],
        validate_choice=False,
    )
    note = TextAreaField(_l("What this version corrects"), validators=[AtMost(NOTE_LIMIT)])
    draft = HiddenField(default="0")
    version = HiddenField(default="0")

    def __init__(self, draft: int, version: int, audience: Audience | None) -> None:
        """Fill the form with what the request sends, else with what is to be published after `version`."""
        super().__init__(data={"draft": str(draft), "version": str(version), "audience": audience})
        self.corrects = as_revision(self.version.data, 0) > 0  # what was sent twice corrects nothing the second time

    def validate_audience(self, field: Field) -> None:
        """Refuse whatever is no audience."""
        if field.data not in set(Audience):
            raise ValidationError(_("Choose who may read it."))

    def validate_note(self, field: Field) -> None:
        """Refuse a correction that does not say what it corrects."""
        if self.corrects and not clean_text(field.data):
            raise ValidationError(_("Say what has changed since the version before: readers will see it."))

    @property
    def seen(self) -> tuple[int, int]:
        """The revision of the draft and the version that its publisher has seen."""
        return as_revision(self.draft.data, -1), as_revision(self.version.data, -1)


def _field_values(saved: Arrangement) -> dict[str, object]:
    values: dict[str, object] = {"title": saved.title, "opening": saved.opening}
    for place, placed in enumerate(saved.parts, 1):
        values |= {
            f"place_{placed.part}": place,
            f"hidden_{placed.part}": placed.hidden,
            f"text_{placed.part}": placed.text,
        }
    return values

"""The forms of a plan: one for each sort of line, and one for the vision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.forms import AtMost, DayField, Filled, RevisedForm
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import short_date
from app.plans.rules import LINE_LIMIT, OWNER_LIMIT, URL_LIMIT, VISION_LIMIT
from app.plans.values import Action, Ally, Handover, Need, PlanItem, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme
from app.plans.words import (
    ALLY_WORDS,
    AXIS_WORDS,
    BY_WORDS,
    HANDOVER_WORDS,
    NATURE_WORDS,
    SCENARIO_WORDS,
    THEME_WORDS,
)
from app.records.record_fields import ADDRESS
from app.text_cleaning import clean_line, clean_text


class OneOf:
    """Refuses any value that is not one of `words`."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, words: type[StrEnum]) -> None:
        self.words = words

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if field.data not in set(self.words):
            raise ValidationError(_("Choose one of these."))


def choice(label: str, words: Mapping[Any, str]) -> RadioField:
    """Return a field with a choice of one of the keys of `words`."""
    choices = [SelectChoice(str(word), text) for word, text in words.items()]
    return RadioField(label, choices=choices, validators=[OneOf(type(next(iter(words))))], validate_choice=False)


class PlanForm(RevisedForm):
    """What the forms of a plan share: the revision that the author started from, and a text that came back."""

    def __init__(self, saved: Mapping[str, Any], kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with `saved`."""
        super().__init__(data=saved if request.method == "GET" else {})
        self.kept = kept is not None
        if self.kept:
            self.process(kept)


class VisionForm(PlanForm):
    """What is to be true in three years."""

    vision = TextAreaField(_l("Vision"), validators=[AtMost(VISION_LIMIT)])

    @property
    def cleaned(self) -> str:
        """The text as it is stored."""
        return clean_text(self.vision.data)


class AllyForm(PlanForm):
    """Who helps the challenge to last."""

    kind = choice(_l("Who is it?"), ALLY_WORDS)
    text = StringField(
        _l("Name, and what to expect of them"), validators=[Filled(_l("Say who it is.")), AtMost(LINE_LIMIT)]
    )

    def item(self, item_id: int) -> Ally:
        return Ally(id=item_id, revision=self.base, kind=AllyKind(self.kind.data), text=clean_line(self.text.data))


class ScenarioForm(PlanForm):
    """One way in which the challenge may go on."""

    kind = choice(_l("How would the challenge go on?"), SCENARIO_WORDS)
    text = StringField(_l("In a line"), validators=[AtMost(LINE_LIMIT)])

    def item(self, item_id: int) -> Scenario:
        return Scenario(
            id=item_id, revision=self.base, kind=ScenarioKind(self.kind.data), text=clean_line(self.text.data)
        )


class NeedForm(PlanForm):
    """A need or a difficulty."""

    nature = choice(_l("What is it?"), NATURE_WORDS)
    text = StringField(_l("In a line"), validators=[Filled(_l("Say it in a few words.")), AtMost(LINE_LIMIT)])
    theme = choice(_l("Theme"), THEME_WORDS)
    axis = RadioField(
        _l("Which goal does it serve?"),
        choices=[
            SelectChoice("", _l("None of these goals")),
            *(SelectChoice(str(a), text) for a, text in AXIS_WORDS.items()),
        ],
        default="",
        validate_choice=False,
    )

    def validate_axis(self, field: Field) -> None:
        """Refuse whatever is neither an axis nor nothing."""
        if field.data and field.data not in set(Axis):
            raise ValidationError(_("Choose one of these."))

    def item(self, item_id: int) -> Need:
        return Need(
            id=item_id,
            revision=self.base,
            theme=Theme(self.theme.data),
            nature=Nature(self.nature.data),
            axis=Axis(self.axis.data) if self.axis.data else None,
            text=clean_line(self.text.data),
        )


class ActionForm(PlanForm):
    """Something to do. `first_day` and `last_day` bound its day: those of the promotion, and some years more."""

    text = StringField(_l("What is to be done?"), validators=[Filled(_l("Say it in a few words.")), AtMost(LINE_LIMIT)])
    by = choice(_l("By whom?"), BY_WORDS)
    owner = StringField(_l("Who sees to it?"), validators=[AtMost(OWNER_LIMIT)])
    due_on = DayField(_l("By what day?"))
    first_day = date.min
    last_day = date.max

    def validate_due_on(self, field: Field) -> None:
        """Refuse a day long before or after the promotion."""
        if field.data and not self.first_day <= field.data <= self.last_day:
            first, last = short_date(self.first_day), short_date(self.last_day)
            raise ValidationError(_("Give a day from %(first)s to %(last)s.", first=first, last=last))

    def item(self, item_id: int) -> Action:
        return Action(
            id=item_id,
            revision=self.base,
            by=ActionBy(self.by.data),
            text=clean_line(self.text.data),
            owner=clean_line(self.owner.data),
            due_on=self.due_on.data,
        )


class HandoverForm(PlanForm):
    """Something that is handed over, and where it is."""

    kind = choice(_l("What do you hand over?"), HANDOVER_WORDS)
    url = StringField(_l("Its address"), validators=[Filled(_l("Give the address of the page.")), AtMost(URL_LIMIT)])

    def validate_url(self, field: Field) -> None:
        """Refuse what no browser opens."""
        if not field.errors and not ADDRESS.fullmatch(clean_line(field.data)):
            raise ValidationError(_("This is not an address. Write it as %(example)s.", example="https://example.org"))

    def item(self, item_id: int) -> Handover:
        return Handover(
            id=item_id, revision=self.base, kind=HandoverKind(self.kind.data), url=clean_line(self.url.data)
        )


LineForm: TypeAlias = AllyForm | ScenarioForm | NeedForm | ActionForm | HandoverForm


def field_values(item: PlanItem) -> dict[str, Any]:
    """Return a line as its form takes it."""
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    return {name: "" if value is None and name == "axis" else value for name, value in values.items()}

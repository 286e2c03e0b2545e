"""The coordination's pages: issue a questionnaire, see how many have answered, close it, read its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from app import clock
from app.access import Access, access
from app.bulletins.forms import DayField
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.library import read_shipped, shipped_definition
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import (
    AnswerCount,
    StillOpenError,
    count_answers,
    definition_of,
    find_questionnaire,
    questionnaires_of,
    results_of,
    texts_of,
)
from app.questionnaires.results import QuestionResult
from app.questionnaires.service import NotIssuedError, NotIssuedReason, close, issue
from app.questionnaires.wording import answer_label, count_label, format_mean, in_locale, public_name
from app.records.queries import find_milestone, milestone_keys
from app.records.vocabulary import SurveyPublic
from app.records.words import milestone_name

REFUSALS = {
    NotIssuedReason.PAST: _l("Choose a day to come: otherwise nobody could answer."),
    NotIssuedReason.FAR: _l("A questionnaire is open for six months at most."),
    NotIssuedReason.NOBODY: _l("The cohort has nobody who could be asked."),
    NotIssuedReason.STILL_OPEN: _l("They still have a questionnaire to answer: close it first."),
    NotIssuedReason.HAD_ONE: _l("They have had a questionnaire for this milestone already."),
}

pages = Blueprint("questionnaire_coordination", __name__)


class IssueForm(FlaskForm):
    """What the coordination chooses: one of the questionnaires that ship, a milestone or none, the last day."""

    public = RadioField(
        _l("Whom to ask"), choices=[], validators=[InputRequired(_l("Choose whom to ask."))], validate_choice=False
    )
    milestone = SelectField(_l("Milestone"), choices=[], validate_choice=False)
    closes_on = DayField(_l("Last day to answer"), validators=[InputRequired(_l("Say until which day."))])

    def __init__(self, milestones: list[str]) -> None:
        super().__init__()
        self.public.choices = [
            SelectChoice(public.value, f"{public_name(public)} — {in_locale(shipped_definition(public).title)}")
            for public in SurveyPublic
        ]
        names = [SelectChoice(key, milestone_name(key)) for key in milestones]
        self.milestone.choices = [SelectChoice("", _("none")), *names]

    @property
    def last_day(self) -> date:
        """The last day to answer, of a form that is valid."""
        return cast("date", self.closes_on.data)

    def validate_public(self, field: RadioField) -> None:
        if field.data not in set(SurveyPublic):
            raise ValidationError(_("Choose whom to ask."))

    def validate_milestone(self, field: SelectField) -> None:
        """Refuse a milestone that the promotion has not: one may have been removed while the form was open."""
        if (field.data or "") not in {each.value for each in field.iter_choices()}:
            raise ValidationError(_("Choose one of these milestones, or none."))


@dataclass(frozen=True, slots=True)
class IssuedQuestionnaire:
    """A questionnaire on the coordination's page."""

    row: Questionnaire
    definition: QuestionnaireDefinition
    count: AnswerCount
    is_open: bool


@pages.get("/<slug:promotion_slug>/manage/questionnaires")
@access(Access.COORDINATOR)
def show() -> str:
    """Show what was issued, and the form to issue another."""
    return _page(_form())


@pages.get("/<slug:promotion_slug>/manage/questionnaires/to-issue/<slug:public>")
@access(Access.COORDINATOR)
def read(public: str) -> str:
    """Show the questions of one that ships, before it is issued."""
    if public not in set(SurveyPublic):
        abort(404)
    return render_template(
        "questionnaires/to_issue.html",
        definition=shipped_definition(SurveyPublic(public)),
        in_locale=in_locale,
        answer_label=answer_label,
    )


@pages.post("/<slug:promotion_slug>/manage/questionnaires")
@access(Access.COORDINATOR)
def issue_one() -> Response | tuple[str, int]:
    """Issue one of the questionnaires that ship; its letters leave at once."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    milestone = find_milestone(g.promotion, form.milestone.data) if form.milestone.data else None
    try:
        content = read_shipped(SurveyPublic(form.public.data))
        issue(g.promotion, content, milestone, form.last_day, clock.now())
    except NotIssuedError as error:
        field = form.closes_on if error.reason in {NotIssuedReason.PAST, NotIssuedReason.FAR} else form.public
        field.errors = [str(REFUSALS[error.reason])]
        return _page(form), 422
    flash(_("The questionnaire is issued, and its emails are on their way."), "success")
    return redirect(url_for("questionnaire_coordination.show"), 303)


@pages.post("/<slug:promotion_slug>/manage/questionnaires/<int:questionnaire_id>/close")
@access(Access.COORDINATOR)
def close_one(questionnaire_id: int) -> Response:
    """Close a questionnaire before its last day."""
    close(_get(questionnaire_id), clock.now())
    flash(_("The questionnaire is closed: its results can be read."), "success")
    return redirect(url_for("questionnaire_coordination.show"), 303)


@pages.get("/<slug:promotion_slug>/manage/questionnaires/<int:questionnaire_id>/results")
@access(Access.COORDINATOR)
def results(questionnaire_id: int) -> str | Response:
    """Show the results of a questionnaire that is closed, with what was written in words."""
    questionnaire, today = _get(questionnaire_id), g.promotion.today(clock.now())
    try:
        found, texts = results_of(questionnaire, today), texts_of(questionnaire, today)
    except StillOpenError:
        return redirect(url_for("questionnaire_coordination.show"))
    definition = definition_of(questionnaire)
    return render_template(
        "questionnaires/results.html",
        questionnaire=questionnaire,
        definition=definition,
        results=found,
        by_question=_by_question(found.questions),
        texts={text.key: text for text in texts},
        in_locale=in_locale,
        count_label=count_label,
        public_name=public_name,
        format_mean=format_mean,
    )


def _form() -> IssueForm:
    return IssueForm(milestone_keys(g.promotion))


def _get(questionnaire_id: int) -> Questionnaire:
    return find_questionnaire(g.promotion.id, questionnaire_id) or abort(404)


def _by_question(results: Sequence[QuestionResult]) -> Mapping[str, list[QuestionResult]]:
    """Return the results by the key of their question: the rows of a grid and the choices of a « several » together."""
    found: dict[str, list[QuestionResult]] = {}
    for each in results:
        found.setdefault(each.question, []).append(each)
    return found


def _page(form: IssueForm) -> str:
    today = g.promotion.today(clock.now())
    issued = [
        IssuedQuestionnaire(each, definition_of(each), count_answers(each, today), each.is_open(today))
        for each in questionnaires_of(g.promotion)
    ]
    return render_template(
        "questionnaires/coordination.html",
        form=form,
        issued=issued,
        today=today,
        in_locale=in_locale,
        public_name=public_name,
        milestone_name=milestone_name,
        publics=tuple(SurveyPublic),
    )

"""The coordination's pages: issue a questionnaire, see how many have answered, close it, read its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.downloads import file_response
from app.file_fault_words import describe_file_faults
from app.forms import DayField
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import upper_first
from app.import_files import InvalidFileError
from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.file_format import read_questionnaire
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
    NotIssuedReason.NO_MILESTONE: _l("Choose one of these milestones, or none."),
}

REFUSED_FIELD = {
    NotIssuedReason.PAST: "closes_on",
    NotIssuedReason.FAR: "closes_on",
    NotIssuedReason.NO_MILESTONE: "milestone",
}

pages = Blueprint("questionnaire_coordination", __name__)


class IssueForm(FlaskForm):
    """What the coordination chooses for any questionnaire: a milestone or none, the last day."""

    milestone = SelectField(_l("Milestone"), choices=[], validate_choice=False)
    closes_on = DayField(_l("Last day to answer"), validators=[InputRequired(_l("Say until which day."))])

    def __init__(self, milestones: list[str], **values: str) -> None:
        super().__init__(data=values)
        names = [SelectChoice(key, milestone_name(key)) for key in milestones]
        self.milestone.choices = [SelectChoice("", _("none")), *names]

    @property
    def last_day(self) -> date:
        """The last day to answer, of a form that is valid."""
        return cast("date", self.closes_on.data)

    def validate_milestone(self, field: SelectField) -> None:
        """Refuse a milestone that the promotion has not: one may have been removed while the form was open."""
        if (field.data or "") not in {each.value for each in field.iter_choices()}:
            raise ValidationError(_("Choose one of these milestones, or none."))


class IssueShippedForm(IssueForm):
    """One of the questionnaires that ship, by whom it asks."""

    public = RadioField(
        _l("Whom to ask"), choices=[], validators=[InputRequired(_l("Choose whom to ask."))], validate_choice=False
    )

    def __init__(self, milestones: list[str]) -> None:
        super().__init__(milestones)
        self.public.choices = [
            SelectChoice(
                public.value, f"{upper_first(public_name(public))} — {in_locale(shipped_definition(public).title)}"
            )
            for public in SurveyPublic
        ]

    def validate_public(self, field: RadioField) -> None:
        if field.data not in set(SurveyPublic):
            raise ValidationError(_("Choose whom to ask."))


class FileForm(FlaskForm):
    """A questionnaire of one's own, before it was read."""

    file = FileField(_l("Your questionnaire"), validators=[FileRequired(_l("Choose a file."))])


class IssueOwnForm(IssueForm):
    """A questionnaire of one's own that was read without fault: `content` carries it from page to page."""

    content = HiddenField()


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
    return _questions(shipped_definition(_public_or_404(public)), public=public)


@pages.get("/<slug:promotion_slug>/manage/questionnaires/to-issue/<slug:public>.yml")
@access(Access.COORDINATOR)
def download(public: str) -> Response:
    """Give the file of one that ships, to make one's own from."""
    return file_response(read_shipped(_public_or_404(public)), "application/yaml", f"{public}.yml")


@pages.post("/<slug:promotion_slug>/manage/questionnaires")
@access(Access.COORDINATOR)
def issue_one() -> Response | tuple[str, int]:
    """Issue one of the questionnaires that ship; its letters leave at once."""
    form = _form()
    if form.validate():
        public = SurveyPublic(form.public.data)
        if _is_issued(read_shipped(public), public, form, form.public):
            return redirect(url_for("questionnaire_coordination.show"), 303)
    return _page(form), 422


@pages.post("/<slug:promotion_slug>/manage/questionnaires/own")
@access(Access.COORDINATOR)
def read_own() -> str | tuple[str, int]:
    """Show the questions of a file of one's own, or what is wrong with it; nothing is stored."""
    form = FileForm()
    if not form.validate():
        return _page(_form(), form), 422
    data = form.file.data.read()
    try:
        definition = read_questionnaire(data)
    except InvalidFileError as error:
        form.file.errors = describe_file_faults(error.faults)
        return _page(_form(), form), 422
    own = IssueOwnForm(milestone_keys(g.promotion), content=data.decode("utf-8-sig"))
    return _questions(definition, form=own)


@pages.post("/<slug:promotion_slug>/manage/questionnaires/own/issue")
@access(Access.COORDINATOR)
def issue_own() -> Response | tuple[str, int]:
    """Issue a questionnaire of one's own that was read just before; its letters leave at once."""
    form = IssueOwnForm(milestone_keys(g.promotion))
    content = (form.content.data or "").replace("\r\n", "\n")  # as forms send the ends of lines
    try:
        definition = read_questionnaire(content.encode())
    except InvalidFileError:  # it was read without fault: this one was made by hand
        abort(400)
    if form.validate() and _is_issued(content, definition.public, form, form.closes_on):
        return redirect(url_for("questionnaire_coordination.show"), 303)
    return _questions(definition, form=form), 422


@pages.post("/<slug:promotion_slug>/manage/questionnaires/<int:questionnaire_id>/close")
@access(Access.COORDINATOR)
def close_one(questionnaire_id: int) -> Response:
    """Close a questionnaire before its last day."""
    questionnaire = _get(questionnaire_id)
    note_action(AuditAction.QUESTIONNAIRE_CLOSED, subject=questionnaire.public)
    close(questionnaire, clock.now())
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


def _form() -> IssueShippedForm:
    return IssueShippedForm(milestone_keys(g.promotion))


def _public_or_404(key: str) -> SurveyPublic:
    return SurveyPublic(key) if key in set(SurveyPublic) else abort(404)


def _is_issued(content: str, public: SurveyPublic, form: IssueForm, other_field: Field) -> bool:
    """Issue it as the form says and return True, or False with the reason at a field: the last day or `other_field`."""
    milestone = find_milestone(g.promotion, form.milestone.data) if form.milestone.data else None
    note_action(AuditAction.QUESTIONNAIRE_ISSUED, subject=public, detail=form.milestone.data or "")
    try:
        issue(g.promotion, content, milestone, form.last_day, clock.now())
    except NotIssuedError as error:
        field = REFUSED_FIELD.get(error.reason)
        (form[field] if field else other_field).errors = [str(REFUSALS[error.reason])]
        return False
    flash(_("The questionnaire is issued, and its emails are on their way."), "success")
    return True


def _get(questionnaire_id: int) -> Questionnaire:
    return find_questionnaire(g.promotion.id, questionnaire_id) or abort(404)


def _by_question(results: Sequence[QuestionResult]) -> Mapping[str, list[QuestionResult]]:
    """Return the results by the key of their question: the rows of a grid and the choices of a « several » together."""
    found: dict[str, list[QuestionResult]] = {}
    for each in results:
        found.setdefault(each.question, []).append(each)
    return found


def _questions(definition: QuestionnaireDefinition, public: str = "", form: IssueOwnForm | None = None) -> str:
    return render_template(
        "questionnaires/to_issue.html",
        definition=definition,
        public=public,
        form=form,
        public_name=public_name,
        in_locale=in_locale,
        answer_label=answer_label,
    )


def _page(form: IssueShippedForm, file_form: FileForm | None = None) -> str:
    today = g.promotion.today(clock.now())
    issued = [
        IssuedQuestionnaire(each, definition_of(each), count_answers(each, today), each.is_open(today))
        for each in questionnaires_of(g.promotion)
    ]
    return render_template(
        "questionnaires/coordination.html",
        form=form,
        file_form=file_form or FileForm(formdata=None),
        issued=issued,
        today=today,
        in_locale=in_locale,
        public_name=public_name,
        milestone_name=milestone_name,
        publics=tuple(SurveyPublic),
    )

"""Answering a questionnaire, one section a page. Answers travel in hidden fields until they are sent.

Nothing of it is stored before: no draft, nothing in the session, no log line, no count of attempts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, find_membership
from app.errors import DomainError
from app.extensions import csrf
from app.i18n import LOCALES, current_locale, force_locale
from app.questionnaires.answer_links import find_answerer
from app.questionnaires.answers import AnswerFault, AnswerFaultKind, AnswersRead, asked_answers, names_of, read_answers
from app.questionnaires.definition import (
    OTHER_LIMIT,
    TEXT_LIMIT,
    Answers,
    QuestionnaireDefinition,
    SurveyQuestion,
    SurveySection,
)
from app.questionnaires.models import Participation, Questionnaire
from app.questionnaires.queries import definition_of, find_participation, to_answer
from app.questionnaires.service import AlreadyAnsweredOnceError, QuestionnaireClosedError, submit
from app.questionnaires.wording import answer_label, describe_fault, in_locale
from app.request_values import allow_long_requests
from app.routing import page_path
from app.teams.models import Membership
from app.teams.sign_in_views import SignInForm

SECTION_NUMBER = re.compile(r"\d{1,3}", re.ASCII)

pages = Blueprint("questionnaires", __name__)
allow_long_requests(pages)


class AnswerLinkGoneError(DomainError):
    """A link that is not ours, was ended, or belongs to another questionnaire."""

    status = 410


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who was asked, at a questionnaire. `token`: their letter's, when they are not signed in."""

    participation: Participation
    token: str | None

    @property
    def questionnaire(self) -> Questionnaire:
        return self.participation.questionnaire

    @property
    def member(self) -> Membership:
        return self.participation.membership

    @property
    def is_open(self) -> bool:
        return self.questionnaire.is_open(self.questionnaire.promotion.today(clock.now()))


@pages.app_template_global()
def questionnaires_to_answer(member: Membership) -> list[tuple[Questionnaire, QuestionnaireDefinition]]:
    """Return what the member was asked to answer, may still, and has not."""
    waiting = to_answer(member, member.promotion.today(clock.now()))
    return [(each, definition_of(each)) for each in waiting]


@pages.get("/<slug:promotion_slug>/questionnaires/<int:questionnaire_id>")
@access(Access.PUBLIC)
def start(questionnaire_id: int) -> str | Response | tuple[str, int]:
    """Show what becomes of answers, before the first question; or that there is nothing to answer any more."""
    answering = _answering(questionnaire_id)
    if isinstance(answering, Response):
        return answering
    if answering.participation.answered:
        return _page(answering, "answered", again=False)
    if not answering.is_open:
        return _page(answering, "closed"), 410
    return _page(answering, "start")


@pages.post("/<slug:promotion_slug>/questionnaires/<int:questionnaire_id>")
@access(Access.PUBLIC)
@csrf.exempt
def answer(questionnaire_id: int) -> str | Response | tuple[str, int]:
    """Show the next section, or the one before; put the answers into the urns when they are sent."""
    answering = _answering(questionnaire_id)
    if isinstance(answering, Response):
        return answering
    definition = definition_of(answering.questionnaire)
    read = read_answers(definition, request.form.to_dict(flat=False))
    if request.form.get("go") == "send" and not read.faults:
        return _send(answering, read.answers)
    if answering.participation.answered:
        return _page(answering, "answered", again=True), 409
    if not answering.is_open:
        return _page(answering, "closed"), 410
    return _step(answering, definition, read)


@pages.app_errorhandler(AnswerLinkGoneError)
def link_gone(_error: AnswerLinkGoneError) -> tuple[str, int]:
    """Say that the link opens nothing, and offer to sign in."""
    return render_template("questionnaires/link_gone.html", form=SignInForm()), 410


def _answering(questionnaire_id: int) -> Answering | Response:
    """Return who answers; a redirection for a visitor without a link. Raises AnswerLinkGoneError."""
    token = request.values.get("answerer")
    if token is not None:
        participation = find_answerer(token)
        if participation is None or participation.questionnaire_id != questionnaire_id:
            raise AnswerLinkGoneError
        if participation.questionnaire.promotion.slug != g.slug:
            raise AnswerLinkGoneError
        g.locale = participation.membership.locale
        return Answering(participation, token)
    if not current_user.is_authenticated:
        return redirect(url_for("teams.sign_in", next=page_path()))
    csrf.protect()  # a link's token proves itself; a session alone does not
    membership = find_membership(g.slug) or abort(404)
    participation = find_participation(questionnaire_id, membership.id) or abort(404)
    g.membership, g.promotion = membership, membership.promotion
    return Answering(participation, None)


def _send(answering: Answering, answers: Answers) -> Response | tuple[str, int]:
    try:
        submit(answering.questionnaire, answering.member, answers, clock.now())
    except AlreadyAnsweredOnceError:
        return _page(answering, "answered", again=True), 409
    except QuestionnaireClosedError:
        return _page(answering, "closed"), 410
    return redirect(
        url_for(
            "questionnaires.start",
            questionnaire_id=answering.questionnaire.id,
            answerer=answering.token,
            lang=_chosen_locale(),
        ),
        303,
    )


def _step(answering: Answering, definition: QuestionnaireDefinition, read: AnswersRead) -> str | tuple[str, int]:
    """Show a section: the one that was asked for, the same again with what is wrong or newly asked in it."""
    go, at, last = request.form.get("go", "here"), _section_number(definition), len(definition.sections)
    if go == "send":
        return _refuse(answering, definition, read, read.faults)
    if go == "next" and at < last:
        section = definition.sections[at]
        own = {name for question in section.questions for name in names_of(question)}
        faults = [each for each in read.faults if each.name in own and each.kind is not AnswerFaultKind.NOT_ASKED]
        if faults:
            return _refuse(answering, definition, read, faults)
        answers = asked_answers(definition, read.answers)
        new = _newly_asked(definition, section, answers)
        if new:
            return _section_page(answering, definition, answers, at, new=new)
        return _section_page(answering, definition, answers, _next_with_questions(definition, answers, at, 1))
    answers = asked_answers(definition, read.answers)
    if go == "back":
        at = _next_with_questions(definition, answers, at, -1)
    if at < 0:
        return _page(answering, "start", answers=answers)
    return _section_page(answering, definition, answers, at)


def _refuse(
    answering: Answering, definition: QuestionnaireDefinition, read: AnswersRead, faults: Sequence[AnswerFault]
) -> tuple[str, int]:
    """Show the first section that something is wrong in; answers that are not asked for are left out of its form."""
    keys = {fault.question.key for fault in faults if fault.question}
    places = (at for at, each in enumerate(definition.sections) if keys & {one.key for one in each.questions})
    at = next(places, _section_number(definition))
    answers = asked_answers(definition, read.answers)
    return _section_page(answering, definition, answers, at, faults=faults), 422


def _newly_asked(
    definition: QuestionnaireDefinition, section: SurveySection, answers: Answers
) -> tuple[SurveyQuestion, ...]:
    """Return the questions of a section that its answers make it ask, and that its page did not show."""
    shown = set(request.form.getlist("shown"))
    asked = {question.key for question in definition.asked_after(answers)}
    return tuple(each for each in section.questions if each.condition and each.key in asked - shown)


def _next_with_questions(definition: QuestionnaireDefinition, answers: Answers, at: int, step: int) -> int:
    """Return the number of the next section, or the one before, that has something to ask: -1 and the last have not."""
    asked = {question.key for question in definition.asked_after(answers)}
    at += step
    while 0 <= at < len(definition.sections) and asked.isdisjoint(one.key for one in definition.sections[at].questions):
        at += step
    return at


def _section_number(definition: QuestionnaireDefinition) -> int:
    """Return the section of the page that was sent: 0 to the number of sections, which is the page to send from."""
    typed = request.form.get("at", "0")
    return min(int(typed), len(definition.sections)) if SECTION_NUMBER.fullmatch(typed) else 0


def _section_page(
    answering: Answering,
    definition: QuestionnaireDefinition,
    answers: Answers,
    at: int,
    *,
    faults: Sequence[AnswerFault] = (),
    new: Sequence[SurveyQuestion] = (),
) -> str:
    asked = {question.key for question in definition.asked_after(answers)}
    section = definition.sections[at] if at < len(definition.sections) else None
    shown = {name for question in section.questions for name in names_of(question)} if section else set()
    own = {question.key for question in section.questions} if section else set()
    return _page(
        answering,
        "section" if section else "send",
        section=section,
        at=at,
        answers=answers,
        carried={name: given for name, given in answers.items() if name not in shown},
        asked=asked,
        new=[question.key for question in new],
        answered=sum(any(name in answers for name in one.names) for one in definition.questions if one.key in asked),
        faults={fault.question.key: fault for fault in faults if fault.question and fault.question.key in own},
        other_faults=[fault for fault in faults if not fault.question or fault.question.key not in own & asked],
    )


def _page(answering: Answering, name: str, **values: object) -> str:
    questionnaire, definition = answering.questionnaire, definition_of(answering.questionnaire)
    with force_locale(_chosen_locale() or current_locale()):
        return render_template(
            f"questionnaires/{name}.html",
            **{"answers": {}, "at": 0} | values,
            questionnaire=questionnaire,
            definition=definition,
            member=answering.member,
            token=answering.token,
            lang=_chosen_locale(),
            sections=len(definition.sections),
            in_locale=in_locale,
            answer_label=answer_label,
            describe_fault=describe_fault,
            text_limit=TEXT_LIMIT,
            other_limit=OTHER_LIMIT,
        )


def _chosen_locale() -> str | None:
    """Return the language that was chosen on the pages of the questionnaire; it travels with the form, too."""
    chosen = request.values.get("lang")
    return chosen if chosen in LOCALES else None

"""Read what was answered from the fields of a form. Values in, values out.

A field is called `a.` and the name of what it answers. Nothing has to be answered; what is answered has to fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.markdown import count_code_points
from app.questionnaires.definition import (
    OTHER_LIMIT,
    QUOTABLE,
    TEXT_LIMIT,
    WORDS,
    Answers,
    QuestionnaireDefinition,
    QuestionType,
    SurveyQuestion,
)
from app.text_cleaning import clean_text

FIELD = "a."


class AnswerFaultKind(StrEnum):
    """Why an answer is not taken."""

    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_CLASS = "unknown_class"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong with the answer under `name`; `given` of at most `limit`, where that is what is wrong."""

    kind: AnswerFaultKind
    name: str
    question: SurveyQuestion | None
    given: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """What a form holds: answers that can be shown again as they were typed, and what is wrong with some."""

    answers: Answers
    faults: tuple[AnswerFault, ...]


def read_answers(definition: QuestionnaireDefinition, sent: Mapping[str, Sequence[str]]) -> AnswersRead:
    """Read the fields of a form; those that are not of the questionnaire are ignored.

    A class that does not exist is no answer; a text that is too long, or choices that are too many, are.
    """
    fields = {name.removeprefix(FIELD): values for name, values in sent.items() if name.startswith(FIELD)}
    known = {name: question for question in definition.questions for name in names_of(question)}
    faults = [AnswerFault(AnswerFaultKind.UNKNOWN_QUESTION, name, None) for name in fields if name not in known]
    answers: dict[str, tuple[str, ...]] = {}
    for name, question in known.items():
        given = tuple(each for value in fields.get(name, ()) if (each := clean_text(value)))
        taken = given if _is_typed(name, question) else tuple(each for each in given if each in question.allowed)
        faults += _faults(name, question, given, taken)
        if taken:
            answers[name] = taken if _takes_several(name, question) else taken[:1]
    asked = {question.key for question in definition.asked_after(answers)}
    faults += [
        AnswerFault(AnswerFaultKind.NOT_ASKED, name, known[name]) for name in answers if known[name].key not in asked
    ]
    return AnswersRead(answers, tuple(faults))


def asked_answers(definition: QuestionnaireDefinition, answers: Answers) -> Answers:
    """Return the answers to questions that are asked after them, and to no other."""
    names = {name for question in definition.asked_after(answers) for name in names_of(question)}
    return {name: given for name, given in answers.items() if name in names}


def names_of(question: SurveyQuestion) -> tuple[str, ...]:
    """Return every name under which something of the question is answered."""
    words = (f"{question.key}{WORDS}",) if question.other else ()
    return (*question.names, *words, *((f"{question.key}{QUOTABLE}",) if question.quotable else ()))


def _is_typed(name: str, question: SurveyQuestion) -> bool:
    """Return whether the answer under `name` is no class."""
    return question.type is QuestionType.TEXT or name.endswith(WORDS)


def _takes_several(name: str, question: SurveyQuestion) -> bool:
    return question.type is QuestionType.SEVERAL and name == question.key


def _faults(name: str, question: SurveyQuestion, given: Sequence[str], taken: Sequence[str]) -> Iterator[AnswerFault]:
    if len(taken) < len(given):
        yield AnswerFault(AnswerFaultKind.UNKNOWN_CLASS, name, question)
    most = question.at_most or len(question.classes) if _takes_several(name, question) else 1
    if len(taken) > most:
        yield AnswerFault(AnswerFaultKind.TOO_MANY, name, question, len(taken), most)
    limit = OTHER_LIMIT if name.endswith(WORDS) else TEXT_LIMIT
    if taken and _is_typed(name, question) and (length := count_code_points(taken[0])) > limit:
        yield AnswerFault(AnswerFaultKind.TOO_LONG, name, question, length, limit)

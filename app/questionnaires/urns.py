"""What goes into which urn. Values in, values out; the place of an answer in its urn is drawn by who calls.

An urn holds the answers to one thing that is counted: a question, a row of a grid, one choice of a « several », or what
was written beside « autre ». So nobody can be followed from one question to the next, nor from one row to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.questionnaires.definition import (
    NO,
    QUOTABLE,
    WORDS,
    YES,
    Answers,
    QuestionnaireDefinition,
    QuestionType,
    SurveyQuestion,
)


def urn_keys(question: SurveyQuestion) -> tuple[str, ...]:
    """Return the keys of the question's urns, that of the words beside « autre » last."""
    several = question.type is QuestionType.SEVERAL
    keys = tuple(f"{question.key}.{each.key}" for each in question.classes) if several else question.names
    return (*keys, f"{question.key}{WORDS}") if question.other else keys


def word_keys(question: SurveyQuestion) -> tuple[str, ...]:
    """Return the keys of the question's urns that hold words."""
    if question.type is QuestionType.TEXT:
        return question.names
    return (f"{question.key}{WORDS}",) if question.other else ()


def papers_for(definition: QuestionnaireDefinition, answers: Answers) -> dict[str, object]:
    """Return the paper for each urn that gets one; questions that are not asked get none, whatever `answers` holds."""
    return {key: paper for question in definition.asked_after(answers) for key, paper in _papers(question, answers)}


def drop(paper: object, papers: Sequence[object], draw: Callable[[int], int]) -> list[object]:
    """Return `papers` with one more at a place that `draw` gives: it returns a number from 0 below its argument."""
    place = draw(len(papers) + 1)
    return [*papers[:place], paper, *papers[place:]]


def _papers(question: SurveyQuestion, answers: Answers) -> Iterator[tuple[str, object]]:
    given = answers.get(question.key, ())
    if question.type is QuestionType.TEXT:
        if given:
            yield question.key, _in_words(given[0], quotable=f"{question.key}{QUOTABLE}" in answers)
        return
    if question.type is QuestionType.SEVERAL:
        for each in question.classes if given else ():
            yield f"{question.key}.{each.key}", YES if each.key in given else NO
    else:
        for name in question.names:
            if name in answers:
                yield name, answers[name][0]
    other, written = question.other, answers.get(f"{question.key}{WORDS}")
    if other and other.key in given and written:
        yield f"{question.key}{WORDS}", _in_words(written[0], quotable=False)


def _in_words(text: str, *, quotable: bool) -> dict[str, object]:
    return {"text": text, "quotable": quotable}

"""The results of a closed questionnaire as values: all of it may be shown. Values in, values out.

Every question is counted over those who answered the questionnaire; who did not answer it, or was not asked, is a class
like the others. So a share is never of a base that changes from one question to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.questionnaires.definition import AnswerClass, Disclosure, QuestionType, Words
from app.records.vocabulary import SurveyPublic

NO_ANSWER = "no_answer_given"  # the class of those who did not answer a question, or were not asked
CHOSEN = "chosen"  # the one class told of a choice in a « several »

HEADLINES: Mapping[str, tuple[str, ...]] = {  # the classes that a figure of the retrospective counts, by question
    "results": ("4", "5"),  # Q02
    "expectations": ("5",),  # Q03
    "reading": ("every_week", "twice_a_month", "once_a_month"),  # Q04
}


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many gave one of `classes`: a single class, or neighbours that were merged. `at_least`: or more."""

    classes: tuple[str, ...]
    count: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What may be told of a question, of one row of a grid, or of one choice in a « several ».

    `key` is the question's, with `.row` or `.choice`. `counts` are in the order of `classes`; empty where nothing may
    be told. `headline` is what the question's entry in HEADLINES counts. `mean` is of a scale whose classes all stand
    alone, over those who gave a number.
    """

    key: str
    question: str  # the key of its question
    section: str
    block: str | None
    type: QuestionType
    disclosure: Disclosure
    text: Words
    label: Words | None  # of the row or choice
    ends: Mapping[str, tuple[str, str]] | None
    classes: tuple[AnswerClass, ...]
    counts: tuple[ClassCount, ...] = ()
    headline: ClassCount | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class ClosedResults:
    """The results of one closed questionnaire: `answered` of `asked`, and every question but those in words."""

    public: SurveyPublic
    key: str
    version: int
    closed_on: date
    asked: int
    answered: int
    questions: tuple[QuestionResult, ...]

    def find(self, key: str) -> QuestionResult | None:
        """Return the result of the question, row or choice `key`."""
        return next((each for each in self.questions if each.key == key), None)

"""A questionnaire as it is written: sections, questions, the classes of their answers, conditions.

Values in, values out. An answer is held under a *name*: that of its question, with `.row` for a row of a grid and
`:words` for what is written beside « autre ».
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.records.vocabulary import SurveyPublic

Words = Mapping[str, str]  # by locale
Answers = Mapping[str, tuple[str, ...]]  # by name: one class, the chosen ones, or a text

SCALE = ("1", "2", "3", "4", "5")
YES, NO = "yes", "no"
NOT_APPLICABLE = "not_applicable"
WORDS = ":words"
QUOTABLE = ":quotable"
TEXT_LIMIT = 2000  # code points of an answer in words
OTHER_LIMIT = 200  # code points of what is written beside « autre »


class QuestionType(StrEnum):
    """What an answer is."""

    SCALE = "scale"  # 1 to 5
    GRID = "grid"  # 1 to 5 in each row
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes_no"
    TEXT = "text"


class Disclosure(StrEnum):
    """How the results of a question are told."""

    SMALL_NUMBERS = "small_numbers"
    COUNTS = "counts"  # exactly, once there are ten answers


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """A class of answers, or a row of a grid; `other` is written out. `words` is empty for a number of a scale."""

    key: str
    words: Words
    other: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What must have been answered to earlier questions: one of the classes of each, or of any of them."""

    classes: Mapping[str, tuple[str, ...]]
    of_any: bool = False

    def holds(self, answers: Answers) -> bool:
        """Return whether the question is to be asked after `answers`."""
        met = (not set(classes).isdisjoint(answers.get(key, ())) for key, classes in self.classes.items())
        return any(met) if self.of_any else all(met)


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """A question; `classes` are those of a choice, of several, or the rows of a grid. `ends` are those of a scale."""

    key: str
    type: QuestionType
    text: Words
    classes: tuple[AnswerClass, ...] = ()
    ends: Mapping[str, tuple[str, str]] | None = None
    at_most: int | None = None
    optional_na: bool = False
    quotable: bool = False
    disclosure: Disclosure = Disclosure.SMALL_NUMBERS
    condition: Condition | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which it is answered by a class."""
        if self.type is QuestionType.GRID:
            return tuple(f"{self.key}.{row.key}" for row in self.classes)
        return (self.key,)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The classes that an answer may be, each name's alike; none for a text."""
        match self.type:
            case QuestionType.SCALE | QuestionType.GRID:
                classes: tuple[str, ...] = SCALE
            case QuestionType.YES_NO:
                classes = (YES, NO)
            case _:
                classes = tuple(each.key for each in self.classes)
        return (*classes, NOT_APPLICABLE) if self.optional_na else classes

    @property
    def other(self) -> AnswerClass | None:
        """The class that is written out in words."""
        return next((each for each in self.classes if each.other), None)


@dataclass(frozen=True, slots=True)
class SurveySection:
    """What is asked on one page. `block` names a group of questions that others read, such as `weekly_bulletins`."""

    key: str
    title: Words
    questions: tuple[SurveyQuestion, ...]
    block: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionnaireDefinition:
    """A questionnaire; `minutes` is how long it takes."""

    key: str
    public: SurveyPublic
    version: int
    minutes: int
    title: Words
    sections: tuple[SurveySection, ...]

    @property
    def questions(self) -> Iterator[SurveyQuestion]:
        """Every question, in the order in which they are asked."""
        return (question for section in self.sections for question in section.questions)

    def asked_after(self, answers: Answers) -> Iterator[SurveyQuestion]:
        """Yield the questions to ask; an answer to a question that is not asked does not count."""
        counted: dict[str, tuple[str, ...]] = {}
        for question in self.questions:
            if question.condition is None or question.condition.holds(counted):
                yield question
                counted |= {name: answers[name] for name in question.names if name in answers}

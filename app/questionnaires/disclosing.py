"""From the papers of the urns to what may be told of them, by the rule of small numbers. Values in, values out.

The rule is that of `docs/figures.md`: a count under five is not told, nor one that leaves fewer than five others;
neighbouring classes merge until each holds five. A question may be told exactly (`disclosure: counts`), once ten have
answered it: who answered knew it then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from app.questionnaires.definition import (
    SCALE,
    YES,
    AnswerClass,
    Disclosure,
    QuestionnaireDefinition,
    QuestionType,
    SurveyQuestion,
    SurveySection,
)
from app.questionnaires.results import CHOSEN, HEADLINES, NO_ANSWER, ClassCount, QuestionResult
from app.readership.figures.disclosure import add_counts, common_blocks, merge_classes, publishable
from app.readership.figures.published import Block, Count
from app.small_numbers import SMALL

EXACT_FROM = 2 * SMALL  # answers to a question that is told exactly
Urns = Mapping[str, Sequence[object]]  # the papers, by the urn's key


@dataclass(frozen=True, slots=True)
class CountedClasses:
    """The true counts of one thing that is counted, in the order of the classes of `empty`: never shown as they are.

    They add up to those who answered the questionnaire; `given` have answered this question.
    """

    empty: QuestionResult
    counts: tuple[int, ...]
    given: int
    conditional: bool

    @property
    def answered(self) -> int:
        """How many answered the questionnaire."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class ToldCounts:
    """What may be told: classes by their numbers, merged; and how many are in the classes of the headline."""

    blocks: tuple[Block, ...] = ()
    headline: Count | None = None


def count_papers(definition: QuestionnaireDefinition, urns: Urns, answered: int) -> Iterator[CountedClasses]:
    """Count the papers of every urn but those with words."""
    for section in definition.sections:
        for question in section.questions:
            if question.type is QuestionType.SEVERAL:
                yield from _count_choices(section, question, urns, answered)
            elif question.type is not QuestionType.TEXT:
                yield from _count_classes(section, question, urns, answered)


def disclose(counted: CountedClasses) -> QuestionResult:
    """Return what may be told of the counts, were they the only ones."""
    return _as_result(counted.empty, _protect(counted))


def disclose_sum(first: CountedClasses, second: CountedClasses) -> QuestionResult | None:
    """Return what may be told of two publics together, asked the same; None where the question is not the same.

    It is the sum of what is told of each, so that nothing comes back by subtraction. Two publics that are both too
    small to be told of are counted as one.
    """
    if first.empty.classes != second.empty.classes or first.empty.type is not second.empty.type:
        return None
    if max(first.answered, second.answered) < EXACT_FROM:
        return disclose(_added(first, second))
    one, other = _protect(first), _protect(second)
    told = ToldCounts(common_blocks(one.blocks, other.blocks), add_counts(one.headline, other.headline))
    return _as_result(first.empty, told)


def hide_what_conditions_tell(
    definition: QuestionnaireDefinition, results: Sequence[QuestionResult]
) -> tuple[QuestionResult, ...]:
    """Return the results without the counts of conditional questions that tell more than what they hang on.

    How many have answered one is a lower bound of a sum of classes of the earlier question. Where these are told merged
    with others, the difference could be a small number; so it could where a choice is not told, which is under five.
    """
    bounds = _TellingBounds({each.key: each for each in definition.questions}, results)
    return tuple(
        replace(each, counts=(), headline=None, mean=None) if bounds.are_broken_by(each) else each for each in results
    )


class _TellingBounds:
    """How many may have been asked a conditional question, as far as what it hangs on tells."""

    def __init__(self, questions: Mapping[str, SurveyQuestion], results: Sequence[QuestionResult]) -> None:
        self._questions, self._results = questions, results
        self._told = {each.key: each.counts for each in results}

    def are_broken_by(self, result: QuestionResult) -> bool:
        """Return whether more were asked, by what would be told of `result`, than the earlier questions tell."""
        question = self._questions.get(result.question)
        return question is not None and self._are_too_few(question, self._asked_at_least(question, result))

    def _asked_at_least(self, question: SurveyQuestion, result: QuestionResult) -> int:
        given = sum(each.count for each in result.counts if NO_ANSWER not in each.classes)
        if not question.at_most:
            return given
        chosen = sum(each.count for own in self._results if own.question == question.key for each in own.counts)
        return max(given, ceil(chosen / question.at_most))  # nobody made more than `at_most` of these choices

    def _are_too_few(self, question: SurveyQuestion, asked: int) -> bool:
        """Return whether the condition, or one of those that it hangs on itself, is told to hold for fewer."""
        if question.condition is None:
            return False
        classes, of_any = question.condition.classes, question.condition.of_any
        known = [told for told in (self._known(key, classes[key]) for key in classes) if told is not None]
        if of_any and len(classes) > 1:
            return len(known) == len(classes) and asked > sum(known)
        earlier = [self._questions[key] for key in classes if key in self._questions]
        return any(asked > each for each in known) or any(self._are_too_few(each, asked) for each in earlier)

    def _known(self, key: str, classes: Sequence[str]) -> int | None:
        """Return how many are told to have given one of the classes; None where nothing is told of the question.

        A choice in a « several » that is not told is no secret: it is under five. It counts for nought.
        """
        question = self._questions.get(key)
        if question is not None and question.type is QuestionType.SEVERAL:
            return sum(each.count for name in classes for each in self._told.get(f"{key}.{name}", ()))
        counts = self._told.get(key)
        return sum(each.count for each in counts if set(each.classes) <= set(classes)) if counts else None


def _count_choices(
    section: SurveySection, question: SurveyQuestion, urns: Urns, answered: int
) -> Iterator[CountedClasses]:
    """Count how many chose each; the others are those who did not choose it, for whatever reason."""
    for choice in question.classes:
        key = f"{question.key}.{choice.key}"
        chosen = list(urns[key]).count(YES)
        empty = _empty(section, question, key, choice, (AnswerClass(CHOSEN, {}), AnswerClass(NO_ANSWER, {})))
        yield CountedClasses(empty, (chosen, answered - chosen), len(urns[key]), question.condition is not None)


def _count_classes(
    section: SurveySection, question: SurveyQuestion, urns: Urns, answered: int
) -> Iterator[CountedClasses]:
    """Count the classes of a question, or of each row of a grid.

    Who gave no answer comes last; but first on a scale, whose upper end is what figures count.
    """
    is_grid = question.type is QuestionType.GRID
    named = {} if is_grid else {each.key: each for each in question.classes}
    keys = (*question.allowed, NO_ANSWER)
    if is_grid or question.type is QuestionType.SCALE:
        keys = (NO_ANSWER, *question.allowed[len(SCALE) :], *SCALE)
    classes = tuple(named.get(key) or AnswerClass(key, {}) for key in keys)
    rows: Sequence[AnswerClass | None] = question.classes if is_grid else [None]
    for name, row in zip(question.names, rows, strict=True):
        papers = Counter(str(paper) for paper in urns[name])
        papers[NO_ANSWER] = answered - len(urns[name])
        empty = _empty(section, question, name, row, classes)
        counts = tuple(papers[key] for key in keys)
        yield CountedClasses(empty, counts, len(urns[name]), question.condition is not None)


def _empty(
    section: SurveySection,
    question: SurveyQuestion,
    key: str,
    label: AnswerClass | None,
    classes: tuple[AnswerClass, ...],
) -> QuestionResult:
    """Return a result that tells nothing yet."""
    return QuestionResult(
        key=key,
        question=question.key,
        section=section.key,
        block=section.block,
        type=question.type,
        disclosure=question.disclosure,
        text=question.text,
        label=label.words if label else None,
        ends=question.ends,
        classes=classes,
    )


def _protect(counted: CountedClasses) -> ToldCounts:
    """Apply the rule to one public: nothing is told of fewer than ten who answered the questionnaire."""
    if counted.answered < EXACT_FROM:
        return ToldCounts()
    exact = counted.empty.disclosure is Disclosure.COUNTS and counted.given >= EXACT_FROM
    if counted.empty.type is QuestionType.SEVERAL:
        return ToldCounts(headline=_choice_count(counted, exact=exact))
    numbers = _headline_numbers(counted.empty)
    positive = sum(counted.counts[number] for number in numbers)
    # of a conditional question, who was not asked is a class of the question that it hangs on
    if exact and not (counted.conditional and counted.answered - counted.given < SMALL):
        blocks = tuple(Block((number,), count) for number, count in enumerate(counted.counts))
        return ToldCounts(blocks, Count(positive, positive) if numbers else None)
    headline = publishable(positive, counted.answered) if numbers else None
    cuts = {numbers[0] or numbers[-1] + 1} if headline and not headline.at_least else set()
    return ToldCounts(merge_classes(counted.counts, cuts), headline)


def _choice_count(counted: CountedClasses, *, exact: bool) -> Count | None:
    """Return how many chose it: exactly where that was said, but never that nearly all were asked at all."""
    chosen = counted.counts[0]
    if exact and (chosen < SMALL or not counted.conditional):
        return Count(chosen, chosen)
    return publishable(chosen, counted.answered)


def _headline_numbers(result: QuestionResult) -> list[int]:
    """Return the places of the classes that its headline counts; they begin or end the classes."""
    return [place for place, each in enumerate(result.classes) if each.key in HEADLINES.get(result.key, ())]


def _as_result(empty: QuestionResult, told: ToldCounts) -> QuestionResult:
    if empty.type is QuestionType.SEVERAL:
        return replace(empty, counts=(_count((CHOSEN,), told.headline),) if told.headline else ())
    keys = [each.key for each in empty.classes]
    blocks = told.blocks if any(block.is_single_class for block in told.blocks) else ()
    counts = tuple(ClassCount(tuple(keys[number] for number in block.classes), block.members) for block in blocks)
    headline = _count(HEADLINES[empty.key], told.headline) if told.headline else None
    return replace(empty, counts=counts, headline=headline, mean=_mean(counts))


def _count(classes: tuple[str, ...], count: Count) -> ClassCount:
    return ClassCount(classes, count.least, count.at_least)


def _mean(counts: Sequence[ClassCount]) -> float | None:
    """Return the mean of a scale; None where one of its classes was merged, or where nobody gave a number."""
    alone = {each.classes[0]: each.count for each in counts if len(each.classes) == 1}
    if not set(SCALE) <= alone.keys():
        return None
    given = sum(alone[key] for key in SCALE)
    return sum(int(key) * alone[key] for key in SCALE) / given if given else None


def _added(first: CountedClasses, second: CountedClasses) -> CountedClasses:
    """Return two publics as one."""
    counts = tuple(one + other for one, other in zip(first.counts, second.counts, strict=True))
    conditional = first.conditional or second.conditional
    return replace(first, counts=counts, given=first.given + second.given, conditional=conditional)

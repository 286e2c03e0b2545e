"""What may be told of the papers in the urns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from app.questionnaires.definition import AnswerClass, Disclosure, QuestionType
from app.questionnaires.disclosing import (
    CountedClasses,
    count_papers,
    disclose,
    disclose_sum,
    hide_what_conditions_tell,
)
from app.questionnaires.file_format import read_questionnaire
from app.questionnaires.results import CHOSEN, NO_ANSWER, ClassCount, QuestionResult
from tests.questionnaires.files import shipped, small

SCALE_CLASSES = (NO_ANSWER, "1", "2", "3", "4", "5")
READING = ("every_week", "twice_a_month", "once_a_month", "rarely", "never", NO_ANSWER)


def counted(
    key: str,
    classes: Sequence[str],
    counts: Sequence[int],
    *,
    disclosure: Disclosure = Disclosure.SMALL_NUMBERS,
    conditional: bool = False,
    kind: QuestionType = QuestionType.CHOICE,
) -> CountedClasses:
    empty = QuestionResult(
        *(key, key, "section", None, kind, disclosure, {}, None, None, tuple(AnswerClass(each, {}) for each in classes))
    )
    given = sum(counts) - counts[list(classes).index(NO_ANSWER)]
    return CountedClasses(empty, tuple(counts), given, conditional)


def told(result: QuestionResult) -> list[tuple[tuple[str, ...], int]]:
    return [(each.classes, each.count) for each in result.counts]


def test_nothing_is_told_of_nine() -> None:
    result = disclose(counted("reading", READING, (9, 0, 0, 0, 0, 0)))
    assert (result.counts, result.headline) == ((), None)


def test_the_published_counts_of_promotion_3_could_have_come_from_here() -> None:
    reading = disclose(counted("reading", READING, (10, 6, 6, 3, 2, 0)))
    assert reading.headline == ClassCount(("every_week", "twice_a_month", "once_a_month"), 22)
    assert told(reading) == [
        *((("every_week",), 10), (("twice_a_month",), 6), (("once_a_month",), 6)),
        (("rarely", "never", NO_ANSWER), 5),
    ]
    expectations = disclose(counted("expectations", SCALE_CLASSES, (0, 0, 2, 5, 10, 10), kind=QuestionType.SCALE))
    assert expectations.headline == ClassCount(("5",), 10)
    assert told(expectations)[-1] == (("5",), 10)


def test_a_headline_that_leaves_fewer_than_five_is_told_as_at_least() -> None:
    result = disclose(counted("results", SCALE_CLASSES, (0, 1, 0, 1, 10, 15), kind=QuestionType.SCALE))
    assert result.headline == ClassCount(("4", "5"), 22, at_least=True)


def test_a_mean_is_told_only_where_every_class_stands_alone() -> None:
    alone = disclose(counted("means", SCALE_CLASSES, (5, 5, 5, 5, 5, 10), kind=QuestionType.SCALE))
    assert alone.mean == pytest.approx((5 + 10 + 15 + 20 + 50) / 30)
    merged = disclose(counted("means", SCALE_CLASSES, (5, 4, 6, 5, 5, 10), kind=QuestionType.SCALE))
    assert merged.counts
    assert merged.mean is None


def test_a_question_that_said_so_is_told_exactly_from_ten_answers_on() -> None:
    exact = {"disclosure": Disclosure.COUNTS}
    assert told(disclose(counted("formats", ("a", "b", NO_ANSWER), (8, 2, 1), **exact))) == [
        *((("a",), 8), (("b",), 2), ((NO_ANSWER,), 1)),
    ]
    nine = disclose(counted("formats", ("a", "b", NO_ANSWER), (7, 2, 6), **exact))
    assert told(nine) == [(("a",), 7), (("b", NO_ANSWER), 8)]


def test_it_never_tells_that_nearly_all_were_asked_a_conditional_question() -> None:
    exact = {"disclosure": Disclosure.COUNTS, "conditional": True}
    few_left_out = disclose(counted("what", ("a", "b", NO_ANSWER), (8, 8, 2), **exact))
    assert told(few_left_out) == [(("a",), 8), (("b", NO_ANSWER), 10)]
    choice = counted("what.a", (CHOSEN, NO_ANSWER), (17, 1), kind=QuestionType.SEVERAL, **exact)
    assert disclose(choice).counts == (ClassCount((CHOSEN,), 13, at_least=True),)


def test_choices_are_counted_by_themselves() -> None:
    urns = {key: [] for key in ("results", "moved", "reading", "brought.methods", "brought.skills")}
    several = {"formats.launch": ["yes"] * 9 + ["no"] * 2, "formats.sessions": ["yes"] * 2 + ["no"] * 9}
    found = {
        each.empty.key: each for each in count_papers(small(), urns | several | {"formats.other": ["no"] * 11}, 12)
    }
    assert {key: each.counts for key, each in found.items() if key.startswith("formats")} == {
        "formats.launch": (9, 3),
        "formats.sessions": (2, 10),
        "formats.other": (0, 12),
    }
    assert [disclose(each).counts[0].count for key, each in found.items() if key.startswith("formats")] == [9, 2, 0]
    assert "how" not in found, "what is in words is counted nowhere"


def test_a_small_class_is_told_with_its_neighbour() -> None:
    result = disclose(counted("welcome", ("a", "b", "c", NO_ANSWER), (9, 3, 4, 5)))
    assert told(result) == [(("a",), 9), (("b", "c"), 7), ((NO_ANSWER,), 5)]


def test_the_sum_of_two_publics_is_made_of_what_is_told_of_each() -> None:
    eigs = counted("results", SCALE_CLASSES, (0, 0, 2, 3, 10, 12), kind=QuestionType.SCALE)
    mentors = counted("results", SCALE_CLASSES, (0, 1, 1, 3, 5, 2), kind=QuestionType.SCALE)
    both = disclose_sum(eigs, mentors)
    assert both
    assert both.headline == ClassCount(("4", "5"), 29), "22 of 27 and 7 of 12"
    assert told(both) == [], "of so few mentors no class is told"
    more = counted("results", SCALE_CLASSES, (0, 0, 2, 4, 9, 7), kind=QuestionType.SCALE)
    both = disclose_sum(eigs, more)
    assert both
    assert told(both) == [((NO_ANSWER, "1", "2", "3"), 11), (("4",), 19), (("5",), 19)]
    few = counted("results", SCALE_CLASSES, (0, 1, 1, 1, 1, 0), kind=QuestionType.SCALE)
    alone = disclose_sum(eigs, few)
    assert alone
    assert (alone.counts, alone.headline) == ((), None), "else it less 22 would tell of four mentors"


def test_two_publics_that_are_both_too_small_are_counted_as_one() -> None:
    both = disclose_sum(
        counted("results", SCALE_CLASSES, (0, 0, 0, 2, 3, 3), kind=QuestionType.SCALE),
        counted("results", SCALE_CLASSES, (0, 0, 0, 3, 2, 1), kind=QuestionType.SCALE),
    )
    assert both
    assert both.headline == ClassCount(("4", "5"), 9)


def tables(members: int, classes: int) -> Iterator[tuple[int, ...]]:
    """Every way in which `members` divide into `classes`."""
    if classes == 1:
        yield (members,)
        return
    for first in range(members + 1):
        for rest in tables(members - first, classes - 1):
            yield (first, *rest)


@pytest.mark.parametrize(
    ("key", "classes"), [("reading", READING[:3] + READING[-2:]), ("welcome", ("a", "b", "c", NO_ANSWER))]
)
@pytest.mark.parametrize("members", range(10, 15))
def test_an_adversary_who_knows_the_program_learns_no_small_count(
    key: str, classes: Sequence[str], members: int
) -> None:
    """No count under five, nor one that leaves fewer, is the same in all tables that would have been told so."""
    consistent: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in tables(members, len(classes)):
        result = disclose(counted(key, classes, counts))
        consistent[result.counts, result.headline].append(counts)
    assert len(consistent) > 1, "something is told"
    edges = [(first, last) for last in range(1, len(classes) + 1) for first in range(last)]
    for agreed in consistent.values():
        for first, last in edges[:-1]:
            sums = {sum(counts[first:last]) for counts in agreed}
            known = sums.pop() if len(sums) == 1 else None
            assert known is None or 5 <= known <= members - 5 or (first, last) == (0, len(classes)), (
                agreed[:3],
                first,
                last,
            )


@pytest.mark.parametrize(
    ("beyond", "is_told"),
    [
        ((9, 3, 5, 0, 0), False),  # « much » is told as 9: that 12 have answered would tell three of « some »
        ((7, 5, 5, 0, 0), True),
        ((9, 4, 4, 0, 0), False),
        ((4, 8, 2, 2, 1), True),  # nothing is told of it
    ],
)
def test_who_answered_a_conditional_question_does_not_tell_a_class_of_the_one_before(
    beyond: tuple[int, ...], *, is_told: bool
) -> None:
    before = counted("beyond", ("much", "some", "little", "none", NO_ANSWER), beyond)
    after = [
        counted("reused", ("yes", "no", NO_ANSWER), (7, 5, 5), conditional=True),
        counted("recognised", ("yes", "no", NO_ANSWER), (5, 1, 11), conditional=True),
    ]
    results = [disclose(each) for each in (before, *after)]
    earlier, reused, _recognised = hide_what_conditions_tell(shipped("mentor"), results)
    assert earlier == results[0]
    assert bool(reused.counts) is is_told


HANGING = """\
key: eig
audience: eig
version: 1
minutes: 3
title: {fr: Formats, en: Formats}
sections:
- key: only
  title: {fr: Formats, en: Formats}
  questions:
  - key: formats
    type: several
    text: {fr: Lesquels, en: Which}
    choices: [{key: talks, fr: a, en: a}, {key: visits, fr: b, en: b}]
  - key: moved
    type: choice
    text: {fr: Quoi, en: What}
    choices: [{key: far, fr: a, en: a}, {key: some, fr: b, en: b}, {key: little, fr: c, en: c}]
  - {key: useful, type: yes_no, show_if: {formats: [talks, visits]}, text: {fr: Utile, en: Useful}}
  - {key: again, type: yes_no, show_if: {useful: [true, false]}, text: {fr: Encore, en: Again}}
  - {key: either, type: yes_no, show_if_any: {formats: visits, moved: far}, text: {fr: Alors, en: Then}}
  - key: why
    type: several
    at_most: 1
    disclosure: counts
    show_if: {moved: [far, some]}
    text: {fr: Pourquoi, en: Why}
    choices: [{key: host, fr: a, en: a}, {key: team, fr: b, en: b}]
"""
YES_NO, MOVED = ("yes", "no", NO_ANSWER), ("far", "some", "little", NO_ANSWER)


def kept(**counts: Sequence[int]) -> set[str]:
    """The questions of HANGING, of some of which the counts are given, that are still told."""
    results = []
    for name, numbers in counts.items():
        key = name.replace("__", ".")
        question = key.partition(".")[0]
        kind = QuestionType.SEVERAL if question in {"formats", "why"} else QuestionType.CHOICE
        named = MOVED if question == "moved" else YES_NO
        classes = (CHOSEN, NO_ANSWER) if kind is QuestionType.SEVERAL else named
        exact = Disclosure.COUNTS if question == "why" else Disclosure.SMALL_NUMBERS
        found = disclose(
            counted(
                key, classes, numbers, kind=kind, disclosure=exact, conditional=question not in {"formats", "moved"}
            )
        )
        results.append(replace(found, question=question))
    definition = read_questionnaire(HANGING.encode())
    return {each.key for each in hide_what_conditions_tell(definition, results) if each.counts}


def test_who_answered_after_several_does_not_tell_a_small_choice() -> None:
    both = {"formats__talks": (9, 11), "formats__visits": (4, 16)}
    assert kept(**both, useful=(7, 6, 7)) == {"formats.talks"}, "13 asked: all four who chose « visits », and no other"
    assert kept(**both, useful=(9, 0, 11)) == {"formats.talks", "useful"}
    few = {"formats__talks": (4, 16), "formats__visits": (4, 16)}
    assert kept(**few, useful=(8, 0, 12)) == set(), "eight asked: two times four"


def test_who_answered_does_not_tell_it_through_a_question_between() -> None:
    both = {"formats__talks": (9, 11), "formats__visits": (4, 16)}
    assert kept(**both, useful=(7, 6, 7), again=(7, 6, 7)) == {"formats.talks"}


def test_who_answered_does_not_tell_a_small_class_of_one_of_several_conditions() -> None:
    moved = (3, 4, 8, 5)  # of « far » alone nothing is told
    assert kept(formats__visits=(9, 11), moved=moved, either=(6, 6, 8)) == {"formats.visits", "moved"}
    assert kept(formats__visits=(9, 11), moved=moved, either=(8, 0, 12)) == {"formats.visits", "moved", "either"}


def test_choices_of_which_each_makes_few_do_not_tell_how_many_were_asked() -> None:
    alone, merged = (9, 5, 6, 0), (9, 3, 8, 0)  # « far » and « some »; « far », and « some » with « little »
    choices = {"why__host": (6, 14), "why__team": (6, 14)}
    assert kept(moved=alone, **choices) == {"moved", "why.host", "why.team"}
    assert kept(moved=merged, **choices) == {"moved"}, "12 asked, of whom 9 « far »"

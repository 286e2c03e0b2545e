"""What is published of true figures: the EIG 3 situation, and how the rule reaches each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.readership.figures.disclosure import Count, publish, publish_group
from app.readership.figures.formats import as_json, as_text
from app.readership.figures.monthly import Frequency, GroupCounts
from app.readership.figures.published import PublishedFigures

SILENT = (0, 0, 0, 0, 0)
NOBODY = GroupCounts((0, 0, 0, 0), 0, SILENT)
MARCH = date(2019, 3, 1)


def reading(*classes: int, measurable: int | None = None, answers: tuple[int, ...] = SILENT) -> GroupCounts:
    """A month's tally; only readers are measurable by default."""
    return GroupCounts(classes, sum(classes[:3]) if measurable is None else measurable, answers)


def figures(eig: GroupCounts, mentor: GroupCounts = NOBODY) -> dict[str, Any]:
    """The JSON groups of a frozen month."""
    published = PublishedFigures(
        promotion="promotion-3",
        month=MARCH,
        months=(MARCH,),
        until=date(2019, 4, 7),
        frozen=True,
        classes=Frequency,
        groups=publish(eig, mentor),
    )
    groups: dict[str, Any] = as_json(published)["groups"]
    return groups


def test_26_of_32_is_proven() -> None:
    group = publish_group(reading(12, 8, 6, 6))
    assert (group.readers, group.floor, group.proven) == (Count(26, 26), 0.8125, True)


def test_25_of_32_is_not_proven() -> None:
    group = publish_group(reading(12, 8, 5, 7))
    assert (group.floor, group.proven) == (0.78125, False)


def test_exactly_four_fifths_are_not_more_than_80_percent() -> None:
    assert not publish_group(reading(10, 10, 4, 6)).proven


def test_30_of_32_are_shown_as_at_least_27() -> None:
    group = publish_group(reading(15, 10, 5, 2))
    assert (group.readers, group.floor, group.at_least, group.proven) == (Count(27, 32), 0.84375, True, True)


def test_the_contract_of_the_json() -> None:
    answers = (10, 6, 6, 5, 0)
    assert figures(reading(12, 8, 6, 6, answers=answers))["eig"] == {
        "eligible": 32,
        "readers": 26,
        "floor": 0.8125,
        "at_least": False,
        "declared": {
            "answers": 27,
            "share": 22 / 27,
            "low": pytest.approx(0.6330, abs=5e-5),
            "high": pytest.approx(0.9182, abs=5e-5),
            "classes": {"weekly": 10, "twice": 6, "once": 6, "rarely": None, "never": None},
        },
        "coverage": 0.8125,
        "estimate": None,
        "frequency": {"weekly": 12, "twice": 8, "once": 6, "none": 6},
    }


def test_what_cannot_be_said_is_null() -> None:
    nothing = {
        "readers": None,
        "floor": None,
        "at_least": False,
        "declared": {
            "answers": None,
            "share": None,
            "low": None,
            "high": None,
            "classes": {"weekly": None, "twice": None, "once": None, "rarely": None, "never": None},
        },
        "coverage": None,
        "estimate": None,
        "frequency": {"weekly": None, "twice": None, "once": None, "none": None},
    }
    assert figures(reading(0, 0, 4, 28))["eig"] == {"eligible": 32} | nothing
    assert figures(NOBODY) == {group: {"eligible": 0} | nothing for group in ("eig", "mentor", "all")}


@pytest.mark.parametrize(
    ("measurable", "coverage", "estimate"),
    [
        (10, 10 / 32, None),  # nobody else can be measured: hidden, as one to four others are
        (14, 10 / 32, None),
        (15, 15 / 32, 10 / 15),
        (27, 27 / 32, 10 / 27),
        (28, 27 / 32, None),
        (32, 27 / 32, None),
    ],
)
def test_coverage_is_a_lower_bound_where_its_difference_to_readers_is_small(
    measurable: int, coverage: float, estimate: float | None
) -> None:
    group = publish_group(reading(0, 0, 10, 22, measurable=measurable))
    assert (group.coverage, group.estimate) == (coverage, estimate)


@pytest.mark.parametrize("measurable", [26, 28, 32])
def test_where_under_ten_do_not_read_their_measurability_is_not_shown(measurable: int) -> None:
    group = publish_group(reading(12, 8, 6, 6, measurable=measurable))
    assert (group.coverage, group.covers_at_least, group.estimate) == (26 / 32, True, None)


def test_coverage_is_shown_where_readers_are_too_few() -> None:
    group = publish_group(reading(0, 0, 3, 29, measurable=12))
    assert (group.readers, group.coverage, group.estimate) == (None, 12 / 32, None)


@pytest.mark.parametrize(
    ("always", "published"), [(4, None), (5, Count(5, 5)), (17, Count(17, 17)), (20, Count(17, 22))]
)
def test_those_with_a_mark_in_every_month_are_a_count_among_the_readers(always: int, published: Count | None) -> None:
    classes = (12, 8, 2, 5, 5)  # 22 readers: that two or three of them missed a month is not given away
    assert publish_group(GroupCounts(classes, 27, (0, 0, 0, 0, 0), always=always)).always == published


@pytest.mark.parametrize(
    ("answers", "published", "share", "low", "high"),
    [
        ((1, 1, 1, 1, 0), None, None, None, None),
        ((2, 1, 1, 9, 0), 13, None, None, None),
        ((9, 7, 7, 4, 0), 27, 22 / 27, 0.6330, 1.0),  # 23 of 27: « at least 22 »
        ((8, 7, 5, 5, 4), 27, 20 / 32, 0.4525, 0.8683),  # 29 answers: three silent ones are not given away
        ((30, 0, 0, 0, 0), 27, 27 / 32, 0.6825, 1.0),
    ],
)
def test_the_declared_share_hides_small_numbers(
    answers: tuple[int, ...], published: int | None, share: float | None, low: float | None, high: float | None
) -> None:
    declared = figures(reading(12, 8, 6, 6, answers=answers))["eig"]["declared"]
    assert declared["answers"] == published
    assert declared["share"] == share
    assert [declared["low"], declared["high"]] == pytest.approx([low, high], abs=5e-5)


def test_all_are_the_eigs_where_there_is_no_mentor() -> None:
    groups = figures(reading(12, 8, 6, 6))
    assert groups["all"] == groups["eig"]


def test_all_is_the_sum_of_the_groups() -> None:
    groups = figures(reading(12, 8, 6, 6), reading(6, 6, 6, 12))
    assert (groups["all"]["eligible"], groups["all"]["readers"], groups["all"]["at_least"]) == (62, 44, False)
    assert groups["all"]["frequency"] == {"weekly": 18, "twice": 14, "once": 12, "none": 18}


def test_all_is_a_lower_bound_where_a_group_is() -> None:
    everyone = figures(reading(15, 10, 5, 2), reading(6, 6, 6, 12))["all"]
    assert (everyone["readers"], everyone["at_least"], everyone["floor"]) == (45, True, 45 / 62)


@pytest.mark.parametrize("mentor", [reading(1, 1, 1, 17), reading(3, 0, 0, 2)])
def test_all_is_hidden_where_a_group_is(mentor: GroupCounts) -> None:
    everyone = figures(reading(12, 8, 6, 6), mentor)["all"]
    assert (everyone["readers"], everyone["floor"], everyone["coverage"]) == (None, None, None)
    assert set(everyone["frequency"].values()) == {None}


def test_two_groups_too_small_to_be_shown_are_shown_together() -> None:
    groups = figures(reading(2, 2, 1, 3), reading(3, 1, 1, 4))
    assert (groups["eig"]["readers"], groups["mentor"]["readers"], groups["all"]["readers"]) == (None, None, 10)


def test_the_text_says_what_the_json_says() -> None:
    published = PublishedFigures(
        promotion="promotion-3",
        month=MARCH,
        months=(MARCH,),
        until=date(2019, 4, 7),
        frozen=True,
        classes=Frequency,
        groups=publish(reading(12, 11, 3, 6, answers=(9, 7, 7, 4, 0)), NOBODY),
    )
    assert as_text(published).split("\n\n")[:2] == [
        "promotion-3, 2019-03 (frozen)",
        "EIGs: 32\n"
        "  readers    26\n"
        "  floor      81 % (proven: more than 80 %)\n"
        "  declared   at least 81 % of 27 answers (95 % interval: 63 % to 100 %)\n"
        "  coverage   81 % or more\n"
        "  estimate   -\n"
        "  frequency  weekly 12, twice or once 14, none 6",
    ]

"""Published figures as JSON values and as lines of text. The keys are a contract with others: keep them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from app.readership.figures.monthly import Group
from app.readership.figures.months import month_label
from app.readership.figures.published import Block, Count, Declared, PublishedFigures, PublishedGroup
from app.readership.survey import Habit

TITLES = {Group.EIG: "EIGs", Group.MENTOR: "Mentors", Group.ALL: "All (EIGs and mentors)"}
HIDDEN = "-"
ROUNDING = 1e-9  # 0.29 * 100 is 28.999999999999996


def as_json(figures: PublishedFigures) -> dict[str, Any]:
    """Return the figures with the keys of the contract; None where nothing may be or can be published."""
    return {
        "promotion": figures.promotion,
        "month": month_label(figures.month) if figures.month else None,
        "frozen": figures.frozen,
        "groups": {group.value: _group(figures, published) for group, published in figures.groups.items()},
    }


def as_text(figures: PublishedFigures) -> str:
    """Return the figures for people, a few lines a group."""
    months = f"{month_label(figures.months[0])} to {month_label(figures.months[-1])}"
    title = f"{figures.promotion}, {month_label(figures.month) if figures.month else months}"
    state = "frozen" if figures.frozen else f"open: marks up to {figures.until} count so far"
    lines = [f"{title} ({state})"]
    for group, published in figures.groups.items():
        lines += ["", f"{TITLES[group]}: {published.eligible}", *_lines(figures.classes, published)]
    return "\n".join(lines)


def class_counts(classes: type[StrEnum], blocks: tuple[Block, ...]) -> dict[str, int | None]:
    """Return the members of each class that stands alone; None for the classes that were merged with a neighbour."""
    alone = {block.classes[0]: block.members for block in blocks if block.is_single_class}
    return {each.value: alone.get(number) for number, each in enumerate(classes)}


def _group(figures: PublishedFigures, group: PublishedGroup) -> dict[str, Any]:
    return {
        "eligible": group.eligible,
        "readers": _number(group.readers),
        "floor": group.floor,
        "at_least": group.at_least,
        "declared": _declared(group.declared),
        "coverage": group.coverage,
        "estimate": group.estimate,
        "frequency": class_counts(figures.classes, group.frequency),
    }


def _declared(declared: Declared) -> dict[str, Any]:
    low, high = declared.interval
    return {
        "answers": _number(declared.answers),
        "share": declared.share,
        "low": low,
        "high": high,
        "classes": class_counts(Habit, declared.classes),
    }


def _number(count: Count | None) -> int | None:
    return count.least if count else None


def _lines(classes: type[StrEnum], group: PublishedGroup) -> Iterator[str]:
    yield f"  readers    {_count(group.readers)}"
    at_least = "at least " if group.at_least else ""
    yield f"  floor      {at_least}{_percent(group.floor)}{' (proven: more than 80 %)' if group.proven else ''}"
    yield f"  declared   {_declared_line(group.declared)}"
    yield f"  coverage   {_percent(group.coverage)}{' or more' if group.covers_at_least else ''}"
    yield f"  estimate   {_percent(group.estimate)}"
    yield f"  frequency  {_blocks(classes, group.frequency)}"
    if group.always:
        yield f"  in every single month  {_count(group.always)}"


def _declared_line(declared: Declared) -> str:
    if declared.share is None:
        return HIDDEN
    low, high = (_percent(bound) for bound in declared.interval)
    at_least = "at least " if declared.is_lower_bound else ""
    return (
        f"{at_least}{_percent(declared.share)} of {_count(declared.answers)} answers (95 % interval: {low} to {high})"
    )


def _count(count: Count | None) -> str:
    return HIDDEN if count is None else f"{'at least ' if count.at_least else ''}{count.least}"


def _percent(share: float | None) -> str:
    """Format a share, rounded down so that what is shown is true."""
    return HIDDEN if share is None else f"{int(share * 100 + ROUNDING)} %"


def _blocks(classes: type[StrEnum], blocks: tuple[Block, ...]) -> str:
    names = [each.value for each in classes] + ["no answer"]
    return ", ".join(f"{' or '.join(names[n] for n in block.classes)} {block.members}" for block in blocks) or HIDDEN

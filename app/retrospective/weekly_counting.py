"""The figures B01 to B04, of what the weekly bulletins say. Values in, values out.

Reading is as published there: small numbers stay hidden, and what is a lower bound there is one here. Nothing of it
depends on the records, nor on the teams that a milestone excludes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.bulletins.moods import Mood
from app.help_requests.rules import HelpState
from app.readership.figures.monthly import Group
from app.readership.figures.months import month_label
from app.readership.figures.published import Count, Declared, PublishedFigures
from app.retrospective.figures import Figure
from app.retrospective.weekly_values import MonthMoods, MonthWriting, WeeklyFacts

GOOD_MOODS = (Mood.GOOD, Mood.GREAT)


def weekly_figures(facts: WeeklyFacts) -> list[Figure]:
    """Return the figures of the weekly bulletins in the order of their codes and months; none of what was not used."""
    return [
        *_reading(facts),
        *([_writing(facts.writing)] if facts.writing else ()),
        *_calls(facts),
        *(_moods(month) for month in facts.moods),
    ]


def _reading(facts: WeeklyFacts) -> Iterator[Figure]:
    if facts.period:
        yield from _readers(facts.period, "period", None)
    for figures in facts.reading:
        month = month_label(figures.months[0])
        yield from _readers(figures, "", month)
        yield from _declared(figures.groups[Group.EIG].declared, month)


def _readers(figures: PublishedFigures, aspect: str, month: str | None) -> Iterator[Figure]:
    eigs = figures.groups[Group.EIG]
    if eigs.readers:
        yield _bounded(eigs.readers, eigs.eligible, aspect, month)


def _declared(declared: Declared, month: str) -> Iterator[Figure]:
    """Yield what the answers to the month's question say, where that may be published.

    Where the number of answers is a lower bound, the base is everybody who could answer.
    """
    if declared.positive and declared.answers:
        aspect = "declared_of_all" if declared.answers.at_least else "declared"
        yield _bounded(declared.positive, declared.answers.most, aspect, month)


def _bounded(count: Count, base: int, aspect: str, month: str | None) -> Figure:
    return Figure(
        "B01",
        count.least,
        base,
        min(count.most, base) - count.least,
        aspect=aspect,
        month=month,
        at_least=count.at_least,
    )


def _writing(months: tuple[MonthWriting, ...]) -> Figure:
    parts = {name: sum(getattr(month, name) for month in months) for name in ("on_time", "late", "silent")}
    return Figure("B02", parts["on_time"] + parts["late"], sum(parts.values()), parts=parts)


def _calls(facts: WeeklyFacts) -> Iterator[Figure]:
    """Yield how many calls were answered and how many are resolved; of those that were imported nobody knows it."""
    if not facts.calls:
        return
    states = Counter(call.state for call in facts.calls)
    unknown = states.pop(HelpState.ARCHIVED, 0)
    answered = sum(call.days is not None for call in facts.calls)
    parts = {str(state): states[state] for state in HelpState if state is not HelpState.ARCHIVED}
    yield Figure("B03", answered, len(facts.calls), unknown, parts=parts, days=facts.median_days)
    yield Figure("B03", states[HelpState.RESOLVED], len(facts.calls), unknown, aspect="resolved")


def _moods(month: MonthMoods) -> Figure:
    parts = {str(mood): month.counts[mood] for mood in Mood}
    good = sum(month.counts[mood] for mood in GOOD_MOODS)
    return Figure("B04", good, sum(parts.values()), parts=parts, month=month.month)

"""Count the figures of a milestone from its records. Values in, values out.

The base of a figure is the teams that have a record and are not excluded, or their EIGs. Of those without one nothing
is known: they are named, and never counted as “no”.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.records.milestones import is_after_the_end
from app.records.values import SurveyCounts
from app.records.vocabulary import Continuation, Destination, ReadingClass, SurveyPublic
from app.retrospective import definitions
from app.retrospective.figures import Figure, LeftOut, RecordedMilestone

MONTHLY_READING = (ReadingClass.EVERY_WEEK, ReadingClass.TWICE_A_MONTH, ReadingClass.ONCE_A_MONTH)


def count_figures(now: RecordedMilestone, end: RecordedMilestone | None = None) -> list[Figure]:
    """Return the figures of the milestone `now` in the order of their codes; none of records where there is no record.

    `end` is the end of the same promotion, which one figure of a later milestone needs.
    """
    figures = [*(_record_figures(now) if now.counted else ()), *_survey_figures(now.surveys)]
    if end and is_after_the_end(now.key) and now.counted:
        figures += _since_the_end(now, end)
    return sorted(figures, key=lambda figure: figure.code)


def without(milestone: RecordedMilestone, teams: Iterable[str]) -> RecordedMilestone:
    """Return the milestone without `teams`, for one look; a team that is excluded already keeps its reason."""
    return replace(milestone, excluded=dict.fromkeys(teams) | dict(milestone.excluded))


def _record_figures(now: RecordedMilestone) -> Iterator[Figure]:
    yield from _team_figures(now)
    yield from _people_figures(now)
    yield from _shares(now)
    for code, amount in definitions.SUMS.items():
        amounts = [amount(record) for record, _eigs in now.told]
        if amounts.count(None) < len(amounts):  # or a sum of nothing would read as nought
            yield _figure(now, code, sum(filter(None, amounts)), None, amounts.count(None))


def _team_figures(now: RecordedMilestone) -> Iterator[Figure]:
    """Yield the figures whose base is the teams."""
    judges = dict(definitions.TEAM_FIGURES)
    if is_after_the_end(now.key):
        judges["R22"] = definitions.was_answered_by_eigs
    for code, judge in judges.items():
        yield _verdict(now, code, [judge(record) for record, _eigs in now.told])
    yield _verdict(now, "R12", [definitions.is_hired(record, eigs) for record, eigs in now.told])


def _verdict(now: RecordedMilestone, code: str, verdicts: Sequence[bool | None]) -> Figure:
    months = [record.planned_on or "" for record, _eigs in now.told if definitions.is_planned(record)]
    until = max(months, default=None) if code == "R02" else None
    return _figure(now, code, verdicts.count(True), len(verdicts), verdicts.count(None), until=until)


def _people_figures(now: RecordedMilestone) -> Iterator[Figure]:
    """Yield the figures whose base is the EIGs."""
    total = sum(eigs for _record, eigs in now.told)
    went = _total(definitions.destinations(record) for record, _eigs in now.told)
    unknown = sum(definitions.unknown_people(record, eigs) for record, eigs in now.told)
    yield _figure(now, "R13", definitions.administration_total(went), total, unknown, parts=went)
    yield _figure(now, "R14", went[Destination.HOST_EMPLOYEE], total, unknown)
    for code, people in definitions.PEOPLE_FIGURES.items():
        unknown = sum(eigs for record, eigs in now.told if people(record) is None)
        yield _figure(now, code, sum(people(record) or 0 for record, _eigs in now.told), total, unknown)


def _shares(now: RecordedMilestone) -> Iterator[Figure]:
    """Yield the figures that say how the teams divide."""
    for code, (word, words) in definitions.SHARES.items():
        said = [word(record) for record, _eigs in now.told]
        parts = {str(each): said.count(each) for each in words}
        yield _figure(now, code, sum(parts.values()), len(said), said.count(None), parts=parts)
    outcomes = [record.outcomes for record, _eigs in now.told]
    parts = {str(each): sum(each in (held or ()) for held in outcomes) for each in Continuation}
    yield _figure(now, "R21", sum(map(bool, outcomes)), len(outcomes), outcomes.count(None), parts=parts)


def _figure(
    now: RecordedMilestone,
    code: str,
    numerator: int,
    base: int | None,
    unknown: int,
    *,
    parts: Mapping[str, int] | None = None,
    until: str | None = None,
) -> Figure:
    return Figure(code, numerator, base, unknown, now.missing, now.left_out, parts, until=until)


def _since_the_end(now: RecordedMilestone, end: RecordedMilestone) -> Iterator[Figure]:
    """Yield R20, over the teams with a record now and at the end that neither milestone excludes."""
    excluded = dict(end.excluded) | dict(now.excluded)
    teams = [team for team in now.teams if team not in excluded]
    both = [team for team in teams if team in now.records and team in end.records]
    if not both:
        return
    states = [
        (definitions.is_in_production(now.records[team]), definitions.is_in_production(end.records[team]))
        for team in both
    ]
    missing = tuple(team for team in teams if team not in both)
    left_out = tuple(LeftOut(team, excluded[team]) for team in now.teams if team in excluded)
    yield Figure("R20", states.count((True, False)), len(both), sum(None in pair for pair in states), missing, left_out)


def _survey_figures(surveys: Mapping[SurveyPublic, SurveyCounts]) -> Iterator[Figure]:
    """Yield the figures of counts that were published, as they were: exclusions of teams do not touch them."""
    for public in SurveyPublic:
        counts = surveys.get(public)
        if counts is None:
            continue
        yield Figure("Q01", counts.answered, counts.asked, public=public, source=counts.source)
        for code, classes, asked_for in (
            ("Q02", counts.satisfied_results, ("4_5",)),
            ("Q03", counts.beyond_expectations, ("5",)),
            ("Q04", counts.reading, MONTHLY_READING),
        ):
            if classes is not None and counts.answered:
                numerator = sum(classes[each] for each in asked_for)
                unknown = counts.answered - sum(classes.values())
                own = Figure(code, numerator, counts.answered, unknown, parts=classes)
                yield replace(own, public=public, source=counts.source)


def _total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for key, number in each.items():
            total[key] = total.get(key, 0) + number
    return total

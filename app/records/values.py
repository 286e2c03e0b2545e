"""A record and the published counts of a questionnaire as values, and as the documents that are stored and exported.

None is unknown, which is not “no”: a document leaves it out. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from app.records.indicators import Direction, Indicator, IndicatorTheme, IndicatorType
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Continuation,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    Responder,
    ToolState,
    TrainingKind,
    TrainingTheme,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that a team opened, or did not, with the reason."""

    kind: OpeningKind
    status: OpeningStatus
    title: str | None = None
    url: str | None = None
    reason: ClosedReason | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """Events of one kind; without a count, at least one."""

    kind: TrainingKind
    count: int | None = None
    themes: tuple[TrainingTheme, ...] = ()


@dataclass(frozen=True, slots=True)
class SideProject:
    """Something made beside the challenge."""

    title: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Destinations:
    """How many EIGs of a team went where; across these, how many still work on the project."""

    counts: Mapping[Destination, int]
    still_on_project: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """How many EIGs were extended, and whether the programme paid a part."""

    extended: int | None = None
    cofunded_by_programme: bool | None = None


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """What has become of one challenge at one milestone."""

    answered_by: Responder | None = None
    state: ToolState | None = None
    planned_on: str | None = None  # a month, `2020-03`
    openings: tuple[Opening, ...] | None = None
    no_data_reasons: tuple[ClosedReason, ...] | None = None
    events: tuple[Training, ...] | None = None
    side_projects: tuple[SideProject, ...] | None = None
    people: Destinations | None = None
    extension: Extension | None = None
    carried_by: Carrier | None = None
    maintained_by: Maintainer | None = None
    new_approaches: bool | None = None
    posts_created: int | None = None
    outcomes: tuple[Continuation, ...] | None = None
    indicators: tuple[Indicator, ...] | None = None

    @property
    def people_told(self) -> int:
        """The fewest EIGs that a team can have for this to be true."""
        people, extended = self.people, self.extension.extended if self.extension else None
        still = people.still_on_project if people else None
        return max(sum(people.counts.values()) if people else 0, still or 0, extended or 0)


@dataclass(frozen=True, slots=True)
class SurveyCounts:
    """Counts that somebody published of a questionnaire which was not run here; a question's are by class."""

    asked: int
    answered: int
    reading: Mapping[str, int] | None = None
    beyond_expectations: Mapping[str, int] | None = None
    satisfied_results: Mapping[str, int] | None = None
    source: str | None = None


def as_document(value: object) -> object:
    """Return a value of this module as plain values, without what is unknown."""
    if isinstance(value, Destinations):
        still = {} if value.still_on_project is None else {"still_on_project": value.still_on_project}
        return {str(where): value.counts[where] for where in Destination if where in value.counts} | still
    if isinstance(value, Opening | Training | SideProject | Extension | Indicator | TeamRecord | SurveyCounts):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: as_document(each) for name, each in named.items() if each is not None}
    if isinstance(value, Mapping):
        return {str(key): as_document(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [as_document(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value  # an enumeration is a plain word there


def record_from_document(document: Mapping[str, Any]) -> TeamRecord:
    """Return the record that `as_document` made into `document`."""
    get = document.get
    return TeamRecord(
        answered_by=_known(Responder, get("answered_by")),
        state=_known(ToolState, get("state")),
        planned_on=get("planned_on"),
        openings=_each(_opening, get("openings")),
        no_data_reasons=_each(ClosedReason, get("no_data_reasons")),
        events=_each(_training, get("events")),
        side_projects=_each(lambda each: SideProject(**each), get("side_projects")),
        people=_known(_destinations, get("people")),
        extension=_known(lambda each: Extension(**each), get("extension")),
        carried_by=_known(Carrier, get("carried_by")),
        maintained_by=_known(Maintainer, get("maintained_by")),
        new_approaches=get("new_approaches"),
        posts_created=get("posts_created"),
        outcomes=_each(Continuation, get("outcomes")),
        indicators=_each(_indicator, get("indicators")),
    )


def survey_from_document(document: Mapping[str, Any]) -> SurveyCounts:
    """Return the counts that `as_document` made into `document`."""
    return SurveyCounts(**document)


def _known(make: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else make(value)


def _each(make: Callable[[Any], T], values: Iterable[Any] | None) -> tuple[T, ...] | None:
    return None if values is None else tuple(make(value) for value in values)


def _opening(document: Mapping[str, Any]) -> Opening:
    kind, status = OpeningKind(document["kind"]), OpeningStatus(document["status"])
    reason = _known(ClosedReason, document.get("reason"))
    return Opening(kind, status, document.get("title"), document.get("url"), reason)


def _training(document: Mapping[str, Any]) -> Training:
    themes = tuple(TrainingTheme(theme) for theme in document["themes"])
    return Training(TrainingKind(document["kind"]), document.get("count"), themes)


def _destinations(document: Mapping[str, Any]) -> Destinations:
    counts = {where: document[where] for where in Destination if where in document}
    return Destinations(counts, document.get("still_on_project"))


def _indicator(document: Mapping[str, Any]) -> Indicator:
    get = document.get
    return Indicator(
        document["name"],
        IndicatorType(document["type"]),
        document["unit"],
        Direction(document["direction"]),
        theme=_known(IndicatorTheme, get("theme")),
        baseline=get("baseline"),
        baseline_on=_known(date.fromisoformat, get("baseline_on")),
        target=get("target"),
        target_on=_known(date.fromisoformat, get("target_on")),
        value=get("value"),
    )

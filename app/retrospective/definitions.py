"""What each figure counts in one record; None is unknown, which is neither yes nor no. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.records.milestones import END, MID
from app.records.values import TeamRecord
from app.records.vocabulary import (
    IN_ADMINISTRATION,
    IN_PRODUCTION,
    Carrier,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    Responder,
    ToolState,
)

Judge = Callable[[TeamRecord], bool | None]
OPEN, SOON = OpeningStatus.OPEN, OpeningStatus.SOON
OF_THE_END = frozenset({"R12", "R13", "R16", "R17", "R18"})  # figures about what becomes of teams and tools
AFTER_THE_END = frozenset({"R14", "R15", "R19", "R21"})  # those about what has become of them


def is_in_production(record: TeamRecord) -> bool | None:
    """Return whether the tool is officially launched, or part of lasting maintenance and development."""
    return None if record.state is None else record.state in IN_PRODUCTION


def is_planned(record: TeamRecord) -> bool | None:
    """Return whether the tool is to be launched in a month that is said."""
    if record.state is ToolState.PLANNED:
        return True if record.planned_on else None
    return None if record.state is None else False


def has_opened(kind: OpeningKind, *statuses: OpeningStatus) -> Judge:
    """Return the function that tells whether something of `kind` has one of `statuses`."""

    def judge(record: TeamRecord) -> bool | None:
        statuses_of_kind = _statuses(record, kind)
        return None if statuses_of_kind is None else not statuses_of_kind.isdisjoint(statuses)

    return judge


def gives_data_on_request_only(record: TeamRecord) -> bool | None:
    """Return whether data sets are given on request, and none is open."""
    statuses = _statuses(record, OpeningKind.DATA_SET)
    return None if statuses is None else OpeningStatus.ON_REQUEST in statuses and OPEN not in statuses


def has_held_events(record: TeamRecord) -> bool | None:
    """Return whether the team held an event."""
    return None if record.events is None else any(event.count != 0 for event in record.events)


def is_hired(record: TeamRecord, eigs: int) -> bool | None:
    """Return whether the host employs one of the team's `eigs`: not known while it is of none, and some are unknown."""
    if record.people is None:
        return None
    if record.people.counts.get(Destination.HOST_EMPLOYEE):
        return True
    return None if unknown_people(record, eigs) else False


def has_cofunded_extension(record: TeamRecord) -> bool | None:
    """Return whether the programme paid a part of an extension; where nobody was extended, it did not."""
    if record.extension is None:
        return None
    return False if record.extension.extended == 0 else record.extension.cofunded_by_programme


def was_answered_by_eigs(record: TeamRecord) -> bool | None:
    """Return whether the EIGs answered."""
    return None if record.answered_by is None else record.answered_by is Responder.EIG


def destinations(record: TeamRecord) -> Mapping[str, int]:
    """Return how many EIGs went where, as far as that is known."""
    counts = record.people.counts if record.people else {}
    return {str(where): counts.get(where, 0) for where in Destination if where is not Destination.UNKNOWN}


def unknown_people(record: TeamRecord, eigs: int) -> int:
    """Return how many of the `eigs` of a team nobody knows the destination of."""
    return eigs - sum(destinations(record).values())


def still_on_project(record: TeamRecord) -> int | None:
    """Return how many still work on their project."""
    return record.people.still_on_project if record.people else None


def extended(record: TeamRecord) -> int | None:
    """Return how many were extended."""
    return record.extension.extended if record.extension else None


def side_projects(record: TeamRecord) -> int | None:
    """Return how many projects were made beside the challenge."""
    return None if record.side_projects is None else len(record.side_projects)


def _statuses(record: TeamRecord, kind: OpeningKind) -> set[OpeningStatus] | None:
    return None if record.openings is None else {each.status for each in record.openings if each.kind is kind}


def comes_later(code: str, key: str) -> bool:
    """Return whether the figure is about what comes after the milestone `key`, where hardly a team can tell it yet."""
    return (key == MID and code in OF_THE_END) or (key in {MID, END} and code in AFTER_THE_END)


def administration_total(parts: Mapping[str, int]) -> int:
    """Return how many of the people in `parts` stay in an administration."""
    return sum(parts.get(where, 0) for where in IN_ADMINISTRATION)


TEAM_FIGURES: Mapping[str, Judge] = {  # numerator: the teams of which it is true; base: the teams
    "R01": is_in_production,
    "R02": is_planned,
    "R03": has_opened(OpeningKind.SOURCE_CODE, OPEN),
    "R04": has_opened(OpeningKind.SOURCE_CODE, OPEN, SOON),
    "R05": has_opened(OpeningKind.LIBRARY, OPEN),
    "R06": has_opened(OpeningKind.DATA_SET, OPEN),
    "R07": has_opened(OpeningKind.DATA_SET, OpeningStatus.WITH_OPEN_DATA_TEAM),
    "R08": gives_data_on_request_only,
    "R09": has_held_events,
    "R11": lambda record: record.new_approaches,
    "R17": has_cofunded_extension,
}
SUMS: Mapping[str, Callable[[TeamRecord], int | None]] = {  # a sum over the teams, without a base
    "R10": side_projects,
    "R23": lambda record: record.posts_created,
}
PEOPLE_FIGURES: Mapping[str, Callable[[TeamRecord], int | None]] = {  # base: the EIGs of the teams
    "R15": still_on_project,
    "R16": extended,
}
SHARES: Mapping[str, tuple[Callable[[TeamRecord], str | None], Iterable[str]]] = {  # parts of the teams, by one word
    "R18": (lambda record: record.carried_by, tuple(Carrier)),
    "R19": (lambda record: record.maintained_by, tuple(Maintainer)),
}

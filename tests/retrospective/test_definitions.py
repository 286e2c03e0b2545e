"""What each figure counts in one record, case by case."""

from __future__ import annotations

import pytest

from app.records.values import Destinations, Extension, Opening, TeamRecord, Training
from app.records.vocabulary import Destination, OpeningKind, OpeningStatus, TrainingKind
from app.retrospective.definitions import (
    gives_data_on_request_only,
    has_cofunded_extension,
    has_held_events,
    is_hired,
    unknown_people,
)


def data_sets(*statuses: OpeningStatus) -> TeamRecord:
    return TeamRecord(openings=tuple(Opening(OpeningKind.DATA_SET, status) for status in statuses))


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (data_sets(OpeningStatus.ON_REQUEST), True),
        (data_sets(OpeningStatus.ON_REQUEST, OpeningStatus.NO), True),
        (data_sets(OpeningStatus.ON_REQUEST, OpeningStatus.OPEN), False),
        (data_sets(), False),
        (TeamRecord(), None),
    ],
)
def test_data_are_on_request_where_none_is_open(record: TeamRecord, verdict: bool | None) -> None:
    assert gives_data_on_request_only(record) is verdict


@pytest.mark.parametrize(
    ("people", "verdict", "unknown"),
    [
        ({Destination.HOST_EMPLOYEE: 1}, True, 1),
        ({Destination.HOST_EMPLOYEE: 0, Destination.PRIVATE: 2}, False, 0),
        ({Destination.PRIVATE: 2}, False, 0),
        ({Destination.PRIVATE: 1}, None, 1),
        ({Destination.PRIVATE: 1, Destination.UNKNOWN: 1}, None, 1),
        (None, None, 2),
    ],
)
def test_nobody_is_hired_only_where_everybody_is_known(
    people: dict[Destination, int] | None, verdict: bool | None, unknown: int
) -> None:
    record = TeamRecord(people=None if people is None else Destinations(people))
    assert is_hired(record, 2) is verdict
    assert unknown_people(record, 2) == unknown


def test_an_event_counted_nought_times_was_not_held() -> None:
    demo = TrainingKind.DEMO
    assert has_held_events(TeamRecord(events=(Training(demo),))) is True
    assert has_held_events(TeamRecord(events=(Training(demo, 0),))) is False
    assert has_held_events(TeamRecord(events=())) is False
    assert has_held_events(TeamRecord()) is None


def test_where_nobody_was_extended_nothing_was_paid() -> None:
    assert has_cofunded_extension(TeamRecord(extension=Extension(0))) is False
    assert has_cofunded_extension(TeamRecord(extension=Extension(1))) is None
    assert has_cofunded_extension(TeamRecord(extension=Extension(1, cofunded_by_programme=True))) is True
    assert has_cofunded_extension(TeamRecord()) is None

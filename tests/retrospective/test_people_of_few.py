"""Who publishes a report is told where it would say what became of the people of a few teams."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.records.values import Destinations, Extension, TeamRecord
from app.records.vocabulary import Destination
from app.retrospective.figures import RecordedMilestone
from app.retrospective.people_of_few import FewTeams, find_few_teams
from app.teams.models import Promotion
from app.teams.roles import Role
from tests.builders import make_member
from tests.fixtures.site import as_member
from tests.pages import words

TEAMS = ("Brancard", "Cadastre", "Jachère", "Lampadaire", "Phare", "Ravine")
TELLING = TeamRecord(people=Destinations({Destination.PRIVATE: 1}))


def milestone(*told: str, excluded: tuple[str, ...] = (), record: TeamRecord = TELLING) -> RecordedMilestone:
    """The end of a promotion of six teams of two EIGs, of which some have told where these go."""
    return RecordedMilestone(
        key="end",
        teams=TEAMS,
        records=dict.fromkeys(told, record),
        heads=dict.fromkeys(TEAMS, 2),
        excluded=dict.fromkeys(excluded, "à part"),
    )


@pytest.mark.parametrize(
    ("now", "teams"),
    [
        (milestone(), ()),
        (milestone(*TEAMS[:4]), TEAMS[:4]),
        (milestone(*TEAMS[:5]), ()),  # ten EIGs
        (milestone(*TEAMS[:5], excluded=("Phare",)), TEAMS[:4]),
        (milestone(*TEAMS[:4], record=TeamRecord(new_approaches=True)), ()),
        (milestone("Phare", record=TeamRecord(extension=Extension(extended=1))), ("Phare",)),
    ],
)
def test_ten_people_are_enough_to_be_told_of(now: RecordedMilestone, teams: tuple[str, ...]) -> None:
    assert find_few_teams(now) == FewTeams(alone=teams, between=())


@pytest.mark.parametrize(
    ("now", "teams"),
    [
        (milestone(*TEAMS), ()),
        (milestone(*TEAMS[:5]), ("Ravine",)),
        (milestone(*TEAMS, excluded=("Phare",)), ("Phare",)),
        (milestone("Ravine"), ()),  # ten EIGs fewer
    ],
)
def test_so_few_more_or_fewer_than_in_the_version_before_are_told_by_the_difference(
    now: RecordedMilestone, teams: tuple[str, ...]
) -> None:
    full = milestone(*TEAMS)
    assert find_few_teams(now, [full]).between == find_few_teams(full, [now]).between == teams


def test_every_version_that_stays_readable_is_subtracted_and_few_teams_alone_are_few_beside_any() -> None:
    one, most, full = milestone("Brancard"), milestone(*TEAMS[:5]), milestone(*TEAMS)
    assert find_few_teams(full, [one, most]) == find_few_teams(full, [most, one]) == FewTeams((), ("Ravine",))
    assert find_few_teams(most, [full, most]) == FewTeams((), ()), "the same teams as once before"
    assert find_few_teams(one, [full]) == FewTeams(("Brancard",), ())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_publishes_is_warned(client: FlaskClient, small_promotion: Promotion) -> None:
    as_member(client, make_member(small_promotion, Role.COORDINATOR, locale="en"))
    where = "/promotion-3/retrospective/{}/publish"
    assert "these people can be recognised" not in words(client.get(where.format("end")).text)
    shown = words(client.get(where.format("after-12")).text)
    assert "these people can be recognised: Brancard, Cadastre, Jachère. Wait for further records." in shown
    client.post(where.format("after-12"), data={"audience": "members", "draft": "0", "version": "0"})
    assert "subtracts" not in words(client.get(where.format("after-12")).text)
    client.post("/promotion-3/manage/records/after-12/jachere/exclusion", data={"reason": "à part", "revision": "0"})
    shown = words(client.get(where.format("after-12")).text)
    assert "these people can be recognised: Brancard, Cadastre. Wait for further records." in shown
    assert "learns where the EIGs of these teams go: Jachère. Wait for further teams" in shown

"""How did theirs end: which past challenges stand beside a plan, by their plan or by what is recorded of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.plans.likeness import MOST_SHOWN, PastChallenge, find_alike, told_kinds
from app.plans.queries import past_challenges
from app.plans.vocabulary import ScenarioKind
from app.records.models import ChallengeRecord
from app.records.values import Destinations, TeamRecord, as_document
from app.records.vocabulary import Carrier, Continuation, Destination, Maintainer, ToolState
from app.teams.models import Promotion, Team
from tests.builders import make_milestone, make_promotion, make_team, saved
from tests.pages import words
from tests.plans.written import scenario_in
from tests.records.strategies import records

HIRE, CONTRACT, STOP, OTHER = (
    ScenarioKind.HIRE,
    ScenarioKind.CONTRACT,
    ScenarioKind.STOP,
    ScenarioKind.OTHER_ADMINISTRATION,
)
EARLIER = date(2018, 1, 8)
MOVED = TeamRecord(carried_by=Carrier.OTHER_ADMINISTRATION)
STOPPED = TeamRecord(state=ToolState.STOPPED)


def past(
    team_id: int, record: TeamRecord | None = None, key: str = "after-6", planned: set[ScenarioKind] | None = None
) -> PastChallenge:
    told = ((key, record),) if record else ()
    return PastChallenge(team_id, f"Défi {team_id}", "Promotion 2", date(2018, 11, 9), frozenset(planned or ()), told)


@pytest.mark.parametrize(
    ("record", "kinds"),
    [
        (TeamRecord(), set()),
        (TeamRecord(carried_by=Carrier.HOST), set()),
        (TeamRecord(carried_by=Carrier.HOST_WITH_PROGRAMME), {ScenarioKind.OTHER_PROGRAMME}),
        (MOVED, {OTHER}),
        (TeamRecord(maintained_by=Maintainer.BUSINESS_TEAM), {HIRE}),
        (TeamRecord(maintained_by=Maintainer.CONTRACTOR, posts_created=2), {CONTRACT, HIRE}),
        (TeamRecord(posts_created=0), set()),
        (TeamRecord(outcomes=(Continuation.BEYOND,)), {ScenarioKind.SHARED}),
        (STOPPED, {STOP}),
    ],
)
def test_a_record_amounts_to_scenarios(record: TeamRecord, kinds: set[ScenarioKind]) -> None:
    assert told_kinds(record) == kinds


@given(records, st.dictionaries(st.sampled_from(Destination), st.integers(0, 3)))
def test_where_people_went_is_never_asked(record: TeamRecord, counts: dict[Destination, int]) -> None:
    assert told_kinds(replace(record, people=Destinations(counts))) == told_kinds(replace(record, people=None))


def test_its_plan_says_more_than_its_record() -> None:
    by_record, by_plan = past(1, MOVED), past(2, TeamRecord(), planned={OTHER})
    found = find_alike([OTHER], [by_record, by_plan])
    assert [(one.challenge.team_id, one.by_plan) for one in found] == [(2, True), (1, False)]


def test_the_last_record_is_what_became_of_it() -> None:
    changed = PastChallenge(
        1, "Défi", "Promotion 2", date(2018, 11, 9), frozenset(), (("end", MOVED), ("after-6", STOPPED))
    )
    assert find_alike([OTHER], [changed]) == ()
    assert len(find_alike([STOP], [changed])) == 1


def test_the_one_that_is_known_the_longest_comes_first() -> None:
    found = find_alike([OTHER], [past(1, MOVED, key="end"), past(2, MOVED, key="after-16"), past(3, MOVED)])
    assert [one.challenge.team_id for one in found] == [2, 3, 1]


def test_each_kind_has_one_before_any_has_two_and_none_stands_twice() -> None:
    both = past(1, TeamRecord(state=ToolState.STOPPED, carried_by=Carrier.OTHER_ADMINISTRATION), key="after-16")
    challenges = [both, past(2, MOVED), past(3, MOVED), past(4, MOVED), past(5, STOPPED)]
    found = find_alike([OTHER, STOP, HIRE], challenges)
    assert [(one.challenge.team_id, one.kind) for one in found] == [(1, OTHER), (2, OTHER), (5, STOP)]
    assert len(found) == MOST_SHOWN


def test_without_a_scenario_or_a_record_nothing_is_alike() -> None:
    assert find_alike([], [past(1, MOVED)]) == ()
    assert find_alike([HIRE], [past(1, planned={HIRE})]) == ()


def record_of(team: Team, promotion: Promotion, key: str, record: TeamRecord, **milestone: Any) -> ChallengeRecord:
    point = make_milestone(promotion, key, **({"opens_on": None, "closes_on": None} | milestone))
    moment = datetime(2018, 12, 1, tzinfo=UTC)
    content = as_document(record)
    return saved(
        ChallengeRecord(milestone_id=point.id, team_id=team.id, content=content, updated_at=moment, sent_at=moment)
    )


@pytest.mark.both_databases
def test_what_is_read_of_other_promotions_is_sent_and_closed(app: Flask, clock: Traveller) -> None:
    own = make_promotion()
    earlier = make_promotion(slug="promotion-2", name="Promotion 2", starts_on=EARLIER, ends_on=date(2018, 11, 9))
    team = make_team(earlier, "Lexia")
    scenario_in_past(team, clock)
    record_of(make_team(own), own, "end", MOVED)
    record_of(team, earlier, "after-4", STOPPED)
    record_of(team, earlier, "end", MOVED)
    record_of(team, earlier, "mid", TeamRecord())
    record_of(team, earlier, "after-5", TeamRecord(), opens_on=date(2019, 3, 4), closes_on=date(2019, 3, 6))
    record_of(team, earlier, "after-3", TeamRecord()).sent_at = None
    db.session.commit()
    (found,) = past_challenges(own, now())
    assert (found.team, found.promotion, found.planned) == ("Lexia", "Promotion 2", {HIRE})
    assert found.records == (("end", MOVED), ("after-4", STOPPED))
    clock.move_to("2019-03-07T10:00:00Z")
    assert [key for key, _record in past_challenges(own, now())[0].records] == ["end", "after-4", "after-5"]


def scenario_in_past(team: Team, clock: Traveller) -> None:
    """Write a scenario while the team's promotion ran."""
    clock.move_to("2018-10-01T10:00:00Z")
    scenario_in(team)
    clock.move_to("2019-03-06T10:00:00Z")


def test_the_page_tells_how_theirs_ended_and_where_that_is_known_from(
    visitor: FlaskClient, team: Team, clock: Traveller
) -> None:
    page = "/promotion-3/teams/jachere/plan"
    assert "Qu’est devenu le leur" not in visitor.get(page).text
    scenario_in(team, HIRE)
    scenario_in(team, OTHER)
    assert "aucun défi passé" in visitor.get(page).text
    earlier = make_promotion(slug="promotion-2", name="Promotion 2", ends_on=date(2018, 11, 9), starts_on=EARLIER)
    lexia, matnum = make_team(earlier, "Lexia"), make_team(earlier, "MatNum")
    scenario_in_past(lexia, clock)
    end = make_milestone(earlier, "end", opens_on=None, closes_on=None)
    told = TeamRecord(people=Destinations({Destination.LOOKING: 2}))
    for one, record in ((lexia, told), (matnum, replace(MOVED, state=ToolState.PRODUCTION))):
        saved(
            ChallengeRecord(
                milestone_id=end.id, team_id=one.id, content=as_document(record), updated_at=now(), sent_at=now()
            )
        )
    section = words(visitor.get(page).text).rpartition("Qu’est devenu le leur ?")[2].partition("Ce qui aide")[0]
    assert "Recrutement Lexia Promotion 2 · son plan prévoyait ce scénario" in section
    assert "Fin de la promotion on n’en sait rien" in section
    assert "MatNum Promotion 2 · aucun plan ne le dit : c’est sa fiche qui le montre" in section
    assert "En production" in section
    assert "une autre administration" in section
    assert "cherche" not in section

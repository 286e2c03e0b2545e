"""Filling in a plan: a line at a time, by several people at once, without loss; its days are key dates of the team."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app.bulletins.models import KeyDate
from app.clock import now
from app.database import db
from app.digests.service import issue
from app.digests.sources import compose_week
from app.plans.queries import find_plan, has_plan
from app.plans.rules import MOST_LINES, MOST_SCENARIOS
from app.plans.service import (
    LineConflictError,
    LineGoneError,
    PlanClosedError,
    PlanFullError,
    ScenarioChangedError,
    VisionConflictError,
    remove_item,
    save_item,
    save_vision,
    tick_action,
)
from app.plans.values import Action, Ally, Need, PlanItem, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Nature, ScenarioKind, Theme
from app.teams.models import Team
from app.weeks import Week
from tests.builders import make_bulletin, make_team
from tests.plans.written import MONDAY, action_in, plan_of, scenario_in
from tests.threads import at_once

W10 = Week.parse("2019-W10")


def key_dates() -> list[tuple[date, str]]:
    return [(each.day, each.text) for each in db.session.scalars(select(KeyDate).order_by(KeyDate.id))]


def announced(team: Team) -> list[tuple[date, str]]:
    return [(each.day, each.text) for each in compose_week(team.promotion, W10).dates]


@pytest.mark.both_databases
def test_a_plan_begins_with_its_first_line_and_is_empty_again_without_it(team: Team) -> None:
    assert not has_plan(team.id)
    assert find_plan(team) is None
    save_item(team, Ally(kind=AllyKind.USERS, text="Les agents du bureau"), now())
    assert has_plan(team.id)
    (ally,) = plan_of(team).allies
    assert (ally.kind, ally.text, ally.revision) == (AllyKind.USERS, "Les agents du bureau", 1)
    remove_item(team, Ally, ally.id, now())
    assert not has_plan(team.id)
    assert find_plan(team) is None


def test_each_part_alone_makes_a_plan(team: Team) -> None:
    save_vision(team, "Que les agents s’en servent encore dans trois ans", 0, now())
    assert has_plan(team.id)
    save_vision(team, "", 1, now())
    assert not has_plan(team.id)
    scenario = scenario_in(team)
    assert has_plan(team.id)
    remove_item(team, Scenario, scenario.id, now())
    assert not has_plan(team.id)


@pytest.mark.both_databases
def test_the_day_of_an_action_is_a_key_date_until_it_is_done_or_removed(team: Team) -> None:
    action = action_in(team)
    assert key_dates() == announced(team) == [(MONDAY, "Publier la fiche de poste")]
    moved = Action(id=action.id, revision=1, by=action.by, text="La relire", due_on=date(2019, 3, 12))
    save_item(team, moved, now())
    assert key_dates() == announced(team) == [(date(2019, 3, 12), "La relire")]
    tick_action(team, action.id, now(), done=True)
    assert plan_of(team).scenarios[0].actions[0].done_on == date(2019, 3, 6)
    assert key_dates() == announced(team) == []
    tick_action(team, action.id, now(), done=False)
    assert key_dates() == [(date(2019, 3, 12), "La relire")]
    save_item(team, Action(id=action.id, revision=2, by=action.by, text="La relire"), now())
    assert key_dates() == [], "an action without a day has none"
    save_item(team, Action(id=action.id, revision=3, by=action.by, text="La relire", due_on=MONDAY), now())
    remove_item(team, Action, action.id, now())
    assert key_dates() == []


def test_an_issued_digest_keeps_the_days_that_it_announced(team: Team) -> None:
    make_bulletin(team, W10)
    action = action_in(team)
    digest = issue(team.promotion, W10, now=datetime(2019, 3, 8, 14, 5, tzinfo=UTC))
    tick_action(team, action.id, now(), done=True)
    db.session.refresh(digest)
    assert [each["text"] for each in digest.content["key_dates"]] == ["Publier la fiche de poste"]


def test_a_done_action_that_is_written_anew_stays_done(team: Team) -> None:
    action = action_in(team)
    tick_action(team, action.id, now(), done=True)
    save_item(team, Action(id=action.id, revision=1, by=action.by, text="Un autre mot", due_on=MONDAY), now())
    assert plan_of(team).scenarios[0].actions[0].done_on is not None
    assert key_dates() == []


@pytest.mark.both_databases
def test_a_removed_scenario_takes_what_it_holds_with_it_if_that_was_seen(team: Team) -> None:
    action_in(team)
    scenario = plan_of(team).scenarios[0]
    seen = scenario.contents
    save_item(team, Need(theme=Theme.HR, nature=Nature.NEED, text="Un développeur"), now(), scenario_id=scenario.id)
    with pytest.raises(ScenarioChangedError):
        remove_item(team, Scenario, scenario.id, now(), contents=seen)
    db.session.rollback()
    remove_item(team, Scenario, scenario.id, now(), contents=plan_of(team).scenarios[0].contents)
    assert find_plan(team) is None
    assert key_dates() == []


def test_a_second_author_of_a_line_is_refused_and_shown_the_first(team: Team) -> None:
    save_item(team, Ally(kind=AllyKind.USERS, text="Les agents"), now())
    (ally,) = plan_of(team).allies
    save_item(team, Ally(id=ally.id, revision=1, kind=AllyKind.USERS, text="Les agents du bureau"), now())
    with pytest.raises(LineConflictError) as conflict:
        save_item(team, Ally(id=ally.id, revision=1, kind=AllyKind.PARTNER, text="La mairie"), now())
    assert conflict.value.theirs == Ally(kind=AllyKind.USERS, text="Les agents du bureau")
    db.session.rollback()
    save_item(team, Ally(id=ally.id, revision=1, kind=AllyKind.USERS, text="Les agents du bureau"), now())
    assert plan_of(team).allies[0].revision == 2, "the same text again is no second author"


def test_a_second_author_of_the_vision_is_refused_and_shown_the_first(team: Team) -> None:
    save_vision(team, "Durer", 0, now())
    save_vision(team, "Durer", 0, now())
    with pytest.raises(VisionConflictError) as conflict:
        save_vision(team, "Essaimer", 0, now())
    assert (conflict.value.theirs, conflict.value.revision) == ("Durer", 1)


def test_a_button_pressed_twice_adds_one_line(team: Team) -> None:
    scenario = scenario_in(team)
    line = Action(by=ActionBy.WITH_EIGS, text="Documenter", owner="Léa", due_on=MONDAY)
    for _ in range(2):
        save_item(team, line, now(), scenario_id=scenario.id)
    assert plan_of(team).scenarios[0].actions == (line,)
    assert len(key_dates()) == 1


@pytest.mark.both_databases
def test_a_fifth_scenario_and_a_thirteenth_line_are_refused(team: Team) -> None:
    for kind in list(ScenarioKind)[:MOST_SCENARIOS]:
        scenario_in(team, kind)
    with pytest.raises(PlanFullError):
        save_item(team, Scenario(kind=ScenarioKind.STOP), now())
    db.session.rollback()
    scenario_id = plan_of(team).scenarios[0].id
    need = Need(theme=Theme.LEGAL, nature=Nature.DIFFICULTY, text="")
    for number in range(MOST_LINES):
        save_item(team, Need(theme=need.theme, nature=need.nature, text=str(number)), now(), scenario_id=scenario_id)
    with pytest.raises(PlanFullError):
        save_item(team, need, now(), scenario_id=scenario_id)


@pytest.mark.both_databases
def test_several_people_at_once_lose_nothing(app: Flask, team: Team) -> None:
    team_id = team.id

    def add(number: int) -> None:
        save_item(db.session.get_one(Team, team_id), Ally(kind=AllyKind.OTHER, text=f"Allié {number}"), now())

    assert at_once(app, *(partial(add, number) for number in range(4))) == [None] * 4
    assert sorted(ally.text for ally in plan_of(team).allies) == [f"Allié {number}" for number in range(4)]


def test_what_belongs_to_another_team_is_gone_from_ones_own_plan(team: Team) -> None:
    action = action_in(team)
    scenario = plan_of(team).scenarios[0]
    other = make_team(team.promotion, "Brancard")
    need = Need(theme=Theme.HR, nature=Nature.NEED, text="Un poste")
    items: list[tuple[PlanItem, int | None]] = [
        (Action(id=action.id, revision=1, by=ActionBy.MENTORS, text="À nous"), None),
        (need, scenario.id),
        (need, None),
    ]
    for item, scenario_id in items:
        with pytest.raises(LineGoneError):
            save_item(other, item, now(), scenario_id=scenario_id)
        db.session.rollback()
    assert not remove_item(other, Action, action.id, now())
    assert not remove_item(other, Scenario, scenario.id, now(), contents=scenario.contents)
    db.session.rollback()
    with pytest.raises(LineGoneError):
        tick_action(other, action.id, now(), done=True)
    db.session.rollback()
    assert plan_of(team).scenarios == (scenario,)
    assert plan_of(team).scenarios[0].actions[0].revision == 1


def test_a_plan_changes_until_its_promotion_or_its_team_ends(team: Team, clock: Traveller) -> None:
    action = action_in(team)
    clock.move_to("2019-11-12T10:00:00Z")  # the Tuesday after the promotion
    with pytest.raises(PlanClosedError):
        tick_action(team, action.id, now(), done=True)
    clock.move_to("2019-11-08T10:00:00Z")
    team.active_until = date(2019, 11, 7)
    db.session.commit()
    with pytest.raises(PlanClosedError):
        save_vision(team, "Trop tard", 0, now())
    team.active_until = date(2019, 11, 8)
    db.session.commit()
    save_vision(team, "Le dernier jour", 0, now())
    assert plan_of(team).vision == "Le dernier jour"


def test_a_team_that_goes_takes_its_plan_with_it(team: Team) -> None:
    action_in(team)
    db.session.delete(team)
    db.session.commit()
    for table in ("plans", "plan_scenarios", "plan_actions", "key_dates"):
        rows = select(func.count()).select_from(db.metadata.tables[table])
        assert db.session.scalar(rows) == 0, table

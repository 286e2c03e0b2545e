"""What the promotions of the demonstration add up to: records, reports, plans to last, advice; by the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import select

from app.advice.proposals import PROPOSALS
from app.advice.queries import advice_for
from app.advice.service import adopt_proposals, set_aside
from app.database import db
from app.development.demo.publishing import publish_reports
from app.development.demo.roster import first_week, first_week_before, read_dated
from app.development.demo.schedule import friday_noon, seeded_random, working_day_from
from app.development.demo.survey import issue_questionnaire
from app.plans.queries import find_plan
from app.plans.service import save_item, save_vision, tick_action
from app.plans.values import Action, Ally, Handover, Need, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme
from app.records.file_format import read_records_file
from app.records.importing import import_records
from app.records.milestone_days import MilestoneDays
from app.records.milestone_service import declare_milestone
from app.security import new_secret
from app.sharing.service import make_link
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week

RECORDED = {"mid": 20, "end": 40, "after-12": 92}  # the week of the promotion in which each milestone is recorded
ANSWERED_HERE = {"mid": (19, 21), "end": (29, 40)}  # from the Monday of which week to the Friday of which
PLANS_WRITTEN = 27  # the week of the promotion
SET_ASIDE = 0.7  # the probability that a member has set aside advice that is not new


def add_outcomes(promotion: Promotion, before: Promotion, now: datetime) -> None:
    """Add what both promotions have told by `now`, and what the coordination advises the one that runs. Commits."""
    for key in RECORDED:
        _add_records(before, key, first_week_before(now))
    for key, (opens, closes) in ANSWERED_HERE.items():
        _declare(promotion, key, first_week(now), opens, closes)
    _add_records(promotion, "mid", first_week(now))
    for each, first in ((before, first_week_before(now)), (promotion, first_week(now))):
        _add_plans(each, first)
        publish_reports(each, first)
    issue_questionnaire(promotion, now)
    _add_advice(promotion, now)
    _share_story(promotion, now)


def _declare(promotion: Promotion, key: str, first: Week, opens: int, closes: int) -> None:
    """Declare a milestone that teams answer here, from the Monday of one week to the Friday of another."""
    day, opening, closing = (first + (number - 1) for number in (RECORDED[key], opens, closes))
    declare_milestone(promotion, key, MilestoneDays(day.day(5), opening.monday, closing.day(5)))


def _add_records(promotion: Promotion, key: str, first: Week) -> None:
    text = read_dated(f"records/{promotion.slug}-{key}.yml", first)
    import_records(promotion, read_records_file(text.encode()), friday_noon(first, RECORDED[key] + 1))


def _add_plans(promotion: Promotion, first: Week) -> None:
    plans: Mapping[str, Mapping[str, Any]] = yaml.safe_load(read_dated("plans.yml", first))[promotion.slug]
    teams = {team.slug: team for team in promotion.teams}
    for slug, plan in plans.items():
        _add_plan(teams[slug], plan, friday_noon(first, PLANS_WRITTEN))


def _add_plan(team: Team, plan: Mapping[str, Any], at: datetime) -> None:
    save_vision(team, plan.get("vision", ""), 0, at)
    for ally in plan.get("allies", ()):
        save_item(team, Ally(kind=AllyKind(ally["kind"]), text=ally["text"]), at)
    for handover in plan.get("handovers", ()):
        save_item(team, Handover(kind=HandoverKind(handover["kind"]), url=handover["url"]), at)
    for scenario in plan.get("scenarios", ()):
        save_item(team, Scenario(kind=ScenarioKind(scenario["kind"]), text=scenario["text"]), at)
        _add_lines(team, scenario, at)


def _add_lines(team: Team, scenario: Mapping[str, Any], at: datetime) -> None:
    """Add the needs and the actions of the scenario that was added last; tick off what is done."""
    scenario_id = _last_scenario(team).id
    for need in scenario.get("needs", ()):
        axis = Axis(need["axis"]) if "axis" in need else None
        lack = Need(theme=Theme(need["theme"]), nature=Nature(need["nature"]), axis=axis, text=need["text"])
        save_item(team, lack, at, scenario_id=scenario_id)
    for action in scenario.get("actions", ()):
        by, owner = ActionBy(action["by"]), action.get("owner", "")
        due_on = working_day_from(team.promotion.timetable, action["due"]) if "due" in action else None
        step = Action(by=by, text=action["text"], owner=owner, due_on=due_on)
        save_item(team, step, at, scenario_id=scenario_id)
        if action.get("done"):
            tick_action(team, _last_scenario(team).actions[-1].id, at, done=True)


def _last_scenario(team: Team) -> Scenario:
    plan = find_plan(team)
    assert plan is not None  # noqa: S101 — one was just added
    return plan.scenarios[-1]


def _add_advice(promotion: Promotion, now: datetime) -> None:
    """Adopt all that is proposed; most members have set aside some of what they were shown, but the first of them."""
    adopt_proposals(promotion, [proposal.key for proposal in PROPOSALS])
    query = select(Membership).where(Membership.promotion_id == promotion.id, Membership.role == Role.EIG)
    for member in db.session.scalars(query.order_by(Membership.id).offset(1)).all():
        random = seeded_random("advice", member.person.email)
        for advice in advice_for(member, now).shown[2:]:
            if random.random() < SET_ASIDE:
                set_aside(member, advice)


def _share_story(promotion: Promotion, now: datetime) -> None:
    """Let the first of the EIGs have shared the story of their team; nobody knows the link, as everywhere."""
    query = select(Membership).where(Membership.promotion_id == promotion.id, Membership.role == Role.EIG)
    eig = db.session.scalars(query.order_by(Membership.id).limit(1)).one()
    if eig.team:
        make_link(eig.team, "la direction des systèmes d’information", promotion.ends_on, new_secret(), eig.person, now)

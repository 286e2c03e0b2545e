"""Owners of actions: named to themselves on /me, and no longer once they are erased."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.database import db
from app.home.account import erase_person
from app.plans.rules import names_somebody
from app.teams.models import Membership, Person, Team
from tests.builders import make_member, make_team
from tests.plans.written import action_in, plan_of


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        ("Ada Lovelace", True),
        ("ada  LOVELACE", True),
        ("Ada", True),
        ("ada@plants.example", True),
        ("Ada et Léa", False),
        ("Lovelace", False),
        ("DSI", False),
        ("", False),
    ],
)
def test_an_owner_is_somebody_by_name_first_name_or_address(owner: str, names: bool) -> None:
    assert names_somebody(owner, "Ada Lovelace", "ada@plants.example") is names


def test_nobody_without_a_name_owns_what_nobody_owns() -> None:
    assert not names_somebody("", "", "")
    assert not names_somebody("DSI", "", "")


@pytest.mark.both_databases
def test_owners_see_their_actions_and_are_forgotten_when_erased(
    visitor: FlaskClient, app: Flask, eig: Membership, team: Team
) -> None:
    action_in(team, "Documenter", owner="Ada Lovelace")
    action_in(team, "Héberger", owner="DSI")
    elsewhere = make_team(team.promotion, "Brancard")
    make_member(team.promotion, "eig", elsewhere, name="Ada Lovelace")
    action_in(elsewhere, "Autre défi", owner="Ada Lovelace")
    owned = visitor.get("/me/data").json["plan_actions_owned"]  # type: ignore[index]
    assert owned == [
        {
            "promotion": "Promotion 3",
            "team": "Jachère",
            "action": "Documenter",
            "owner": "Ada Lovelace",
            "by": "2019-03-11",
            "done_on": None,
        }
    ]
    erase_person(db.session.get_one(Person, eig.person_id), now())
    assert [action.owner for action in plan_of(team).scenarios[0].actions] == ["", "DSI"]
    assert plan_of(elsewhere).scenarios[0].actions[0].owner == "Ada Lovelace"

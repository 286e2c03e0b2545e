"""Two coordinators at one milestone: the second sees what the first has saved, and loses nothing that was typed."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.database import db
from app.records.milestone_days import MilestoneDays
from app.records.milestone_service import (
    DaysChangedError,
    ExclusionChangedError,
    count_team_again,
    days_of,
    exclude_team,
    exclusion_base,
    move_milestone,
    remove_milestone,
)
from app.records.models import Milestone, MilestoneExclusion
from app.teams.models import Promotion, Team
from app.teams.roles import Role
from tests.builders import make_member, make_milestone
from tests.fixtures.site import as_member
from tests.pages import typed, words
from tests.rows import audited
from tests.threads import while_under_way

PAGE = "/promotion-3/manage/records/mid"
MINE = {"day": "2019-03-04", "opens_on": "2019-03-04", "closes_on": "2019-03-20"}
THEIRS = {"day": "2019-03-04", "opens_on": "2019-03-07", "closes_on": "2019-04-12"}


@pytest.fixture
def me(client: FlaskClient, promotion: Promotion) -> FlaskClient:
    return as_member(client, make_member(promotion, Role.COORDINATOR))


@pytest.fixture
def other(app: Flask, promotion: Promotion) -> FlaskClient:
    return as_member(app.test_client(), make_member(promotion, Role.COORDINATOR, email="autre@programme.example"))


def saved_days() -> MilestoneDays:
    db.session.rollback()
    return days_of(db.session.scalars(select(Milestone)).one())


def reasons() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(MilestoneExclusion.reason)))


def test_days_that_another_has_just_saved_are_shown_and_replaced_only_knowingly(
    me: FlaskClient, other: FlaskClient, promotion: Promotion
) -> None:
    make_milestone(promotion)
    base = typed(me.get(PAGE).text, "base")
    assert other.post(PAGE, data=THEIRS | {"base": base}).status_code == 303
    second = me.post(PAGE, data=MINE | {"base": base})
    assert (second.status_code, saved_days().closes_on) == (409, date(2019, 4, 12))
    page = words(second.text)
    assert "Quelqu’un d’autre a modifié cela entre-temps" in page
    assert "12 avril 2019" in page
    assert [typed(second.text, name) for name in MINE] == list(MINE.values())
    assert me.post(PAGE, data=MINE | {"base": typed(second.text, "base")}).status_code == 303
    assert saved_days().closes_on == date(2019, 3, 20)
    assert me.post(PAGE, data=MINE | {"base": base}).status_code == 303  # sent again: it says that already
    assert audited() == ["milestone.changed"] * 2


def test_a_page_opened_before_forms_told_what_they_were_filled_from_saves_as_before(
    me: FlaskClient, promotion: Promotion, team: Team
) -> None:
    exclude_team(make_milestone(promotion), team, "autre")
    assert me.post(PAGE, data=MINE).status_code == 303
    assert me.post(f"{PAGE}/jachere/exclusion", data={"reason": "à part"}).status_code == 303
    assert (saved_days().closes_on, reasons()) == (date(2019, 3, 20), ["à part"])


def test_a_reason_that_another_has_just_given_is_shown_and_replaced_only_knowingly(
    me: FlaskClient, other: FlaskClient, promotion: Promotion, team: Team
) -> None:
    make_milestone(promotion)
    act = f"{PAGE}/jachere"
    base = typed(me.get(act).text, "base")
    sent = {"reason": "projet arrêté", "base": base}
    for _click in range(2):
        assert other.post(f"{act}/exclusion", data=sent).status_code == 303
    second = me.post(f"{act}/exclusion", data={"reason": "modalités particulières", "base": base})
    assert (second.status_code, reasons()) == (409, ["projet arrêté"])
    assert "Le motif projet arrêté" in words(second.text)
    assert typed(second.text, "reason") == "modalités particulières"
    again = {"reason": "modalités particulières", "base": typed(second.text, "base")}
    assert me.post(f"{act}/exclusion", data=again).status_code == 303
    assert reasons() == ["modalités particulières"]


def test_a_team_is_not_counted_again_past_a_reason_that_was_not_read(
    me: FlaskClient, other: FlaskClient, promotion: Promotion, team: Team
) -> None:
    exclude_team(make_milestone(promotion), team, "autre")
    act = f"{PAGE}/jachere"
    base = typed(me.get(act).text, "base")
    other.post(f"{act}/exclusion", data={"reason": "projet arrêté", "base": base})
    late = me.post(f"{act}/exclusion/end", data={"base": base})
    assert (late.status_code, reasons()) == (409, ["projet arrêté"])
    assert "vient de modifier ce que vous vouliez retirer" in words(late.text)
    assert me.post(f"{act}/exclusion/end", data={"base": typed(me.get(act).text, "base")}).status_code == 303
    assert reasons() == []
    late = me.post(f"{act}/exclusion", data={"reason": "projet arrêté", "base": exclusion_base("projet arrêté")})
    assert (late.status_code, reasons()) == (409, [])  # from a page on which it was excluded


@pytest.mark.both_databases
def test_days_saved_while_another_was_waited_for_are_seen(app: Flask, promotion: Promotion) -> None:
    milestone = make_milestone(promotion)
    milestone_id, day, base = milestone.id, milestone.day, days_of(milestone).base

    def move(closes_on: date) -> None:
        row = db.session.get_one(Milestone, milestone_id)  # read before the lock, as the view does
        move_milestone(row, MilestoneDays(day, day, closes_on), base)

    first, second = (partial(move, date(2019, 4, number)) for number in (10, 20))
    assert isinstance(while_under_way(app, "UPDATE milestones", first, second), DaysChangedError)
    assert saved_days().closes_on == date(2019, 4, 10)


@pytest.mark.both_databases
def test_a_milestone_removed_while_its_days_are_changed_stays_removed(app: Flask, promotion: Promotion) -> None:
    milestone = make_milestone(promotion)
    milestone_id, days = milestone.id, MilestoneDays(milestone.day, None, None)

    def remove() -> None:
        remove_milestone(db.session.get_one(Milestone, milestone_id))

    def move() -> None:
        if milestone := db.session.get(Milestone, milestone_id):  # SQLite makes it wait before it reads that
            move_milestone(milestone, days)

    late = while_under_way(app, "DELETE FROM milestones", remove, move)
    assert late is None if db.engine.dialect.name == "sqlite" else isinstance(late, DaysChangedError), late


@pytest.mark.both_databases
def test_a_reason_given_while_another_was_waited_for_is_seen(app: Flask, promotion: Promotion, team: Team) -> None:
    milestone_id, team_id = make_milestone(promotion).id, team.id
    exclude_team(db.session.get_one(Milestone, milestone_id), team, "autre")

    def rows() -> tuple[Milestone, Team]:
        milestone = db.session.get_one(Milestone, milestone_id, options=[selectinload(Milestone.exclusions)])
        return milestone, db.session.get_one(Team, team_id)  # read before the lock, as the view does

    def exclude() -> None:
        exclude_team(*rows(), "projet arrêté", exclusion_base("autre"))

    def count_again() -> None:
        count_team_again(*rows(), exclusion_base("autre"))

    late = while_under_way(app, "UPDATE milestone_exclusions", exclude, count_again)
    assert isinstance(late, ExclusionChangedError), late
    assert reasons() == ["projet arrêté"]

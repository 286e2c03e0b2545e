"""Side by side: what one may read of one promotion and of others, and nothing that tells of the people of one team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.records.models import ChallengeRecord, Milestone, MilestoneExclusion
from app.records.queries import find_milestone
from app.retrospective.models import Audience, PublishedReport
from app.retrospective.service import publish
from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

PAGE = "/promotion-3/retrospective/compare"
AT = datetime(2019, 3, 1, tzinfo=UTC)
TEAMS = ("Brancard", "Cadastre", "Jachère")
Records = Mapping[str, dict[str, object]]
END: Records = {
    "Brancard": {"state": "production", "people": {"host_employee": 2}},
    "Cadastre": {"state": "development", "people": {"private": 2}},
    "Jachère": {"state": "development", "people": {"private": 1, "host_employee": 1}},
}
LATER: Records = {
    "Brancard": {"state": "production", "people": {"host_employee": 1, "private": 1}},
    "Cadastre": {"state": "production", "people": {"private": 2}},
}


@pytest.fixture
def promotion(app: Flask, clock: object) -> Promotion:
    promotion = make_promotion()
    for name in TEAMS:
        make_team(promotion, name)
    return promotion


@pytest.fixture
def coordinator(promotion: Promotion) -> Membership:
    return make_member(promotion, "coordinator", locale="en")


@pytest.fixture
def eig(promotion: Promotion) -> Membership:
    return make_member(promotion, "eig", promotion.teams[0], locale="en")


def make_milestone(promotion: Promotion, key: str, records: Records) -> Milestone:
    milestone = Milestone(promotion_id=promotion.id, key=key, day=date(2019, 3, 1))
    for team in promotion.teams:
        if team.name in records:
            content = {"answered_by": "eig", **records[team.name]}
            milestone.records.append(ChallengeRecord(team_id=team.id, content=content, updated_at=AT, sent_at=AT))
    return saved(milestone)


def make_report(promotion: Promotion, author: Membership, key: str, audience: Audience = Audience.MEMBERS) -> None:
    milestone = find_milestone(promotion, key)
    assert milestone
    publish(promotion, milestone, audience, "", author.person, now(), seen=(0, 0))


def page(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return words(answer.text)


def test_the_coordination_sees_two_milestones_on_the_teams_in_both(
    client: FlaskClient, promotion: Promotion, coordinator: Membership
) -> None:
    as_member(client, coordinator)
    assert "not yet two reports" in page(client)
    make_milestone(promotion, "end", END)
    assert "not yet two reports" in page(client)
    make_milestone(promotion, "after-6", LATER)
    shown = page(client)
    assert "Counted on the 2 teams that have a record at both. Brancard, Cadastre." in shown
    assert "Half: 1 tool of 2 is in production" in shown
    assert "On all its teams: 1 tool of 3 is in production" in shown, "what the report of the end says"
    assert "All: 2 tools of 2 are in production" in shown
    assert "2 tools of 2 are in production (1 without an answer)" not in shown, "the very same teams: said once"
    assert "2 EIGs of 4 stay in the administration" in shown
    assert shown == page(client, "?from=end&to=after-6")
    turned = page(client, "?from=after-6&to=end")
    assert turned.index("2 tools of 2") < turned.index("1 tool of 2")


def test_a_milestone_at_which_no_team_has_answered_yet_is_not_the_one_to_begin_with(
    client: FlaskClient, promotion: Promotion, coordinator: Membership
) -> None:
    make_milestone(promotion, "end", END)
    make_milestone(promotion, "after-6", LATER)
    make_milestone(promotion, "after-16", {})
    as_member(client, coordinator)
    assert page(client) == page(client, "?from=end&to=after-6")
    assert "No team has a record at both yet" in page(client, "?from=end&to=after-16")


def test_milestones_without_a_team_in_both_say_so_in_one_voice(
    client: FlaskClient, promotion: Promotion, coordinator: Membership
) -> None:
    make_milestone(promotion, "end", {"Brancard": {"state": "production"}})
    make_milestone(promotion, "after-6", {"Cadastre": {"state": "production"}})
    as_member(client, coordinator)
    shown = page(client)
    assert "No team has a record at both yet: there is nothing to set side by side." in shown
    assert "Counted on" not in shown
    assert "What is not compared" not in shown


def test_members_see_what_is_published_and_nothing_that_tells_of_the_people_of_one_team(
    client: FlaskClient, promotion: Promotion, coordinator: Membership, eig: Membership
) -> None:
    make_milestone(promotion, "end", END)
    make_milestone(promotion, "after-6", LATER)
    as_member(client, eig)
    assert "not yet two reports" in page(client)
    make_report(promotion, coordinator, "end")
    assert client.get(f"{PAGE}?from=end&to=after-6").status_code == 404
    make_report(promotion, coordinator, "after-6")
    shown = page(client, "?from=end&to=after-6")
    assert "1 tool of 2 is in production" in shown
    assert "EIGs of 4 stay in the administration" not in shown
    assert "stay in the administration" not in shown.replace("EIGs who stay in the administration", "")
    told = "it would tell what became of the people of a single team : people hired by their hosts, EIGs who stay"
    assert told.replace(" :", ":") in shown.replace(" :", ":")


def test_what_is_published_stands_side_by_side_as_it_was(
    client: FlaskClient, promotion: Promotion, coordinator: Membership, eig: Membership
) -> None:
    made = {key: make_milestone(promotion, key, LATER if key == "after-6" else END) for key in ("end", "after-6")}
    for key in made:
        make_report(promotion, coordinator, key)
    as_member(client, eig)
    shown = page(client)
    assert "Half: 1 tool of 2 is in production" in shown
    brancard, cadastre, jachere = promotion.teams
    made["end"].exclusions.append(MilestoneExclusion(team_id=brancard.id, reason="une autre convention"))
    record = next(each for each in made["end"].records if each.team_id == cadastre.id)
    record.content = {"answered_by": "eig", "state": "stopped"}
    content = {"answered_by": "eig", **END["Jachère"]}
    for milestone in made.values():
        if not any(each.team_id == jachere.id for each in milestone.records):
            milestone.records.append(ChallengeRecord(team_id=jachere.id, content=content, updated_at=AT, sent_at=AT))
    db.session.commit()
    assert page(client) == shown, "no record that comes later tells of its people, either"
    brancard.name = "Civière"
    db.session.commit()
    renamed = shown.replace("Brancard, Cadastre", "Cadastre, Civière")
    assert page(client) == renamed, "a team that is renamed is the same"
    as_member(client, coordinator)
    assert "Counted on the 2 teams that have a record at both. Cadastre, Jachère." in page(client)


def test_a_record_that_comes_after_reports_which_kept_none_does_not_tell_members_of_its_people(
    client: FlaskClient, promotion: Promotion, coordinator: Membership, eig: Membership
) -> None:
    for key in ("end", "after-6"):
        make_milestone(promotion, key, LATER)
        make_report(promotion, coordinator, key)
    for report in db.session.scalars(select(PublishedReport)):  # as version 0.3.0 left them
        report.content = {name: report.content[name] for name in ("method", "documents", "figures")}
    db.session.commit()
    as_member(client, eig)
    assert "1 EIG of 4 stays in the administration" in page(client)
    late = next(team for team in promotion.teams if team.name == "Jachère")
    content = {"answered_by": "eig", **END["Jachère"]}
    for key in ("end", "after-6"):
        milestone = find_milestone(promotion, key)
        assert milestone
        saved(ChallengeRecord(milestone_id=milestone.id, team_id=late.id, content=content, updated_at=AT, sent_at=AT))
    shown = page(client)
    assert "Counted on the 3 teams" in shown
    assert "of 6 stay in the administration" not in shown
    assert "it would tell what became of the people of a single team" in shown


def test_other_promotions_stand_beside_their_own_base_where_they_are_for_everybody(
    client: FlaskClient, promotion: Promotion, coordinator: Membership, eig: Membership
) -> None:
    other = make_promotion(slug="promotion-2", name="Promotion 2")
    for name in ("Ravine", "Plume"):
        make_team(other, name)
    theirs = make_member(other, "coordinator")
    make_milestone(promotion, "end", END)
    make_report(promotion, coordinator, "end")
    make_milestone(other, "end", {"Ravine": {"state": "production"}, "Plume": {"state": "production"}})
    make_report(other, theirs, "end")
    as_member(client, eig)
    assert "not yet two reports" in page(client)
    make_milestone(other, "mid", {"Ravine": {"state": "production"}})
    make_report(other, theirs, "mid", Audience.EVERYBODY)
    assert client.get(f"{PAGE}?from=end&to=promotion-2/end").status_code == 404, "it is for their members"
    shown = page(client)
    assert "Two cohorts, two groups of teams" in shown
    assert "1 tool of 3 is in production" in shown
    assert "1 tool of 1 is in production" in shown
    assert page(client, "?from=end&to=promotion-2/mid") == shown


@pytest.mark.parametrize(
    "query", ["from=end", "to=end", "from=x&to=end", "from=end&to=promotion-9/end", "from=%01&to=%01"]
)
def test_what_is_not_there_is_not_found(
    client: FlaskClient, promotion: Promotion, coordinator: Membership, query: str
) -> None:
    make_milestone(promotion, "end", END)
    make_milestone(promotion, "after-6", LATER)
    assert as_member(client, coordinator).get(f"{PAGE}?{query}").status_code == 404

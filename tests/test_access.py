"""Who may enter which page: one table of every route and every sort of visitor; and addresses that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.advice.models import Advice
from app.advice.rules import Occasion
from app.bulletins.models import Bulletin
from app.confidential.models import ConfidentialMessage
from app.database import db
from app.letters.models import SuppressedAddress
from app.plans.models import Plan, PlanAction, PlanAlly, PlanScenario
from app.plans.vocabulary import ActionBy, AllyKind, ScenarioKind
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from tests.builders import (
    LONG_AGO,
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_questionnaire,
    make_team,
    saved,
)
from tests.fixtures.site import as_member

ASKED = ("eig", "eig who coordinates", "gone")  # to answer a questionnaire
VISITORS = ("visitor", "stranger", "eig", "mentor", "coordinator", "eig who coordinates", "gone")


def row(*statuses: int) -> dict[str, int]:
    """The status for each of VISITORS, in that order; one status is for all of them."""
    return dict(zip(VISITORS, statuses * len(VISITORS) if len(statuses) == 1 else statuses, strict=True))


def members(status: int) -> dict[str, int]:
    """For every member of the promotion; a visitor is sent to sign in, for others the page does not exist."""
    return row(302, 404, status, status, status, status, 404)


def writers(status: int) -> dict[str, int]:
    return row(302, 404, status, 403, 403, status, 404)


def mentors(status: int) -> dict[str, int]:
    """For the mentor alone, of what belongs to the mentor's team."""
    return row(302, 404, 403, status, 403, 403, 404)


def coordination(status: int) -> dict[str, int]:
    return row(302, 404, 403, 403, status, status, 404)


def everyone_signed_in(status: int) -> dict[str, int]:
    return row(302, *[status] * 6)


P = "/<slug:promotion_slug>"
TABLE = {
    # for everybody
    "GET /": row(200, 302, 200, 200, 302, 200, 200),  # who only coordinates has a desk
    "GET /static/<path:filename>": row(200),
    "GET /sign-in": row(200, *[302] * 6),
    "POST /sign-in": row(422),
    "GET /sign-in/sent": row(200),
    "GET /sign-in/<secret>": row(410),
    "POST /sign-in/<secret>": row(410),
    "GET /unsubscribe/<token>": row(410),
    "POST /unsubscribe/<token>": row(410),
    "GET /start/<secret>": row(410),
    "POST /start/<secret>": row(410),
    # for who coordinates a cohort, whichever: the stranger does
    "GET /manage": row(302, 200, 403, 403, 200, 200, 403),
    "GET /manage/log": row(302, 200, 403, 403, 200, 200, 403),
    "GET /manage/log.csv": row(302, 200, 403, 403, 200, 200, 403),
    "GET /manage/new": row(302, 200, 403, 403, 200, 200, 403),
    "POST /manage/new": row(302, 422, 403, 403, 422, 422, 403),
    "GET /address/<secret>": row(410),
    "POST /address/<secret>": row(410),
    "GET /record/<token>": row(410),
    "POST /record/<token>": row(410),
    "GET /record/<token>/<slug:section>": row(410),
    "POST /record/<token>/<slug:section>": row(410),
    "GET /share/<token>": row(404),
    f"GET {P}/dates.ics": row(410),
    f"GET {P}/digests.atom": row(410),
    "POST /language": row(400),
    "GET /healthz": row(200),
    "GET /healthz/jobs": row(503),  # no job process has run
    "GET /metrics": row(200),
    # for whoever has signed in
    "POST /sign-out": row(302),
    "POST /me/end-sessions": row(302),
    "POST /me/drafts/discard": row(302),
    "POST /me/sessions/<int:session_id>/end": row(302),
    "POST /me/identities/<int:identity_id>/unlink": row(302),
    "POST /me/end-links": row(302),
    "GET /accessibility": row(200),
    "GET /legal-notice": row(200),
    "GET /personal-data": row(200),
    "GET /legal-notice/edit": row(302, 200, 403, 403, 200, 200, 403),  # the stranger coordinates elsewhere: one site
    "POST /legal-notice/edit": row(302, 303, 403, 403, 303, 303, 403),
    "GET /me": everyone_signed_in(200),
    "GET /me/data": everyone_signed_in(200),
    "GET /me/details": everyone_signed_in(200),
    "POST /me/details/name": row(302, *[422] * 6),
    "POST /me/details/address": row(302, *[422] * 6),
    "GET /help": row(*[302] * 6, 200),  # to that of their only promotion
    "GET /me/erase": everyone_signed_in(200),
    "POST /me/erase": everyone_signed_in(422),
    "POST /me/letters/<int:membership>": row(302, *[404] * 6),  # of somebody else
    # for the coordination, and a team's EIGs
    f"GET {P}/manage/channels": coordination(200),
    f"POST {P}/manage/channels": coordination(422),
    f"GET {P}/teams/<slug:team>/channel": coordination(200),
    f"POST {P}/teams/<slug:team>/channel": coordination(422),
    f"POST {P}/channels/<int:channel_id>/test": members(404),
    f"POST {P}/channels/<int:channel_id>/remove": members(303),
    # for the members of the promotion
    f"GET {P}/": members(200),
    f"GET {P}/weeks": members(200),
    f"GET {P}/weeks/<week:week>": members(200),
    f"GET {P}/teams": members(200),
    f"GET {P}/teams/<slug:team>": members(200),
    f"GET {P}/teams/<slug:team>/plan": members(200),
    # the team is that of the mentor, and the action is the coordination's
    f"GET {P}/teams/<slug:team>/plan/vision": mentors(200),
    f"POST {P}/teams/<slug:team>/plan/vision": mentors(303),
    f"GET {P}/teams/<slug:team>/plan/<slug:part>/new": mentors(200),
    f"POST {P}/teams/<slug:team>/plan/<slug:part>/new": mentors(422),
    f"GET {P}/teams/<slug:team>/plan/<slug:part>/<int:item>": mentors(200),
    f"POST {P}/teams/<slug:team>/plan/<slug:part>/<int:item>": mentors(422),
    f"POST {P}/teams/<slug:team>/plan/<slug:part>/<int:item>/remove": mentors(303),
    f"POST {P}/teams/<slug:team>/plan/actions/<int:item>/done": row(302, 404, 403, 303, 303, 303, 404),
    # the story of the mentor's team: for that team and the coordination
    **{
        f"GET {P}/teams/<slug:team>/story{kind}": row(302, 404, 403, 200, 200, 200, 404) for kind in ("", ".md", ".pdf")
    },
    f"GET {P}/teams/<slug:team>/sheet.pdf": row(302, 404, 403, 200, 200, 200, 404),
    f"GET {P}/teams/<slug:team>/story/<slug:name>.svg": row(302, 404, 403, 404, 404, 404, 404),
    f"GET {P}/search": members(200),
    f"GET {P}/search/similar": writers(200),
    f"GET {P}/export": members(200),
    **{f"GET {P}/export/bulletins.{kind}": members(200) for kind in ("csv", "md", "json")},
    # of the mentor's team: its EIGs and the coordination share it
    f"GET {P}/teams/<slug:team>/share": coordination(200),
    f"POST {P}/teams/<slug:team>/share": coordination(422),
    f"POST {P}/teams/<slug:team>/share/<int:link>/revoke": coordination(303),
    f"GET {P}/digests": members(200),
    f"GET {P}/digests/<week:week>": members(200),
    f"POST {P}/digests/<week:week>/read": members(302),
    f"POST {P}/reading/consent": row(302, 404, 400, 400, 400, 400, 404),
    f"POST {P}/reading/answer": row(302, 404, 400, 400, 400, 400, 404),
    f"GET {P}/dates": members(200),
    f"POST {P}/feeds/<slug:feed>/make": members(303),
    f"POST {P}/feeds/<slug:feed>/end": members(303),
    f"GET {P}/engagement": members(200),
    f"GET {P}/retrospective/compare": members(200),
    f"GET {P}/records": members(200),
    f"GET {P}/records/<slug:milestone>": members(200),
    # of the mentor's team, in which nothing is filled in
    f"GET {P}/records/<slug:milestone>/<slug:team>": row(302, 404, 403, 200, 200, 200, 404),
    f"POST {P}/records/<slug:milestone>/<slug:team>": row(302, 404, 403, 422, 422, 422, 404),
    f"GET {P}/records/<slug:milestone>/<slug:team>/<slug:section>": row(302, 404, 403, 200, 200, 200, 404),
    f"POST {P}/records/<slug:milestone>/<slug:team>/<slug:section>": row(302, 404, 403, 303, 303, 303, 404),
    f"GET {P}/retrospective": members(200),  # what is published to everybody: tests/retrospective/test_reports.py
    f"GET {P}/retrospective/<slug:key>": row(302, 404, 200, 200, 302, 302, 404),
    f"GET {P}/retrospective/<slug:key>/report.pdf": members(404),  # nothing is published
    f"GET {P}/retrospective/<slug:key>/report.md": members(404),
    f"GET {P}/retrospective/<slug:key>/open-data.zip": members(404),
    f"GET {P}/retrospective/<slug:key>/<slug:name>.svg": members(404),
    f"GET {P}/retrospective/<slug:key>/draft": coordination(200),
    f"GET {P}/retrospective/<slug:key>/draft/report.pdf": coordination(200),
    f"GET {P}/retrospective/<slug:key>/draft/report.md": coordination(200),
    f"GET {P}/retrospective/<slug:key>/draft/<slug:name>.svg": coordination(200),
    f"GET {P}/retrospective/<slug:key>/edit": coordination(200),
    f"POST {P}/retrospective/<slug:key>/edit": coordination(422),
    f"GET {P}/retrospective/<slug:key>/publish": coordination(200),
    f"POST {P}/retrospective/<slug:key>/publish": coordination(422),
    f"GET {P}/help": members(200),
    # the call is that of the mentor's team: published to all, closed by that team and the coordination
    f"POST {P}/help/<int:call>/renewed": row(302, 404, 403, 302, 302, 302, 404),
    f"GET {P}/help/<int:call>/offer": row(302, 404, 200, 403, 200, 200, 404),
    f"POST {P}/help/<int:call>/offer": row(302, 404, 422, 403, 422, 422, 404),
    f"GET {P}/digests/<week:week>/help/<int:call>/offer": row(302, 404, 200, 403, 200, 200, 404),
    f"POST {P}/digests/<week:week>/help/<int:call>/offer": row(302, 404, 422, 403, 422, 422, 404),
    f"POST {P}/help/<int:call>/resolved": row(302, 404, 403, 302, 302, 302, 404),
    f"POST {P}/help/<int:call>/withdrawn": row(302, 404, 403, 409, 409, 409, 404),  # it is resolved
    # for the EIGs of that team: tests/help_requests/test_thanks.py
    f"GET {P}/help/<int:call>/thanks": members(404),
    f"POST {P}/help/<int:call>/thanks": members(404),
    f"POST {P}/help/<int:call>/thanks/<int:offer>/hide": members(404),
    # to a bulletin of the EIGs' own team, with nothing said
    f"POST {P}/bulletins/<int:bulletin_id>/reaction": row(302, 404, 403, 400, 400, 403, 404),
    # shown to the members of teams
    f"POST {P}/advice/<int:advice_id>/set-aside": row(302, 404, 303, 303, 404, 303, 404),
    # asked of the EIGs who are in the promotion on that day; the coordination sees no answer
    f"GET {P}/questionnaires/<int:questionnaire_id>": row(302, 404, 200, 404, 404, 200, 404),
    f"POST {P}/questionnaires/<int:questionnaire_id>": row(302, 404, 200, 404, 404, 200, 404),
    # for EIGs
    f"GET {P}/bulletin": writers(200),
    f"POST {P}/bulletin": writers(422),
    f"GET {P}/bulletin/<week:week>": writers(200),
    f"POST {P}/bulletin/<week:week>": writers(422),
    f"POST {P}/bulletin/preview": writers(200),
    f"GET {P}/bulletin/<week:week>/receipt": writers(200),
    f"GET {P}/rota": writers(200),
    f"POST {P}/rota": writers(422),
    f"POST {P}/rota/end": writers(303),
    f"POST {P}/rota/<week:week>/exchange": writers(400),
    f"GET {P}/confidential": writers(200),
    f"POST {P}/confidential": writers(422),
    f"POST {P}/confidential/<int:message_id>/take-back": writers(404),  # somebody else's
    # for the coordination
    f"GET {P}/manage/": coordination(200),
    f"GET {P}/manage/week": coordination(200),
    f"GET {P}/manage/timetable": coordination(200),
    f"POST {P}/manage/timetable": coordination(303),  # nothing to change
    f"POST {P}/manage/timetable/days-off": coordination(422),
    f"POST {P}/manage/timetable/days-off/remove": coordination(400),
    f"POST {P}/manage/timetable/pauses": coordination(422),
    f"POST {P}/manage/timetable/pauses/<int:pause_id>/end": coordination(303),
    f"GET {P}/manage/weeks/<week:week>": coordination(200),
    f"GET {P}/manage/weeks/<week:week>/preview/<slug:language>": coordination(404),  # its digest is issued
    f"GET {P}/manage/weeks/<week:week>/preview/<slug:language>/letter": coordination(404),  # the same
    f"GET {P}/manage/weeks/<week:week>/put-off": coordination(404),
    f"POST {P}/manage/weeks/<week:week>/put-off": coordination(303),
    f"POST {P}/manage/weeks/<week:week>/hold": coordination(303),
    f"POST {P}/manage/weeks/<week:week>/release": coordination(303),
    f"GET {P}/manage/weeks/<week:week>/issue": coordination(303),
    f"POST {P}/manage/weeks/<week:week>/issue": coordination(303),
    f"POST {P}/manage/weeks/<week:week>/test-letter": coordination(303),
    f"POST {P}/manage/weeks/<week:week>/remind/<slug:team>": coordination(303),
    f"GET {P}/manage/weeks/<week:week>/notes": coordination(200),
    f"POST {P}/manage/weeks/<week:week>/notes": coordination(422),
    f"POST {P}/manage/weeks/<week:week>/notes/<int:note_id>/remove": coordination(303),
    f"GET {P}/manage/weeks/<week:week>/notes/teams/<slug:team>": coordination(200),
    f"POST {P}/manage/weeks/<week:week>/notes/teams/<slug:team>": coordination(303),  # nothing to change
    f"POST {P}/manage/weeks/<week:week>/notes/teams/<slug:team>/withdraw": coordination(422),
    f"GET {P}/manage/weeks/<week:week>/notes/introduction": coordination(404),  # there is none
    f"POST {P}/manage/weeks/<week:week>/notes/introduction": coordination(404),
    f"POST {P}/manage/weeks/<week:week>/notes/introduction/withdraw": coordination(404),
    f"GET {P}/manage/weeks/<week:week>/letters/again": coordination(200),
    f"POST {P}/manage/weeks/<week:week>/letters/again": coordination(404),  # to nobody
    f"POST {P}/manage/weeks/<week:week>/introduction": coordination(302),
    f"GET {P}/manage/weeks/<week:week>/letters": coordination(200),
    f"POST {P}/manage/weeks/<week:week>/letters/<slug:action>": coordination(302),
    f"GET {P}/manage/addresses": coordination(200),
    f"POST {P}/manage/addresses/<int:address_id>/lift": coordination(302),
    f"POST {P}/manage/addresses/held/suppress": coordination(302),
    f"POST {P}/manage/addresses/held/spare": coordination(302),
    f"GET {P}/manage/calls": coordination(200),
    f"GET {P}/manage/calls.md": coordination(200),
    f"GET {P}/manage/confidential": coordination(200),
    f"POST {P}/manage/confidential/<int:message_id>/answer": coordination(422),
    f"POST {P}/manage/confidential/<int:message_id>/close": coordination(302),
    f"GET {P}/advice": coordination(200),
    f"POST {P}/advice": coordination(422),
    f"POST {P}/advice/adopt": coordination(303),
    f"GET {P}/advice/<int:advice_id>": coordination(200),
    f"POST {P}/advice/<int:advice_id>": coordination(422),
    f"POST {P}/advice/<int:advice_id>/remove": row(302, 404, 403, 403, 303, 404, 404),  # there is one
    f"GET {P}/manage/records/new": coordination(200),
    f"POST {P}/manage/records/new": coordination(422),
    f"GET {P}/manage/records/<slug:milestone>": coordination(200),
    f"POST {P}/manage/records/<slug:milestone>": coordination(422),
    f"GET {P}/manage/records/<slug:milestone>/<slug:team>": coordination(200),
    f"POST {P}/manage/records/<slug:milestone>/<slug:team>/exclusion": coordination(422),
    f"POST {P}/manage/records/<slug:milestone>/<slug:team>/exclusion/end": coordination(303),
    f"POST {P}/manage/records/<slug:milestone>/<slug:team>/link": coordination(422),
    f"POST {P}/manage/records/<slug:milestone>/remove": row(302, 404, 403, 403, 303, 404, 404),  # once
    f"POST {P}/records/<slug:milestone>/<slug:team>/links/end": coordination(303),
    f"GET {P}/manage/questionnaires": coordination(200),
    f"POST {P}/manage/questionnaires": coordination(422),
    f"GET {P}/manage/questionnaires/to-issue/<slug:public>": coordination(200),
    f"GET {P}/manage/questionnaires/to-issue/<slug:public>.yml": coordination(200),
    f"POST {P}/manage/questionnaires/own": coordination(422),
    f"POST {P}/manage/questionnaires/own/issue": coordination(400),
    f"GET {P}/manage/questionnaires/<int:questionnaire_id>/results": coordination(302),  # still open
    f"POST {P}/manage/questionnaires/<int:questionnaire_id>/close": coordination(303),
    f"GET {P}/manage/log": coordination(200),
    f"GET {P}/manage/cohort": coordination(200),
    f"POST {P}/manage/cohort": coordination(409),
    f"GET {P}/manage/cohort/delete": coordination(200),
    f"POST {P}/manage/cohort/delete": coordination(422),
    f"GET {P}/manage/first-steps": coordination(200),
    f"POST {P}/manage/first-steps/test-letter": coordination(303),
    f"GET {P}/manage/people": coordination(200),
    f"GET {P}/manage/people/new": coordination(200),
    f"POST {P}/manage/people/new": coordination(422),
    f"POST {P}/manage/people/invite": coordination(303),
    f"GET {P}/manage/people/import": coordination(200),
    f"POST {P}/manage/people/import": coordination(422),
    f"POST {P}/manage/people/import/apply": coordination(303),  # nothing to apply
    f"GET {P}/manage/people/<int:member_id>": coordination(200),
    # without what they were filled from
    f"POST {P}/manage/people/<int:member_id>/name": coordination(422),
    f"POST {P}/manage/people/<int:member_id>/place": coordination(409),
    f"POST {P}/manage/people/<int:member_id>/days": coordination(409),
    f"POST {P}/manage/people/<int:member_id>/address": coordination(422),
    f"POST {P}/manage/people/<int:member_id>/invite": coordination(303),
    f"GET {P}/manage/people/<int:member_id>/erase": coordination(200),
    f"POST {P}/manage/people/<int:member_id>/erase": coordination(422),
    f"GET {P}/manage/teams/new": coordination(200),
    f"POST {P}/manage/teams/new": coordination(422),
    f"GET {P}/manage/teams/<slug:team>": coordination(200),
    f"POST {P}/manage/teams/<slug:team>": coordination(409),
    f"POST {P}/manage/teams/<slug:team>/remove": coordination(303),
    f"GET {P}/manage/bulletins/import": coordination(200),
    f"POST {P}/manage/bulletins/import": coordination(422),
    f"POST {P}/manage/bulletins/import/apply": coordination(303),
    f"POST {P}/manage/bulletins/past-digests": coordination(303),
    f"GET {P}/manage/roster.yml": coordination(200),
    f"GET {P}/manage/log.csv": coordination(200),
    f"GET {P}/engagement/<slug:name>.csv": coordination(200),
    f"GET {P}/engagement/<slug:name>.svg": coordination(200),
}


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A promotion in its ninth week, with something behind every address of the table."""
    promotion = make_promotion()
    jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    author = make_member(promotion, team=jachere, email="author@promotion.example")
    make_bulletin(jachere, "2019-W09")
    make_bulletin(jachere, "2019-W10")
    make_bulletin(brancard, "2019-W09", help="Qui connaît la norme S57 ?")
    make_digest(promotion, "2019-W09")
    make_milestone(promotion)
    make_milestone(promotion, "end", day=promotion.ends_on)
    saved(SuppressedAddress(email="author@promotion.example", since=LONG_AGO))
    scenario = PlanScenario(kind=ScenarioKind.HIRE, actions=[PlanAction(by=ActionBy.COORDINATION, text="Relire")])
    ally = PlanAlly(kind=AllyKind.USERS, text="Les agents")
    saved(Plan(team_id=brancard.id, changed_at=LONG_AGO, allies=[ally], scenarios=[scenario]))
    saved(ConfidentialMessage(membership=author, text="J’aimerais en parler", written_at=LONG_AGO))
    saved(Advice(promotion_id=promotion.id, text="Semez", occasion=Occasion.WEEK, week=1))
    return promotion


@pytest.fixture
def members_by_kind(promotion: Promotion) -> dict[str, Membership | None]:
    jachere, brancard = sorted(promotion.teams, key=lambda team: team.key != "jachere")
    elsewhere = make_promotion(slug="promotion-4", name="Promotion 4")
    members: dict[str, Membership | None] = {
        "visitor": None,
        "stranger": make_member(elsewhere, Role.COORDINATOR, make_team(elsewhere, "Ravine")),
        "eig": make_member(promotion, team=jachere),
        "mentor": make_member(promotion, Role.MENTOR, brancard),
        "coordinator": make_member(promotion, Role.COORDINATOR),
        "eig who coordinates": make_member(promotion, team=jachere, coordinates=True),
        "gone": make_member(promotion, team=jachere, coordinates=True, left_on=date(2019, 3, 5)),
    }
    make_questionnaire(member for sort, member in members.items() if member and sort in ASKED)
    return members


SPELLED = {
    "<slug:promotion_slug>": "promotion-3",
    "<slug:team>": "brancard",
    "<slug:milestone>": "mid",
    "<slug:section>": "tool",
    "<slug:key>": "mid",
    "<int:call>": "1",
    "<int:bulletin_id>": "1",
    "<int:offer>": "1",
    "<int:message_id>": "1",
    "<int:membership>": "1",
    "<int:member_id>": "1",
    "<int:address_id>": "1",
    "<int:questionnaire_id>": "1",
    "<slug:public>": "eig",
    "<int:advice_id>": "1",
    "<int:session_id>": "1",
    "<int:identity_id>": "1",
    "<int:channel_id>": "1",
    "<slug:action>": "pause",
    "<slug:part>": "allies",
    "<int:link>": "1",
    "<slug:feed>": "calendar",
    "<slug:language>": "fr",
    "<int:pause_id>": "1",
    "<int:note_id>": "1",
    "<int:item>": "1",
    "<path:filename>": "product.css",
    "<slug:name>": "writing",
    "<secret>": "forged",
    "<token>": "forged",
}


def address_of(rule: str) -> str:
    """The URL of a page that exists."""
    this_week = "/bulletin/" in rule or ("/introduction" in rule and "/notes/" not in rule)
    rule = rule.replace("<slug:milestone>/remove", "end/remove")  # the other pages keep theirs
    for part, value in {**SPELLED, "<week:week>": "2019-W10" if this_week else "2019-W09"}.items():
        rule = rule.replace(part, value)
    assert "<" not in rule, f"add to SPELLED a value for each part of {rule}"
    return rule


def browser_of(app: Flask, member: Membership | None) -> FlaskClient:
    """A new browser, in which `member` is signed in; of a visitor, nobody is."""
    return as_member(app.test_client(), member) if member else app.test_client()


def routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_table_holds_every_route_and_no_other(app: Flask) -> None:
    assert sorted(routes(app) ^ set(TABLE)) == [], "say in TABLE who may enter"


def test_every_route_lets_in_whom_the_table_says(app: Flask, members_by_kind: dict[str, Membership | None]) -> None:
    clients = {sort: browser_of(app, member) for sort, member in members_by_kind.items()}
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        found = {}
        for sort, member in members_by_kind.items():
            found[sort] = clients[sort].open(address_of(rule), method=method, buffered=True).status_code
            if method == "POST":  # some end the session
                clients[sort] = browser_of(app, member)
        assert found == statuses, route


def test_a_visitor_is_sent_to_sign_in_and_nowhere_else(client: FlaskClient, promotion: Promotion) -> None:
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        if statuses["visitor"] == 302:
            assert client.open(address_of(rule), method=method).headers["Location"].startswith("/sign-in")


def test_a_head_is_answered_as_its_get(app: Flask, members_by_kind: dict[str, Membership | None]) -> None:
    client = browser_of(app, members_by_kind["eig"])
    for route, statuses in TABLE.items():
        method, _, rule = route.partition(" ")
        if method == "GET":
            assert client.head(address_of(rule), buffered=True).status_code == statuses["eig"], route


@pytest.mark.own_app
def test_a_page_that_says_nothing_is_for_members_only(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    app.add_url_rule("/<slug:promotion_slug>/new", endpoint="new", view_func=lambda: "new")
    assert client.get("/promotion-3/new").status_code == 302
    as_member(client, make_member(make_promotion(slug="promotion-4")))
    assert client.get("/promotion-3/new").status_code == 404
    as_member(client, make_member(promotion))
    assert client.get("/promotion-3/new").text == "new"


# --- What the table cannot say ---------------------------------------------------------------------------------------


def test_a_form_writes_ones_own_teams_bulletin_whatever_it_names(client: FlaskClient, promotion: Promotion) -> None:
    jachere, brancard = sorted(promotion.teams, key=lambda team: team.key != "jachere")
    as_member(client, make_member(promotion, team=jachere))
    sent = {"mood": "good", "priorities": "à nous", "ups_and_downs": "x", "team": brancard.id, "team_id": brancard.id}
    assert client.post("/promotion-3/bulletin", data={**sent, "revision": "1"}).status_code == 302
    db.session.rollback()
    texts = {(b.team.name, str(b.week)): b.priorities for b in db.session.scalars(select(Bulletin))}
    assert texts[("Jachère", "2019-W10")] == "à nous"
    assert ("Brancard", "2019-W10") not in texts


def test_somebody_in_two_promotions_is_in_each_what_they_are_there(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    eig = make_member(promotion, team=promotion.teams[0])
    make_member(other, Role.COORDINATOR, person=eig.person)
    as_member(client, eig)
    assert client.get("/promotion-3/manage/").status_code == 403
    assert client.get("/promotion-4/manage/").status_code == 200
    assert client.get("/promotion-4/bulletin").status_code == 403


def test_what_belongs_to_another_promotion_is_not_found_in_ones_own(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    as_member(client, make_member(other, Role.COORDINATOR))
    for path in ("teams/brancard", "digests/2019-W09", "manage/weeks/2019-W09/letters"):
        assert client.get(f"/promotion-4/{path}").status_code == 404
    for path in (
        "help/1/resolved",
        "help/1/renewed",
        "help/1/withdrawn",
        "help/1/offer",
        "help/1/thanks",
        "manage/confidential/1/close",
    ):
        assert client.post(f"/promotion-4/{path}").status_code == 404, path
    for path in ("manage/addresses/1/lift", "manage/weeks/2019-W09/letters/pause"):
        assert client.post(f"/promotion-4/{path}").status_code == 404, path


def test_an_eig_without_a_team_writes_no_bulletin(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion))
    assert client.get("/promotion-3/bulletin").status_code == 403
    assert client.get("/").status_code == 200


def test_alumni_read(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion, Role.ALUMNI))
    assert client.get("/promotion-3/digests/2019-W09").status_code == 200
    assert client.get("/promotion-3/bulletin").status_code == 403
    assert client.get("/promotion-3/manage/").status_code == 403


def test_a_member_enters_on_their_first_day_and_on_their_last(
    app: Flask, promotion: Promotion, clock: Traveller
) -> None:
    member = make_member(promotion, joined_on=date(2019, 3, 6), left_on=date(2019, 3, 8))
    days = {
        "2019-03-05T22:59:00Z": 404,
        "2019-03-05T23:01:00Z": 200,
        "2019-03-08T22:59:00Z": 200,
        "2019-03-08T23:01:00Z": 404,
    }
    for moment, status in days.items():
        clock.move_to(moment)
        assert as_member(app.test_client(), member).get("/promotion-3/weeks").status_code == status, moment


# --- Addresses that lead nowhere -------------------------------------------------------------------------------------

WEEKS = (
    "2026-W54",
    "2026-46",
    "2026-W00",
    "2019-W1",
    "19-W10",
    "foo",
    "%00",
    "٢٠١٩-W١٠",
    "2019-W10 ",
    "9999-W01",
    "0000-W01",
)
OUTSIDE = ("2018-W52", "2019-W46", "2019-W53", "2100-W01", "1900-W01")
NOT_BEGUN = "2019-W11"
SLUGS = ("foo", "Promotion-3", "%00", "promotion-3%00", "é", "a" * 10_000, "-", "..", "promotion_3", "promotion-3%0a")
NUMBERS = ("0", "-1", "1.5", "x", "%00", "99999999999999999999", "2147483648", "9" * 5000)


def nowhere() -> Iterator[str]:
    for week in (*WEEKS, *OUTSIDE):
        yield from (f"/promotion-3/{page}/{week}" for page in ("weeks", "digests", "bulletin", "manage/weeks"))
        yield from (f"/promotion-3/bulletin/{week}/receipt", f"/promotion-3/manage/weeks/{week}")
        yield f"/promotion-3/manage/weeks/{week}/letters"
    yield from (f"/promotion-3/{page}/{NOT_BEGUN}" for page in ("weeks", "digests", "bulletin"))
    for slug in SLUGS:
        yield from (f"/{slug}/{page}" for page in ("weeks", "bulletin", "manage/weeks/2019-W09"))
        yield f"/promotion-3/teams/{slug}"
        yield f"/promotion-3/teams/{slug}/plan"
    yield from (f"/promotion-3/teams/brancard/plan/{part}" for part in ("mood", "foo/new", "allies/9", "needs/new"))
    yield from ("/promotion-3/weeks/", "/favicon.ico", "/.env", "/static/../config.py", "/static/%00")


def posted_nowhere() -> Iterator[str]:
    for number in NUMBERS:
        yield from (f"/promotion-3/help/{number}/{act}" for act in ("resolved", "withdrawn", "renewed", "offer"))
        yield f"/promotion-3/manage/confidential/{number}/close"
        yield f"/promotion-3/manage/addresses/{number}/lift"
    for week in (*WEEKS, *OUTSIDE, NOT_BEGUN):
        if week != "2019-W53":  # matches the pattern of a week, where a GET is taken: answers 405
            yield f"/promotion-3/bulletin/{week}"
        yield f"/promotion-3/digests/{week}/read"
    for week in (*WEEKS, *OUTSIDE):
        yield from (f"/promotion-3/manage/weeks/{week}/{page}" for page in ("introduction", "letters/pause"))


@pytest.fixture
def everything(client: FlaskClient, promotion: Promotion) -> FlaskClient:
    """Somebody who may enter every page of the promotion."""
    return as_member(client, make_member(promotion, team=promotion.teams[0], coordinates=True))


def test_an_address_that_cannot_exist_is_not_found(everything: FlaskClient) -> None:
    found = {path: status for path in nowhere() if (status := everything.get(path).status_code) != 404}
    assert found == {}


def test_what_is_sent_to_an_address_that_cannot_exist_is_not_found(everything: FlaskClient) -> None:
    found = {path: status for path in posted_nowhere() if (status := everything.post(path).status_code) != 404}
    assert found == {}


def test_a_page_that_does_not_exist_says_so_in_our_words(client: FlaskClient) -> None:
    page = client.get("/promotion-3/weeks/2026-W54", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This page does not exist" in page.text


# --- Hostile values typed --------------------------------------------------------------------------------------------

HOSTILE_VALUES = (
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "💥" * 400,
    "é" * 301,
    "\r\n" * 500,
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "%s",
)
FIELDS = (
    *("mood", "priorities", "ups_and_downs", "help", "key_date", "key_date_text", "revision", "preview"),
    *("text", "email", "next", "locale", "what", "again", "reader", "origin", "back", "words", "answer", "address"),
    *("choice", "month", "habit", "place", "served", "seconds", "List-Unsubscribe", "unsubscribe"),
    *("url", "occasion", "week", "proposal"),
    *("reason", "moment", "months", "day", "opens_on", "closes_on"),
    *("answerer", "go", "at", "lang", "a.results", "a.surprises", "shown", "public", "milestone"),
)


def urlencoded(values: dict[str, str]) -> bytes:
    return "&".join(f"{field}={_escaped(text)}" for field, text in values.items()).encode()


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in _bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def multipart(values: dict[str, str]) -> bytes:
    part = '--cut\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    parts = (part.format(field).encode() + _bytes(text) + b"\r\n" for field, text in values.items())
    return b"".join(parts) + b"--cut--\r\n"


URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"
BODIES: dict[str, Callable[[dict[str, str]], bytes]] = {URLENCODED: urlencoded, MULTIPART: multipart}

DECISIONS = ("hold", "release", "put-off", "issue", "test-letter")  # about a digest, which is issued
PLAN_FORMS = ("vision", "<slug:part>/new", "<slug:part>/<int:item>", "<slug:part>/<int:item>/remove")
TYPED = {  # the statuses of the four bodies in turn; some routes accept such texts, and some do their work only once
    f"{P}/digests/<week:week>/read": [410] * 4,
    f"{P}/reading/consent": [410] * 4,
    f"{P}/reading/answer": [410] * 4,
    f"{P}/teams/<slug:team>/share": [422] * 4,
    f"{P}/teams/<slug:team>/share/<int:link>/revoke": [303] * 4,
    f"{P}/feeds/<slug:feed>/make": [303] * 4,
    f"{P}/feeds/<slug:feed>/end": [303] * 4,
    f"{P}/help/<int:call>/renewed": [302, 409, 409, 409],
    f"{P}/help/<int:call>/offer": [302, 409, 409, 409],
    f"{P}/digests/<week:week>/help/<int:call>/offer": [302, 409, 409, 409],
    f"{P}/help/<int:call>/resolved": [302] * 4,
    f"{P}/help/<int:call>/withdrawn": [409] * 4,
    f"{P}/help/<int:call>/thanks": [404] * 4,
    f"{P}/help/<int:call>/thanks/<int:offer>/hide": [404] * 4,
    f"{P}/bulletins/<int:bulletin_id>/reaction": [403] * 4,  # to that of one's own team
    f"{P}/bulletin": [200] * 4,  # the preview
    f"{P}/bulletin/<week:week>": [200] * 4,
    f"{P}/bulletin/preview": [200] * 4,
    f"{P}/rota": [422] * 4,
    f"{P}/rota/end": [303] * 4,
    f"{P}/rota/<week:week>/exchange": [400] * 4,
    f"{P}/confidential": [302, 422, 302, 302],
    f"{P}/confidential/<int:message_id>/take-back": [404] * 4,
    **{f"{P}/teams/<slug:team>/plan/{page}": [403] * 4 for page in PLAN_FORMS},  # of another team
    f"{P}/teams/<slug:team>/plan/actions/<int:item>/done": [303] * 4,
    f"{P}/records/<slug:milestone>/<slug:team>": [422] * 4,
    f"{P}/records/<slug:milestone>/<slug:team>/<slug:section>": [303] * 4,
    f"{P}/records/<slug:milestone>/<slug:team>/links/end": [303] * 4,
    f"{P}/manage/weeks/<week:week>/introduction": [302, 302, 302, 422],
    f"{P}/manage/weeks/<week:week>/letters/<slug:action>": [302] * 4,
    f"{P}/manage/channels": [422] * 4,
    f"{P}/teams/<slug:team>/channel": [422] * 4,
    f"{P}/channels/<int:channel_id>/test": [404] * 4,
    f"{P}/channels/<int:channel_id>/remove": [303] * 4,
    f"{P}/manage/timetable": [200] * 4,  # the preview
    f"{P}/manage/timetable/days-off": [422] * 4,
    f"{P}/manage/timetable/days-off/remove": [400] * 4,
    f"{P}/manage/timetable/pauses": [422] * 4,
    f"{P}/manage/timetable/pauses/<int:pause_id>/end": [303] * 4,
    **{f"{P}/manage/weeks/<week:week>/{action}": [303] * 4 for action in DECISIONS},
    f"{P}/manage/weeks/<week:week>/remind/<slug:team>": [303] * 4,
    f"{P}/manage/weeks/<week:week>/notes": [303, 422, 409, 422],  # a digest that has changed and was not seen
    f"{P}/manage/weeks/<week:week>/notes/teams/<slug:team>": [409, 422, 422, 422],
    f"{P}/manage/weeks/<week:week>/notes/teams/<slug:team>/withdraw": [422] * 4,
    f"{P}/manage/weeks/<week:week>/notes/introduction": [404] * 4,
    f"{P}/manage/weeks/<week:week>/notes/introduction/withdraw": [404] * 4,
    f"{P}/manage/weeks/<week:week>/notes/<int:note_id>/remove": [303] * 4,
    f"{P}/manage/weeks/<week:week>/letters/again": [404] * 4,  # to nobody
    f"{P}/manage/addresses/<int:address_id>/lift": [302] * 4,
    f"{P}/manage/addresses/held/suppress": [302] * 4,
    f"{P}/manage/addresses/held/spare": [302] * 4,
    f"{P}/questionnaires/<int:questionnaire_id>": [410] * 4,  # with an answerer that is not ours
    f"{P}/manage/questionnaires": [422] * 4,
    f"{P}/manage/questionnaires/own": [422] * 4,
    f"{P}/manage/questionnaires/own/issue": [400] * 4,
    f"{P}/manage/questionnaires/<int:questionnaire_id>/close": [303] * 4,
    f"{P}/manage/confidential/<int:message_id>/answer": [302, 422, 409, 409],
    f"{P}/manage/confidential/<int:message_id>/close": [302] * 4,
    f"{P}/advice": [422] * 4,
    f"{P}/retrospective/<slug:key>/edit": [422] * 4,
    f"{P}/retrospective/<slug:key>/publish": [422] * 4,
    f"{P}/advice/adopt": [303] * 4,
    f"{P}/advice/<int:advice_id>": [422, 404, 404, 404],  # removed by the last of these
    f"{P}/advice/<int:advice_id>/set-aside": [303, 404, 404, 404],
    f"{P}/advice/<int:advice_id>/remove": [303, 404, 404, 404],
    f"{P}/manage/records/new": [422] * 4,
    f"{P}/manage/records/<slug:milestone>": [422] * 4,
    f"{P}/manage/records/<slug:milestone>/<slug:team>/exclusion": [303, 303, 422, 303],
    f"{P}/manage/records/<slug:milestone>/<slug:team>/exclusion/end": [303] * 4,
    f"{P}/manage/records/<slug:milestone>/<slug:team>/link": [422] * 4,
    f"{P}/manage/records/<slug:milestone>/remove": [303, 404, 404, 404],
    f"{P}/manage/cohort": [422] * 4,
    f"{P}/manage/cohort/delete": [422] * 4,
    f"{P}/manage/first-steps/test-letter": [303] * 4,
    f"{P}/manage/people/new": [422] * 4,
    f"{P}/manage/people/invite": [303] * 4,
    f"{P}/manage/people/import": [422] * 4,
    f"{P}/manage/people/import/apply": [303] * 4,
    f"{P}/manage/bulletins/import": [422] * 4,
    f"{P}/manage/bulletins/import/apply": [303] * 4,
    f"{P}/manage/bulletins/past-digests": [303] * 4,
    f"{P}/manage/people/<int:member_id>/name": [422] * 4,
    f"{P}/manage/people/<int:member_id>/place": [409] * 4,
    f"{P}/manage/people/<int:member_id>/days": [409] * 4,
    f"{P}/manage/people/<int:member_id>/address": [422] * 4,
    f"{P}/manage/people/<int:member_id>/invite": [303] * 4,
    f"{P}/manage/people/<int:member_id>/erase": [422] * 4,
    f"{P}/manage/teams/new": [422] * 4,
    f"{P}/manage/teams/<slug:team>": [409] * 4,
    f"{P}/manage/teams/<slug:team>/remove": [303] * 4,
    "/language": [400] * 4,
    "/unsubscribe/<token>": [410] * 4,
    "/me/letters/<int:membership>": [404] * 4,
    "/me/erase": [422] * 4,
}


@pytest.mark.parametrize("encoding", [URLENCODED, pytest.param(MULTIPART, marks=pytest.mark.long)])
def test_nothing_typed_breaks_a_page(app: Flask, members_by_kind: dict[str, Membership | None], encoding: str) -> None:
    client = browser_of(app, members_by_kind["eig who coordinates"])
    statuses: dict[str, list[int]] = {route: [] for route in TYPED}
    for shift in range(0, len(HOSTILE_VALUES), 3):
        values = {field: HOSTILE_VALUES[(place + shift) % len(HOSTILE_VALUES)] for place, field in enumerate(FIELDS)}
        for route in TYPED:
            answer = client.post(address_of(route), data=BODIES[encoding](values), content_type=encoding)
            statuses[route].append(answer.status_code)
    assert statuses == TYPED


def test_no_route_of_a_form_is_left_out() -> None:
    posts = {route.removeprefix("POST ") for route in TABLE if route.startswith("POST /<slug")}
    assert posts - set(TYPED) == set()


@pytest.mark.parametrize("hostile", ["a\0b", "\ud800", "💥" * 400, "' OR 1=1 --"], ids=ascii)
def test_no_query_breaks_a_page(
    client: FlaskClient, members_by_kind: dict[str, Membership | None], hostile: str
) -> None:
    as_member(client, members_by_kind["eig who coordinates"])
    query = "".join(f"{name}={_escaped(hostile)}&" for name in ("reader", "next", "from", "key")) + _escaped(hostile)
    pages = {route: statuses["eig who coordinates"] for route, statuses in TABLE.items() if route.startswith("GET")}
    expected = pages | {
        f"GET {P}/digests/<week:week>": 410,  # an invalid link, though its holder is signed in
        f"GET {P}/retrospective/compare": 404,  # from a milestone that is none
    }
    found = {
        route: client.get(f"{address_of(route.removeprefix('GET '))}?{query}", buffered=True).status_code
        for route in pages
    }
    assert found == expected


def test_a_body_that_is_too_long_is_refused_with_a_page(everything: FlaskClient) -> None:
    for path in (
        "/promotion-3/bulletin",
        "/promotion-3/bulletin/preview",
        "/language",
        "/unsubscribe/forged",
        "/sign-in",
    ):
        answer = everything.post(path, data={"priorities": "a" * 1_000_000, "text": "b"})
        assert answer.status_code == 413, path
        assert re.search(r"<h1>", answer.text)


@pytest.mark.parametrize(
    "encoding",
    ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "x", ""],
)
def test_a_body_that_is_no_form_is_no_form(everything: FlaskClient, encoding: str) -> None:
    json = encoding == "application/json"  # and this body is none
    expected = {
        "/promotion-3/bulletin": 400 if json else 422,
        "/language": 400,
        "/unsubscribe/forged": 400 if json else 410,
        "/promotion-3/digests/2019-W09/read": 302,
    }
    body = b'{"mood": "good"}\xff\0'
    assert {path: everything.post(path, data=body, content_type=encoding).status_code for path in expected} == expected

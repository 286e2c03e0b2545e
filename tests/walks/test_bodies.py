"""What is typed as no browser would send it: bodies and queries full of hostile values, too long, or of no form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.request_values import LONG_REQUEST
from app.teams.models import Membership
from tests.fixtures.site import as_member, browser_of
from tests.walks.routes import TABLE, P, address_of

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
    f"{P}/manage/weeks/<week:week>/introduction": [303, 303, 303, 422],
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
    f"{P}/advice/<int:advice_id>": [422, 409, 409, 409],  # removed by the last of these: in a form that adds it
    f"{P}/advice/<int:advice_id>/set-aside": [303, 404, 404, 404],
    f"{P}/advice/<int:advice_id>/remove": [303] * 4,
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
    usual: int = everything.application.config["MAX_CONTENT_LENGTH"]
    for path, most in {
        "/promotion-3/bulletin": LONG_REQUEST,
        "/promotion-3/bulletin/preview": LONG_REQUEST,
        "/language": usual,
        "/unsubscribe/forged": usual,
        "/sign-in": usual,
    }.items():
        answer = everything.post(path, data={"priorities": "a" * most, "text": "b"})
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

"""Tokens × uses × states: each sort of token tried wherever another belongs, expired, ended, of somebody erased.

What one opens is written down in OPENS; everything else must be refused and change no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.digests.reader_links import READER_LINK_LIFETIME
from app.digests.service import find_digest, issue
from app.feeds.addresses import addresses_of, make_address
from app.feeds.models import Feed
from app.home.account import erase_person
from app.letters.delivery import deliver
from app.questionnaires.library import read_shipped
from app.questionnaires.service import issue as issue_questionnaire
from app.readership.auto_marking import choose, serve_page
from app.readership.consent import Choice, ConsentPlace
from app.records.links import record_link
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.security import new_secret
from app.sharing.service import make_link
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership
from app.teams.sessions import LIFETIME, end_sessions
from app.teams.sign_in_requests import LINK_LIFETIME, request_link
from app.teams.sign_in_views import SESSION_KEY
from app.teams.subscriptions import LINK_LIFETIME as UNSUBSCRIBE_LIFETIME
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_milestone, make_promotion, make_team
from tests.every_letter import every_row
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member

FRIDAY = datetime(2019, 3, 29, 14, 5, tzinfo=UTC)  # the last of March: its digest asks the month's question
CLOSES_IN = timedelta(days=14)
W13 = Week.parse("2019-W13")
DIGEST = "/promotion-3/digests/2019-W13"
LEA, MAX = "lea@jachere.example", "max@jachere.example"

Tokens = dict[str, str]
Changed = Callable[[], set[str]]
Use = Callable[[FlaskClient, str], TestResponse]


def _use_as_cookie(client: FlaskClient, token: str) -> TestResponse:
    member = db.session.query(Membership).filter(Membership.person.has(email=LEA)).one_or_none()
    with client.session_transaction() as session:
        session.update({"_user_id": str(member.person_id if member else 1), SESSION_KEY: token})
    return client.get("/me")


def _post(path: str, name: str, **fields: str) -> Use:
    return lambda client, token: client.post(path, data={**fields, name: token})


QUESTIONNAIRE = "/promotion-3/questionnaires/1"
CONSENT, ANSWER = "/promotion-3/reading/consent", "/promotion-3/reading/answer"
HABIT = {"month": "2019-03", "habit": "weekly"}
USES: dict[str, Use] = {
    "open the sign-in link": lambda client, token: client.get(f"/sign-in/{token}"),
    "sign in": lambda client, token: client.post(f"/sign-in/{token}"),
    "be signed in": _use_as_cookie,
    "open the digest": lambda client, token: client.get(DIGEST, query_string={"reader": token}),
    "mark it": _post(f"{DIGEST}/read", "reader"),
    "consent as its reader": _post(CONSENT, "reader", place="digest", choice="granted"),
    "withdraw as its reader": _post(CONSENT, "reader", place="digest", choice="denied"),
    "answer as its reader": _post(ANSWER, "reader", **HABIT),
    "open my letters": lambda client, token: client.get(f"/unsubscribe/{token}"),
    "stop in one click": lambda client, token: client.post(
        f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}
    ),
    "stop by a button": lambda client, token: client.post(f"/unsubscribe/{token}", data={"what": "reminders"}),
    "take letters again": lambda client, token: client.post(
        f"/unsubscribe/{token}", data={"what": "digest", "again": "1"}
    ),
    "consent as one who leaves": _post(CONSENT, "unsubscribe", place="unsubscribe", choice="granted"),
    "withdraw as one who leaves": _post(CONSENT, "unsubscribe", place="unsubscribe", choice="denied"),
    "answer as one who leaves": _post(ANSWER, "unsubscribe", **HABIT),
    "open the record": lambda client, token: client.get(f"/record/{token}"),
    "open a section of it": lambda client, token: client.get(f"/record/{token}/tool"),
    "save a section": lambda client, token: client.post(f"/record/{token}/tool", data={"state": "stopped"}),
    "send the record": lambda client, token: client.post(f"/record/{token}"),
    "open the questionnaire": lambda client, token: client.get(QUESTIONNAIRE, query_string={"answerer": token}),
    "answer it": _post(QUESTIONNAIRE, "answerer", **{"go": "send", "a.means": "4"}),
    "read the team's story": lambda client, token: client.get(f"/share/{token}"),
    "read the calendar": lambda client, token: client.get("/promotion-3/dates.ics", query_string={"key": token}),
    "read the feed": lambda client, token: client.get("/promotion-3/digests.atom", query_string={"key": token}),
    "mark by the page, as nobody": _post(f"{DIGEST}/read", "served", origin="auto", seconds="600"),
}
OPENS = {  # what each sort of token is for
    "sign-in": {"open the sign-in link", "sign in"},
    "session": {"be signed in"},
    "reader": {
        *("open the digest", "mark it", "answer as its reader"),
        *("consent as its reader", "withdraw as its reader"),
    },
    "unsubscribe": {"open my letters", "stop in one click", "stop by a button", "withdraw as one who leaves"},
    "record": {"open the record", "open a section of it", "save a section", "send the record"},
    "answerer": {"open the questionnaire", "answer it"},
    "calendar": {"read the calendar"},
    "feed": {"read the feed"},
    "share": {"read the team's story"},
    "served": set[str](),  # it needs its reader besides
    "csrf": set[str](),
    "random": set[str](),
}


@pytest.fixture
def lea(app: Flask, clock: Traveller) -> Membership:
    """Léa, who got the digest of 2019-W13, asked for a sign-in link, is signed in, and allowed automatic marking."""
    promotion = make_promotion()
    team = make_team(promotion, "Jachère")
    make_member(promotion, team=team, email=MAX, name="Max")
    lea = make_member(promotion, team=team, email=LEA, name="Léa")
    make_bulletin(team, W13)
    make_milestone(promotion)
    clock.move_to(FRIDAY)
    issue(promotion, W13, now=FRIDAY)
    choose(lea, Choice.GRANTED, ConsentPlace.ME, FRIDAY)
    for feed in Feed:
        make_address(lea, feed, FRIDAY)
    issue_questionnaire(promotion, read_shipped(SurveyPublic.EIG), None, (FRIDAY + CLOSES_IN).date(), FRIDAY)
    return lea


@pytest.fixture
def tokens(app: Flask, lea: Membership, relay: Relay) -> Tokens:
    """Each token that Léa holds."""
    request_link(LEA, now())
    deliver()
    text = "\n".join(letter.text for letter in relay.to(LEA))
    browser = as_member(app.test_client(), lea)
    form = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/me").text)
    with browser.session_transaction() as session:
        secret = session[SESSION_KEY]
    digest = find_digest(lea.promotion_id, W13)
    assert digest
    assert form
    assert lea.team
    return {
        "sign-in": _found(r"/sign-in/([\w-]+)", text),
        "session": secret,
        "reader": _found(r"reader=([\w.-]+)", text),
        "unsubscribe": _found(r"/unsubscribe/([\w.-]+)", text),
        "record": record_link(db.session.scalars(select(Milestone)).one(), lea.team, lea.person).rpartition("/")[2],
        "answerer": _found(r"answerer=([\w.-]+)", text),
        "calendar": addresses_of(lea)[Feed.CALENDAR].rpartition("=")[2],
        "share": _share(lea),
        "feed": addresses_of(lea)[Feed.DIGESTS].rpartition("=")[2],
        "served": serve_page(lea, digest.id, "text", now() - timedelta(hours=1)).token,
        "csrf": form[1],
        "random": new_secret(),
    }


def _share(member: Membership) -> str:
    secret = new_secret()
    assert member.team
    make_link(member.team, "la DSI", date(2019, 11, 8), secret, member.person, now())
    return secret


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def taken(app: Flask, tokens: Tokens, changed_tables: Changed) -> Iterator[tuple[str, str]]:
    """Each use that a token was taken for, by a visitor who holds nothing else; a refusal must change no row."""
    changed_tables()
    for kind, token in tokens.items():
        for name, use in USES.items():
            answer = use(app.test_client(), token)
            changed = changed_tables()
            if answer.status_code >= 400 or "/sign-in" in answer.headers.get("Location", ""):
                assert changed == set(), (kind, name)
            else:
                yield kind, name


def opened(kinds: dict[str, set[str]]) -> set[tuple[str, str]]:
    return {(kind, use) for kind, uses in kinds.items() for use in uses}


def test_a_token_is_taken_for_what_it_is_and_for_nothing_else(
    app: Flask, tokens: Tokens, changed_tables: Changed
) -> None:
    assert set(OPENS) == set(tokens)
    assert set(taken(app, tokens, changed_tables)) == opened(OPENS)


def test_it_is_so_for_whoever_is_signed_in_besides(
    app: Flask, lea: Membership, tokens: Tokens, changed_tables: Changed
) -> None:
    """A token in a form wins over the session: what is refused to a visitor is done in nobody's name."""
    other = make_member(lea.promotion, "coordinator")
    refused = [(kind, use) for kind in OPENS for use in USES if use not in OPENS[kind] and use != "be signed in"]
    browsers = [as_member(app.test_client(), other) for _ in refused]
    changed_tables()
    for (kind, use), browser in zip(refused, browsers, strict=True):
        answer = USES[use](browser, tokens[kind])
        if use != "mark by the page, as nobody":
            assert answer.status_code >= 400, (kind, use)
        assert changed_tables() == set(), (kind, use)


@pytest.mark.parametrize(
    ("kind", "lives"),
    [
        ("sign-in", LINK_LIFETIME),
        ("session", LIFETIME),
        ("reader", READER_LINK_LIFETIME),
        ("answerer", CLOSES_IN + timedelta(hours=8)),  # the end of its last day
        ("unsubscribe", UNSUBSCRIBE_LIFETIME),
        ("record", timedelta(days=2, hours=8)),  # when its milestone closes
        ("share", datetime(2019, 11, 8, 23, 0, tzinfo=UTC) - FRIDAY),  # the end of its last day in Paris
    ],
)
def test_a_token_that_has_expired_is_taken_for_nothing(
    app: Flask, tokens: Tokens, changed_tables: Changed, clock: Traveller, kind: str, lives: timedelta
) -> None:
    clock.move_to(FRIDAY + lives)
    assert set(taken(app, {kind: tokens[kind]}, changed_tables)) == set()


def test_after_an_erasure_no_token_is_taken(
    app: Flask, lea: Membership, tokens: Tokens, changed_tables: Changed
) -> None:
    erase_person(lea.person, now())
    assert set(taken(app, tokens, changed_tables)) == opened({"share": OPENS["share"]}), (
        "but for the link that is her team's"
    )


def test_the_token_of_a_form_keeps_nothing_for_somebody_erased_and_opens_nothing(
    app: Flask, lea: Membership, tokens: Tokens, changed_tables: Changed
) -> None:
    """It keeps what came without a session, for its author alone (decision 24)."""
    form = as_member(app.test_client(), lea).get("/promotion-3/confidential").text
    token = _found(r'name="draft" value="([^"]+)"', form)
    assert set(taken(app, {"draft": token}, changed_tables)) == set()
    keep = {"draft": token, "text": "Semer"}
    before = every_row()
    assert app.test_client().post("/promotion-3/confidential", data=keep).status_code == 403
    assert every_row() != before, "for somebody who can come back"
    erase_person(lea.person, now())
    before = every_row()
    assert app.test_client().post("/promotion-3/confidential", data=keep).status_code == 403
    assert every_row() == before


def test_links_that_were_ended_are_taken_for_nothing(
    app: Flask, lea: Membership, tokens: Tokens, changed_tables: Changed
) -> None:
    """Those of letters: a sign-in link ends by itself, and a session where sessions are ended."""
    end_letter_links(lea.person)
    kinds = {"reader", "unsubscribe", "record", "answerer", "session"}
    left = {kind: token for kind, token in tokens.items() if kind in kinds}
    assert set(taken(app, left, changed_tables)) == opened({"session": OPENS["session"]})
    end_sessions(lea.person_id)
    assert set(taken(app, left, changed_tables)) == set()


def test_who_has_left_may_stop_or_answer_what_they_were_asked_and_nothing_else(
    app: Flask, lea: Membership, tokens: Tokens, changed_tables: Changed
) -> None:
    lea.left_on = date(2019, 3, 28)
    db.session.commit()
    rest = {kind: token for kind, token in tokens.items() if kind != "session"}
    assert set(taken(app, rest, changed_tables)) == opened(
        {kind: OPENS[kind] for kind in ("unsubscribe", "answerer", "share")}
    )


def test_a_token_of_another_digest_promotion_or_member_marks_nothing_of_ones_own(
    app: Flask, lea: Membership, tokens: Tokens, relay: Relay
) -> None:
    """Max's links do what they do to Max, whoever presses; elsewhere they do nothing."""
    make_promotion(slug="promotion-4", name="Promotion 4")
    text = "\n".join(letter.text for letter in relay.to(MAX))
    maxs = {
        "reader": _found(r"reader=([\w.-]+)", text),
        "unsubscribe": _found(r"/unsubscribe/([\w.-]+)", text),
    }
    before = every_row()
    for path in ("/promotion-4/digests/2019-W13", "/promotion-3/digests/2019-W12"):
        assert app.test_client().get(path, query_string={"reader": maxs["reader"]}).status_code == 410
        assert app.test_client().post(f"{path}/read", data={"reader": maxs["reader"]}).status_code == 410
    for field, token in maxs.items():
        data = {"place": "digest", "choice": "denied", field: token}
        assert app.test_client().post("/promotion-4/reading/consent", data=data).status_code == 410
    assert every_row() == before
    browser = as_member(app.test_client(), lea)
    before = every_row()
    assert USES["mark it"](browser, maxs["reader"]).status_code == 302
    assert USES["stop in one click"](browser, maxs["unsubscribe"]).status_code == 200
    changed = {table: set(rows) ^ set(before[table]) for table, rows in every_row().items() if rows != before[table]}
    assert set(changed) == {"read_marks", "memberships"}
    db.session.rollback()
    assert lea.digest_unsubscribed_at is None

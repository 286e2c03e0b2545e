"""Verbs × visitors: every route with every method, as everybody; the whole database is compared before and after.

No method but POST changes anything, nor does a POST that is refused, that comes without its form's token, or that is
sent by somebody from outside to a page of the promotion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.digests.models import Digest
from app.security import sign
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from tests.builders import make_member
from tests.fixtures.site import browser_of
from tests.walks.routes import address_of

LIKE_THEM = ("PUT", "HEAD", "OPTIONS", "PATCH", "DELETE", "TRACE", "PROPFIND")
OTHER_METHODS = (  # HEAD is answered by what answers GET, the others before any database is asked: one is enough
    ("sqlite", "GET"),
    ("postgresql", "GET"),
    *(pytest.param("sqlite", method, marks=pytest.mark.long) for method in LIKE_THEM),
)
OUTSIDERS = ("visitor", "stranger", "gone")
COUNTED = {"/sign-in", "/sign-in/<secret>"}  # what is asked and guessed there is counted, refused or not
PROBED = {"health_probes"}  # /healthz finds out whether the disk takes a row
FILLED = {  # what some form takes, under every name that a form has
    "mood": "good",
    "priorities": "Semer",
    "ups_and_downs": "Il pleut",
    "help": "",
    "revision": "1",
    "text": "Bonjour",
    "email": "lea@jachere.example",
    "address": "lea@jachere.example",
    "locale": "en",
    "what": "digest",
    "place": "me",
    "choice": "granted",
    "month": "2019-02",
    "habit": "weekly",
    "kind": "users",
    "done": "yes",
    "state": "stopped",
    "List-Unsubscribe": "One-Click",
}

Members = dict[str, Membership | None]
Changed = Callable[[], set[str]]


@pytest.fixture
def visitors(promotion: Promotion, members_by_kind: Members) -> Members:
    return members_by_kind | {"alumni": make_member(promotion, Role.ALUMNI)}


def forms(app: Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())})


def is_refused(answer: TestResponse) -> bool:
    return answer.status_code >= 400 or answer.headers.get("Location", "").startswith("/sign-in?")


def tries(
    app: Flask, changed_tables: Changed, member: Membership | None, method: str, **query: str
) -> Iterator[tuple[str, int]]:
    """Each route with `method` that is to pass for a POST: by its body, its query and a header. Gives the status."""
    client = browser_of(app, member)
    changed_tables()
    for rule in sorted({rule.rule for rule in app.url_map.iter_rules()}):
        answer = client.open(
            address_of(rule),
            method=method,
            data=FILLED,
            query_string={**FILLED, "_method": "POST", **query},
            headers={"X-HTTP-Method-Override": "POST"},
            buffered=True,
        )
        yield rule, answer.status_code
    assert changed_tables() - PROBED == set(), method


@pytest.mark.parametrize(("database", "method"), OTHER_METHODS, indirect=["database"])
def test_no_method_but_post_changes_anything(
    app: Flask, visitors: Members, method: str, changed_tables: Changed
) -> None:
    takes = {rule.rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())}
    for sort, member in visitors.items():
        statuses = dict(tries(app, changed_tables, member, method))
        broken = {rule for rule, status in statuses.items() if status >= 500}
        assert {rule for rule in broken if not rule.startswith("/healthz")} == set(), sort  # no job process runs here
        found = {rule for rule, status in statuses.items() if status != 405}
        assert found >= takes if takes else found == set(), sort  # a promotion may be called as a form is: /language/


@pytest.mark.parametrize("method", ("GET", "HEAD", "OPTIONS"))
def test_nor_for_the_holder_of_a_letters_link(
    app: Flask, promotion: Promotion, visitors: Members, method: str, changed_tables: Changed
) -> None:
    eig, digest = visitors["eig"], Digest.query.one()
    assert eig
    statuses = dict(tries(app, changed_tables, None, method, reader=sign("reader", [digest.id, eig.id, 1])))
    assert statuses["/<slug:promotion_slug>/digests/<week:week>"] == 200


@pytest.mark.long
@pytest.mark.parametrize("fields", [{}, FILLED], ids=["empty", "filled"])
def test_a_post_that_is_refused_changes_nothing(
    app: Flask, visitors: Members, fields: dict[str, str], changed_tables: Changed
) -> None:
    refused, taken = set(), set()
    for sort, member in visitors.items():
        client = browser_of(app, member)
        changed_tables()
        for form in forms(app):
            answer = client.post(address_of(form), data=fields)
            changed = changed_tables() - PROBED
            if is_refused(answer):
                refused.add(sort)
                assert changed == set() or form in COUNTED, (sort, form)
            else:
                if changed:
                    taken.add(sort)
                client = browser_of(app, member)  # some end the session
                changed_tables()
            if sort in OUTSIDERS and form.startswith("/<slug"):
                assert is_refused(answer) or answer.headers["Location"].startswith("/sign-in"), (sort, form)
                assert changed == set(), (sort, form)
    assert refused == set(visitors)
    assert {"eig", "coordinator"} <= taken, "what is taken is seen"


def test_a_post_without_its_forms_token_changes_nothing(app: Flask, visitors: Members, changed_tables: Changed) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    for sort, member in visitors.items():
        client = browser_of(app, member)
        changed_tables()
        statuses = {form: client.post(address_of(form), data=FILLED).status_code for form in forms(app)}
        for form in [form for form in statuses if "<token>" in form]:
            assert statuses.pop(form) == 410, "its token is in its address, and this one is forged"
        assert set(statuses.values()) <= {400, 302, 404}, (sort, statuses)
        assert changed_tables() - PROBED == set(), sort

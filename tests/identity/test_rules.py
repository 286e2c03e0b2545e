"""What is asked of a provider and believed of its answer; who may call the pages of signing in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.access import access_of
from app.identity.rules import (
    ATTEMPT_LIFETIME,
    Claims,
    SignInFailure,
    failure_of_error,
    has_level,
    is_address_believed,
    is_attempt_expired,
    is_subject,
    loggable,
    requested_claims,
)

ISSUER, NOW = "https://provider.example", datetime(2019, 3, 6, 10, tzinfo=UTC)


def test_levels_are_asked_for_in_claims_or_not_at_all() -> None:
    assert requested_claims((), essential=True) is None
    told = requested_claims(("a", "b"), essential=True)
    assert json.loads(told or "") == {"id_token": {"acr": {"essential": True, "values": ["a", "b"]}}}
    assert requested_claims(("a",), essential=False) == '{"id_token":{"acr":null}}'


def test_a_level_is_one_of_those_named() -> None:
    assert has_level(None, ())
    assert has_level("b", ("a", "b"))
    assert [has_level(level, ("a",)) for level in (None, "", "A", "ab")] == [False] * 4


@pytest.mark.parametrize(
    ("email", "verified", "believed", "expected"),
    [
        ("a@b.example", None, (ISSUER,), True),
        ("a@b.example", True, (ISSUER,), True),
        ("a@b.example", False, (ISSUER,), False),
        ("a@b.example", True, ("https://provider.example/",), False),
        ("a@b.example", True, (), False),
        (None, True, (ISSUER,), False),
    ],
)
def test_an_address_is_believed_of_named_issuers(
    email: str | None, verified: bool | None, believed: tuple[str, ...], expected: bool
) -> None:
    assert is_address_believed(Claims(ISSUER, "sub", email, verified, None), believed) is expected


def test_an_attempt_expires_and_none_comes_from_the_future() -> None:
    lives = ATTEMPT_LIFETIME.total_seconds()
    ages = (0, lives - 1, lives, -1)
    assert [is_attempt_expired((NOW - timedelta(seconds=age)).timestamp(), NOW) for age in ages] == [
        False,
        False,
        True,
        True,
    ]


def test_what_a_subject_may_be() -> None:
    assert is_subject("x" * 255)
    assert [is_subject(value) for value in ("", "x" * 256, "é", "a\0", None, 3, ["a"])] == [False] * 7


def test_only_codes_are_logged() -> None:
    assert [loggable(code) for code in ("access_denied", "invalid-grant")] == ["access_denied", "invalid-grant"]
    others = ("", "<b>", "a b", "x" * 61, "é", "eyJhbGciOi.eyJz.sig")
    assert {loggable(text) for text in others} == {"an error without a code"}


def test_an_error_is_a_failure_that_somebody_understands() -> None:
    assert failure_of_error("server_error") is SignInFailure.UNAVAILABLE
    assert failure_of_error("unmet_authentication_requirements") is SignInFailure.LEVEL
    assert failure_of_error("anything else") is SignInFailure.REFUSED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_may_call_which_page(app: Flask) -> None:
    ours = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("identity.")}
    public = {name.partition(".")[2] for name in ours if access_of(name) == "public"}
    assert public == {"start", "come_back", "failed", "signed_out"}
    assert {name.partition(".")[2] for name in ours} - public == {"start_link", "ask_level", "sign_out"}
    visitor = app.test_client()
    assert visitor.get("/oidc/level").headers["Location"].startswith("/sign-in")
    assert [visitor.post(page).status_code for page in ("/oidc/link", "/oidc/sign-out")] == [302, 302]
    for query in ("", "?why=x&purpose=sign-in", "?why=unknown&purpose=x"):
        assert visitor.get(f"/oidc/failed{query}").status_code == 404

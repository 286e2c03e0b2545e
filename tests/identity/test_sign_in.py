"""To the provider and back: what it is asked, whom its answer signs in, what is linked and what ends."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.home.account import erase_person, everything_about
from app.identity.models import Identity, ProviderSession
from app.letters.models import Letter, Mailing
from app.teams.models import Membership, Person
from app.teams.sign_in_models import UserSession
from tests.builders import make_member
from tests.fixtures.site import as_member
from tests.identity.conftest import NOUR, Configure, at_provider, come_back, go, sign_in
from tests.identity.provider import PARAMETERS, OidcProvider
from tests.pages import is_signed_in, words

HIGH, LOW = "https://proconnect.gouv.fr/assurance/consistency-checked-2fa", "eidas1"


def identities() -> list[tuple[int, str]]:
    return [(each.person_id, each.subject) for each in db.session.scalars(select(Identity).order_by(Identity.id))]


# --- What the provider is asked --------------------------------------------------------------------------------------


def test_nothing_is_asked_but_what_proconnect_takes(
    client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    assert sign_in(client).headers["Location"] == "/"
    assert is_signed_in(client)
    (asked,) = provider.asked("/authorize")
    assert set(asked) == PARAMETERS - {"claims"}
    assert (asked["response_type"], asked["scope"]) == ("code", "openid email")
    assert asked["redirect_uri"] == "http://localhost/oidc/return"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    (code,) = provider.asked("/token")
    assert set(code) == {"grant_type", "client_id", "client_secret", "redirect_uri", "code"}


def test_state_and_nonce_are_new_each_time(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    for _ in range(3):
        go(client)
    secrets = [value for asked in provider.asked("/authorize") for value in (asked["state"], asked["nonce"])]
    assert len(set(secrets)) == 6


def test_a_challenge_is_sent_where_settings_ask_for_one(
    client: FlaskClient, provider: OidcProvider, nour: Membership, configure: Configure
) -> None:
    configure(pkce=True)
    provider.takes_pkce = True
    assert sign_in(client).status_code == 302
    assert provider.asked("/authorize")[0]["code_challenge_method"] == "S256"
    assert len(provider.asked("/token")[0]["code_verifier"]) >= 43


@pytest.mark.parametrize(
    ("setting", "supported", "by"),
    [
        ("", ["client_secret_post"], "post"),
        ("", ["client_secret_basic", "client_secret_post"], "basic"),
        ("", None, "basic"),
        ("client_secret_post", ["client_secret_basic", "client_secret_post"], "post"),
        ("client_secret_basic", ["client_secret_post"], "basic"),
    ],
)
def test_our_secret_goes_where_the_provider_takes_it(
    client: FlaskClient,
    provider: OidcProvider,
    nour: Membership,
    configure: Configure,
    setting: str,
    supported: object,
    by: str,
) -> None:
    configure(token_auth=setting)
    provider.discovery = {"token_endpoint_auth_methods_supported": supported}
    assert sign_in(client).status_code == 302
    assert ("client_secret" in provider.asked("/token")[0]) == (by == "post")


def test_levels_go_through_claims_and_are_verified_on_return(
    client: FlaskClient, provider: OidcProvider, nour: Membership, configure: Configure
) -> None:
    configure(levels=(HIGH, "eidas3"))
    for level, status in ((None, 403), (LOW, 403), (HIGH, 302)):
        provider.level = level
        answer = sign_in(client)
        assert answer.status_code == status, level
    asked = json.loads(provider.asked("/authorize")[0]["claims"])
    assert asked == {"id_token": {"acr": {"essential": True, "values": [HIGH, "eidas3"]}}}
    assert db.session.scalars(select(UserSession.level)).all() == [HIGH]


# --- Whom it signs in ------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_address_links_once_then_the_identity_stays_whatever_its_address(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    assert sign_in(client).status_code == 302
    provider.person["email"] = "other@elsewhere.example"
    assert sign_in(app.test_client()).status_code == 302
    assert identities() == [(nour.person_id, "nour-1")]
    assert told() == [NOUR], "once"


@pytest.mark.parametrize("signed", [True, False])
def test_one_person_may_have_an_identity_for_each_employer(
    app: Flask, provider: OidcProvider, nour: Membership, *, signed: bool
) -> None:
    provider.signed_userinfo = signed
    for subject in ("nour-1", "nour-2"):
        provider.person["sub"] = subject
        client = app.test_client()
        assert sign_in(client).status_code == 302
        assert "Nour Haddad" in client.get("/me").text
    assert identities() == [(nour.person_id, "nour-1"), (nour.person_id, "nour-2")]


@pytest.mark.parametrize(
    ("person", "believed"),
    [
        ({"email": "stranger@elsewhere.example"}, True),
        ({"email": NOUR, "email_verified": False}, True),
        ({"email": NOUR, "email_verified": "false"}, True),
        ({"email": NOUR}, False),
        ({"email": None}, True),
        ({"email": "no address"}, True),
        ({"email": f"{NOUR}\0"}, True),
        ({"email": f"\u200b{NOUR}"}, True),
        ({"email": ["a", "list"]}, True),
    ],
)
def test_whoever_is_not_known_gets_one_page_and_no_account(
    client: FlaskClient,
    provider: OidcProvider,
    nour: Membership,
    configure: Configure,
    person: dict[str, object],
    *,
    believed: bool,
) -> None:
    """It is one page, whether the address is a member's or not."""
    configure(link_by_address=(provider.url,) if believed else ("https://other.example",))
    provider.person |= person
    provider.person = {name: value for name, value in provider.person.items() if value is not None}
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "Aucun compte n’est associé à cette identité" in words(answer.text)
    assert "Nour" not in answer.text
    assert not is_signed_in(client)
    assert (identities(), db.session.query(Person).count()) == ([], 1)


def test_who_has_left_is_told_nothing_else(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    sign_in(client)
    nour.left_on = nour.promotion.starts_on
    db.session.commit()
    answer = sign_in(client.application.test_client())
    assert "Aucun compte n’est associé à cette identité" in words(answer.text)


def test_a_session_of_the_provider_is_a_row_like_any_other(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    sign_in(client)
    phone = app.test_client()
    sign_in(phone)
    page = client.get("/me").text
    assert words(page).count("Ouverte mercredi à 11 h, avec ProConnect") == 2
    end = re.search(r'action="(/me/sessions/\d+/end)"', page)
    assert end
    assert client.post(end[1]).status_code == 302
    assert (is_signed_in(client), is_signed_in(phone)) == (True, False)
    assert len(db.session.scalars(select(ProviderSession)).all()) == 1


def test_it_leads_to_the_page_that_was_asked_for_and_nowhere_else(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    assert sign_in(client, "/oidc/start?next=/promotion-3/weeks").headers["Location"] == "/promotion-3/weeks"
    for url in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert sign_in(app.test_client(), f"/oidc/start?next={url}").headers["Location"] == "/"


def test_the_link_by_mail_stays_beside_it(client: FlaskClient, nour: Membership) -> None:
    page = client.get("/sign-in?next=/promotion-3/weeks").text
    assert 'href="/oidc/start?next=/promotion-3/weeks"' in page
    assert "Se connecter avec ProConnect" in page
    assert client.post("/sign-in", data={"email": NOUR}).status_code == 302


# --- Linked in /me ---------------------------------------------------------------------------------------------------


def told() -> list[str]:
    """The addresses that were told of an identity."""
    ours = select(Letter).join(Letter.mailing).where(Mailing.reference.startswith("identity:"))
    return [letter.to_email for letter in db.session.scalars(ours)]


def link(client: FlaskClient) -> str:
    """Press the button of /me and come back; return the page."""
    sent = client.post("/oidc/link")
    found = re.search(r'content="0; url=([^"]+)"', sent.text)
    assert found, sent.text
    return client.get(at_provider(found[1].replace("&amp;", "&")), follow_redirects=True).text


def test_whoever_is_signed_in_links_an_identity_of_any_address(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership, configure: Configure
) -> None:
    configure(link_by_address=())
    provider.person["email"] = "n.haddad@ministere.example"
    as_member(client, nour)
    for _ in range(2):  # the second time, it is linked already
        assert "Cette identité est associée" in words(link(client))
    assert told() == [NOUR], "not the address that the provider knows"
    other = app.test_client()
    assert sign_in(other).status_code == 302
    assert "Nour Haddad" in other.get("/me").text


def test_an_identity_of_somebody_else_is_not_taken_over(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    sign_in(app.test_client())
    as_member(client, make_member(nour.promotion, email="lea@jachere.example"))
    assert "associée à un autre compte" in words(link(client))
    assert identities() == [(nour.person_id, "nour-1")]
    assert told() == [NOUR]


def test_linking_asks_for_a_session_that_has_just_begun_and_for_the_same_person_on_return(
    client: FlaskClient, provider: OidcProvider, nour: Membership, clock: Traveller
) -> None:
    as_member(client, nour)
    sent = client.post("/oidc/link")
    found = re.search(r'content="0; url=([^"]+)"', sent.text)
    assert found
    back = at_provider(found[1].replace("&amp;", "&"))
    with client.session_transaction() as cookie:
        attempts = cookie["identity_attempts"]
    as_member(client, make_member(nour.promotion, email="lea@jachere.example"))
    with client.session_transaction() as cookie:
        cookie["identity_attempts"] = attempts
    assert come_back(client, back).status_code == 400
    assert identities() == []
    clock.shift(31 * 60)
    assert client.post("/oidc/link").headers["Location"] == "/me#identities"
    assert "reconnectez-vous d’abord" in words(client.get("/me").text)


def test_who_unlinks_an_identity_ends_the_sessions_that_it_began_elsewhere(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    sign_in(client)
    thief, by_mail = app.test_client(), as_member(app.test_client(), nour)
    sign_in(thief)
    unlink = re.search(r'action="(/me/identities/\d+/unlink)"', client.get("/me").text)
    assert unlink
    stranger = as_member(app.test_client(), make_member(nour.promotion))
    stranger.post(unlink[1])
    assert len(identities()) == 1
    for _ in range(2):  # a double click
        assert client.post(unlink[1]).headers["Location"] == "/me#identities"
    assert identities() == []
    assert [is_signed_in(each) for each in (client, by_mail, thief)] == [True, True, False]


def test_identities_are_exported_and_erased(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    sign_in(client)
    told = everything_about(nour.person)["identities"]
    assert told == [{"issuer": provider.url, "subject": "nour-1", "linked_at": now()}]
    erase_person(nour.person, now())
    assert (identities(), db.session.scalars(select(ProviderSession)).all()) == ([], [])


# --- Signing out -----------------------------------------------------------------------------------------------------


def leave(client: FlaskClient) -> str:
    """Sign out; return the provider's URL that the page leads to."""
    answer = client.post("/sign-out", follow_redirects=True)
    found = re.search(r'content="0; url=([^"]+)"', answer.text)
    assert found, answer.text
    return found[1].replace("&amp;", "&")


def test_signing_out_ends_the_session_here_and_there(
    client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    sign_in(client)
    url = leave(client)
    assert not is_signed_in(client)
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked["post_logout_redirect_uri"] == "http://localhost/oidc/signed-out"
    assert len(asked["state"]) >= 32
    assert asked["id_token_hint"].count(".") == 2
    page = client.get(at_provider(url), follow_redirects=True)
    assert "Votre session est fermée ici et auprès de ProConnect" in words(page.text)
    assert "data-drafts-left" in page.text, "what the browser keeps of texts is forgotten, as by every way out"


def test_an_answer_to_a_sign_out_that_was_not_asked_for_is_refused(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    sign_in(client)
    back = at_provider(leave(client))
    assert app.test_client().get(back).status_code == 400
    assert client.get("/oidc/signed-out?state=another").status_code == 400
    assert client.get(back).status_code == 400, "one state is compared once"
    assert client.get("/oidc/signed-out").status_code == 400


@pytest.mark.parametrize("endpoint", [None, "javascript:alert(1)"])
def test_who_signed_in_by_mail_or_where_nobody_signs_out_signs_out_here(
    client: FlaskClient, provider: OidcProvider, nour: Membership, endpoint: str | None
) -> None:
    as_member(client, nour)
    assert client.post("/sign-out", follow_redirects=True).request.path == "/"
    provider.discovery = {"end_session_endpoint": endpoint}
    sign_in(client)
    assert "Votre session est fermée." in words(client.post("/sign-out", follow_redirects=True).text)
    assert not is_signed_in(client)


# --- Coordinators ----------------------------------------------------------------------------------------------------


def test_a_level_may_be_required_of_coordinators_alone(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership, configure: Configure
) -> None:
    configure(levels=(HIGH,), levels_for="coordinators")
    provider.level = LOW
    assert sign_in(client).status_code == 302
    assert client.get("/promotion-3/weeks").status_code == 200, "an EIG signs in at any level"
    assert json.loads(provider.asked("/authorize")[0]["claims"]) == {"id_token": {"acr": None}}
    nour.coordinates = True
    db.session.commit()
    for page in ("/promotion-3/weeks", "/promotion-3/manage/addresses"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/oidc/level?next=")
    assert client.post("/promotion-3/bulletin", data={}).status_code == 403
    assert (client.get("/me").status_code, client.get("/oidc/level").status_code) == (200, 200)
    assert sign_in(client, "/oidc/start?level=1").status_code == 403, "still too low"
    provider.level = HIGH
    assert sign_in(client, "/oidc/start?level=1&next=/promotion-3/weeks").headers["Location"] == "/promotion-3/weeks"
    assert client.get("/promotion-3/weeks").status_code == 200
    by_mail = as_member(app.test_client(), nour)
    assert by_mail.get("/promotion-3/weeks").status_code == 302, "the link by mail is not enough"

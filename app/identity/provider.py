"""The identity provider as our server speaks with it: what it says of itself, its keys, a code for tokens, a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet
from requests import RequestException, Response

from app.identity.rules import Claims, SignInFailure, failure_of_error, is_subject, loggable
from app.identity.tokens import UNREADABLE, verify_id_token, verify_userinfo
from app.teams.sign_in_models import MAX_LEVEL
from config_oidc import OidcSettings, is_issuer

TIMEOUT = (3.05, 5)  # seconds to connect, and between two pieces of an answer: somebody waits at the page
METADATA_LIFETIME = timedelta(hours=1)
SILENT_FOR = timedelta(seconds=20)  # after no answer: others are told at once, and do not wait as well
SECRET_LENGTH = 48  # characters of state and nonce; ProConnect asks for 32 or more
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Verify = Callable[[KeySet], dict[str, Any]]


class ProviderError(Exception):
    """The provider did not say who somebody is; `failure` is what they are told. The text may be logged."""

    def __init__(self, failure: SignInFailure, reason: str) -> None:
        self.failure = failure
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class SentAway:
    """Where to send somebody, and the secrets by which their answer is recognised."""

    url: str
    state: str
    nonce: str
    code_verifier: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who somebody is, with the ID token that says so: signing out at the provider asks for it."""

    claims: Claims
    id_token: str


class Provider:
    """One provider, for all requests of a process: what it says of itself is asked for once an hour."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked_at: datetime | None = None
        self._silent_until: datetime | None = None

    def send_away(self, redirect_uri: str, claims: str | None, now: datetime) -> SentAway:
        """Return the URL of the provider's sign-in, with no parameter but those that every provider knows.

        Raises ProviderError.
        """
        metadata = self._describe(now)
        state, nonce = generate_token(SECRET_LENGTH), generate_token(SECRET_LENGTH)
        verifier = generate_token(SECRET_LENGTH) if self.settings.pkce else None
        parameters = {"nonce": nonce} | ({"claims": claims} if claims else {})
        with self._session(redirect_uri) as session:
            url, _ = session.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, **parameters
            )
        return SentAway(url, state, nonce, verifier)

    def identify(
        self, code: str, *, redirect_uri: str, nonce: str, code_verifier: str | None, now: datetime
    ) -> SignedIn:
        """Return who the holder of `code` is. Raises ProviderError."""
        metadata = self._describe(now)
        tokens = self._exchange(code, redirect_uri, code_verifier, metadata)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderError(SignInFailure.UNTRUSTED, "no ID token came for the code")

        def verify(keys: KeySet) -> dict[str, Any]:
            return verify_id_token(
                id_token,
                keys,
                issuer=self.settings.issuer,
                client_id=self.settings.client_id,
                nonce=nonce,
                access_token=access_token,
                now=now,
            )

        subject = self._verify(verify, metadata, "the ID token")
        if not is_subject(subject["sub"]):
            raise ProviderError(SignInFailure.UNTRUSTED, "the ID token names nobody")
        person = self._ask_about_person(access_token, metadata, now) if "userinfo_endpoint" in metadata else subject
        if person.get("sub") != subject["sub"]:  # Core, section 5.3.2
            raise ProviderError(SignInFailure.UNTRUSTED, "the answer about a person is about somebody else")
        return SignedIn(self._claims(subject, subject | person), id_token)

    def sign_out_url(self, id_token: str, state: str, redirect_uri: str, now: datetime) -> str | None:
        """Return where one signs out at the provider, if it says so (RP-Initiated Logout). Raises ProviderError."""
        endpoint = self._describe(now).get("end_session_endpoint")
        if not isinstance(endpoint, str) or not is_issuer(endpoint.partition("?")[0]):
            return None
        query = {"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": redirect_uri}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _claims(self, id_token: dict[str, Any], person: dict[str, Any]) -> Claims:
        email, verified, level = person.get("email"), person.get("email_verified"), id_token.get("acr")
        return Claims(
            issuer=self.settings.issuer,
            subject=id_token["sub"],
            email=email if isinstance(email, str) else None,
            email_verified=None if verified is None else verified in (True, "true"),
            level=level if isinstance(level, str) and len(level) <= MAX_LEVEL and level.isprintable() else None,
        )

    def _session(self, redirect_uri: str | None = None, auth_method: str | None = None) -> OAuth2Session:
        return OAuth2Session(
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            scope=" ".join(self.settings.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256" if self.settings.pkce else None,
            token_endpoint_auth_method=auth_method,
            default_timeout=TIMEOUT,
        )

    def _describe(self, now: datetime) -> dict[str, Any]:
        """Return what the provider says of itself (OpenID Connect Discovery), an hour old at most."""
        if self._metadata and self._asked_at and now - self._asked_at < METADATA_LIFETIME:
            return self._metadata
        if self._silent_until and now < self._silent_until:
            raise ProviderError(SignInFailure.UNAVAILABLE, "it did not answer a moment ago")
        try:
            metadata = self._get_json(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._check_metadata(metadata)
        except ProviderError:
            self._silent_until = now + SILENT_FOR
            raise
        self._metadata, self._keys, self._asked_at, self._silent_until = metadata, None, now, None
        return metadata

    def _check_metadata(self, metadata: dict[str, Any]) -> None:
        if metadata.get("issuer") != self.settings.issuer:
            named = str(metadata.get("issuer"))[:200]
            raise ProviderError(SignInFailure.UNAVAILABLE, f"it calls itself {named!r}, and OIDC_ISSUER is another")
        endpoints = [metadata.get(name) for name in NEEDED]
        endpoints += [metadata["userinfo_endpoint"]] if "userinfo_endpoint" in metadata else []
        if not all(isinstance(url, str) and is_issuer(url.partition("?")[0]) for url in endpoints):
            raise ProviderError(SignInFailure.UNAVAILABLE, "its discovery names no https:// endpoints")

    def _exchange(
        self, code: str, redirect_uri: str, code_verifier: str | None, metadata: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the tokens that the provider gives for `code`, once."""
        verifier = {"code_verifier": code_verifier} if code_verifier else {}
        try:
            with self._session(redirect_uri, self._auth_method(metadata)) as session:
                tokens = session.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=redirect_uri,
                    allow_redirects=False,
                    **verifier,
                )
        except OAuthError as error:
            failure = failure_of_error(error.error or "")
            failure = SignInFailure.EXPIRED if error.error == "invalid_grant" else failure
            raise ProviderError(failure, f"it refused the code: {loggable(error.error)}") from None
        except (RequestException, ValueError) as error:
            raise ProviderError(SignInFailure.UNAVAILABLE, f"no tokens came: {type(error).__name__}") from None
        return cast("dict[str, Any]", tokens)

    def _auth_method(self, metadata: dict[str, Any]) -> str:
        """Return how we prove who we are: as the settings say, else as the provider does (basic where it is silent)."""
        supported = metadata.get("token_endpoint_auth_methods_supported")
        post = isinstance(supported, list) and "client_secret_basic" not in supported
        return self.settings.token_auth or ("client_secret_post" if post else "client_secret_basic")

    def _verify(self, verify: Verify, metadata: dict[str, Any], what: str) -> dict[str, Any]:
        """Call `verify` with the provider's keys; when it fits none of those we know, with its keys of now."""
        try:
            try:
                return verify(self._keys or self._fetch_keys(metadata))
            except (InvalidKeyIdError, BadSignatureError):
                return verify(self._fetch_keys(metadata))
        except UNREADABLE as error:
            reason = getattr(error, "error", None) or type(error).__name__
            raise ProviderError(SignInFailure.UNTRUSTED, f"{what} is not valid: {loggable(reason)}") from None

    def _fetch_keys(self, metadata: dict[str, Any]) -> KeySet:
        self._keys = KeySet.import_key_set(cast("Any", self._get_json(metadata["jwks_uri"])))
        return self._keys

    def _ask_about_person(self, access_token: str, metadata: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Return what the provider says about the holder of `access_token`, in JSON or signed."""
        response = self._get(metadata["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})
        if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/jwt":
            return _json_of(response)

        def verify(keys: KeySet) -> dict[str, Any]:
            known = {"issuer": self.settings.issuer, "client_id": self.settings.client_id}
            return verify_userinfo(response.text.strip(), keys, **known, now=now)

        return self._verify(verify, metadata, "the answer about a person")

    def _get_json(self, url: str) -> dict[str, Any]:
        return _json_of(self._get(url, {}))

    def _get(self, url: str, headers: dict[str, str]) -> Response:
        """Return the answer to a GET; the session would take a token of one minute (ProConnect) for expired."""
        try:
            with self._session() as session:
                response = session.request("GET", url, withhold_token=True, headers=headers, allow_redirects=False)
                if response.status_code != 200:  # noqa: PLR2004
                    raise ProviderError(SignInFailure.UNAVAILABLE, f"it answered {response.status_code}")
        except RequestException as error:
            raise ProviderError(SignInFailure.UNAVAILABLE, f"no answer: {type(error).__name__}") from None
        return cast("Response", response)


def _json_of(response: Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ProviderError(SignInFailure.UNAVAILABLE, "it answered with what is no JSON object")
    return value

"""A real OpenID Connect provider on loopback: as strict about what it is asked as ProConnect, faulty when told to be.

It signs everybody in at once, as `person`. Its model: https://partenaires.proconnect.gouv.fr/docs/fournisseur-service
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from app import clock
from tests.fixtures.http import QuietHandler, listening

CLIENT, SECRET = "bulletins", "the-secret-of-the-service"
PARAMETERS = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"}
OPTIONAL = {"claims"}
Answer = tuple[int, dict[str, str], bytes]
KEYS = [ECKey.generate_key("P-256", {"kid": f"key-{number}", "use": "sig", "alg": "ES256"}) for number in (1, 2)]


class OidcProvider:
    """What the provider does, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.reset()

    def reset(self) -> None:
        """Sign Nour in, and do nothing wrong."""
        self.person: dict[str, Any] = {"sub": "nour-1", "email": "nour.haddad@brancard.example"}
        self.level: str | None = None
        self.key, self.published = KEYS[0], [KEYS[0]]
        self.signed_userinfo = True
        self.takes_pkce = False
        self.discovery: dict[str, Any] = {}  # over what is true
        self.id_token: dict[str, Any] = {}  # over what is true; None leaves a claim out
        self.userinfo: dict[str, Any] = {}
        self.raw_id_token: str | None = None
        self.raw_userinfo: tuple[str, bytes] | None = None  # content type and body
        self.answers: dict[str, tuple[int, str, bytes]] = {}  # by path: status, content type and body
        self.error = ""
        self.hangs: set[str] = set()  # paths that never answer
        self.released = threading.Event()
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []

    def asked(self, path: str) -> list[dict[str, str]]:
        """The parameters of each request for `path`."""
        return [parameters for asked, parameters, _ in self.requests if asked == path]

    # --- What each page answers: a status, headers, a body ---

    def answer(self, path: str, parameters: dict[str, str], headers: dict[str, str]) -> Answer:
        self.requests.append((path, parameters, headers))
        if path in self.hangs:
            self.released.wait(30)
        if path in self.answers:
            status, kind, body = self.answers[path]
            return status, {"Content-Type": kind}, body
        pages = {
            "/.well-known/openid-configuration": self.describe,
            "/authorize": self.authorize,
            "/token": self.give_tokens,
            "/userinfo": self.tell,
            "/jwks": self.show_keys,
            "/session/end": self.end,
        }
        return pages[path](parameters, headers) if path in pages else _json({"error": "not_found"}, 404)

    def describe(self, *_request: object) -> Answer:
        endpoints = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
            "end_session_endpoint": "session/end",
        }
        urls = {name: f"{self.url}/{path}" for name, path in endpoints.items()}
        described = {"issuer": self.url, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return _json({name: value for name, value in (urls | described | self.discovery).items() if value is not None})

    def authorize(self, parameters: dict[str, str], _headers: object) -> Answer:
        known = PARAMETERS | ({"code_challenge", "code_challenge_method"} if self.takes_pkce else set())
        missing = PARAMETERS - OPTIONAL - set(parameters)
        if missing or set(parameters) - known or min(len(parameters["state"]), len(parameters["nonce"])) < 32:
            return _json({"error": "Y000400", "wrong": sorted(missing | set(parameters) - known)}, 400)
        state = parameters["state"]
        if self.error:
            return _redirect(parameters["redirect_uri"], error=self.error, error_description="<b>no</b>", state=state)
        code = f"code-{len(self.codes)}-{'x' * 20}"
        self.codes[code] = parameters
        return _redirect(parameters["redirect_uri"], code=code, state=state)

    def give_tokens(self, parameters: dict[str, str], headers: dict[str, str]) -> Answer:
        basic = headers.get("Authorization", "").removeprefix("Basic ")
        by_basic = base64.b64decode(basic).decode() == f"{CLIENT}:{SECRET}" if basic else False
        by_post = (parameters.get("client_id"), parameters.get("client_secret")) == (CLIENT, SECRET)
        if not by_basic and not by_post:
            return _json({"error": "invalid_client"}, 401)
        asked = self.codes.pop(parameters.get("code", ""), None)  # a code is taken once
        if asked is None or asked["redirect_uri"] != parameters.get("redirect_uri"):
            return _json({"error": "invalid_grant", "error_description": "no such code"}, 400)
        token = {"access_token": "the-access-token", "token_type": "Bearer", "expires_in": 60}
        return _json({**token, "id_token": self.raw_id_token or self.sign_id_token(asked["nonce"])})

    def sign_id_token(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.person["sub"], "iat": now, "exp": now + 60}
        return self.sign(claims | {"nonce": nonce} | ({"acr": self.level} if self.level else {}) | self.id_token)

    def tell(self, _parameters: object, headers: dict[str, str]) -> Answer:
        if headers.get("Authorization") != "Bearer the-access-token":
            return _json({"error": "invalid_token"}, 401)
        if self.raw_userinfo:
            return 200, {"Content-Type": self.raw_userinfo[0]}, self.raw_userinfo[1]
        if not self.signed_userinfo:
            return _json(self.person | self.userinfo)
        told = {"iss": self.url, "aud": CLIENT, "exp": int(clock.now().timestamp()) + 60} | self.person | self.userinfo
        return 200, {"Content-Type": "application/jwt"}, self.sign(told).encode()

    def sign(self, claims: dict[str, Any], key: ECKey | OctKey | None = None, alg: str = "ES256") -> str:
        key = key or self.key
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": key.kid}, kept, key, algorithms=[alg])

    def show_keys(self, *_request: object) -> Answer:
        return _json({"keys": [key.as_dict(private=False) for key in self.published]})

    def end(self, parameters: dict[str, str], _headers: object) -> Answer:
        if set(parameters) != {"id_token_hint", "state", "post_logout_redirect_uri"}:
            return _json({"error": "Y000400"}, 400)
        return _redirect(parameters["post_logout_redirect_uri"], state=parameters["state"])


def _json(value: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json;charset=utf-8"}, json.dumps(value).encode()


def _redirect(url: str, **query: str) -> Answer:
    return 303, {"Location": f"{url}?{urlencode(query)}"}, b""


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    """The provider, listening on a port of its own; its issuer is `url`."""
    provider = OidcProvider()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 — the library's name
            self._answer("")

        def do_POST(self) -> None:  # noqa: N802 — the library's name
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _answer(self, body: str) -> None:
            url = urlsplit(self.path)
            parameters = dict(parse_qsl(url.query) + parse_qsl(body))
            status, headers, content = provider.answer(url.path, parameters, dict(self.headers))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked waits no longer
                self.wfile.write(content)

    with listening(Handler) as host:
        provider.url = f"http://{host}"
        try:
            yield provider
        finally:
            provider.released.set()

"""Signed tokens, secrets, and the headers of every response."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from app.assets import IMMUTABLE, is_current_version
from app.extensions import settings
from config import Config
from config_checks import LOOPBACK

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
CSP_OF_DSFR = f"{CSP}; img-src 'self' data:"  # its style sheet draws small icons so
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the URLs of letters hold tokens: not even our own logs of static files get them
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
WARNED = "bulletins-warned-of-proxy"


def sign(purpose: str, value: object) -> str:
    """Return a token that carries `value` (plain JSON) for one purpose; the same value gives the same token."""
    return str(_serializer(purpose).dumps(value))


def unsign(purpose: str, token: str) -> object:
    """Return the value that was signed, or None when the token is forged, for another purpose, or damaged."""
    try:
        value: object = _serializer(purpose).loads(token)
    except (BadData, UnicodeError):
        return None
    return value


def new_secret() -> str:
    """Return a random secret of 256 bits that is safe in a URL."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the hash to store of a secret. The secret has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hash(purpose: str, value: str) -> str:
    """Return a hash of `value`, which may be guessable, that nobody can try to guess without our key."""
    key: str = current_app.config["SECRET_KEY"]
    return hmac.new(key.encode(), f"bulletins:{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def init_app(app: Flask) -> None:
    """Add our headers to every response; trust the client's IP address from as many proxies as the settings say."""
    app.after_request(add_headers)
    config: Config = app.config["SETTINGS"]
    wsgi_app = _over_https(app.wsgi_app) if config.secure else app.wsgi_app
    app.wsgi_app = ProxyFix(wsgi_app, x_for=config.proxies, x_proto=0)  # type: ignore[method-assign]
    if not config.proxies:
        app.before_request(_warn_of_proxy)


def trusted_hosts(base_url: str) -> list[str]:
    """Return the hosts whose requests are answered: that of the site and, for health checks, those of this machine.

    Redirects and their like repeat the host of the request, which anybody can make up.
    """
    return [urlsplit(base_url).hostname or "", *LOOPBACK]


def _over_https(wsgi_app: WSGIApplication) -> WSGIApplication:
    """Serve every request as one over HTTPS: from the proxy that ends TLS it comes in the clear.

    Werkzeug's own redirects (a slash too few, two in a row) repeat the scheme of the request.
    """

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "https"
        return wsgi_app(environ, start_response)

    return serve


def _warn_of_proxy() -> None:
    """Say, once a process, that all visitors are counted as one: those behind a proxy that PROXIES does not name."""
    if "X-Forwarded-For" in request.headers and not current_app.extensions.get(WARNED):
        current_app.extensions[WARNED] = True
        current_app.logger.warning(
            "X-Forwarded-For came, and PROXIES is 0. If a proxy stands before the site, attempts to sign in are "
            "counted for the proxy and not for each visitor: set PROXIES to the number of proxies."
        )


def add_headers(response: Response) -> Response:
    """Add the security headers that `response` lacks; only a static file in its current version may be cached."""
    if settings().theme == "dsfr":
        response.headers.setdefault("Content-Security-Policy", CSP_OF_DSFR)
    present = set(response.headers.keys())
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name not in present])
    if settings().secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004
        response.headers.setdefault("Cache-Control", "no-store")
    elif is_current_version((request.view_args or {})["filename"], request.args.get("v")):
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def _serializer(purpose: str) -> URLSafeSerializer:
    """Return what signs with SECRET_KEY, and verifies with the keys before it, too."""
    config = current_app.config
    keys = [*reversed(config["SECRET_KEY_FALLBACKS"] or ()), config["SECRET_KEY"]]  # oldest first
    return URLSafeSerializer(keys, salt=f"bulletins:{purpose}", signer_kwargs={"digest_method": hashlib.sha256})

"""Signed tokens, and the headers of every answer."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Flask, Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from app.assets import FOR_EVER, is_current_version
from app.extensions import settings

CONTENT_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # Flask-WTF needs the referrer of our own forms over HTTPS
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def sign(purpose: str, value: Any) -> str:
    """A token that says `value` (plain JSON) for one purpose; the same value gives the same token."""
    return str(_serializer(purpose).dumps(value))


def unsign(purpose: str, token: str) -> Any | None:
    """What `sign` was given, or None when the token is not ours, for another purpose, or damaged."""
    try:
        return _serializer(purpose).loads(token)
    except (BadData, UnicodeError):
        return None


def new_secret() -> str:
    """A secret nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def init_app(app: Flask) -> None:
    """Put our headers on every answer; know a visitor's address behind the proxies that the settings count."""
    app.after_request(add_headers)
    proxies = app.config["SETTINGS"].proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]


def add_headers(response: Response) -> Response:
    """Refuse what we never need; a page of one's own is kept by no cache."""
    given = set(response.headers.keys())
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name not in given])
    if settings().secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004
        response.headers.setdefault("Cache-Control", "no-store")
    elif is_current_version((request.view_args or {})["filename"], request.args.get("v")):
        response.headers["Cache-Control"] = FOR_EVER
    return response


def _serializer(purpose: str) -> URLSafeSerializer:
    key = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(key, salt=f"bulletins:{purpose}", signer_kwargs={"digest_method": hashlib.sha256})

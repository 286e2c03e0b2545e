"""Bulletins: a weekly bulletin a team, one digest a week, and honest figures of who reads."""

from __future__ import annotations

from flask import Flask

from app import (
    access,
    assets,
    cli,
    clock,
    compression,
    errors,
    i18n,
    maintenance,
    request_values,
    routing,
    security,
    template_urls,
    templating,
)
from app.database import init_database
from app.extensions import babel, csrf, login_manager
from app.features import register_features
from app.rate_limits import limits
from app.teams import sessions
from config import Config


def create_app(config: Config) -> Flask:
    """Make the application for `config`: the table of contents of the product."""
    app = errors.PrivacyFlask(__name__, template_folder="../templates")
    _configure(app, config)
    request_values.init_app(app)
    compression.init_app(app)
    templating.init_app(app)
    clock.set_clock(config.now)
    maintenance.init_app(app)
    init_database(app, config.database_url, strict=config.durability == "strict")
    csrf.init_app(app)
    limits.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # ours: access.py
    babel.init_app(app, locale_selector=i18n.choose_locale)
    i18n.init_app(app)
    routing.init_app(app)
    assets.init_app(app)
    template_urls.init_app(app)
    security.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    register_features(app)
    cli.init_app(app)
    for warning in config.warnings:
        app.logger.warning(warning)
    return app


def _cookie_name(config: Config) -> str:
    """Name the cookie so that browsers take it over HTTPS only and, of a site that has its host for itself, by that
    host only.
    """
    if not config.secure:
        return "session"
    return "__Secure-session" if config.path else "__Host-session"


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SETTINGS=config,
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        WTF_CSRF_SECRET_KEY=list(reversed(config.secret_keys)),  # as itsdangerous wants them: the one that signs last
        TRUSTED_HOSTS=security.trusted_hosts(config.base_url),
        PERMANENT_SESSION_LIFETIME=sessions.LIFETIME,
        SESSION_COOKIE_NAME=_cookie_name(config),
        SESSION_COOKIE_PATH=config.path or "/",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=256 * 1024,
        BABEL_DEFAULT_LOCALE=i18n.DEFAULT,
        RATELIMIT_STORAGE_URI=config.limits_storage,
        WTF_I18N_ENABLED=False,  # the error messages of our forms are our own
        WTF_CSRF_SSL_STRICT=False,  # it compares referrers, and no page of ours sends one (app/security.py)
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch must not lose its text
    )

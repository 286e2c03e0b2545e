"""The limits on attempts that views declare, and the answer to one attempt too many: when the next may be made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask_limiter import RateLimitExceeded
from limits import RateLimitItem, parse

from app import clock
from app.errors import error_page
from app.extensions import limiter, settings
from app.i18n import gettext as _
from app.i18n import ngettext
from app.rate_limits import storage  # noqa: F401 — makes the scheme `database` known to the limiter
from app.rate_limits.sources import source_of
from app.security import keyed_hash

View = TypeVar("View", bound=Callable[..., Any])

TOO_MANY = 429
MINUTE, HOUR = 60, 3600
LONGEST_IN_MINUTES = 90 * MINUTE


def init_app(app: Flask) -> None:
    """Count the attempts where the settings say; answer one too many with the true delay."""
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _answer_too_many)


def limit_by_source(view: View) -> View:
    """Limit how often one source may call the decorated view: wide, since a whole ministry may share an address."""
    limit = limiter.limit(_attempts_per_source, key_func=_source_key, error_message=_too_many_from_source)
    return cast("View", limit(view))


def current_source() -> str:
    """Return where this request comes from, behind as many proxies as the settings say."""
    return source_of(request.remote_addr)


def count_attempt(limit: str, key: str) -> int:
    """Count an attempt under `key`; return 0 within `limit` (such as `10 per day`), else the seconds to wait. Commits.

    For a view that answers one too many itself, with what was typed.
    """
    return count_attempts({key: limit})


def count_attempts(limits: Mapping[str, str]) -> int:
    """Count an attempt under several keys, each with its limit, as `count_attempt` does under one. Commits.

    Where one limit is reached, the attempt counts under no other key: what is refused must not use up what others may
    ask for.
    """
    counted = [(parse(limit), keyed_hash("limit", key)) for key, limit in limits.items()]
    reached = [(item, key) for item, key in counted if not limiter.limiter.test(item, key)]
    reached = reached or [(item, key) for item, key in counted if not limiter.limiter.hit(item, key)]
    waits = [_seconds_until(limiter.limiter.get_window_stats(item, key).reset_time, item) for item, key in reached]
    return max(waits, default=0)


def count_source_attempt() -> int:
    """Count an attempt of this request's source; return the seconds to wait, 0 within its limit. Commits."""
    return count_attempt(_attempts_per_source(), f"source {current_source()}")


def try_again(seconds: int) -> str:
    """Say in how long to try again, never too soon: `Réessayez dans 42 minutes.`"""
    if seconds <= LONGEST_IN_MINUTES:
        return ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", math.ceil(seconds / MINUTE))
    return ngettext("Try again in %(num)d hour.", "Try again in %(num)d hours.", math.ceil(seconds / HOUR))


def _seconds_until(reset_time: float, item: RateLimitItem) -> int:
    """Return in how many seconds the attempts under a limit that was reached count no more: 1 to its whole time."""
    return min(max(1, math.ceil(reset_time - clock.now().timestamp())), item.get_expiry())


def _attempts_per_source() -> str:
    return f"{settings().attempts_per_source} per hour"


def _source_key() -> str:
    return keyed_hash("limit", current_source())


def _too_many_from_source() -> str:
    return _("There have been many attempts from your network within the last hour.")


def _answer_too_many(error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    broken = limiter.current_limit
    seconds = _seconds_until(broken.window.reset_time, broken.limit) if broken else MINUTE
    page, status = error_page(TOO_MANY, advice=f"{error.description} {try_again(seconds)}")
    return page, status, {"Retry-After": str(seconds)}

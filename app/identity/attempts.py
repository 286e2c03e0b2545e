"""The ways to the provider that a browser has under way, in its own cookie: no other can come back for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from flask import session

from app.identity.provider import SentAway
from app.identity.rules import MAX_ATTEMPTS, Purpose, is_attempt_expired

ATTEMPTS = "identity_attempts"
SIGN_OUT = "identity_sign_out"  # the state with which the provider sends back who signed out there


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One way to the provider: what it is for, and the secrets by which its answer is recognised."""

    state: str
    nonce: str
    code_verifier: str | None
    purpose: str
    next_url: str
    person_id: int | None  # who links an identity
    began_at: int  # seconds since 1970


def remember(sent: SentAway, purpose: Purpose, next_url: str, person_id: int | None, now: datetime) -> None:
    """Keep what is needed when the visitor comes back; of several that are under way the latest."""
    began_at = int(now.timestamp())
    attempt = SignInAttempt(sent.state, sent.nonce, sent.code_verifier, purpose.value, next_url, person_id, began_at)
    session[ATTEMPTS] = [*_under_way(), asdict(attempt)][-MAX_ATTEMPTS:]


def take(state: str, now: datetime) -> SignInAttempt | None:
    """Return the attempt with that state and forget it: its answer is taken once. None when it has expired."""
    under_way = _under_way()
    found = next((each for each in under_way if state and each["state"] == state), None)
    if found is None:
        return None
    session[ATTEMPTS] = [each for each in under_way if each is not found]
    attempt = SignInAttempt(**found)
    return None if is_attempt_expired(attempt.began_at, now) else attempt


def _under_way() -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", session.get(ATTEMPTS, []))

"""What is asked of an identity provider, and what is believed of its answer. Values in, values out."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ATTEMPT_LIFETIME = timedelta(minutes=30)  # long enough for a second factor that has to be found first
MAX_ATTEMPTS = 3  # that one browser may have under way: tabs
MAX_SUBJECT = 255
ERROR_LENGTH = 60  # characters of an error code in the log; the known ones have 40 at most


class SignInFailure(StrEnum):
    """Why somebody who came back from the provider is not signed in; each has its page."""

    UNAVAILABLE = "unavailable"  # no answer, or none that can be read
    UNTRUSTED = "untrusted"  # an answer that does not prove what it says
    REFUSED = "refused"  # by the person, or by the provider
    LEVEL = "level"  # the sign-in was weaker than what is required
    EXPIRED = "expired"  # not begun in this browser, done before, or too long ago
    UNKNOWN = "unknown"  # nobody here has that identity
    TAKEN = "taken"  # the identity is somebody else's


# RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6; OpenID Connect Unmet Authentication Requirements
UNAVAILABLE_ERRORS = frozenset({"temporarily_unavailable", "server_error"})
LEVEL_ERRORS = frozenset({"unmet_authentication_requirements"})


class Purpose(StrEnum):
    """What somebody goes to the provider for."""

    SIGN_IN = "sign-in"
    LEVEL = "level"  # to sign in at the level that is required of coordinators
    LINK = "link"  # to link the identity with the account that they are signed in to


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of somebody, signature checked. `level`: acr, how they have proved who they are."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool | None  # None where the provider does not say
    level: str | None


def is_subject(subject: object) -> bool:
    """Return whether `subject` may be what a provider calls somebody: 255 characters of ASCII (Core, section 2)."""
    is_text = isinstance(subject, str) and subject.isascii() and subject.isprintable()
    return is_text and 0 < len(str(subject)) <= MAX_SUBJECT


def requested_claims(levels: Sequence[str], *, essential: bool) -> str | None:
    """Return the parameter `claims` that asks for one of `levels`; not essential: only that the level be told.

    `acr_values` would do, and is refused by ProConnect, which takes this parameter only
    (https://partenaires.proconnect.gouv.fr/docs/fournisseur-service/niveaux-acr).
    """
    if not levels:
        return None
    acr = {"essential": True, "values": list(levels)} if essential else None
    return json.dumps({"id_token": {"acr": acr}}, separators=(",", ":"))


def has_level(level: str | None, levels: Collection[str]) -> bool:
    """Return whether `level` is one of `levels`; any is, where none is required."""
    return not levels or level in levels


def is_address_believed(claims: Claims, believed_issuers: Collection[str]) -> bool:
    """Return whether the address in `claims` may find somebody's account: of an issuer that the settings name.

    An issuer that says that it has not verified the address is not believed, one that says nothing of it is.
    """
    return claims.email is not None and claims.issuer in believed_issuers and claims.email_verified is not False


def failure_of_error(error: str) -> SignInFailure:
    """Return what an `error` with which the provider sent somebody back means for them."""
    if error in UNAVAILABLE_ERRORS:
        return SignInFailure.UNAVAILABLE
    return SignInFailure.LEVEL if error in LEVEL_ERRORS else SignInFailure.REFUSED


def loggable(error: object) -> str:
    """Return an error code of the provider for the log; a text that is no code is not repeated there."""
    text = str(error)
    is_code = text.isascii() and len(text) <= ERROR_LENGTH and text.replace("_", "").replace("-", "").isalnum()
    return text if is_code else "an error without a code"


def is_attempt_expired(began_at: float, now: datetime) -> bool:
    """Return whether an attempt that began at `began_at` (seconds since 1970) may no longer be answered."""
    return not 0 <= now.timestamp() - began_at < ATTEMPT_LIFETIME.total_seconds()

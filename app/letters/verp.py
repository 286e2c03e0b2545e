"""The envelope sender of a letter: an address of its own, signed, so that a bounce identifies its letter and no other.

Variable envelope return paths (VERP): `bounces+<letter id>.<second of its creation>.<signature>@domain`, in lower case,
because relays may not keep the case of an address. A restored database gives ids a second time, but no second: what
comes back for a letter that the backup did not hold is about no letter that has its id by now.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

# Letters of version 0.2 and before name no second: what comes back for them is still read.
SHAPE = re.compile(r"bounces\+([1-9]\d{0,18})(?:\.(\d{1,12}))?\.([a-z2-7]{16})@[^@\s]+", re.IGNORECASE | re.ASCII)
SIGNATURE_BYTES = 10


@dataclass(frozen=True, slots=True)
class NamedLetter:
    """The letter that an envelope sender names; `created`, in seconds since 1970, is None in those of old letters."""

    id: int
    created: int | None

    def is_created_at(self, moment: datetime) -> bool:
        """Return whether the letter that has the id now, created at `moment`, is the one that is named."""
        return self.created is None or self.created == _second(moment)


def envelope_sender(letter_id: int, created_at: datetime, secret: str, domain: str) -> str:
    """Return the address to which a bounce of that letter comes back."""
    named = NamedLetter(letter_id, _second(created_at))
    return f"bounces+{letter_id}.{named.created}.{_signature(named, secret)}@{domain}"


def find_named_letter(address: str, *secrets: str) -> NamedLetter | None:
    """Return which letter's envelope sender `address` is, signed with one of `secrets`; None for other addresses."""
    match = SHAPE.fullmatch(address)
    if not match:
        return None
    named = NamedLetter(int(match[1]), int(match[2]) if match[2] else None)
    genuine = any(hmac.compare_digest(match[3].lower(), _signature(named, secret)) for secret in secrets)
    return named if genuine else None


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _signature(named: NamedLetter, secret: str) -> str:
    signed = f"{named.id}" if named.created is None else f"{named.id}.{named.created}"
    digest = hmac.digest(secret.encode(), f"bulletins:bounces:{signed}".encode(), "sha256")
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode("ascii").lower()

"""The envelope sender of a letter: an address of its own, signed, so that a bounce identifies its letter and no other.

Variable envelope return paths (VERP): `bounces+<letter id>.<signature>@domain`, in lower case, because relays may not
keep the case of an address.
"""

from __future__ import annotations

import base64
import hmac
import re

SHAPE = re.compile(r"bounces\+([1-9]\d{0,18})\.([a-z2-7]{16})@[^@\s]+", re.IGNORECASE | re.ASCII)
SIGNATURE_BYTES = 10


def envelope_sender(letter_id: int, secret: str, domain: str) -> str:
    """Return the address to which a bounce of that letter comes back."""
    return f"bounces+{letter_id}.{_signature(letter_id, secret)}@{domain}"


def find_letter_id(address: str, *secrets: str) -> int | None:
    """Return the id of the letter whose envelope sender `address` is, signed with one of `secrets`; None for others."""
    match = SHAPE.fullmatch(address)
    if not match:
        return None
    letter_id = int(match[1])
    genuine = any(hmac.compare_digest(match[2].lower(), _signature(letter_id, secret)) for secret in secrets)
    return letter_id if genuine else None


def _signature(letter_id: int, secret: str) -> str:
    digest = hmac.digest(secret.encode(), f"bulletins:bounces:{letter_id}".encode(), "sha256")
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode("ascii").lower()

"""What tells two people who change the same thing at once. Pure."""

from __future__ import annotations

import hashlib


def fingerprint(*values: object) -> str:
    """Return a short text that is another one when any of `values` is: what a form was filled from."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]

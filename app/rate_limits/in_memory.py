"""Limits for what writes nothing: counted in the memory of each process, and forgotten with it."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

_limiter = FixedWindowRateLimiter(MemoryStorage())


def count_reading(limit: str, key: str) -> bool:
    """Count a request under `key`; return whether it is within `limit`, such as `30 per minute`."""
    return _limiter.hit(parse(limit), key)

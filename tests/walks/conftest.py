"""The promotion and the members of every sort that `tests/test_access.py` visits its table of routes with."""

from tests.test_access import members_by_kind, promotion
from tests.walks.full_promotion import full

__all__ = ["full", "members_by_kind", "promotion"]

"""How long a call for help stands in the digests. Values in, values out."""

from __future__ import annotations

from app.weeks import Week

STANDS_WEEKS = 3


def stands_in(week: Week, told: Week, renewed: Week) -> bool:
    """Whether a call first told in the digest of `told`, and renewed in week `renewed`, is told in that of `week`.

    It stands for three weeks, that of its first digest or of its renewal included. A call renewed after `week` closed,
    before its digest was issued, stands in it.
    """
    return told <= week <= last_week(told, renewed)


def last_week(told: Week, renewed: Week) -> Week:
    """The last week whose digest tells a call first told in `told` and renewed in week `renewed`."""
    return max(told, renewed) + (STANDS_WEEKS - 1)

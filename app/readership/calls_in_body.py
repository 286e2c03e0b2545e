"""Where the calls for help stand in the stored body of a digest, whose page says beside each what a reader may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

# No member's text holds a div; it says its language where that is not the digest's.
CALL = re.compile(r'<(?:td|div) class="bl-call">.*?<div class="bl-text"(?: lang="\w+")?>.*?</div>', re.DOTALL)

RowT = TypeVar("RowT")


def add_to_calls(body: str, additions: Sequence[str]) -> str:
    """Return `body`, HTML as `templates/digests/body.html` makes it, with the nth of `additions` under its nth call."""
    waiting = iter(additions)
    return CALL.sub(lambda call: f"{call[0]}\n{next(waiting, '')}", body)


def match_calls(told: Sequence[tuple[str, str]], rows: Sequence[tuple[str, str, RowT]]) -> list[RowT | None]:
    """Return for each call that a digest told, a team and a text, its row among `rows` (team, text, row), if any.

    A digest stores no ids of its calls. A text that is corrected is so in both; where two teams ask the same, the team
    tells them apart, unless it was renamed.
    """
    left = list(rows)
    found: list[RowT | None] = []
    for team, text in told:
        same_text = [row for row in left if row[1] == text]
        match = next((row for row in same_text if row[0] == team), next(iter(same_text), None))
        if match:
            left.remove(match)
        found.append(match[2] if match else None)
    return found

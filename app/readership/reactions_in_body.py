"""Where the bulletins stand in the stored body of a digest, whose page shows the reactions to each."""

from __future__ import annotations

import re
from collections.abc import Sequence

# No member's text holds a div: a block ends where the end of an inner one, or what follows it, meets another end.
BULLETIN = re.compile(
    r'<div class="bl-bulletin"[^>]*>.*?</div>\s*(?:<p class="bl-more">[^<]*</p>\s*)?(?=</div>)', re.DOTALL
)


def add_to_bulletins(body: str, additions: Sequence[str]) -> str:
    """Return `body`, HTML as `templates/digests/body.html` makes it, with the nth addition in the nth bulletin."""
    waiting = iter(additions)
    return BULLETIN.sub(lambda bulletin: f"{bulletin[0]}{next(waiting, '')}", body)


def match_bulletins(
    told: Sequence[tuple[str, str, str]], rows: Sequence[tuple[str, str, str, int]]
) -> list[int | None]:
    """Return for each bulletin that a digest told, a team, a week and its priority, the id of its row, if any.

    `rows`: those that the digest published, with their ids. A digest stores no ids; a team that was renamed since is
    known by what it wrote, and where that was corrected too, it is not.
    """
    by_team = {(team, week): id_ for team, week, _, id_ in rows}
    by_text = {(week, text): id_ for _, week, text, id_ in rows}
    return [by_team.get((team, week)) or by_text.get((week, text)) for team, week, text in told]

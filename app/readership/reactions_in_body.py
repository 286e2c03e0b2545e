"""Find the bulletins in the stored body of a digest: its page shows the reactions to each."""

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

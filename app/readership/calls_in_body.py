"""Find the calls for help in the stored body of a digest: its page shows beside each what a reader may do."""

from __future__ import annotations

import re
from collections.abc import Sequence

# No member's text holds a div; it says its language where that is not the digest's.
CALL = re.compile(r'<(?:td|div) class="bl-call">.*?<div class="bl-text"(?: lang="\w+")?>.*?</div>', re.DOTALL)


def add_to_calls(body: str, additions: Sequence[str]) -> str:
    """Return `body`, HTML as `templates/digests/body.html` makes it, with the nth of `additions` under its nth call."""
    waiting = iter(additions)
    return CALL.sub(lambda call: f"{call[0]}\n{next(waiting, '')}", body)

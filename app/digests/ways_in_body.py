"""The parts of a digest's stored body, which its page lists and leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

# As `templates/digests/body.html` makes them, and made them: no member's text holds a heading.
HEADING = re.compile(
    r"<h2>(?P<title>[^<]*)</h2>"
    r'|<h3 class="bl-team">(?:<span class="bl-face" aria-hidden="true">(?P<face>[^<]*)</span> )?(?P<team>[^<]*?) '
    r'<span class="bl-mood">(?:<span aria-hidden="true">(?P<earlier_face>[^<]*)</span>)?'
)


@dataclass(frozen=True, slots=True)
class Way:
    """A link to a part of a page: the id of its heading, what it says, a sign before it; `inner`: of the part above."""

    anchor: str
    label: str
    sign: str = ""
    inner: bool = False


def add_ways(body: str) -> tuple[str, list[Way]]:
    """Return `body` with an id for each of its headings, and the ways to them, in the order of the body."""
    ways: list[Way] = []

    def note(heading: re.Match[str]) -> str:
        anchor = f"part-{len(ways) + 1}"
        title, team = heading["title"], heading["team"]
        sign = heading["face"] or heading["earlier_face"] or ""
        ways.append(Way(anchor, unescape(title if team is None else team), sign, inner=team is not None))
        return f'{heading[0][:3]} id="{anchor}"{heading[0][3:]}'

    return HEADING.sub(note, body), ways

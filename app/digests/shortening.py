"""A digest with its long texts cut, for a letter that would be too large; the archive keeps all of them.

Values in, values out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.digests.composing import Composition, DigestBulletin, DigestCall


@dataclass(frozen=True, slots=True)
class Scissors:
    """Cuts texts longer than `length` code points; `to_html` makes the HTML of what is left of the Markdown."""

    length: int
    to_html: Callable[[str], str]

    def text(self, text: str, html: str) -> tuple[str, str]:
        """The text and its HTML, cut after a whole word where they are too long."""
        if len(text) <= self.length:
            return text, html
        short = " ".join([*text[: self.length].rsplit(maxsplit=1)[:1], "[…]"])
        return short, self.to_html(short)

    def bulletin(self, told: DigestBulletin) -> DigestBulletin:
        """The bulletin with both texts cut, and whether one of them was."""
        priorities, priorities_html = self.text(told.priorities, told.priorities_html)
        ups_and_downs, ups_and_downs_html = self.text(told.ups_and_downs, told.ups_and_downs_html)
        return replace(
            told,
            priorities=priorities,
            priorities_html=priorities_html,
            ups_and_downs=ups_and_downs,
            ups_and_downs_html=ups_and_downs_html,
            cut=priorities != told.priorities or ups_and_downs != told.ups_and_downs,
        )

    def call(self, call: DigestCall) -> DigestCall:
        """The call for help with its text cut."""
        text, html = self.text(call.text, call.html)
        return replace(call, text=text, html=html)


def shortened(composition: Composition, length: int, to_html: Callable[[str], str]) -> Composition:
    """The same digest with every longer text cut at `length` code points."""
    scissors = Scissors(length, to_html)
    return replace(
        composition,
        bulletins=tuple(scissors.bulletin(told) for told in composition.bulletins),
        late=tuple(scissors.bulletin(told) for told in composition.late),
        calls=tuple(scissors.call(call) for call in composition.calls),
    )

"""The reactions to a bulletin, and who may give one. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reaction(StrEnum):
    """What a member says of a bulletin, one for each bulletin."""

    BRAVO = "bravo"
    THANKS = "thanks"
    ME_TOO = "me_too"


EMOJI = {Reaction.BRAVO: "👏", Reaction.THANKS: "🙏", Reaction.ME_TOO: "🙋"}


@dataclass(frozen=True, slots=True)
class Reactions:
    """The reactions to one bulletin as a member sees them: `counts` in the order of Reaction, `own` is theirs.

    `open`: they may react. Who else has reacted is shown to nobody.
    """

    bulletin_id: int
    counts: tuple[int, ...]
    own: Reaction | None
    open: bool

    @property
    def total(self) -> int:
        return sum(self.counts)


def may_react(*, writes_it: bool, reads_only: bool) -> bool:
    """Return whether a member may react to a bulletin that a digest has.

    `writes_it`: they are an EIG of its team; `reads_only`: they are alumni.
    """
    return not writes_it and not reads_only

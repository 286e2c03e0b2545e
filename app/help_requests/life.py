"""The life of a call for help, and who may offer help on it. Values in, values out."""

from __future__ import annotations

from enum import StrEnum


class HelpState(StrEnum):
    """open → offered → resolved, withdrawn or archived."""

    OPEN = "open"
    OFFERED = "offered"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


LIVE = frozenset({HelpState.OPEN, HelpState.OFFERED})


class NoOffer(StrEnum):
    """Why help cannot be offered on a call."""

    OWN_TEAM = "own_team"  # one answers one's own team by talking
    NOT_TOLD = "not_told"  # no digest has told it, so it does not exist for others yet
    READS_ONLY = "reads_only"  # alumni
    CLOSED = "closed"
    OFFERED_BEFORE = "offered_before"  # in other words; the team has these, and an address to answer to


def why_no_offer(state: HelpState, *, own_team: bool, told: bool, reads_only: bool) -> NoOffer | None:
    """Why a member may not offer help on a call, or None when they may."""
    if own_team:
        return NoOffer.OWN_TEAM
    if not told:
        return NoOffer.NOT_TOLD
    if reads_only:
        return NoOffer.READS_ONLY
    return None if state in LIVE else NoOffer.CLOSED


def after_offer(state: HelpState) -> HelpState:
    """What an offer makes of a call: an open one is offered; an offered one stays so, whoever else offers."""
    return HelpState.OFFERED if state is HelpState.OPEN else state

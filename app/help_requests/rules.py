"""The rules of a call for help: its states, how long digests publish it, who sees it, closes it, offers help. Pure."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum

from app.weeks import Timetable, Week

PUBLISHED_WEEKS = 3
UNANSWERED_AFTER = 2  # weeks: when two digests have published a call, and its team may write it anew for the third
UNANSWERED_UNTIL = 5  # weeks: a team that was paused is written to afterwards, about a call that is not too old
LETTERS_AT = time(9, 0)  # in the promotion's zone


class HelpState(StrEnum):
    """open → offered → resolved, withdrawn or archived."""

    OPEN = "open"
    OFFERED = "offered"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


LIVE = frozenset({HelpState.OPEN, HelpState.OFFERED})
CLOSED_BY_TEAM = frozenset({HelpState.RESOLVED, HelpState.WITHDRAWN})


class OfferRefusal(StrEnum):
    """Why help cannot be offered on a call."""

    OWN_TEAM = "own_team"  # they talk to each other anyway
    NOT_PUBLISHED = "not_published"  # it is in no digest yet, so for others it does not exist
    READS_ONLY = "reads_only"  # alumni
    CLOSED = "closed"
    ENDED = "ended"  # the promotion has
    OFFERED_BEFORE = "offered_before"  # with another text; the team has the first, and an address to answer to


def offer_refusal(
    state: HelpState, *, own_team: bool, published: bool, reads_only: bool, ended: bool
) -> OfferRefusal | None:
    """Return why a member may not offer help on a call in `state`, or None when they may.

    `own_team`: the call is their own team's; `published`: a digest has it; `reads_only`: they are alumni; `ended`: the
    promotion has, and nobody waits for help any more.
    """
    if own_team:
        return OfferRefusal.OWN_TEAM
    if not published:
        return OfferRefusal.NOT_PUBLISHED
    if reads_only:
        return OfferRefusal.READS_ONLY
    if state not in LIVE:
        return OfferRefusal.CLOSED
    return OfferRefusal.ENDED if ended else None


def state_after_offer(state: HelpState) -> HelpState:
    """Return the state of a call once help is offered: an open one is offered, any other stays as it is."""
    return HelpState.OFFERED if state is HelpState.OPEN else state


def may_see(*, own_team: bool, published: bool) -> bool:
    """Return whether a member may see a call: everybody may once a digest has it, its own team before."""
    return own_team or published


def may_close(*, own_team: bool, reads_only: bool, coordinates: bool) -> bool:
    """Return whether a member may resolve or renew a call: its own team, alumni apart, and the coordination."""
    return (own_team and not reads_only) or coordinates


def may_thank(state: HelpState, *, own_team: bool, writes: bool) -> bool:
    """Return whether a member may thank who offered help on a call: an EIG (`writes`) of its team, once it is resolved.

    They got the offers by mail; nobody else reads them.
    """
    return own_team and writes and state is HelpState.RESOLVED


def is_unanswered_too_long(published: Week, week: Week) -> bool:
    """Return whether the team of a call without an offer, first published in `published`, is written to in `week`."""
    return UNANSWERED_AFTER <= week - published < UNANSWERED_UNTIL


def is_time_for_letters(timetable: Timetable, now: datetime) -> bool:
    """Return whether letters about calls may leave at `now`: from nine o'clock on, on a working day."""
    local = now.astimezone(timetable.zone)
    return timetable.is_working_day(local.date()) and local.time() >= LETTERS_AT


def is_published_in(week: Week, published: Week, renewed: Week) -> bool:
    """Return whether the digest of `week` publishes a call first published in `published`, last renewed in `renewed`.

    Three digests do, that of its first week or of its renewal included. A call renewed after `week` closed, before its
    digest was issued, is in it.
    """
    return published <= week <= last_published_week(published, renewed)


def last_published_week(published: Week, renewed: Week) -> Week:
    """Return the last week whose digest publishes a call first published in `published` and renewed in `renewed`."""
    return max(published, renewed) + (PUBLISHED_WEEKS - 1)

"""Offering help from a digest: its calls that still call, and the offer that also says that one has read it."""

from __future__ import annotations

from datetime import datetime

from app.digests.models import Digest
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.service import live_calls
from app.readership.service import mark_read
from app.teams.models import Membership


def calls_still_live(digest: Digest) -> list[HelpRequest]:
    """The calls that the digest told and that still call, newest first.

    A digest keeps the words of its calls, and these change no more once it is issued: they tell which calls it told.
    """
    told = {entry["text"] for entry in digest.content["help_requests"]}
    return [call for call in live_calls(digest.promotion_id) if call.text in told and _told_by(call, digest)]


def offer_from_digest(digest: Digest, member: Membership, call: HelpRequest, words: str, now: datetime) -> None:
    """Offer help, then record that the member has read the digest. Raises OfferRefused, and then marks nothing."""
    offer_help(call, member, words, now)
    mark_read(member, digest, now)


def _told_by(call: HelpRequest, digest: Digest) -> bool:
    told = call.bulletin.told_in
    return told is not None and told <= digest.week

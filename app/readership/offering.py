"""Offering help from a digest: its calls that still call, and the offer that also says that one has read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.digests.models import Digest
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.service import live_calls
from app.readership.digest_page import DigestPage
from app.readership.marking import mark_read
from app.teams.models import Membership


def calls_still_live(digest: DigestPage) -> list[HelpRequest]:
    """The calls that the digest told and that still call, newest first.

    A digest keeps the words of its calls, and these change no more once it is issued: they tell which calls it told.
    """
    calls = [call for call in live_calls(digest.promotion_id) if call.published_in and call.published_in <= digest.week]
    told = _words_told(digest.id) if calls else set()
    return [call for call in calls if call.text in told]


def offer_from_digest(digest: Digest, member: Membership, call: HelpRequest, words: str, now: datetime) -> None:
    """Offer help, then record that the member has read the digest. Raises OfferRefusedError, and then marks nothing."""
    offer_help(call, member, words, now)
    mark_read(member, digest, now)


def _words_told(digest_id: int) -> set[str]:
    calls = db.session.scalars(select(Digest.content["help_requests"]).where(Digest.id == digest_id)).one()
    return {call["text"] for call in calls}

"""Offering help from a digest: its calls that still call, and the offer that also says that one has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.bulletins.models import Bulletin
from app.database import db
from app.digests.models import Digest
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.rules import LIVE, HelpState, offer_refusal
from app.readership.digest_page import DigestPage
from app.readership.marking import mark_read
from app.teams.models import Membership, Team
from app.teams.roles import Role

RECEIVED = select(func.count()).where(HelpOffer.call_id == HelpRequest.id).correlate(HelpRequest).scalar_subquery()
OWN = aliased(HelpOffer)  # the member's own offer on the call
LIVE_CALLS = (
    select(
        HelpRequest.id,
        HelpRequest.team_id,
        Team.name,
        Team.slug,
        HelpRequest.state,
        HelpRequest.text,
        HelpRequest.html,
        OWN.text,
        case((HelpRequest.team_id == bindparam("team"), RECEIVED), else_=0),
    )
    .join(HelpRequest.team)
    .join(HelpRequest.bulletin)
    .outerjoin(OWN, and_(OWN.call_id == HelpRequest.id, OWN.membership_id == bindparam("member")))
    .where(
        Team.promotion_id == bindparam("promotion"),
        HelpRequest.state.in_(sorted(LIVE)),
        Bulletin.told_in <= bindparam("week"),
    )
    .order_by(HelpRequest.opened_at.desc(), HelpRequest.id.desc())
)


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call under the digest that told it, as one member sees it.

    `open`: whether they may still offer help; `own_text`: the text of their own offer; `received`: how many offers
    their own team got by mail.
    """

    id: int
    team_name: str
    team_slug: str
    state: HelpState
    html: str
    open: bool
    own_text: str | None
    received: int


def live_calls_of(digest: DigestPage, member: Membership) -> tuple[LiveCall, ...]:
    """Return the calls that the digest told and that still call, newest first.

    A digest keeps the words of its calls, and these change no more once it is issued: they tell which calls it told.
    """
    if not digest.calls:
        return ()
    values = {
        "promotion": digest.promotion_id,
        "week": digest.week,
        "member": member.id,
        "team": member.team_id,
    }
    reads_only = member.role is Role.ALUMNI
    calls = []
    for row in db.session.execute(LIVE_CALLS, values):
        id_, team_id, team_name, team_slug, state, text, html, own_text, received = row
        if text in digest.calls:
            refused = offer_refusal(state, own_team=team_id == member.team_id, published=True, reads_only=reads_only)
            may_offer = own_text is None and refused is None
            calls.append(LiveCall(id_, team_name, team_slug, state, html, may_offer, own_text, received))
    return tuple(calls)


def offer_from_digest(digest: Digest, member: Membership, call: HelpRequest, words: str, now: datetime) -> None:
    """Offer help, then record that the member has read the digest. Raises OfferRefusedError, and then marks nothing."""
    offer_help(call, member, words, now)
    mark_read(member, digest, now)

"""« Je peux aider »: help offered on a call, by mail to every EIG of the team that asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.errors import DomainError
from app.help_requests.life import NoOffer, after_offer, why_no_offer
from app.help_requests.models import HelpOffer, HelpRequest
from app.markdown import to_text
from app.routing import public_url
from app.teams.members import coordination, members_on
from app.teams.models import Membership
from app.teams.notifications import queue_notification
from app.teams.roles import Role


class OfferRefusedError(DomainError):
    """Help cannot be offered on this call; `why` says the reason. Nothing has changed."""

    status = 409

    def __init__(self, why: NoOffer) -> None:
        self.why = why
        super().__init__(why.value)


def refusal_of(call: HelpRequest, member: Membership) -> NoOffer | None:
    """Why `member` may not offer help on `call`, or None; whether they have done so before does not matter here."""
    return why_no_offer(
        call.state,
        own_team=call.team_id == member.team_id,
        told=call.told_in is not None,
        reads_only=member.role is Role.ALUMNI,
    )


def offer_help(call: HelpRequest, member: Membership, text: str, now: datetime) -> HelpOffer:
    """Keep the offer and write it to the asking team; the same words a second time change nothing.

    Raises OfferRefusedError.
    """
    call = _held(call.id)
    if why := refusal_of(call, member):
        raise OfferRefusedError(why)
    if before := find_offer(call, member):
        if before.text != text:
            raise OfferRefusedError(NoOffer.OFFERED_BEFORE)
        return before
    offer = HelpOffer(call=call, membership=member, text=text, offered_at=now)
    db.session.add(offer)
    call.state, call.first_offered_at = after_offer(call.state), call.first_offered_at or now
    db.session.flush()
    _write_to_team(offer, now)
    db.session.commit()
    return offer


def find_offer(call: HelpRequest, member: Membership) -> HelpOffer | None:
    """What the member has offered on the call."""
    query = select(HelpOffer).where(HelpOffer.call_id == call.id, HelpOffer.membership_id == member.id)
    return db.session.scalar(query)


def words_offered(member: Membership) -> dict[int, str]:
    """What the member has offered, by call (ids)."""
    query = select(HelpOffer.call_id, HelpOffer.text).where(HelpOffer.membership_id == member.id)
    return dict(db.session.execute(query).all())


def count_offers(team_id: int) -> dict[int, int]:
    """How many members have offered help on each of the team's calls (ids) that somebody has."""
    query = select(HelpOffer.call_id, func.count()).join(HelpOffer.call).where(HelpRequest.team_id == team_id)
    return dict(db.session.execute(query.group_by(HelpOffer.call_id)).all())


def _held(call_id: int) -> HelpRequest:
    """The call as it stands, which nobody changes until we have committed."""
    query = select(HelpRequest).where(HelpRequest.id == call_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _write_to_team(offer: HelpOffer, now: datetime) -> None:
    helper = offer.membership
    queue_notification(
        "help_offer",
        _asking(offer.call, now),
        reference=f"offer:{offer.id}",
        now=now,
        reply_to=helper.person.email,
        private=True,
        helper=helper,
        who=_named(helper),
        call=offer.call,
        plain=to_text,
        words=offer.text,
        page=public_url("help_requests.calls", promotion_slug=helper.promotion.slug),
    )


def _named(helper: Membership) -> str:
    """`Aude Martin (Éclusier)`: a name, and where it belongs."""
    name = helper.person.display_name
    return f"{name} ({helper.team.name})" if helper.team else name


def _asking(call: HelpRequest, now: datetime) -> Sequence[Membership]:
    """The EIGs of the team that asks; the coordination when none of them can be written to."""
    promotion = call.team.promotion
    eigs = members_on(promotion.id, promotion.today(now), [Role.EIG])
    return [m for m in eigs if m.team_id == call.team_id and m.person.email] or coordination(promotion, now)

"""« Je peux aider »: offering help on a call, by mail to every EIG of the team that asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.errors import DomainError
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.rules import OfferRefusal, offer_refusal, state_after_offer
from app.i18n import person_name
from app.markdown import to_text
from app.routing import public_url
from app.teams.members import coordination, members_on
from app.teams.models import Membership
from app.teams.notifications import queue_notification
from app.teams.phases import Phase
from app.teams.roles import Role


class OfferRefusedError(DomainError):
    """Help cannot be offered on this call for `reason`. Nothing has changed."""

    status = 409

    def __init__(self, reason: OfferRefusal) -> None:
        self.reason = reason
        super().__init__(reason.value)


def refusal_of(call: HelpRequest, member: Membership, now: datetime) -> OfferRefusal | None:
    """Return why `member` may not offer help on `call` at `now`, or None; an offer made before is no reason here."""
    return offer_refusal(
        call.state,
        own_team=call.team_id == member.team_id,
        published=call.published_in is not None,
        reads_only=member.role is Role.ALUMNI,
        ended=member.promotion.phase(now) is Phase.AFTER,
    )


def offer_help(call: HelpRequest, member: Membership, text: str, now: datetime) -> HelpOffer:
    """Store the offer and write it to the team that asks; the same text a second time changes nothing. Commits.

    Raises OfferRefusedError.
    """
    call = lock_call(call.id)
    if reason := refusal_of(call, member, now):
        raise OfferRefusedError(reason)
    if earlier := find_offer(call, member):
        if earlier.text != text:
            raise OfferRefusedError(OfferRefusal.OFFERED_BEFORE)
        return earlier
    offer = HelpOffer(call=call, membership=member, text=text, offered_at=now)
    db.session.add(offer)
    call.state, call.first_offered_at = state_after_offer(call.state), call.first_offered_at or now
    db.session.flush()
    _write_to_team(offer, now)
    db.session.commit()
    return offer


def find_offer(call: HelpRequest, member: Membership) -> HelpOffer | None:
    """Return the member's offer on the call, if any."""
    query = select(HelpOffer).where(HelpOffer.call_id == call.id, HelpOffer.membership_id == member.id)
    return db.session.scalar(query)


def offer_texts(members: Iterable[Membership]) -> dict[int, str]:
    """Return the texts of the members' offers by the ids of their calls, each call being of one member's promotion."""
    ids = [member.id for member in members]
    query = select(HelpOffer.call_id, HelpOffer.text).where(HelpOffer.membership_id.in_(ids))
    return dict(db.session.execute(query).all())


def count_offers(teams: Collection[int]) -> dict[int, int]:
    """Return how many members have offered help on the calls of `teams`, by the ids of those on which somebody has."""
    if not teams:
        return {}
    query = select(HelpOffer.call_id, func.count()).join(HelpOffer.call).where(HelpRequest.team_id.in_(teams))
    return dict(db.session.execute(query.group_by(HelpOffer.call_id)).all())


def lock_call(call_id: int) -> HelpRequest:
    """Read the call anew, whatever the session holds of it, and lock its row until the transaction ends."""
    query = select(HelpRequest).where(HelpRequest.id == call_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _write_to_team(offer: HelpOffer, now: datetime) -> None:
    helper = offer.membership
    queue_notification(
        "help_offer",
        _recipients(offer.call, now),
        reference=f"offer:{offer.id}",
        now=now,
        reply_to=helper.person.email,
        private=True,
        promotion=helper.promotion,
        helper=helper,
        who=name_with_team(helper),
        call=offer.call,
        plain=to_text,
        offer_text=offer.text,
        page=public_url("help_requests.calls", promotion_slug=helper.promotion.slug),
    )


def name_with_team(helper: Membership) -> str:
    """Return a name and its team: `Aude Martin (Éclusier)`."""
    name = person_name(helper.person)
    return f"{name} ({helper.team.name})" if helper.team else name


def _recipients(call: HelpRequest, now: datetime) -> Sequence[Membership]:
    """Return the EIGs of the team that asks; the coordination when none of them has an e-mail address."""
    promotion = call.team.promotion
    eigs = members_on(promotion.id, promotion.today(now), [Role.EIG])
    return [m for m in eigs if m.team_id == call.team_id and m.person.email] or coordination(promotion, now)

"""Thanks: once a call is resolved, its team says how, and thanks who offered help, each by one letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.errors import DomainError
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.help_requests.offers import lock_call
from app.help_requests.rules import HelpState
from app.i18n import lazy_gettext as _l
from app.routing import public_url
from app.teams.models import Membership
from app.teams.notifications import queue_notification


class NotResolvedError(DomainError):
    """The call is not resolved, or no longer: its team has called anew."""

    status = 409
    advice = _l("This request for help is open again: mark it as resolved first.")


class ThanksConflictError(Exception):
    """A colleague was first, in other words: for some `offers` (ids), or in `resolution`, theirs; None if it is not."""

    def __init__(self, offers: frozenset[int], resolution: str | None) -> None:
        self.offers, self.resolution = offers, resolution
        super().__init__(offers, resolution)


def offers_on(call: HelpRequest, now: datetime) -> list[HelpOffer]:
    """Read the offers on the call of those who are members still, the first one first, with who made them."""
    query = (
        select(HelpOffer)
        .options(joinedload(HelpOffer.membership).joinedload(Membership.person))
        .options(joinedload(HelpOffer.membership).joinedload(Membership.team))
        .where(HelpOffer.call_id == call.id)
        .order_by(HelpOffer.id)
    )
    today = call.team.promotion.today(now)
    return [offer for offer in db.session.scalars(query) if offer.membership.is_current(today)]


def thanks_for(offers: Sequence[HelpOffer]) -> dict[int, HelpThanks]:
    """Read the thanks that were said for `offers`, by the ids of these."""
    query = select(HelpThanks).where(HelpThanks.offer_id.in_([offer.id for offer in offers]))
    return {thanks.offer_id: thanks for thanks in db.session.scalars(query)}


def say_thanks(
    call: HelpRequest,
    by: Membership,
    words: Mapping[int, str],
    resolution: str,
    *,
    base: str,
    shown: bool,
    now: datetime,
) -> int:
    """Store how the call was resolved and thank for the offers in `words` (id → text); return how many. Commits.

    `base`: what was stored of `resolution` when the member opened the form; `shown`: the words stand beside the call.
    Said a second time, the same changes nothing. Raises NotResolvedError, or ThanksConflictError, and then nothing has
    changed.
    """
    call = lock_call(call.id)
    if call.state is not HelpState.RESOLVED:
        raise NotResolvedError(f"call {call.id} is {call.state}")
    offers = {offer.id: offer for offer in offers_on(call, now) if offer.id in words}
    earlier = thanks_for(list(offers.values()))
    contradicted = frozenset(id_ for id_, thanks in earlier.items() if thanks.text != words[id_])
    theirs = call.resolution if call.resolution not in {base, resolution} else None
    if contradicted or theirs is not None:
        db.session.rollback()
        raise ThanksConflictError(contradicted, theirs)
    call.resolution = resolution
    new = [offer for id_, offer in offers.items() if id_ not in earlier]
    for offer in new:
        db.session.add(
            HelpThanks(offer_id=offer.id, text=words[offer.id], shown=shown, author_id=by.person_id, thanked_at=now)
        )
        _write_to_helper(offer, by, words[offer.id], shown=shown, now=now)
    db.session.commit()
    return len(new)


def hide_thanks(thanks: HelpThanks) -> None:
    """Show the words beside the call only to those who are thanked and to the team from now on. Commits."""
    thanks.shown = False
    db.session.commit()


def find_thanks(call: HelpRequest, offer_id: int) -> HelpThanks | None:
    """Return the thanks for that offer on the call, if any."""
    query = select(HelpThanks).join(HelpThanks.offer).options(joinedload(HelpThanks.offer))
    return db.session.scalar(query.where(HelpThanks.offer_id == offer_id, HelpOffer.call_id == call.id))


def _write_to_helper(offer: HelpOffer, by: Membership, text: str, *, shown: bool, now: datetime) -> None:
    promotion = by.promotion
    page = public_url("help_requests.calls", promotion_slug=promotion.slug, state="resolved")
    queue_notification(
        "help_thanks",
        [offer.membership],
        reference=f"thanks:{offer.id}",
        now=now,
        reply_to=by.person.email,
        private=True,
        promotion=promotion,
        team=offer.call.team,
        call=offer.call,
        thanks_text=text,
        shown=shown,
        page=f"{page}#call-{offer.call_id}",
    )

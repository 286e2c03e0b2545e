"""A promotion with something behind every button, who visits it, and the pages to which its letters lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.clock import now
from app.confidential.service import write_message
from app.database import db
from app.digests.models import Digest, DigestNote, DigestSchedule, Introduction
from app.drafts.models import Draft
from app.feeds.addresses import make_address
from app.feeds.models import Feed
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.service import resolve
from app.identity.models import Identity
from app.management.address_changes import ask_change
from app.management.address_letters import CONFIRM, PURPOSE
from app.records.links import record_link
from app.records.milestone_service import exclude_team
from app.records.models import Milestone
from app.rota.service import save_rota
from app.security import new_secret, sign
from app.sharing.service import make_link
from app.teams.models import DayOff, Membership, Pause, Promotion
from app.teams.sessions import begin_session
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_member, make_promotion, make_team, saved

VISITORS = (None, "eig", "mentor", "coordinator", "eig who coordinates")
P = "/promotion-3"

Visitors = dict[str | None, Membership | None]


@pytest.fixture
def full(promotion: Promotion, members_by_kind: dict[str, Membership | None]) -> Visitors:
    """The promotion of the table of routes, with something behind every button; its visitors."""
    by_slug, at = {team.slug: team for team in promotion.teams}, now()
    jachere, brancard, coordinator = by_slug["jachere"], by_slug["brancard"], members_by_kind["eig who coordinates"]
    eig, mentor = members_by_kind["eig"], members_by_kind["mentor"]
    assert coordinator
    assert eig
    assert mentor
    make_team(promotion, "Vide")
    saved(DayOff(promotion_id=promotion.id, day=date(2019, 5, 10)))
    saved(Pause(team_id=brancard.id, first_week=Week.parse("2019-W16"), last_week=Week.parse("2019-W17")))
    w09 = db.session.scalars(select(Digest)).one()
    saved(DigestNote(digest_id=w09.id, text="Erratum", written_at=at, author_id=coordinator.person_id))
    saved(Introduction(promotion_id=promotion.id, week=w09.week, text="Bonjour", updated_at=at))
    saved(DigestSchedule(promotion_id=promotion.id, week=Week.parse("2019-W11"), held=True, changed_at=at))
    make_bulletin(jachere, "2019-W08", help="Qui relit ?", published_in=Week.parse("2019-W08"))
    make_digest(promotion, "2019-W08")
    call = db.session.scalars(select(HelpRequest).where(HelpRequest.team_id == jachere.id)).one()
    offer_help(call, mentor, "Moi", at)
    resolve(call, coordinator.person, at)
    save_rota(jachere, [eig.id, coordinator.id], Week.parse("2019-W10"), 0)
    make_link(brancard, "la DSI", promotion.ends_on, new_secret(), coordinator.person, at)
    make_address(coordinator, Feed.CALENDAR, at)
    exclude_team(db.session.scalars(select(Milestone).where(Milestone.key == "mid")).one(), jachere, "À part")
    saved(Draft(person_id=coordinator.person_id, page=f"{P}/confidential", fields={"text": "a"}, kept_at=at, lost=True))
    saved(Identity(person_id=coordinator.person_id, issuer="https://id.example", subject="1", linked_at=LONG_AGO))
    make_member(
        make_promotion(slug="promotion-5", name="Promotion 5"), "coordinator", person=coordinator.person
    )  # nothing is issued there
    begin_session(coordinator.person_id, at)
    write_message(coordinator, "Un mot", at)
    return {sort: members_by_kind[sort] if sort else None for sort in VISITORS}


def letter_pages(member: Membership) -> Iterator[str]:
    """The pages to which letters lead, with what they hold instead of a session."""
    promotion = member.promotion
    brancard = next(team for team in promotion.teams if team.slug == "brancard")
    mid = db.session.scalars(select(Milestone).where(Milestone.key == "mid")).one()
    record = record_link(mid, brancard)
    leaving = unsubscribe_url(member.id, Subscription.DIGEST, member.person.link_epoch, promotion.today(now()))
    yield from (urlsplit(url).path for url in (record, f"{record}/tool", leaving))
    yield f"/address/{sign(PURPOSE, [ask_change(member.person, 'autre@promotion.example', now()).id, CONFIRM])}"

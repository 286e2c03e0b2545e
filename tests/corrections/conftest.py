"""Two issued weeks of two teams: the first one's bulletin says a word of its own in each place where one can write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.database import db
from app.digests.introductions import introduce
from app.digests.models import Digest
from app.digests.service import find_digest, issue
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team

W10, W11 = Week.parse("2019-W10"), Week.parse("2019-W11")
NOW = datetime(2019, 3, 18, 9, 0, tzinfo=UTC)
PRIORITY, STORY, CALL, DATE, INTRODUCTION = "absinthe", "belladone", "ciguë", "datura", "ellébore"


@dataclass(frozen=True)
class World:
    """What was published, and who reads it."""

    promotion: Promotion
    bulletin: Bulletin
    lea: Membership
    max: Membership
    judith: Membership

    @property
    def digest(self) -> Digest:
        digest = find_digest(self.promotion.id, W10)
        assert digest
        return digest

    @property
    def coordinator(self) -> int:
        return self.judith.person_id


@pytest.fixture
def world(app: Flask, clock: Traveller) -> World:
    """Jachère asks for help, and names a day that two digests announce; Brancard writes as well."""
    clock.move_to(datetime(2019, 3, 7, 9, 0, tzinfo=UTC))
    promotion = make_promotion()
    jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    lea = make_member(promotion, "eig", jachere, "lea@jachere.example", name="Léa")
    max_ = make_member(promotion, "eig", brancard, "max@brancard.example", name="Max", locale="en")
    judith = make_member(promotion, "coordinator", email="judith@dinum.example", name="Judith")
    bulletin = make_bulletin(
        jachere,
        W10,
        priorities=f"Semer l’{PRIORITY}",
        ups_and_downs=f"Récolter la {STORY}",
        help=f"Qui connaît la {CALL} ?",
        key_date=date(2019, 3, 15),
        key_date_text=f"Cueillette du {DATE}",
        author=lea.person,
    )
    make_bulletin(brancard, W10, author=max_.person)
    introduce(promotion, W10, f"Un mot sur l’{INTRODUCTION}", judith.person, datetime(2019, 3, 7, 9, 0, tzinfo=UTC))
    issue(promotion, W10, now=datetime(2019, 3, 8, 14, 5, tzinfo=UTC))
    make_bulletin(brancard, W11)
    issue(promotion, W11, now=datetime(2019, 3, 15, 14, 5, tzinfo=UTC))
    clock.move_to(NOW)
    db.session.commit()
    return World(promotion, bulletin, lea, max_, judith)

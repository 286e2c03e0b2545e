"""A digest whose letters are queued, and the coordination's page about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.digests.models import Digest
from app.digests.service import issue
from app.letters.models import SuppressedAddress
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.letters.scripted_relay import ScriptedRelay

DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
LETTERS = "/promotion-3/manage/weeks/2019-W10/letters"


@pytest.fixture
def mailed(app: Flask, clock: Traveller) -> Digest:
    """The digest of 2019-W10, issued and not sent: letters for Anne, Bruno, Chloé (eig) and Judith (coordination).

    Denis has no address, that of Émile bounced, Farah has unsubscribed.
    """
    clock.move_to(DUE)
    promotion = make_promotion()
    team = make_team(promotion, "Jachère")
    make_bulletin(team, "2019-W10")
    make_member(promotion, "coordinator", name="Judith", email="judith@x.example")
    for name in ("Anne", "Bruno", "Chloé", "Denis", "Émile", "Farah"):
        make_member(promotion, "eig", team, f"{name.lower().replace('é', 'e')}@x.example", name=name)
    member(promotion, "Denis").person.email = None
    member(promotion, "Farah").digest_unsubscribed_at = LONG_AGO
    saved(SuppressedAddress(email="emile@x.example", since=LONG_AGO, code="5.1.1", text="unknown user"))
    return issue(promotion, Week.parse("2019-W10"), now=DUE)


def member(promotion: Promotion, name: str) -> Membership:
    """The member of that name."""
    people = [one for one in Membership.query.filter_by(promotion_id=promotion.id) if one.person.name == name]
    return people[0]


@pytest.fixture
def scripted_relay() -> Iterator[ScriptedRelay]:
    """A relay that follows a script."""
    with ScriptedRelay() as relay:
        yield relay


@pytest.fixture
def judith(client: FlaskClient, mailed: Digest) -> FlaskClient:
    """Judith, of the coordination, signed in."""
    return as_member(client, member(mailed.promotion, "Judith"))

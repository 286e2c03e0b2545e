"""The archive tells what the coordination said in a digest, once it is issued and as long as it stands."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.clock import now
from app.digests.models import Introduction
from app.teams.models import Promotion
from app.weeks import Week
from tests.builders import make_digest, make_member, make_promotion, saved
from tests.fixtures.site import as_member
from tests.pages import words

SAID = "Une pensée pour **Brancard** & les autres."


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.mark.parametrize(
    ("is_issued", "is_withdrawn", "is_told"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_an_introduction_is_told_as_plain_text_beside_its_digest(
    client: FlaskClient, promotion: Promotion, is_issued: bool, is_withdrawn: bool, is_told: bool
) -> None:
    week, moment = Week.parse("2019-W09"), now()
    withdrawn_at = moment if is_withdrawn else None
    saved(
        Introduction(
            promotion_id=promotion.id, week=week, text=SAID, withdrawn_at=withdrawn_at, notice="", updated_at=moment
        )
    )
    if is_issued:
        make_digest(promotion, week)
    page = as_member(client, make_member(promotion)).get("/promotion-3/digests").text
    assert "Semaine du 25 février au 1er mars" in words(page)
    assert ("Une pensée pour Brancard &amp; les autres." in page) == is_told

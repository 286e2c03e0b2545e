"""What was done to cohorts and to the site, for who coordinates: their own cohorts and what concerns them, no other."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.clock import now
from app.database import db
from app.home.deletion import delete_promotion
from app.legal.details import Details
from app.legal.service import save_details
from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_person, make_promotion
from tests.fixtures.site import as_member
from tests.pages import words


@pytest.fixture
def stranger(promotion: Promotion) -> Membership:
    """Who coordinates another cohort, and that alone."""
    return make_member(make_promotion(slug="promotion-5", name="Promotion 5"), "coordinator", name="Zoé")


def test_a_cohort_that_was_deleted_is_told_to_those_who_coordinated_it(
    me: FlaskClient, camille: Membership, stranger: Membership
) -> None:
    colleague = make_member(camille.promotion, "coordinator", name="Omar")
    mistake = make_promotion(slug="promotion-4", name="Promotion 4")
    for each in (camille, colleague):
        make_member(mistake, "coordinator", person=each.person)
    record_action(AuditAction.TEAM_ADDED, camille.person_id, now(), promotion_id=mistake.id, subject="Erratum")
    delete_promotion(mistake, camille.person, now())
    own, theirs, other = (words(as_member(me, each).get("/manage/log").text) for each in (camille, colleague, stranger))
    assert own.count("Camille a supprimé une promotion : Promotion 4") == 1
    assert as_member(me, camille).get("/manage/log.csv").text.count("promotion.deleted") == 1, (
        "once, not once a colleague"
    )
    assert "a ajouté un défi : Erratum" in own
    assert theirs.count("a supprimé une promotion : Omar · Promotion 4") == 1
    assert "Erratum" not in theirs
    assert "Promotion 4" not in other


def test_of_cohorts_one_sees_those_that_one_coordinates_and_of_the_site_everything(
    me: FlaskClient, camille: Membership, lea: Membership, stranger: Membership
) -> None:
    here, by = camille.promotion_id, camille.person_id
    record_action(AuditAction.PROMOTION_MADE, by, now(), promotion_id=here, subject="Promotion 3")
    record_action(AuditAction.COORDINATION_GIVEN, by, now(), promotion_id=here, person_id=lea.person_id, detail="eig")
    record_action(AuditAction.ROLE_CHANGED, by, now(), promotion_id=here, person_id=lea.person_id, detail="eig")
    record_action(AuditAction.TEAM_ADDED, by, now(), promotion_id=here, subject="Plume")
    elsewhere = stranger.promotion_id
    record_action(AuditAction.PROMOTION_MADE, stranger.person_id, now(), promotion_id=elsewhere, subject="Promotion 5")
    db.session.commit()
    save_details(Details(publisher="La DINUM"), 0, stranger.person_id, now())
    file = me.get("/manage/log.csv").data.decode("utf-8-sig")
    assert [row[1:] for row in csv.reader(io.StringIO(file), delimiter=";")][1:] == [
        ["Zoé", "a modifié une page du site", "", "/legal-notice", "", "", "site.page-changed"],
        [
            "Camille",
            "a donné les droits de la coordination",
            "Léa Moreau",
            "",
            "EIG",
            "Promotion 3",
            "person.coordination-given",
        ],
        ["Camille", "a créé une promotion", "", "Promotion 3", "", "Promotion 3", "promotion.made"],
    ]
    assert "Camille" not in words(as_member(me, stranger).get("/manage/log").text)


def test_what_a_command_did_where_no_cohort_is_any_more_is_shown_to_nobody(
    me: FlaskClient, camille: Membership
) -> None:
    record_action(AuditAction.ROSTER_IMPORTED, None, now(), person_id=make_person().id)
    db.session.commit()
    assert "a importé une liste" not in words(me.get("/manage/log").text)

"""Each is told of what concerns them: of the letters that they get, of the bulletin that they write."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.reminders import queue_due_reminders
from app.clock import now
from app.database import db
from app.digests.moments import HELD, Decision
from app.digests.scheduling import decide
from app.digests.service import issue
from app.letters.models import Mailing
from app.readership.models import StoredReaders
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

DIGEST, REMINDERS = "Le récapitulatif de la semaine", "Les rappels pour écrire"


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def team(promotion: Promotion) -> Team:
    return make_team(promotion, "Plume")


def letters_offered(client: FlaskClient, member: Membership) -> set[str]:
    page = words(as_member(client, member).get("/me").text)
    return {name for name in (DIGEST, REMINDERS) if name in page}


@pytest.mark.parametrize(
    ("role", "with_team", "expected"),
    [
        (Role.EIG, True, {DIGEST, REMINDERS}),
        (Role.MENTOR, True, {DIGEST, REMINDERS}),
        (Role.EIG, False, {DIGEST}),
        (Role.COORDINATOR, False, {DIGEST}),
        (Role.ALUMNI, True, set()),
    ],
)
def test_the_account_offers_the_letters_that_one_gets(
    client: FlaskClient, promotion: Promotion, team: Team, role: Role, with_team: bool, expected: set[str]
) -> None:
    assert letters_offered(client, make_member(promotion, role, team if with_team else None)) == expected


def test_who_writes_nothing_is_told_when_the_digest_leaves(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    url, week = "/promotion-3/", Week.parse("2019-W10")
    alumna = make_member(promotion, Role.ALUMNI)

    def told(at: str) -> str:
        clock.move_to(at)
        return words(as_member(client, alumna).get(url).text)

    wednesday, friday, monday = "2019-03-06T10:00:00Z", "2019-03-08T14:30:00Z", "2019-03-11T09:00:00Z"
    assert "la fermeture, vendredi à 15 h ; le récapitulatif part vendredi à 15 h 05." in told(wednesday)
    decide(promotion, week, Decision(put_off_to=datetime.fromisoformat(monday)), 0, None, now())
    assert "le récapitulatif part le lundi 11 mars à 10 h." in told(wednesday)
    assert "Le récapitulatif partira le lundi 11 mars à 10 h." in told(friday)
    decide(promotion, week, HELD, 1, None, now())
    assert "Les défis écrivent jusqu’à la fermeture, vendredi à 15 h. " in told(wednesday)
    assert "Le récapitulatif partira" not in told(friday)
    issue(promotion, week, now=datetime.fromisoformat(wednesday))
    assert "Les défis écrivent" not in told(wednesday)


def test_after_the_end_no_letter_is_offered(client: FlaskClient, team: Team, clock: Traveller) -> None:
    member = make_member(team.promotion, team=team)
    clock.move_to("2019-11-08T20:00:00Z")
    assert letters_offered(client, member) == {DIGEST, REMINDERS}
    clock.move_to("2019-11-11T08:00:00Z")
    assert letters_offered(client, member) == set()


def test_the_page_of_a_letters_link_shows_that_letter_and_what_else_one_gets(app: Flask, promotion: Promotion) -> None:
    coordinator = make_member(promotion, Role.COORDINATOR)
    url = unsubscribe_url(coordinator.id, Subscription.DIGEST, coordinator.person.link_epoch, now().date())
    page = words(app.test_client().get(url.removeprefix("http://localhost")).text)
    assert DIGEST in page
    assert REMINDERS not in page


def test_who_does_not_write_the_bulletin_is_not_told_how_many_read_it(client: FlaskClient, team: Team) -> None:
    make_bulletin(team, "2019-W08")
    digest = make_digest(team.promotion, "2019-W08")
    saved(StoredReaders(digest_id=digest.id, at_least=12))
    told = {}
    for role in (Role.EIG, Role.MENTOR):
        page = as_member(client, make_member(team.promotion, role, team)).get("/").text
        told[role] = "ont lu le récapitulatif où figurait votre bulletin" in words(page)
    assert told == {Role.EIG: True, Role.MENTOR: False}


def test_a_mentor_is_reminded_of_the_teams_bulletin_not_of_their_own(
    client: FlaskClient, team: Team, clock: Traveller
) -> None:
    make_member(team.promotion, Role.EIG, team)
    make_member(team.promotion, Role.MENTOR, team)
    clock.move_to("2019-03-08T09:00:00Z")
    assert queue_due_reminders(team.promotion, now()) == 2
    assert queue_due_reminders(team.promotion, now()) == 0
    mentors, eigs = sorted(db.session.scalars(select(Mailing)), key=lambda mailing: "accompagnez" not in mailing.text)
    assert "Le défi que vous accompagnez n’a pas encore écrit son bulletin" in mentors.text
    assert "/bulletin" not in mentors.text
    assert mentors.subject == "Votre défi n’a pas encore écrit son bulletin"
    assert "/promotion-3/bulletin" in eigs.text
    assert "accompagnez" not in eigs.html

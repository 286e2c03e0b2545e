"""The links that fill in a record: each opens one team's record at one milestone, while it may be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.home.account import erase_person
from app.records.links import PURPOSE, end_record_links, find_record_link, record_link
from app.records.models import ChallengeRecord, Milestone
from app.records.vocabulary import Responder
from app.security import sign
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from tests.builders import make_member, make_milestone, make_team
from tests.every_letter import every_row
from tests.fixtures.site import as_member
from tests.pages import typed, words

pytestmark = pytest.mark.both_databases

A_DAY = timedelta(days=1)


@pytest.fixture
def mentor(promotion: Promotion, team: Team) -> Membership:
    return make_member(promotion, Role.MENTOR, team, "mentor@host.example")


def path_of(milestone: Milestone, team: Team, person: Person | None = None) -> str:
    return record_link(milestone, team, person).removeprefix("http://localhost")


def token_of(milestone: Milestone, team: Team, person: Person | None = None) -> str:
    return path_of(milestone, team, person).removeprefix("/record/")


def test_a_link_opens_its_record_without_signing_in(
    client: FlaskClient, milestone: Milestone, team: Team, mentor: Membership
) -> None:
    for person in (mentor.person, None):
        answer = client.get(path_of(milestone, team, person))
        assert answer.status_code == 200
        assert "Fiche de Jachère" in words(answer.text)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_knows_as_what_its_person_answers(promotion: Promotion, milestone: Milestone, team: Team) -> None:
    roles = {Role.EIG: Responder.EIG, Role.MENTOR: Responder.MENTOR, Role.COORDINATOR: Responder.COORDINATION}
    for role, responder in roles.items():
        member = make_member(promotion, role, None if role is Role.COORDINATOR else team)
        link = find_record_link(token_of(milestone, team, member.person), now())
        assert link
        assert (link.member, link.responder) == (member, responder)
    link = find_record_link(token_of(milestone, team), now())
    assert link
    assert (link.member, link.responder) == (None, None)


def gone(client: FlaskClient, path: str) -> str:
    """The words of the page that says that the link opens nothing, and helps."""
    before = every_row()
    answer = client.get(path)
    assert answer.status_code == 410, path
    assert 'action="/sign-in"' in answer.text
    assert every_row() == before
    return words(answer.text)


def invalid(token: str) -> Iterator[str]:
    yield from (token[:-1], token[1:], token[: len(token) // 2], f"{token}x", "forged", "%00", "é" * 50)
    yield from (sign("reader", [1, 1, 1]), sign("unsubscribe", [1, "digest"]), sign(PURPOSE, [4711, 4711, 1, None]))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_link_that_is_cut_or_forged_helps_and_changes_nothing(
    client: FlaskClient, milestone: Milestone, team: Team, locale: str
) -> None:
    for token in invalid(token_of(milestone, team)):
        page = client.get(f"/record/{token}", headers={"Accept-Language": locale})
        assert page.status_code == 410, token
        title = {"fr": "Ce lien ne fonctionne pas", "en": "This link does not work"}[locale]
        assert title in words(page.text)


def test_a_link_works_until_the_milestone_closes(
    client: FlaskClient, milestone: Milestone, team: Team, clock: Traveller
) -> None:
    path = path_of(milestone, team)
    clock.move_to(datetime(2019, 3, 31, 21, 59, tzinfo=UTC))
    assert client.get(path).status_code == 200
    clock.move_to(datetime(2019, 3, 31, 22, 1, tzinfo=UTC))  # midnight in Paris
    assert "dimanche 31 mars 2019" in gone(client, path)


def test_a_link_of_a_milestone_to_come_says_when_it_opens(
    client: FlaskClient, promotion: Promotion, team: Team
) -> None:
    later = make_milestone(promotion, "end", opens_on=date(2019, 11, 4), closes_on=date(2019, 11, 30))
    assert "lundi 4 novembre 2019" in gone(client, path_of(later, team))
    imported = make_milestone(promotion, "after-6", opens_on=None, closes_on=None)
    assert "Cette fiche est close" in gone(client, path_of(imported, team))


def test_a_link_ends_with_its_person(
    client: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team, mentor: Membership
) -> None:
    path = path_of(milestone, team, mentor.person)
    mentor.team = make_team(promotion, "Brancard")
    db.session.commit()
    gone(client, path)
    mentor.team, mentor.left_on = team, now().date() - A_DAY
    db.session.commit()
    gone(client, path)
    mentor.left_on = None
    db.session.commit()
    assert client.get(path).status_code == 200
    end_letter_links(mentor.person)
    gone(client, path)
    path = path_of(milestone, team, mentor.person)
    assert client.get(path).status_code == 200
    erase_person(mentor.person, now())
    gone(client, path)


def test_the_links_of_a_milestone_can_be_ended(
    client: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team, mentor: Membership
) -> None:
    other = make_milestone(promotion, "after-6")
    paths = [path_of(milestone, team), path_of(milestone, team, mentor.person)]
    end_record_links(milestone, mentor.person, now())
    for path in paths:
        gone(client, path)
    assert client.get(path_of(milestone, team)).status_code == 200
    assert client.get(path_of(other, team)).status_code == 200


def test_links_ended_twice_from_one_page_end_none_that_were_given_out_in_between(
    app: Flask, client: FlaskClient, promotion: Promotion, milestone: Milestone, team: Team
) -> None:
    coordinator = as_member(app.test_client(), make_member(promotion, Role.COORDINATOR))
    page = f"/promotion-3/manage/records/{milestone.key}/{team.slug}"
    sent = {"epoch": typed(coordinator.get(page).text, "epoch")}
    before = path_of(milestone, team)
    end = f"/promotion-3/records/{milestone.key}/{team.slug}/links/end"
    assert coordinator.post(end, data=sent).status_code == 303
    gone(client, before)
    db.session.rollback()
    between = path_of(milestone, team)
    assert coordinator.post(end, data=sent).status_code == 303
    assert client.get(between).status_code == 200


def test_after_the_end_who_was_there_on_the_last_day_may_answer(
    promotion: Promotion, team: Team, mentor: Membership
) -> None:
    """Their accounts have ended with the promotion; an alumnus answers as the EIG of then."""
    later = make_milestone(promotion, "after-6", opens_on=date(2020, 5, 1), closes_on=date(2020, 5, 31))
    in_may = datetime(2020, 5, 8, tzinfo=UTC)
    alumni = make_member(promotion, Role.ALUMNI, team)
    mentor.left_on = promotion.ends_on
    early = make_member(promotion, Role.MENTOR, team, left_on=promotion.ends_on - A_DAY)
    db.session.commit()
    found = [find_record_link(token_of(later, team, each.person), in_may) for each in (alumni, mentor, early)]
    assert [link and link.responder for link in found] == [Responder.EIG, Responder.MENTOR, None]
    mid = make_milestone(promotion)
    assert find_record_link(token_of(mid, team, alumni.person), now()) is None


def test_the_other_language_takes_along_what_is_typed(client: FlaskClient, milestone: Milestone, team: Team) -> None:
    page = f"{path_of(milestone, team)}/tool"
    headers = {"Accept-Language": "fr"}
    shown = client.get(page, headers=headers).text
    assert 'form="record" type="submit" name="locale" value="en"' in shown
    typed = {"revision": "0", "state": "production", "locale": "en"}
    answer = client.post(page, data=typed, headers=headers)
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
    assert re.search(r'value="production"[^>]* checked', answer.text)
    assert db.session.scalar(db.select(db.func.count()).select_from(ChallengeRecord)) == 0
    assert '<html lang="en"' in client.get(page, headers=headers).text

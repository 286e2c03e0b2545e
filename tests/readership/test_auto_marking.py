"""A page that was really read marks its digest, for whoever wants that: bounded by the server, and by consent."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app.database import db
from app.digests.models import Digest
from app.digests.reader_links import READER
from app.readership.auto_marking import SERVED, choose, mark_automatically
from app.readership.consent import Choice, ConsentPlace
from app.readership.figures.disclosure import publishable_sum
from app.readership.models import Consent, Origin, ReadMark
from app.readership.read_marks import mark_read
from app.readership.reading_time import is_believable, needed_seconds, reading_seconds
from app.readership.writer_feedback import WriterFeedback, latest_feedback, store_readers
from app.security import sign
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_read_mark, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import typed, words
from tests.threads import while_under_way

NOW = datetime(2019, 3, 13, 10, 0, tzinfo=UTC)
READ = "/promotion-3/digests/2019-W10/read"
PAGE = "/promotion-3/digests/2019-W10"


@pytest.fixture
def promotion(app: Flask, clock: time_machine.Traveller) -> Promotion:
    clock.move_to(NOW)
    return make_promotion()


@pytest.fixture
def member(promotion: Promotion) -> Membership:
    """An EIG with automatic marking on."""
    member = make_member(promotion)
    saved(Consent(membership_id=member.id, choice=Choice.GRANTED, at=NOW, text_version=1, place=ConsentPlace.ME))
    return member


@pytest.fixture
def digest(member: Membership) -> Digest:
    return make_digest(member.promotion, "2019-W10")


def marks() -> list[tuple[int, Origin]]:
    db.session.rollback()
    return [(mark.membership_id, mark.origin) for mark in db.session.scalars(select(ReadMark))]


def post_mark(client: FlaskClient, served: str, seconds: str = "6.0", **fields: str) -> int:
    return client.post(READ, data={"origin": "auto", "served": served, "seconds": seconds, **fields}).status_code


def test_reading_takes_a_minute_for_two_hundred_words() -> None:
    assert reading_seconds("un mot " * 100) == 60.0


@pytest.mark.parametrize(("number", "seconds"), [(0, 5.0), (66, 5.0), (67, 5.025), (400, 30.0)])
def test_a_quarter_of_it_is_needed_and_five_seconds_at_least(number: int, seconds: float) -> None:
    assert needed_seconds("mot " * number) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("claimed", "passed", "believed"),
    [
        ("30", 30.0, True),
        ("29.9", 60.0, False),
        ("60", 29.9, False),  # it says more than has passed
        ("1e9", 0.1, False),
        ("30", -5.0, False),
        ("-30", 60.0, False),
        ("nan", 60.0, False),
        ("inf", 60.0, False),
        ("", 60.0, False),
        ("trente", 60.0, False),
        ("9" * 5000, 60.0, False),
    ],
)
def test_a_page_is_believed_up_to_the_time_that_has_passed(claimed: str, passed: float, believed: bool) -> None:
    assert is_believable(claimed, passed=passed, needed=30.0) is believed


def test_a_page_that_was_read_marks_its_digest(
    client: FlaskClient, member: Membership, digest: Digest, clock: time_machine.Traveller
) -> None:
    as_member(client, member)
    page = client.get(PAGE)
    assert "reading.js" in page.text
    assert marks() == []
    clock.shift(6)
    assert post_mark(client, typed(page.text, "served")) == 204
    assert marks() == [(member.id, Origin.AUTO)]
    assert post_mark(client, typed(page.text, "served")) == 204  # twice is once
    assert len(marks()) == 1
    assert "reading.js" not in client.get(PAGE).text


def test_the_holder_of_a_letter_gets_the_same(
    client: FlaskClient, member: Membership, digest: Digest, clock: time_machine.Traveller
) -> None:
    token = sign(READER, [digest.id, member.id])
    page = client.get(f"{PAGE}?reader={token}")
    clock.shift(6)
    assert post_mark(client, typed(page.text, "served"), reader=token) == 204
    assert marks() == [(member.id, Origin.AUTO)]


def test_a_page_open_for_a_moment_marks_nothing(client: FlaskClient, member: Membership, digest: Digest) -> None:
    as_member(client, member)
    served = typed(client.get(PAGE).text, "served")
    assert (post_mark(client, served, "0.1"), post_mark(client, served, "3600")) == (403, 403)
    assert marks() == []


@pytest.mark.usefixtures("digest")
def test_without_consent_there_is_no_script_and_no_mark(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller
) -> None:
    somebody = make_member(promotion)
    as_member(client, somebody)
    assert "reading.js" not in client.get(PAGE).text
    digest_id = db.session.scalars(select(Digest.id)).one()
    served = sign(SERVED, [digest_id, somebody.id, NOW.timestamp() - 60, 5.0])
    assert (post_mark(client, served), marks()) == (403, [])


def test_a_withdrawal_holds_for_a_page_that_is_open_already(
    client: FlaskClient, member: Membership, digest: Digest, clock: time_machine.Traveller
) -> None:
    as_member(client, member)
    served = typed(client.get(PAGE).text, "served")
    clock.shift(6)
    client.post("/promotion-3/reading/consent", data={"choice": "denied", "place": "digest"})
    assert (post_mark(client, served), marks()) == (403, [])


def test_a_withdrawal_between_the_look_and_the_mark_holds(member: Membership, digest: Digest) -> None:
    token = sign(SERVED, [digest.id, member.id, NOW.timestamp() - 60, 5.0])
    no = {"membership_id": member.id, "choice": Choice.DENIED, "at": NOW, "text_version": 1, "place": ConsentPlace.ME}
    assert (digest.empty, digest.promotion.slug, member.role) == (False, "promotion-3", Role.EIG)
    db.session().expire_on_commit = False  # as in a request that looked before
    db.session.commit()
    with db.engine.begin() as another:
        another.execute(insert(Consent), no)
    assert mark_automatically(member, digest, token, "6.0", NOW) is False
    assert marks() == []


@pytest.mark.both_databases
def test_a_page_that_marks_during_a_withdrawal_waits_for_it(app: Flask, member: Membership, digest: Digest) -> None:
    digest_id, member_id = digest.id, member.id

    def withdraw() -> None:
        choose(db.session.get_one(Membership, member_id), Choice.DENIED, ConsentPlace.ME, NOW)

    def mark() -> bool:
        reader, digest = db.session.get_one(Membership, member_id), db.session.get_one(Digest, digest_id)
        return mark_read(reader, digest, NOW, Origin.AUTO)

    first = while_under_way(app, "DELETE FROM read_marks", withdraw, mark)
    assert (first, marks()) == (False, [])


def test_a_page_served_to_another_or_for_another_digest_marks_nothing(
    client: FlaskClient, member: Membership, digest: Digest
) -> None:
    other, before = make_member(member.promotion), NOW.timestamp() - 60
    as_member(client, member)
    pages = ([digest.id, other.id, before, 5.0], [digest.id + 1, member.id, before, 5.0], [digest.id], "served", None)
    assert [post_mark(client, sign(SERVED, page)) for page in pages] == [403] * 5
    assert [post_mark(client, token) for token in ("", "x", sign("else", [digest.id, member.id, before, 5.0]))] == [
        403
    ] * 3
    assert marks() == []


@pytest.mark.usefixtures("digest")
def test_the_button_is_there_whatever_one_chose(client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    assert client.get(PAGE).text.count(f'class="bl-post" action="{READ}"') == 2
    client.post(READ)
    assert marks() == [(member.id, Origin.DECLARED)]


def test_the_button_makes_an_automatic_mark_ones_own(client: FlaskClient, member: Membership, digest: Digest) -> None:
    make_read_mark(digest, member, origin=Origin.AUTO)
    as_member(client, member)
    client.post(READ)
    assert marks() == [(member.id, Origin.DECLARED)]


def test_who_has_left_marks_nothing(client: FlaskClient, member: Membership, digest: Digest) -> None:
    token = sign(READER, [digest.id, member.id])
    member.left_on = date(2019, 3, 12)
    db.session.commit()
    assert client.post(READ, data={"reader": token}).status_code == 410
    assert marks() == []


@pytest.mark.parametrize(
    ("groups", "published"),
    [
        ([(19, 32)], 19),
        ([(30, 32)], 27),
        ([(4, 32)], None),
        ([(19, 32), (3, 20)], 19),  # not 22: the three stay unknown
        ([(19, 32), (8, 20)], 27),
        ([(5, 8), (1, 8)], 6),  # neither could be shown by itself
        ([(3, 8), (1, 8)], None),
        ([], None),
    ],
)
def test_writers_are_told_no_small_number(groups: list[tuple[int, int]], published: int | None) -> None:
    assert publishable_sum(groups) == published


def test_a_week_later_a_team_is_told_once_how_many_have_read(client: FlaskClient, promotion: Promotion) -> None:
    team = make_team(promotion)
    eigs = [make_member(promotion, team=team) for _ in range(32)]
    coordinator = make_member(promotion, Role.COORDINATOR)
    make_bulletin(team, "2019-W09")
    digest = make_digest(promotion, "2019-W09")  # issued on Friday 1 March, at 14:05 UTC
    for eig in eigs[:19]:
        make_read_mark(digest, eig, day=date(2019, 3, 7))
    make_read_mark(digest, eigs[20], day=date(2019, 3, 8))
    make_read_mark(digest, coordinator)
    assert store_readers(promotion, datetime(2019, 3, 8, 14, 4, tzinfo=UTC)) == 0
    assert store_readers(promotion, datetime(2019, 3, 8, 14, 5, tzinfo=UTC)) == 1
    assert latest_feedback(team, NOW) == WriterFeedback(Week.parse("2019-W09"), 19)
    make_read_mark(digest, eigs[21], day=date(2019, 3, 7))
    assert store_readers(promotion, NOW) == 0
    assert latest_feedback(team, NOW) == WriterFeedback(Week.parse("2019-W09"), 19)
    as_member(client, eigs[0])
    page = words(client.get("/", headers={"Accept-Language": "en"}).text)
    assert "at least 19 people read the digest that had your bulletin" in page


def test_a_team_that_did_not_write_is_told_nothing(promotion: Promotion) -> None:
    make_digest(promotion, "2019-W09")
    store_readers(promotion, NOW)
    assert latest_feedback(make_team(promotion), NOW) is None

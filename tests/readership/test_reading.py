"""« J'ai lu » from the pages of the site: one row a member and digest, a day and an origin, seen by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.home.account import erase_person
from app.readership.models import Origin, ReadMark
from app.readership.read_marks import mark_read
from app.teams.models import Membership
from app.teams.roles import Role
from app.teams.sessions import end_sessions
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words
from tests.threads import at_once, while_under_way

pytestmark = pytest.mark.both_databases

READ = "/promotion-3/digests/2019-W09/read"
THANKS = "Merci : ce récapitulatif compte désormais comme lu."


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Jachère"), email="lea@jachere.example", name="Léa")


@pytest.fixture
def digest(member: Membership) -> Digest:
    """The digest of the week before this one."""
    return make_digest(member.promotion, "2019-W09")


@pytest.fixture
def reader(client: FlaskClient, member: Membership, digest: Digest) -> FlaskClient:
    return as_member(client, member)


def marks() -> list[ReadMark]:
    db.session.rollback()
    return list(db.session.scalars(select(ReadMark)))


def tap(member_id: int, digest_id: int, now: datetime) -> Callable[[], bool]:
    """A member's pressing « J'ai lu », in a session of its own."""
    return lambda: mark_read(db.session.get_one(Membership, member_id), db.session.get_one(Digest, digest_id), now)


def press(client: FlaskClient, path: str) -> str:
    """Send the form of the first button « J'ai lu » on the page at `path`; gives the page that follows."""
    form = re.search(r'<form[^>]* action="([^"]+/read)".*?</form>', client.get(path).text, re.DOTALL)
    assert form, f"no button on {path}"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    answer = client.post(form[1], data=fields)
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).text


# --- Where one says so -----------------------------------------------------------------------------------------------


def test_on_the_page_of_the_digest(reader: FlaskClient, digest: Digest, member: Membership) -> None:
    page = press(reader, "/promotion-3/digests/2019-W09")
    assert "Vous avez lu ce récapitulatif." in words(page)
    (mark,) = marks()
    assert (mark.digest_id, mark.membership_id) == (digest.id, member.id)
    assert (mark.day, mark.origin) == (date(2019, 3, 6), Origin.DECLARED)


def test_on_my_week_beside_each_unread_digest(reader: FlaskClient, member: Membership) -> None:
    make_digest(member.promotion, "2019-W08")
    assert "2 récapitulatifs à lire" in words(reader.get("/").text)
    page = press(reader, "/")
    assert "<title>Ma semaine" in page, "the button leads back to my week"
    assert "1 récapitulatif à lire" in words(page)
    assert "à lire" not in words(press(reader, "/promotion-3/"))
    assert len(marks()) == 2


def test_how_many_digests_wait_is_said_though_the_latest_alone_are_listed(
    client: FlaskClient, digest: Digest, member: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-07-20T10:00:00Z")
    reader = as_member(client, member)
    for number in range(10, 29):
        make_digest(member.promotion, f"2019-W{number}")
    page = reader.get("/").text
    assert "20 récapitulatifs à lire" in words(page)
    assert page.count('/read"') == 8
    assert "et 12 autres plus anciens" in words(page)
    assert '<a href="/promotion-3/digests">et' in page


def test_on_the_receipt_of_a_bulletin(reader: FlaskClient, member: Membership) -> None:
    make_bulletin(member.team, "2019-W10")
    press(reader, "/promotion-3/bulletin/2019-W10/receipt")
    assert len(marks()) == 1
    assert '/read"' not in reader.get("/promotion-3/bulletin/2019-W10/receipt").text


def test_every_member_may(app: Flask, digest: Digest, member: Membership) -> None:
    for role in Role:
        other = make_member(member.promotion, role)
        press(as_member(app.test_client(), other), "/promotion-3/digests/2019-W09")
        assert marks()[-1].membership_id == other.id


# --- What counts -----------------------------------------------------------------------------------------------------


def test_looking_records_nothing(reader: FlaskClient, member: Membership) -> None:
    make_bulletin(member.team, "2019-W10")
    pages = (
        "/",
        "/promotion-3/",
        "/promotion-3/digests",
        "/promotion-3/digests/2019-W09",
        "/promotion-3/weeks/2019-W09",
    )
    for path in (*pages, "/promotion-3/bulletin/2019-W10/receipt", "/me"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert reader.open(path, method=method).status_code == 200
    assert reader.get(READ).status_code == 405
    assert marks() == []


def test_saying_it_again_changes_nothing(reader: FlaskClient, clock: Traveller) -> None:
    for _ in range(3):
        assert reader.post(READ).status_code == 302
        clock.shift(86400)
    (mark,) = marks()
    assert mark.day == date(2019, 3, 6)


def test_two_taps_at_once_count_once(app: Flask, member: Membership, digest: Digest) -> None:
    phones = [as_member(app.test_client(), member) for _ in range(4)]
    taps = [lambda phone=phone: phone.post(READ).status_code for phone in phones]
    assert at_once(app, *taps) == [302] * 4
    assert len(marks()) == 1


def test_of_those_who_mark_at_once_one_is_the_first(app: Flask, member: Membership, digest: Digest) -> None:
    now = datetime(2019, 3, 6, 10, 0, tzinfo=UTC)
    assert sorted(at_once(app, *[tap(member.id, digest.id, now)] * 4)) == [False, False, False, True]
    assert len(marks()) == 1


def test_a_digest_with_nothing_to_tell_is_never_marked(
    client: FlaskClient, member: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T14:05:00Z")
    issue(member.promotion, Week.parse("2019-W10"), now=datetime(2019, 3, 8, 14, 5, tzinfo=UTC))
    as_member(client, member)
    page = client.get("/promotion-3/digests/2019-W10")
    assert page.status_code == 200
    assert '/read"' not in page.text
    assert '/read"' not in client.get("/").text
    assert client.post("/promotion-3/digests/2019-W10/read").status_code == 302
    assert marks() == []


def test_my_week_thanks_for_what_is_recorded_or_was_before(reader: FlaskClient) -> None:
    for _ in range(2):
        assert reader.post(READ, data={"back": "my_week"}).headers["Location"] == "/#unread"
        assert THANKS in words(reader.get("/").text)
    assert len(marks()) == 1


def test_my_week_does_not_thank_for_an_empty_digest(reader: FlaskClient, member: Membership) -> None:
    make_digest(member.promotion, "2019-W08", empty=True)
    assert reader.post(READ.replace("W09", "W08"), data={"back": "my_week"}).headers["Location"] == "/#unread"
    assert THANKS not in words(reader.get("/").text)
    assert marks() == []


def test_my_week_does_not_thank_once_marks_are_kept_no_longer(
    reader: FlaskClient, digest: Digest, member: Membership, clock: Traveller
) -> None:
    """From a page opened on the last evening, whose button is pressed after midnight."""
    member.promotion.ends_on = digest.week.day(5)
    db.session.commit()
    clock.move_to("2019-07-01T10:00:00Z")
    as_member(reader, member)
    assert reader.post(READ, data={"back": "my_week"}).headers["Location"] == "/#unread"
    assert THANKS not in words(reader.get("/").text)
    assert marks() == []


@pytest.mark.parametrize("week", ["2019-W10", "2019-W08", "2018-W52", "2026-W54", "2019-10", "foo", "%00"])
def test_what_was_not_issued_cannot_be_marked(reader: FlaskClient, week: str) -> None:
    assert reader.get(f"/promotion-3/digests/{week}").status_code == 404
    assert reader.post(f"/promotion-3/digests/{week}/read").status_code == 404
    assert marks() == []


def test_who_was_not_counted_then_may_still_read(client: FlaskClient, digest: Digest, member: Membership) -> None:
    newcomer = make_member(member.promotion, joined_on=date(2019, 3, 4))
    as_member(client, newcomer)
    assert "à lire" not in words(client.get("/").text), "it was not for them"
    assert client.post(READ).status_code == 302


# --- Who may not -----------------------------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in_and_back_to_the_digest(client: FlaskClient, digest: Digest) -> None:
    for answer in (client.post(READ), client.get("/promotion-3/digests/2019-W09")):
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/sign-in?next=/promotion-3/digests/2019-W09"
    assert marks() == []


def test_a_member_of_another_promotion_finds_nothing(client: FlaskClient, digest: Digest) -> None:
    as_member(client, make_member(make_promotion(slug="promotion-4", name="Promotion 4")))
    assert client.get("/promotion-3/digests/2019-W09").status_code == 404
    assert client.post(READ).status_code == 404
    assert marks() == []


def test_a_member_who_has_left_finds_nothing(reader: FlaskClient, member: Membership) -> None:
    member.left_on = date(2019, 3, 5)
    db.session.commit()
    assert reader.get("/promotion-3/digests/2019-W09").status_code == 404
    assert reader.post(READ).status_code == 404
    assert marks() == []


def test_a_session_that_its_owner_has_ended_marks_nothing(reader: FlaskClient, member: Membership) -> None:
    end_sessions(member.person_id)
    assert reader.post(READ).headers["Location"] == "/sign-in?next=/promotion-3/digests/2019-W09"
    assert marks() == []


def test_a_session_older_than_thirty_days_marks_nothing(reader: FlaskClient, clock: Traveller) -> None:
    clock.shift(30 * 86400)
    assert reader.post(READ).headers["Location"] == "/sign-in?next=/promotion-3/digests/2019-W09"
    assert marks() == []


def test_a_session_alone_is_not_enough(app: Flask, reader: FlaskClient) -> None:
    """Another site could send this form on a reader's behalf; the token of the page proves that it was ours."""
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    assert reader.post(READ).status_code == 400
    assert marks() == []
    press(reader, "/promotion-3/digests/2019-W09")
    assert len(marks()) == 1


# --- What is kept, and who sees it -----------------------------------------------------------------------------------


def test_a_mark_holds_a_day_and_an_origin_and_nothing_more() -> None:
    columns = {column.name: str(column.type) for column in ReadMark.__table__.columns}
    assert set(columns) == {"digest_id", "membership_id", "day", "origin"}
    assert columns["day"] == "DATE"


def test_nobody_else_sees_whether_a_member_has_read(
    app: Flask, reader: FlaskClient, member: Membership, digest: Digest
) -> None:
    """Every page of the promotion is the same for the others, whether Léa has read the digest or not."""
    others = [
        as_member(app.test_client(), make_member(member.promotion, role, email=f"{role}@promotion.example"))
        for role in (Role.EIG, Role.MENTOR, Role.COORDINATOR)
    ]
    before = [seen_by(other) for other in others]
    assert reader.post(READ).status_code == 302
    assert len(marks()) == 1
    assert [seen_by(other) for other in others] == before


def seen_by(client: FlaskClient) -> dict[str, str]:
    """Every page of the promotion that the client may open, the tokens of its forms aside."""
    pages = (
        "",
        "digests",
        "digests/2019-W09",
        "weeks",
        "weeks/2019-W09",
        "teams",
        "teams/jachere",
        "help",
        "engagement",
    )
    answers = {page: client.get(f"/promotion-3/{page}") for page in (*pages, "manage/", "manage/weeks/2019-W09")}
    hidden = re.compile(r'value="[^"]{20,}"')
    refused = re.compile(r"\b[0-9A-Z]{6}\b")  # the number of a page that refuses, another at each visit
    return {
        page: hidden.sub("", answer.text if answer.status_code < 400 else refused.sub("", answer.text))
        for page, answer in answers.items()
    }


def test_a_member_sees_their_own_marks(reader: FlaskClient) -> None:
    assert "À lire" in words(reader.get("/promotion-3/digests").text)
    reader.post(READ)
    assert "À lire" not in words(reader.get("/promotion-3/digests").text)
    assert "Vous avez lu ce récapitulatif." in words(reader.get(READ.removesuffix("/read")).text)


def test_somebody_erased_between_the_look_and_the_mark_is_not_marked(
    app: Flask, member: Membership, digest: Digest
) -> None:
    """Their membership stays, so that no foreign key would refuse."""
    now, member_id = datetime(2019, 3, 6, 10, 0, tzinfo=UTC), member.id
    assert (digest.empty, digest.promotion.slug, member.is_current(now.date())) == (False, "promotion-3", True)
    db.session().expire_on_commit = False  # as in a request that looked before
    db.session.commit()
    with app.app_context():
        erase_person(db.session.get_one(Membership, member_id).person, now)
    assert mark_read(member, digest, now) is False
    assert marks() == []


def test_a_tap_during_an_erasure_waits_for_it(app: Flask, member: Membership, digest: Digest) -> None:
    now, member_id = datetime(2019, 3, 6, 10, 0, tzinfo=UTC), member.id

    def erase() -> None:
        erase_person(db.session.get_one(Membership, member_id).person, now)

    first = while_under_way(app, "DELETE FROM read_marks", erase, tap(member_id, digest.id, now))
    assert (first, marks()) == (False, [])


def test_a_member_gone_a_moment_ago_is_not_marked(app: Flask, member: Membership, digest: Digest) -> None:
    now = datetime(2019, 3, 9, tzinfo=UTC)
    assert not digest.empty
    db.session().expire_on_commit = False  # as in a request that looked before
    db.session.connection().exec_driver_sql(f"DELETE FROM memberships WHERE id = {member.id}")
    db.session.commit()
    assert mark_read(member, digest, now) is False
    assert db.session.scalars(select(ReadMark)).all() == []

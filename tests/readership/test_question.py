"""« Lisez-vous les bulletins ? »: asked at the end of the month, answered in one click, until the month is frozen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.bulletins.reminders import queue_due_reminders
from app.clock import now
from app.database import db
from app.digests.models import Digest
from app.digests.reader_links import READER
from app.digests.service import issue
from app.letters.models import Mailing
from app.readership.figures.formats import as_json
from app.readership.figures.reports import month_figures
from app.readership.models import MonthAnswer
from app.readership.question import asked_months
from app.readership.survey import Habit
from app.security import sign
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.teams.subscriptions import PURPOSE, Subscription
from app.weeks import Timetable, Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

MARCH, APRIL, OCTOBER = (date(2019, number, 1) for number in (3, 4, 10))
LAST_OF_MARCH = "2019-W13"  # Friday the 29th
ASKED = datetime(2019, 3, 29, 15, 0, tzinfo=UTC)
PARIS = Timetable(zone=ZoneInfo("Europe/Paris"))
FIRST, LAST = Week.parse("2019-W02"), Week.parse("2019-W45")
ANSWER = "/promotion-3/reading/answer"


@pytest.fixture
def promotion(app: Flask, clock: time_machine.Traveller) -> Promotion:
    clock.move_to(ASKED)
    return make_promotion()


def answers() -> list[tuple[int, date, Habit]]:
    db.session.rollback()
    return [(row.membership_id, row.month, row.habit) for row in db.session.scalars(select(MonthAnswer))]


def post(client: FlaskClient, month: str = "2019-03", habit: str = "weekly", **fields: str) -> TestResponse:
    return client.post(ANSWER, data={"month": month, "habit": habit, **fields})


def link(digest: Digest, member: Membership) -> str:
    return sign(READER, [digest.id, member.id])


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2019, 3, 24), []),  # Sunday
        (date(2019, 3, 25), [MARCH]),  # Monday of the week of the last digest
        (date(2019, 4, 7), [MARCH]),  # the last day on which marks count
        (date(2019, 4, 8), []),
        (date(2019, 11, 4), [OCTOBER, date(2019, 11, 1)]),  # the promotion's last week ends November too
        (date(2019, 12, 7), [date(2019, 11, 1)]),
        (date(2019, 12, 8), []),
        (date(2019, 1, 1), []),
    ],
)
def test_a_month_is_asked_about_from_its_last_week_until_it_is_frozen(today: date, months: list[date]) -> None:
    assert list(asked_months(PARIS, FIRST, LAST, today)) == months


@pytest.mark.parametrize(
    ("week", "ends"),
    [("2019-W12", False), ("2019-W13", True), ("2019-W18", False), ("2019-W44", True), ("2019-W45", True)],
)
def test_the_last_digest_of_a_month_is_the_one_with_none_after_it(week: str, ends: bool) -> None:
    assert PARIS.ends_month(Week.parse(week), LAST) is ends


def test_a_closing_that_moves_into_the_month_before_moves_the_last_digest() -> None:
    no_working_day_in_may = PARIS.closing_day(Week.parse("2020-W18"))
    assert no_working_day_in_may == date(2020, 4, 30)  # Friday is the first of May
    assert PARIS.ends_month(Week.parse("2020-W18"), Week.parse("2020-W45"))


@pytest.mark.parametrize("role", [Role.EIG, Role.MENTOR])
def test_my_week_asks_and_keeps_the_answer(client: FlaskClient, promotion: Promotion, role: Role) -> None:
    member = make_member(promotion, role)
    as_member(client, member)
    assert "Do you read the bulletins?" in words(client.get("/?", headers={"Accept-Language": "en"}).text)
    assert post(client, next="/").location == "/#question"
    assert answers() == [(member.id, MARCH, Habit.WEEKLY)]
    page = words(client.get("/", headers={"Accept-Language": "en"}).text)
    assert "Your answer: every week." in page


def test_an_answer_takes_the_place_of_an_earlier_one(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    as_member(client, member)
    for habit in ("weekly", "never", "never", "once"):
        assert post(client, habit=habit).status_code == 302
    assert answers() == [(member.id, MARCH, Habit.ONCE)]


def test_two_months_are_asked_about_in_two_places(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2019, 11, 4, 9, tzinfo=UTC))
    page = as_member(client, make_member(promotion)).get("/").text
    assert page.count('id="question"') == page.count('id="question-2019-11"') == 1
    assert page.count('data-stays="question"') == page.count('data-stays="question-2019-11"') == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ALUMNI])
def test_only_eigs_and_mentors_are_asked(client: FlaskClient, promotion: Promotion, role: Role) -> None:
    as_member(client, make_member(promotion, role))
    assert "question" not in client.get("/").text
    assert (post(client).status_code, answers()) == (409, [])


def test_the_holder_of_a_letter_answers_without_signing_in(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    digest = make_digest(promotion, LAST_OF_MARCH)
    address = f"/promotion-3/digests/{LAST_OF_MARCH}?reader={link(digest, member)}"
    page = client.get(address)
    assert 'id="question"' in page.text
    assert answers() == []
    answer = post(client, reader=link(digest, member), next=address)
    assert answer.location == f"{address}#question"
    assert answers() == [(member.id, MARCH, Habit.WEEKLY)]


def test_a_digest_before_the_last_one_does_not_ask(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion))
    make_digest(promotion, "2019-W12")
    make_digest(promotion, LAST_OF_MARCH)
    assert 'id="question"' not in client.get("/promotion-3/digests/2019-W12").text
    assert 'id="question"' in client.get(f"/promotion-3/digests/{LAST_OF_MARCH}").text


@pytest.mark.parametrize(
    ("month", "habit", "status"),
    [
        ("2019-02", "weekly", 409),  # frozen
        ("2019-04", "weekly", 409),  # still to come
        ("2019-13", "weekly", 400),
        ("", "weekly", 400),
        ("9999-12", "weekly", 409),
        ("2019-03", "always", 400),
        ("2019-03", "", 400),
    ],
)
def test_what_is_no_answer_is_refused(
    client: FlaskClient, promotion: Promotion, month: str, habit: str, status: int
) -> None:
    as_member(client, make_member(promotion))
    assert (post(client, month, habit).status_code, answers()) == (status, [])


def test_a_frozen_month_is_closed_in_words(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller
) -> None:
    member = make_member(promotion)
    saved(MonthAnswer(membership_id=member.id, month=MARCH, habit=Habit.ONCE))
    clock.move_to("2019-04-08T10:00:00Z")
    as_member(client, member)
    refusal = client.post(ANSWER, data={"month": "2019-03", "habit": "never"}, headers={"Accept-Language": "en"})
    assert "Any answer you have given is unchanged." in words(refusal.text)
    assert answers() == [(member.id, MARCH, Habit.ONCE)]


@pytest.mark.parametrize("token", ["", "x", "WzEsMV0.forged"])
def test_a_forged_link_answers_nothing(client: FlaskClient, promotion: Promotion, token: str) -> None:
    make_member(promotion)
    assert (post(client, reader=token).status_code, answers()) == (410, [])


def test_a_link_to_another_promotion_answers_nothing(client: FlaskClient, promotion: Promotion) -> None:
    other = make_promotion(slug="promotion-4")
    token = link(make_digest(other, LAST_OF_MARCH), make_member(other))
    assert (post(client, reader=token).status_code, answers()) == (410, [])


def test_who_has_left_answers_no_more(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    digest = make_digest(promotion, LAST_OF_MARCH)
    member.left_on = date(2019, 3, 28)
    db.session.commit()
    assert (post(client, reader=link(digest, member)).status_code, answers()) == (410, [])


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, promotion: Promotion) -> None:
    assert post(client).location == "/sign-in"


def test_a_session_alone_needs_the_token_of_the_page(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    app.config["WTF_CSRF_ENABLED"], app.config["WTF_CSRF_METHODS"] = True, {"POST"}
    as_member(client, make_member(promotion))
    assert (post(client).status_code, answers()) == (400, [])


def test_the_way_back_is_never_another_site(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion))
    assert post(client, next="https://elsewhere.example/").location == "/#question"


@pytest.mark.parametrize(("week", "asks"), [("2019-W12", False), (LAST_OF_MARCH, True)])
@pytest.mark.parametrize(
    ("locale", "question"), [("fr", "Lisez-vous les bulletins"), ("en", "Do you read the bulletins?")]
)
def test_the_letter_of_the_last_digest_asks(
    promotion: Promotion, week: str, asks: bool, locale: str, question: str
) -> None:
    make_bulletin(make_team(promotion), week)
    make_member(promotion, locale=locale)
    issue(promotion, Week.parse(week), now=now())
    mailing = db.session.scalars(select(Mailing).where(Mailing.locale == locale)).one()
    assert (question in mailing.text, question in words(mailing.html)) == (asks, asks)
    assert ("@@read_url@@#question" in mailing.text, "@@read_url@@#question" in mailing.html) == (asks, asks)


@pytest.mark.parametrize(("day", "asks"), [(22, False), (29, True)])
def test_the_reminder_of_the_last_week_asks(
    promotion: Promotion, clock: time_machine.Traveller, day: int, asks: bool
) -> None:
    make_member(promotion, team=make_team(promotion), locale="en")
    queue_due_reminders(promotion, datetime(2019, 3, day, 9, 30, tzinfo=UTC))
    mailing = db.session.scalars(select(Mailing)).one()
    assert ("/promotion-3/#question" in mailing.text, "/promotion-3/#question" in mailing.html) == (asks, asks)
    assert ("Do you read the bulletins?" in mailing.text) is asks


def test_answers_are_the_declared_figures_of_their_month(promotion: Promotion) -> None:
    eigs = [make_member(promotion) for _ in range(32)]
    make_digest(promotion, LAST_OF_MARCH)
    for eig in eigs[:23]:
        saved(MonthAnswer(membership_id=eig.id, month=MARCH, habit=Habit.ONCE))
    for eig in eigs[23:27]:
        saved(MonthAnswer(membership_id=eig.id, month=MARCH, habit=Habit.NEVER))
    saved(MonthAnswer(membership_id=eigs[30].id, month=APRIL, habit=Habit.NEVER))
    figures = as_json(month_figures(promotion, MARCH, datetime(2019, 5, 20, tzinfo=UTC)))
    declared = figures["groups"]["eig"]["declared"]
    assert (declared["answers"], declared["share"]) == (27, 22 / 27)


def test_the_link_to_unsubscribe_answers_for_nobody(client: FlaskClient, promotion: Promotion) -> None:
    """It only stops things."""
    member = make_member(promotion)
    token = sign(PURPOSE, [member.id, Subscription.DIGEST.value])
    assert post(client, unsubscribe=token).status_code == 403
    assert answers() == []

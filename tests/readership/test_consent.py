"""Consent to automatic marking: offered unticked, kept with its history, on and off by one button, at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.digests.reader_links import READER
from app.home.account import erase_person
from app.readership.auto_marking import choose
from app.readership.consent import TEXT_VERSION, Choice, ConsentEvent, ConsentPlace, granted_on, is_asked
from app.readership.figures.formats import as_json
from app.readership.figures.reports import month_figures
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.readership.personal_data import erase_for, export_for
from app.security import sign
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.teams.subscriptions import PURPOSE, Subscription
from tests.builders import make_digest, make_member, make_promotion, make_read_mark, saved
from tests.fixtures.site import as_member
from tests.pages import typed

IN_MARCH = "2019-03-13T10:00:00Z"
CONSENT = "/promotion-3/reading/consent"
TICKBOX = 'id="consent-choice"'


@pytest.fixture
def promotion(app: Flask, clock: time_machine.Traveller) -> Promotion:
    clock.move_to(IN_MARCH)
    return make_promotion()


def history() -> list[tuple[int, Choice, ConsentPlace]]:
    db.session.rollback()
    return [
        (row.membership_id, row.choice, row.place) for row in db.session.scalars(select(Consent).order_by(Consent.id))
    ]


def say(client: FlaskClient, choice: str | None = "granted", place: str = "me", **fields: str) -> TestResponse:
    data = {"place": place, **fields} | ({} if choice is None else {"choice": choice})
    return client.post(CONSENT, data=data)


def granted(member: Membership) -> Consent:
    at = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
    return saved(Consent(membership_id=member.id, choice=Choice.GRANTED, at=at, text_version=1, place=ConsentPlace.ME))


def marks() -> list[tuple[int, int, Origin]]:
    db.session.rollback()
    return [(mark.digest_id, mark.membership_id, mark.origin) for mark in db.session.scalars(select(ReadMark))]


@pytest.mark.parametrize(
    ("choice", "said_on", "today", "asked"),
    [
        (None, None, date(2019, 3, 1), True),
        (Choice.DENIED, date(2019, 3, 1), date(2019, 8, 31), False),
        (Choice.DENIED, date(2019, 3, 1), date(2019, 9, 1), True),
        (Choice.DENIED, date(2019, 8, 31), date(2020, 2, 28), False),
        (Choice.DENIED, date(2019, 8, 31), date(2020, 2, 29), True),
        (Choice.GRANTED, date(2019, 3, 1), date(2029, 3, 1), False),
    ],
)
def test_a_no_is_not_asked_again_within_six_months(
    choice: Choice | None, said_on: date | None, today: date, asked: bool
) -> None:
    assert is_asked(choice, said_on, today) is asked


def test_the_latest_choice_up_to_a_day_is_the_one_that_holds_then() -> None:
    ana, ben = 1, 2
    events = [
        ConsentEvent(ana, date(2019, 3, 1), Choice.GRANTED),
        ConsentEvent(ben, date(2019, 3, 2), Choice.DENIED),
        ConsentEvent(ana, date(2019, 3, 5), Choice.DENIED),
        ConsentEvent(ben, date(2019, 3, 5), Choice.GRANTED),
    ]
    days = [date(2019, 2, 28), date(2019, 3, 1), date(2019, 3, 4), date(2019, 3, 5)]
    assert [granted_on(events, day) for day in days] == [set(), {ana}, {ana}, {ben}]


@pytest.mark.parametrize("page", ["/", "/promotion-3/digests/2019-W10"])
def test_it_is_offered_unticked_until_it_is_answered(client: FlaskClient, promotion: Promotion, page: str) -> None:
    make_member(promotion)
    member = make_member(promotion)
    make_digest(promotion, "2019-W10")
    as_member(client, member)
    assert TICKBOX in client.get(page).text
    assert "checked" not in client.get(page).text
    assert say(client, None, "my_week", next=page).location == f"{page}#automatic-marking"
    assert history() == [(member.id, Choice.DENIED, ConsentPlace.MY_WEEK)]
    assert TICKBOX not in client.get(page).text


@pytest.mark.parametrize("page", ["/", "/promotion-3/digests/2019-W10"])
def test_after_a_no_no_page_asks_for_six_months(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller, page: str
) -> None:
    member = make_member(promotion)
    make_digest(promotion, "2019-W10")
    say(as_member(client, member), "denied", "my_week")  # on 13 March
    found = {}
    for moment in ("2019-03-14T10:00:00Z", "2019-09-12T21:59:00Z", "2019-09-12T22:01:00Z"):  # midnight in Paris
        clock.move_to(moment)
        found[moment[:13]] = TICKBOX in as_member(client, member).get(page).text
    assert found == {"2019-03-14T10": False, "2019-09-12T21": False, "2019-09-12T22": True}


def test_a_tick_is_a_yes_and_keeps_the_version_of_the_words(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    as_member(client, member)
    assert say(client, "granted", "digest").status_code == 302
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.choice, consent.place, consent.text_version) == (Choice.GRANTED, ConsentPlace.DIGEST, TEXT_VERSION)
    assert consent.at.date() == date(2019, 3, 13)


@pytest.mark.parametrize("page", ["/me", "/promotion-3/digests/2019-W10"])
def test_one_button_switches_it_on_and_off(client: FlaskClient, promotion: Promotion, page: str) -> None:
    member = make_member(promotion)
    make_digest(promotion, "2019-W10")
    granted(member)
    as_member(client, member)
    assert 'name="choice" value="denied"' in client.get(page).text
    assert say(client, "denied").status_code == 302
    assert 'name="choice" value="granted"' in client.get(page).text
    say(client, "granted", seen=typed(client.get(page).text, "seen"))
    assert [choice for _member, choice, _place in history()] == [Choice.GRANTED, Choice.DENIED, Choice.GRANTED]


@pytest.mark.parametrize("before", [[], ["granted"]])
def test_a_yes_from_before_a_later_no_does_not_undo_it(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller, before: list[str]
) -> None:
    as_member(client, make_member(promotion))
    for choice in before:
        say(client, choice)
    opened = typed(client.get("/").text, "seen") if not before else ""
    clock.shift(timedelta(days=1))
    say(client, "denied")
    answer = say(client, "granted", seen=opened, next="/me")
    assert answer.location == "/me#automatic-marking"
    assert history()[-1][1] is Choice.DENIED
    assert "depuis que cette page est ouverte" in client.get("/me").text


def test_the_link_that_unsubscribes_takes_consent_back_and_never_gives_it(
    client: FlaskClient, promotion: Promotion
) -> None:
    member = make_member(promotion)
    granted(member)
    token = sign(PURPOSE, [member.id, Subscription.DIGEST.value])
    page = f"/unsubscribe/{token}"
    assert 'name="choice" value="denied"' in client.get(page).text
    assert say(client, "denied", unsubscribe=token).status_code == 302
    assert CONSENT not in client.get(page).text
    assert say(client, "granted", unsubscribe=token).status_code == 403
    answer = {"month": "2019-03", "habit": "weekly", "unsubscribe": token}
    assert client.post("/promotion-3/reading/answer", data=answer).status_code == 403
    assert [choice for _member, choice, _place in history()] == [Choice.GRANTED, Choice.DENIED]
    assert db.session.query(MonthAnswer).count() == 0


def test_the_same_yes_twice_is_kept_once(client: FlaskClient, promotion: Promotion) -> None:
    as_member(client, make_member(promotion))
    say(client)
    say(client)
    assert len(history()) == 1


def test_the_same_no_is_kept_once_a_day(promotion: Promotion, clock: time_machine.Traveller) -> None:
    member = make_member(promotion)
    for days in (0, 0, 0, 1):
        clock.shift(timedelta(days=days))
        choose(member, Choice.DENIED, ConsentPlace.UNSUBSCRIBE, now())
    assert db.session.query(Consent).count() == 2


def test_looking_at_the_pages_records_nothing(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    digest = make_digest(promotion, "2019-W10")
    token = sign(PURPOSE, [member.id, Subscription.DIGEST.value])
    reader = sign(READER, [digest.id, member.id])
    for page in (f"/unsubscribe/{token}", f"/promotion-3/digests/2019-W10?reader={reader}"):
        assert client.get(page).status_code == 200
    assert client.get(CONSENT).status_code == 405
    assert (history(), marks()) == ([], [])


def test_the_holder_of_a_letter_chooses_without_signing_in(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    token = sign(READER, [make_digest(promotion, "2019-W10").id, member.id])
    assert say(client, place="digest", reader=token).status_code == 302
    assert history() == [(member.id, Choice.GRANTED, ConsentPlace.DIGEST)]


@pytest.mark.parametrize("field", ["reader", "unsubscribe"])
@pytest.mark.parametrize("token", ["", "x", "WzEsMV0.forged"])
def test_a_forged_link_chooses_nothing(client: FlaskClient, promotion: Promotion, field: str, token: str) -> None:
    make_member(promotion)
    assert (say(client, **{field: token}).status_code, history()) == (410, [])


def test_a_link_of_another_promotion_chooses_nothing(client: FlaskClient, promotion: Promotion) -> None:
    other = make_member(make_promotion(slug="promotion-4"))
    token = sign(PURPOSE, [other.id, Subscription.DIGEST.value])
    assert (say(client, unsubscribe=token).status_code, history()) == (410, [])


@pytest.mark.parametrize(("choice", "place"), [("yes", "me"), ("", "me"), ("granted", ""), ("granted", "elsewhere")])
def test_what_is_no_choice_is_refused(client: FlaskClient, promotion: Promotion, choice: str, place: str) -> None:
    as_member(client, make_member(promotion))
    assert (say(client, choice, place).status_code, history()) == (400, [])


def test_a_session_alone_needs_the_token_of_the_page(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    app.config["WTF_CSRF_ENABLED"], app.config["WTF_CSRF_METHODS"] = True, {"POST"}
    as_member(client, make_member(promotion))
    assert (say(client).status_code, history()) == (400, [])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ALUMNI])
def test_those_whom_no_figure_is_about_are_not_asked(client: FlaskClient, promotion: Promotion, role: Role) -> None:
    as_member(client, make_member(promotion, role))
    assert TICKBOX not in client.get("/").text
    assert (say(client).status_code, history()) == (403, [])


def test_who_has_left_can_still_say_no(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion, left_on=date(2019, 3, 12))
    granted(member)
    token = sign(PURPOSE, [member.id, Subscription.DIGEST.value])
    assert say(client, "granted", unsubscribe=token).status_code == 403
    assert say(client, "denied", unsubscribe=token).status_code == 302
    assert [choice for _member, choice, _place in history()] == [Choice.GRANTED, Choice.DENIED]


def test_the_links_of_somebody_erased_leave_no_new_trace(client: FlaskClient, promotion: Promotion) -> None:
    member = make_member(promotion)
    token = sign(PURPOSE, [member.id, Subscription.DIGEST.value])
    reader = sign(READER, [make_digest(promotion, "2019-W10").id, member.id])
    erase_person(member.person, now())
    for proof in ({"unsubscribe": token}, {"reader": reader}):
        assert (say(client, "denied", **proof).status_code, history()) == (410, [])


def test_a_withdrawal_erases_automatic_marks_of_open_months_only(client: FlaskClient, promotion: Promotion) -> None:
    member, other = make_member(promotion), make_member(promotion)
    february, first, second = (make_digest(promotion, week) for week in ("2019-W08", "2019-W09", "2019-W10"))
    for digest, origin in ((february, Origin.AUTO), (first, Origin.AUTO), (second, Origin.DECLARED)):
        make_read_mark(digest, member, origin=origin)
    make_read_mark(second, other, origin=Origin.AUTO)
    as_member(client, member)
    say(client, "denied")
    assert set(marks()) == {
        (february.id, member.id, Origin.AUTO),  # February is frozen since 8 March
        (second.id, member.id, Origin.DECLARED),
        (second.id, other.id, Origin.AUTO),
    }


def test_whoever_switched_it_on_can_be_measured(promotion: Promotion) -> None:
    eigs = [make_member(promotion) for _ in range(20)]
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:5]:
        make_read_mark(digest, eig)
    for eig in eigs[5:10]:
        granted(eig)
    figures = as_json(month_figures(promotion, date(2019, 3, 1), datetime(2019, 5, 20, tzinfo=UTC)))
    assert (figures["groups"]["eig"]["coverage"], figures["groups"]["eig"]["estimate"]) == (0.5, 0.5)


def test_one_gets_and_erases_all_of_it(promotion: Promotion) -> None:
    member = make_member(promotion)
    granted(member)
    kept = export_for(member.person)["automatic_marking"]
    assert kept == [
        {
            "promotion": "Promotion 3",
            "said": Choice.GRANTED,
            "at": datetime(2019, 3, 1, 9, 0, tzinfo=UTC),
            "where": ConsentPlace.ME,
            "version_of_the_words": 1,
        }
    ]
    erase_for(member.person)
    assert history() == [(member.id, Choice.GRANTED, ConsentPlace.ME)]  # `erase_for` leaves the commit to the use case
    erase_for(member.person)
    db.session.commit()
    assert history() == []

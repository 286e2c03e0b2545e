"""The coordination changes hours, days off and pauses; what has closed, and what was issued, keeps its moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.digests.moments import Decision
from app.digests.scheduling import decide
from app.digests.service import issue, issue_due
from app.teams.hours import FormerHours, from_content, keep_former, to_content
from app.teams.models import DayOff, Membership, Pause, Promotion
from app.timetables.rules import plan_weeks
from app.timetables.service import HoursConflictError, change_hours, fingerprint
from app.weeks import Timetable, Week, WhyOff
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import faults, words
from tests.rows import audited
from tests.threads import while_under_way

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W09, W10, W11 = (Week.parse(f"2019-W{number:02d}") for number in (9, 10, 11))
NOW = datetime(2019, 3, 6, 10, 0, tzinfo=UTC)
URL = "/promotion-3/manage/timetable"
USUAL = {
    "weekday": "5",
    "closes_at": "15:00",
    "delay": "5",
    "everyone_at": "10:00",
    "unwritten_at": "14:00, 14:45",
    "timezone": "Europe/Paris",
    "country": "FR",
}


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller) -> Promotion:
    """A promotion on the Wednesday of W10; its coordination is signed in as `client`."""
    promotion = make_promotion()
    as_member(client, make_member(promotion, "coordinator", email="judith@x.example", name="Judith"))
    return promotion


def seen(client: FlaskClient) -> str:
    page = client.get(URL).text
    return page.partition('name="seen" value="')[2].partition('"')[0]


def save(client: FlaskClient, **changes: str) -> int:
    return client.post(URL, data=USUAL | {"seen": seen(client), "holds_from": W10.label} | changes).status_code


def reread(promotion: Promotion) -> Promotion:
    db.session.expire_all()
    return promotion


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_a_plan_explains_the_day_that_moved_it() -> None:
    (plan,) = plan_weeks(Timetable(ZoneInfo("Europe/Paris")), Week.parse("2020-W18"), Week.parse("2020-W18"))
    assert plan.digest == datetime(2020, 4, 30, 13, 5, tzinfo=UTC)
    assert [(each.day, each.why) for each in plan.skipped] == [(date(2020, 5, 1), WhyOff.HOLIDAY)]


def test_a_plan_tells_an_hour_that_clocks_skip() -> None:
    jerusalem = Timetable(
        ZoneInfo("Asia/Jerusalem"), None, closes_at=time(2, 30), digest_at=time(3, 30), reminds_everyone_at=None,
        reminds_unwritten_at=(),
    )  # fmt: skip
    week = Week.of(date(2019, 3, 29))
    (plan,) = plan_weeks(jerusalem, week, week)
    assert plan.missing_hours == (time(2, 30),)


def test_former_hours_hold_in_the_weeks_before_and_come_back_from_json() -> None:
    first = make_promotion_hours()
    later = Promotion(**(COLUMNS | {"closes_at": time(16)})).hours
    former = keep_former((), first, W10)
    former = keep_former(former, later, W10 + 4)
    assert [(each.until, each.hours.closes_at) for each in former] == [(W09, time(15)), (W10 + 3, time(16))]
    assert from_content(to_content(former)) == former
    assert keep_former(former, later, W10 + 2) == (former[0], FormerHours(W10 + 1, later))
    assert keep_former(former, later, W09) == (FormerHours(W09.previous, first),)
    assert keep_former(former, later, None) == ()


COLUMNS = {
    "timezone": "Europe/Paris",
    "country": "FR",
    "closing_weekday": 5,
    "closes_at": time(15),
    "digest_at": time(15, 5),
    "reminds_everyone_at": None,
    "reminds_unwritten_at": ["14:00"],
}


def make_promotion_hours():
    return Promotion(**COLUMNS).hours


@on_sqlite
def test_another_zone_by_an_import_or_a_page_leaves_closed_weeks_alone(promotion: Promotion, clock: Traveller) -> None:
    now = datetime(2019, 3, 6, 10, 0, tzinfo=UTC)
    before, hours, closed = promotion.timetable.closes(W09), promotion.hours, promotion.last_closed_week(now)
    promotion.timezone = "Indian/Reunion"
    assert promotion.leave_to_closed_weeks(hours, closed, now) == W09
    assert promotion.timetable.closes(W09) == before
    assert promotion.timetable.closes(W10) == datetime(2019, 3, 8, 11, 0, tzinfo=UTC)
    assert promotion.leave_to_closed_weeks(promotion.hours, closed, now) == closed  # nothing was replaced


# --- Pages -----------------------------------------------------------------------------------------------------------


@on_sqlite
def test_other_hours_hold_from_a_week_on_and_move_nothing_that_is_past(
    client: FlaskClient, promotion: Promotion
) -> None:
    make_bulletin(make_team(promotion), W09)
    issue(promotion, W09, now=datetime(2019, 3, 1, 14, 5, tzinfo=UTC))
    before = [promotion.timetable.digest_due(week) for week in (W09.previous, W09)]
    assert save(client, weekday="4", closes_at="12:00", delay="90", everyone_at="09:00", unwritten_at="11:30") == 303
    timetable = reread(promotion).timetable
    assert [timetable.digest_due(week) for week in (W09.previous, W09)] == before
    assert timetable.closes(W10) == datetime(2019, 3, 7, 11, 0, tzinfo=UTC)
    assert timetable.digest_due(W10) == datetime(2019, 3, 7, 12, 30, tzinfo=UTC)
    assert db.session.scalars(select(Digest.month)).all() == [date(2019, 3, 1)]
    assert issue_due(promotion, datetime(2019, 3, 7, 12, 29, tzinfo=UTC)) == []
    assert [each.week for each in issue_due(promotion, datetime(2019, 3, 7, 12, 30, tzinfo=UTC))] == [W10]
    assert audited() == ["timetable.changed"]


@on_sqlite
def test_hours_are_seen_before_they_are_saved_and_saved_once(client: FlaskClient, promotion: Promotion) -> None:
    token = seen(client)
    data = USUAL | {"seen": token, "holds_from": W10.label, "closes_at": "16:00", "delay": "60"}
    page = client.post(URL, data=data | {"preview": "yes"})
    assert "Ce que cela donnerait" in words(page.text)
    assert "vendredi à 16 h 17 h" in words(page.text)
    assert reread(promotion).closes_at == time(15)
    db.session.rollback()
    assert [client.post(URL, data=data).status_code for _ in range(2)] == [303, 303]
    assert audited() == ["timetable.changed"]


@on_sqlite
def test_the_second_of_two_who_change_hours_sees_both(client: FlaskClient, promotion: Promotion) -> None:
    stale = seen(client)
    assert save(client, closes_at="16:00") == 303
    answer = client.post(URL, data=USUAL | {"seen": stale, "holds_from": W10.label, "closes_at": "17:00"})
    assert answer.status_code == 409
    assert "vendredi à 16 h" in words(answer.text)
    assert "vendredi à 17 h" in words(answer.text)
    fresh = answer.text.partition('name="seen" value="')[2].partition('"')[0]
    assert (
        client.post(URL, data=USUAL | {"seen": fresh, "holds_from": W10.label, "closes_at": "17:00"}).status_code == 303
    )


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_hours_that_another_is_changing_are_not_overwritten(app: Flask, promotion: Promotion) -> None:
    promotion_id, base = promotion.id, fingerprint(promotion)
    coordinator = db.session.scalars(select(Membership.person_id)).one()

    def close_at(hour: int) -> None:
        cohort = db.session.get_one(Promotion, promotion_id)
        hours = replace(cohort.hours, closes_at=time(hour), digest_at=time(hour, 5))
        change_hours(cohort, hours, W10, base, coordinator, NOW)

    second = while_under_way(app, "UPDATE promotions", lambda: close_at(16), lambda: close_at(17))
    assert isinstance(second, HoursConflictError)
    assert db.session.get_one(Promotion, promotion_id).closes_at == time(16)


@on_sqlite
def test_the_weeks_to_come_tell_a_digest_that_is_held_or_put_off(client: FlaskClient, promotion: Promotion) -> None:
    monday = datetime(2019, 3, 11, 9, 0, tzinfo=UTC)
    decide(promotion, W10, Decision(put_off_to=monday), 0, None, NOW)
    decide(promotion, W11, Decision(held=True), 0, None, NOW)
    page = words(client.get(URL).text)
    assert "vendredi à 15 h reporté : le lundi 11 mars à 10 h" in page
    assert "le vendredi 15 mars à 15 h retenu" in page
    assert "le vendredi 22 mars à 15 h 15 h 05" in page


@on_sqlite
def test_once_a_reminder_has_left_other_hours_wait_for_the_next_week(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T09:30:00Z")
    as_member(client, db.session.scalars(select(Membership)).one())
    assert save(client, closes_at="17:00") == 303
    timetable = reread(promotion).timetable
    assert timetable.closes(W10) == datetime(2019, 3, 8, 14, 0, tzinfo=UTC)
    assert timetable.closes(W11) == datetime(2019, 3, 15, 16, 0, tzinfo=UTC)


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"everyone_at": "15:00"}, "everyone_at", "Un rappel doit précéder la fermeture, à 15 h."),
        ({"unwritten_at": "14:00, 15:01"}, "unwritten_at", "Un rappel doit précéder la fermeture, à 15 h."),
        ({"unwritten_at": "14:00 14:45"}, "unwritten_at", "Écrivez jusqu’à 6 heures"),
        ({"unwritten_at": "9:00," * 7}, "unwritten_at", "Écrivez jusqu’à 6 heures"),
        ({"delay": "-1"}, "delay", "Indiquez un nombre de minutes"),
        ({"delay": "540"}, "delay", "Le récapitulatif doit partir le jour de la fermeture, avant minuit."),
        ({"delay": "9" * 400}, "delay", "Indiquez un nombre de minutes"),
        ({"closes_at": ""}, "closes_at", "Indiquez l’heure."),
        ({"timezone": "Europe/Bourges"}, "timezone", "Ce fuseau horaire n’est pas connu."),
        ({"timezone": "\x00\u202e🙂"}, "timezone", "Ce fuseau horaire n’est pas connu."),
        ({"country": "FR-99"}, "country", "Ce code n’est pas connu."),
        ({"weekday": "6"}, "weekday", ""),
    ],
)
def test_hours_that_cannot_be_are_told_beside_their_field(
    client: FlaskClient, promotion: Promotion, changes: dict[str, str], field: str, told: str
) -> None:
    answer = client.post(URL, data=USUAL | {"holds_from": W10.label} | changes)
    assert answer.status_code == 422
    assert faults(answer.text)[field].startswith(told)
    assert audited() == []


@on_sqlite
def test_days_off_move_the_closing_and_can_be_taken_back(client: FlaskClient, promotion: Promotion) -> None:
    for _ in range(2):
        data = {"first_day": "2019-03-14", "last_day": "2019-03-17"}
        assert client.post(f"{URL}/days-off", data=data).status_code == 303
    assert [off.day for off in reread(promotion).days_off] == [date(2019, 3, 14), date(2019, 3, 15)]
    assert "vendredi 15 mars non travaillé" in words(client.get(URL).text)
    for _ in range(2):
        assert client.post(f"{URL}/days-off/remove", data={"day": "2019-03-15"}).status_code == 303
    assert reread(promotion).timetable.closing_day(W11) == date(2019, 3, 15)
    assert audited() == ["timetable.day-off-added"] * 2 + ["timetable.day-off-removed"]


@on_sqlite
@pytest.mark.parametrize(
    ("first", "last", "field", "told"),
    [
        ("2019-03-05", "", "first_day", "Ce jour est passé."),
        ("0001-01-01", "", "first_day", "Ce jour est passé."),
        ("9999-12-31", "", "first_day", "Ces jours ne sont pas dans les dates de la promotion."),
        ("2019-03-16", "", "first_day", "Les samedis et dimanches"),
        ("2019-04-22", "", "first_day", "Ces jours ne sont déjà pas travaillés"),
        ("2019-03-20", "2019-03-19", "last_day", "Ce jour précède le premier"),
        ("2019-03-20", "2019-06-19", "first_day", "Ajoutez un mois au plus"),
        ("", "", "first_day", "Indiquez le jour."),
    ],
)
def test_days_off_that_cannot_be_are_told(
    client: FlaskClient, promotion: Promotion, first: str, last: str, field: str, told: str
) -> None:
    answer = client.post(f"{URL}/days-off", data={"first_day": first, "last_day": last})
    assert answer.status_code == 422
    assert faults(answer.text)[field].startswith(told)
    assert db.session.scalars(select(DayOff)).all() == []


@on_sqlite
def test_a_day_off_never_closes_a_week_in_the_past_nor_opens_one_that_has_closed(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    clock.move_to("2019-03-08T10:30:00Z")
    as_member(client, db.session.scalars(select(Membership)).one())
    answer = client.post(f"{URL}/days-off", data={"first_day": "2019-03-08"})
    assert "La semaine serait déjà fermée" in words(answer.text)
    clock.move_to("2019-03-08T14:30:00Z")
    answer = client.post(f"{URL}/days-off", data={"first_day": "2019-03-08"})
    assert "Cette semaine est fermée" in words(answer.text)


@on_sqlite
def test_a_pause_is_added_once_and_taken_back(client: FlaskClient, promotion: Promotion, clock: Traveller) -> None:
    team = make_team(promotion, "Jachère")
    data = {"team": "jachere", "first": "2019-W11", "last": "2019-W14", "reason": "Congés 🙂"}
    for _ in range(2):
        assert client.post(f"{URL}/pauses", data=data).status_code == 303
    answer = client.post(f"{URL}/pauses", data=data | {"first": "2019-W14", "last": "2019-W15"})
    assert (answer.status_code, "déjà en pause" in words(answer.text)) == (422, True)
    clock.move_to("2019-03-20T10:00:00Z")
    as_member(client, db.session.scalars(select(Membership)).one())
    for _ in range(2):
        assert client.post(f"{URL}/pauses/1/end").status_code == 303
    (pause,) = db.session.scalars(select(Pause)).all()
    assert (pause.team_id, pause.first_week, pause.last_week) == (team.id, W11, W11)
    assert audited() == ["timetable.pause-added", "timetable.pause-changed"]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"last": "2019-W10"}, "last", "Cette pause finirait avant de commencer"),
        ({"first": "2019-W09"}, "first", "Choisissez l’une des semaines à venir"),
        ({"first": "2026-W54"}, "first", "Choisissez l’une des semaines à venir"),
        ({"last": "2019-W50"}, "last", "Choisissez l’une des semaines à venir"),
        ({"team": "brancard"}, "team", "Choisissez l’un des défis."),
        ({"reason": "é" * 201}, "reason", "201 caractères : 1 de trop."),
    ],
)
def test_a_pause_that_cannot_be_is_told(
    client: FlaskClient, promotion: Promotion, changes: dict[str, str], field: str, told: str
) -> None:
    make_team(promotion, "Jachère")
    data = {"team": "jachere", "first": "2019-W11", "last": "2019-W11", "reason": ""} | changes
    answer = client.post(f"{URL}/pauses", data=data)
    assert answer.status_code == 422
    assert faults(answer.text)[field].replace("\N{NO-BREAK SPACE}", " ").startswith(told)
    assert db.session.scalars(select(Pause)).all() == []


@on_sqlite
@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_the_timetable_is_the_coordinations_alone(client: FlaskClient, promotion: Promotion, role: str) -> None:
    as_member(client, make_member(promotion, role, make_team(promotion)))
    assert client.get(URL).status_code == 403
    for path in ("", "/days-off", "/days-off/remove", "/pauses", "/pauses/1/end"):
        assert client.post(f"{URL}{path}").status_code == 403

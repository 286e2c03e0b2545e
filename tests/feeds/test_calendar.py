"""The calendar at its personal address: read back by another library, and against the letter of RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from ics import Calendar, Event
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.bulletins.key_dates import follow_key_date
from app.bulletins.models import KeyDate
from app.bulletins.moods import Mood
from app.bulletins.service import BulletinDraft, save_bulletin
from app.clock import now
from app.database import db
from app.feeds.addresses import addresses_of, make_address
from app.feeds.calendar import CalendarDate, calendar_text
from app.feeds.models import Feed
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, one_transaction
from tests.every_letter import every_row
from tests.rows import counted

W10 = Week.parse("2019-W10")
DAY = date(2019, 3, 20)
AT = datetime(2019, 3, 6, 9, 0, tzinfo=UTC)


def path_of(member: Membership, feed: Feed = Feed.CALENDAR) -> str:
    """The path of the member's address of the feed, which is made."""
    make_address(member, feed, now())
    url = urlsplit(addresses_of(member)[feed])
    return f"{url.path}?{url.query}"


def events(answer: TestResponse) -> dict[str, Event]:
    """The events of a calendar, by their titles."""
    assert answer.status_code == 200
    return {event.name: event for event in Calendar(answer.get_data(as_text=True)).events}


def unfolded(body: bytes) -> list[str]:
    return body.replace(b"\r\n ", b"").decode().split("\r\n")


def text_of(*dates: CalendarDate) -> bytes:
    return calendar_text("Dates", "http://localhost/", dates)


def a_date(title: str, day: date = DAY) -> CalendarDate:
    return CalendarDate("u-1", day, title, "Jachère", "http://localhost/", 3, AT, cancelled=False)


def test_each_date_is_an_event_of_a_whole_day_that_takes_no_time(
    client: FlaskClient, lea: Membership, team: Team
) -> None:
    make_bulletin(team, W10, key_date=DAY, key_date_text="Comité de pilotage")
    answer = client.get(path_of(lea))
    assert answer.content_type == "text/calendar; charset=utf-8"
    event = events(answer)["Jachère\N{NO-BREAK SPACE}: Comité de pilotage"]
    assert event.all_day
    assert event.begin.date() == DAY
    assert event.transparent
    assert event.status == "CONFIRMED"
    row = db.session.scalars(select(KeyDate)).one()
    assert event.uid == row.uid
    lines = unfolded(answer.data)
    assert "DTSTART;VALUE=DATE:20190320" in lines
    assert "DTEND;VALUE=DATE:20190321" in lines
    assert f"DTSTAMP:{row.changed_at:%Y%m%dT%H%M%SZ}" in lines
    assert "SEQUENCE:0" in lines


def test_a_date_that_moves_and_goes_is_told_under_its_uid_with_rising_sequence(
    client: FlaskClient, lea: Membership, team: Team, clock: Traveller
) -> None:
    path, told = path_of(lea), []
    for base, day in enumerate([DAY, DAY + timedelta(days=7), None]):
        draft = BulletinDraft(Mood.GOOD, "Semer", "Pluie", key_date=day, key_date_text="Vente" if day else "")
        save_bulletin(team, W10, lea.person, draft, base, now())
        answer = client.get(path)
        event = events(answer)["Jachère\N{NO-BREAK SPACE}: Vente"]
        sequence = next(line for line in unfolded(answer.data) if line.startswith("SEQUENCE"))
        told.append((event.uid, event.begin.date(), event.status, sequence))
        clock.shift(timedelta(hours=1))
    uid = told[0][0]
    later = DAY + timedelta(days=7)
    assert told == [
        (uid, DAY, "CONFIRMED", "SEQUENCE:0"),
        (uid, later, "CONFIRMED", "SEQUENCE:1"),
        (uid, later, "CANCELLED", "SEQUENCE:2"),
    ]
    clock.shift(timedelta(days=30))
    assert events(client.get(path)) == {}


def test_lines_are_folded_at_75_octets_and_end_with_crlf() -> None:
    """RFC 5545, 3.1; a character is never cut, so that each line by itself is UTF-8."""
    body = text_of(a_date("Réunion « très » longue 🎉 " * 12))
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.replace(b"\r\n", b"").count(b"\n") == body.replace(b"\r\n", b"").count(b"\r") == 0
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Point; café, thé", r"Point\; café\, thé"),
        ("C:\\temp", r"C:\\temp"),
        ("BEGIN:VEVENT", "BEGIN:VEVENT"),
        ("Ligne\nBEGIN:VEVENT", r"Ligne\nBEGIN:VEVENT"),
        ("👩‍🌾 עברית", "👩‍🌾 עברית"),
        ('"guillemets" ^caret', '"guillemets" ^caret'),
    ],
)
def test_what_is_typed_is_text_and_nothing_else(text: str, escaped: str) -> None:
    """RFC 5545, 3.3.11: and another library reads back what was typed."""
    body = text_of(a_date(text))
    assert f"SUMMARY:{escaped}" in unfolded(body)
    [event] = Calendar(body.decode()).events
    assert event.name == text


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2020, 2, 29), date(9999, 12, 30)])
def test_any_day_that_can_be_typed_has_an_event(day: date) -> None:
    lines = unfolded(text_of(a_date("Loin", day)))
    assert f"DTSTART;VALUE=DATE:{day.year:04}{day:%m%d}" in lines
    after = day + timedelta(days=1)
    assert f"DTEND;VALUE=DATE:{after.year:04}{after:%m%d}" in lines


def test_the_last_day_of_the_calendar_has_an_event_without_an_end() -> None:
    lines = unfolded(text_of(a_date("Loin", date.max)))
    assert "DTSTART;VALUE=DATE:99991231" in lines
    assert not any(line.startswith("DTEND") for line in lines)


def test_what_a_program_has_already_is_not_sent_again(
    client: FlaskClient, lea: Membership, team: Team, clock: Traveller
) -> None:
    make_bulletin(team, W10, key_date=DAY)
    path = path_of(lea)
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    clock.shift(timedelta(hours=6))
    same = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    zipped = client.get(path, headers={"Accept-Encoding": "gzip"})
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": zipped.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    key_date = db.session.scalars(select(KeyDate)).one()
    follow_key_date(key_date, team.id, DAY + timedelta(days=1), "Comité", now(), seen_by_all=True)
    db.session.commit()
    other = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_it_is_told_in_the_language_of_its_owner_whoever_asks(client: FlaskClient, lea: Membership, team: Team) -> None:
    path = path_of(lea)
    french = client.get(path, headers={"Accept-Language": "en"})
    assert "NAME:Dates clés\\, Promotion 3" in unfolded(french.data)
    lea.person.locale = "en"
    db.session.commit()
    assert "NAME:Key dates\\, Promotion 3" in unfolded(client.get(path, headers={"Accept-Language": "fr"}).data)


def test_five_hundred_dates_take_as_many_queries_as_one(app: Flask, lea: Membership, team: Team) -> None:
    path = path_of(lea)

    def queries() -> int:
        with counted() as statements:
            assert app.test_client().get(path).status_code == 200
        return len(statements)

    make_bulletin(team, W10, key_date=DAY)
    few = queries()
    with one_transaction():
        for number in range(500):
            db.session.add(
                KeyDate(team=team, day=DAY + timedelta(days=number % 200), text=f"Jour {number}", changed_at=now())
            )
    assert queries() == few
    assert app.test_client().get(path).data.count(b"BEGIN:VEVENT") == 501


def test_reading_it_changes_no_row(client: FlaskClient, lea: Membership, team: Team) -> None:
    make_bulletin(team, W10, key_date=DAY)
    path, before = path_of(lea), every_row()
    assert client.get(path).status_code == 200
    assert client.head(path).data == b""
    assert every_row() == before

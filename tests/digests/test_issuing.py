"""Issuing: once, all of it or nothing, with a letter or a reason for every member, at the week's own moment."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from time_machine import Traveller

from app.bulletins.queries import is_frozen
from app.database import db
from app.digests.errors import AlreadyIssuedError, MembersMissingError, NoDigestError
from app.digests.introductions import introduce
from app.digests.models import Digest, Recipient
from app.digests.service import issue, issue_due
from app.letters.models import Letter, Mailing, SuppressedAddress
from app.letters.states import State
from app.teams.models import DayOff, Membership, Pause, Person, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_person, make_promotion, make_team, saved
from tests.fixtures.database import OnEngine
from tests.threads import at_once

pytestmark = pytest.mark.both_databases

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
LONG_AGO = datetime(2019, 2, 1, tzinfo=UTC)


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def team(promotion: Promotion) -> Team:
    """A team that has written its bulletin of 2019-W10."""
    team = make_team(promotion, "Karfu’R")
    make_bulletin(team, W10)
    return team


def addressees() -> list[str]:
    return sorted(db.session.scalars(select(Letter.to_email)))


def accounts(digest: Digest) -> Counter[str]:
    """How many members have a letter (`None`) and how many each reason for none."""
    rows = db.session.scalars(select(Recipient.exclusion).where(Recipient.digest_id == digest.id))
    return Counter(str(row) for row in rows)


def counts(digest: Digest) -> dict[str, int]:
    found: dict[str, int] = digest.content["teams"]
    return found


# Members, letters, exclusions


def test_every_member_has_a_letter_or_a_reason(promotion: Promotion, team: Team) -> None:
    make_member(promotion, "eig", team, "eig@x.example")
    make_member(promotion, "mentor", team, "mentor@x.example", locale="en")
    make_member(promotion, "coordinator", None, "coordinator@x.example")
    make_member(promotion, "eig", team, "unsubscribed@x.example", digest_unsubscribed_at=LONG_AGO)
    make_member(promotion, "eig", team, "Bounced@X.example".lower())
    make_member(promotion, "eig", team, "no-reminders@x.example", reminders_unsubscribed_at=LONG_AGO)
    make_member(promotion, "alumni", None, "alumni@x.example")
    make_member(promotion, "eig", team, "gone@x.example", left_on=date(2019, 3, 7))
    make_member(promotion, "eig", team, "to-come@x.example", joined_on=date(2019, 3, 9))
    saved(SuppressedAddress(email="bounced@x.example", since=LONG_AGO))
    saved(SuppressedAddress(email="mentor@x.example", since=LONG_AGO, lifted_at=DUE))
    erased = make_member(promotion, "eig", team)
    erased.person.email = None
    digest = issue(promotion, W10, now=DUE)
    assert addressees() == [f"{name}@x.example" for name in ("coordinator", "eig", "mentor", "no-reminders")]
    assert accounts(digest) == {"None": 4, "unsubscribed": 1, "suppressed": 1, "no_address": 1}
    assert {letter.state for letter in db.session.scalars(select(Letter))} == {State.QUEUED}


def test_somebody_with_two_parts_gets_one_letter_and_counts_as_an_eig(promotion: Promotion, team: Team) -> None:
    both = make_member(promotion, "eig", team, "both@x.example", coordinates=True)
    digest = issue(promotion, W10, now=DUE)
    assert addressees() == ["both@x.example"]
    recipient = db.session.get(Recipient, (digest.id, both.id))
    assert recipient
    assert recipient.role == "eig"


def test_somebody_in_two_promotions_gets_the_letter_of_each(promotion: Promotion, team: Team) -> None:
    person = make_person("two@x.example")
    other = make_promotion(slug="promotion-4")
    make_bulletin(make_team(other), W10)
    for one in (promotion, other):
        make_member(one, person=person)
        issue(one, W10, now=DUE)
    assert addressees() == ["two@x.example"] * 2


def test_without_letters_everybody_is_counted_and_nobody_gets_one(promotion: Promotion, team: Team) -> None:
    make_member(promotion, "eig", team)
    digest = issue(promotion, W10, now=DUE, letters=False)
    assert accounts(digest) == {"no_letters": 1}
    assert db.session.scalars(select(Mailing)).all() == []


def test_letters_are_in_each_members_own_language(promotion: Promotion, team: Team) -> None:
    for locale in ("fr", "en", None):
        make_member(promotion, email=f"{locale}@x.example", locale=locale)
    issue(promotion, W10, now=DUE)
    found = db.session.execute(select(Letter.to_email, Mailing.locale).join(Mailing))
    assert dict(found.all()) == {"fr@x.example": "fr", "en@x.example": "en", "None@x.example": "fr"}


@pytest.mark.long
def test_a_large_promotion_adds_up_too(promotion: Promotion, team: Team) -> None:
    people = [Person(email=f"{n}@x.example", created_at=LONG_AGO, locale="en" if n % 3 else None) for n in range(1001)]
    db.session.add_all(Membership(promotion=promotion, person=person, role="eig") for person in people)
    db.session.commit()
    digest = issue(promotion, W10, now=DUE)
    assert accounts(digest) == {"None": 1001}
    assert len(set(addressees())) == 1001


def test_members_and_letters_that_do_not_add_up_are_refused_and_nothing_stays(promotion: Promotion, team: Team) -> None:
    for n in range(3):
        make_member(promotion, email=f"{n}@x.example")
    first = issue(promotion, W10, now=DUE)
    reference = f"digest:{first.id + 1}"  # a letter of the next digest stands in the way
    taken = db.session.scalars(select(Letter)).first()
    assert taken
    taken.key = taken.key.replace(f"digest:{first.id}", reference)
    make_bulletin(team, W10.next)
    with pytest.raises(MembersMissingError, match="3 members, 2 letters, 0 exclusions"):
        issue(promotion, W10.next, now=DUE + timedelta(weeks=1))
    assert not is_frozen(promotion.id, W10.next)
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 1
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 3


def test_a_database_that_refuses_something_else_is_not_taken_for_a_digest_that_exists(
    promotion: Promotion, team: Team
) -> None:
    digest = issue(promotion, W10, now=DUE)
    mailing = db.session.scalars(select(Mailing).where(Mailing.locale == "fr")).one()
    mailing.reference = f"digest:{digest.id + 1}"
    make_bulletin(team, W10.next)
    with pytest.raises(IntegrityError):
        issue(promotion, W10.next, now=DUE + timedelta(weeks=1))


# Once


def test_a_digest_is_issued_once(promotion: Promotion, team: Team) -> None:
    issue(promotion, W10, now=DUE)
    with pytest.raises(AlreadyIssuedError):
        issue(promotion, W10, now=DUE)
    assert issue_due(promotion, DUE) == []


def test_several_processes_at_the_same_moment_issue_one_digest_and_one_letter_a_member(
    app: Flask, promotion: Promotion
) -> None:
    teams = [make_team(promotion) for _ in range(3)]
    for n in range(20):
        make_member(promotion, "eig", teams[n % 3], f"{n}@x.example")
    promotion_id = promotion.id

    def tick(now: datetime) -> int:
        return len(issue_due(db.session.get_one(Promotion, promotion_id), now))

    for ahead in range(6):
        for team in teams:
            make_bulletin(team, W10 + ahead)
        due = promotion.timetable.digest_due(W10 + ahead)
        assert due
        results = at_once(app, *[partial(tick, due)] * 4)
        assert sorted(results) == [0, 0, 0, 1]
        digest = db.session.scalars(select(Digest).where(Digest.week == W10 + ahead)).one()
        keys = db.session.scalars(select(Letter.key).join(Mailing).where(Mailing.reference == f"digest:{digest.id}"))
        assert len(set(keys)) == 20
        assert accounts(digest) == {"None": 20}


# A database that takes nothing


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_in_the_freeze_leaves_nothing_and_delays_it(
    promotion: Promotion, team: Team, on_engine: OnEngine
) -> None:
    people = [Person(email=f"{n}@x.example", created_at=LONG_AGO) for n in range(200)]
    db.session.add_all(Membership(promotion=promotion, person=person, role="eig") for person in people)
    db.session.commit()
    limit = {"pages": db.session.execute(db.text("PRAGMA page_count")).scalar_one() + 10}
    db.session.remove()
    on_engine("checkout", lambda c, *_: c.execute(f"PRAGMA max_page_count = {limit['pages']}"))
    promotion = db.session.scalars(select(Promotion)).one()
    with pytest.raises(OperationalError, match="full"):
        issue_due(promotion, DUE)
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Digest, Mailing, Letter)] == [
        0
    ] * 3
    assert not is_frozen(promotion.id, W10)
    db.session.remove()
    limit["pages"] = 1_000_000
    promotion = db.session.scalars(select(Promotion)).one()
    [digest] = issue_due(promotion, DUE + timedelta(hours=1))
    assert accounts(digest) == {"None": 200}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_database_delays_the_freeze(
    promotion: Promotion, team: Team, database: str, on_engine: OnEngine
) -> None:
    make_member(promotion, "eig", team)
    db.session.remove()
    on_engine("checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout = 20"))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            issue_due(db.session.scalars(select(Promotion)).one(), DUE)
    db.session.remove()
    [digest] = issue_due(db.session.scalars(select(Promotion)).one(), DUE + timedelta(hours=1))
    assert accounts(digest) == {"None": 1}


# When


@pytest.mark.parametrize(
    ("now", "issued"),
    [
        ("2019-03-08 14:04:59", []),
        ("2019-03-08 14:05:00", ["2019-W10"]),
        ("2019-03-11 08:00:00", ["2019-W10"]),  # down from Friday noon to Monday
        ("2019-03-15 14:00:00", ["2019-W10"]),  # to the Friday after: seven days after the closing, to the second
        ("2019-03-15 14:00:01", []),
        ("2019-03-15 14:05:00", ["2019-W11"]),
        ("2019-04-08 08:00:00", ["2019-W14"]),  # down for a month: nothing by itself but the last week
    ],
)
def test_a_server_that_was_down_issues_late_once_but_not_the_past(
    promotion: Promotion, now: str, issued: list[str]
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert [digest.week.label for digest in issue_due(promotion, moment)] == issued
    assert issue_due(promotion, moment) == []


def test_a_week_too_old_for_itself_is_issued_by_hand(promotion: Promotion, team: Team) -> None:
    a_month_later = DUE + timedelta(days=31)
    assert W10 not in [digest.week for digest in issue_due(promotion, a_month_later)]
    digest = issue(promotion, W10, now=a_month_later)
    assert (digest.issued_at, digest.month) == (a_month_later, date(2019, 3, 1))
    assert [bulletin["team"] for bulletin in digest.content["bulletins"]] == ["Karfu’R"]


@pytest.mark.parametrize(
    ("made", "issued"),
    [
        ("2019-03-08 13:59:59", ["2019-W10"]),  # the week was still open
        ("2019-03-08 14:00:01", []),
        ("2019-03-11 08:00:00", []),  # imported on Monday while the job process runs: its bulletins are still to come
    ],
)
def test_no_week_that_closed_before_the_promotion_was_made_issues_itself(
    app: Flask, made: str, issued: list[str]
) -> None:
    promotion = make_promotion(created_at=datetime.fromisoformat(made).replace(tzinfo=UTC))
    make_bulletin(make_team(promotion), W10)
    monday = DUE + timedelta(days=2, hours=20)
    assert [digest.week.label for digest in issue_due(promotion, monday)] == issued
    assert [digest.week.label for digest in issue_due(promotion, DUE + timedelta(weeks=1))] == ["2019-W11"]


def test_the_last_week_of_a_promotion_is_issued_and_none_after_it(app: Flask) -> None:
    promotion = make_promotion(ends_on=date(2019, 3, 7))
    assert [digest.week for digest in issue_due(promotion, DUE)] == [W10]
    assert issue_due(promotion, DUE + timedelta(weeks=1)) == []


@pytest.mark.parametrize(
    ("week", "why"),
    [
        ("2019-W11", "has not begun"),
        ("2018-W50", "is not a week of Promotion 3"),
        ("2019-W30", "has no working day"),
    ],
)
def test_a_week_without_a_digest_is_refused_with_its_reason(promotion: Promotion, week: str, why: str) -> None:
    promotion.days_off = [DayOff(day=Week.parse("2019-W30").day(n)) for n in range(1, 6)]
    db.session.commit()
    with pytest.raises(NoDigestError, match=why):
        issue(promotion, Week.parse(week), now=DUE)
    assert db.session.scalars(select(Digest)).all() == []


def test_a_digest_by_hand_closes_an_open_week(promotion: Promotion, team: Team) -> None:
    digest = issue(promotion, W10, now=DUE - timedelta(days=2))
    assert digest.content["teams"]["wrote"] == 1
    assert issue_due(promotion, DUE) == []


def test_a_friday_that_is_a_holiday_moves_the_digest_to_thursday(app: Flask) -> None:
    promotion = make_promotion(starts_on=date(2020, 1, 6), ends_on=date(2020, 10, 30))
    may_day = Week.parse("2020-W18")
    thursday = datetime(2020, 4, 30, 13, 5, tzinfo=UTC)
    issue(promotion, may_day.previous, now=thursday - timedelta(days=6))
    assert issue_due(promotion, thursday - timedelta(seconds=1)) == []
    [digest] = issue_due(promotion, thursday)
    assert (digest.week, digest.month) == (may_day, date(2020, 4, 1))  # its Friday is in May, its moment is not


def test_a_promotion_overseas_has_its_own_five_past_three(app: Flask) -> None:
    promotion = make_promotion(timezone="America/Guadeloupe", country="GP")
    issue(promotion, W10.previous, now=DUE)
    assert issue_due(promotion, datetime(2019, 3, 8, 19, 4, 59, tzinfo=UTC)) == []
    assert [digest.week for digest in issue_due(promotion, datetime(2019, 3, 8, 19, 5, tzinfo=UTC))] == [W10]


def test_a_promotion_that_ends_on_a_wednesday_has_no_month_of_one_digest(app: Flask) -> None:
    promotion = make_promotion(starts_on=date(2018, 1, 8), ends_on=date(2018, 10, 31))
    make_bulletin(make_team(promotion), Week.parse("2018-W44"))
    friday = datetime(2018, 11, 2, 14, 5, tzinfo=UTC)
    issue(promotion, Week.parse("2018-W43"), now=friday)
    assert issue_due(promotion, friday - timedelta(seconds=1)) == []
    [digest] = issue_due(promotion, friday)
    assert (digest.week.label, digest.month) == ("2018-W44", date(2018, 10, 1))
    assert promotion.month_ended_by(Week.parse("2018-W44")) == date(2018, 10, 1)
    assert promotion.month_ended_by(Week.parse("2018-W43")) is None


def test_the_week_of_new_year_is_one_week_with_one_digest_of_december(app: Flask) -> None:
    promotion = make_promotion(starts_on=date(2026, 9, 7), ends_on=date(2027, 6, 25))
    week = Week.parse("2026-W53")
    team = make_team(promotion)
    make_bulletin(team, week, created_at=datetime(2026, 12, 31, 10, tzinfo=UTC))
    thursday = datetime(2026, 12, 31, 14, 5, tzinfo=UTC)  # 1 January is a holiday
    issue(promotion, week.previous, now=thursday)
    [digest] = issue_due(promotion, datetime(2027, 1, 1, 9, tzinfo=UTC))
    assert (digest.week.label, digest.month) == ("2026-W53", date(2026, 12, 1))
    assert counts(digest)["wrote"] == 1


# What is published


def test_paused_and_silent_teams_are_counted(promotion: Promotion) -> None:
    teams = [make_team(promotion) for _ in range(16)]
    for team in teams[:13]:
        make_bulletin(team, W10)
    for team in teams[13:15]:
        saved(Pause(team_id=team.id, first_week=W10, last_week=W10))
    digest = issue(promotion, W10, now=DUE)
    assert counts(digest) == {"expected": 14, "wrote": 13, "paused": 2, "silent": 1}
    texts = {text.locale: text.text for text in digest.texts}
    assert "13 défis sur 16, 2 en pause." in texts["fr"]
    assert "13 teams out of 16, 2 paused." in texts["en"]
    assert teams[15].name not in texts["fr"] + texts["en"]  # the names of silent teams go to the coordination only


def test_one_team_is_said_in_the_singular(promotion: Promotion, team: Team) -> None:
    make_team(promotion)
    digest = issue(promotion, W10, now=DUE)
    texts = {text.locale: text.text for text in digest.texts}
    assert "1 défi sur 2." in texts["fr"]
    assert "1 team out of 2." in texts["en"]


def test_a_paused_team_that_writes_all_the_same_is_expected(promotion: Promotion, team: Team) -> None:
    saved(Pause(team_id=team.id, first_week=W10, last_week=W10))
    assert counts(issue(promotion, W10, now=DUE)) == {"expected": 1, "wrote": 1, "paused": 0, "silent": 0}


@pytest.mark.parametrize(
    ("dates", "wrote", "expected"),
    [
        ({"active_from": date(2019, 3, 6)}, False, 1),
        ({"active_from": date(2019, 3, 9)}, False, 0),
        ({"active_until": date(2019, 3, 8)}, False, 1),
        ({"active_until": date(2019, 3, 6)}, False, 0),
        ({"active_until": date(2019, 3, 6)}, True, 1),
    ],
)
def test_a_team_that_starts_or_ends_in_the_week_counts_by_the_closing_day(
    promotion: Promotion, dates: dict[str, date], wrote: bool, expected: int
) -> None:
    team = make_team(promotion, **dates)
    if wrote:
        make_bulletin(team, W10)
    found = counts(issue(promotion, W10, now=DUE))
    assert (found["expected"], found["wrote"]) == (expected, int(wrote))


def test_key_dates_are_those_of_told_bulletins(promotion: Promotion, team: Team) -> None:
    other = make_team(promotion)
    own = make_bulletin(other, W10, key_date=date(2019, 3, 12), key_date_text="Démo")
    make_bulletin(team, W10.next, key_date=date(2019, 3, 13), key_date_text="Pas encore racontée")
    make_bulletin(team, W10.previous, key_date=date(2019, 3, 14), key_date_text="Jamais racontée")
    earlier = make_bulletin(other, W10 + -3, key_date=date(2019, 3, 11), key_date_text="Il y a trois semaines")
    make_digest(promotion, earlier.week)
    digest = issue(promotion, W10, now=DUE + timedelta(days=3))
    assert digest.content["key_dates"] == [
        {"bulletin_id": earlier.id, "team": other.name, "date": "2019-03-11", "text": "Il y a trois semaines"},
        {"bulletin_id": own.id, "team": other.name, "date": "2019-03-12", "text": "Démo"},
    ]


def test_the_introduction_stands_at_the_head(promotion: Promotion, team: Team) -> None:
    author = make_member(promotion, "coordinator").person
    introduce(promotion, W10, "Deux *mots*", author, DUE)
    introduce(promotion, W10, " Trois **mots** \r\n", author, DUE)
    digest = issue(promotion, W10, now=DUE)
    for text in digest.texts:
        assert "<strong>mots</strong>" in text.html.split("Karfu")[0]
        assert text.text.startswith("Trois mots")
    with pytest.raises(AlreadyIssuedError):
        introduce(promotion, W10, "Trop tard", author, DUE)


def test_an_introduction_taken_away_is_not_told(promotion: Promotion) -> None:
    author = make_member(promotion, "coordinator").person
    introduce(promotion, W10, "Deux mots", author, DUE)
    introduce(promotion, W10, "", author, DUE)
    assert issue(promotion, W10, now=DUE).empty


def test_an_introduction_saved_around_the_freeze_is_told_or_refused(app: Flask, promotion: Promotion) -> None:
    person_id, promotion_id = make_member(promotion, "coordinator").person_id, promotion.id
    team = make_team(promotion)

    def introduces(week: Week) -> str:
        try:
            author = db.session.get_one(Person, person_id)
            introduce(db.session.get_one(Promotion, promotion_id), week, f"Mot de {week}", author, DUE)
        except AlreadyIssuedError:
            return "refused"
        return "saved"

    def issues(week: Week) -> str:
        issue(db.session.get_one(Promotion, promotion_id), week, now=DUE + timedelta(weeks=40))
        return "issued"

    for ahead in range(12):
        week = W10 + ahead
        make_bulletin(team, week)
        result, _ = at_once(app, partial(introduces, week), partial(issues, week))
        digest = db.session.scalars(select(Digest).where(Digest.week == week)).one()
        published = {f"Mot de {week}" in text.text for text in digest.texts}
        assert published == {result == "saved"}


def test_a_week_with_nothing_to_tell_is_stored_without_letters_and_the_coordination_is_told(
    promotion: Promotion,
) -> None:
    make_team(promotion)
    make_member(promotion, "eig", email="eig@x.example")
    make_member(promotion, "coordinator", email="fr@x.example")
    make_member(promotion, "mentor", email="en@x.example", coordinates=True, locale="en")
    make_member(promotion, "coordinator", email="gone@x.example", left_on=date(2019, 3, 1))
    digest = issue(promotion, W10, now=DUE)
    assert digest.empty
    assert accounts(digest) == {}
    assert addressees() == ["en@x.example", "fr@x.example"]
    subjects = {mailing.locale: mailing.subject for mailing in db.session.scalars(select(Mailing))}
    assert subjects["en"] == "Promotion 3: no digest this week"
    assert "pas de récapitulatif cette semaine" in subjects["fr"]


def test_an_empty_digest_for_the_archive_writes_to_nobody_at_all(promotion: Promotion) -> None:
    make_member(promotion, "coordinator")
    assert issue(promotion, W10, now=DUE, letters=False).empty
    assert addressees() == []


def test_what_was_issued_never_changes(promotion: Promotion, team: Team) -> None:
    bulletin = make_bulletin(make_team(promotion), W10, help="Un avis", key_date=date(2019, 3, 12))
    digest = issue(promotion, W10, now=DUE)
    before = (digest.content, [(text.subject, text.html, text.text) for text in digest.texts])
    bulletin.priorities = bulletin.priorities_html = "Tout autre chose"
    team.name, promotion.name, bulletin.key_date = "Autre nom", "Autre promotion", None
    db.session.commit()
    db.session.expire_all()
    assert (digest.content, [(text.subject, text.html, text.text) for text in digest.texts]) == before

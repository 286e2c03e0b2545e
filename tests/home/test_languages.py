"""French and English: by the browser, by one's own choice, kept for the person; letters in one's language."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.database import db
from app.i18n import LOCALES, force_locale, long_date, moment, month_name, week_name, whole_month
from app.letters.delivery import deliver
from app.teams.models import Membership
from app.weeks import Week
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member

ADDRESS = "lea@jachere.example"


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Jachère"), email=ADDRESS)


def language(client: FlaskClient, path: str = "/", accepted: str | None = None) -> str:
    """The language that the page says it is in; its words must be of the same."""
    page = client.get(path, headers={"Accept-Language": accepted} if accepted else {}).text
    found = re.search(r'<html lang="(\w+)" dir="ltr"', page)
    assert found
    assert ("Aller au contenu" in page) is (found[1] == "fr")
    assert ("Skip to the content" in page) is (found[1] == "en")
    return found[1]


def choose(client: FlaskClient, locale: str) -> None:
    assert client.post("/language", data={"locale": locale}).status_code == 302


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_visitor_is_answered_in_the_language_of_the_browser(client: FlaskClient) -> None:
    expected = {
        None: "fr",
        "": "fr",
        "fr": "fr",
        "fr-CA,fr;q=0.9,en;q=0.5": "fr",
        "en-GB": "en",
        "EN": "en",
        "de,en;q=0.3": "en",
        "de": "fr",
        "*": "fr",
        "en;q=0": "fr",
        "en;q=x,;;=": "fr",
        "é, \x01": "fr",
        "x" * 5000: "fr",
    }
    assert {accepted: language(client, "/", accepted) for accepted in expected} == expected


def test_a_visitors_choice_outlasts_the_browsers(client: FlaskClient) -> None:
    assert language(client, "/", "en") == "en"
    choose(client, "fr")
    assert language(client, "/", "en") == "fr"
    assert language(client, "/sign-in", "en") == "fr"


def test_a_members_choice_is_kept_for_the_person_on_every_device(
    app: Flask, client: FlaskClient, member: Membership
) -> None:
    phone = as_member(app.test_client(), member)
    assert language(phone) == "fr"
    choose(as_member(client, member), "en")
    assert language(client) == "en"
    assert language(phone) == "en"
    assert db.session.get_one(Membership, member.id).person.locale == "en"


def test_a_members_choice_outlasts_that_of_the_visitor_they_were(client: FlaskClient, member: Membership) -> None:
    member.person.locale = "en"
    db.session.commit()
    choose(client, "fr")
    assert language(as_member(client, member)) == "en"


def test_an_unknown_language_is_refused(client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    for odd in ("de", "", "fr-FR", "FR", "\0", "../../en"):
        assert client.post("/language", data={"locale": odd}).status_code == 400
    assert client.post("/language").status_code == 400
    assert language(client) == "fr"


def test_the_switch_names_the_other_language_in_its_own_words_and_comes_back(
    client: FlaskClient, member: Membership
) -> None:
    as_member(client, member)
    for here, other in (("fr", "en"), ("en", "fr")):
        page = client.get("/promotion-3/weeks?page=2")
        switch = re.search(r'<form[^>]* action="/language".*?</form>', page.text, re.DOTALL)
        assert switch
        assert f'<html lang="{here}"' in page.text
        assert f'value="{other}" lang="{other}">{LOCALES[other]}<' in switch[0]
        assert 'name="next" value="/promotion-3/weeks?page=2"' in switch[0]
        answer = client.post("/language", data={"locale": other, "next": "/promotion-3/weeks?page=2"})
        assert answer.headers["Location"] == "/promotion-3/weeks?page=2"


def test_errors_are_told_in_the_readers_language(client: FlaskClient, member: Membership) -> None:
    assert language(client, "/no/such/page", "en") == "en"
    assert language(client, "/sign-in/forged", "en") == "en"
    member.person.locale = "en"
    db.session.commit()
    assert language(as_member(client, member), "/promotion-3/weeks/2019-W53", "fr") == "en"


def test_dates_are_said_as_the_language_says_them(client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    assert "vendredi à 15\N{NO-BREAK SPACE}h" in client.get("/").text
    choose(client, "en")
    assert "Friday at 15:00" in client.get("/").text


@pytest.mark.parametrize(("locale", "first"), [("fr", "lundi 1er avril 2019"), ("en", "Monday 1 April 2019")])
def test_the_first_of_a_month_is_said_as_such(app: Flask, locale: str, first: str) -> None:
    with app.test_request_context(headers={"Accept-Language": locale}):
        assert long_date(date(2019, 4, 1)) == first
        assert "11" in long_date(date(2019, 4, 11))
        assert "1er" not in long_date(date(2021, 4, 11)) + month_name(date(2021, 4, 1))


@pytest.mark.parametrize(
    ("month", "fr", "en"),
    [
        (date(2019, 3, 1), "le mois de mars", "March"),
        (date(2019, 4, 1), "le mois d’avril", "April"),
        (date(2019, 8, 1), "le mois d’août", "August"),
        (date(2018, 10, 1), "le mois d’octobre 2018", "October 2018"),
    ],
)
def test_a_month_is_named_inside_a_sentence(app: Flask, clock: Traveller, month: date, fr: str, en: str) -> None:
    """The question of a month is also asked in the next one: it names its month, with the year where it is another."""
    for locale, name in (("fr", fr), ("en", en)):
        with force_locale(locale):
            assert whole_month(month) == name


@pytest.mark.parametrize(
    ("persons", "promotions", "expected"),
    [("en", "fr", "en"), ("fr", "en", "fr"), (None, "en", "en"), (None, "fr", "fr")],
)
def test_a_sign_in_letter_is_in_ones_own_language_or_the_promotions(
    client: FlaskClient, relay: Relay, clock: Traveller, persons: str | None, promotions: str, expected: str
) -> None:
    make_member(make_promotion(locale=promotions), email=ADDRESS, locale=persons)
    client.post("/sign-in", data={"email": ADDRESS}, headers={"Accept-Language": "en" if expected == "fr" else "fr"})
    deliver()
    (letter,) = relay.messages
    assert f'<html lang="{expected}"' in letter.html
    assert ("minutes" in letter.text, "Bonjour" in letter.text) == (True, expected == "fr")


@pytest.mark.parametrize(
    ("week", "fr", "en"),
    [
        ("2019-W10", "semaine du 4 au 8 mars", "week of 4 to 8 March"),
        ("2019-W14", "semaine du 1er au 5 avril", "week of 1 to 5 April"),
        ("2019-W09", "semaine du 25 février au 1er mars", "week of 25 February to 1 March"),
        ("2018-W10", "semaine du 5 au 9 mars 2018", "week of 5 to 9 March 2018"),
        ("2019-W01", "semaine du 31 décembre 2018 au 4 janvier 2019", "week of 31 December 2018 to 4 January 2019"),
        ("2026-W48", "semaine du 23 au 27 novembre 2026", "week of 23 to 27 November 2026"),
    ],
)
def test_a_week_has_one_name(app: Flask, clock: Traveller, week: str, fr: str, en: str) -> None:
    """By its working days, with the year where it is not this one."""
    for locale, name in (("fr", fr), ("en", en)):
        with force_locale(locale):
            assert week_name(Week.parse(week)) == name


@pytest.mark.parametrize(
    ("at", "fr", "en"),
    [
        ("2019-03-08T14:00:00Z", "vendredi à 15 h", "Friday at 15:00"),
        ("2019-03-10T22:59:00Z", "dimanche à 23 h 59", "Sunday at 23:59"),
        ("2019-03-10T23:00:00Z", "le lundi 11 mars à 0 h", "Monday 11 March at 00:00"),
        ("2019-04-01T06:05:00Z", "le lundi 1er avril à 8 h 05", "Monday 1 April at 08:05"),
        ("2018-12-31T22:00:00Z", "le lundi 31 décembre 2018 à 23 h", "Monday 31 December 2018 at 23:00"),
    ],
)
def test_a_moment_has_its_date_and_its_year_only_where_it_needs_them(
    app: Flask, clock: Traveller, at: str, fr: str, en: str
) -> None:
    """Now is Wednesday, 6 March 2019, and Paris the place."""
    for locale, name in (("fr", fr), ("en", en)):
        with force_locale(locale):
            shown = moment(datetime.fromisoformat(at), ZoneInfo("Europe/Paris"))
            assert shown.replace("\N{NO-BREAK SPACE}", " ") == name

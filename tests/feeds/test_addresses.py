"""The personal address of a feed: made and ended by its member, and by what ends a membership."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.feeds.addresses import addresses_of, end_address, make_address
from app.feeds.models import Feed, FeedAddress
from app.home.account import erase_person, everything_about
from app.security import sign
from app.teams.models import Membership
from tests.builders import make_digest, make_member, make_promotion
from tests.feeds.test_calendar import path_of
from tests.fixtures.site import as_member
from tests.pages import typed, words


def test_a_member_makes_an_address_sees_it_again_and_ends_it(app: Flask, lea: Membership) -> None:
    browser = as_member(app.test_client(), lea)
    assert "/dates.ics" not in browser.get("/promotion-3/dates").text
    made = browser.post("/promotion-3/feeds/calendar/make", data={"from": "dates"})
    assert made.status_code == 303
    assert made.headers["Location"] == f"/promotion-3/dates#feed-calendar-{lea.id}"
    page = browser.get("/promotion-3/dates").text
    assert "Votre adresse est prête." in words(page)
    url = addresses_of(lea)[Feed.CALENDAR]
    assert f'value="{url}"' in page
    assert f'href="webcal://{url.removeprefix("http://")}"' in page
    assert url in browser.get("/me").text
    assert app.test_client().get(url).status_code == 200
    assert browser.post("/promotion-3/feeds/calendar/end").headers["Location"] == f"/me#feed-calendar-{lea.id}"
    assert url not in browser.get("/me").text
    assert app.test_client().get(url).status_code == 410


def test_a_button_pressed_twice_does_nothing_twice(app: Flask, lea: Membership) -> None:
    browser = as_member(app.test_client(), lea)
    for _ in range(2):
        assert browser.post("/promotion-3/feeds/digests/make").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(FeedAddress)) == 1
    first = addresses_of(lea)
    for _ in range(2):
        assert browser.post("/promotion-3/feeds/digests/end").status_code == 303
    browser.post("/promotion-3/feeds/digests/make")
    assert addresses_of(lea) != first, "an address that was ended never works again"


@pytest.mark.parametrize("path", ["calendrier/make", "calendar/burn", "calendar/make/"])
def test_nothing_else_is_made(app: Flask, lea: Membership, path: str) -> None:
    assert as_member(app.test_client(), lea).post(f"/promotion-3/feeds/{path}").status_code == 404


def test_it_ends_with_the_membership_and_only_then(client: FlaskClient, lea: Membership) -> None:
    path = path_of(lea)
    lea.left_on = date(2019, 3, 6)  # her last day
    db.session.commit()
    assert client.get(path).status_code == 200
    lea.left_on = date(2019, 3, 5)
    db.session.commit()
    gone = client.get(path)
    assert gone.status_code == 410
    assert gone.content_type == "text/plain; charset=utf-8"
    assert "http://localhost/me" in gone.text


def test_it_ends_when_its_member_is_erased_and_is_in_what_is_kept_of_them(client: FlaskClient, lea: Membership) -> None:
    path = path_of(lea)
    assert everything_about(lea.person)["feed_addresses"] == [
        {"promotion": "Promotion 3", "feed": Feed.CALENDAR, "made_at": now()}
    ]
    erase_person(lea.person, now())
    assert client.get(path).status_code == 410
    assert db.session.scalars(select(FeedAddress)).all() == []


def test_an_address_opens_its_own_feed_of_its_own_promotion(client: FlaskClient, lea: Membership) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    make_member(other, person=lea.person)
    path = path_of(lea)
    token = path.partition("key=")[2]
    for wrong in (
        path.replace("promotion-3", "promotion-4"),
        path.replace("dates.ics", "digests.atom"),
        path[:-1],
        f"{path}x",
        "/promotion-3/dates.ics",
        "/promotion-3/dates.ics?key=",
        f"/promotion-3/dates.ics?key={'x' * 3000}",
        "/promotion-3/dates.ics?key=%00%F0%9F%8E%89",
        f"/promotion-3/dates.ics?key={sign('feed-calendar', [lea.id, 'another'])}",
        f"/promotion-3/dates.ics?key={sign('feed-digests', [lea.id, 'another'])}",
        f"/nowhere/dates.ics?key={token}",
    ):
        assert client.get(wrong).status_code == 410, wrong


def test_the_address_of_another_site_opens_nothing(app: Flask, client: FlaskClient, lea: Membership) -> None:
    path = path_of(lea)
    app.config["SECRET_KEY"] = "another-key-that-is-long-enough-too"
    assert client.get(path).status_code == 410


def test_what_is_stored_does_not_give_the_address(lea: Membership) -> None:
    """A copy of the database opens no feed: the key in it has to be signed."""
    make_address(lea, Feed.CALENDAR, now())
    key = db.session.scalars(select(FeedAddress.key)).one()
    assert key not in addresses_of(lea)[Feed.CALENDAR]
    end_address(lea, Feed.CALENDAR)
    assert addresses_of(lea) == {}


def test_the_field_says_the_address_whole(app: Flask, lea: Membership) -> None:
    path_of(lea)
    page = as_member(app.test_client(), lea).get("/promotion-3/dates").text
    assert 'readonly data-copied="C’est copié"' in page
    with pytest.raises(AssertionError):
        typed(page, "url")  # it has no name: nothing sends it anywhere


def test_once_the_promotion_has_ended_no_address_is_offered_and_one_that_there_is_stays(
    app: Flask, lea: Membership, clock: Traveller
) -> None:
    make_digest(lea.promotion, "2019-W09")
    make, archive = "Créer mon adresse personnelle", "/promotion-3/digests"
    assert words(as_member(app.test_client(), lea).get("/me").text).count(make) == 2
    assert "feed-" in as_member(app.test_client(), lea).get(archive).text
    clock.move_to("2019-11-18T09:00:00Z")
    browser = as_member(app.test_client(), lea)
    assert browser.post("/promotion-3/feeds/calendar/make").status_code == 409
    for path in ("/me", "/promotion-3/dates", archive):
        page = browser.get(path).text
        assert make not in words(page), path
        assert "feed-" not in page, path
    make_address(lea, Feed.CALENDAR, now())
    for path in ("/me", "/promotion-3/dates"):
        assert addresses_of(lea)[Feed.CALENDAR] in browser.get(path).text, path
    assert "feed-" not in browser.get(archive).text
    make_address(lea, Feed.DIGESTS, now())
    assert f"/me#feed-digests-{lea.id}" in browser.get(archive).text
    assert browser.post("/promotion-3/feeds/calendar/end").status_code == 303

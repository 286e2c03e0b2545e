"""A link to one team's story: who makes it, what its holder sees, and what nobody sees of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.clock import now
from app.database import db
from app.home.account import everything_about
from app.security import hash_secret, new_secret, sign
from app.sharing.models import ShareLink
from app.sharing.rules import LONGEST, MOST_LINKS, latest_end, may_share, proposed_end
from app.sharing.service import TooManyLinksError, make_link, purge_ended_links
from app.teams.models import Membership, Person, Team
from app.teams.roles import Role
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.every_letter import every_row
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.threads import while_under_way

WEDNESDAY = datetime(2019, 3, 6, 9, 0, tzinfo=UTC)
PAGE = "/promotion-3/teams/jachere/share"
SHOWN_ONCE = re.compile(r'id="new-link-url" value="([^"]+)"')


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    clock.move_to(WEDNESDAY)
    return make_team(make_promotion(), "Jachère", summary="Détecter les terres en friche")


@pytest.fixture
def lea(team: Team) -> Membership:
    return make_member(team.promotion, team=team, email="lea@jachere.example", name="Léa", locale="fr")


def form_of(browser: FlaskClient, **fields: str) -> dict[str, str]:
    """What the form sends when `fields` are typed into it as it comes."""
    page = browser.get(PAGE).text
    return {name: typed(page, name) for name in ("name", "ends_on")} | {"new": _new(page)} | fields


def _new(page: str) -> str:
    found = re.search(r'name="new" type="hidden" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def share(browser: FlaskClient, **fields: str) -> str:
    """Make a link by the form, and return its path as the page shows it."""
    made = browser.post(PAGE, data=form_of(browser, **({"name": "la DSI"} | fields)))
    assert made.status_code == 303
    assert made.headers["Location"] == f"{PAGE}#new-link"
    found = SHOWN_ONCE.search(browser.get(PAGE).text)
    assert found
    return found[1].removeprefix("http://localhost")


def count_links() -> int:
    return db.session.scalar(select(func.count()).select_from(ShareLink)) or 0


def test_an_eig_makes_a_link_that_is_shown_once_and_opens_the_story(app: Flask, team: Team, lea: Membership) -> None:
    make_bulletin(team, "2019-W09", priorities="Semer", key_date=date(2019, 3, 20), key_date_text="Comité")
    make_digest(team.promotion, "2019-W09")
    browser = as_member(app.test_client(), lea)
    path = share(browser)
    assert not SHOWN_ONCE.search(browser.get(PAGE).text), "the address is shown once"
    listed = words(browser.get(PAGE).text)
    assert "la DSI" in listed
    assert "Créé par Léa le 6 mars 2019. Fonctionne jusqu’au 8 novembre 2019." in listed
    story = app.test_client().get(path)
    assert story.status_code == 200
    said = words(story.text)
    for part in ("Jachère", "Détecter les terres en friche", "Semer", "Les hauts et les bas", "Comité", "Mars 2019"):
        assert part in said, part


def test_its_holder_sees_nothing_but_the_teams_issued_bulletins(app: Flask, team: Team, lea: Membership) -> None:
    other = make_team(team.promotion, "Brancard")
    make_bulletin(team, "2019-W08", priorities="Semer", help="AppelSecret", author=lea.person)
    make_bulletin(other, "2019-W08", priorities="AutreDefi", key_date=date(2019, 3, 21), key_date_text="AutreDate")
    make_digest(team.promotion, "2019-W08")
    make_bulletin(team, "2019-W10", priorities="PasEncore", key_date=date(2019, 3, 22), key_date_text="DatePasEncore")
    path = share(as_member(app.test_client(), lea))
    said = app.test_client().get(path).text
    assert "Semer" in said
    for hidden in ("AppelSecret", "AutreDefi", "AutreDate", "Brancard", "PasEncore", "DatePasEncore", "Léa", "/teams/"):
        assert hidden not in said, hidden


def test_no_search_engine_and_no_other_site_learns_of_it(app: Flask, team: Team, lea: Membership) -> None:
    path = share(as_member(app.test_client(), lea))
    for where, status in ((path, 200), ("/share/nothing", 404)):
        answer = app.test_client().get(where)
        assert answer.status_code == status
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_reading_it_records_nothing(app: Flask, team: Team, lea: Membership) -> None:
    path = share(as_member(app.test_client(), lea))
    before = every_row()
    assert app.test_client().get(path).status_code == 200
    assert every_row() == before


def test_only_the_hash_of_its_secret_is_stored(app: Flask, team: Team, lea: Membership) -> None:
    secret = share(as_member(app.test_client(), lea)).rpartition("/")[2]
    assert secret not in str(every_row())
    assert db.session.scalars(select(ShareLink.secret_hash)).one() == hash_secret(secret)


def test_a_form_sent_twice_makes_one_link(app: Flask, team: Team, lea: Membership) -> None:
    browser = as_member(app.test_client(), lea)
    data = form_of(browser, name="la DSI")
    for _ in range(2):
        assert browser.post(PAGE, data=data).status_code == 303
    assert count_links() == 1
    assert db.session.scalars(select(AuditEntry.action)).all() == ["sharing.link-made"]


@pytest.mark.parametrize("new", ["", "x", "\0", sign.__name__])
def test_a_secret_that_is_not_ours_is_replaced(app: Flask, team: Team, lea: Membership, new: str) -> None:
    browser = as_member(app.test_client(), lea)
    assert share(browser, new=new).rpartition("/")[2] != new
    with app.test_request_context():
        theirs = sign("share-form", [team.id, lea.person_id + 1, "weak"])
    assert not share(browser, new=theirs).endswith("weak")


def test_a_revoked_link_opens_nothing_and_revoking_twice_does_nothing_twice(
    app: Flask, team: Team, lea: Membership
) -> None:
    browser = as_member(app.test_client(), lea)
    path, link = share(browser), db.session.scalars(select(ShareLink.id)).one()
    for _ in range(2):
        assert browser.post(f"{PAGE}/{link}/revoke").headers["Location"] == f"{PAGE}#links"
    gone = app.test_client().get(path)
    assert gone.status_code == 404
    assert "demandez-en un nouveau" in words(gone.text)
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "sharing.link-made",
        "sharing.link-revoked",
    ]


def test_a_form_sent_again_does_not_bring_back_the_link_that_it_made_and_that_was_revoked(
    app: Flask, team: Team, lea: Membership
) -> None:
    browser = as_member(app.test_client(), lea)
    data = form_of(browser, name="la DSI")
    browser.post(PAGE, data=data)
    found = SHOWN_ONCE.search(browser.get(PAGE).text)
    assert found
    path = found[1].removeprefix("http://localhost")
    browser.post(f"{PAGE}/{db.session.scalars(select(ShareLink.id)).one()}/revoke")
    assert "Ne fonctionne plus depuis le 6 mars 2019." in words(browser.get(PAGE).text)
    again = browser.post(PAGE, data=data)
    assert (again.status_code, typed(again.text, "name")) == (409, "la DSI")
    assert app.test_client().get(path).status_code == 404
    assert browser.post(PAGE, data=data | {"new": _new(again.text)}).status_code == 303
    assert app.test_client().get(path).status_code == 404


def test_it_works_to_the_end_of_its_last_day_in_the_promotions_zone(
    app: Flask, team: Team, lea: Membership, clock: Traveller
) -> None:
    path = share(as_member(app.test_client(), lea), ends_on="2019-03-20")
    clock.move_to(datetime(2019, 3, 20, 22, 59, tzinfo=UTC))
    assert app.test_client().get(path).status_code == 200
    clock.move_to(datetime(2019, 3, 20, 23, 0, tzinfo=UTC))
    assert app.test_client().get(path).status_code == 404
    assert "Ne fonctionne plus depuis le 21 mars 2019." in words(as_member(app.test_client(), lea).get(PAGE).text)
    clock.shift(timedelta(days=29))
    purge_ended_links(now())
    assert count_links() == 1
    clock.shift(timedelta(days=3))
    purge_ended_links(now())
    assert count_links() == 0


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("name", " ", "Dites pour qui"),
        ("name", "a" * 81, "81 caractères"),
        ("name", "💥" * 400, "400 caractères"),
        ("ends_on", "", "Donnez le dernier jour"),
        ("ends_on", "2019-03-05", "Ce jour est passé"),
        ("ends_on", "2020-03-07", "un an au plus"),
        ("ends_on", "0001-01-01", "Ce jour est passé"),
        ("ends_on", "9999-12-31", "un an au plus"),
        ("ends_on", "demain", "n’est pas une date"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, team: Team, lea: Membership, field: str, value: str, fault: str
) -> None:
    browser = as_member(app.test_client(), lea)
    answer = browser.post(PAGE, data=form_of(browser, **({"name": "la DSI"} | {field: value})))
    assert answer.status_code == 422
    assert fault in faults(answer.text)[field]
    assert "<title>Erreur" in answer.text
    if field == "ends_on":
        assert typed(answer.text, "name") == "la DSI"
    assert count_links() == 0


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("la DSI 👩‍🌾", "la DSI 👩‍🌾"),
        ("עברית", "עברית"),
        ("a\u200bb", "ab"),
        ("nul\0nul", "nulnul"),
        ("deux\nlignes", "deux lignes"),
        ("<b>gras</b>", "<b>gras</b>"),
    ],
)
def test_a_name_may_be_in_any_script(app: Flask, team: Team, lea: Membership, name: str, stored: str) -> None:
    browser = as_member(app.test_client(), lea)
    share(browser, name=name)
    assert db.session.scalars(select(ShareLink.name)).one() == stored
    assert "<b>gras" not in browser.get(PAGE).text


def test_a_team_has_so_many_links_and_no_more(app: Flask, team: Team, lea: Membership) -> None:
    for _ in range(MOST_LINKS):
        make_link(team, "la DSI", date(2019, 3, 20), new_secret(), lea.person, now())
    browser = as_member(app.test_client(), lea)
    answer = browser.post(PAGE, data=form_of(browser, name="encore"))
    assert answer.status_code == 409
    assert f"déjà {MOST_LINKS} liens" in words(answer.text)
    assert typed(answer.text, "name") == "encore"
    assert count_links() == MOST_LINKS


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_of_two_who_make_the_last_link_at_once_one_does(app: Flask, team: Team, lea: Membership) -> None:
    team_id, person_id = team.id, lea.person_id

    def make() -> None:
        by = db.session.get_one(Person, person_id)
        make_link(db.session.get_one(Team, team_id), "la DSI", date(2019, 3, 20), new_secret(), by, WEDNESDAY)

    for _ in range(MOST_LINKS - 1):
        make()
    assert isinstance(while_under_way(app, "INSERT INTO share_links", make, make), TooManyLinksError)
    assert count_links() == MOST_LINKS


def test_who_may_share() -> None:
    assert may_share(Role.EIG, 1, 1, coordinates=False)
    assert not may_share(Role.EIG, 2, 1, coordinates=False)
    assert not may_share(Role.MENTOR, 1, 1, coordinates=False)
    assert not may_share(Role.ALUMNI, 1, 1, coordinates=False)
    assert may_share(Role.COORDINATOR, None, 1, coordinates=True)


def test_nobody_else_sees_or_revokes_the_links_of_a_team(app: Flask, team: Team, lea: Membership) -> None:
    share(as_member(app.test_client(), lea))
    link = db.session.scalars(select(ShareLink.id)).one()
    other = make_team(team.promotion, "Brancard")
    for who in (make_member(team.promotion, "mentor", team), make_member(team.promotion, "eig", other)):
        browser = as_member(app.test_client(), who)
        assert browser.get(PAGE).status_code == 403
        assert browser.post(f"{PAGE}/{link}/revoke").status_code == 403
    eig_of_other = as_member(app.test_client(), make_member(team.promotion, "eig", other))
    assert eig_of_other.post(f"/promotion-3/teams/brancard/share/{link}/revoke").status_code == 303
    assert count_links() == 1, "a link is revoked from its own team's page"


def test_the_end_that_is_proposed_is_the_promotions() -> None:
    today = date(2019, 3, 6)
    assert proposed_end(today, date(2019, 11, 8)) == date(2019, 11, 8)
    assert proposed_end(today, today) == today
    assert proposed_end(today, date(2019, 3, 5)) == date(2019, 6, 4)
    assert proposed_end(today, date(2021, 1, 1)) == latest_end(today) == today + LONGEST


def test_what_is_kept_of_who_made_it_is_in_their_data(app: Flask, team: Team, lea: Membership) -> None:
    share(as_member(app.test_client(), lea))
    [kept] = everything_about(lea.person)["share_links_made"]  # type: ignore[misc]
    assert kept == {
        "promotion": "Promotion 3",
        "team": "Jachère",
        "name": "la DSI",
        "made_at": WEDNESDAY,
        "ends_on": date(2019, 11, 8),
    }


def test_a_story_without_a_bulletin_says_so(app: Flask, team: Team, lea: Membership) -> None:
    answer: TestResponse = app.test_client().get(share(as_member(app.test_client(), lea)))
    assert "L’histoire commence avec le premier bulletin" in words(answer.text)

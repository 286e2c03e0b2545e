"""The pages of the coordination: what is refused is told beside the field, nothing typed is lost, feeds follow."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.database import db
from app.feeds.addresses import addresses_of, make_address
from app.feeds.models import Feed
from tests.builders import make_bulletin
from tests.corrections.conftest import DATE, INTRODUCTION, PRIORITY, STORY, W10, World
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

URL = "/promotion-3/manage/weeks/2019-W10/notes"
TEAM = f"{URL}/teams/jachere"
RIGHT = {
    "priorities": "Semer la mauve",
    "ups_and_downs": "Récolter",
    "help": "Qui connaît la mauve ?",
    "key_date": "2019-03-14",
    "key_date_text": "Cueillette",
    "note": "la mauve, pas l’autre",
    "seen": "0",
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    """A browser in which the coordination is signed in."""
    return as_member(app.test_client(), world.judith)


def feed(app: Flask, world: World, which: Feed) -> tuple[str, FlaskClient]:
    make_address(world.lea, which, now())
    url = urlsplit(addresses_of(world.lea)[which])
    return f"{url.path}?{url.query}", app.test_client()


def test_the_page_leads_to_each_text_and_says_what_has_become_of_it(client: FlaskClient) -> None:
    assert client.post(TEAM, data=RIGHT).status_code == 303
    sure = {"withdraw-seen": "1", "withdraw-sure": "y"}
    assert client.post(f"{URL}/introduction/withdraw", data=sure).status_code == 303
    page = words(client.get(URL).text)
    assert "Le mot de la coordination retiré" in page
    assert "Jachère corrigé" in page
    assert "Jachère : corrigé le 18 mars 2019 : la mauve, pas l’autre" in page
    assert "Annuler" not in page, "such a note cannot be taken back"
    client.post(f"{URL}/1/remove")
    assert "Jachère : corrigé le 18 mars 2019" in words(client.get("/promotion-3/digests/2019-W10").text)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"priorities": " "}, "priorities"),
        ({"ups_and_downs": "é" * 301}, "ups_and_downs"),
        ({"help": ""}, "help"),
        ({"key_date": ""}, "key_date"),
        ({"key_date": "demain"}, "key_date"),
        ({"key_date_text": " "}, "key_date_text"),
        ({"note": "🙂" * 50_000}, "note"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(client: FlaskClient, change: dict[str, str], fault: str) -> None:
    answer = client.post(TEAM, data={**RIGHT, **change})
    assert answer.status_code == 422
    assert list(faults(answer.text)) == [fault]
    assert "<title>Erreur" in answer.text
    kept = "note" if fault == "priorities" else "priorities"
    assert typed(answer.text, kept) == RIGHT[kept], "what was typed beside it"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_and_any_script_may_be_what_is_right(app: Flask, client: FlaskClient, world: World, day: str) -> None:
    odd = "שלום\u202e <b>&amp;</b> \x00 🙂"
    assert client.post(TEAM, data={**RIGHT, "key_date": day, "priorities": odd, "note": odd}).status_code == 303
    page = client.get("/promotion-3/digests/2019-W10").text
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in page, "the text"
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in page, "the note, which is no Markdown"
    path, other = feed(app, world, Feed.CALENDAR)
    assert other.get(path).status_code == 200


def test_a_withdrawal_says_of_what_and_at_whose_request(client: FlaskClient, world: World) -> None:
    answer = client.post(f"{TEAM}/withdraw", data={"withdraw-seen": "0", "priorities": "x"})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {"withdraw-part", "withdraw-asked_by"}
    assert PRIORITY in typed(answer.text, "priorities"), "the other form shows what is stored"
    odd = {"withdraw-part": "introduction", "withdraw-asked_by": "me", "withdraw-seen": "0"}
    assert client.post(f"{TEAM}/withdraw", data=odd).status_code == 422
    for _ in range(2):
        data = {"withdraw-part": "help", "withdraw-asked_by": "team", "withdraw-seen": "0"}
        assert client.post(f"{TEAM}/withdraw", data=data).status_code == 303
    db.session.expire_all()
    assert (world.bulletin.help, world.bulletin.withdrawn_at) == ("", None)
    page = client.get(TEAM).text
    assert 'name="help"' not in page
    assert "Jachère, la demande d’aide seulement" in words(client.get("/promotion-3/manage/log").text)


def test_an_introduction_is_not_withdrawn_by_one_click(client: FlaskClient, world: World) -> None:
    answer = client.post(f"{URL}/introduction/withdraw", data={"withdraw-seen": "0"})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {"withdraw-sure"}
    assert INTRODUCTION in client.get("/promotion-3/digests/2019-W10").text
    sure = {"withdraw-seen": "0", "withdraw-sure": "y"}
    assert client.post(f"{URL}/introduction/withdraw", data=sure).status_code == 303
    assert INTRODUCTION not in client.get("/promotion-3/digests/2019-W10").text


def test_who_comes_second_sees_both(client: FlaskClient, world: World) -> None:
    client.post(URL, data={"text": "Il manque un défi.", "seen": "0"})
    for url, data in (
        (TEAM, RIGHT),
        (f"{URL}/introduction", {"text": "Semer la mauve", "seen": "0"}),
        (URL, {"text": "Semer la mauve", "seen": "0"}),
    ):
        answer = client.post(url, data=data)
        assert answer.status_code == 409
        assert "18 mars 2019 : Il manque un défi." in words(answer.text)
        assert "Semer la mauve" in answer.text
        assert typed(answer.text, "seen") == "1"
    answer = client.post(f"{TEAM}/withdraw", data={"withdraw-part": "bulletin", "withdraw-asked_by": "team"})
    assert answer.status_code == 409
    assert STORY in words(answer.text)
    assert client.post(TEAM, data={**RIGHT, "seen": "1"}).status_code == 303


def test_an_imported_text_may_stay_as_long_as_it_was(client: FlaskClient, world: World) -> None:
    world.bulletin.ups_and_downs = world.bulletin.ups_and_downs_html = "é" * 900
    db.session.commit()
    assert client.post(TEAM, data={**RIGHT, "ups_and_downs": "é" * 901}).status_code == 422
    assert client.post(TEAM, data={**RIGHT, "ups_and_downs": "a" * 900}).status_code == 303


def test_what_is_not_published_has_no_such_page(client: FlaskClient, world: World) -> None:
    make_bulletin(world.lea.team, W10 + 2)  # type: ignore[arg-type]
    for page in (
        "2019-W12/notes",
        "2019-W12/notes/teams/jachere",
        "2019-W12/notes/introduction",
        "2019-W11/notes/introduction",
        "2019-W10/notes/teams/ailleurs",
    ):
        assert client.get(f"/promotion-3/manage/weeks/{page}").status_code == 404, page


@pytest.mark.parametrize("which", list(Feed))
def test_a_program_that_asks_again_is_given_the_feed_anew(
    app: Flask, client: FlaskClient, world: World, which: Feed
) -> None:
    path, program = feed(app, world, which)
    first = program.get(path)
    again = {"If-None-Match": first.headers["ETag"]}
    assert program.get(path, headers=again).status_code == 304
    data = {"withdraw-part": "bulletin", "withdraw-asked_by": "coordination", "withdraw-seen": "0"}
    assert client.post(f"{TEAM}/withdraw", data=data).status_code == 303
    second = program.get(path, headers=again)
    assert second.status_code == 200
    if which is Feed.CALENDAR:
        assert "STATUS:CANCELLED" in second.text
        assert "SEQUENCE:1" in second.text
        assert DATE in first.text
        assert DATE not in second.text
    else:
        assert "<updated>2019-03-18T09:00:00Z</updated>" in second.text
        assert second.text.count("<published>2019-03-08T14:05:00Z</published>") == 1


def test_a_digest_sent_again_is_announced_as_it_is_today(client: FlaskClient, world: World) -> None:
    page = f"/promotion-3/manage/weeks/2019-W10/letters/again?member={world.max.id}"
    assert "tel qu’il est parti" in words(client.get(page).text)
    client.post(TEAM, data=RIGHT)
    assert "tel qu’il est aujourd’hui sur le site" in words(client.get(page).text)


def test_somebody_who_reads_english_hears_the_sentence_in_its_language(
    app: Flask, client: FlaskClient, world: World
) -> None:
    client.post(TEAM, data=RIGHT)
    page = as_member(app.test_client(), world.max).get("/promotion-3/digests/2019-W10").text
    assert '<span lang="fr">Corrigé le 18 mars 2019' in page
    assert "Changed since it was issued" in page

"""The form of a bulletin: what it takes, what it gives back with which words, where it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.database import db
from app.help_requests.models import HelpRequest
from app.teams.models import Team
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

URL = "/promotion-3/bulletin"
W10 = "/promotion-3/bulletin/2019-W10"
FILLED = {
    "mood": "good",
    "priorities": "Livrer la version bêta",
    "ups_and_downs": "Une démo réussie 🎉",
    "help": "",
    "key_date": "",
    "key_date_text": "",
    "revision": "0",
}
CHOOSE = "Choisissez l’une des quatre."


@pytest.fixture
def team(client: FlaskClient, clock: Traveller) -> Team:
    """The team of the EIG who is signed in as `client`, on the Wednesday of 2019-W10."""
    promotion = make_promotion()
    team = make_team(promotion, "Karfu’R")
    as_member(client, make_member(promotion, "eig", team, name="Ada", locale="fr"))
    return team


def send(client: FlaskClient, url: str = W10, **changes: str) -> Any:
    return client.post(url, data=FILLED | changes)


def bulletins() -> int:
    return db.session.scalar(select(func.count()).select_from(Bulletin)) or 0


@pytest.mark.parametrize(
    "text",
    [
        "é" * 300,
        "🎉" * 300,
        "👩‍💻" * 100,  # one sign to the eye, three code points
        "a" * 149 + "\r\n" * 2 + "b" * 149,
        "\r\n".join(["a"] * 150) + "b",
        "*" * 300,
    ],
    ids=["accents", "emoji", "joined emoji", "line breaks", "many line breaks", "signs"],
)
def test_three_hundred_code_points_are_taken(client: FlaskClient, team: Team, text: str) -> None:
    assert send(client, priorities=text, ups_and_downs=text, help=text).status_code == 302
    assert db.session.scalars(select(Bulletin)).one().priorities == text.replace("\r\n", "\n")


@pytest.mark.parametrize("soft_return", ["\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_the_soft_return_of_a_word_processor_is_a_line_break(client: FlaskClient, team: Team, soft_return: str) -> None:
    text = f"premier{soft_return}second"
    assert send(client, priorities=text, help=text, key_date="2019-03-12", key_date_text=text).status_code == 302
    bulletin = db.session.scalars(select(Bulletin)).one()
    assert bulletin.priorities == bulletin.help == "premier\nsecond"
    assert bulletin.priorities_html == "<p>premier<br>\nsecond</p>"
    assert bulletin.key_text == "premier second"
    assert client.post(f"{URL}/preview", data={"text": text}).text == bulletin.priorities_html


def test_a_preview_is_cut_at_twice_the_limit(client: FlaskClient, team: Team) -> None:
    texts = dict.fromkeys(("priorities", "ups_and_downs", "help"), "é" * 599 + "à" + "z" * 19400)
    page = client.post(W10, data=FILLED | texts | {"preview": "priorities"}).text
    shown = f"<p>{'é' * 599}à …</p>"
    assert page.count(shown) == 3
    assert typed(page, "help") == texts["help"]  # what was typed comes back whole
    assert client.post(f"{URL}/preview", data={"text": texts["help"]}).text == shown
    assert client.post(f"{URL}/preview", data={"text": "é" * 600}).text == f"<p>{'é' * 600}</p>"


@pytest.mark.parametrize("field", ["priorities", "ups_and_downs", "help", "key_date_text"])
@pytest.mark.parametrize(
    "text",
    ["é" * 301, "🎉" * 301, "🎉" * 50_000, "a" * 150 + "\r\n" * 2 + "b" * 149],
    ids=["accents", "emoji", "very many emoji", "line breaks"],
)
def test_the_three_hundred_and_first_is_not(client: FlaskClient, team: Team, field: str, text: str) -> None:
    if field == "key_date_text":
        text = text.replace("\r\n", "--")  # a field of one line
    answer = send(client, **{"key_date": "2019-03-12", "key_date_text": "Démo", field: text})
    assert answer.status_code == 422
    length = len(text.replace("\r\n", "\n"))
    message = f"{length} caractères : {length - 300} de trop. La limite est de 300."
    assert faults(answer.text) == {field: message}
    assert typed(answer.text, field).replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert bulletins() == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mood": ""}, {"mood": CHOOSE}),
        ({"mood": "ecstatic"}, {"mood": CHOOSE}),
        ({"mood": "GOOD"}, {"mood": CHOOSE}),
        ({"priorities": ""}, {"priorities": "Dites ce qui a compté le plus."}),
        ({"priorities": " \r\n\t "}, {"priorities": "Dites ce qui a compté le plus."}),
        (
            {"ups_and_downs": ""},
            {"ups_and_downs": "Dites ce qui a bien marché, et ce qui a moins bien marché."},
        ),
        (
            {"key_date": "2019-03-05", "key_date_text": "Démo"},
            {"key_date": "Ce jour est passé. Indiquez un jour à venir."},
        ),
        ({"key_date": "2019-03-12"}, {"key_date_text": "Dites en quelques mots ce qui se passe ce jour-là."}),
        ({"key_date_text": "Démo"}, {"key_date": "Indiquez aussi le jour, ou laissez les deux vides."}),
        (
            {"key_date": "2019-02-30", "key_date_text": "Démo"},
            {"key_date": "Ce n’est pas une date. Écrivez-la ainsi : 2019-03-08."},
        ),
        (
            {"key_date": "demain", "key_date_text": "Démo"},
            {"key_date": "Ce n’est pas une date. Écrivez-la ainsi : 2019-03-08."},
        ),
    ],
)
def test_a_fault_is_told_beside_its_field(
    client: FlaskClient, team: Team, changes: dict[str, str], expected: dict[str, str]
) -> None:
    answer = send(client, **changes)
    assert answer.status_code == 422
    messages = {name: " ".join(text.split()) for name, text in faults(answer.text).items()}
    assert messages == {name: " ".join(text.split()) for name, text in expected.items()}
    assert bulletins() == 0


def test_every_fault_is_told_at_once_and_nothing_typed_is_lost(client: FlaskClient, team: Team) -> None:
    answer = send(client, mood="", priorities="", ups_and_downs="<b>" * 150, help="é & è", key_date="2019-01-01")
    assert set(faults(answer.text)) == {"mood", "priorities", "ups_and_downs", "key_date", "key_date_text"}
    assert typed(answer.text, "ups_and_downs") == "<b>" * 150
    assert typed(answer.text, "help") == "é & è"
    assert typed(answer.text, "key_date") == "2019-01-01"
    assert "<b><b>" not in answer.text


def test_a_missing_field_is_a_fault_like_an_empty_one(client: FlaskClient, team: Team) -> None:
    answer = client.post(W10, data={})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {"mood", "priorities", "ups_and_downs"}


def test_today_is_a_day_to_come_and_yesterday_stays_when_it_was_saved(
    client: FlaskClient, team: Team, clock: Traveller
) -> None:
    date = {"key_date": "2019-03-06", "key_date_text": "Démo"}
    assert send(client, **date).status_code == 302
    clock.move_to("2019-03-07T10:00:00Z")
    assert send(client, revision="1", priorities="Autre chose", **date).status_code == 302
    assert send(client, revision="2", key_date="2019-03-05", key_date_text="Démo").status_code == 422


def test_today_is_the_promotions_own(client: FlaskClient, clock: Traveller) -> None:
    clock.move_to("2019-03-07T02:00:00Z")  # still Wednesday evening in Guadeloupe
    promotion = make_promotion(timezone="America/Guadeloupe", country="GP")
    as_member(client, make_member(promotion, "eig", make_team(promotion)))
    assert send(client, key_date="2019-03-06", key_date_text="Démo").status_code == 302


def test_control_characters_and_outer_space_are_not_kept(client: FlaskClient, team: Team) -> None:
    send(client, priorities="  a\x00b\r\nc\x1b  ", key_date="2019-03-12", key_date_text=" Démo\t du\u00a0 jour ")
    bulletin = db.session.scalars(select(Bulletin)).one()
    assert bulletin.priorities == "ab\nc"
    assert bulletin.key_date
    assert bulletin.key_date.text == "Démo du jour"


def test_the_form_without_a_week_is_this_weeks(client: FlaskClient, team: Team) -> None:
    assert send(client, URL).headers["Location"].endswith("/promotion-3/bulletin/2019-W10/receipt")


def test_the_form_shows_the_bulletin_and_last_weeks_beside_it(client: FlaskClient, team: Team) -> None:
    make_bulletin(team, "2019-W09", priorities="Recruter", mood=Mood.VERY_HARD)
    make_bulletin(team, "2019-W10", priorities="Livrer", key_date=None)
    page = client.get(URL).text
    assert typed(page, "priorities") == "Livrer"
    assert typed(page, "revision") == "1"
    assert "Semaine du 25 février au 1er mars" in words(page)
    assert "😣 Très difficile" in words(page)
    assert "Recruter" in words(page)


def test_the_preview_keeps_nothing_and_is_safe(client: FlaskClient, team: Team) -> None:
    page = send(client, preview="priorities", priorities="**gras** <script>x</script>", mood="").text
    assert "<strong>gras</strong>" in page
    assert "<script>x" not in page
    assert typed(page, "priorities") == "**gras** <script>x</script>"
    assert faults(page) == {}
    assert client.post("/promotion-3/bulletin/preview", data={"text": "*a*"}).text == "<p><em>a</em></p>"
    assert bulletins() == 0


def test_hostile_markdown_is_saved_as_text_and_harmless_as_html(client: FlaskClient, team: Team) -> None:
    hostile = "[x](javascript:alert(1)) ![i](https://evil.example/p.png) <img src=x onerror=1>"
    send(client, priorities=hostile, help=hostile)
    bulletin, call = db.session.scalars(select(Bulletin)).one(), db.session.scalars(select(HelpRequest)).one()
    assert bulletin.priorities == hostile
    for html in (bulletin.priorities_html, bulletin.help_html, call.html):
        assert "<img" not in html
        assert 'href="javascript' not in html


@pytest.mark.parametrize("week", ["2026-W54", "2026-46", "foo", "2019-W10x", "2018-W52", "2019-W46", "2019-W11"])
def test_a_week_that_the_promotion_has_not_or_not_yet_is_no_page(client: FlaskClient, team: Team, week: str) -> None:
    assert client.get(f"{URL}/{week}").status_code == 404
    assert send(client, f"{URL}/{week}").status_code == 404


def test_a_team_that_has_ended_has_no_form(client: FlaskClient, team: Team, clock: Traveller) -> None:
    team.active_until = db.func.date("2019-03-01")
    db.session.commit()
    page = client.get(URL, follow_redirects=True)
    assert page.request.path == "/promotion-3/"
    assert page.status_code == 200
    assert "<textarea" not in page.text


@pytest.mark.parametrize(("role", "own"), [("mentor", True), ("coordinator", False), ("eig", False)])
def test_only_an_eig_of_a_team_writes(client: FlaskClient, team: Team, role: str, own: bool) -> None:
    as_member(client, make_member(team.promotion, role, team if own else None))
    assert client.get(URL).status_code == 403
    assert send(client).status_code == 403
    assert bulletins() == 0


def test_typed_text_is_shown_when_it_comes_after_the_closing(client: FlaskClient, team: Team, clock: Traveller) -> None:
    make_bulletin(team, "2019-W10", priorities="La version enregistrée")
    clock.move_to("2019-03-08T14:00:00Z")
    answer = send(client, revision="1", priorities="Écrit trop tard", key_date="2019-03-12", key_date_text="Démo")
    assert answer.status_code == 409
    assert "La semaine a fermé avant son arrivée, vendredi à 15 h" in words(answer.text)
    for text in ("Écrit trop tard", "Une démo réussie 🎉", "mardi 12 mars 2019", "Démo"):
        assert text in words(answer.text)
    db.session.rollback()
    assert db.session.scalars(select(Bulletin)).one().priorities == "La version enregistrée"


@pytest.mark.parametrize("changes", [{"priorities": "é" * 301}, {"preview": "help"}], ids=["too long", "preview"])
def test_typed_text_is_shown_after_the_closing_whatever_its_faults(
    client: FlaskClient, team: Team, clock: Traveller, changes: dict[str, str]
) -> None:
    make_bulletin(team, "2019-W10")
    clock.move_to("2019-03-08T14:00:00Z")
    page = send(client, revision="1", ups_and_downs="À ne pas perdre", **changes).text
    assert "Ce bulletin n’a pas pu être enregistré" in words(page)
    assert "À ne pas perdre" in words(page)


def test_a_week_issued_by_hand_before_its_closing_refuses_changes(client: FlaskClient, team: Team) -> None:
    make_bulletin(team, "2019-W10")
    make_digest(team.promotion, "2019-W10")
    answer = send(client, revision="1", priorities="Écrit trop tard")
    assert answer.status_code == 409
    assert "Le récapitulatif de cette semaine est déjà parti." in words(answer.text)
    assert "Écrit trop tard" in words(answer.text)


def test_the_form_speaks_english_too(client: FlaskClient, team: Team) -> None:
    as_member(client, make_member(team.promotion, "eig", team, locale="en"))
    answer = send(client, mood="", key_date="nope", priorities="x" * 301)
    assert faults(answer.text) == {
        "mood": "Choose one of the four.",
        "priorities": "301 characters: 1 too many. The limit is 300.",
        "key_date": "This is not a date. Write it as 2019-03-08.",
    }

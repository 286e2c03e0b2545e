"""The rota of a team: made, shown on my week, exchanged by one button; who leaves drops out."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.home.account import erase_person, everything_about
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.rota import views
from app.rota.models import RotaExchange, RotaPlace
from app.rota.queries import find_rota
from app.rota.service import TurnChangedError, exchange_turn, save_rota
from app.teams.models import Membership, Pause, Person, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.threads import at_once

W10 = Week.parse("2019-W10")
ROTA = "/promotion-3/rota"
EXCHANGE = f"{ROTA}/2019-W10/exchange"


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A team of three EIGs, who keep no rota yet."""
    team = make_team(make_promotion(), "Karfu’R")
    for name in ("Ada", "Bob", "Cleo"):
        make_member(team.promotion, "eig", team, f"{name.lower()}@karfur.example", name=name)
    return team


@pytest.fixture
def kept(team: Team) -> Team:
    """The team, whose order from this week on is Ada, Bob, Cleo."""
    save_rota(team, [member(name).id for name in ("Ada", "Bob", "Cleo")], W10, 0)
    return team


def member(name: str) -> Membership:
    return db.session.scalars(select(Membership).join(Person).where(Person.name == name)).one()


def turns(team: Team, number: int = 4) -> list[str]:
    rota = find_rota(db.session.get_one(Team, team.id))
    whose = [rota.turn_in(W10 + ahead) for ahead in range(number)]
    return [each.person.name if each else "" for each in whose]


def visitor(app: Flask, name: str) -> FlaskClient:
    return as_member(app.test_client(), member(name))


def exchange(app: Flask, by: str, whose: str, taker: str) -> TestResponse:
    data = {"whose": str(member(whose).id), "taker": str(member(taker).id)}
    return visitor(app, by).post(EXCHANGE, data=data)


def order_of(*names: str, **fields: str) -> dict[str, str]:
    """What the form sends for that order from this week on; who is not named takes no turn."""
    everybody = ("Ada", "Bob", "Cleo")
    places = {f"place_{member(n).id}": str(names.index(n) + 1) if n in names else "0" for n in everybody}
    return {**places, "starts": "2019-W10", "revision": "0", **fields}


def test_a_team_without_a_rota_sees_one_quiet_link_and_makes_one(app: Flask, team: Team) -> None:
    assert "Vous écrivez à tour de rôle ?" in words(visitor(app, "Ada").get("/").text)
    page = visitor(app, "Ada").get(ROTA).text
    assert "Tenir un tour d’écriture" in words(page)
    for _ in range(2):  # a button pressed twice
        assert visitor(app, "Ada").post(ROTA, data=order_of("Cleo", "Ada")).status_code == 303
    assert turns(team) == ["Cleo", "Ada", "Cleo", "Ada"]
    assert find_rota(team).revision == 1


def test_my_week_says_whose_turn_it_is_until_the_bulletin_is_written(app: Flask, kept: Team) -> None:
    assert "Cette semaine, c’est votre tour d’écrire." in words(visitor(app, "Ada").get("/").text)
    assert "Cette semaine : Ada." in words(visitor(app, "Bob").get("/").text)
    make_bulletin(kept, W10)
    assert "Ada" not in words(visitor(app, "Bob").get("/").text)


def test_a_rota_is_found_once_the_bulletin_is_written(app: Flask, kept: Team, clock: Traveller) -> None:
    make_bulletin(kept, W10)
    assert f'href="{ROTA}"' in visitor(app, "Ada").get("/").text
    clock.move_to("2019-03-09T10:00:00Z")
    assert f'href="{ROTA}"' in visitor(app, "Ada").get("/").text


def test_a_paused_week_uses_no_turn(kept: Team) -> None:
    saved(Pause(team_id=kept.id, first_week=W10 + 1, last_week=W10 + 2))
    db.session.expire_all()
    assert turns(kept, 5) == ["Ada", "", "", "Bob", "Cleo"]


@pytest.mark.both_databases
def test_who_takes_a_week_gives_their_own_and_the_other_is_told(app: Flask, kept: Team, relay: Relay) -> None:
    for _ in range(2):  # a button pressed twice
        assert exchange(app, "Cleo", "Ada", "Cleo").status_code == 303
    assert turns(kept) == ["Cleo", "Bob", "Ada", "Ada"]
    deliver()
    [letter] = relay.messages
    assert letter.envelope_to == ["ada@karfur.example"]
    assert letter["Reply-To"] == "cleo@karfur.example"
    assert letter["Subject"] == "Cleo écrit le bulletin de la semaine du 4 au 8 mars"
    assert "Semaine du 18 au 22 mars : Ada" in words(letter.html)


def test_whose_turn_it_is_gives_it_to_a_colleague(app: Flask, kept: Team, relay: Relay) -> None:
    page = visitor(app, "Ada").get("/").text
    assert "Échanger avec Bob" in words(page)
    exchange(app, "Ada", "Ada", "Bob")
    assert turns(kept) == ["Bob", "Ada", "Cleo", "Ada"]
    deliver()
    assert [letter.envelope_to for letter in relay.messages] == [["bob@karfur.example"]]


def test_a_turn_that_has_changed_meanwhile_is_told(app: Flask, kept: Team) -> None:
    exchange(app, "Bob", "Ada", "Bob")
    client = visitor(app, "Cleo")
    client.post(EXCHANGE, data={"whose": str(member("Ada").id), "taker": str(member("Cleo").id)})
    assert "Le tour d’écriture a changé entre-temps : la semaine du 4 au 8 mars revient à Bob." in words(
        client.get(ROTA).text
    )
    assert turns(kept)[0] == "Bob"


def test_a_turn_that_was_given_back_is_not_taken_again_by_the_form_sent_anew(app: Flask, kept: Team) -> None:
    client = visitor(app, "Cleo")
    sent = {"whose": member("Ada").id, "taker": member("Cleo").id, "revision": typed(client.get(ROTA).text, "revision")}
    client.post(EXCHANGE, data=sent)
    back = {"whose": member("Cleo").id, "taker": member("Ada").id, "revision": typed(client.get(ROTA).text, "revision")}
    visitor(app, "Ada").post(EXCHANGE, data=back)
    assert turns(kept)[0] == "Ada"
    for path in ("/", ROTA):
        assert f'name="revision" value="{find_rota(kept).revision}"' in client.get(path).text, path
    client.post(EXCHANGE, data=sent)
    assert "la semaine du 4 au 8 mars revient à Ada." in words(client.get(ROTA).text)
    assert turns(kept)[0] == "Ada"


@pytest.mark.parametrize(
    ("by", "whose", "taker", "status"), [("Cleo", "Ada", "Bob", 403), ("Ada", "Ada", "stranger", 303)]
)
def test_nobody_disposes_of_others(app: Flask, kept: Team, by: str, whose: str, taker: str, status: int) -> None:
    make_member(kept.promotion, "eig", make_team(kept.promotion), name="stranger")
    assert exchange(app, by, whose, taker).status_code == status
    assert turns(kept)[0] == "Ada"


def test_nobody_fills_a_mailbox_with_turns(app: Flask, kept: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "EXCHANGES", "2 per day")
    for whose, taker in (("Ada", "Bob"), ("Bob", "Ada"), ("Ada", "Bob")):
        assert exchange(app, "Bob", whose, taker).status_code == 303
    assert turns(kept)[0] == "Ada", "the third changes nothing"
    assert (
        len([letter for letter in db.session.scalars(select(Letter)) if letter.to_email == "ada@karfur.example"]) == 2
    )
    client = visitor(app, "Bob")
    client.post(EXCHANGE, data={"whose": str(member("Ada").id), "taker": str(member("Bob").id)})
    assert "Vous avez échangé beaucoup de tours aujourd’hui. Réessayez dans 24 heures." in words(client.get(ROTA).text)


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "٣", "9" * 400, "\0"])
def test_what_names_nobody_is_refused(app: Flask, kept: Team, text: str) -> None:
    data = {"whose": text, "taker": str(member("Bob").id)}
    assert visitor(app, "Bob").post(EXCHANGE, data=data).status_code == 400


def test_a_week_that_is_over_is_not_exchanged(app: Flask, kept: Team, clock: Traveller) -> None:
    clock.move_to("2019-03-12T09:00:00Z")
    assert exchange(app, "Bob", "Ada", "Bob").status_code == 404


def test_who_leaves_or_changes_team_drops_out(app: Flask, kept: Team) -> None:
    member("Bob").left_on = date(2019, 3, 10)
    db.session.commit()
    assert turns(kept) == ["Ada", "Cleo", "Ada", "Cleo"]
    member("Cleo").team = make_team(kept.promotion)
    db.session.commit()
    assert turns(kept) == ["Ada"] * 4


@pytest.mark.parametrize(("left_on", "has_place"), [(date(2019, 3, 3), False), (date(2019, 3, 7), True)])
def test_who_has_left_is_offered_neither_place_nor_exchange(
    app: Flask, kept: Team, left_on: date, has_place: bool
) -> None:
    member("Bob").left_on = left_on
    db.session.commit()
    page = visitor(app, "Ada").get("/").text
    assert "Échanger avec Cleo" in words(page)
    assert "Échanger avec Bob" not in words(page)
    assert (f'name="place_{member("Bob").id}"' in visitor(app, "Ada").get(ROTA).text) is has_place


def test_an_order_whose_first_has_left_goes_on_with_the_others(app: Flask, kept: Team) -> None:
    member("Ada").left_on = date(2019, 3, 3)
    db.session.commit()
    page = visitor(app, "Cleo").get(ROTA).text
    chosen = re.findall(r'name="place_(\d+)".*?value="(\d)" selected', page, re.DOTALL)
    assert chosen == [(str(member("Bob").id), "1"), (str(member("Cleo").id), "2")]


def test_the_last_who_is_left_may_end_the_rota(app: Flask, kept: Team) -> None:
    for name in ("Bob", "Cleo"):
        member(name).left_on = date(2019, 3, 3)
    db.session.commit()
    page = visitor(app, "Ada").get(ROTA).text
    assert "Votre défi ne compte qu’un EIG" in words(page)
    assert f'action="{ROTA}/end"' in page
    visitor(app, "Ada").post(f"{ROTA}/end")
    assert "à tour de rôle" not in words(visitor(app, "Ada").get("/").text)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts": "2019-W12"}, "starts"),
        ({"starts": "0001-W01"}, "starts"),
        ({"starts": ""}, "starts"),
        ({"place_1": "9"}, "place_1"),
        ({"place_1": "💥" * 400}, "place_1"),
        ({"place_2": "1"}, "place_2"),
        ({"place_1": "0", "place_2": "0", "place_3": "0"}, "place_1"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(app: Flask, team: Team, fields: dict[str, str], wrong: str) -> None:
    answer = visitor(app, "Ada").post(ROTA, data=order_of("Ada", "Bob", "Cleo") | fields)
    assert answer.status_code == 422
    assert list(faults(answer.text)) == [wrong]
    assert "<title>Erreur" in answer.text
    assert turns(team) == [""] * 4


def test_an_order_that_a_colleague_saved_first_is_told(app: Flask, team: Team) -> None:
    assert visitor(app, "Ada").post(ROTA, data=order_of("Ada", "Bob")).status_code == 303
    answer = visitor(app, "Bob").post(ROTA, data=order_of("Bob", "Ada"))
    assert answer.status_code == 409
    assert "Le tour d’écriture a été modifié entre-temps" in words(answer.text)
    assert turns(team, 2) == ["Ada", "Bob"]
    assert visitor(app, "Bob").post(ROTA, data=order_of("Bob", "Ada", revision="1")).status_code == 303
    assert turns(team, 2) == ["Bob", "Ada"]


def test_a_rota_is_ended_by_one_button(app: Flask, kept: Team) -> None:
    for _ in range(2):
        assert visitor(app, "Ada").post(f"{ROTA}/end").status_code == 303
    assert turns(kept) == [""] * 4


def test_a_rota_that_a_colleague_has_just_changed_is_not_ended_unseen(app: Flask, kept: Team) -> None:
    bob = visitor(app, "Bob")
    shown = typed(bob.get(ROTA).text.partition(f'action="{ROTA}/end"')[2], "revision")
    visitor(app, "Ada").post(ROTA, data=order_of("Cleo", "Ada", revision=shown))
    late = bob.post(f"{ROTA}/end", data={"revision": shown})
    assert (late.status_code, turns(kept, 2)) == (409, ["Cleo", "Ada"])
    assert bob.post(f"{ROTA}/end", data={"revision": "2"}).status_code == 303
    assert turns(kept) == [""] * 4


@pytest.mark.both_databases
def test_two_who_take_the_same_week_at_once_take_it_once(app: Flask, kept: Team) -> None:
    ids = {name: member(name).id for name in ("Ada", "Bob", "Cleo")}
    team_id = kept.id

    def take(name: str) -> int:
        by = db.session.get_one(Membership, ids[name])
        return exchange_turn(by, db.session.get_one(Team, team_id), W10, ids["Ada"], ids[name], now()).id

    taken = at_once(app, partial(take, "Bob"), partial(take, "Cleo"))
    assert sum(isinstance(each, TurnChangedError) for each in taken) == 1
    assert turns(kept)[0] in {"Bob", "Cleo"}


def test_the_only_eig_of_a_team_has_nobody_to_take_turns_with(app: Flask, team: Team) -> None:
    alone = make_member(team.promotion, "eig", make_team(team.promotion), name="Zoé")
    assert "Votre défi ne compte qu’un EIG" in words(as_member(app.test_client(), alone).get(ROTA).text)
    assert "à tour de rôle" not in words(as_member(app.test_client(), alone).get("/").text)


def test_ones_turns_are_exported_and_erased(app: Flask, kept: Team) -> None:
    exchange(app, "Cleo", "Ada", "Cleo")
    cleo = member("Cleo")
    data = everything_about(cleo.person)
    assert data["turns_to_write"] == [{"team": "Karfu’R", "place": 3}]
    assert data["turns_taken_over"] == [{"team": "Karfu’R", "week": W10}]
    erase_person(cleo.person, now())
    assert len(db.session.scalars(select(RotaPlace)).all()) == 2
    assert [each.week for each in db.session.scalars(select(RotaExchange))] == [W10 + 2]
    assert turns(kept) == ["Ada", "Bob", "Ada", "Bob"]

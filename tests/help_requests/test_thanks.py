"""Once a call is resolved: its team says how, and thanks who offered help."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.help_requests.offers import offer_help
from app.help_requests.rules import HelpState
from app.help_requests.service import follow_bulletin, resolve
from app.help_requests.thanks import NotResolvedError, say_thanks
from app.home.account import erase_person, everything_about
from app.letters.delivery import deliver
from app.teams.models import Membership, Person, Team
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, words
from tests.rows import call
from tests.threads import at_once

CALLS = "/promotion-3/help"
THANKS = f"{CALLS}/1/thanks"
WORDS = "Merci Zoé, vos pages\nsont parties !"


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A team whose call, published in W09, two members of others have answered."""
    team = make_team(make_promotion(), "Karfu’R")
    make_bulletin(team, "2019-W09", help="Qui relit nos pages ?")
    make_digest(team.promotion, "2019-W09")
    plume = make_team(team.promotion, "Plume")
    for name in ("zoe", "max"):
        helper = make_member(team.promotion, "eig", plume, f"{name}@plume.example", name=name.title())
        offer_help(call(), helper, f"Moi, {name}.", now())
    deliver()
    return team


@pytest.fixture
def ada(team: Team) -> Membership:
    return make_member(team.promotion, "eig", team, "ada@karfur.example", name="Ada")


@pytest.fixture
def resolved(ada: Membership) -> HelpRequest:
    resolve(call(), ada.person, now())
    return call()


def said() -> list[tuple[int, str, bool]]:
    rows = db.session.scalars(select(HelpThanks).order_by(HelpThanks.offer_id))
    return [(thanks.offer_id, thanks.text, thanks.shown) for thanks in rows]


def helper(name: str) -> Membership:
    return db.session.scalars(select(Membership).join(Person).where(Person.name == name)).one()


def thank(app: Flask, member: Membership, **fields: str) -> TestResponse:
    data = {"resolution": "", "base": "", "everyone": "", "for_1": "", "for_2": ""} | fields
    return as_member(app.test_client(), member).post(THANKS, data=data)


def page_of(app: Flask, member: Membership) -> str:
    return words(as_member(app.test_client(), member).get(f"{CALLS}?state=resolved").text)


def test_resolving_leads_an_eig_of_the_team_to_the_thanks_and_anybody_else_back(app: Flask, ada: Membership) -> None:
    coordinator = make_member(ada.promotion, "coordinator")
    assert as_member(app.test_client(), coordinator).post(f"{CALLS}/1/resolved").location == CALLS
    client = as_member(app.test_client(), ada)
    assert client.post(f"{CALLS}/1/resolved").location == THANKS
    assert "« Moi, zoe. »" in words(client.get(THANKS).text).replace("\u00a0", " ")


@pytest.mark.both_databases
def test_who_is_thanked_gets_one_letter_from_who_thanks(app: Flask, resolved: HelpRequest, relay: Relay) -> None:
    relay.reset()
    for _ in range(2):  # a button pressed twice
        assert thank(app, helper("Ada"), for_1=WORDS, resolution="Zoé a tout relu.").status_code == 303
    deliver()
    [letter] = relay.messages
    assert letter.envelope_to == ["zoe@plume.example"]
    assert letter["Reply-To"] == "ada@karfur.example"
    assert letter["Subject"] == "Karfu’R vous remercie"
    assert WORDS in letter.text
    assert "http://localhost/promotion-3/help?state=resolved#call-1" in letter.text
    assert "Personne d’autre que vous et ce défi ne voit ces mots." in words(letter.html)
    assert (said(), call().resolution) == ([(1, WORDS, False)], "Zoé a tout relu.")


def test_one_word_for_all_leaves_each_their_own(app: Flask, resolved: HelpRequest, relay: Relay) -> None:
    thank(app, helper("Ada"), everyone="Merci à tous", for_2="Merci Max", shown="y")
    assert said() == [(1, "Merci à tous", True), (2, "Merci Max", True)]


def test_thanks_are_seen_by_whom_the_team_chose(app: Flask, resolved: HelpRequest) -> None:
    stranger, mentor = (
        make_member(resolved.team.promotion),
        make_member(resolved.team.promotion, "mentor", resolved.team),
    )
    thank(app, helper("Ada"), for_1="Merci en privé")
    thank(app, helper("Ada"), for_2="Merci devant tous", shown="y")
    seen = {
        who: ["Merci en privé" in page_of(app, member), "Merci devant tous" in page_of(app, member)]
        for who, member in {"stranger": stranger, "mentor": mentor, "zoe": helper("Zoe"), "ada": helper("Ada")}.items()
    }
    assert seen == {"stranger": [False, True], "mentor": [False, True], "zoe": [True, True], "ada": [True, True]}
    assert "Merci à Max (Plume)" in page_of(app, stranger)


def test_who_is_thanked_takes_the_words_down(app: Flask, resolved: HelpRequest) -> None:
    stranger = make_member(resolved.team.promotion)
    thank(app, helper("Ada"), for_1="Merci Zoé", shown="y")
    hide = f"{THANKS}/1/hide"
    assert as_member(app.test_client(), stranger).post(hide).status_code == 403
    assert as_member(app.test_client(), helper("Max")).post(hide).status_code == 403
    assert "Merci Zoé" in page_of(app, stranger)
    for _ in range(2):
        assert as_member(app.test_client(), helper("Zoe")).post(hide).status_code == 303
    assert "Merci Zoé" not in page_of(app, stranger)
    assert "Merci Zoé" in page_of(app, helper("Zoe"))
    assert as_member(app.test_client(), stranger).post(hide).status_code == 404


def test_thanks_are_for_the_eigs_of_the_team_once_it_is_resolved(app: Flask, ada: Membership) -> None:
    assert thank(app, ada, for_1="Merci").status_code == 404
    resolve(call(), ada.person, now())
    team, promotion = ada.team, ada.promotion
    others = [make_member(promotion, role, team) for role in ("mentor", "alumni")]
    others += [make_member(promotion, "coordinator"), helper("Zoe")]
    for member in others:
        assert thank(app, member, for_1="Merci").status_code == 404
        assert as_member(app.test_client(), member).get(THANKS).status_code == 404
    assert said() == []


@pytest.mark.parametrize("field", ["resolution", "everyone", "for_1"])
def test_what_is_too_long_comes_back_with_all_that_was_typed(app: Flask, resolved: HelpRequest, field: str) -> None:
    answer = thank(app, helper("Ada"), **{"for_2": "Merci Max", field: "é" * 301})
    assert answer.status_code == 422
    assert list(faults(answer.text)) == [field]
    assert "Merci Max" in answer.text
    assert "é" * 301 in answer.text
    assert "<title>Erreur" in answer.text
    assert (said(), call().resolution) == ([], "")


def test_a_colleague_who_was_first_is_told_and_nothing_typed_is_lost(app: Flask, resolved: HelpRequest) -> None:
    bob = make_member(resolved.team.promotion, "eig", resolved.team)
    thank(app, helper("Ada"), for_1="Merci de la part d’Ada", resolution="Par Zoé")
    answer = thank(app, bob, for_1="Merci de la part de Bob", for_2="Merci Max", resolution="Par Max")
    assert answer.status_code == 409
    page = words(answer.text)
    for text in ("Merci de la part d’Ada", "Merci de la part de Bob", "Merci Max", "Par Zoé", "Par Max"):
        assert text in page, text
    assert (said(), call().resolution) == ([(1, "Merci de la part d’Ada", False)], "Par Zoé")
    data = {"resolution": "Par Max", "base": "Par Zoé", "for_2": "Merci Max"}  # what the page that came back sends
    assert as_member(app.test_client(), bob).post(THANKS, data=data).status_code == 303
    assert (len(said()), call().resolution) == (2, "Par Max")


@pytest.mark.both_databases
def test_two_who_thank_at_once_write_one_letter(app: Flask, resolved: HelpRequest, relay: Relay) -> None:
    relay.reset()
    ada, bob = helper("Ada").id, make_member(resolved.team.promotion, "eig", resolved.team).id

    def say(member: int) -> int:
        by = db.session.get_one(Membership, member)
        return say_thanks(call(), by, {1: "Merci"}, "", base="", shown=False, now=now())

    assert sorted(at_once(app, *[partial(say, member) for member in (ada, bob, ada, bob)])) == [0, 0, 0, 1]
    deliver()
    assert len(relay.messages) == 1


def test_who_has_left_is_not_thanked(app: Flask, resolved: HelpRequest, relay: Relay) -> None:
    relay.reset()
    helper("Zoe").left_on = resolved.team.promotion.starts_on
    db.session.commit()
    assert thank(app, helper("Ada"), for_1="Merci Zoé", for_2="Merci Max").status_code == 303
    deliver()
    assert [letter.envelope_to for letter in relay.messages] == [["max@plume.example"]]


def test_what_was_said_is_exported_and_goes_with_who_was_thanked(app: Flask, resolved: HelpRequest) -> None:
    thank(app, helper("Ada"), for_1="Merci Zoé", for_2="Merci Max")
    zoe, ada = helper("Zoe").person, helper("Ada").person
    assert [row["text"] for row in everything_about(zoe)["thanks_got"]] == ["Merci Zoé"]  # type: ignore[attr-defined]
    assert [row["text"] for row in everything_about(ada)["thanks_said"]] == ["Merci Zoé", "Merci Max"]  # type: ignore[attr-defined]
    erase_person(zoe, now())
    assert [text for _, text, _ in said()] == ["Merci Max"]
    erase_person(ada, now())
    assert db.session.scalars(select(HelpThanks.author_id)).all() == [None]
    assert len(db.session.scalars(select(HelpOffer)).all()) == 1


def test_a_call_made_anew_is_resolved_by_nobody_yet(app: Flask, resolved: HelpRequest) -> None:
    thank(app, helper("Ada"), resolution="Par Zoé")
    resolved.bulletin.help = "Et qui relit le reste ?"
    follow_bulletin(resolved.bulletin, now())
    db.session.commit()
    assert (call().state, call().resolution) == (HelpState.OPEN, "")
    with pytest.raises(NotResolvedError):
        say_thanks(resolved, helper("Ada"), {1: "Merci"}, "", base="", shown=False, now=now())

"""Reactions to a bulletin: one a member, changed and taken back; counted on every page, never shown by whom."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.clock import now
from app.database import db
from app.digests.service import issue
from app.home.account import erase_person, everything_about
from app.reactions.models import BulletinReaction
from app.reactions.rules import Reaction
from app.reactions.service import react
from app.readership.models import ReadMark
from app.readership.reactions_in_body import add_to_bulletins
from app.security import sign
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words
from tests.threads import at_once

W09 = Week.parse("2019-W09")
DIGEST, WEEK, TEAM = (f"/promotion-3/{page}" for page in ("digests/2019-W09", "weeks/2019-W09", "teams/plume"))
POST = "/promotion-3/bulletins/1/reaction"


@pytest.fixture
def plume(app: Flask, clock: Traveller) -> Team:
    """A team whose bulletin, number 1, stands in the digest of W09 beside two others."""
    promotion = make_promotion()
    plume = make_team(promotion, "Plume")
    for team in (plume, make_team(promotion, "Karfu’R"), make_team(promotion, "Éclusier")):
        make_bulletin(team, W09, priorities=f"Priorité de {team.name}", ups_and_downs="Un\n\n* et\n* deux")
    due = promotion.timetable.digest_due(W09)
    assert due
    issue(promotion, W09, now=due)
    return plume


@pytest.fixture
def zoe(plume: Team) -> Membership:
    team = db.session.scalars(select(Team).where(Team.name == "Karfu’R")).one()
    return make_member(plume.promotion, "eig", team, name="Zoé")


def reactions() -> list[tuple[int, int, str]]:
    rows = db.session.scalars(select(BulletinReaction).order_by(BulletinReaction.bulletin_id))
    return [(row.bulletin_id, row.membership_id, row.reaction.value) for row in rows]


def post(app: Flask, member: Membership, reaction: str, path: str = POST, **fields: str) -> int:
    return as_member(app.test_client(), member).post(path, data={"reaction": reaction, **fields}).status_code


def bar(page: str, bulletin: int = 1) -> str:
    """What stands under the bulletin."""
    found = re.findall(rf'<div class="bl-reactions" id="reactions-{bulletin}".*?</div>', page, re.DOTALL)
    assert len(found) == 1, found
    return words(found[0])


@pytest.mark.both_databases
def test_a_reaction_is_given_changed_and_taken_back(app: Flask, zoe: Membership) -> None:
    for _ in range(2):  # a button pressed twice
        assert post(app, zoe, "bravo") == 303
    assert reactions() == [(1, zoe.id, "bravo")]
    assert post(app, zoe, "me_too") == 303
    assert reactions() == [(1, zoe.id, "me_too")]
    for _ in range(2):
        assert post(app, zoe, "none") == 303
    assert reactions() == []


def test_every_page_of_the_bulletin_counts_them_and_says_nobodys_name(app: Flask, plume: Team, zoe: Membership) -> None:
    others = [make_member(plume.promotion, "mentor", name=f"Lecteur {n}") for n in range(3)]
    for member, reaction in zip([zoe, *others], ["bravo", "bravo", "thanks", "me_too"], strict=True):
        post(app, member, reaction)
    stranger = make_member(plume.promotion, "coordinator")
    for page in (DIGEST, WEEK, TEAM):
        html = as_member(app.test_client(), stranger).get(page).text
        assert bar(html) == "👏 Bravo 2 🙏 Merci 1 🙋 Moi aussi 1"
        assert 'aria-pressed="true"' not in html
        assert "Lecteur" not in html
        assert "Zoé" not in html
        mine = as_member(app.test_client(), zoe).get(page).text
        assert mine.count('aria-pressed="true"') == 1
    assert bar(as_member(app.test_client(), stranger).get(WEEK).text, 2) == "👏 Bravo 🙏 Merci 🙋 Moi aussi"


def test_in_a_digest_each_bulletin_has_its_own(app: Flask, zoe: Membership) -> None:
    post(app, zoe, "thanks")
    html = as_member(app.test_client(), zoe).get(DIGEST).text
    blocks = html.split('<div class="bl-bulletin">')[1:]
    found = {re.findall(r"Priorité de ([^<]+)", block)[0]: "reactions-1" in block for block in blocks}
    assert found == {"Plume": True, "Karfu’R": False, "Éclusier": False}


def test_a_button_leads_back_to_its_bulletin(app: Flask, zoe: Membership) -> None:
    client = as_member(app.test_client(), zoe)
    for next_page, place in ((DIGEST, DIGEST), ("//elsewhere.example", WEEK), ("", WEEK), (f"{TEAM}#x", TEAM)):
        answer = client.post(POST, data={"reaction": "bravo", "next": next_page})
        assert answer.location == f"{place}#reactions-1"


def test_a_reaction_is_no_reading_mark(app: Flask, zoe: Membership) -> None:
    assert "Réagir à un bulletin ne marque pas le récapitulatif comme lu." in words(
        as_member(app.test_client(), zoe).get(DIGEST).text
    )
    post(app, zoe, "bravo", next=DIGEST)
    assert db.session.scalars(select(ReadMark)).all() == []


@pytest.mark.parametrize(("role", "own"), [("eig", True), ("alumni", False)])
def test_who_writes_it_or_only_reads_sees_the_counts(
    app: Flask, plume: Team, zoe: Membership, role: str, own: bool
) -> None:
    post(app, zoe, "bravo")
    member = make_member(plume.promotion, role, plume if own else None)
    assert post(app, member, "bravo") == 403
    html = as_member(app.test_client(), member).get(WEEK).text
    assert bar(html) == "👏 Bravo 1"
    assert f'formaction="{POST}"' not in html
    assert len(reactions()) == 1


def test_after_the_end_eigs_read_the_counts_and_react_no_more(app: Flask, zoe: Membership, clock: Traveller) -> None:
    post(app, zoe, "bravo")
    clock.move_to("2019-11-11T10:00:00Z")
    assert post(app, zoe, "none") == 403
    html = as_member(app.test_client(), zoe).get(WEEK).text
    assert bar(html) == "👏 Bravo 1"
    assert f'formaction="{POST}"' not in html
    assert len(reactions()) == 1


def test_a_mentor_may_say_bravo_to_their_own_team(app: Flask, plume: Team) -> None:
    assert post(app, make_member(plume.promotion, "mentor", plume), "bravo") == 303


def test_what_no_digest_has_takes_no_reaction(app: Flask, plume: Team, zoe: Membership) -> None:
    own = make_bulletin(zoe.team, W09.next)  # type: ignore[arg-type]
    path = f"/promotion-3/bulletins/{own.id}/reaction"
    assert post(app, make_member(plume.promotion, "mentor", zoe.team), "bravo", path) == 404
    page = as_member(app.test_client(), zoe).get("/promotion-3/teams/karfu-r").text
    assert f"reactions-{own.id}" not in page
    stranger = make_member(make_promotion(slug="promotion-4"), "mentor")
    assert post(app, stranger, "bravo", "/promotion-4/bulletins/1/reaction") == 404


@pytest.mark.parametrize("text", ["", "Bravo", "👏", "\0", "love", "x" * 400])
def test_no_other_word_is_a_reaction(app: Flask, zoe: Membership, text: str) -> None:
    assert post(app, zoe, text) == 400
    assert reactions() == []


def test_the_holder_of_a_letters_link_sees_none(app: Flask, zoe: Membership) -> None:
    post(app, zoe, "bravo")
    page = app.test_client().get(DIGEST, query_string={"reader": sign("reader", [1, zoe.id, 1])})
    assert page.status_code == 200
    assert "reactions-" not in page.text


def test_authors_are_told_in_the_receipt_of_their_next_bulletin_and_in_no_other(
    app: Flask, plume: Team, zoe: Membership, clock: Traveller
) -> None:
    post(app, zoe, "bravo")
    post(app, make_member(plume.promotion, "mentor"), "me_too")
    author = as_member(app.test_client(), make_member(plume.promotion, "eig", plume))
    told = "Votre bulletin de la semaine du 25 février au 1er mars a reçu : 1 bravo, 1 « moi aussi »."
    make_bulletin(plume, W09.next)
    assert told in words(author.get("/promotion-3/bulletin/2019-W10/receipt").text)
    issue(plume.promotion, W09.next, now=datetime.fromisoformat("2019-03-08T14:05:00+00:00"))
    make_bulletin(plume, W09 + 2)
    clock.move_to("2019-03-12T09:00:00Z")
    assert "a reçu" not in words(author.get("/promotion-3/bulletin/2019-W11/receipt").text)


@pytest.mark.both_databases
def test_two_buttons_pressed_at_once_leave_one(app: Flask, zoe: Membership) -> None:
    member_id = zoe.id

    def press(reaction: Reaction) -> None:
        react(db.session.get_one(Bulletin, 1), db.session.get_one(Membership, member_id), reaction)

    assert at_once(app, *[partial(press, reaction) for reaction in (*Reaction, Reaction.BRAVO)]) == [None] * 4
    assert len(reactions()) == 1


def test_ones_reactions_are_exported_and_erased(app: Flask, zoe: Membership) -> None:
    post(app, zoe, "bravo")
    assert everything_about(zoe.person)["reactions"] == [{"team": "Plume", "week": W09, "reaction": "bravo"}]
    erase_person(zoe.person, now())
    assert reactions() == []


def test_what_is_added_stands_within_a_shortened_bulletin_too() -> None:
    text = '<div class="bl-text"><p>x</p></div>'
    body = (
        '<div class="bl-bulletin">{0}\n{0}\n<p class="bl-more">…</p>\n{1}</div><div class="bl-bulletin">{0}{2}</div>{0}'
    )
    assert add_to_bulletins(body.format(text, "", ""), ["[1]", "[2]"]) == body.format(text, "[1]", "[2]")

"""The life of a call for help: made, changed and withdrawn with its bulletin; published, renewed, resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.bulletins.service import bulletin_saved, draft_of, save_bulletin
from app.clock import now
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.help_requests.service import CallClosedError, live_calls, renew, resolve, withdraw
from app.teams.models import Membership, Person, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words
from tests.rows import call
from tests.threads import while_under_way

pytestmark = pytest.mark.both_databases

W10 = Week.parse("2019-W10")
FORM = "/promotion-3/bulletin/2019-W10"
CALLS = "/promotion-3/help"


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    return make_team(make_promotion(), "Karfu’R")


@pytest.fixture
def eig(team: Team) -> Membership:
    return make_member(team.promotion, "eig", team, name="Ada")


def visitor(app: Flask, member: Membership) -> FlaskClient:
    return as_member(app.test_client(), member)


def write(app: Flask, member: Membership, text: str, revision: int = 0) -> None:
    data = {
        "mood": "good",
        "priorities": f"p{revision}",
        "ups_and_downs": "u",
        "help": text,
        "revision": str(revision),
    }
    assert visitor(app, member).post(FORM, data=data).status_code == 302


def issued(team: Team, week: Week) -> Digest:
    due = team.promotion.timetable.digest_due(week)
    assert due
    return issue(team.promotion, week, now=due)


def published(team: Team, week: Week) -> list[tuple[str, int]]:
    """The calls that the week's digest, issued now, tells, with their ages in days."""
    return [(item["text"], item["age_days"]) for item in issued(team, week).content["help_requests"]]


def test_a_call_is_made_changed_withdrawn_and_made_again_with_its_bulletin(
    app: Flask, team: Team, eig: Membership
) -> None:
    write(app, eig, "Un *avis*")
    assert (call().state, call().text, call().html) == (HelpState.OPEN, "Un *avis*", "<p>Un <em>avis</em></p>")
    opened_at = call().opened_at
    write(app, eig, "Deux avis", 1)
    assert (call().text, call().opened_at) == ("Deux avis", opened_at)
    write(app, eig, "", 2)
    assert (call().state, call().closed_by_id, call().text) == (HelpState.WITHDRAWN, eig.person_id, "Deux avis")
    write(app, eig, "Trois avis", 3)
    assert (call().state, call().closed_at, call().text) == (HelpState.OPEN, None, "Trois avis")


def test_a_bulletin_without_a_call_makes_none(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, " \n ")
    assert db.session.scalars(select(HelpRequest)).all() == []


def test_a_resolved_call_stays_so_until_its_team_asks_for_something_else(
    app: Flask, team: Team, eig: Membership
) -> None:
    write(app, eig, "Un avis")
    visitor(app, eig).post(f"{CALLS}/{call().id}/resolved")
    write(app, eig, "Un avis", 1)
    assert call().state is HelpState.RESOLVED
    write(app, eig, "Un hébergeur", 2)
    assert (call().state, call().closed_by_id) == (HelpState.OPEN, None)


def test_an_imported_call_is_archived_from_the_start(team: Team) -> None:
    bulletin = Bulletin(
        team=team,
        week=W10,
        mood="good",
        help="Un avis",
        help_html="<p>Un avis</p>",
        **dict.fromkeys(["priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"], "x"),
        **dict.fromkeys(["created_at", "updated_at"], datetime(2018, 2, 15, 9, tzinfo=UTC)),
        imported=True,
    )
    db.session.add(bulletin)
    db.session.flush()
    bulletin_saved.send(bulletin, now=datetime(2019, 3, 6, tzinfo=UTC))
    db.session.commit()
    assert (call().state, call().opened_at) == (HelpState.ARCHIVED, bulletin.created_at)
    assert live_calls(team.promotion_id) == []
    assert published(team, W10) == []


def test_a_call_stands_in_three_digests_with_its_age(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    assert [published(team, W10 + ahead) for ahead in range(4)] == [
        [("Un avis", 2)],
        [("Un avis", 9)],
        [("Un avis", 16)],
        [],
    ]


def test_a_renewed_call_stands_in_three_more_even_after_it_had_left(
    app: Flask, team: Team, eig: Membership, clock: Traveller
) -> None:
    write(app, eig, "Un avis")
    for ahead in range(4):
        published(team, W10 + ahead)
    clock.move_to("2019-03-29T14:06:00Z")  # right after the digest that did not tell it
    assert visitor(app, eig).post(f"{CALLS}/{call().id}/renewed").status_code == 302
    assert "Elle figure dans les récapitulatifs jusqu’à la semaine du 15 au 19 avril." in words(
        visitor(app, eig).get(CALLS).text
    )
    assert [len(published(team, W10 + ahead)) for ahead in (4, 5, 6, 7)] == [1, 1, 1, 0]


def test_renewing_is_offered_only_where_it_keeps_the_call_longer(
    app: Flask, team: Team, eig: Membership, clock: Traveller
) -> None:
    def offered() -> list[bool]:
        button = f"/help/{call().id}/renewed"
        return [button in visitor(app, eig).get(page).text for page in (CALLS, "/promotion-3/")]

    write(app, eig, "Un avis")
    assert offered() == [False, False]
    published(team, W10)
    clock.move_to("2019-03-11T09:00:00Z")
    assert offered() == [True, True]
    visitor(app, eig).post(f"{CALLS}/{call().id}/renewed")
    assert offered() == [False, False]


@pytest.mark.parametrize("what", ["resolved", "withdrawn"])
def test_a_closed_call_leaves_the_digests(app: Flask, team: Team, eig: Membership, what: str) -> None:
    write(app, eig, "Un avis")
    if what == "resolved":
        visitor(app, eig).post(f"{CALLS}/{call().id}/resolved")
    else:
        write(app, eig, "", 1)
    assert published(team, W10) == []


def test_a_late_digest_does_not_tell_the_calls_of_the_week_after(
    app: Flask, team: Team, eig: Membership, clock: Traveller
) -> None:
    write(app, eig, "Celui de la semaine 10")
    clock.move_to("2019-03-11T09:00:00Z")  # Monday: the server was down since Friday noon
    data = {"mood": "good", "priorities": "p", "ups_and_downs": "u", "help": "Celui de la semaine 11", "revision": "0"}
    visitor(app, eig).post("/promotion-3/bulletin/2019-W11", data=data)
    assert published(team, W10) == [("Celui de la semaine 10", 2)]
    assert [text for text, _ in published(team, W10.next)] == ["Celui de la semaine 11", "Celui de la semaine 10"]


def test_a_call_renewed_before_a_late_digest_is_still_told_in_it(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    issued(team, W10)
    renew(call(), datetime(2019, 3, 18, 9, tzinfo=UTC))  # Monday of week 12: the digest of week 11 has not come yet
    assert published(team, W10.next) == [("Un avis", 9)]


def test_the_call_of_a_late_bulletin_is_new_in_the_next_digest_and_stands_in_three(
    app: Flask, team: Team, eig: Membership, clock: Traveller
) -> None:
    issued(team, W10)
    clock.move_to("2019-03-11T09:00:00Z")
    write(app, eig, "Après coup")
    assert visitor(app, make_member(team.promotion)).get(CALLS).text.count("Après coup") == 0
    assert [len(published(team, W10.next + ahead)) for ahead in range(4)] == [1, 1, 1, 0]


def test_a_call_is_its_teams_own_until_a_digest_has_told_it(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    stranger = visitor(app, make_member(team.promotion, "mentor", make_team(team.promotion)))
    coordinator = visitor(app, make_member(team.promotion, "coordinator"))
    mentor = visitor(app, make_member(team.promotion, "mentor", team))
    assert "Un avis" in mentor.get(CALLS).text
    for other in (stranger, coordinator):
        assert "Un avis" not in other.get(CALLS).text
        assert other.post(f"{CALLS}/{call().id}/resolved").status_code == 404
    issued(team, W10)
    for other in (stranger, coordinator):
        assert "Un avis" in other.get(CALLS).text


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("eig", True, 302),
        ("mentor", True, 302),
        ("coordinator", False, 302),
        ("eig", False, 403),
        ("mentor", False, 403),
        ("alumni", True, 403),
    ],
)
@pytest.mark.parametrize("what", ["resolved", "renewed"])
def test_only_its_team_and_the_coordination_say_what_becomes_of_a_call(
    app: Flask, team: Team, role: str, own: bool, status: int, what: str
) -> None:
    make_bulletin(team, W10, help="Un avis")
    make_digest(team.promotion, W10)
    member = make_member(team.promotion, role, team if own else make_team(team.promotion))
    page = visitor(app, member).get(CALLS).text
    assert (f"/help/{call().id}/{what}" in page) is (status == 302)
    assert visitor(app, member).post(f"{CALLS}/{call().id}/{what}").status_code == status
    assert (call().state is HelpState.RESOLVED) is (status == 302 and what == "resolved")


def test_another_promotions_call_is_no_page(app: Flask, team: Team, eig: Membership) -> None:
    other = make_promotion(slug="promotion-2")
    make_bulletin(make_team(other), W10, help="Un avis")
    make_digest(other, W10)
    assert visitor(app, eig).post(f"{CALLS}/{call().id}/resolved").status_code == 404
    assert visitor(app, eig).post(f"{CALLS}/4711/resolved").status_code == 404


def test_a_call_closed_twice_is_closed_once(app: Flask, team: Team, eig: Membership, clock: Traveller) -> None:
    write(app, eig, "Un avis")
    assert visitor(app, eig).post(f"{CALLS}/{call().id}/resolved").status_code == 302
    closed_at = call().closed_at
    clock.shift(60)
    assert visitor(app, eig).post(f"{CALLS}/{call().id}/resolved").status_code == 302
    assert (call().state, call().closed_at) == (HelpState.RESOLVED, closed_at)


def test_a_call_closed_in_two_ways_is_told_so(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    assert visitor(app, eig).post(f"{CALLS}/{call().id}/withdrawn").status_code == 303
    again = visitor(app, eig).post(f"{CALLS}/{call().id}/resolved")
    assert again.status_code == 409
    assert "Cette demande d’aide est déjà close." in words(again.text)
    assert call().state is HelpState.WITHDRAWN


def test_a_call_closed_in_two_ways_at_once_is_closed_in_one(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    call_id, person_id = call().id, eig.person_id

    def close(how: Callable[[HelpRequest, Person, datetime], None]) -> None:
        how(db.session.get_one(HelpRequest, call_id), db.session.get_one(Person, person_id), now())

    told = while_under_way(app, "UPDATE help_requests", partial(close, resolve), partial(close, withdraw))
    assert isinstance(told, CallClosedError)
    assert call().state is HelpState.RESOLVED


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_a_bulletin_is_saved_while_its_call_is_resolved(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un avis")
    call_id, person_id, team_id = call().id, eig.person_id, team.id
    draft = replace(draft_of(db.session.scalars(select(Bulletin)).one()), help="Un autre avis")

    def resolve_it() -> None:
        resolve(db.session.get_one(HelpRequest, call_id), db.session.get_one(Person, person_id), now())

    def save_it() -> int:
        author = db.session.get_one(Person, person_id)
        return save_bulletin(db.session.get_one(Team, team_id), W10, author, draft, 1, now()).revision

    assert while_under_way(app, "UPDATE help_requests", resolve_it, save_it) == 2
    assert call().state is HelpState.RESOLVED


def test_a_call_that_was_withdrawn_by_its_button_stays_so_when_its_bulletin_is_saved_again(
    app: Flask, team: Team, eig: Membership
) -> None:
    write(app, eig, "Un avis")
    visitor(app, eig).post(f"{CALLS}/{call().id}/withdrawn")
    write(app, eig, "Un avis", 1)
    assert call().state is HelpState.WITHDRAWN
    write(app, eig, "Un autre avis", 2)
    assert call().state is HelpState.OPEN


def test_closed_calls_are_told_below_with_how_they_were_resolved(app: Flask, team: Team, eig: Membership) -> None:
    for ahead in range(7):
        make_bulletin(team, W10 + -ahead, help=f"Demande {ahead}.")
        make_digest(team.promotion, W10 + -ahead)
    for row in db.session.scalars(select(HelpRequest).order_by(HelpRequest.id)).all()[1:]:
        row.state, row.resolution = HelpState.RESOLVED, f"Réponse {row.week.number}."
    db.session.commit()
    page = words(visitor(app, eig).get(CALLS).text)
    assert [text in page for text in ("Demande 0.", "Demande 5.", "Réponse 5.", "Demande 6.")] == [
        True,
        True,
        True,
        False,
    ]
    assert page.index("Demande 0.") < page.rindex("Résolues récemment") < page.index("Demande 1.")
    older = words(visitor(app, eig).get(f"{CALLS}?state=resolved&before=6").text)
    assert ("Demande 6." in older, "Demande 5." in older) == (True, False)
    assert "Aucune demande à afficher" in words(visitor(app, eig).get(f"{CALLS}?state=archived&before={'9' * 40}").text)


def test_one_page_has_the_calls_of_all_ones_promotions(app: Flask, team: Team, eig: Membership) -> None:
    later = make_promotion(slug="promotion-4", name="Promotion 4")
    make_member(later, "mentor", person=eig.person)
    for promotion, text in ((team.promotion, "Un avis."), (later, "Un hébergeur."), (make_promotion(slug="p"), "Non.")):
        make_bulletin(make_team(promotion), W10, help=text)
        make_digest(promotion, W10)
    everything = visitor(app, eig).get("/help").text
    assert [text in words(everything) for text in ("Un avis.", "Un hébergeur.", "Non.")] == [True, True, False]
    assert [f'href="/promotion-{n}/help/{n - 2}/offer"' in everything for n in (3, 4)] == [True, True]
    one = words(visitor(app, eig).get("/promotion-4/help").text)
    assert ("Un avis." in one, "Un hébergeur." in one) == (False, True)


def test_my_week_lets_a_team_resolve_its_open_calls(app: Flask, team: Team, eig: Membership) -> None:
    write(app, eig, "Un **avis**")
    page = visitor(app, eig).get("/promotion-3/").text
    assert "<strong>avis</strong>" in page
    assert f'action="/promotion-3/help/{call().id}/resolved"' in page
    visitor(app, eig).post(f"{CALLS}/{call().id}/resolved")
    assert "Vos demandes d’aide en cours" not in words(visitor(app, eig).get("/promotion-3/").text)

"""Being erased: nothing names the person any more, and what was counted still adds up."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, text
from time_machine import Traveller

from app.advice.rules import Occasion
from app.advice.service import AdviceDraft, add_advice, set_aside
from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.models import Bulletin, Revision
from app.clock import now
from app.confidential.models import ConfidentialMessage
from app.confidential.service import answer_message, close_message, write_message
from app.corrections.notes import write_note
from app.database import db
from app.digests.introductions import introduce
from app.digests.models import Introduction, Recipient
from app.digests.moments import HELD
from app.digests.scheduling import decide
from app.digests.service import issue
from app.drafts.models import Draft
from app.drafts.service import DraftOrigin, keep_draft
from app.feeds.addresses import make_address
from app.feeds.models import Feed
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.rules import HelpState
from app.help_requests.service import resolve
from app.help_requests.thanks import say_thanks
from app.home.account import erase_person
from app.identity.rules import Claims
from app.identity.service import link
from app.letters.admin_actions import pause_mailing
from app.letters.delivery import deliver, deliver_one_pass, queue_requested_letters
from app.letters.models import Letter, Mailing, SuppressedAddress
from app.letters.states import Reason, State
from app.management.address_changes import ask_change
from app.management.people import LastCoordinatorError
from app.reactions.rules import Reaction
from app.reactions.service import react
from app.readership.auto_marking import choose
from app.readership.consent import Choice, ConsentPlace
from app.readership.figures.disclosure import Count
from app.readership.figures.monthly import Group
from app.readership.figures.reports import figures_by_month
from app.readership.models import MonthAnswer, ReadMark
from app.readership.survey import Habit
from app.records.models import Milestone
from app.retrospective.arrangement import Arrangement
from app.retrospective.models import Audience
from app.retrospective.service import publish, save_draft
from app.rota.service import exchange_turn, save_rota
from app.security import new_secret
from app.sharing.service import make_link
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.sign_in_models import SignInToken
from app.teams.sign_in_requests import request_link
from app.weeks import Week
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_questionnaire,
    make_read_mark,
    make_team,
    saved,
)
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import typed, words
from tests.threads import at_once, while_under_way

pytestmark = pytest.mark.both_databases

ADDRESS, NAME = "ada@plume.example", "Ada Lovelace"
W09 = Week.parse("2019-W09")


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def eig(promotion: Promotion) -> Membership:
    """Somebody who writes, reads, helps, confides, introduces a digest, and also coordinates."""
    team = make_team(promotion, "Plume")
    make_member(promotion, "coordinator", email="judith@programme.example")  # the last one cannot go
    return make_member(promotion, "eig", team, ADDRESS, name=NAME, locale="en", coordinates=True)


@pytest.fixture
def me(client: FlaskClient, eig: Membership) -> FlaskClient:
    return as_member(client, eig)


def lead_a_life(eig: Membership, relay: Relay) -> None:
    """Leave a trace in every table that can hold one."""
    promotion = eig.promotion
    other = make_member(promotion, "eig", make_team(promotion, "Karfu’R"), "bob@karfur.example")
    for team in (eig.team, other.team):
        make_bulletin(team, W09, help=f"Qui relit {team.name} ?", author=eig.person)
    introduce(promotion, W09, "Bonne lecture !", eig.person, now())
    decide(promotion, W09, HELD, 0, eig.person_id, now())
    digest = issue(promotion, W09, now=promotion.timetable.digest_due(W09) or now())
    write_note(digest, None, "Le chiffre est de 12.", digest.revision, eig.person_id, now())
    make_read_mark(digest, eig)
    offer_help(_call(other.team), eig, "Moi, lundi.", now())
    react(_call(other.team).bulletin, eig, Reaction.BRAVO)
    offered = offer_help(_call(eig.team), other, "Jeudi ?", now())
    resolve(_call(eig.team), eig.person, now())
    say_thanks(_call(eig.team), eig, {offered.id: "Merci Bob"}, "", base="", shown=True, now=now())
    write_message(eig, "J’aimerais en parler.", now())
    message = write_message(other, "Moi aussi.", now())
    answer_message(message, eig.person, "Appelons-nous.", now())
    choose(eig, Choice.GRANTED, ConsentPlace.ME, now())
    mate = make_member(promotion, "eig", eig.team, "mate@plume.example")
    assert eig.team
    save_rota(eig.team, [mate.id, eig.id], W09, 0)
    exchange_turn(eig, eig.team, W09, mate.id, eig.id, now())
    set_aside(eig, add_advice(promotion, AdviceDraft("Semez", "", Occasion.WEEK, 1)))
    milestone = saved(Milestone(promotion_id=promotion.id, key="mid", day=date(2019, 3, 1)))
    save_draft(milestone, Arrangement(title="Bilan"), 0, eig.person, now())
    publish(promotion, milestone, Audience.MEMBERS, "", eig.person, now(), seen=(1, 0))
    keep_draft(DraftOrigin(eig.person_id, "/promotion-3/confidential"), {"text": "Moi, lundi."}, now(), lost=True)
    make_questionnaire([eig, other])
    saved(MonthAnswer(membership_id=eig.id, month=date(2019, 3, 1), habit=Habit.WEEKLY))
    pause_mailing(f"digest:{digest.id}", eig.person_id, now())
    ask_change(eig.person, "ada@lovelace.example", now())
    record_action(AuditAction.PERSON_RENAMED, eig.person_id, now(), person_id=eig.person_id)
    make_address(eig, Feed.CALENDAR, now())
    link(Claims("https://provider.example", "ada-1", ADDRESS, None, None), eig.person_id, now())
    make_link(eig.team, "la DSI", promotion.ends_on, new_secret(), eig.person, now())
    request_link(ADDRESS, now())
    relay.refused_recipients = {ADDRESS: f"550 5.1.1 {ADDRESS} has left"}
    deliver()
    saved(SuppressedAddress(email=ADDRESS, since=now(), text=f"{ADDRESS} does not exist"))


def _call(team: Team | None) -> HelpRequest:
    return db.session.query(HelpRequest).filter_by(team=team).one()


def erase(visitor: FlaskClient, address: str = ADDRESS) -> Any:
    return visitor.post("/me/erase", data={"address": address})


def everything_kept() -> dict[str, str]:
    """Every table's rows, as text."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {t.name: str([tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{t.name}"'))]) for t in tables}


def traces() -> set[str]:
    """The tables in which somebody's address, name or own words stand."""
    signs = (ADDRESS, "Ada", "Lovelace", "Moi, lundi", "J’aimerais en parler", "Appelons-nous")
    return {table for table, rows in everything_kept().items() if any(sign in rows for sign in signs)}


def test_no_table_names_an_erased_person(me: FlaskClient, eig: Membership, relay: Relay) -> None:
    lead_a_life(eig, relay)
    before = {"people", "letters", "letter_events", "mailings", "help_offers", "confidential_messages", "drafts"}
    assert before | {"suppressed_addresses"} <= traces()
    assert erase(me).location == "/"
    assert traces() == set()


def test_no_row_but_membership_and_recipients_leads_to_an_erased_person(
    me: FlaskClient, eig: Membership, relay: Relay
) -> None:
    lead_a_life(eig, relay)
    known = {"people": eig.person_id, "memberships": eig.id}
    assert leading_to(known) == set(references()), "`lead_a_life` must leave a trace in every table that can hold one"
    erase(me)
    assert leading_to(known) == {"memberships.person_id", "recipients.membership_id"}


def references() -> dict[str, tuple[Table, str, str]]:
    """Every column that refers to a person or a membership, by its name: its table, its name there, to what."""
    return {
        f"{table.name}.{key.parent.name}": (table, key.parent.name, key.column.table.name)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"people", "memberships"}
    }


def leading_to(known: dict[str, int]) -> set[str]:
    """The columns that lead to the person or the membership."""
    db.session.rollback()
    return {
        name
        for name, (table, column, target) in references().items()
        if db.session.execute(table.select().where(table.c[column] == known[target])).first()
    }


def test_bulletins_stay_with_their_team_and_a_former_member_wrote_them(
    app: Flask, me: FlaskClient, eig: Membership, relay: Relay
) -> None:
    lead_a_life(eig, relay)
    erase(me)
    assert [bulletin.author_id for bulletin in db.session.query(Bulletin)] == [None, None]
    assert [revision.author_id for revision in db.session.query(Revision)] == [None, None]
    assert db.session.query(Introduction).one().text == "Bonne lecture !"
    reader = as_member(app.test_client(), make_member(eig.promotion))
    assert "Priorité de Plume" in reader.get("/promotion-3/weeks/2019-W09").text


def test_a_revision_saved_meanwhile_is_a_former_members(app: Flask, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W10", author=eig.person, revision=2)
    colleague = as_member(app.test_client(), make_member(eig.promotion, "eig", eig.team, locale="en"))
    erase_person(eig.person, now())
    form = {"mood": "good", "priorities": "p", "ups_and_downs": "u", "revision": "1"}
    answer = colleague.post("/promotion-3/bulletin/2019-W10", data=form)
    assert answer.status_code == 409
    assert "Former member saved this bulletin while you were writing" in words(answer.text)


@pytest.mark.both_databases
def test_a_draft_that_comes_meanwhile_is_not_kept(app: Flask, eig: Membership) -> None:
    person_id, origin = eig.person_id, DraftOrigin(eig.person_id, "/promotion-3/confidential")

    def erase_them() -> None:
        erase_person(db.session.get_one(Person, person_id), now())

    kept = while_under_way(
        app, "DELETE FROM drafts", erase_them, lambda: keep_draft(origin, {"text": "Un mot"}, now(), lost=True)
    )
    assert kept is False
    assert db.session.query(Draft).all() == []


def test_the_last_two_coordinators_at_once_do_not_both_go(app: Flask, eig: Membership, clock: Traveller) -> None:
    make_digest(eig.promotion, W09)  # whose readers are counted and committed before anybody is erased
    people = [member.person_id for member in db.session.query(Membership)]

    def go(person_id: int) -> None:
        erase_person(db.session.get_one(Person, person_id), now())

    gone = at_once(app, *(partial(go, person_id) for person_id in people))
    assert [type(each) for each in gone if each] == [LastCoordinatorError]
    db.session.rollback()
    assert db.session.query(Person).filter(Person.email.is_not(None)).count() == 1


def test_what_was_done_for_others_stays_without_its_doer(me: FlaskClient, eig: Membership, relay: Relay) -> None:
    lead_a_life(eig, relay)
    erase(me)
    states = {call.team.name: (call.state, bool(call.first_offered_at)) for call in db.session.query(HelpRequest)}
    assert states["Karfu’R"] == (HelpState.OFFERED, True)
    message = db.session.query(ConfidentialMessage).one()
    assert (message.text, message.handled_by_id) == ("Moi aussi.", None)


def test_the_coordination_sees_a_former_member_where_one_took_care(
    app: Flask, me: FlaskClient, eig: Membership
) -> None:
    other = make_member(eig.promotion, "eig")
    close_message(write_message(other, "Bonjour", now()), eig.person, now())
    erase(me)
    desk = as_member(app.test_client(), make_member(eig.promotion, "coordinator", locale="en"))
    assert "former member is dealing with it" in words(desk.get("/promotion-3/manage/confidential").text)


def test_sessions_end_everywhere_and_no_link_signs_in(
    app: Flask, me: FlaskClient, eig: Membership, relay: Relay
) -> None:
    elsewhere = as_member(app.test_client(), eig)
    erase(me)
    for visitor in (me, elsewhere):
        assert visitor.get("/me").location.startswith("/sign-in")
    request_link(ADDRESS, now())
    assert queue_requested_letters(now()) == 0
    assert (db.session.query(SignInToken).count(), db.session.query(Letter).count()) == (0, 0)


def test_letters_that_wait_never_leave(me: FlaskClient, eig: Membership, relay: Relay) -> None:
    request_link(ADDRESS, now())
    assert queue_requested_letters(now()) == 1
    erase(me)
    deliver_one_pass()
    letter = db.session.query(Letter).one()
    assert relay.messages == []
    assert (letter.state, letter.reason, letter.to_email) == (State.FAILED, Reason.PERSON_GONE, "")


def test_an_offer_that_waits_is_withdrawn_with_its_author(me: FlaskClient, eig: Membership, relay: Relay) -> None:
    asking = make_team(eig.promotion)
    make_member(eig.promotion, "eig", asking)
    make_bulletin(asking, W09, help="Qui relit ?")
    make_digest(eig.promotion, W09)
    offer_help(_call(asking), eig, "Moi, lundi.", now())
    erase(me)
    deliver_one_pass()
    assert relay.messages == []
    assert db.session.query(HelpOffer).count() == 0
    assert [mailing.text for mailing in db.session.query(Mailing)] == [""]


def test_an_offer_to_a_team_still_reaches_the_others_of_it(me: FlaskClient, eig: Membership, relay: Relay) -> None:
    make_member(eig.promotion, "eig", eig.team, "bob@plume.example")
    make_bulletin(eig.team, W09, help="Qui relit ?")
    make_digest(eig.promotion, W09)
    offer_help(_call(eig.team), make_member(eig.promotion), "Lundi ?", now())
    erase(me)
    deliver_one_pass()
    assert [letter.envelope_to for letter in relay.messages] == [["bob@plume.example"]]
    assert "Lundi ?" in relay.messages[0].text


def test_the_counts_of_the_past_still_add_up(me: FlaskClient, eig: Membership) -> None:
    digest = make_digest(eig.promotion, W09)
    recipients = db.session.query(Recipient).count()
    make_read_mark(digest, eig)
    erase(me)
    assert db.session.query(Recipient).count() == recipients
    assert db.session.query(ReadMark).count() == 0
    month = figures_by_month(eig.promotion, now())[0]
    assert month.groups[Group.EIG].eligible == 1


def test_the_figures_of_a_complete_month_do_not_change(
    app: Flask, me: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    others = [make_member(eig.promotion, "eig") for _ in range(11)]
    digest = make_digest(eig.promotion, W09)
    for member in (eig, *others[:6]):
        make_read_mark(digest, member)
    clock.move_to("2019-04-09T10:00:00Z")
    before = figures_by_month(eig.promotion, now())
    assert before[0].frozen
    assert before[0].groups[Group.EIG].readers == Count(7, 7)
    erase(as_member(app.test_client(), eig))
    assert figures_by_month(eig.promotion, now()) == before


def test_an_erased_member_is_counted_in_no_digest_from_now_on(me: FlaskClient, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W10")
    erase(me)
    week = Week.parse("2019-W10")
    issue(eig.promotion, week, now=eig.promotion.timetable.digest_due(week) or now())
    assert db.session.query(Recipient).filter_by(membership_id=eig.id).count() == 0
    assert (eig.team_id, eig.coordinates, eig.is_current(eig.promotion.today(now()))) == (None, False, False)


@pytest.mark.parametrize("address", ["", "bob@plume.example", f"x{ADDRESS}"])
def test_erasing_needs_ones_own_address_typed(me: FlaskClient, eig: Membership, address: str) -> None:
    assert typed(me.get("/me/erase").text, "address") == ""
    answer = erase(me, address)
    assert answer.status_code == 422
    assert typed(answer.text, "address") == address
    assert eig.person.email == ADDRESS
    assert me.get("/me").status_code == 200


def test_an_address_is_typed_as_people_type(me: FlaskClient, eig: Membership) -> None:
    assert erase(me, f"  {ADDRESS.upper()} ").location == "/"
    assert eig.person.email is None
    assert "nothing kept here names you" in words(me.get("/").text)


def test_opening_the_page_erases_nothing(me: FlaskClient, eig: Membership) -> None:
    for _ in range(3):
        assert ADDRESS in me.get("/me/erase").text
    assert eig.person.email == ADDRESS


def test_somebody_who_comes_back_is_somebody_new(me: FlaskClient, eig: Membership) -> None:
    erase(me)
    back = make_member(eig.promotion, "eig", email=ADDRESS)
    assert back.person_id != eig.person_id

"""Advice on its pages: written, changed, adopted and removed by the coordination; shown, set aside, counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.access import SignedOutError
from app.advice.models import Advice, AdviceSetAside
from app.advice.proposals import PROPOSALS
from app.advice.queries import advice_for
from app.advice.rules import Occasion
from app.advice.service import (
    AdviceChangedError,
    AdviceDraft,
    adopt_proposals,
    change_advice,
    draft_of,
    set_aside,
)
from app.clock import now
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.home.account import erase_person, everything_about
from app.plans.models import Plan
from app.records.models import ChallengeRecord, Milestone
from app.teams.models import Membership, Promotion
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.threads import at_once

PAGE, MY_WEEK = "/promotion-3/advice", "/promotion-3/"  # START is in week 9 of the programme
TYPED = {"text": "Demandez vos accès.", "url": "https://www.data.gouv.fr/aide", "occasion": "week", "week": "9"}
NO_TIME = {"openings": [{"kind": "source_code", "status": "no", "reason": "time"}]}


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def eig(promotion: Promotion) -> Membership:
    return make_member(promotion, "eig", make_team(promotion, "Karfu’R"), locale="en")


@pytest.fixture
def writer(app: Flask, eig: Membership) -> FlaskClient:
    return as_member(app.test_client(), eig)


@pytest.fixture
def coordination(app: Flask, promotion: Promotion) -> FlaskClient:
    return as_member(app.test_client(), make_member(promotion, "coordinator", locale="en"))


def make_advice(promotion: Promotion, text: str, **values: Any) -> Advice:
    """Advice of the programme's first week."""
    return saved(
        Advice(**({"promotion_id": promotion.id, "text": text, "occasion": Occasion.WEEK, "week": 1} | values))
    )


def shown(member: Membership) -> list[str]:
    return [advice.text for advice in advice_for(member, now()).shown]


def test_what_the_coordination_writes_stands_on_my_week_until_it_is_set_aside(
    coordination: FlaskClient, writer: FlaskClient
) -> None:
    answer = coordination.post(PAGE, data=TYPED)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#advice-1")
    page = writer.get(MY_WEEK).text
    assert "Demandez vos accès." in words(page)
    assert 'href="https://www.data.gouv.fr/aide"' in page
    assert "More on data.gouv.fr" in words(page)

    answer = writer.post(f"{PAGE}/1/set-aside", data={"next": MY_WEEK})
    assert (answer.status_code, answer.location) == (303, f"{MY_WEEK}#advice")
    page = writer.get(MY_WEEK).text
    assert "Advice from the coordinators" in words(page)
    assert f'action="{PAGE}/1/set-aside"' not in page
    assert "1 piece of advice set aside" in words(page), "it can be found again"


def test_a_week_that_is_to_come_shows_nothing_yet(coordination: FlaskClient, eig: Membership, clock: Traveller) -> None:
    coordination.post(PAGE, data=TYPED | {"week": "10"})
    assert "to come" in words(coordination.get(PAGE).text)
    assert shown(eig) == []
    clock.move_to("2019-03-10T22:59:00Z")
    assert shown(eig) == []
    clock.move_to("2019-03-10T23:00:00Z")  # Monday in Paris
    assert shown(eig) == ["Demandez vos accès."]


def test_each_member_of_a_team_sets_aside_for_themselves(promotion: Promotion, eig: Membership) -> None:
    advice = make_advice(promotion, "Semez")
    teammate, mentor = (make_member(promotion, role, eig.team) for role in ("eig", "mentor"))
    set_aside(eig, advice)
    assert [shown(member) for member in (eig, teammate, mentor)] == [[], ["Semez"], ["Semez"]]


def test_who_is_of_no_team_is_advised_nothing(app: Flask, promotion: Promotion, eig: Membership) -> None:
    make_advice(promotion, "Semez")
    others = [make_member(promotion, "coordinator"), make_member(promotion), make_member(promotion, "alumni", eig.team)]
    assert [shown(member) for member in others] == [[], [], []]
    assert as_member(app.test_client(), others[0]).post(f"{PAGE}/1/set-aside").status_code == 404


def test_nothing_is_advised_before_a_promotion_and_after_it(
    promotion: Promotion, eig: Membership, clock: Traveller
) -> None:
    make_advice(promotion, "Semez")
    for moment, found in {"2019-01-02": [], "2019-01-07": ["Semez"], "2019-11-08": ["Semez"], "2019-11-20": []}.items():
        clock.move_to(f"{moment}T09:00:00Z")
        assert shown(eig) == found, moment


def test_advice_of_another_promotion_or_to_come_cannot_be_set_aside(writer: FlaskClient, promotion: Promotion) -> None:
    make_advice(make_promotion(slug="promotion-4"), "Ailleurs")
    make_advice(promotion, "Plus tard", week=10)
    assert [writer.post(f"{PAGE}/{number}/set-aside").status_code for number in (1, 2, 3)] == [404] * 3
    assert db.session.scalars(select(AdviceSetAside)).all() == []


def test_the_receipt_shows_one_at_most_and_the_most_urgent(writer: FlaskClient, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W10", help="Qui relit ?")
    for week in (2, 7, 4):
        make_advice(eig.promotion, f"Semaine {week}", week=week)
    make_advice(eig.promotion, "Premier appel", occasion=Occasion.FIRST_CALL, week=None)
    receipt = "/promotion-3/bulletin/2019-W10/receipt"
    for text in ("Premier appel", "Semaine 7", "Semaine 4", "Semaine 2"):
        page = writer.get(receipt).text
        assert page.count("/set-aside") == 1
        assert text in words(page)
        assert shown(eig)[0] == text
        chosen = db.session.scalars(select(Advice).where(Advice.text == text)).one()
        assert writer.post(f"{PAGE}/{chosen.id}/set-aside", data={"next": receipt}).location == f"{receipt}#advice"
    assert "/set-aside" not in writer.get(receipt).text


def test_a_first_call_is_advised_for_four_weeks_unless_it_is_withdrawn(eig: Membership, clock: Traveller) -> None:
    make_advice(eig.promotion, "Premier appel", occasion=Occasion.FIRST_CALL, week=None)
    assert shown(eig) == []
    make_bulletin(eig.team, "2019-W10", help="Qui relit ?")  # on Wednesday at 09:00 UTC
    assert shown(eig) == ["Premier appel"]
    call = db.session.scalars(select(HelpRequest)).one()
    call.state = HelpState.WITHDRAWN
    db.session.commit()
    assert shown(eig) == []
    call.state = HelpState.RESOLVED
    db.session.commit()
    for moment, found in {"2019-04-03T08:59:00Z": ["Premier appel"], "2019-04-03T09:00:00Z": []}.items():
        clock.move_to(moment)
        assert shown(eig) == found
    make_bulletin(eig.team, "2019-W14", help="Qui relit encore ?", created_at=now())
    assert shown(eig) == [], "it is not the first"


def test_code_that_is_not_open_for_want_of_time_is_advised_on(promotion: Promotion, eig: Membership) -> None:
    make_advice(promotion, "Ouvrez", occasion=Occasion.CODE_NOT_OPENED, week=None)
    other = make_member(promotion, "eig", make_team(promotion, "Plume"))
    milestone = saved(Milestone(promotion_id=promotion.id, key="mid", day=date(2019, 3, 1)))
    record = ChallengeRecord(milestone_id=milestone.id, team_id=eig.team_id, content=NO_TIME, updated_at=now())
    saved(record)
    assert shown(eig) == [], "it is begun, and not sent"
    record.sent_at = now()
    saved(record)
    assert [shown(eig), shown(other)] == [["Ouvrez"], []]
    end = Milestone(promotion_id=promotion.id, key="end", day=date(2019, 3, 5))
    opened = {"openings": [{"kind": "source_code", "status": "open"}]}
    end.records.append(ChallengeRecord(team_id=eig.team_id, content=opened, updated_at=now(), sent_at=now()))
    saved(end)
    assert shown(eig) == []


def test_an_empty_plan_is_advised_on_from_the_middle_of_the_promotion(
    promotion: Promotion, eig: Membership, clock: Traveller
) -> None:
    make_advice(promotion, "Écrivez", occasion=Occasion.PLAN_EMPTY, week=None)
    for moment, found in {"2019-06-07T21:59:00Z": [], "2019-06-07T22:00:00Z": ["Écrivez"]}.items():
        clock.move_to(moment)
        assert shown(eig) == found, moment
    saved(Milestone(promotion_id=promotion.id, key="mid", day=date(2019, 7, 1)))
    assert shown(eig) == []
    clock.move_to("2019-07-01T09:00:00Z")
    assert shown(eig) == ["Écrivez"]
    saved(Plan(team_id=eig.team_id, vision="Un service public", changed_at=now()))
    assert shown(eig) == []


@pytest.mark.parametrize(
    ("changes", "faulty"),
    [
        ({"text": " \n "}, "text"),
        ({"text": "é" * 301}, "text"),
        ({"text": "🙂" * 50_000}, "text"),
        ({"url": "code.gouv.fr"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": f"https://a.example/{'x' * 500}"}, "url"),
        ({"occasion": ""}, "occasion"),
        ({"occasion": "birthday"}, "occasion"),
        *[({"week": week}, "week") for week in ("", "0", "45", "-1", "1.5", "٣", "9" * 5000)],
    ],
)
def test_faults_are_told_beside_their_field_and_nothing_is_lost(
    coordination: FlaskClient, promotion: Promotion, changes: dict[str, str], faulty: str
) -> None:
    make_advice(promotion, "Semez")
    for path in (PAGE, f"{PAGE}/1"):
        answer = coordination.post(path, data=TYPED | changes)
        assert answer.status_code == 422
        assert list(faults(answer.text)) == [faulty]
        assert typed(answer.text, "text") == (TYPED | changes)["text"]
        assert typed(answer.text, "url") == (TYPED | changes)["url"]
    assert [advice.text for advice in db.session.scalars(select(Advice))] == ["Semez"]


def test_an_event_needs_no_week_and_a_text_is_one_line(coordination: FlaskClient) -> None:
    event = {"text": " Semez\r\nà tout vent ", "url": "", "occasion": "first_call", "week": "99"}
    assert coordination.post(PAGE, data=event).status_code == 303
    advice = db.session.scalars(select(Advice)).one()
    assert draft_of(advice) == AdviceDraft("Semez à tout vent", "", Occasion.FIRST_CALL, None)


def test_two_taps_add_one(coordination: FlaskClient) -> None:
    for _ in range(2):
        coordination.post(PAGE, data=TYPED)
    assert len(db.session.scalars(select(Advice)).all()) == 1


def test_advice_is_changed_and_removed(coordination: FlaskClient, writer: FlaskClient) -> None:
    coordination.post(PAGE, data=TYPED)
    page = coordination.get(f"{PAGE}/1").text
    assert typed(page, "text") == TYPED["text"]
    assert typed(page, "week") == "9"
    changed = TYPED | {"text": "Semez", "revision": typed(page, "revision")}
    assert coordination.post(f"{PAGE}/1", data=changed).location == f"{PAGE}#advice-1"
    assert "Semez" in words(writer.get(MY_WEEK).text)
    writer.post(f"{PAGE}/1/set-aside")
    assert coordination.post(f"{PAGE}/1/remove").location == PAGE
    assert "Semez" not in words(writer.get(MY_WEEK).text)
    assert db.session.scalars(select(AdviceSetAside)).all() == []
    assert coordination.post(f"{PAGE}/1/remove").location == PAGE  # sent twice


def test_what_was_typed_of_advice_that_a_colleague_removed_is_in_a_form_that_adds_it(coordination: FlaskClient) -> None:
    coordination.post(PAGE, data=TYPED)
    changed = TYPED | {"text": "Semez", "revision": typed(coordination.get(f"{PAGE}/1").text, "revision")}
    coordination.post(f"{PAGE}/1/remove")
    for text in ("", "Semez"):
        late = coordination.post(f"{PAGE}/1", data=changed | {"text": text})
        assert (late.status_code, "Somebody removed this advice" in words(late.text)) == (409, True)
    assert typed(late.text, "text") == "Semez"
    assert f'action="{PAGE}"' in late.text
    assert coordination.post(PAGE, data=changed).status_code == 303
    assert [advice.text for advice in db.session.scalars(select(Advice))] == ["Semez"]


def test_advice_that_another_has_just_changed_is_not_removed_unseen(coordination: FlaskClient) -> None:
    coordination.post(PAGE, data=TYPED)
    shown = typed(coordination.get(PAGE).text.partition('action="/promotion-3/advice/1/remove"')[2], "revision")
    other = TYPED | {"text": "Semez", "revision": typed(coordination.get(f"{PAGE}/1").text, "revision")}
    coordination.post(f"{PAGE}/1", data=other)
    late = coordination.post(f"{PAGE}/1/remove", data={"revision": shown})
    assert (late.status_code, "has just changed what you wanted to remove" in words(late.text)) == (409, True)
    assert "Semez" in words(coordination.get(PAGE).text)
    assert coordination.post(f"{PAGE}/1/remove", data={"revision": "2"}).status_code == 303
    assert db.session.scalars(select(Advice)).all() == []


def test_of_two_who_change_it_at_once_the_second_is_asked(coordination: FlaskClient) -> None:
    coordination.post(PAGE, data=TYPED)
    coordination.post(f"{PAGE}/1", data=TYPED | {"text": "Le leur", "revision": "1"})
    answer = coordination.post(f"{PAGE}/1", data=TYPED | {"text": "Le mien", "revision": "1"})
    assert answer.status_code == 409
    assert "Le leur" in words(answer.text)
    assert typed(answer.text, "text") == "Le mien"
    knowingly = TYPED | {"text": "Le mien", "revision": typed(answer.text, "revision")}
    assert coordination.post(f"{PAGE}/1", data=knowingly).status_code == 303
    assert [advice.text for advice in db.session.scalars(select(Advice))] == ["Le mien"]


@pytest.mark.both_databases
def test_changes_at_the_same_moment_never_both_pass(app: Flask, promotion: Promotion) -> None:
    number = make_advice(promotion, "Semez").id

    def change(text: str) -> None:
        change_advice(db.session.get_one(Advice, number), AdviceDraft(text, "", Occasion.WEEK, 1), 1)

    outcomes = at_once(app, *(lambda text=text: change(text) for text in ("Arrosez", "Taillez", "Cueillez")))
    assert [type(outcome) for outcome in outcomes if outcome] == [AdviceChangedError] * 2
    assert db.session.get_one(Advice, number).revision == 2


def test_proposals_are_adopted_once_in_the_language_of_the_promotion(coordination: FlaskClient) -> None:
    assert coordination.post(f"{PAGE}/adopt", data={"proposal": "handover"}).location == f"{PAGE}#proposals"
    advice = db.session.scalars(select(Advice)).one()
    assert advice.text.startswith("Passez la main")
    page = words(coordination.get(PAGE).text)
    assert "1 piece of advice adopted" in page
    assert "Adopt all of them" in page
    coordination.post(f"{PAGE}/adopt", data={"proposal": [each.key for each in PROPOSALS]})
    coordination.post(f"{PAGE}/adopt", data={"proposal": ["handover", "nonsense"]})
    assert len(db.session.scalars(select(Advice)).all()) == len(PROPOSALS)
    assert "Adopt all of them" not in words(coordination.get(PAGE).text)


@pytest.mark.both_databases
def test_adopting_at_the_same_moment_adopts_once(app: Flask, promotion: Promotion) -> None:
    number = promotion.id
    tasks = [lambda: adopt_proposals(db.session.get_one(Promotion, number), ["access"])] * 3
    assert sorted(at_once(app, *tasks)) == [0, 0, 1]


@pytest.mark.both_databases
def test_setting_aside_counts_a_person_once_and_says_it_in_fives(
    app: Flask, coordination: FlaskClient, promotion: Promotion
) -> None:
    advice = make_advice(promotion, "Semez")
    team = make_team(promotion)
    readers = [make_member(promotion, "eig", team) for _ in range(11)]
    for number, reader in enumerate(readers[:6], 1):
        for _ in range(2):
            set_aside(reader, advice)
        assert ("Set aside by" in words(coordination.get(PAGE).text)) is (number >= 5)
    assert "Set aside by at least 5 people" in words(coordination.get(PAGE).text)
    first, number = readers[6].id, advice.id

    def once_more() -> None:
        set_aside(db.session.get_one(Membership, first), db.session.get_one(Advice, number))

    at_once(app, once_more, once_more, once_more)
    db.session.expire_all()
    assert db.session.get_one(Advice, number).set_aside == 7


def test_an_erasure_takes_what_was_set_aside_and_leaves_the_total(promotion: Promotion, eig: Membership) -> None:
    set_aside(eig, make_advice(promotion, "Semez"))
    assert everything_about(eig.person)["advice_set_aside"] == ["Semez"]
    erase_person(eig.person, now())
    assert db.session.scalars(select(AdviceSetAside)).all() == []
    advice = db.session.scalars(select(Advice)).one()
    assert advice.set_aside == 1
    with pytest.raises(SignedOutError):
        set_aside(eig, advice)

"""The page of a digest's letters: what it tells, what it keeps to itself, and the acts on it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.letters.delivery import deliver
from app.letters.models import AdminActionLog, Bounce, Letter
from app.letters.states import AdminAction, BounceVerdict, State
from app.teams.models import Person
from app.teams.subscriptions import Subscription, unsubscribe
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.digests.conftest import DUE, LETTERS, member
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.letters.conftest import use_relay
from tests.letters.scripted_relay import HANG_UP, ScriptedRelay
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MANAGE_URL = "/promotion-3/manage/weeks/2019-W10"


def page(client: FlaskClient, url: str = LETTERS) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return words(answer.text)


def press(client: FlaskClient, act: str) -> str:
    """What the page says after the button of that act."""
    answer = client.post(f"{LETTERS}/{act}")
    assert (answer.status_code, answer.headers["Location"]) == (302, LETTERS)
    return page(client)


def offered(client: FlaskClient) -> list[str]:
    """The acts that the page has a button for."""
    return re.findall(rf'action="{LETTERS}/([\w-]+)"', client.get(LETTERS).text)


def acts() -> list[tuple[AdminAction, str, int]]:
    db.session.rollback()
    rows = (
        select(AdminActionLog, Person).join(Person, Person.id == AdminActionLog.person_id).order_by(AdminActionLog.id)
    )
    return [(act.action, person.name, act.letters) for act, person in db.session.execute(rows)]


# --- What it tells ---------------------------------------------------------------------------------------------------


def test_letters_are_counted_by_state_on_the_page_on_the_desk_and_by_the_command(
    app: Flask, judith: FlaskClient, relay: Relay
) -> None:
    relay.refused_recipients = {"anne@x.example": "550 5.1.1 no such user", "bruno@x.example": "451 4.2.1 busy"}
    counted = json.loads(app.test_cli_runner().invoke(args=["deliver", "--format", "json"]).stdout)
    assert counted == {"sent": 2, "deferred": 1, "failed": 1, "unknown": 0, "queued": 0, "excluded": 3}
    text = page(judith)
    counts = {"parties": 2, "en attente": 0, "différées": 1, "en échec": 1, "au sort inconnu": 0}
    counts["exclues"] = 2  # the third has unsubscribed: one is too few to be told
    for name, number in counts.items():
        assert re.search(rf"\b{name} [^\d]* (?:\d+ heures )?{number} ", text), name
    assert "4 lettres : 2 parties, 1 différée, 1 en échec" in text
    assert "4 lettres : 2 parties, 1 différée, 1 en échec" in page(judith, MANAGE_URL)


def test_what_failed_is_shown_letter_by_letter_with_the_relays_words(judith: FlaskClient, relay: Relay) -> None:
    relay.refused_recipients = {"anne@x.example": "550 5.1.1 no such <user>", "bruno@x.example": "451 4.2.1 busy"}
    deliver()
    text = page(judith)
    assert "Anne anne@x.example en échec refusée par le relais 550 5.1.1 no such <user>" in text
    assert "Bruno bruno@x.example remise à plus tard le relais a dit « plus tard » · prochain essai vendredi à" in text
    assert "451 4.2.1 busy" in text
    assert "Chloé" not in text


def test_who_got_no_letter_is_told_by_name_but_for_the_unsubscribed(judith: FlaskClient) -> None:
    text = page(judith)
    assert "Denis · sans adresse" in text
    assert "Émile · l’adresse n’existe pas, selon une lettre revenue" in text
    assert (
        "Moins de cinq membres se sont désabonnés du récapitulatif."
        " Le nombre n’est donné qu’à partir de cinq, et personne n’est nommé." in text
    )
    assert "Farah" not in text


def test_an_unsubscribed_member_whose_address_bounced_is_missing_from_no_list(
    judith: FlaskClient, mailed: Digest
) -> None:
    """Else the page of addresses, which names Émile, would give him away by comparison."""
    unsubscribe(member(mailed.promotion, "Émile"), Subscription.DIGEST, DUE)
    make_bulletin(mailed.promotion.teams[0], "2019-W11")
    issue(mailed.promotion, Week.parse("2019-W11"), now=mailed.promotion.timetable.digest_due(Week.parse("2019-W11")))
    assert "Émile · l’adresse n’existe pas" in page(judith, "/promotion-3/manage/weeks/2019-W11/letters")


def test_who_left_between_freeze_and_sending_is_accounted_for_by_name(
    judith: FlaskClient, mailed: Digest, relay: Relay
) -> None:
    anne, bruno, chloe = (member(mailed.promotion, name) for name in ("Anne", "Bruno", "Chloé"))
    anne.left_on = mailed.issued_at.date().replace(day=7)
    make_member(make_promotion(slug="promotion-4", name="Promotion 4"), person=bruno.person)
    db.session.delete(bruno)
    db.session.execute(delete(Person).where(Person.id == chloe.person_id))
    db.session.commit()
    assert deliver().failed == 3
    text = page(judith)
    gone = "en échec n’était plus membre de la promotion quand la lettre devait partir"
    assert f"Anne anne@x.example {gone}" in text
    assert f"Bruno bruno@x.example {gone}" in text
    assert "Chloé chloe@x.example en échec la personne s’est effacée entre-temps" in text
    assert len(relay.messages) == 1


def test_who_unsubscribed_between_freeze_and_sending_is_a_number(
    judith: FlaskClient, mailed: Digest, relay: Relay
) -> None:
    unsubscribe(member(mailed.promotion, "Anne"), Subscription.DIGEST, DUE)
    assert deliver().failed == 1
    html = judith.get(LETTERS).text
    assert "Quelques-unes des lettres en échec, moins de cinq, ont été retenues" in words(html)
    assert not re.search(r"\bAnne\b|anne@", html)
    assert offered(judith) == [], "there is nothing to try again"


def test_nothing_tells_who_has_read(judith: FlaskClient, mailed: Digest, relay: Relay) -> None:
    deliver()
    before = judith.get(LETTERS).text
    anne = as_member(judith.application.test_client(), member(mailed.promotion, "Anne"))
    assert anne.post("/promotion-3/digests/2019-W10/read").status_code == 302
    without_token = [re.sub(r'csrf_token" value="[^"]*"', "", html) for html in (before, judith.get(LETTERS).text)]
    assert without_token[0] == without_token[1]


def test_what_came_back_is_shown(judith: FlaskClient, relay: Relay) -> None:
    deliver()
    letter = db.session.scalars(select(Letter).filter_by(to_email="anne@x.example")).one()
    text = {"code": "5.2.2", "text": "mailbox full"}
    saved(
        Bounce(
            fingerprint="0" * 64,
            letter_id=letter.id,
            read_at=DUE,
            verdict=BounceVerdict.INNOCENT,
            permanent=False,
            **text,
        )
    )
    assert "Anne anne@x.example vendredi à 15 h 05 · échec passager : rien n’a été changé 5.2.2" in page(judith)


def test_a_long_list_is_cut_and_says_so(judith: FlaskClient, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.letters.mailing_status.SHOWN", 1)
    relay.refused_recipients = dict.fromkeys(("anne@x.example", "bruno@x.example"), "550 no")
    deliver()
    text = page(judith)
    assert "Anne" in text
    assert "Bruno" not in text
    assert "et 1 autre" in text


def test_a_digest_for_the_archive_says_that_it_has_no_letters(client: FlaskClient, clock: Traveller) -> None:
    promotion = make_promotion()
    as_member(client, make_member(promotion, "coordinator"))
    make_bulletin(make_team(promotion), "2019-W09")
    week = Week.parse("2019-W09")
    issue(promotion, week, now=promotion.timetable.digest_due(week), letters=False)
    text = page(client, "/promotion-3/manage/weeks/2019-W09/letters")
    assert "sans lettres : 1 membre est compté." in text
    assert "Gardé pour les archives, sans lettres" in page(client, "/promotion-3/manage/weeks/2019-W09")
    make_digest(promotion, "2019-W08", empty=True)
    assert "sans aucune lettre" in page(client, "/promotion-3/manage/weeks/2019-W08/letters")


# --- The acts --------------------------------------------------------------------------------------------------------


def test_sending_is_paused_and_resumed(judith: FlaskClient, relay: Relay) -> None:
    assert offered(judith) == ["pause"]
    text = press(judith, "pause")
    assert "Envoi suspendu : 4 lettres attendent que vous le repreniez." in text
    assert "Envoi suspendu depuis vendredi à 15 h 05" in text
    assert offered(judith) == ["resume"]
    assert deliver().sent == 0
    assert "Envoi repris : 4 lettres vont partir." in press(judith, "resume")
    assert deliver().sent == 4
    assert offered(judith) == []
    assert acts() == [(AdminAction.PAUSE, "Judith", 0), (AdminAction.RESUME, "Judith", 0)]
    assert "Judith · envoi repris vendredi à 15 h 05" in page(judith)


def test_a_failed_letter_is_sent_to_the_address_corrected_since(
    judith: FlaskClient, mailed: Digest, relay: Relay
) -> None:
    relay.refused_recipients = {"anne@x.example": "550 5.1.1 no such user"}
    deliver()
    member(mailed.promotion, "Anne").person.email = "anne.roux@x.example"
    db.session.commit()
    assert offered(judith) == ["retry"]
    assert "1 lettre est remise en file." in press(judith, "retry")
    assert deliver().sent == 1
    assert len(relay.to("anne.roux@x.example")) == 1
    assert acts() == [(AdminAction.RETRY, "Judith", 1)]
    assert "Judith · celles en échec ou différées retentées · 1 lettre" in page(judith)


def test_a_retry_leaves_what_was_held_back_as_it_was(judith: FlaskClient, mailed: Digest, relay: Relay) -> None:
    relay.refused_recipients = {"anne@x.example": "550 5.1.1 no such user"}
    bruno = member(mailed.promotion, "Bruno")
    unsubscribe(bruno, Subscription.DIGEST, DUE)
    deliver()
    before, bruno.person.email = bruno.person.email, "bruno.petit@x.example"
    db.session.commit()
    assert "1 lettre est remise en file." in press(judith, "retry")
    db.session.rollback()
    held = db.session.scalars(select(Letter).where(Letter.person_id == bruno.person_id)).one()
    assert (held.state, held.to_email) == (State.FAILED, before)


def leave_one_unknown(app: Flask, relay: ScriptedRelay) -> None:
    use_relay(app, relay.url)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], interrupted_letters="at_most_once")
    relay.script["CONTENT"] = [HANG_UP]
    deliver()


@pytest.mark.parametrize(
    ("act", "done", "what", "sent"),
    [
        ("send-again", "1 lettre est remise en file.", AdminAction.SEND_AGAIN, 1),
        ("take-as-sent", "1 lettre est considérée comme partie.", AdminAction.TAKE_AS_SENT, 0),
    ],
)
def test_a_person_decides_about_the_unknown(
    app: Flask, judith: FlaskClient, scripted_relay: ScriptedRelay, act: str, done: str, what: AdminAction, sent: int
) -> None:
    leave_one_unknown(app, scripted_relay)
    letter = db.session.scalars(select(Letter).filter_by(state=State.UNKNOWN)).one()
    text = page(judith)
    assert "1 lettre est peut-être partie, peut-être pas" in text
    assert f"Message-ID {letter.message_id}" in text
    assert "1 interruption notée" in text
    assert offered(judith) == ["send-again", "take-as-sent"]
    assert done in press(judith, act)
    assert offered(judith) == (["pause"] if sent else [])
    assert acts() == [(what, "Judith", 1)]
    assert deliver().sent == sent
    assert "4 lettres : 4 parties" in page(judith)


@pytest.mark.parametrize("act", ["resume", "retry", "send-again", "take-as-sent"])
def test_an_act_that_is_of_no_use_any_more_changes_nothing(judith: FlaskClient, act: str) -> None:
    assert "Rien n’a été changé" in press(judith, act)
    assert acts() == []


@pytest.mark.parametrize("act", ["lift", "delete", "send_again", "Pause"])
def test_there_is_no_other_act(judith: FlaskClient, act: str) -> None:
    assert judith.post(f"{LETTERS}/{act}").status_code == 404


def test_an_act_needs_the_forms_token(app: Flask, judith: FlaskClient) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    assert judith.post(f"{LETTERS}/pause").status_code == 400
    assert acts() == []


def test_the_letters_of_another_promotion_are_out_of_reach(client: FlaskClient, mailed: Digest) -> None:
    """By one's own address of the same week, and by theirs."""
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    as_member(client, make_member(other, "coordinator"))
    for slug in ("promotion-3", "promotion-4"):
        address = f"/{slug}/manage/weeks/2019-W10/letters"
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/pause").status_code == 404
    assert acts() == []


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_the_letters_are_for_the_coordination_alone(client: FlaskClient, mailed: Digest, role: str) -> None:
    as_member(client, make_member(mailed.promotion, role))
    assert client.get(LETTERS).status_code == 403
    assert client.post(f"{LETTERS}/pause").status_code == 403


def test_an_erased_coordinator_is_a_former_member(judith: FlaskClient, mailed: Digest) -> None:
    press(judith, "pause")
    saved(AdminActionLog(reference=f"digest:{mailed.id}", at=LONG_AGO, person_id=None, action=AdminAction.PAUSE))
    assert "ancien membre · envoi suspendu" in page(judith)

"""A week of March in which a letter of every kind leaves: what the tests of their addresses open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.bulletins.hand_reminders import remind_team
from app.bulletins.moods import Mood
from app.bulletins.reminders import queue_due_reminders
from app.confidential.service import answer_message, write_message
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.service import issue
from app.extensions import settings
from app.help_requests.models import HelpRequest
from app.help_requests.monthly_list import queue_due_list
from app.help_requests.offers import offer_help
from app.help_requests.reminders import queue_due_call_reminders
from app.help_requests.service import resolve
from app.help_requests.thanks import say_thanks
from app.identity.rules import Claims
from app.identity.service import link
from app.letters.delivery import deliver
from app.letters.models import Bounce, Letter
from app.letters.states import BounceVerdict
from app.management.address_changes import ask_change, correct_address
from app.management.invitations import invite
from app.management.trial_letters import send_test_letter
from app.questionnaires.library import read_shipped
from app.questionnaires.service import issue as issue_questionnaire
from app.records.link_letters import send_link
from app.records.milestone_letters import queue_due_letters
from app.records.milestone_service import exclude_team
from app.records.vocabulary import SurveyPublic
from app.rota.service import exchange_turn, save_rota
from app.teams.bounce_notes import queue_due_notes as queue_bounce_notes
from app.teams.models import Membership
from app.teams.sign_in_requests import request_link
from app.weeks import Week
from config_oidc import OidcSettings
from tests.builders import make_bulletin, make_digest, make_member, make_milestone, make_promotion, make_team

FRIDAY_10_00 = datetime(2019, 3, 29, 9, 0, tzinfo=UTC)  # the last Friday of March: the digest asks its question
DUE = datetime(2019, 3, 29, 14, 5, tzinfo=UTC)
NOTE_AT = DUE + timedelta(minutes=10)
W13 = Week.parse("2019-W13")
MAILS = Path(__file__).parents[1] / "templates" / "email"
KINDS = len([folder for folder in MAILS.iterdir() if folder.is_dir()])  # each has its subject
PROVIDER = OidcSettings("https://agent.example", "bulletins", "secret", "AgentConnect")


def send_every_letter(move_to: Callable[[datetime], object], locale: str = "fr") -> Membership:
    """Léa, an EIG, when a letter of every kind has left; the clock is set with `move_to`."""
    promotion = make_promotion(locale=locale)
    team, other = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    eig = make_member(promotion, "eig", team, "lea@jachere.example", name="Léa")
    helper = make_member(promotion, "eig", other, "zoe@brancard.example", name="Zoé")
    coordinator = make_member(promotion, "coordinator", email="judith@x.example")
    make_bulletin(other, "2019-W11", help="Qui connaît **S57** ?")
    make_digest(promotion, "2019-W11")
    make_bulletin(other, "2019-W12", mood=Mood.VERY_HARD)
    move_to(FRIDAY_10_00)
    assert queue_due_reminders(promotion, FRIDAY_10_00)
    assert remind_team(promotion, team, W13, 0, coordinator.person_id, FRIDAY_10_00)
    deliver()
    make_bulletin(team, W13, help="Qui relit nos pages ?")
    make_bulletin(other, W13, mood=Mood.VERY_HARD)
    move_to(DUE)
    issue(promotion, W13, now=DUE)
    call = db.session.scalars(select(HelpRequest).where(HelpRequest.team_id == team.id)).one()
    offer = offer_help(call, helper, "Moi", DUE)
    message = write_message(helper, "J’aimerais en parler", DUE)
    move_to(NOTE_AT)
    assert queue_due_call_reminders(promotion, NOTE_AT)
    assert queue_due_list(promotion, NOTE_AT)
    resolve(call, eig.person, NOTE_AT)
    assert say_thanks(call, eig, {offer.id: "Merci, Zoé !"}, "Zoé a relu.", base="", shown=True, now=NOTE_AT)
    assert queue_due_notes(promotion, NOTE_AT)
    complain()
    assert queue_bounce_notes(NOTE_AT)
    milestone = make_milestone(promotion)
    exclude_team(milestone, other, "modalités particulières")
    assert queue_due_letters(promotion, NOTE_AT)
    send_link(milestone, team, "mentor@ailleurs.example", coordinator.person, NOTE_AT)
    issue_questionnaire(promotion, read_shipped(SurveyPublic.EIG), None, date(2019, 4, 12), NOTE_AT)
    answer_message(message, coordinator.person, "Appelez-moi lundi.", NOTE_AT)
    request_link("lea@jachere.example", NOTE_AT)
    manage(eig, coordinator)
    link_an_identity(eig)
    issue_an_empty_week(coordinator)
    deliver()
    return eig


def manage(eig: Membership, coordinator: Membership) -> None:
    """What leaves when people come, take turns and change their addresses, and when the mail is tried."""
    promotion, team = eig.promotion, eig.team
    assert team
    mentor = make_member(promotion, "mentor", team, "omar@wrong.example", name="Omar")
    colleague = make_member(promotion, "eig", team, "nour@jachere.example", name="Nour")
    send_test_letter(coordinator, NOTE_AT)
    assert invite(promotion, [colleague], coordinator.person, NOTE_AT) == 1
    save_rota(team, [eig.id, colleague.id], W13.next, 0)
    exchange_turn(eig, team, W13.next, eig.id, colleague.id, NOTE_AT)
    ask_change(eig.person, "lea@nouvelle.example", NOTE_AT)
    correct_address(mentor.person, "omar@right.example", coordinator.person, NOTE_AT)


def link_an_identity(eig: Membership) -> None:
    """Léa links an account of an identity provider, which the settings name for a moment."""
    known = settings()
    current_app.config["SETTINGS"] = replace(known, oidc=PROVIDER)
    assert link(Claims(PROVIDER.issuer, "lea", None, None, None), eig.person_id, NOTE_AT)
    current_app.config["SETTINGS"] = known


def issue_an_empty_week(coordinator: Membership) -> None:
    """Nobody has written in another cohort."""
    other = make_promotion(locale=coordinator.promotion.locale, slug="promotion-4", name="Promotion 4")
    make_member(other, "coordinator", person=coordinator.person)
    issue(other, W13, now=NOTE_AT)


def complain() -> None:
    """Have the first letter that was sent reported as unwanted."""
    letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter
    row = {"letter_id": letter.id, "read_at": NOTE_AT, "verdict": BounceVerdict.COMPLAINT, "permanent": False}
    db.session.add(Bounce(fingerprint="0" * 64, **row))
    db.session.flush()


def every_row() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, but the counts that every attempt raises, refused or not."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name != "attempt_counts"]
    return {table.name: [tuple(row) for row in db.session.execute(table.select())] for table in tables}

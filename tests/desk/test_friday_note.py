"""The Friday note: to whom, when, once, and only when something needs a person."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.moods import Mood
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.models import Digest
from app.digests.service import issue
from app.letters.delivery import deliver
from app.letters.models import Letter, Mailing
from app.letters.states import Reason, State
from app.records.models import Milestone
from app.teams.members import coordination
from app.teams.models import Pause, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member

ISSUED = datetime(2019, 3, 15, 14, 5, tzinfo=UTC)  # of 2019-W11
DUE = ISSUED + timedelta(minutes=10)
THIS, BEFORE = Week.parse("2019-W11"), Week.parse("2019-W10")


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    """A promotion with a coordinator in French, one in English, and an EIG. It began with 2019-W10."""
    promotion = make_promotion(starts_on=BEFORE.monday)
    make_member(promotion, "coordinator", email="judith@programme.example")
    make_member(promotion, "coordinator", email="jane@programme.example", locale="en")
    return promotion


@pytest.fixture
def team(promotion: Promotion) -> Team:
    """A team of that promotion, with one EIG."""
    team = make_team(promotion, "Cartobio & Cie")
    make_member(promotion, "eig", team, "camille@cartobio.example")
    return team


def issued(promotion: Promotion) -> Digest:
    """The digest of the week, issued on time."""
    return issue(promotion, THIS, now=ISSUED)


def notes() -> list[tuple[str, Mailing]]:
    """Addresses and mailings of the notes queued so far."""
    query = select(Letter.to_email, Mailing).join(Letter.mailing).where(Mailing.reference.startswith("friday-note:"))
    return [(address, mailing) for address, mailing in db.session.execute(query.order_by(Letter.to_email))]


def english() -> str:
    """What the English note says."""
    return next(mailing.text for address, mailing in notes() if address.startswith("jane"))


def test_two_hard_weeks_are_told_to_the_coordination_and_nobody_else(promotion: Promotion, team: Team) -> None:
    for week in (BEFORE, THIS):
        make_bulletin(team, week, mood=Mood.VERY_HARD)
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 2
    assert [address for address, _mailing in notes()] == ["jane@programme.example", "judith@programme.example"]
    assert "Very hard weeks in a row\n- Cartobio & Cie: 2 weeks" in english()


def test_both_parts_say_the_same_in_both_languages(promotion: Promotion, team: Team) -> None:
    issued(promotion)
    queue_due_notes(promotion, DUE)
    by_locale = {mailing.locale: mailing for _address, mailing in notes()}
    assert set(by_locale) == {"fr", "en"}
    for mailing in by_locale.values():
        assert "Cartobio & Cie" in mailing.text
        assert "Cartobio &amp; Cie" in mailing.html
        assert "http://localhost/promotion-3/engagement" in mailing.text
        assert "http://localhost/promotion-3/engagement" in mailing.html
    assert "2 weeks" in by_locale["en"].text
    assert "2 weeks" not in by_locale["fr"].text


def test_two_silent_weeks_are_told(promotion: Promotion, team: Team) -> None:
    issued(promotion)
    queue_due_notes(promotion, DUE)
    assert "Weeks in a row without a bulletin\n- Cartobio & Cie: 2 weeks" in english()


def test_a_paused_team_is_left_in_peace(promotion: Promotion, team: Team) -> None:
    saved(Pause(team_id=team.id, first_week=THIS, last_week=THIS))
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 0


def test_a_call_older_than_two_weeks_is_told_with_its_age(promotion: Promotion, team: Team) -> None:
    make_bulletin(team, BEFORE, help="Qui connaît **Solr** ?", created_at=ISSUED - timedelta(days=20))
    make_bulletin(team, THIS, help="Qui connaît Django ?")
    issued(promotion)
    queue_due_notes(promotion, DUE)
    assert "Cartobio & Cie, 20 days, no offer yet: “Qui connaît Solr ?”" in english()
    assert "Django" not in english()


def test_a_call_cannot_put_an_address_of_its_own_into_the_note(promotion: Promotion, team: Team) -> None:
    make_bulletin(team, BEFORE, help="@@read_url@@ <b>", created_at=ISSUED - timedelta(days=20))
    make_bulletin(team, THIS)
    issued(promotion)
    queue_due_notes(promotion, DUE)
    assert "@@" not in english()
    assert ["<b>" in mailing.html for _address, mailing in notes()] == [False] * 2


def test_letters_that_failed_are_counted(promotion: Promotion, team: Team) -> None:
    for week in (BEFORE, THIS):
        make_bulletin(team, week)
    issued(promotion)
    letters = list(db.session.scalars(select(Letter).order_by(Letter.id)))
    letters[0].state, letters[1].state = State.FAILED, State.UNKNOWN
    db.session.commit()
    queue_due_notes(promotion, DUE)
    assert "Emails of the digest\n- 1 could not be delivered\n- 1 may or may not have been sent" in english()


def test_failed_letters_are_told_with_the_page_where_they_stand(
    client: FlaskClient, clock: Traveller, promotion: Promotion, team: Team, relay: Relay
) -> None:
    clock.move_to(DUE)
    for week in (BEFORE, THIS):
        make_bulletin(team, week)
    issued(promotion)
    for letter in db.session.scalars(select(Letter)):
        letter.state, letter.reason = State.FAILED, Reason.REFUSED
    db.session.commit()
    queue_due_notes(promotion, DUE)
    assert deliver().sent == 2
    coordinator = as_member(client, coordination(promotion, DUE)[0])
    for received in relay.messages:
        (path,) = re.findall(r"^ *http://localhost(/\S+/letters)$", received.text, re.MULTILINE)
        assert f'href="http://localhost{path}"' in received.html
        assert "camille@cartobio.example" in coordinator.get(path).text


def test_a_note_without_failed_letters_does_not_lead_to_them(promotion: Promotion, team: Team) -> None:
    make_bulletin(team, BEFORE, mood=Mood.VERY_HARD)
    make_bulletin(team, THIS, mood=Mood.VERY_HARD)
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 2
    assert ["/letters" in mailing.text + mailing.html for _address, mailing in notes()] == [False] * 2


def test_a_letter_held_back_because_its_reader_unsubscribed_is_no_concern(promotion: Promotion, team: Team) -> None:
    for week in (BEFORE, THIS):
        make_bulletin(team, week)
    issued(promotion)
    letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter
    letter.state, letter.reason = State.FAILED, Reason.UNSUBSCRIBED
    db.session.commit()
    assert queue_due_notes(promotion, DUE) == 0


def test_a_week_without_trouble_has_no_note_and_is_not_looked_at_again(promotion: Promotion, team: Team) -> None:
    for week in (BEFORE, THIS):
        make_bulletin(team, week)
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 0
    letter = db.session.scalars(select(Letter)).first()
    assert letter
    letter.state = State.FAILED
    db.session.commit()
    assert queue_due_notes(promotion, DUE + timedelta(hours=1)) == 0
    assert notes() == []


def test_the_note_is_queued_once(promotion: Promotion, team: Team) -> None:
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 2
    assert queue_due_notes(promotion, DUE + timedelta(seconds=5)) == 0
    assert len(notes()) == 2


def test_the_note_waits_for_its_ten_minutes(promotion: Promotion, team: Team) -> None:
    issued(promotion)
    assert queue_due_notes(promotion, DUE - timedelta(seconds=1)) == 0
    assert queue_due_notes(promotion, DUE) == 2


def test_a_promotion_without_a_digest_has_no_note(promotion: Promotion, team: Team) -> None:
    assert queue_due_notes(promotion, DUE) == 0


def test_a_note_without_a_coordinator_goes_nowhere(app: Flask) -> None:
    promotion = make_promotion(starts_on=BEFORE.monday)
    make_team(promotion)
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == 0


@pytest.mark.parametrize(
    ("made", "issued_after", "told"),
    [
        (ISSUED - timedelta(days=30), timedelta(0), 2),
        (ISSUED - timedelta(days=30), timedelta(days=8), 0),
        (ISSUED + timedelta(hours=1), timedelta(days=1), 0),  # an archive that was imported on Friday evening
    ],
)
def test_a_digest_issued_for_the_archive_has_no_note(
    promotion: Promotion, team: Team, made: datetime, issued_after: timedelta, told: int
) -> None:
    promotion.created_at = made
    for week in (BEFORE, THIS):
        make_bulletin(team, week, mood=Mood.VERY_HARD)
    issue(promotion, THIS, now=ISSUED + issued_after, letters=False)
    assert queue_due_notes(promotion, DUE + issued_after) == told


@pytest.mark.parametrize(
    ("closes_on", "told"),
    [
        (date(2019, 3, 22), "Mid-term: 0 teams of 1 have answered"),
        (date(2019, 3, 23), None),  # the next note comes before
        (date(2019, 3, 8), "Mid-term (closed on 8 March 2019): 0 teams of 1 have answered"),
        (date(2019, 3, 7), None),  # the note before has told it
    ],
)
def test_a_milestone_that_is_due_or_has_closed_with_records_missing_is_told_once(
    promotion: Promotion, team: Team, closes_on: date, told: str | None
) -> None:
    for week in (BEFORE, THIS):
        make_bulletin(team, week)
    saved(
        Milestone(
            promotion_id=promotion.id, key="mid", day=date(2019, 3, 1), opens_on=BEFORE.monday, closes_on=closes_on
        )
    )
    issued(promotion)
    assert queue_due_notes(promotion, DUE) == (2 if told else 0)
    if told:
        assert f"Milestones at which records are missing\n- {told}\n" in english()
        assert "/promotion-3/records" in english()

"""Reminders by mail: to those who can still do something, once, while their team has not written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app import clock as house_clock
from app.bulletins.hand_reminders import HandReminders, NothingToRemindError, hand_reminders, remind_team
from app.bulletins.models import FrozenWeek
from app.bulletins.reminders import queue_due_reminders
from app.database import db
from app.letters.delivery import deliver
from app.letters.models import Letter, Mailing, SuppressedAddress
from app.letters.states import Reason, State
from app.teams.models import Membership, Pause, Promotion, Team
from app.teams.subscriptions import Subscription, unsubscribe
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.pages import words
from tests.threads import at_once, while_under_way

W10 = Week.parse("2019-W10")
LONG_AGO = datetime(2019, 2, 1, tzinfo=UTC)


def friday(time: str, day: str = "2019-03-08") -> datetime:
    """A time in Paris on the closing day of 2019-W10, in winter."""
    return datetime.fromisoformat(f"{day}T{time}+01:00")


def reminded() -> set[str]:
    """Who was reminded since this was asked last."""
    letters = db.session.scalars(select(Letter)).all()
    names = {letter.to_email.partition("@")[0] for letter in letters}
    for letter in letters:
        db.session.delete(letter)
    db.session.commit()
    return names


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def silent(promotion: Promotion) -> Team:
    """A team that has not written, with an EIG and a mentor."""
    team = make_team(promotion, "Karfu’R")
    make_member(promotion, "eig", team, "eig@silent.example", name="Zoë 🎉")
    make_member(promotion, "mentor", team, "mentor@silent.example", locale="en")
    return team


def test_everyone_of_a_silent_team_is_reminded_at_ten_and_eigs_at_two_and_a_quarter_to_three(
    promotion: Promotion, silent: Team
) -> None:
    make_member(promotion, "coordinator", None, "coordinator@programme.example")
    expected = {"10:00": {"eig", "mentor"}, "14:00": {"eig"}, "14:45": {"eig"}}
    for time, members in expected.items():
        queue_due_reminders(promotion, friday(time))
        assert reminded() == members
        queue_due_reminders(promotion, friday(time) + timedelta(minutes=1))
        assert reminded() == set()


def test_nobody_is_reminded_before_ten_or_from_the_closing_on(promotion: Promotion, silent: Team) -> None:
    for now in (friday("09:59:59"), friday("15:00:00"), friday("10:00", "2019-03-07"), friday("10:00", "2019-03-09")):
        assert queue_due_reminders(promotion, now) == 0


def test_a_server_that_was_down_reminds_once_not_three_times(promotion: Promotion, silent: Team) -> None:
    assert queue_due_reminders(promotion, friday("14:50")) == 1
    assert queue_due_reminders(promotion, friday("14:51")) == 0


def test_teams_that_wrote_are_paused_or_not_active_are_left_alone(promotion: Promotion, silent: Team) -> None:
    wrote, paused = make_team(promotion, "Wrote"), make_team(promotion, "Paused")
    over = make_team(promotion, "Over", active_until=date(2019, 3, 7))
    last_day = make_team(promotion, "Last day", active_until=date(2019, 3, 8))
    first_day = make_team(promotion, "First day", active_from=date(2019, 3, 8))
    to_come = make_team(promotion, "To come", active_from=date(2019, 3, 9))
    for team in (wrote, paused, over, last_day, first_day, to_come):
        make_member(promotion, "eig", team, f"{team.slug}@promotion.example")
    make_bulletin(wrote, W10)
    saved(Pause(team_id=paused.id, first_week=W10.previous, last_week=W10))
    queue_due_reminders(promotion, friday("14:00"))
    assert reminded() == {"eig", "last-day", "first-day"}


def test_people_who_left_unsubscribed_or_cannot_be_reached_are_left_alone(promotion: Promotion, silent: Team) -> None:
    make_member(promotion, "eig", silent, "unsubscribed@x.example", reminders_unsubscribed_at=LONG_AGO)
    make_member(promotion, "eig", silent, "no-digest@x.example", digest_unsubscribed_at=LONG_AGO)
    make_member(promotion, "eig", silent, "left@x.example", left_on=date(2019, 3, 7))
    make_member(promotion, "eig", silent, "to-come@x.example", joined_on=date(2019, 3, 9))
    make_member(promotion, "eig", silent, "bounced@x.example")
    saved(SuppressedAddress(email="bounced@x.example", since=LONG_AGO))
    erased = make_member(promotion, "eig", silent)
    erased.person.email = None
    db.session.commit()
    queue_due_reminders(promotion, friday("10:00"))
    assert reminded() == {"eig", "mentor", "no-digest"}


def test_reminders_move_to_thursday_when_friday_is_a_holiday(app: Flask) -> None:
    promotion = make_promotion(starts_on=date(2020, 1, 6), ends_on=date(2020, 10, 30))
    make_member(promotion, "eig", make_team(promotion), "eig@x.example")
    summer_thursday = datetime(2020, 4, 30, 8, 0, tzinfo=UTC)
    assert queue_due_reminders(promotion, summer_thursday - timedelta(seconds=1)) == 0
    assert queue_due_reminders(promotion, summer_thursday) == 1
    assert "30 avril 2020 à 15 h (vendredi 1er mai 2020 férié)" in words(db.session.scalars(select(Mailing)).one().text)
    assert queue_due_reminders(promotion, summer_thursday + timedelta(days=1)) == 0


def test_a_promotion_outside_its_dates_reminds_nobody(app: Flask) -> None:
    promotion = make_promotion(ends_on=date(2019, 3, 1))
    make_member(promotion, "eig", make_team(promotion))
    assert queue_due_reminders(promotion, friday("10:00")) == 0


@pytest.mark.both_databases
def test_several_processes_at_the_same_moment_remind_once(app: Flask, promotion: Promotion, silent: Team) -> None:
    promotion_id = promotion.id

    def tick(now: datetime) -> int:
        return queue_due_reminders(db.session.get_one(Promotion, promotion_id), now)

    for week in range(5):
        now = friday("10:00") + timedelta(weeks=week - 4)
        assert sorted(at_once(app, *[partial(tick, now)] * 4)) == [0, 0, 0, 2]
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 10


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_of_two_who_remind_a_team_at_once_one_does(app: Flask, promotion: Promotion, silent: Team) -> None:
    promotion_id, team_id, coordinator = promotion.id, silent.id, make_member(promotion, "coordinator").person_id

    def remind() -> bool:
        team = db.session.get_one(Team, team_id)
        return remind_team(team.promotion, team, W10, 0, coordinator, friday("14:10"))

    def remind_first() -> None:
        assert remind()

    assert while_under_way(app, "INSERT INTO mailings", remind_first, remind) is False
    assert hand_reminders(promotion_id, W10)[team_id].number == 1


def test_a_reminder_by_hand_in_two_languages_counts_once(promotion: Promotion, silent: Team) -> None:
    make_member(promotion, "eig", silent, "english@silent.example", locale="en")
    coordinator = make_member(promotion, "coordinator").person_id
    assert remind_team(promotion, silent, W10, 0, coordinator, friday("14:10"))
    assert reminded() == {"eig", "english"}
    assert hand_reminders(promotion.id, W10) == {silent.id: HandReminders(1, friday("14:10"))}


def test_no_team_is_reminded_by_hand_once_the_digest_is_issued(promotion: Promotion, silent: Team) -> None:
    coordinator = make_member(promotion, "coordinator").person_id
    assert remind_team(promotion, silent, W10, 0, coordinator, friday("15:10")), "it may join the digest until then"
    saved(FrozenWeek(promotion_id=promotion.id, week=W10, frozen_at=friday("15:15")))
    with pytest.raises(NothingToRemindError):
        remind_team(promotion, silent, W10, 1, coordinator, friday("15:20"))


def test_a_reminder_that_is_an_hour_late_is_not_sent(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    queue_due_reminders(promotion, friday("10:00"))
    clock.move_to(friday("11:00:01"))
    deliver()
    assert relay.messages == []
    assert {letter.reason for letter in db.session.scalars(select(Letter))} == {Reason.GIVEN_UP}


def test_a_reminder_does_not_leave_when_the_team_has_written_since(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    make_member(promotion, "eig", make_team(promotion), "eig@other.example")
    queue_due_reminders(promotion, friday("14:00"))
    make_bulletin(silent, W10)
    clock.move_to(friday("14:20"))
    deliver()
    assert [message.envelope_to for message in relay.messages] == [["eig@other.example"]]
    withheld = db.session.scalars(select(Letter).where(Letter.state == State.FAILED)).one()
    assert (withheld.to_email, withheld.reason) == ("eig@silent.example", Reason.WITHHELD)


def test_a_reminder_does_not_leave_when_the_digest_was_issued_since(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    coordinator = make_member(promotion, "coordinator")
    queue_due_reminders(promotion, friday("14:00"))
    remind_team(promotion, silent, W10, 0, coordinator.person_id, friday("14:10"))
    clock.move_to(friday("14:15"))
    saved(FrozenWeek(promotion_id=promotion.id, week=W10, frozen_at=friday("14:15")))
    run = deliver().run
    assert relay.messages == []
    assert str(run) == "0 sent, 0 deferred, 0 failed, 0 interrupted, 2 withheld"
    assert run.clean
    assert set(db.session.scalars(select(Letter.reason))) == {Reason.WITHHELD}


def test_a_reminder_does_not_leave_when_its_reader_has_left_the_reminders_since(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    queue_due_reminders(promotion, friday("14:00"))
    letter = db.session.scalars(select(Letter)).one()
    unsubscribe(
        db.session.scalars(select(Membership).filter_by(person_id=letter.person_id)).one(),
        Subscription.REMINDERS,
        LONG_AGO,
    )
    clock.move_to(friday("14:20"))
    deliver()
    assert relay.messages == []
    assert db.session.scalars(select(Letter.reason)).all() == [Reason.UNSUBSCRIBED]


def test_a_reminder_as_it_is_received(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    clock.move_to(friday("10:00"))
    queue_due_reminders(promotion, house_clock.now())
    deliver()
    french, english = relay.to("eig@silent.example")[0], relay.to("mentor@silent.example")[0]
    assert (french["Subject"], english["Subject"]) == (
        "Votre bulletin avant 15\u00a0h\u202f?",
        "No bulletin from your team yet",
    )
    assert french["To"] == "Zoë 🎉 <eig@silent.example>"
    assert "son bulletin de la semaine du 4 au 8 mars" in words(french.html)
    assert "La semaine ferme vendredi à 15 h." in words(french.html)
    assert "its bulletin for the week of 4 to 8 March" in words(english.html)
    assert "It has until Friday at 15:00: a word from you may help." in words(english.html)
    for letter, url in ((french, "http://localhost/promotion-3/bulletin"), (english, "http://localhost/promotion-3/")):
        assert url in letter.text
        assert f'href="{url}"' in letter.html
        assert set(re.findall(r"\w+", words(letter.html))) <= set(re.findall(r"\w+", letter.text))
        assert "@@" not in letter.text + letter.html
        assert letter["Auto-Submitted"] == "auto-generated"


def test_a_reminder_says_how_to_get_no_more_of_them(
    app: Flask, promotion: Promotion, silent: Team, relay: Relay, clock: Traveller
) -> None:
    clock.move_to(friday("10:00"))
    queue_due_reminders(promotion, house_clock.now())
    deliver()
    [letter] = relay.to("eig@silent.example")
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert path in letter.text
    assert app.test_client().get(path).status_code == 200
    assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.expire_all()
    db.session.execute(db.delete(Letter))
    db.session.commit()
    queue_due_reminders(promotion, friday("14:00"))
    assert reminded() == set()

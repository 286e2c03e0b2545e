"""Holding a digest back, putting it off, issuing it by hand; letters sent by hand. Whoever clicks, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.database import db
from app.digests.models import Digest, DigestSchedule, Recipient
from app.digests.moments import Decision, MomentFault, leaves_at, local_moment, put_off_fault
from app.digests.scheduling import decide
from app.digests.sending_again import send_again as send_to
from app.digests.service import find_due_weeks, issue, issue_due
from app.letters.admin_actions import retry_letter
from app.letters.delivery import deliver
from app.letters.models import Letter, Mailing
from app.letters.states import State
from app.readership.models import ReadMark
from app.teams.models import DayOff, Membership, Pause, Promotion, Team
from app.weeks import Timetable, Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, words
from tests.rows import audited
from tests.threads import at_once, while_under_way

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
URL = "/promotion-3/manage/weeks/2019-W10"
CLOSED = "2019-03-08T14:01:00Z"
NOW = datetime.fromisoformat(CLOSED)
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
FOUR = datetime(2019, 3, 8, 15, 0, tzinfo=UTC)
PARIS = Timetable(zone=ZoneInfo("Europe/Paris"))


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """A team that has written, in a promotion with a coordinator, an EIG, and a second, silent team."""
    promotion = make_promotion()
    team = make_team(promotion, "Jachère")
    make_member(promotion, "eig", team, "lea@jachere.example", name="Léa")
    make_member(promotion, "eig", make_team(promotion, "Brancard"), "zoe@brancard.example", name="Zoé")
    make_bulletin(team, W10, priorities="Ouvrir la bêta")
    return team


@pytest.fixture
def judith(team: Team, client: FlaskClient, clock: Traveller) -> Membership:
    """The coordinator, signed in as `client`, on Friday a minute after the closing."""
    member = make_member(team.promotion, "coordinator", email="judith@x.example", name="Judith")
    clock.move_to(CLOSED)
    as_member(client, member)
    return member


def number_of(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.both_databases
def test_four_ticks_at_once_issue_a_digest_that_was_put_off_once_and_none_before(app: Flask, team: Team) -> None:
    promotion_id = team.promotion_id
    decide(team.promotion, W10, Decision(put_off_to=FOUR), 0, None, DUE)
    assert issue_due(team.promotion, DUE) == []

    def tick() -> int:
        return len(issue_due(db.session.get_one(Promotion, promotion_id), FOUR))

    assert sorted(at_once(app, *[tick] * 4)) == [0, 0, 0, 1]
    assert (number_of(Digest), number_of(Recipient), number_of(Letter)) == (1, 2, 2)


@on_sqlite
def test_a_held_digest_leaves_only_once_it_is_let_go_and_within_seven_days(
    client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    assert client.post(f"{URL}/hold", data={"base": "0"}).status_code == 303
    assert issue_due(judith.promotion, DUE) == []
    db.session.rollback()
    assert "Retenu par Judith vendredi à 15 h 01" in words(client.get(URL).text)
    assert client.post(f"{URL}/release", data={"base": "1"}).status_code == 303
    assert [digest.week for digest in issue_due(judith.promotion, DUE)] == [W10]
    assert audited() == ["week.held", "week.released"]


@on_sqlite
def test_a_held_digest_that_would_leave_no_more_is_told_as_a_past_one(
    client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    client.post(f"{URL}/hold", data={"base": "0"}, follow_redirects=True)
    desk = "/promotion-3/manage/"
    told = "Le récapitulatif de la semaine du 4 au 8 mars est retenu"
    assert told not in words(client.get(desk).text), "the desk shows that week itself"
    for now, is_told in (("2019-03-15T14:00:00Z", True), ("2019-03-15T14:00:01Z", False)):
        clock.move_to(now)
        as_member(client, judith)
        assert (told in words(client.get(desk).text)) == is_told
        assert ("ne part pas tant que vous" in words(client.get(URL).text)) == is_told
    assert "son récapitulatif ne part plus de lui-même" in words(client.get(URL).text)
    assert "1 semaine passée a des bulletins et pas de récapitulatif" in words(client.get(desk).text)


@on_sqlite
def test_a_decision_sent_twice_is_made_once(client: FlaskClient, judith: Membership) -> None:
    for _ in range(3):
        assert client.post(f"{URL}/hold", data={"base": "0"}).status_code == 303
    assert db.session.scalars(select(DigestSchedule)).one().revision == 1
    assert audited() == ["week.held"]


@on_sqlite
def test_the_second_of_two_who_decide_sees_both(client: FlaskClient, judith: Membership) -> None:
    decide(judith.promotion, W10, Decision(put_off_to=FOUR), 0, judith.person_id, DUE)
    answer = client.post(f"{URL}/hold", data={"base": "0"})
    assert answer.status_code == 409
    assert "Judith, vendredi à 15 h 05 Le reporter : il part vendredi à 16 h Vous Le retenir" in words(answer.text)
    assert client.post(f"{URL}/hold", data={"base": "1"}).status_code == 303
    assert db.session.scalars(select(DigestSchedule)).one().held


@on_sqlite
def test_who_decides_after_a_command_is_told_of_nobody(client: FlaskClient, judith: Membership) -> None:
    decide(judith.promotion, W10, Decision(put_off_to=FOUR), 0, None, DUE)
    page = words(client.post(f"{URL}/hold", data={"base": "0"}).text)
    assert "Vendredi à 15 h 05 Le reporter : il part vendredi à 16 h" in page
    assert "ancien membre" not in page.casefold()


@on_sqlite
def test_an_hour_later_is_one_click_and_the_same_moment_when_clicked_twice(
    client: FlaskClient, judith: Membership
) -> None:
    fields = {"base": "0", "day": "2019-03-08", "at": "16:05"}
    assert 'name="at" value="16:05"' in client.get(URL).text
    for _ in range(2):
        assert client.post(f"{URL}/put-off", data=fields).status_code == 303
    assert db.session.scalars(select(DigestSchedule.put_off_to)).all() == [datetime(2019, 3, 8, 15, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("day", "at", "fault"),
    [
        (date(2019, 3, 8), time(16, 0), None),
        (date(2019, 3, 11), time(9, 0), None),
        (date(2019, 3, 8), time(15, 5), MomentFault.BEFORE_PLANNED),
        (date(2019, 3, 8), time(15, 1), MomentFault.PAST),
        (date(1, 1, 1), time(0, 0), MomentFault.PAST),
        (date(2019, 3, 15), time(14, 59), None),
        (date(2019, 3, 15), time(15, 0), MomentFault.TOO_LATE),
        (date(9999, 12, 31), time(23, 59), MomentFault.TOO_LATE),
    ],
)
def test_a_digest_is_put_off_to_a_moment_to_come_before_the_next_closing(
    day: date, at: time, fault: MomentFault | None
) -> None:
    assert put_off_fault(PARIS, W10, day, at, datetime.fromisoformat(CLOSED)) is fault


def test_a_digest_that_was_put_off_never_leaves_before_it_is_planned() -> None:
    later = replace(PARIS, closes_at=time(17), digest_at=time(17, 5))
    put_off = Decision(put_off_to=FOUR)
    assert leaves_at(PARIS, W10, put_off) == FOUR
    assert leaves_at(later, W10, put_off) == datetime(2019, 3, 8, 16, 5, tzinfo=UTC)
    no_working_day = replace(PARIS, days_off=frozenset(W10.day(number) for number in range(1, 6)))
    assert leaves_at(no_working_day, W10, put_off) is None


MOVED = [  # what the coordination may do to the next week once a digest is put off
    PARIS,
    replace(PARIS, closing_weekday=1),
    replace(PARIS, closing_weekday=3, closes_at=time(9), digest_at=time(9)),
    replace(PARIS, days_off=frozenset((W10 + 1).day(number) for number in (4, 5))),
    replace(PARIS, days_off=frozenset((W10 + 1).day(number) for number in (1, 2, 3))),
    replace(PARIS, days_off=frozenset((W10 + 1).day(number) for number in range(1, 6))),  # nothing is due in it
    replace(PARIS, closes_at=time(23), digest_at=time(23, 59)),
]


@pytest.mark.parametrize("moved", MOVED, ids=range(len(MOVED)))
def test_no_digest_leaves_after_the_next_whatever_moves_once_it_is_put_off(moved: Timetable) -> None:
    moved = replace(moved, former=((W10, PARIS),))
    nexts = [due for ahead in (1, 2) if (due := moved.digest_due(W10 + ahead))]
    for hours in range(1, 7 * 24, 5):
        moment = leaves_at(moved, W10, Decision(put_off_to=DUE + timedelta(hours=hours)))
        assert moment is not None
        assert DUE <= moment < nexts[0]
        assert moved.is_due_automatically(W10, moment)


@on_sqlite
def test_a_digest_held_back_until_the_next_has_left_leaves_by_hand_only(
    client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    promotion = judith.promotion
    decide(promotion, W10, Decision(held=True), 0, judith.person_id, NOW)
    saved(DayOff(promotion_id=promotion.id, day=date(2019, 3, 15)))  # the next week closes on Thursday
    make_bulletin(promotion.teams[0], W10 + 1)
    db.session.expire_all()
    clock.move_to("2019-03-14T14:06:00Z")
    thursday = datetime(2019, 3, 14, 14, 6, tzinfo=UTC)
    assert [digest.week for digest in issue_due(promotion, thursday)] == [W10 + 1]
    page = client.get(URL).text
    assert "Le récapitulatif d’une semaine ultérieure est parti : celui-ci ne part plus de lui-même." in words(page)
    assert "Libérer" not in words(page)
    assert client.post(f"{URL}/release", data={"base": "1"}).status_code == 409
    schedule = db.session.scalars(select(DigestSchedule)).one()
    schedule.held = False  # as when both came at the same moment
    db.session.commit()
    assert issue_due(promotion, thursday) == []
    assert "1 semaine passée a des bulletins et pas de récapitulatif" in words(client.get("/promotion-3/manage/").text)
    assert "Le publier sans lettres" in words(client.get(f"{URL}/issue").text)
    assert client.post(f"{URL}/issue", data={"letters": "no"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 2


@on_sqlite
def test_the_next_digest_is_not_sent_by_hand_before_one_that_is_put_off(
    app: Flask, client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    decide(judith.promotion, W10, Decision(put_off_to=datetime(2019, 3, 13, 9, tzinfo=UTC)), 0, judith.person_id, NOW)
    clock.move_to("2019-03-12T09:00:00Z")
    early = client.post(URL.replace("W10", "W11") + "/issue", data={"open": "yes"})
    assert early.headers["Location"] == URL
    assert "a été reporté et doit encore partir" in words(client.get(URL).text)
    result = app.test_cli_runner().invoke(args=["digest", "issue", "--week", "2019-W11"])
    assert result.exit_code == 1
    assert "The digest of 2019-W10 was put off and is still to leave" in result.output
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 0
    decide(judith.promotion, W10, Decision(held=True), 1, judith.person_id, NOW)
    assert client.post(URL.replace("W10", "W11") + "/issue", data={"open": "yes"}).headers["Location"] != URL
    assert db.session.scalars(select(Digest.week)).all() == [W10 + 1]


def test_an_hour_that_clocks_skip_is_none() -> None:
    march = Week.parse("2019-W13")
    now = datetime(2019, 3, 29, 14, 10, tzinfo=UTC)
    assert put_off_fault(PARIS, march, date(2019, 3, 31), time(2, 30), now) is MomentFault.NO_SUCH_HOUR
    twice = local_moment(date(2019, 10, 27), time(2, 30), PARIS.zone)
    assert twice == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"day": "2019-03-08", "at": "15:00"}, "at", "Ce moment est passé."),
        ({"day": "2019-03-08", "at": "15:04"}, "at", "C’est avant le moment prévu, vendredi à 15 h 05."),
        ({"day": "2019-03-18", "at": "15:04"}, "at", "C’est trop tard"),
        ({"day": "9999-12-31", "at": "15:04"}, "at", "C’est trop tard"),
        ({"day": "0001-01-01", "at": "15:04"}, "at", "Ce moment est passé."),
        ({"day": "2019-03-08", "at": "25:00"}, "at", "Ce n’est pas une heure."),
        ({"day": "2019-03-08", "at": "\u202e\x0016:00"}, "at", "Ce n’est pas une heure."),
        ({"day": "", "at": "16:00"}, "day", "Indiquez le jour."),
        ({"day": "hier", "at": "16:00"}, "day", "Ce n’est pas une date."),
        ({"day": "2019-03-08", "at": ""}, "at", "Indiquez l’heure."),
    ],
)
def test_a_moment_that_cannot_be_is_told_beside_its_field(
    client: FlaskClient, judith: Membership, fields: dict[str, str], field: str, told: str
) -> None:
    answer = client.post(f"{URL}/put-off", data=fields)
    assert answer.status_code == 422
    assert faults(answer.text)[field].startswith(told)
    assert number_of(DigestSchedule) == 0


@on_sqlite
def test_nothing_is_decided_once_the_digest_is_issued(client: FlaskClient, judith: Membership) -> None:
    issue(judith.promotion, W10, now=DUE)
    for action in ("hold", "release", "put-off", "issue"):
        answer = client.post(f"{URL}/{action}", data={"day": "2019-03-08", "at": "17:00"}, follow_redirects=True)
        assert "Le récapitulatif de cette semaine est parti vendredi à 15 h 05." in words(answer.text)
    assert (number_of(DigestSchedule), number_of(Digest)) == (0, 1)


@on_sqlite
@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_only_the_coordination_decides(client: FlaskClient, team: Team, clock: Traveller, role: str) -> None:
    as_member(client, make_member(team.promotion, role, team))
    for action in ("hold", "release", "put-off", "issue", "test-letter", "remind/brancard", "letters/again"):
        assert client.post(f"{URL}/{action}").status_code == 403
    for page in ("put-off", "issue", "letters/again", "preview/fr"):
        assert client.get(f"{URL}/{page}").status_code == 403


@on_sqlite
def test_issuing_by_hand_twice_sends_each_letter_once(client: FlaskClient, judith: Membership, relay: Relay) -> None:
    assert "1 défi sur 2 a écrit." in words(client.get(f"{URL}/issue").text)
    for _ in range(2):
        assert client.post(f"{URL}/issue").status_code == 303
    deliver()
    assert len(relay.messages) == 3
    assert audited() == ["week.digest-issued"]


@on_sqlite
def test_an_open_week_is_closed_by_its_digest_only_when_that_was_told(
    client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-03-07T10:00:00Z")
    as_member(client, judith)
    page = words(client.get(f"{URL}/issue").text)
    assert "La semaine est encore ouverte" in page
    assert "N’ont pas encore écrit : Brancard." in page
    assert client.post(f"{URL}/issue").status_code == 409
    assert client.post(f"{URL}/issue", data={"open": "yes"}).status_code == 303
    assert number_of(Digest) == 1
    assert find_due_weeks(judith.promotion, DUE) == []


@on_sqlite
def test_a_past_week_is_published_without_letters(client: FlaskClient, judith: Membership, clock: Traveller) -> None:
    clock.move_to("2019-03-20T10:00:00Z")
    as_member(client, judith)
    assert "Le publier sans lettres" in words(client.get(f"{URL}/issue").text)
    client.post(f"{URL}/issue", data={"letters": "no"})
    assert (number_of(Digest), number_of(Letter)) == (1, 0)


@on_sqlite
def test_a_team_is_reminded_once_a_click(client: FlaskClient, judith: Membership, relay: Relay) -> None:
    for seen in ("0", "0", "1"):
        answer = client.post(f"{URL}/remind/brancard", data={"seen": seen})
        assert answer.status_code == 303
    deliver()
    assert [message["Subject"] for message in relay.to("zoe@brancard.example")] == [
        "La coordination attend votre bulletin"
    ] * 2
    assert len(relay.messages) == 2
    assert "il y figurera" in relay.messages[0].text
    assert audited() == ["letters.team-reminded"] * 2


@on_sqlite
def test_who_has_written_is_paused_or_has_unsubscribed_is_not_reminded(
    client: FlaskClient, judith: Membership, clock: Traveller
) -> None:
    answer = client.post(f"{URL}/remind/jachere", data={"seen": "0"}, follow_redirects=True)
    assert "Ce défi n’a pas besoin de rappel" in words(answer.text)
    zoe = db.session.scalars(select(Membership).where(Membership.team.has(slug="brancard"))).one()
    zoe.reminders_unsubscribed_at = DUE
    db.session.commit()
    answer = client.post(f"{URL}/remind/brancard", data={"seen": "0"}, follow_redirects=True)
    assert "une lettre part à ceux de ses EIG qui reçoivent les rappels" in words(answer.text)
    assert number_of(Letter) == 0
    brancard = zoe.team_id
    saved(Pause(team_id=brancard, first_week=W10, last_week=W10))
    client.post(f"{URL}/remind/brancard", data={"seen": "1"})
    assert number_of(Mailing) == 1


@on_sqlite
def test_a_reminder_by_hand_does_not_leave_once_the_team_has_written(
    client: FlaskClient, judith: Membership, relay: Relay
) -> None:
    client.post(f"{URL}/remind/brancard", data={"seen": "0"})
    make_bulletin(db.session.scalars(select(Team).where(Team.slug == "brancard")).one(), W10)
    deliver()
    assert relay.messages == []


@on_sqlite
def test_a_test_letter_is_the_letter_marked_as_one_and_opens_nothing(
    client: FlaskClient, judith: Membership, relay: Relay
) -> None:
    for _ in range(2):
        client.post(f"{URL}/test-letter", data={"seen": "0"})
    deliver()
    (message,) = relay.messages
    assert message.envelope_to == ["judith@x.example"]
    assert message["Subject"].startswith("[Essai] Promotion 3\N{NO-BREAK SPACE}: récapitulatif")
    for part in (message.text, message.html):
        assert "Ouvrir la bêta" in part
        assert "Ceci est un essai" in part
        assert "reader=" not in part
        assert "@@" not in part
    issue(judith.promotion, W10, now=DUE)
    assert (number_of(Recipient), number_of(ReadMark)) == (3, 0)


@on_sqlite
def test_before_the_closing_a_test_letter_tells_no_bulletin(
    client: FlaskClient, judith: Membership, relay: Relay, clock: Traveller
) -> None:
    clock.move_to("2019-03-07T10:00:00Z")
    as_member(client, judith)
    client.post(f"{URL}/test-letter", data={"seen": "0"})
    deliver()
    assert "Ouvrir la bêta" not in relay.messages[0].text


def send_again(client: FlaskClient, member: int) -> str:
    data = {"member": str(member), "seen": "0"}
    return words(client.post(f"{URL}/letters/again", data=data, follow_redirects=True).text)


@on_sqlite
def test_a_digest_is_sent_again_to_one_person_and_counts_once(
    client: FlaskClient, judith: Membership, relay: Relay
) -> None:
    issue(judith.promotion, W10, now=NOW)
    lea = db.session.scalars(select(Membership.id).where(Membership.team.has(slug="jachere"))).one()
    assert "Il est en route" in send_again(client, lea)
    deliver()
    for _ in range(2):
        assert "Léa" in send_again(client, lea)
    deliver()
    first, second = relay.to("lea@jachere.example")
    assert (first.text == second.text, first["Message-ID"] == second["Message-ID"]) == (True, False)
    assert first["Subject"] == second["Subject"]
    assert (number_of(Recipient), number_of(Letter)) == (3, 4)
    assert "3 lettres : 3 parties" in words(client.get(URL).text)
    assert audited() == ["letters.sent-again"]


@on_sqlite
def test_what_failed_goes_again_as_the_same_letter(client: FlaskClient, judith: Membership, relay: Relay) -> None:
    issue(judith.promotion, W10, now=NOW)
    lea = db.session.scalars(select(Membership).where(Membership.team.has(slug="jachere"))).one()
    relay.refused_recipients["lea@jachere.example"] = "550 5.1.1 no such mailbox"
    deliver()
    member, person = lea.id, lea.person
    person.email = "lea@moved.example"
    db.session.commit()
    send_again(client, member)
    deliver()
    assert len(relay.to("lea@moved.example")) == 1
    assert (number_of(Letter), set(db.session.scalars(select(Letter.state)))) == (3, {State.SENT})


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_what_another_sends_again_at_that_moment_is_sent_and_noted_once(app: Flask, judith: Membership) -> None:
    digest = issue(judith.promotion, W10, now=NOW)
    lea = db.session.scalars(select(Membership).where(Membership.team.has(slug="jachere"))).one()
    letter = db.session.scalars(select(Letter).where(Letter.person_id == lea.person_id)).one()
    letter.state, letter.reason = State.UNKNOWN, None
    db.session.commit()
    by, digest_id, member_id, letter_id = judith.person_id, digest.id, lea.id, letter.id

    def from_the_list() -> None:
        retry_letter(db.session.get_one(Letter, letter_id), by, NOW)

    def from_their_page() -> bool:
        return send_to(db.session.get_one(Digest, digest_id), db.session.get_one(Membership, member_id), 0, by, NOW)

    assert while_under_way(app, "UPDATE letters", from_the_list, from_their_page) is False
    assert audited() == []


@on_sqlite
def test_who_has_unsubscribed_is_told_by_nothing_when_a_digest_is_sent_again(
    client: FlaskClient, judith: Membership, relay: Relay
) -> None:
    zoe = db.session.scalars(select(Membership).where(Membership.team.has(slug="brancard"))).one()
    zoe.digest_unsubscribed_at = DUE
    db.session.commit()
    issue(judith.promotion, W10, now=NOW)
    deliver()
    member = zoe.id
    told = send_again(client, member)
    deliver()
    assert "Le récapitulatif repart vers Zoé." in told
    assert relay.to("zoe@brancard.example") == []
    assert "Renvoyé" in words(client.get(f"{URL}/letters/again?member={member}").text)


@on_sqlite
def test_commands_hold_postpone_and_release(app: Flask, team: Team, clock: Traveller) -> None:
    clock.move_to(CLOSED)
    runner = app.test_cli_runner()

    def run(*command: str) -> int:
        return runner.invoke(args=["digest", *command, "--week", "2019-W10"]).exit_code

    assert [run("hold"), run("postpone", "--to", "2019-03-08T16:00")] == [0, 0]
    assert db.session.scalars(select(DigestSchedule.put_off_to)).all() == [FOUR]
    db.session.rollback()
    assert [run("postpone", "--to", "2019-03-08T15:00"), run("release")] == [2, 0]
    assert audited() == ["week.held", "week.put-off", "week.released"]


@on_sqlite
def test_a_note_corrects_a_digest_once_on_the_site_and_changes_nothing_in_it(
    client: FlaskClient, judith: Membership
) -> None:
    digest = issue(judith.promotion, W10, now=NOW)
    stored = digest.texts[0].html
    for _ in range(2):
        data = {"team": "jachere", "text": "C’est <b>12</b>, pas 21 🙂"}
        assert client.post(f"{URL}/notes", data=data).status_code == 303
    page = client.get("/promotion-3/digests/2019-W10").text
    assert words(page).count("8 mars 2019, Jachère : C’est <b>12</b>, pas 21 🙂") == 1
    assert client.post(f"{URL}/notes", data={"text": "é" * 301}).status_code == 422
    assert client.post(f"{URL}/notes", data={"text": "x", "team": "autre"}).status_code == 422
    for _ in range(2):
        assert client.post(f"{URL}/notes/1/remove").status_code == 303
    assert "Modifié depuis sa publication" not in words(client.get("/promotion-3/digests/2019-W10").text)
    assert db.session.scalars(select(Digest)).one().texts[0].html == stored
    assert audited() == ["week.digest-corrected"] * 2

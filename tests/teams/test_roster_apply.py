"""A roster applied to the database: made, changed, left alone; reported line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import db
from app.import_files import InvalidFileError
from app.letters.delivery import deliver
from app.letters.leases import claim, start
from app.letters.models import Letter
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.letters.states import State
from app.teams.models import DayOff, Membership, Pause, Person, Promotion, Team
from app.teams.roles import Role
from app.teams.roster.apply import import_roster
from app.teams.roster.changes import RosterChanges
from app.teams.roster.export import export_roster
from app.teams.roster.parse import parse_roster
from app.teams.sign_in_models import UserSession
from app.weeks import Timetable, Week
from tests.builders import make_member, make_promotion
from tests.fixtures.relay import Relay
from tests.rows import count

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2019, 1, 10, 9, 30, tzinfo=UTC)
ROSTER = """\
name: Promotion 3
starts_on: 2019-01-14
ends_on: 2019-11-15
days_off: [2019-05-31]
coordination:
- chief@programme.example
- eig1@adler.example
teams:
- name: ADLER
  administration: Tracfin
  eigs:
  - {email: eig1@adler.example, name: Sacha}
  - eig2@adler.example
  mentors: [mentor@adler.example]
  pauses:
  - {from: 2019-W31, until: 2019-W32, reason: congés}
- name: CartoBio
  from: 2019-02-01
"""


def apply(text: str, *, dry_run: bool = False) -> RosterChanges:
    return import_roster(parse_roster(text.encode()), NOW, dry_run=dry_run)


def member(email: str) -> Membership:
    return db.session.scalars(select(Membership).join(Membership.person).where(Person.email == email)).one()


def team(key: str) -> Team:
    return db.session.scalars(select(Team).where(Team.key == key)).one()


def everything() -> dict[type[object], int]:
    return {table: count(table) for table in (Promotion, Team, Person, Membership, Pause, DayOff)}


def test_a_first_import_makes_everything_and_says_so() -> None:
    changes = apply(ROSTER)
    assert changes.lines == [
        "+ promotion Promotion 3 (promotion-3), 2019-01-14 to 2019-11-15",
        "+ day off 2019-05-31",
        "+ team ADLER",
        "+ pause of ADLER, 2019-W31 to 2019-W32",
        "+ team CartoBio",
        "+ eig eig1@adler.example (ADLER), who also coordinates",
        "+ eig eig2@adler.example (ADLER)",
        "+ mentor mentor@adler.example (ADLER)",
        "+ coordinator chief@programme.example",
    ]
    assert changes.unmentioned == []
    assert everything() == {Promotion: 1, Team: 2, Person: 4, Membership: 4, Pause: 1, DayOff: 1}


def test_what_is_made_is_what_the_file_says() -> None:
    apply(ROSTER)
    adler, both = team("adler"), member("eig1@adler.example")
    assert (adler.name, adler.slug, adler.administration) == ("ADLER", "adler", "Tracfin")
    assert adler.is_paused(Week.parse("2019-W32"))
    assert team("cartobio").active_from == date(2019, 2, 1)
    assert (both.role, both.coordinates, both.team) == (Role.EIG, True, adler)
    assert (both.person.name, both.person.created_at) == ("Sacha", NOW)
    assert both.promotion.created_at == NOW, "no week that closed before issues itself"
    chief = member("chief@programme.example")
    assert (chief.role, chief.coordinates, chief.team) == (Role.COORDINATOR, False, None)


def test_the_same_file_again_changes_nothing() -> None:
    apply(ROSTER)
    before = everything()
    changes = apply(ROSTER)
    assert (changes.lines, changes.unmentioned) == ([], [])
    assert everything() == before


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    reported = apply(ROSTER, dry_run=True).lines
    assert set(everything().values()) == {0}
    assert apply(ROSTER).lines == reported
    changed = ROSTER.replace("Tracfin", "Bercy")
    assert apply(changed, dry_run=True).lines == ["~ team ADLER: administration Tracfin → Bercy"]
    assert team("adler").administration == "Tracfin"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("2019-11-15", "2019-12-13", "~ promotion Promotion 3: ends on 2019-11-15 → 2019-12-13"),
        ("name: Promotion 3", "name: promotion  3", "~ promotion Promotion 3: name “Promotion 3” → “promotion 3”"),
        ("2019-05-31", "2019-06-10", "+ day off 2019-06-10"),
        ("name: CartoBio", "name: Carto-bio", "~ team CartoBio: name CartoBio → Carto-bio"),
        ("from: 2019-02-01", "from: none", "~ team CartoBio: from 2019-02-01 → none"),
        ("Tracfin", "Bercy", "~ team ADLER: administration Tracfin → Bercy"),
        ("name: Sacha", "name: Sacha Roux", "~ eig1@adler.example: name Sacha → “Sacha Roux”"),
        ("name: Sacha", "language: en", "~ eig1@adler.example: language none → en"),
        ("name: Sacha", "until: 2019-06-30", "~ eig1@adler.example: until none → 2019-06-30"),
        ("2019-W32,", "2019-W33,", "~ pause of ADLER from 2019-W31: last 2019-W32 → 2019-W33"),
    ],
)
def test_a_change_is_made_and_reported(old: str, new: str, line: str) -> None:
    apply(ROSTER)
    changed = ROSTER.replace(old, new)
    assert changed != ROSTER
    assert apply(changed).lines == [line]
    assert apply(changed).lines == []


def test_a_team_spelled_otherwise_keeps_its_address() -> None:
    apply(ROSTER)
    apply(ROSTER.replace("name: CartoBio", "name: Carto Bio"))
    assert (team("cartobio").name, team("cartobio").slug) == ("Carto Bio", "cartobio")


def test_somebody_who_moves_keeps_their_membership() -> None:
    apply(ROSTER)
    before = member("eig2@adler.example").id
    moved = ROSTER.replace("  - eig2@adler.example\n", "") + "  mentors: [EIG2@adler.example]\n"
    assert apply(moved).lines == ["~ eig2@adler.example: role eig → mentor, team ADLER → CartoBio"]
    after = member("eig2@adler.example")
    assert (after.id, after.role, after.team) == (before, Role.MENTOR, team("cartobio"))


def test_nobody_is_deleted_but_everybody_left_out_is_reported() -> None:
    apply(ROSTER)
    before = everything()
    short = ROSTER[: ROSTER.index("- name: CartoBio")].replace("  - eig2@adler.example\n", "")
    changes = apply(short.replace("- chief@programme.example\n", ""))
    assert changes.lines == []
    assert changes.unmentioned == [
        "  team CartoBio: not in the file, kept; give “until:” to end",
        "  eig eig2@adler.example: not in the file, kept; give “until:” to end",
        "  coordinator chief@programme.example: not in the file, kept; give “until:” to end",
    ]
    assert everything() == before


def test_what_has_ended_is_not_reported_again_when_it_is_left_out() -> None:
    apply(ROSTER.replace("from: 2019-02-01", "until: 2019-06-30"))
    assert apply(ROSTER[: ROSTER.index("- name: CartoBio")]).unmentioned == []


def test_a_file_takes_nobody_s_coordination_away() -> None:
    apply(ROSTER)
    changes = apply(ROSTER.replace("- eig1@adler.example\n", ""))
    assert changes.lines == []
    assert changes.unmentioned == ["  eig1@adler.example coordinates: not in the file, kept"]
    assert member("eig1@adler.example").coordinates


def test_a_coordinator_who_becomes_an_eig_still_coordinates() -> None:
    apply(ROSTER)
    changes = apply(ROSTER.replace("- chief@programme.example\n", "") + "  eigs: [chief@programme.example]\n")
    assert changes.lines == [
        "~ chief@programme.example: role coordinator → eig, team none → CartoBio, coordinates no → yes"
    ]
    assert member("chief@programme.example").coordinates


def test_an_eig_who_only_coordinates_from_now_on_leaves_the_team() -> None:
    apply(ROSTER)
    apply(ROSTER.replace("  - {email: eig1@adler.example, name: Sacha}\n", ""))
    left = member("eig1@adler.example")
    assert (left.role, left.team, left.coordinates) == (Role.COORDINATOR, None, False)


def test_what_the_file_does_not_say_stays_as_it_is() -> None:
    apply(ROSTER + "  until: 2019-06-30\n")
    promotion = db.session.scalars(select(Promotion)).one()
    promotion.closes_at = time(14)
    db.session.commit()
    assert apply(ROSTER).lines == []
    assert promotion.closes_at == time(14)
    assert team("cartobio").active_until == date(2019, 6, 30)


def test_none_is_kept_where_the_usual_value_is_something_else() -> None:
    apply(ROSTER + "country: none\ntimetable: {reminder: none}\n")
    promotion = db.session.scalars(select(Promotion)).one()
    assert promotion.timetable.country is None
    assert promotion.timetable.reminds_everyone_at is None


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("country", "friday"), [("fr-57", date(2019, 4, 19)), ("FR-972", date(2020, 5, 22)), ("FR-MF", date(2027, 5, 28))]
)
def test_a_part_of_a_country_moves_the_closing_on_its_own_holidays(country: str, friday: date) -> None:
    apply(ROSTER + f"country: {country}\n")
    db.session.expire_all()
    promotion = db.session.scalars(select(Promotion)).one()
    assert promotion.country == country.upper()
    assert promotion.timetable.closing_day(Week.of(friday)) < friday
    assert Timetable(zone=promotion.timetable.zone).closing_day(Week.of(friday)) == friday


def test_the_timetable_of_the_file_is_the_promotion_s() -> None:
    apply(ROSTER)
    changes = apply(ROSTER + "timetable: {closes: thursday 12:00, digest: '12:05', last_reminders: ['11:00']}\n")
    assert changes.lines == [
        "~ promotion Promotion 3: closing weekday 5 → 4, closes at 15:00 → 12:00, "
        "digest at 15:05 → 12:05, reminds unwritten at 14:00 14:45 → 11:00"
    ]
    promotion = db.session.scalars(select(Promotion)).one()
    assert promotion.timetable.closes(Week.parse("2019-W10")) == datetime(2019, 3, 7, 11, 0, tzinfo=UTC)


def test_somebody_may_be_in_two_promotions() -> None:
    apply(ROSTER)
    other = ROSTER.replace("Promotion 3", "Promotion 4").replace("2019-", "2020-")
    assert "+ eig eig2@adler.example (ADLER)" in apply(other).lines
    assert (count(Person), count(Membership), count(Promotion)) == (4, 8, 2)


CORRECTED = ROSTER.replace("  - eig2@adler.example", "  - {email: eig.2@adler.example, was: eig2@adler.example}")


def test_a_corrected_address_makes_no_second_person() -> None:
    apply(ROSTER)
    person = member("eig2@adler.example").person
    db.session.add(UserSession(person_id=person.id, secret_hash="x" * 64, began_at=NOW))
    db.session.commit()
    changes = apply(CORRECTED)
    assert changes.lines == ["~ eig2@adler.example: email eig2@adler.example → eig.2@adler.example"]
    assert (changes.unmentioned, changes.questions) == ([], [])
    assert member("eig.2@adler.example").person is person
    assert count(Person) == 4
    assert person.link_epoch == 2  # whoever reads the wrong mailbox holds its letters
    assert count(UserSession) == 0
    assert apply(CORRECTED) == RosterChanges()
    assert person.link_epoch == 2


def test_letters_that_wait_go_to_the_corrected_address() -> None:
    apply(ROSTER)
    person = member("eig2@adler.example").person
    mailing = add_mailing("note", "fr", "Bonjour", "Bonjour", "<p>Bonjour</p>", reference="note:1", created_at=NOW)
    queue_letters(mailing, [Addressee(number, person.id, person.email or "", "") for number in (1, 2, 3, 4)], NOW)
    states = (State.QUEUED, State.DEFERRED, State.SENT, State.SUBMITTING)
    for letter, state in zip(db.session.scalars(select(Letter)), states, strict=True):
        letter.state = state
    db.session.commit()
    apply(CORRECTED)
    db.session.expire_all()
    assert {letter.state: letter.to_email for letter in db.session.scalars(select(Letter))} == {
        State.QUEUED: "eig.2@adler.example",
        State.DEFERRED: "eig.2@adler.example",
        State.SENT: "eig2@adler.example",
        State.SUBMITTING: "eig2@adler.example",
    }


def test_a_letter_that_a_worker_has_claimed_goes_to_the_corrected_address(app: Flask, relay: Relay) -> None:
    apply(ROSTER)
    person = member("eig2@adler.example").person
    mailing = add_mailing("note", "fr", "Bonjour", "Bonjour", "<p>Bonjour</p>", reference="note:1", created_at=NOW)
    queue_letters(mailing, [Addressee(1, person.id, person.email or "", "")], NOW)
    connection = db.session.connection()
    (claimed,) = claim(connection, "one", NOW, at_most=1, lease=timedelta(minutes=5))
    db.session.commit()
    apply(CORRECTED)
    assert not start(db.session.connection(), claimed, "one", NOW, lease=timedelta(minutes=5), revision=0)
    db.session.rollback()
    assert deliver(lambda: NOW).sent == 1
    assert [letter.envelope_to for letter in relay.messages] == [["eig.2@adler.example"]]


def test_two_people_are_never_made_one() -> None:
    apply(ROSTER)
    apply(CORRECTED.replace(", was: eig2@adler.example", ""))
    with pytest.raises(InvalidFileError) as refused:
        apply(CORRECTED)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (13, None)
    assert "eig2@adler.example and eig.2@adler.example are two people already" in fault.message
    assert count(Person) == 5


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("eig2@adler.exmaple", True),  # like the one that is no more in the file
        ("{email: lou@elsewhere.example, name: Sacha}", False),  # Sacha is there
        ("zoe@adler.example", False),
    ],
)
def test_an_address_like_that_of_somebody_who_is_missing_is_asked_about(typed: str, *, asked: bool) -> None:
    apply(ROSTER)
    changes = apply(ROSTER.replace("  - eig2@adler.example", f"  - {typed}"), dry_run=True)
    question = f"? {typed} is new: if it is eig2@adler.example with another address, add “was: eig2@adler.example”"
    assert changes.questions == [question] * asked


def test_somebody_with_the_name_of_one_who_is_missing_is_asked_about() -> None:
    apply(ROSTER)
    named = "{email: sacha@elsewhere.example, name: Sacha}"
    text = ROSTER.replace("- eig1@adler.example\n", "").replace("{email: eig1@adler.example, name: Sacha}", named)
    (question,) = apply(text, dry_run=True).questions
    assert question.startswith("? sacha@elsewhere.example is new: if it is eig1@adler.example with another address")


def test_a_promotion_by_a_new_name_is_asked_about_and_never_made_twice() -> None:
    apply(ROSTER)
    renamed = ROSTER.replace("Promotion 3", "Promotion trois")
    (question,) = apply(renamed, dry_run=True).questions
    assert "beside “Promotion 3” (promotion-3)" in question
    assert "add “slug: promotion-3”" in question
    with pytest.raises(
        InvalidFileError, match="add “slug: promotion-3”; if it is another, add “slug: promotion-trois”"
    ):
        apply(renamed)
    assert count(Promotion) == 1
    assert apply(renamed + "slug: promotion-3\n").lines == [
        "~ promotion Promotion 3: name “Promotion 3” → “Promotion trois”"
    ]
    assert count(Promotion) == 1
    apply(ROSTER.replace("Promotion 3", "Promotion 3 bis") + "slug: promotion-3-bis\n")  # which answers the question
    assert count(Promotion) == 2


def test_a_promotion_of_other_teams_at_the_same_time_is_another() -> None:
    apply(ROSTER)
    other = ROSTER.replace("Promotion 3", "Promotion 4").replace("ADLER", "Gobelins").replace("CartoBio", "Hopkins")
    assert apply(other.replace("adler.example", "gobelins.example")).questions == []
    assert count(Promotion) == 2


def test_a_team_by_a_new_name_is_asked_about_and_stays_one() -> None:
    apply(ROSTER)
    renamed = ROSTER.replace("name: ADLER", "name: Tracfin")
    assert apply(renamed, dry_run=True).questions == [
        "? team Tracfin is new: if it is “ADLER” by a new name, add “was: ADLER”"
    ]
    known = team("adler")
    changes = apply(renamed.replace("name: Tracfin", "name: Tracfin\n  was: Adler"))
    assert changes.lines == ["~ team ADLER: name ADLER → Tracfin"]
    assert team("tracfin") is known
    assert (known.slug, count(Team)) == ("adler", 2)


def test_teams_whose_names_make_the_same_address_get_one_each() -> None:
    long = "x" * 100
    apply(ROSTER + f"- name: {long}a\n- name: {long}b\n- name: Δήμος\n")
    assert len({found.slug for found in db.session.scalars(select(Team))}) == 5


def test_the_real_promotion_3_is_imported_once(eig_data: Path) -> None:
    text = (eig_data / "rosters" / "promotion-3.yml").read_text(encoding="utf-8")
    assert len(apply(text).lines) == 1 + 15 + 32 + 32 + 3
    assert everything() == {Promotion: 1, Team: 15, Person: 67, Membership: 67, Pause: 0, DayOff: 0}
    eigs = select(func.count()).select_from(Membership).where(Membership.role == Role.EIG)
    assert db.session.scalar(eigs) == 32
    assert apply(text) == RosterChanges()


def test_a_renamed_team_keeps_the_names_that_it_had() -> None:
    apply(ROSTER)
    apply(ROSTER.replace("name: ADLER", "name: Tracfin\n  was: ADLER"))
    assert (team("tracfin").name_on(NOW.date()), team("tracfin").name_on(NOW.date() + timedelta(days=1))) == (
        "ADLER",
        "Tracfin",
    )
    apply(ROSTER.replace("name: ADLER", "name: Tracfin\n  was: ADLER"))
    apply(ROSTER.replace("name: ADLER", "name: TRACFIN"))
    assert [former.name for former in team("tracfin").former_names] == ["ADLER"]


def test_a_file_that_ends_the_last_coordinator_is_refused_and_one_with_another_is_taken() -> None:
    promotion = make_promotion()
    ada = make_member(promotion, "coordinator", email="ada@programme.example", name="Ada")
    text = export_roster(promotion)
    ending = text.replace("name: Ada\n", "name: Ada\n    until: 2019-03-01\n")
    with pytest.raises(InvalidFileError, match="nobody would coordinate this cohort"):
        apply(ending)
    assert db.session.get_one(Membership, ada.id).left_on is None
    apply(ending.replace("coordination:\n", "coordination:\n  - bob@programme.example\n"))
    assert db.session.get_one(Membership, ada.id).left_on == date(2019, 3, 1)

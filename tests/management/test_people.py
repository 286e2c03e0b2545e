"""People and teams from a browser: added, placed, ended, invited; the last coordinator; two coordinators at once."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.management.importing import apply_file
from app.management.people import (
    ChangedMeanwhileError,
    LastCoordinatorError,
    MemberPlace,
    NewPerson,
    add_person,
    base_of,
    date_member,
)
from app.management.teams import remove_team
from app.teams.coordination import CoordinationPart, first_day_lost
from app.teams.models import FormerTeamName, Membership, Person, Promotion, Team
from app.teams.queries import find_team
from app.teams.roles import Role
from tests.builders import make_bulletin, make_member, make_promotion
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.management.conftest import MANAGE, hidden
from tests.pages import words
from tests.rows import audited
from tests.threads import while_under_way

NEW = {"name": "Zoé Faure", "email": "Zoe@Brancard.example", "role": "eig", "team": "brancard", "invite": "y"}
TODAY = date(2019, 3, 6)
DAYS = {"days-first": "", "days-last": ""}


def member_of(email: str) -> Membership:
    db.session.rollback()
    return db.session.scalars(select(Membership).join(Membership.person).where(Person.email == email)).one()


def test_somebody_added_is_invited_once_whatever_the_clicks(
    me: FlaskClient, promotion: Promotion, relay: Relay
) -> None:
    for _click in range(2):
        assert me.post(f"{MANAGE}/people/new", data=NEW).status_code == 303
    zoe = member_of("zoe@brancard.example")
    assert (zoe.role, zoe.team.name if zoe.team else None, zoe.person.name) == (Role.EIG, "Brancard", "Zoé Faure")
    assert audited() == ["person.added", "person.invited"]
    deliver()
    letter = relay.messages[0]
    assert letter.envelope_to == ["zoe@brancard.example"]
    assert words(letter.message["Subject"]) == "Promotion 3 : Camille vous invite"


def test_an_invitation_opens_on_ones_own_address(me: FlaskClient, lea: Membership, relay: Relay, app: Flask) -> None:
    me.post(f"{MANAGE}/people/{lea.id}/invite")
    deliver()
    url = next(word for word in relay.messages[0].text.split() if "/sign-in" in word)
    page = app.test_client().get(url.partition("example")[2] or url)
    assert 'value="lea@jachere.example"' in page.text


@pytest.mark.parametrize(("coordinates", "said"), [(True, 1), (False, 0)])
def test_an_invitation_says_who_coordinates(
    me: FlaskClient, lea: Membership, relay: Relay, coordinates: bool, said: int
) -> None:
    lea.coordinates = coordinates
    db.session.commit()
    me.post(f"{MANAGE}/people/{lea.id}/invite")
    deliver()
    letter = relay.messages[0]
    assert letter.text.count("Vous coordonnez cette promotion.") == said
    assert letter.html.count("Vous coordonnez cette promotion.") == said


@pytest.mark.parametrize("tampered", ["", "x", "Mg.forged", "1"])
def test_a_forged_invitation_opens_an_empty_form(client: FlaskClient, lea: Membership, tampered: str) -> None:
    assert "lea@" not in client.get(f"/sign-in?for={tampered}").text


def test_everybody_left_is_invited_with_one_button(me: FlaskClient, lea: Membership) -> None:
    page = me.get(f"{MANAGE}/people").text
    assert "2 personnes n’ont pas encore été invitées" in words(page)
    me.post(f"{MANAGE}/people/invite")
    me.post(f"{MANAGE}/people/invite")
    assert db.session.query(Letter).count() == 2
    assert "pas encore été invitées" not in words(me.get(f"{MANAGE}/people").text)


def test_who_had_a_letter_before_invitations_were_counted_is_not_to_be_invited(
    me: FlaskClient, lea: Membership, relay: Relay
) -> None:
    me.post(f"{MANAGE}/people/{lea.id}/invite")
    deliver()
    lea.invited_at = None
    db.session.commit()
    assert "1 personne n’a pas encore été invitée" in words(me.get(f"{MANAGE}/people").text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Indiquez le nom de cette personne."),
        ({"name": "\u200b\u202e "}, "Indiquez le nom de cette personne."),
        ({"name": "é" * 201}, "1 de trop"),
        ({"name": "…"}, "au moins une lettre"),
        ({"email": "zoe"}, "Cette adresse électronique n’est pas valable"),
        ({"email": f"{'z' * 250}@brancard.example"}, "Cette adresse électronique n’est pas valable"),
        ({"email": ""}, "Indiquez une adresse."),
        ({"team": ""}, "Choisissez le défi de cette personne."),
        ({"team": "ravine"}, "Choisissez"),
        ({"role": "emperor"}, "Choisissez"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    me: FlaskClient, promotion: Promotion, changed: dict[str, str], said: str
) -> None:
    answer = me.post(f"{MANAGE}/people/new", data=NEW | changed)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "<title>Erreur" in answer.text
    assert db.session.query(Person).count() == 1


def test_a_name_at_its_limit_in_any_script(me: FlaskClient, promotion: Promotion) -> None:
    for i, name in enumerate(["é" * 200, "محمد علي", "李小龙", "Zoé\u00a0\U0001f33b"]):
        answer = me.post(f"{MANAGE}/people/new", data=NEW | {"name": name, "email": f"p{i}@x.example"})
        assert answer.status_code == 303, name
    assert me.get(f"{MANAGE}/people").status_code == 200


def test_an_address_of_a_member_with_another_place_is_told(me: FlaskClient, lea: Membership) -> None:
    answer = me.post(f"{MANAGE}/people/new", data=NEW | {"email": "LEA@jachere.example"})
    assert answer.status_code == 409
    assert "Voir Léa Moreau" in words(answer.text)


def test_somebody_moves_and_coordinates_and_ceases_to(me: FlaskClient, lea: Membership) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    base = hidden(me.get(url).text, "place-base")
    sent = {"place-base": base, "place-role": "eig", "place-team": "brancard", "place-coordinates": "y"}
    assert me.post(f"{url}/place", data=sent).status_code == 303
    moved = member_of("lea@jachere.example")
    assert (moved.team.name if moved.team else None, moved.coordinates) == ("Brancard", True)
    base = hidden(me.get(url).text, "place-base")
    me.post(f"{url}/place", data={"place-base": base, "place-role": "eig", "place-team": "brancard"})
    assert not member_of("lea@jachere.example").coordinates
    assert audited() == ["person.moved", "person.coordination-given", "person.coordination-taken"]


def test_the_coordination_given_and_taken_by_a_role_is_in_the_log_too(me: FlaskClient, lea: Membership) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    for role, team in (("coordinator", ""), ("eig", "jachere")):
        base = hidden(me.get(url).text, "place-base")
        sent = {"place-base": base, "place-role": role, "place-team": team}
        assert me.post(f"{url}/place", data=sent).status_code == 303
    assert audited() == [
        *("person.role-changed", "person.moved", "person.coordination-given"),
        *("person.role-changed", "person.moved", "person.coordination-taken"),
    ]


@pytest.mark.parametrize("part", [{"role": "coordinator"}, {"coordinates": "y"}])
def test_somebody_who_is_added_and_coordinates_is_in_the_log_for_both(
    me: FlaskClient, promotion: Promotion, part: dict[str, str]
) -> None:
    sent = {field: value for field, value in NEW.items() if field != "invite"}
    assert me.post(f"{MANAGE}/people/new", data=sent | part).status_code == 303
    assert audited() == ["person.added", "person.coordination-given"]


def test_two_coordinators_at_once_the_second_sees_both(me: FlaskClient, lea: Membership) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    base = hidden(me.get(url).text, "name-base")
    assert me.post(f"{url}/name", data={"name-base": base, "name-name": "Léa M.", "name-locale": ""}).status_code == 303
    second = me.post(f"{url}/name", data={"name-base": base, "name-name": "Léa Morin", "name-locale": ""})
    assert second.status_code == 409
    assert "Léa M." in words(second.text)
    assert 'value="Léa Morin"' in second.text
    again = {"name-base": hidden(second.text, "name-base"), "name-name": "Léa Morin", "name-locale": ""}
    assert me.post(f"{url}/name", data=again).status_code == 303
    assert member_of("lea@jachere.example").person.name == "Léa Morin"


def test_somebody_leaves_and_comes_back(me: FlaskClient, lea: Membership, app: Flask) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    for last, status in (("2019-03-05", 404), ("", 200)):
        base = hidden(me.get(url).text, "days-base")
        answer = me.post(f"{url}/days", data=DAYS | {"days-base": base, "days-last": last})
        assert answer.status_code == 303
        assert as_member(app.test_client(), lea).get("/promotion-3/weeks").status_code == status
    assert audited() == ["person.left", "person.back"]


def test_a_last_day_to_come_is_seen_in_the_list_and_on_their_page(me: FlaskClient, lea: Membership) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    base = hidden(me.get(url).text, "days-base")
    me.post(f"{url}/days", data=DAYS | {"days-base": base, "days-last": "2019-03-29"})
    assert "Léa Moreau jusqu’au 29 mars" in words(me.get(f"{MANAGE}/people").text)
    assert "Jachère, jusqu’au 29 mars" in words(me.get(url).text)


@pytest.mark.parametrize("days", [("2019-03-05", "2019-03-04"), ("0001-01-01", ""), ("", "9999-12-31"), ("x", "")])
def test_days_that_cannot_be(me: FlaskClient, lea: Membership, days: tuple[str, str]) -> None:
    sent = {"days-base": "", "days-first": days[0], "days-last": days[1]}
    assert me.post(f"{MANAGE}/people/{lea.id}/days", data=sent).status_code == 422


def test_the_last_coordinator_stays(me: FlaskClient, camille: Membership, lea: Membership) -> None:
    url = f"{MANAGE}/people/{camille.id}"
    page = me.get(url).text
    place = {"place-base": hidden(page, "place-base"), "place-role": "mentor", "place-team": "brancard"}
    days = DAYS | {"days-base": hidden(page, "days-base"), "days-last": "2019-06-30"}
    for path, sent in (("place", place), ("days", days)):
        refused = me.post(f"{url}/{path}", data=sent)
        assert refused.status_code == 409, path
        assert "plus personne ne coordonnerait" in words(refused.text)
    assert me.post("/me/erase", data={"address": "camille@programme.example"}).status_code == 409
    db.session.rollback()
    assert db.session.get_one(Membership, camille.id).left_on is None
    assert audited() == []


@pytest.mark.both_databases
def test_somebody_added_to_two_cohorts_at_once_is_one_person(
    app: Flask, promotion: Promotion, camille: Membership
) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    by_id, ids = camille.person_id, (promotion.id, other.id)

    def add(promotion_id: int) -> None:
        new = NewPerson("zoe@brancard.example", "Zoé", MemberPlace(Role.COORDINATOR))
        cohort, by = db.session.get_one(Promotion, promotion_id), db.session.get_one(Person, by_id)
        add_person(cohort, new, by, now())

    first, second = (partial(add, each) for each in ids)
    assert while_under_way(app, "INSERT INTO people", first, second) is None
    db.session.rollback()
    zoe = db.session.scalars(select(Person).where(Person.email == "zoe@brancard.example")).one()
    assert sorted(member.promotion_id for member in zoe.memberships) == sorted(ids)


@pytest.mark.both_databases
def test_two_coordinators_who_end_each_other_at_once_do_not_both_go(
    app: Flask, promotion: Promotion, camille: Membership
) -> None:
    other = make_member(promotion, "coordinator")
    bases = {member.id: base_of(member) for member in (camille, other)}

    def end(by_id: int, member_id: int) -> None:
        by = db.session.get_one(Membership, by_id).person  # read before the lock, as a request reads who is signed in
        member = db.session.get_one(Membership, member_id)
        date_member(member, None, date(2019, 3, 5), bases[member_id], by, now())

    first, second = partial(end, camille.id, other.id), partial(end, other.id, camille.id)
    assert isinstance(while_under_way(app, "UPDATE memberships", first, second), LastCoordinatorError)
    db.session.rollback()
    assert [row.left_on for row in (camille, other)] == [None, date(2019, 3, 5)]


@pytest.mark.both_databases
def test_an_import_leaves_no_cohort_without_who_was_ended_meanwhile(
    app: Flask, promotion: Promotion, camille: Membership
) -> None:
    other = make_member(promotion, "coordinator", email="autre@programme.example")
    promotion_id, ids, base = promotion.id, (camille.id, other.id), base_of(other)

    def end_other() -> None:
        camille, other = (db.session.get_one(Membership, member_id) for member_id in ids)
        date_member(other, None, date(2019, 3, 5), base, camille.person, now())

    def end_camille() -> None:
        other = db.session.get_one(Membership, ids[1])
        rows = b"mail;role;fin\ncamille@programme.example;coordination;05/03/2019\n"
        apply_file(db.session.get_one(Promotion, promotion_id), rows, other.person, now())

    assert isinstance(while_under_way(app, "UPDATE memberships", end_other, end_camille), ChangedMeanwhileError)


LASTING = CoordinationPart(Role.COORDINATOR, False, None, None)
UNTIL_JUNE = CoordinationPart(Role.EIG, True, None, date(2019, 6, 30))
FROM_JULY = CoordinationPart(Role.COORDINATOR, False, date(2019, 7, 1), None)
FROM_MONDAY_8 = CoordinationPart(Role.COORDINATOR, False, date(2019, 7, 8), None)
GONE = CoordinationPart(Role.COORDINATOR, False, None, date(2019, 3, 5))
MENTOR = CoordinationPart(Role.MENTOR, False, None, None)
JULY = date(2019, 7, 1)


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ([LASTING, LASTING], [GONE, LASTING], None),
        ([LASTING, UNTIL_JUNE], [GONE, UNTIL_JUNE], JULY),  # who leaves in June does not count for July
        ([LASTING], [UNTIL_JUNE], JULY),
        ([LASTING], [UNTIL_JUNE, FROM_JULY], None),  # who comes then does
        ([LASTING], [UNTIL_JUNE, FROM_MONDAY_8], JULY),
        ([UNTIL_JUNE, FROM_MONDAY_8], [UNTIL_JUNE, MENTOR], date(2019, 7, 8)),
        ([UNTIL_JUNE, FROM_MONDAY_8], [UNTIL_JUNE, FROM_MONDAY_8], None),  # nothing is lost that there was not
        ([LASTING], [FROM_JULY], TODAY),
        ([UNTIL_JUNE, UNTIL_JUNE], [GONE, UNTIL_JUNE], None),
        ([UNTIL_JUNE], [GONE], TODAY),
        ([LASTING], [CoordinationPart(Role.COORDINATOR, False, None, date.max)], None),
        ([], [GONE], None),
    ],
)
def test_no_change_takes_the_coordination_from_a_day_that_had_it(
    before: list[CoordinationPart], after: list[CoordinationPart], lost: date | None
) -> None:
    assert first_day_lost(before, after, TODAY) == lost


def test_who_coordinates_alone_may_leave_on_the_eve_of_a_colleague_who_is_to_come(
    me: FlaskClient, promotion: Promotion, camille: Membership
) -> None:
    colleague = make_member(promotion, "coordinator", joined_on=date(2019, 7, 2))
    for last, status in (("2019-06-30", 409), ("2019-07-01", 303)):
        base = hidden(me.get(f"{MANAGE}/people/{camille.id}").text, "days-base")
        answer = me.post(f"{MANAGE}/people/{camille.id}/days", data=DAYS | {"days-base": base, "days-last": last})
        assert answer.status_code == status, last
        if status == 409:
            assert "À partir du 1er juillet 2019, plus personne ne coordonnerait" in words(answer.text)
    colleague_page = f"{MANAGE}/people/{colleague.id}"
    place = {"place-base": hidden(me.get(colleague_page).text, "place-base"), "place-role": "alumni", "place-team": ""}
    assert me.post(f"{colleague_page}/place", data=place).status_code == 409


def test_somebody_is_erased_with_their_address_typed(me: FlaskClient, lea: Membership) -> None:
    url = f"{MANAGE}/people/{lea.id}/erase"
    assert me.post(url, data={"address": "bob@jachere.example"}).status_code == 422
    assert me.post(url, data={"address": " LEA@jachere.example"}).status_code == 303
    assert audited() == ["person.erased"]
    assert "Moreau" not in me.get(f"{MANAGE}/people").text
    assert me.get(f"{MANAGE}/people/{lea.id}").status_code == 404


def test_a_team_is_added_once_and_its_name_is_taken(me: FlaskClient, promotion: Promotion) -> None:
    sent = {"name": "Balise-Nav", "administration": "Shom", "summary": "", "active_from": "", "active_until": ""}
    for _click in range(2):
        assert me.post(f"{MANAGE}/teams/new", data=sent).status_code == 303
    taken = me.post(f"{MANAGE}/teams/new", data=sent | {"name": "b@lise NAV", "summary": "Une autre"})
    assert taken.status_code == 409
    assert "Il y a déjà un défi de ce nom" in words(taken.text)
    renamed = {"base": hidden(me.get(f"{MANAGE}/teams/jachere").text, "base"), **sent, "name": "b@lise NAV"}
    assert "Il y a déjà un défi de ce nom : Balise-Nav" in words(me.post(f"{MANAGE}/teams/jachere", data=renamed).text)
    assert db.session.query(Team).count() == 3
    assert audited() == ["team.added"]


def test_a_team_renamed_keeps_its_former_name_and_its_page(me: FlaskClient, promotion: Promotion) -> None:
    page = me.get(f"{MANAGE}/teams/jachere").text
    sent = {"base": hidden(page, "base"), "name": "Friche", "administration": "", "summary": ""}
    assert me.post(f"{MANAGE}/teams/jachere", data=sent).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(FormerTeamName.name)).all() == ["Jachère"]
    assert "Friche" in me.get("/promotion-3/teams/jachere").text
    assert me.post(f"{MANAGE}/teams/jachere", data=sent | {"name": "Autre"}).status_code == 409


def test_only_a_team_with_nothing_is_removed(me: FlaskClient, promotion: Promotion, lea: Membership) -> None:
    make_bulletin(next(team for team in promotion.teams if team.name == "Brancard"), "2019-W09")
    sent = {"name": "Erreur", "administration": "", "summary": "", "active_from": "", "active_until": ""}
    me.post(f"{MANAGE}/teams/new", data=sent)
    for team in ("jachere", "brancard", "erreur", "erreur"):
        assert me.post(f"{MANAGE}/teams/{team}/remove").status_code == 303
    db.session.rollback()
    assert sorted(db.session.scalars(select(Team.slug))) == ["brancard", "jachere"]


@pytest.mark.both_databases
def test_a_team_removed_by_two_at_once_is_removed_once(app: Flask, promotion: Promotion, camille: Membership) -> None:
    promotion_id, person_id = promotion.id, camille.person_id

    def remove() -> None:
        cohort, by = db.session.get_one(Promotion, promotion_id), db.session.get_one(Person, person_id)
        if team := find_team(cohort.id, "brancard"):
            remove_team(team, by, now())

    assert while_under_way(app, "DELETE FROM teams", remove, remove) is None
    assert audited() == ["team.removed"]


def test_a_member_of_another_cohort_is_not_found(me: FlaskClient, promotion: Promotion) -> None:
    other = make_member(make_promotion(slug="promotion-4", name="Promotion 4"))
    for path in ("", "/erase"):
        assert me.get(f"{MANAGE}/people/{other.id}{path}").status_code == 404
    for path in ("name", "place", "days", "address", "invite", "erase"):
        assert me.post(f"{MANAGE}/people/{other.id}/{path}").status_code == 404


def test_after_the_end_eigs_are_alumni_on_every_page(
    me: FlaskClient, promotion: Promotion, camille: Membership, lea: Membership, clock: Traveller
) -> None:
    make_member(promotion, "mentor", lea.team, name="Omar")
    before = words(me.get(f"{MANAGE}/people").text)
    assert "1 EIG" in before
    assert "alumni" not in before
    clock.move_to("2019-12-02T10:00:00Z")
    as_member(me, camille)
    page = words(me.get(f"{MANAGE}/people").text)
    assert "2 défis · 1 alumni · 1 mentor" in page
    assert "1 EIG" not in page
    assert "Alumni : lecture seule, Jachère" in words(me.get(f"{MANAGE}/people/{lea.id}").text)
    team = words(me.get("/promotion-3/teams/jachere").text)
    assert "Alumni Léa Moreau Mentors Omar" in team

"""A person as they stand is who the ORM finds, and neither keeps up with the database nor goes back to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm.exc import DetachedInstanceError

from app.database import db
from app.teams.members import find_person
from app.teams.models import DayOff, Membership, Person, Promotion
from app.teams.roles import Role
from app.teams.snapshot import person_as_is
from tests.builders import make_member, make_person, make_promotion, make_team, saved

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def person() -> Person:
    """A coordinator of one promotion, with days off, who was an EIG of another one, without."""
    second = make_promotion(slug="promotion-2", name="Promotion 2")
    third = make_promotion()
    for day in (date(2019, 8, 15), date(2019, 5, 31)):
        saved(DayOff(promotion_id=third.id, day=day))
    for member in range(2):  # others, who must not be among it
        make_member(third, team=make_team(third), name=f"Other {member}")
    person = make_person("margot@promotion.example", name="Margot", locale="en")
    make_member(third, Role.COORDINATOR, person=person, joined_on=date(2019, 2, 1), coordinates=True)
    make_member(second, Role.EIG, make_team(second, "Cartobio"), person=person, left_on=date(2019, 3, 1))
    return person


def columns(entity: Any) -> dict[str, Any] | None:
    """Every value of the row of `entity`."""
    return entity and {name: getattr(entity, name) for name in entity.__mapper__.column_attrs.keys()}  # noqa: SIM118


def told(person: Person) -> list[Any]:
    """All that is known of `person`."""
    return [columns(person), *(about(member) for member in sorted(person.memberships, key=lambda member: member.id))]


def about(member: Membership) -> list[Any]:
    promotion: Promotion = member.promotion
    assert member.team is None or member.team.promotion is promotion
    return [columns(one) for one in (member, member.person, promotion, member.team, *promotion.days_off)]


def test_they_are_known_as_the_orm_knows_them(person: Person) -> None:
    snapshot, found = person_as_is(person.id), find_person(person.id)
    assert snapshot and found and snapshot is not found
    assert told(snapshot) == told(found)
    assert [len(one) for one in told(snapshot)[1:]] == [6, 4]  # with two days off, and none


def test_a_person_of_no_promotion_has_no_membership() -> None:
    assert told(person_as_is(make_person().id))[1:] == []  # type: ignore[arg-type]


def test_nobody_is_not_found() -> None:
    assert person_as_is(1) is None


def test_what_was_not_read_is_not_fetched_behind_the_back_of_a_page(person: Person) -> None:
    snapshot = person_as_is(person.id)
    assert snapshot
    team = snapshot.memberships[1].team
    assert team
    with pytest.raises(DetachedInstanceError):
        _ = team.pauses


def test_what_is_set_on_them_is_written_nowhere(person: Person) -> None:
    snapshot = person_as_is(person.id)
    assert snapshot
    snapshot.name = "Somebody else"
    db.session.commit()
    db.session.expire_all()
    assert (person.name, inspect(snapshot).detached) == ("Margot", True)

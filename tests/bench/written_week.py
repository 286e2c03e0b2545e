"""A promotion of many members whose digest, letters of about 40 KB, is issued the way the product does it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, update

from app import clock
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.letters.leases import letters
from app.letters.states import State
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_promotion, make_team

WEEK = Week.parse("2019-W10")
FRIDAY = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
TEAMS = 16
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin.\n\n" * 3


def make_written_week(members: int) -> Promotion:
    """A promotion whose 16 teams have written, and nothing issued yet."""
    promotion = make_promotion()
    teams = [make_team(promotion, f"Défi {number:02d}") for number in range(TEAMS)]
    for team in teams:
        make_bulletin(team, WEEK, priorities=TEXT, ups_and_downs=TEXT)
    ids = [team.id for team in teams]
    people = [{"email": f"eig{n}@bench.example", "created_at": clock.now(), "name": f"EIG {n}"} for n in range(members)]
    known = db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
    parts = [
        {"promotion_id": promotion.id, "person_id": person, "role": Role.EIG, "team_id": ids[number % TEAMS]}
        for number, person in enumerate(known)
    ]
    db.session.execute(insert(Membership), parts)
    db.session.commit()
    return promotion


def issue_digest(promotion: Promotion) -> Digest:
    """Its digest, with a letter a member."""
    return issue(promotion, WEEK, now=clock.now())


def queue_again() -> None:
    """Every letter as it was when it was queued."""
    as_new = {"state": State.QUEUED, "attempts": 0, "sent_at": None, "due_at": clock.now(), "claimed_by": None}
    db.session.execute(update(letters).values(as_new))
    db.session.commit()

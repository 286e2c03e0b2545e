"""How the members of the demonstration read, answer, and what they think of automatic marking, dealt out in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from app.database import db
from app.readership.consent import Choice
from app.readership.survey import Habit
from app.teams.models import Membership, Promotion
from app.teams.roles import Role

# The chance that a member reads a digest: in a month, nine EIGs in ten and six mentors in ten do.
READING = {
    Role.EIG: (0.95, 0.6, 0.95, 0.4, 0.95, 0.6, 0.1, 0.95, 0.7, 0.4),
    Role.MENTOR: (0.9, 0.0, 0.5, 0.25, 0.05, 0.9, 0.25, 0.5, 0.0, 0.05),
    Role.COORDINATOR: (0.95,),
}
YES, NO, SILENT = Choice.GRANTED, Choice.DENIED, None
CHOICES = {
    Role.EIG: (SILENT, YES, YES, SILENT, NO, YES, SILENT, YES, SILENT, YES),
    Role.MENTOR: (YES, SILENT, SILENT, YES, NO, SILENT, SILENT, YES, SILENT, SILENT),
    Role.COORDINATOR: (SILENT,),
}
ANSWERING = {Role.EIG: 0.9, Role.MENTOR: 0.6, Role.COORDINATOR: 0.0}  # the chance to answer a month's question
SAYS = {0.8: Habit.WEEKLY, 0.55: Habit.TWICE, 0.3: Habit.ONCE, 0.05: Habit.RARELY}  # who reads so much or more

Way = TypeVar("Way")


@dataclass(frozen=True, slots=True)
class Reader:
    """A member and its ways. `place` counts from 0 among those of its role: the first is whom one signs in as."""

    member: Membership
    place: int

    @property
    def email(self) -> str:
        return self.member.person.email or ""

    @property
    def reading(self) -> float:
        """The chance that they read a digest."""
        return _dealt(READING[self.member.role], self.place)

    @property
    def choice(self) -> Choice | None:
        """What they say about automatic marking; None: nothing so far."""
        return _dealt(CHOICES[self.member.role], self.place)

    @property
    def answering(self) -> float:
        """The chance that they answer the question of a month."""
        return ANSWERING[self.member.role]

    @property
    def habit(self) -> Habit:
        """What they answer."""
        return next((habit for least, habit in SAYS.items() if self.reading >= least), Habit.NEVER)


def readers_of(promotion: Promotion) -> Iterator[Reader]:
    """Every member of the promotion."""
    seen: Counter[Role] = Counter()
    query = select(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    for member in db.session.scalars(query):
        yield Reader(member, seen[member.role])
        seen[member.role] += 1


def _dealt(ways: tuple[Way, ...], place: int) -> Way:
    return ways[place % len(ways)]

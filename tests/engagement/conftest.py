"""A promotion with something to say: a spring of digests, readers, moods, a call for help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from app.bulletins.moods import Mood
from app.database import db
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership, Pause, Promotion, Team
from app.weeks import Week
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_read_mark,
    make_team,
    one_transaction,
    saved,
)

MARCH = date(2019, 3, 1)
WEEKS = ("2019-W10", "2019-W11", "2019-W12", "2019-W13")


@dataclass
class Spring:
    """32 EIGs in four teams, two mentors, a coordinator; four digests in March, one in May."""

    promotion: Promotion
    teams: list[Team]
    eigs: list[Membership]
    mentor: Membership
    coordinator: Membership


@pytest.fixture
def in_may(clock: time_machine.Traveller) -> None:
    """Thursday 23 May 2019, when March is complete and May is not."""
    clock.move_to(datetime(2019, 5, 23, 10, 0, tzinfo=UTC))


@pytest.fixture
def spring(app: Flask, in_may: None) -> Spring:
    """In March 25 EIGs read a digest, and 22 of the 27 who answered said that they read. One team is paused in May."""
    with one_transaction():
        return _make_spring()


def _make_spring() -> Spring:
    promotion = make_promotion()
    teams = [make_team(promotion, name) for name in ("Cartobio", "Exploreur", "Hopkins", "Sillage")]
    eigs = [make_member(promotion, "eig", teams[number % 4]) for number in range(32)]
    mentor, _other = make_member(promotion, "mentor"), make_member(promotion, "mentor")
    coordinator = make_member(promotion, "coordinator")
    for week in WEEKS:
        make_bulletin(teams[0], week, mood=Mood.VERY_HARD, help="Qui connaît Solr ?" if week == WEEKS[0] else "")
        make_bulletin(teams[1], week, mood=Mood.GREAT, late=week == WEEKS[1])
        digest = make_digest(promotion, week)
        for eig in eigs[: 25 if week == WEEKS[0] else 12]:
            make_read_mark(digest, eig)
    habits = [Habit.WEEKLY] * 12 + [Habit.ONCE] * 10 + [Habit.NEVER] * 5
    db.session.add_all(
        MonthAnswer(membership_id=eig.id, month=MARCH, habit=h) for eig, h in zip(eigs, habits, strict=False)
    )
    saved(Pause(team_id=teams[3].id, first_week=Week.parse("2019-W21"), last_week=Week.parse("2019-W21")))
    make_bulletin(teams[0], "2019-W21", mood=Mood.SO_SO)
    make_digest(promotion, "2019-W20")
    return Spring(promotion, teams, eigs, mentor, coordinator)

"""The situation of promotion 3: 32 EIGs, of whom 27 answered the survey; a month read by 26 of them, another by 25.

« Les bulletins étaient lus au moins une fois par mois par plus de 80 % des EIG »: proven where a floor passes
that line. 23 of 27 answers said so; the four others are too few to be told, hence « au moins 22 ».
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import chain, repeat
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.database import db
from app.readership.figures.disclosure import Count, publish_group
from app.readership.figures.monthly import CountedMember, Group, IssuedDigest, MonthRows, eligible_members, month_counts
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership, Promotion
from tests.builders import make_digest, make_member, make_promotion, make_read_mark
from tests.fixtures.site import as_member
from tests.pages import words

EIGS = 32
SURVEY = {Habit.WEEKLY: 10, Habit.TWICE: 8, Habit.ONCE: 5, Habit.RARELY: 3, Habit.NEVER: 1}
ANSWERS = tuple(chain.from_iterable(repeat(habit, count) for habit, count in SURVEY.items()))
FEBRUARY, MARCH = date(2019, 2, 1), date(2019, 3, 1)
READERS = {"2019-W07": (FEBRUARY, 26), "2019-W10": (MARCH, 25)}


@pytest.fixture
def promotion(app: Flask, clock: time_machine.Traveller) -> Promotion:
    """In May: a digest in February that 26 read, one in March that 25 of them read, the survey's answers in both."""
    clock.move_to(datetime(2019, 5, 23, 10, 0, tzinfo=UTC))
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(EIGS)]
    for week, (month, readers) in READERS.items():
        digest = make_digest(promotion, week)
        for eig in eigs[:readers]:
            make_read_mark(digest, eig)
        db.session.add_all(_answers(eigs, month))
    db.session.commit()
    return promotion


def _answers(eigs: list[Membership], month: date) -> list[MonthAnswer]:
    """27 of the 32 answer."""
    return [
        MonthAnswer(membership_id=eig.id, month=month, habit=habit) for eig, habit in zip(eigs, ANSWERS, strict=False)
    ]


def figures(app: Flask, month: str, shape: str) -> str:
    result = app.test_cli_runner().invoke(args=["figures", "--month", month, "--format", shape])
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.mark.parametrize(("readers", "floor", "proven"), [(26, 0.8125, True), (25, 0.78125, False)])
def test_a_month_is_proven_from_26_readers_on(readers: int, floor: float, proven: bool) -> None:
    counted = tuple(CountedMember(eig, Group.EIG, 1, int(eig < readers)) for eig in range(EIGS))
    rows = MonthRows(date(2019, 4, 7), (IssuedDigest(1, date(2019, 3, 8)),), counted, answers=dict(enumerate(ANSWERS)))
    group = publish_group(month_counts(eligible_members(rows).values()))
    assert (group.readers, group.floor, group.proven) == (Count(readers, readers), floor, proven)
    assert (group.declared.positive, group.declared.answers) == (Count(22, 27), Count(27, 27))


@pytest.mark.parametrize(("month", "readers", "floor"), [("2019-02", 26, 0.8125), ("2019-03", 25, 0.78125)])
def test_the_command_says_so(app: Flask, promotion: Promotion, month: str, readers: int, floor: float) -> None:
    eig: dict[str, Any] = json.loads(figures(app, month, "json"))["groups"]["eig"]
    assert (eig["eligible"], eig["readers"], eig["floor"], eig["at_least"]) == (EIGS, readers, floor, False)
    declared = eig["declared"]
    assert (declared["answers"], declared["share"]) == (27, 22 / 27)
    assert (declared["low"], declared["high"]) == (pytest.approx(0.6330, abs=5e-5), 1.0)
    assert declared["classes"] == {"weekly": 10, "twice": 8, "once": None, "rarely": None, "never": None}


def test_the_command_says_in_words_what_is_proven_and_what_is_not(app: Flask, promotion: Promotion) -> None:
    assert "floor      81 % (proven: more than 80 %)\n" in figures(app, "2019-02", "text")
    march = figures(app, "2019-03", "text")
    assert "floor      78 %\n" in march
    assert "declared   at least 81 % of 27 answers (95 % interval: 63 % to 100 %)\n" in march
    assert "proven" not in march


def test_the_page_says_proven_while_february_stands_alone(
    client: FlaskClient, promotion: Promotion, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2019, 3, 20, 10, 0, tzinfo=UTC))
    page = seen_by_coordination(client, promotion)
    assert "EIG : au moins 81 % ; réponses à la question du mois : au moins 81 % sur 27" in page
    assert "prouvé" in page


def test_the_page_says_no_more_than_a_floor_with_march(client: FlaskClient, promotion: Promotion) -> None:
    """Both months together are read by those who read in each."""
    page = seen_by_coordination(client, promotion)
    assert "EIG : au moins 78 % ; réponses à la question du mois : au moins 81 % sur 27" in page
    assert "prouvé" not in page
    assert "Mars 2019 78 % ≥ au moins 81 %" in page
    assert "Février 2019 81 % ≥ au moins 81 %" in page


def seen_by_coordination(client: FlaskClient, promotion: Promotion) -> str:
    as_member(client, make_member(promotion, "coordinator"))
    page = words(client.get("/promotion-3/engagement", headers={"Accept-Language": "fr"}).text)
    return page.replace("\xa0", " ").replace("\u202f", " ")

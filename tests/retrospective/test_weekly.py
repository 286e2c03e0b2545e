"""The figures of the weekly bulletins: reading as published there, writing as the digests counted it, calls, moods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.clock import now
from app.database import db
from app.digests.models import Recipient
from app.engagement.calls import CallLife
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.readership.figures.reports import figures_by_month, promotion_figures
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.records.models import Milestone
from app.records.queries import find_milestone
from app.retrospective.figures import Figure
from app.retrospective.open_data import verifier
from app.retrospective.open_data.build import build
from app.retrospective.queries import all_figures
from app.retrospective.sentences import sentence
from app.retrospective.weekly_queries import weekly_facts
from app.retrospective.weekly_values import CallOutcome, call_outcomes
from app.teams.models import Pause, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import (
    CONTENT,
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_read_mark,
    make_team,
    one_transaction,
    saved,
)
from tests.retrospective.conftest import Run
from tests.retrospective.test_open_data import tables_of

pytestmark = pytest.mark.both_databases

MARCH = date(2019, 3, 1)
WEEKS = ("2019-W10", "2019-W11", "2019-W12", "2019-W13", "2019-W14")  # the last one is April's
COUNTED = {"expected": 6, "wrote": 5, "paused": 0, "silent": 1}  # by each digest


@dataclass
class Spring:
    """32 EIGs in six teams: five write each week of March, one of them late once; one digest in April."""

    promotion: Promotion
    teams: list[Team]
    mid: Milestone
    end: Milestone


@pytest.fixture
def spring(app: Flask, clock: time_machine.Traveller) -> Iterator[Spring]:
    """In March 25 EIGs read a digest, and 22 of the 27 who answered said that they read; in April everybody did."""
    clock.move_to(datetime(2019, 5, 23, 10, 0, tzinfo=UTC))
    with one_transaction():
        promotion = make_promotion()
        teams = [
            make_team(promotion, name) for name in ("Ader", "Cartobio", "Exploreur", "Hopkins", "Phare", "Sillage")
        ]
        eigs = [make_member(promotion, Role.EIG, teams[number % 6]) for number in range(32)]
        for week in WEEKS:
            for number, team in enumerate(teams[:5]):
                late = number == 4 and week == WEEKS[1]
                make_bulletin(
                    team,
                    week,
                    mood=(Mood.VERY_HARD, Mood.SO_SO, Mood.GOOD, Mood.GREAT, Mood.GOOD)[number],
                    late=late,
                    help="Qui connaît Solr ?" if week == WEEKS[0] and number < 3 else "",
                )
            counts = COUNTED | ({"wrote": 4, "silent": 2} if week == WEEKS[1] else {})
            digest = make_digest(promotion, week, content=CONTENT | {"teams": counts})
            for eig in eigs[: 25 if week == WEEKS[0] else 32 if week == WEEKS[4] else 12]:
                make_read_mark(digest, eig)
        habits = [Habit.WEEKLY] * 12 + [Habit.ONCE] * 10 + [Habit.NEVER] * 5
        db.session.add_all(
            MonthAnswer(membership_id=eig.id, month=MARCH, habit=h) for eig, h in zip(eigs, habits, strict=False)
        )
        milestones = [
            saved(Milestone(promotion_id=promotion.id, key=key, day=day))
            for key, day in (("mid", date(2019, 4, 1)), ("end", date(2019, 11, 8)))
        ]
    yield Spring(promotion, teams, *milestones)


def by_name(figures: list[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.name, []).append(figure)
    return found


def test_reading_is_what_the_weekly_rooms_publish(spring: Spring) -> None:
    found = by_name(all_figures(spring.promotion, spring.end, now()))
    march, april = found["B01"]
    assert (march.month, march.numerator, march.base, march.at_least) == ("2019-03", 25, 32, False)
    assert (april.month, april.numerator, april.base, april.at_least) == ("2019-04", 27, 32, True)
    assert april.numerator + april.unknown == 32, "between 27 and 32: no more is published"
    published = figures_by_month(spring.promotion, now())
    assert [each.groups["eig"].readers.least for each in published if each.frozen] == [25, 27]  # type: ignore[union-attr, index]
    (declared,) = found["B01.declared"]
    assert (declared.month, declared.numerator, declared.base) == ("2019-03", 22, 27)
    period = promotion_figures(spring.promotion, now()).groups["eig"].readers  # type: ignore[index]
    assert period and found["B01.period"][0].numerator == period.least


def test_a_month_that_may_still_change_is_not_told(spring: Spring) -> None:
    digest = make_digest(spring.promotion, "2019-W20")
    for recipient in db.session.scalars(select(Recipient).where(Recipient.digest_id == digest.id)).all():
        make_read_mark(digest, recipient.membership)
    assert [each.frozen for each in figures_by_month(spring.promotion, now())] == [True, True, False]
    assert [figure.month for figure in by_name(all_figures(spring.promotion, spring.end, now()))["B01"]] == [
        "2019-03",
        "2019-04",
    ]


def test_they_are_counted_again_from_the_open_data(spring: Spring) -> None:
    files = build(spring.promotion, spring.end, now())
    tables = tables_of(files)
    assert verifier.differences(tables) == []
    told = [(row["code"], row["numerateur"], row["au_moins"]) for row in tables["chiffres"] if row["code"] == "B01"]
    assert told[1:] == [("B01", "25", "false"), ("B01", "22", "false"), ("B01", "27", "true")]
    april = [row for row in tables["lecture"] if row["mois"] == "2019-04"]
    assert next((row["public"], row["lecteurs"], row["au_moins"]) for row in april) == ("eig", "27", "true")


def test_sentences_say_what_is_a_lower_bound(spring: Spring) -> None:
    found = by_name(all_figures(spring.promotion, spring.end, now()))
    march, april = found["B01"]
    assert sentence(march, "fr") == (
        "plus de la moitié\N{NO-BREAK SPACE}: 25 EIG sur 32 ont marqué un récapitulatif comme lu en mars 2019"
    )
    assert "au moins 27 EIG sur 32 ont marqué un récapitulatif comme lu en avril 2019" in sentence(april, "fr")
    assert "at least 27 EIGs of 32 marked" in sentence(april, "en")
    assert "unknown" not in sentence(april, "en")


def test_half_is_not_said_of_what_may_be_more() -> None:
    figure = Figure("B01", 15, 30, 4, month="2019-04", at_least=True)
    assert sentence(figure, "fr").startswith("au moins 15 EIG sur 30")
    assert sentence(Figure("B01", 15, 30, month="2019-04"), "fr").startswith("la moitié")


def test_writing_is_as_the_digests_counted_it_even_where_a_pause_was_declared_later(spring: Spring) -> None:
    silent = spring.teams[-1].id
    saved(Pause(team_id=silent, first_week=Week.parse("2019-W10"), last_week=Week.parse("2019-W13")))
    facts = weekly_facts(spring.promotion, spring.end, now())
    march, april = (month for month in facts.writing if month.month in {"2019-03", "2019-04"})
    # four digests of six teams, after a week of March without one
    first_of_march = 6
    assert (march.on_time, march.late) == (19, 1)
    assert march.silent == 4 + first_of_march
    assert april.on_time == 5
    (figure,) = by_name(all_figures(spring.promotion, spring.end, now()))["B02"]
    assert (figure.numerator, figure.base) == (25, sum(month.expected for month in facts.writing))
    assert "25 bulletins écrits sur" in sentence(figure, "fr")
    assert sentence(figure, "fr").endswith("\N{NO-BREAK SPACE}: 24 à temps, 1 en retard")


def test_a_late_bulletin_from_a_file_is_counted_once(spring: Spring) -> None:
    """Its own week's digest has told and counted it, since it was there when that was issued."""
    before = weekly_facts(spring.promotion, spring.end, now()).writing
    late = db.session.scalars(select(Bulletin).where(Bulletin.week == Week.parse(WEEKS[0]))).first()
    assert late
    late.late = late.imported = True
    db.session.commit()
    after = weekly_facts(spring.promotion, spring.end, now()).writing
    assert [month.expected for month in after] == [month.expected for month in before]
    assert [month.silent for month in after] == [month.silent for month in before]
    assert [month.late for month in after if month.month == "2019-03"] == [2]


def test_calls_are_counted_by_what_became_of_them(spring: Spring) -> None:
    first, second, third = db.session.query(HelpRequest).order_by(HelpRequest.id)
    first.first_offered_at, first.state = first.opened_at + timedelta(days=1), HelpState.OFFERED
    second.first_offered_at, second.state = second.opened_at + timedelta(days=2, hours=12), HelpState.RESOLVED
    second.closed_at = datetime(2019, 4, 20, tzinfo=UTC)
    third.state = HelpState.ARCHIVED
    db.session.commit()
    found = by_name(all_figures(spring.promotion, spring.end, now()))
    (answered,), (resolved,) = found["B03"], found["B03.resolved"]
    assert (answered.numerator, answered.base, answered.unknown, answered.days) == (2, 3, 1, 1.75)
    assert answered.parts and sum(answered.parts.values()) + answered.unknown == answered.base
    assert (resolved.numerator, resolved.base) == (1, 3)
    assert "délai médian de la première réponse\N{NO-BREAK SPACE}: 1,8\N{NO-BREAK SPACE}jour" in sentence(
        answered, "fr"
    )
    at_mid_term = by_name(all_figures(spring.promotion, spring.mid, now()))
    assert at_mid_term["B03.resolved"][0].numerator == 0, "it was resolved after that day"


def test_moods_are_of_a_month_and_of_enough_teams(spring: Spring) -> None:
    march, _april = by_name(all_figures(spring.promotion, spring.end, now()))["B04"]
    assert march.parts == {"very_hard": 4, "so_so": 4, "good": 8, "great": 4}
    assert (march.numerator, march.base) == (12, 20)
    assert sentence(march, "fr") == (
        "12 semaines sur 20 bonnes ou excellentes, d’après les bulletins écrits en mars 2019\N{NO-BREAK SPACE}: "
        "4 très difficiles, 4 mitigées, 8 bonnes, 4 excellentes"
    )
    assert "1 excellente" in sentence(Figure("B04", 1, 1, parts={"great": 1}, month="2019-08"), "fr")
    db.session.delete(spring.teams[0])
    db.session.commit()
    assert "B04" not in by_name(all_figures(spring.promotion, spring.end, now())), "four teams are too few"


def test_mid_term_ends_on_its_day(spring: Spring) -> None:
    found = by_name(all_figures(spring.promotion, spring.mid, now()))
    assert [figure.month for figure in found["B01"]] == ["2019-03"]
    assert [figure.month for figure in found["B04"]] == ["2019-03"]
    assert found["B02"][0].numerator == 20
    assert "B01.period" not in found, "what is published of the whole promotion reaches further"


def test_a_promotion_that_wrote_elsewhere_has_no_nought(app: Flask, clock: time_machine.Traveller) -> None:
    promotion = make_promotion()
    make_team(promotion)
    milestone = saved(Milestone(promotion_id=promotion.id, key="end", day=date(2019, 11, 8)))
    clock.move_to("2019-12-01T10:00:00Z")
    assert all_figures(promotion, milestone, now()) == []


def test_the_command_shows_them_beside_the_others(spring: Spring, run: Run) -> None:
    assert find_milestone(spring.promotion, "end")
    shown = json.loads(run("retrospective", "figures", "--milestone", "end", "--format", "json"))
    figures: list[dict[str, Any]] = [each for each in shown["figures"] if each["code"] == "B01"]
    assert [(each.get("aspect"), each.get("month")) for each in figures] == [
        ("period", None),
        (None, "2019-03"),
        ("declared", "2019-03"),
        (None, "2019-04"),
    ]


def test_what_had_become_of_calls_by_a_day() -> None:
    opened = datetime(2019, 3, 1, tzinfo=UTC)
    offered, closed = opened + timedelta(days=3), opened + timedelta(days=9)
    call = CallLife(HelpState.RESOLVED, opened, offered, closed)
    assert call_outcomes([call]) == (CallOutcome(HelpState.RESOLVED, 3.0),)
    assert call_outcomes([call], closed) == (CallOutcome(HelpState.OFFERED, 3.0),)
    assert call_outcomes([call], offered) == (CallOutcome(HelpState.OPEN),)
    assert call_outcomes([call], opened) == ()
    assert call_outcomes([CallLife(HelpState.ARCHIVED, opened, offered)]) == (CallOutcome(HelpState.ARCHIVED),)

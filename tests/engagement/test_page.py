"""The engagement page, as each part of a promotion sees it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event

from app.database import db
from app.readership.models import MonthAnswer
from app.readership.survey import Habit
from app.teams.models import Membership
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_read_mark, make_team, saved
from tests.engagement.conftest import Spring
from tests.fixtures.site import as_member
from tests.pages import words

PAGE = "/promotion-3/engagement"


def seen_by(client: FlaskClient, member: Membership, locale: str = "fr") -> str:
    """What the member reads on the page."""
    answer = as_member(client, member).get(PAGE, headers={"Accept-Language": locale})
    assert answer.status_code == 200
    return words(answer.text).replace(" :", ":").replace(" ,", ",")


@pytest.mark.parametrize("part", ["eig", "mentor"])
def test_a_member_sees_the_week_in_numbers_and_the_months(client: FlaskClient, spring: Spring, part: str) -> None:
    page = seen_by(client, {"eig": spring.eigs[0], "mentor": spring.mentor}[part], "en")
    assert "1 team of 3 has written" in page
    assert "78%" in page
    assert "81%" in page  # declared
    for expected in (
        "Exploreur",
        "coverage",
        "estimate",
        "CSV",
        "Very hard",
        "Requests for help older",
        "Week of 4 to 8 March",
    ):
        assert expected not in page


@pytest.mark.parametrize("part", ["coordinator", "eig"])
def test_the_coordination_sees_all(client: FlaskClient, spring: Spring, part: str) -> None:
    member = spring.coordinator
    if part == "eig":
        member = make_member(spring.promotion, "eig", spring.teams[0], coordinates=True)
    page = seen_by(client, member, "en")
    assert "1 of 3" in page
    assert "Not yet: Exploreur, Hopkins" in page
    assert "1 is paused" in page
    for expected in ("coverage", "estimate", "Week of 4 to 8 March", "Very hard", "Requests for help", "Cartobio"):
        assert expected in page


def test_what_is_not_proven_is_told_as_a_floor_beside_what_was_declared(client: FlaskClient, spring: Spring) -> None:
    page = seen_by(client, spring.coordinator, "en")
    assert "EIGs: at least 78%; answers to the month’s question: 81% of 27" in page
    assert "proven" not in page


def test_proven_is_said_when_the_floor_passes_the_line(client: FlaskClient, in_may: None) -> None:
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(32)]
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:26]:
        make_read_mark(digest, eig)
    page = seen_by(client, make_member(promotion, "coordinator"), "en")
    assert "EIGs: at least 81%" in page
    assert "proven" in page


def test_nothing_is_said_of_answers_that_nobody_gave(client: FlaskClient, in_may: None) -> None:
    promotion = make_promotion()
    for _ in range(20):
        make_member(promotion)
    make_digest(promotion, "2019-W10")
    assert "answers to the" not in seen_by(client, make_member(promotion, "coordinator"), "en")


def test_a_share_that_is_not_said_leaves_no_empty_cell(client: FlaskClient, spring: Spring) -> None:
    page = as_member(client, spring.eigs[0]).get(PAGE).text
    assert '<td class="bl-number"></td>' not in page
    assert "trop peu pour être montré" in words(page)


def test_classes_of_frequency_that_were_counted_together_are_named(client: FlaskClient, spring: Spring) -> None:
    assert "March 2019 12 13 Twice or more + Once 7" in seen_by(client, spring.coordinator, "en")


def test_a_promotion_without_a_digest_says_so_in_words(client: FlaskClient, in_may: None) -> None:
    promotion = make_promotion()
    make_team(promotion, "Cartobio")
    page = seen_by(client, make_member(promotion, "coordinator"), "en")
    assert "No digest has been issued yet" in page
    assert "No team has asked for help yet" in page
    assert not {"0%", "NaN", "None"} & set(page.split())


@pytest.mark.parametrize("part", ["eig", "mentor"])
def test_members_are_told_that_there_is_no_digest_yet(client: FlaskClient, in_may: None, part: str) -> None:
    page = seen_by(client, make_member(make_promotion(), part), "en")
    assert "No digest has been issued yet" in page
    assert not {"0%", "NaN", "None"} & set(page.split())


@pytest.mark.parametrize("part", ["eig", "coordinator"])
def test_a_month_without_a_digest_is_told_as_none(client: FlaskClient, spring: Spring, part: str) -> None:
    """Before the promotion, without a digest, still to come: no line with 0 %."""
    page = seen_by(client, {"eig": spring.eigs[0], "coordinator": spring.coordinator}[part], "en")
    assert "March 2019" in page
    for month in ("December 2018", "April 2019", "June 2019"):
        assert month not in page
    assert not {"0%", "NaN", "None"} & set(page.split())


def test_a_promotion_that_has_not_begun_says_so_in_words(client: FlaskClient, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2018, 12, 3, 10, 0, tzinfo=UTC))
    page = seen_by(client, make_member(make_promotion(), "coordinator"), "en")
    assert "Promotion 3 begins on Monday 7 January 2019." in page
    assert "No week has begun yet." in page


def test_a_first_month_that_is_not_complete_proves_nothing(client: FlaskClient, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2019, 3, 20, 10, 0, tzinfo=UTC))
    promotion = make_promotion()
    make_digest(promotion, "2019-W10")
    page = seen_by(client, make_member(promotion, "coordinator"), "en")
    assert "No month is complete yet" in page
    assert "provisional" in page


def test_calls_are_told_with_words_for_what_is_not_known(client: FlaskClient, spring: Spring) -> None:
    page = seen_by(client, spring.coordinator, "en")
    assert "Open, without an offer: 1" in page
    assert "First offer, median: not known yet" in page


def test_a_stranger_learns_nothing(client: FlaskClient, spring: Spring) -> None:
    assert client.get(PAGE).status_code == 302
    other = make_promotion(name="Promotion 4", slug="promotion-4")
    stranger = as_member(client, make_member(other, "coordinator"))
    for path in (PAGE, f"{PAGE}/reading.svg", f"{PAGE}/reading.csv"):
        assert stranger.get(path).status_code == 404


def test_the_queries_do_not_grow_with_teams_weeks_or_members(client: FlaskClient, spring: Spring) -> None:
    visitor = as_member(client, spring.coordinator)
    before = count_queries(visitor)
    for number in range(6):
        team = make_team(spring.promotion)
        make_member(spring.promotion, "eig", team)
        for week in ("2019-W10", "2019-W14", f"2019-W{15 + number}"):
            make_bulletin(team, week, help="Qui connaît Solr ?")
    for week in ("2019-W14", "2019-W15", "2019-W18"):
        make_digest(spring.promotion, week)
    assert count_queries(visitor) == before


def count_queries(client: FlaskClient) -> int:
    """The statements that one visit of the page takes."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    assert client.get(PAGE).status_code == 200
    event.remove(db.engine, "before_cursor_execute", see)
    return sum(statement.startswith("SELECT") for statement in seen)


def test_a_team_may_still_write_while_the_week_is_open(
    client: FlaskClient, spring: Spring, clock: time_machine.Traveller
) -> None:
    cell = re.compile(r'class="bl-cell bl-cell--(\w+)" title="([^"]+)"')

    def last_cells() -> list[tuple[str, str]]:
        page = as_member(client, spring.coordinator).get(PAGE, headers={"Accept-Language": "fr"}).text
        return [cell.findall(row)[-1] for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if cell.findall(row)]

    assert last_cells() == [
        ("wrote", "écrit"),
        ("not_yet", "pas encore"),
        ("not_yet", "pas encore"),
        ("paused", "en pause"),
    ]
    make_digest(spring.promotion, "2019-W21")
    clock.move_to(datetime(2019, 5, 25, 10, 0, tzinfo=UTC))
    assert last_cells() == [("wrote", "écrit"), ("missing", "rien"), ("missing", "rien"), ("paused", "en pause")]


def test_a_first_week_is_said_to_be_one_and_has_no_empty_chart(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2019, 1, 9, 10, 0, tzinfo=UTC))
    promotion = make_promotion()
    make_bulletin(make_team(promotion, "Cartobio"), "2019-W02")
    coordinator = make_member(promotion, "coordinator")
    page = seen_by(client, coordinator)
    assert "C’est la première semaine: les graphiques seront tracés quand elle sera terminée." in page
    assert not re.search(r"(reading|writing|moods)\.svg", client.get(PAGE).text)
    clock.move_to(datetime(2019, 1, 14, 10, 0, tzinfo=UTC))
    make_digest(promotion, "2019-W02")
    assert "première semaine" not in seen_by(client, coordinator)
    assert "writing.svg" in client.get(PAGE).text


def test_answers_that_are_a_bound_are_told_as_one(client: FlaskClient, in_may: None) -> None:
    """20 of 22 EIGs answered: « at least 17 », since the two who did not are too few to be told."""
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(22)]
    make_digest(promotion, "2019-W10")
    for number, eig in enumerate(eigs[:20]):
        habit = Habit.WEEKLY if number < 12 else Habit.NEVER
        saved(MonthAnswer(membership_id=eig.id, month=date(2019, 3, 1), habit=habit))
    page = seen_by(client, make_member(promotion, "coordinator"))
    assert "réponses à la question du mois: au moins" in page
    assert "sur au moins 17" in page


def test_after_its_end_a_promotion_has_no_week_that_runs(client: FlaskClient, clock: time_machine.Traveller) -> None:
    coordinator = make_member(make_promotion(), "coordinator")
    clock.move_to(datetime(2019, 11, 6, 10, 0, tzinfo=UTC))
    assert "Engagement semaine du 4 au 8 novembre" in seen_by(client, coordinator)
    clock.move_to(datetime(2019, 11, 13, 10, 0, tzinfo=UTC))
    assert "semaine du 11 au 15 novembre" not in seen_by(client, coordinator)

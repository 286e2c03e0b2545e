"""`flask retrospective figures` and `compare`: what was published of a promotion, and a recount written apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.records.models import ChallengeRecord, Milestone
from app.teams.models import Promotion
from tests.builders import make_promotion, make_team, saved
from tests.retrospective.conftest import Run
from tests.retrospective.examples import AFTER, END, TEAMS
from tests.retrospective.recount import recount

pytestmark = pytest.mark.both_databases

Figures = Callable[..., list[dict[str, Any]]]
PUBLISHED = {  # of the third promotion, at its end
    ("R01", 5, 15),
    ("R02", 9, 15),
    ("R03", 10, 15),
    ("R05", 2, 15),
    ("R06", 3, 15),
    ("R08", 1, 15),
    ("R09", 8, 15),
    ("R12", 5, 15),
    ("Q01", 27, 30),
    ("Q01", 12, 18),
    ("Q03", 10, 27),
    ("Q03", 5, 12),
    ("Q04", 22, 27),
}


def shares(figures: list[dict[str, Any]]) -> set[tuple[str, int, int | None]]:
    return {(figure["code"], figure["numerator"], figure["base"]) for figure in figures}


def one(figures: list[dict[str, Any]], code: str) -> dict[str, Any]:
    (figure,) = [figure for figure in figures if figure["code"] == code]
    return figure


def assert_recounted(figures: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    for code, counted in expected.items():
        figure = one(figures, code.removesuffix(" parts"))
        if code.endswith(" parts"):
            assert {key: number for key, number in figure["parts"].items() if number} == counted, code
        else:
            assert (figure["numerator"], figure["base"]) == counted, code


def test_what_was_published_of_the_third_promotion(promotion_3: Path, figures: Figures) -> None:
    found = figures("end")
    assert shares(found) >= PUBLISHED
    assert "d’ici mars 2020" in one(found, "R02")["text"]["fr"]
    assert "by March 2020" in one(found, "R02")["text"]["en"]
    assert one(found, "R09")["text"]["fr"].startswith("plus de la moitié")
    expected = recount(promotion_3.read_text(encoding="utf-8"))
    assert_recounted(found, {code: value for code, value in expected.items() if code not in {"R22", "R23"}})


def test_the_third_promotion_without_the_team_that_counts_apart(promotion_3: Path, figures: Figures) -> None:
    found = figures("end", "--without", "EIG Link 2019")
    assert shares(found) >= {("R01", 4, 14), ("R13", 10, 30)}
    assert one(found, "R18")["parts"] == {"host": 11, "host_with_programme": 2, "other_administration": 1}
    assert one(found, "R13")["text"]["fr"].startswith("un tiers\N{NO-BREAK SPACE}: 10 EIG sur 30")
    assert one(found, "R01")["excluded"] == [{"team": "EIG Link 2019", "reason": "left out for this look"}]
    expected = recount(promotion_3.read_text(encoding="utf-8"), left_out=("EIG Link 2019",))
    assert_recounted(found, {code: value for code, value in expected.items() if code not in {"R22", "R23"}})
    assert shares(figures("end")) >= PUBLISHED, "for one look only"


def test_a_later_milestone_is_what_a_recount_by_hand_says(small_promotion: Promotion, figures: Figures) -> None:
    found = figures("after-12")
    assert_recounted(found, recount(AFTER, END))
    assert shares(found) >= {
        ("R14", 3, 9),
        ("R15", 3, 9),
        ("R20", 1, 3),
        ("R22", 2, 4),
    }, "counted once more, in the head"
    assert one(found, "R01")["missing"] == ["Lampadaire"]
    assert one(found, "R20")["excluded"] == [{"team": "Phare", "reason": "modalités particulières"}]


def test_an_exclusion_has_its_reason_in_the_sentence(small_promotion: Promotion, figures: Figures) -> None:
    figure = one(figures("end"), "R01")
    assert figure | {"text": None} == {
        "code": "R01",
        "numerator": 1,
        "base": 4,
        "unknown": 1,
        "missing": [],
        "excluded": [{"team": "Phare", "reason": "modalités particulières"}],
        "parts": None,
        "text": None,
    }
    assert figure["text"] == {
        "fr": "1 outil sur 4 est en production (1 exclu\N{NO-BREAK SPACE}: modalités particulières, 1 non renseigné)",
        "en": "1 tool of 4 is in production (1 excluded: modalités particulières, 1 unknown)",
    }


def test_a_comparison_is_on_the_teams_in_both(small_promotion: Promotion, run: Run) -> None:
    found = json.loads(run("retrospective", "compare", "--from", "end", "--to", "after-12", "--format", "json"))
    assert found["common"] == ["Brancard", "Cadastre", "Jachère"]
    figures = {figure["code"]: figure for figure in found["figures"]}
    assert figures["R01"] == {
        "code": "R01",
        "from": {"numerator": 1, "base": 3},
        "to": {"numerator": 2, "base": 3},
        "refused": None,
    }
    nothing = {"numerator": None, "base": None}
    assert figures["R20"] == {
        "code": "R20",
        "from": nothing,
        "to": nothing,
        "refused": "one of the two milestones does not have this figure",
    }


def test_the_text_names_who_is_missing_and_who_is_left_out(small_promotion: Promotion, run: Run) -> None:
    lines = run("retrospective", "figures", "--milestone", "after-12", "--without", "phare").splitlines()
    assert lines[-2:] == ["Without a record: Lampadaire", "Left out: Phare (left out for this look)"]
    compared = run("retrospective", "compare", "--from", "end", "--to", "after-12").splitlines()
    assert compared[0] == "3 teams in both: Brancard, Cadastre, Jachère"
    assert "R01  after-12: plus de la moitié\N{NO-BREAK SPACE}: 2 outils sur 3 sont en production" in "\n".join(
        compared
    )


def test_without_a_record_there_is_no_figure_but_the_way_to_get_some(
    app: Flask, clock: object, figures: Figures, run: Run, tmp_path: Path
) -> None:
    promotion = make_promotion()
    for name in TEAMS:
        make_team(promotion, name)
    (tmp_path / "end.yml").write_text(f"{END[: END.index('records')]}records: []\n", encoding="utf-8")
    run("records", "import", tmp_path / "end.yml")
    assert figures("end") == []
    assert run("retrospective", "figures", "--milestone", "end").splitlines()[:2] == [
        "No record yet: nothing is counted. Records come with: flask records import FILE.yml",
        "Without a record: Brancard, Cadastre, Jachère, Lampadaire",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("figures --milestone mid", "promotion-3 has no milestone 'mid'. Known: end, after-12"),
        ("figures --milestone end --without Fare", "there is no team 'Fare'. "),
        ("figures --milestone end --without Phares", "Did you mean “Phare”?"),
        ("compare --from end --to after-6", "has no milestone 'after-6'"),
    ],
)
def test_what_there_is_not_is_told(app: Flask, small_promotion: Promotion, words: str, said: str) -> None:
    result = app.test_cli_runner().invoke(args=["retrospective", *words.split()])
    assert result.exit_code == 2
    assert said in result.output


def test_two_promotions_stand_side_by_side_each_beside_its_own_base(small_promotion: Promotion, run: Run) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    make_team(other, "Ravine")
    day = date(2019, 11, 8)
    milestone = Milestone(promotion_id=other.id, key="end", day=day)
    content = {"state": "production", "answered_by": "eig"}
    at = datetime(2019, 11, 8, tzinfo=UTC)
    milestone.records.append(ChallengeRecord(team_id=other.teams[0].id, content=content, updated_at=at, sent_at=at))
    saved(milestone)
    command = (
        "retrospective",
        "compare",
        "--promotion",
        "promotion-3",
        "--from",
        "end",
        "--to-promotion",
        "promotion-4",
    )
    found = json.loads(run(*command, "--to", "end", "--format", "json"))
    assert found["common"] is None
    figures = {figure["code"]: figure for figure in found["figures"]}
    assert figures["R01"] == {
        "code": "R01",
        "from": {"numerator": 1, "base": 4},
        "to": {"numerator": 1, "base": 1},
        "refused": None,
    }
    lines = run(*command, "--to", "end").splitlines()
    assert lines[0] == "Two promotions: each figure beside its own base"
    assert "R01  promotion-4 end: 1 outil sur 1 est en production" in lines

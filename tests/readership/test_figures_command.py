"""`flask figures`: what a script and what a person reads, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from app.teams.models import Promotion
from tests.builders import make_digest, make_member, make_promotion, make_read_mark

KEYS = {"eligible", "readers", "floor", "at_least", "declared", "coverage", "estimate", "frequency"}


@pytest.fixture(autouse=True)
def in_may(clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2019, 5, 20, 10, 0, tzinfo=UTC))


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    """32 EIGs, of whom 26 read the one digest of March."""
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(32)]
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:26]:
        make_read_mark(digest, eig)
    return promotion


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["figures", *arguments])


@pytest.mark.usefixtures("promotion")
def test_a_month_as_json(app: Flask) -> None:
    result = run(app, "--promotion", "promotion-3", "--month", "2019-03", "--format", "json")
    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (figures["promotion"], figures["month"], figures["frozen"]) == ("promotion-3", "2019-03", True)
    assert set(figures) == {"promotion", "month", "frozen", "groups"}
    assert set(figures["groups"]) == {"eig", "mentor", "all"}
    assert all(set(group) == KEYS for group in figures["groups"].values())
    assert figures["groups"]["eig"]["floor"] == 0.8125
    assert figures["groups"]["eig"]["frequency"] == {"weekly": 26, "twice": None, "once": None, "none": 6}
    assert figures["groups"]["mentor"]["floor"] is None


@pytest.mark.usefixtures("promotion")
def test_the_promotion_as_json_has_the_five_classes_of_the_survey(app: Flask) -> None:
    figures = json.loads(run(app, "--format", "json").stdout)
    assert figures["month"] is None
    assert set(figures["groups"]["eig"]["frequency"]) == {"weekly", "twice", "once", "rarely", "never"}
    assert figures["groups"]["eig"]["floor"] == 0.8125


@pytest.mark.usefixtures("promotion")
def test_text_is_the_default(app: Flask) -> None:
    result = run(app, "--promotion", "promotion-3", "--month", "2019-03")
    assert "promotion-3, 2019-03 (frozen)" in result.stdout
    assert "floor      81 % (proven: more than 80 %)" in result.stdout
    assert "in every single month  at least 21" in run(app).stdout


@pytest.mark.usefixtures("promotion")
def test_an_open_month_says_up_to_when_marks_count(app: Flask, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2019, 3, 20, 10, 0, tzinfo=UTC))
    assert "(open: marks up to 2019-03-19 count so far)" in run(app, "--month", "2019-03").stdout


@pytest.mark.usefixtures("promotion")
@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2019-06", "2019-06 is still to come"),
        ("2018-06", "before Promotion 3"),
        ("2019-04", "no digest in 2019-04"),
        ("2019-13", "'2019-13' is not a month such as 2019-03"),
        ("2019-W10", "is not a month"),
        ("", "is not a month"),
    ],
)
def test_a_month_that_has_no_figures_is_refused_in_words(app: Flask, month: str, words: str, shape: str) -> None:
    result = run(app, "--month", month, "--format", shape)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_a_month_after_the_promotion_is_refused_in_words(app: Flask) -> None:
    make_digest(make_promotion(ends_on=date(2019, 3, 29)), "2019-W10")
    result = run(app, "--month", "2019-04")
    assert result.exit_code == 1
    assert "after Promotion 3, which ended on 2019-03-29" in result.stderr


def test_a_promotion_without_digests_is_refused_in_words(app: Flask) -> None:
    make_promotion()
    result = run(app, "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "has no digest yet" in result.stderr


@pytest.mark.usefixtures("app")
def test_help_fits_on_a_screen(app: Flask) -> None:
    lines = run(app, "--help").stdout.splitlines()
    assert len(lines) < 24

"""Promotions with their records, and the commands as one types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.clock import now
from app.teams.models import Promotion
from app.teams.roles import Role
from app.teams.roster.apply import import_roster
from app.teams.roster.parse import parse_roster
from tests.builders import make_member, make_promotion, make_team
from tests.retrospective.examples import AFTER, END, TEAMS

Run = Callable[..., str]


@pytest.fixture
def run(app: Flask) -> Run:
    """What a command prints; it must end well."""

    def run_command(*words: str | Path) -> str:
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exit_code == 0, result.output
        return result.output

    return run_command


@pytest.fixture
def figures(run: Run) -> Callable[..., list[dict[str, Any]]]:
    """The figures of a milestone, as JSON."""

    def figures_at(milestone: str, *words: str) -> list[dict[str, Any]]:
        shown = json.loads(run("retrospective", "figures", "--milestone", milestone, *words, "--format", "json"))
        assert (shown["promotion"], shown["milestone"], shown["method"]) == ("promotion-3", milestone, "1")
        found: list[dict[str, Any]] = shown["figures"]
        return found

    return figures_at


@pytest.fixture
def small_promotion(app: Flask, clock: object, run: Run, tmp_path: Path) -> Promotion:
    """The promotion of `examples`, with the records of both milestones."""
    promotion = make_promotion()
    for name in TEAMS:
        team = make_team(promotion, name)
        for _eig in range(3 if name == "Cadastre" else 2):
            make_member(promotion, Role.EIG, team)
    for name, text in (("end.yml", END), ("after.yml", AFTER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        run("records", "import", tmp_path / name)
    return promotion


@pytest.fixture
def promotion_3(app: Flask, clock: object, run: Run, eig_data: Path) -> Path:
    """The real third promotion, with its records; gives the file of these."""
    import_roster(parse_roster((eig_data / "rosters" / "promotion-3.yml").read_bytes()), now())
    file = eig_data / "records" / "promotion-3-end.yml"
    run("records", "import", file)
    return file

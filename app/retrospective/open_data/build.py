"""Build the open data of a milestone as files in memory, and write them to a folder: all of them, or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from app.questionnaires.queries import closed_results, closed_sums
from app.records.models import Milestone
from app.retrospective.open_data.columns import (
    CALLS,
    EVENTS,
    FIGURES,
    INDICATORS,
    OPENINGS,
    PEOPLE,
    READING,
    SIDE_PROJECTS,
    SURVEYS,
    TEAMS,
    WRITING,
)
from app.retrospective.open_data.csv_format import write_csv
from app.retrospective.open_data.figures_table import figure_rows
from app.retrospective.open_data.indicator_table import indicator_rows
from app.retrospective.open_data.package import data_package, dcat, readme
from app.retrospective.open_data.records_tables import (
    event_rows,
    opening_rows,
    people_rows,
    side_project_rows,
    team_rows,
)
from app.retrospective.open_data.source import OpenDataSource
from app.retrospective.open_data.survey_tables import survey_rows
from app.retrospective.open_data.weekly_tables import call_rows, reading_rows, writing_rows
from app.retrospective.queries import find_end, gather_figures, recorded
from app.retrospective.weekly_queries import weekly_facts
from app.teams.models import Promotion

VERIFIER = Path(__file__).with_name("verifier.py")


class FolderInUseError(Exception):
    """The folder holds something else than an export."""


def build(promotion: Promotion, milestone: Milestone, now: datetime) -> Mapping[str, bytes]:
    """Return every file of the open data by its name."""
    return as_files(read_source(promotion, milestone, now))


def read_source(promotion: Promotion, milestone: Milestone, now: datetime) -> OpenDataSource:
    """Read what the open data of a milestone is made of."""
    told, end, weekly = recorded(promotion, milestone), find_end(promotion), weekly_facts(promotion, milestone, now)
    today = promotion.today(now)
    results = closed_results(promotion, milestone.key, today)
    return OpenDataSource(
        promotion=promotion.slug,
        promotion_name=promotion.name,
        starts_on=promotion.starts_on,
        ends_on=promotion.ends_on,
        day=milestone.day,
        milestone=told,
        end=end,
        figures=tuple(gather_figures(told, end, weekly, results)),
        weekly=weekly,
        administrations={team.name: team.administration for team in promotion.teams},
        results=results,
        sums=closed_sums(promotion, milestone.key, today),
    )


def as_files(source: OpenDataSource) -> dict[str, bytes]:
    """Return every file of the open data by its name."""
    tables = (
        (FIGURES, figure_rows(source.promotion, source.milestone.key, source.figures)),
        (TEAMS, team_rows(source)),
        (OPENINGS, opening_rows(source)),
        (EVENTS, event_rows(source)),
        (SIDE_PROJECTS, side_project_rows(source)),
        (PEOPLE, people_rows(source)),
        (INDICATORS, indicator_rows(source)),
        (SURVEYS, survey_rows(source)),
        (READING, reading_rows(source)),
        (WRITING, writing_rows(source)),
        (CALLS, call_rows(source)),
    )
    return {file.path: write_csv(file, rows) for file, rows in tables} | {
        "datapackage.json": data_package(source),
        "dcat.jsonld": dcat(source),
        "LISEZMOI.md": readme(source),
        "verifier.py": VERIFIER.read_bytes(),
    }


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` hold these files and nothing else; where anything fails, it stays as it was.

    It may be missing, empty, or hold an earlier export. Raises FolderInUseError where it holds anything else.
    """
    folder = folder.resolve()  # `.` has no name, and no parent to write beside it
    _refuse_other_files(folder, files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new = beside / "new"
        new.mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        if folder.exists():
            folder.rename(beside / "old")
        new.rename(folder)
    finally:
        old = beside / "old"
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(beside)


def _refuse_other_files(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and not folder.is_dir():
        raise FolderInUseError(f"{folder} is a file; name a folder")
    others = sorted(path.name for path in folder.iterdir() if path.name not in files) if folder.exists() else []
    if others:
        raise FolderInUseError(f"{folder} holds {others[0]}, which is not of an export; name another folder")

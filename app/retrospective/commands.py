"""`flask retrospective figures`, `… compare`, `… export`: what a promotion adds up to, how that changed, open data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import click
from flask import Flask

from app import clock
from app.cli_options import PromotionType, promotion_option
from app.how_many import how_many
from app.readership.figures.store import store_due_figures
from app.records.commands import get_milestone
from app.retrospective.counting import without
from app.retrospective.formats import (
    comparison_as_json,
    comparison_as_text,
    figures_as_json,
    figures_as_text,
)
from app.retrospective.open_data.build import FolderInUseError, build, write_folder
from app.retrospective.queries import all_figures, compare_milestones, recorded
from app.retrospective.sentences import Locale
from app.teams.models import Promotion
from app.teams.names import nearest, team_key

format_option = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def register_commands(app: Flask) -> None:
    """Add `flask retrospective`."""
    app.cli.add_command(retrospective)


@click.group()
def retrospective() -> None:
    """What a promotion adds up to, counted from its records."""


@retrospective.command()
@promotion_option
@click.option("--milestone", "key", required=True, help="mid, end, or after-N: N months after the end.")
@click.option("--without", "left_out", multiple=True, metavar="TEAM", help="Leave a team out, for this look only.")
@format_option
def figures(promotion: Promotion, key: str, left_out: tuple[str, ...], shape: str) -> None:
    """Count the figures of a milestone. What each of them means: docs/retrospective-figures.md.

    A team without a record is named, and never counted as a “no”; so is one that is left out, with the reason.
    """
    milestone, names = get_milestone(promotion, key), _team_names(promotion, left_out)
    now = clock.now()
    store_due_figures(promotion, now)  # what is shown of reading is stored: the next figures are about the same members
    counted = all_figures(promotion, milestone, now, names)
    if shape == "json":
        click.echo(_json(figures_as_json(promotion.slug, milestone.key, counted)))
    else:
        told = without(recorded(promotion, milestone), names)
        click.echo("\n".join(figures_as_text(told, counted, _locale(promotion))))


@retrospective.command("compare")
@promotion_option
@click.option("--from", "before", required=True, help="A milestone.")
@click.option("--to", "after", required=True, help="Another.")
@click.option("--to-promotion", "other", type=PromotionType(), help="That other one is of another promotion.")
@format_option
def compare_command(promotion: Promotion, before: str, after: str, other: Promotion | None, shape: str) -> None:
    """Count the same figures at two milestones; say why where that cannot be done.

    Those of one promotion are counted on the teams that both count; those of two, each beside its own base.
    """
    beside, now = other or promotion, clock.now()
    sides = get_milestone(promotion, before), get_milestone(beside, after)
    for each in (promotion, beside):
        store_due_figures(each, now)
    comparison = compare_milestones(promotion, sides[0], beside, sides[1], now)
    names = (before, after) if beside is promotion else (f"{promotion.slug} {before}", f"{beside.slug} {after}")
    if shape == "json":
        click.echo(_json(comparison_as_json(comparison)))
    else:
        click.echo("\n".join(comparison_as_text(comparison, *names, _locale(promotion))))


@retrospective.command("export")
@promotion_option
@click.option("--milestone", "key", required=True, help="mid, end, or after-N: N months after the end.")
@click.argument("folder", type=click.Path(path_type=Path))
def export_command(promotion: Promotion, key: str, folder: Path) -> None:
    """Write the open data of a milestone to FOLDER: all files or none, over an earlier export if there is one.

    Nothing in them is about a person. To count the figures again from the other files: python3 FOLDER/verifier.py
    """
    now = clock.now()
    store_due_figures(promotion, now)
    files = build(promotion, get_milestone(promotion, key), now)
    try:
        write_folder(folder, files)
    except (FolderInUseError, OSError) as error:
        raise click.ClickException(f"{error}. Nothing was written.") from error
    click.echo(f"{how_many(len(files), 'file')} in {folder}.")


def _team_names(promotion: Promotion, names: Iterable[str]) -> list[str]:
    """Return the teams' names as the promotion spells them. Raises BadParameter that says which there are."""
    known = {team.key: team.name for team in promotion.teams}
    for name in names:
        if team_key(name) not in known:
            near = nearest(name, known.values())
            hint = f"Did you mean “{near[0]}”?" if near else f"Teams: {', '.join(known.values()) or 'none'}."
            raise click.BadParameter(f"there is no team {name!r}. {hint}", param_hint="--without")
    return [known[team_key(name)] for name in names]


def _locale(promotion: Promotion) -> Locale:
    return cast("Locale", promotion.locale)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

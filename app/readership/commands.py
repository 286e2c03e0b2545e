"""`flask figures`: who reads, as published."""

from __future__ import annotations

import json

import click
from flask import Flask

from app import clock
from app.cli_options import promotion_option
from app.readership.figures.formats import as_json, as_text
from app.readership.figures.months import parse_month
from app.readership.figures.published import PublishedFigures
from app.readership.figures.reports import NoFiguresError, month_figures, promotion_figures
from app.readership.figures.store import store_due_figures
from app.teams.models import Promotion


def register_commands(app: Flask) -> None:
    """Add these commands to `app`."""
    app.cli.add_command(figures)


@click.command()
@promotion_option
@click.option("--month", help="Such as 2019-03; without it, all complete months together.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
def figures(promotion: Promotion, month: str | None, shape: str) -> None:
    """Show who reads: floor, declared share, coverage, frequency. Never one member's reading, never a small number.

    An open month is shown as it stood last midnight. What each figure means: docs/figures.md.
    """
    try:
        published = _figures(promotion, month)
    except (NoFiguresError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(as_json(published), indent=2) if shape == "json" else as_text(published))


def _figures(promotion: Promotion, month: str | None) -> PublishedFigures:
    now = clock.now()
    store_due_figures(promotion, now)  # what is shown is stored: the next figures are about the same members
    return month_figures(promotion, parse_month(month), now) if month is not None else promotion_figures(promotion, now)

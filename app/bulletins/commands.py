"""`flask bulletins import` and `flask bulletins export`: bulletins in the CSV of the earlier tool."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import Flask

from app import clock
from app.bulletins.legacy_csv.exporting import legacy_cells
from app.bulletins.legacy_csv.file_format import read_records, write_records
from app.bulletins.legacy_csv.importing import ImportReport, import_bulletins, teams_by_key
from app.bulletins.queries import bulletins_of_promotion, weeks_to_issue
from app.cli_options import listing_faults, promotion_option
from app.how_many import how_many
from app.teams.models import Promotion, Team
from app.teams.names import nearest, team_key

SHELL_SIGNS = frozenset('"$`\\!%')  # mean something between double quotes


def register_commands(app: Flask) -> None:
    """Add `flask bulletins`."""
    app.cli.add_command(bulletins)


@click.group()
def bulletins() -> None:
    """Bulletins, from a file and into a file."""


@bulletins.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@promotion_option
@click.option(
    "--team", "mapped", multiple=True, metavar="NAME=TEAM", help="The team that a name in the file stands for."
)
@click.pass_context
def import_command(ctx: click.Context, file: Path, promotion: Promotion, mapped: tuple[str, ...]) -> None:
    """Take the bulletins of a CSV export of the earlier tool, or of the file that members download.

    Teams are matched whatever the case, accents, spaces and hyphens of their names. Nothing is cut. Good rows are
    taken; bad ones are listed with their lines, and the exit status is 1. A second run takes only what is missing.
    """
    teams = teams_by_key(promotion)
    teams |= _map_names(mapped, teams)
    with listing_faults(file):
        records = read_records(file.read_bytes())
    report = import_bulletins(promotion, records, teams, clock.now())
    rejected = [*_unknown_names(report, teams.values()), *(f"{file.name}, {fault}" for fault in report.faults)]
    for line in rejected:
        click.echo(line, err=True)
    click.echo("\n".join([*_summary(report), *_hint(promotion)]))
    ctx.exit(1 if rejected else 0)


@bulletins.command("export")
@promotion_option
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the standard output."
)
def export_command(promotion: Promotion, output: Path | None) -> None:
    """Write a promotion's bulletins as CSV, in the columns of the earlier tool.

    Moments are in the promotion's zone, weeks are ISO weeks. Key dates have no column there; in the file that
    members download they have.
    """
    zone = ZoneInfo(promotion.timezone)
    data = write_records(legacy_cells(bulletin, zone) for bulletin in bulletins_of_promotion(promotion.id)).encode()
    if output:
        output.write_bytes(data)
    else:
        click.echo(data, nl=False)


def _map_names(pairs: Iterable[str], teams: Mapping[str, Team]) -> dict[str, Team]:
    """Return the teams that `pairs`, each `NAME=TEAM`, give to names, by the keys of these. Raises BadParameter."""
    mapped = {}
    for pair in pairs:
        name, separator, team = pair.rpartition("=")
        if not separator or not team_key(name):
            raise click.BadParameter(f"{pair!r} is not NAME=TEAM.", param_hint="--team")
        if team_key(team) not in teams:
            names = ", ".join(sorted(known.name for known in teams.values()))
            raise click.BadParameter(f"there is no team {team!r}. Teams: {names or 'none'}.", param_hint="--team")
        mapped[team_key(name)] = teams[team_key(team)]
    return mapped


def _unknown_names(report: ImportReport, teams: Iterable[Team]) -> Iterable[str]:
    """Yield a line for each name in the file that fits no team."""
    names = {team.name for team in teams}
    for name, lines in report.unknown_teams.items():
        near = nearest(name, names)
        rows = f"{how_many(len(lines), 'row')}, at line {', '.join(map(str, lines))}"
        likely = f"nearest: {', '.join(near)}" if near else f"no team has a name like it: {', '.join(sorted(names))}"
        option = _quote(f"{name}={near[0] if near else 'TEAM'}")
        yield f"“{name}” fits no team, {rows}; {likely}; say which with --team {option}"


def _quote(word: str) -> str:
    """Return a word of a command line, to be pasted into any shell; a name from a file must not start a command."""
    return shlex.quote(word) if SHELL_SIGNS.intersection(word) else f'"{word}"'


def _summary(report: ImportReport) -> Iterable[str]:
    refused = len(report.faults) + sum(map(len, report.unknown_teams.values()))
    yield f"{report.imported} taken, {report.already_there} already there, {refused} not taken."
    if report.empty_calls:
        yield f"Calls for help that said only “RAS”, “-” or the like, read as none: {report.empty_calls}."
    if report.outside:
        yield f"In weeks outside the promotion's dates: {report.outside}; correct these with: flask roster import"
    if report.never_issued:
        yield f"In weeks without a working day, which have no digest: {report.never_issued}."
    if report.to_come:
        yield f"In weeks that are still to come: {report.to_come}."


def _hint(promotion: Promotion) -> Iterable[str]:
    """Yield what is left to do so that members see what was imported."""
    if weeks := weeks_to_issue(promotion, clock.now()):
        yield (
            f"Members see no past week before its digest ({len(weeks)} to issue, {weeks[0]} to {weeks[-1]}). Issue "
            f"them, without letters, with: flask digest issue --promotion {promotion.slug} --all-past --no-letters"
        )

"""`flask records`: the milestones; the records of one, from a file and into a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import clock
from app.cli_options import PromotionType, get_promotion, listing_faults, promotion_option
from app.how_many import how_many
from app.import_files import FileFault, InvalidFileError
from app.records.file_format import RecordsFile, read_records_file, write_records_file
from app.records.importing import import_records
from app.records.milestone_status import milestone_statuses
from app.records.milestones import parse_milestone
from app.records.models import Milestone
from app.records.queries import as_file, find_milestone, milestone_keys
from app.teams.models import Promotion


def register_commands(app: Flask) -> None:
    """Add `flask records`."""
    app.cli.add_command(records)


def get_milestone(promotion: Promotion, key: str) -> Milestone:
    """Return a milestone of the promotion. Raises click.UsageError that says what to type."""
    try:
        milestone = find_milestone(promotion, parse_milestone(key))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    if milestone is None:
        known = ", ".join(milestone_keys(promotion)) or "none yet; records come with: flask records import FILE.yml"
        raise click.UsageError(f"{promotion.slug} has no milestone {key!r}. Known: {known}")
    return milestone


@click.group()
def records() -> None:
    """What has become of each challenge at a milestone."""


@records.command("milestones")
@promotion_option
def milestones_command(promotion: Promotion) -> None:
    """List the milestones: their day, when teams may answer, how many have."""
    statuses = milestone_statuses(promotion, clock.now())
    for status in statuses:
        milestone = status.milestone
        answers = f"{milestone.opens_on} to {milestone.closes_on}" if milestone.opens_on else "from a file"
        excluded = f", {len(status.excluded)} excluded" if status.excluded else ""
        counts = f"{status.answered} of {len(status.counted)} answered{excluded}"
        click.echo(f"{milestone.key:<9} {milestone.day}  {status.state:<7}  {answers:<24}  {counts}")
    if not statuses:
        click.echo(
            "None yet. The coordination declares them on the site; records come with: flask records import FILE.yml"
        )


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--promotion", type=PromotionType(), help="That of the file, if left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_command(file: Path, promotion: Promotion | None, *, dry_run: bool) -> None:
    """Take the records of a milestone from a YAML file.

    The format is described in docs/records.md. Importing the same file again changes nothing; a record that has
    changed becomes its next version. With any fault in the file, all of them are listed with their lines and nothing
    is taken.
    """
    with listing_faults(file):
        parsed = read_records_file(file.read_bytes())
        lines = import_records(_promotion_of(parsed, promotion), parsed, clock.now(), dry_run=dry_run)
    for notice in parsed.notices:
        click.echo(f"{file.name}, {notice}", err=True)
    for line in lines or ["= nothing changed"]:
        click.echo(line)
    click.echo(f"The file: {parsed.milestone} on {parsed.day}, {how_many(len(parsed.records), 'record')}.")
    if dry_run and lines:
        click.echo("Nothing was written: this was a dry run.")


@records.command("export")
@promotion_option
@click.option("--milestone", "key", required=True, help="mid, end, or after-N: N months after the end.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_command(promotion: Promotion, key: str, file: Path | None) -> None:
    """Write the records of a milestone as `records import` reads them, to FILE or to the standard output.

    What the file says of where people go is about two or three people a team: it is for the coordination, not for
    publication.
    """
    text = write_records_file(as_file(promotion, get_milestone(promotion, key)))
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


def _promotion_of(parsed: RecordsFile, named: Promotion | None) -> Promotion:
    """Return the promotion that is meant. Raises InvalidFileError where the file and the command do not agree."""
    if named is None:
        return get_promotion(parsed.promotion)
    if parsed.promotion not in {None, named.slug}:
        message = f"the file is of “{parsed.promotion}”, not of “{named.slug}”; change its “promotion”, or --promotion"
        raise InvalidFileError(FileFault(parsed.line, None, message))
    return named

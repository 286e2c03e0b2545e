"""`flask roster import` and `flask init`: how a promotion and its people come into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from app import clock
from app.database import db
from app.extensions import settings
from app.import_files import InvalidFileError
from app.teams import roster_values as values
from app.teams.models import Promotion
from app.teams.names import slugify
from app.teams.roles import Role
from app.teams.roster import parse_roster
from app.teams.roster_import import import_roster
from app.teams.roster_shape import Roster, RosterMember


class Told(click.ParamType):
    """A value as a roster would have it."""

    def __init__(self, name: str, reader: Callable[[str], Any]) -> None:
        self.name, self.reader = name, reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.reader(value) if isinstance(value, str) else value
        except ValueError as refusal:
            self.fail(f"{refusal}.", param, ctx)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ADDRESS = Told("ADDRESS", values.an_address)
NAME = Told("NAME", values.a_name)
PROMOTION = Told("NAME", values.a_promotion_name)
DAY = Told("YYYY-MM-DD", values.a_day)


def register_commands(app: Flask) -> None:
    """Add `flask roster` and `flask init`."""
    app.cli.add_command(roster)
    app.cli.add_command(init)


@click.group()
def roster() -> None:
    """Promotions, teams and people, from a file."""


@roster.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_command(file: Path, *, dry_run: bool) -> None:
    """Create or update a promotion from a YAML file.

    The format is described in docs/roster.md. Importing the same file again changes nothing; nobody is ever deleted.
    With any fault in the file, all of them are listed with their lines and nothing is taken.
    """
    try:
        read = parse_roster(file.read_bytes())
    except InvalidFileError as refusal:
        for fault in refusal.faults:
            click.echo(f"{file.name}, {fault}", err=True)
        raise click.ClickException(f"{len(refusal.faults)} to mend; nothing was taken.") from None
    changes = import_roster(read, clock.now(), dry_run=dry_run)
    for line in [*changes.kept, *(changes.made or ["= nothing changed"])]:
        click.echo(line)
    click.echo(_summary(read))
    if dry_run and changes.made:
        click.echo("Nothing was written: this was a dry run.")


def _summary(read: Roster) -> str:
    roles = Counter(member.role for member in read.members)
    coordinators = roles[Role.COORDINATOR] + sum(member.coordinates for member in read.members)
    counts = f"{roles[Role.EIG]} EIGs, {roles[Role.MENTOR]} mentors, {coordinators} in the coordination"
    return f"The file: {read.slug}, {len(read.teams)} teams, {counts}."


@click.command()
@click.option("--email", type=ADDRESS, help="Address of the first coordinator.")
@click.option("--name", type=NAME, help="Name of the first coordinator.")
@click.option("--promotion", type=PROMOTION, help="Name of the promotion.")
@click.option("--starts-on", type=DAY, help="Its first day.")
@click.option("--ends-on", type=DAY, help="Its last day.")
def init(
    email: str | None, name: str | None, promotion: str | None, starts_on: date | None, ends_on: date | None
) -> None:
    """Make the first promotion with its first coordinator, who can then sign in.

    Asks for what is not given. Refuses a database that holds a promotion.
    """
    if db.session.scalar(select(Promotion.slug).limit(1)):
        raise click.ClickException(
            "there is a promotion already; add coordinators or another promotion with: flask roster import FILE.yml"
        )
    email = email or click.prompt("Address of the first coordinator", type=ADDRESS)
    name = name or click.prompt("Name of the first coordinator", type=NAME)
    promotion = promotion or click.prompt("Name of the promotion", type=PROMOTION)
    starts_on = starts_on or click.prompt("Its first day (YYYY-MM-DD)", type=DAY)
    ends_on = ends_on or click.prompt("Its last day (YYYY-MM-DD)", type=DAY)
    if ends_on < starts_on:
        raise click.UsageError(f"the last day ({ends_on}) is before the first ({starts_on}).")
    made = _first_promotion(promotion, starts_on, ends_on, email, name)
    click.echo("\n".join(import_roster(made, clock.now()).made))
    click.echo(
        f"Sign in at {settings().base_url}/sign-in as {email}; then add teams with: flask roster import FILE.yml"
    )


def _first_promotion(promotion: str, starts_on: date, ends_on: date, email: str, name: str) -> Roster:
    columns = {"name": promotion, "starts_on": starts_on, "ends_on": ends_on, "timezone": settings().timezone.key}
    coordinator = RosterMember(email, Role.COORDINATOR, person={"name": name})
    return Roster(slug=slugify(promotion), columns=columns, members=(coordinator,))

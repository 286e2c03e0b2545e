"""`flask roster import` and `flask init`: bring a promotion and its people into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import click
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cli_options import listing_faults, promotion_option
from app.database import db
from app.extensions import settings
from app.how_many import how_many
from app.teams.models import Promotion
from app.teams.names import slugify
from app.teams.roles import Role
from app.teams.roster import values
from app.teams.roster.apply import import_roster
from app.teams.roster.export import export_roster, left_out
from app.teams.roster.parse import Roster, RosterMember, parse_roster

T = TypeVar("T")


class RosterValue(click.ParamType[T, object]):
    """A value as a roster may hold it, called `name` in the help."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name, self.parse = name, parse

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> T:
        try:
            return self.parse(value) if isinstance(value, str) else cast("T", value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EMAIL = RosterValue("ADDRESS", values.parse_email)
NAME = RosterValue("NAME", values.parse_name)
PROMOTION_NAME = RosterValue("NAME", values.parse_promotion_name)
DAY = RosterValue("YYYY-MM-DD", values.parse_day)


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
    with listing_faults(file):
        parsed = parse_roster(file.read_bytes())
        changes = import_roster(parsed, clock.now(), dry_run=dry_run)
    for notice in parsed.notices:
        click.echo(f"{file.name}, {notice}", err=True)
    reason = "its week has closed, and its moments change no more"
    closed = [f"  day off {day} is left out: {reason}" for day in changes.closed_days]
    for line in [*changes.unmentioned, *closed, *(changes.lines or ["= nothing changed"]), *changes.questions]:
        click.echo(line)
    roles = Counter(member.role for member in parsed.members)
    coordinators = roles[Role.COORDINATOR] + sum(member.coordinates for member in parsed.members)
    counts = [
        how_many(len(parsed.teams), "team"),
        how_many(roles[Role.EIG], "EIG"),
        how_many(roles[Role.MENTOR], "mentor"),
        f"{coordinators} in the coordination",
    ]
    click.echo(f"The file: {parsed.slug}, {', '.join(counts)}.")
    if dry_run and changes.lines:
        click.echo("Nothing was written: this was a dry run.")


@roster.command("export")
@promotion_option
def export_command(promotion: Promotion) -> None:
    """Write a promotion as the YAML file that `roster import` reads; importing it again changes nothing."""
    click.echo(export_roster(promotion), nl=False)
    for member in left_out(promotion):
        reason = "the file has no word for alumni, nor for who is in no team"
        click.echo(f"{member.person.email} is left out: {reason}.", err=True)


@click.command()
@click.option("--email", type=EMAIL, help="Address of the first coordinator.")
@click.option("--name", type=NAME, help="Name of the first coordinator.")
@click.option("--promotion", type=PROMOTION_NAME, help="Name of the promotion.")
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
    email = email or click.prompt("Address of the first coordinator", type=EMAIL)
    name = name or click.prompt("Name of the first coordinator", type=NAME)
    promotion = promotion or click.prompt("Name of the promotion", type=PROMOTION_NAME)
    starts_on = starts_on or click.prompt("Its first day (YYYY-MM-DD)", type=DAY)
    ends_on = ends_on or click.prompt("Its last day (YYYY-MM-DD)", type=DAY)
    if ends_on < starts_on:
        raise click.UsageError(f"the last day ({ends_on}) is before the first ({starts_on}).")
    columns = {"name": promotion, "starts_on": starts_on, "ends_on": ends_on, "timezone": settings().timezone.key}
    coordinator = RosterMember(email, Role.COORDINATOR, person={"name": name})
    first = Roster(slug=slugify(promotion), columns=columns, members=(coordinator,))
    click.echo("\n".join(import_roster(first, clock.now()).lines))
    click.echo(f"Sign in at {settings().base_url}/sign-in as {email}, and follow the first steps there;")
    click.echo("or add teams and people with: flask roster import FILE.yml")

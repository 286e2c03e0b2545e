"""`flask backup`, `flask restore`, `flask deliveries resume` and `flask version`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app import clock
from app.database import db
from app.digests.service import find_due_weeks
from app.how_many import how_many
from app.letters.restoration import find_restoration
from app.letters.resuming import count_waiting, resume
from app.operations.backup import BackupError, make_backup, restore_backup
from app.operations.health import expected_schema
from app.teams.models import Promotion
from app.version import product_version

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

deliveries = AppGroup("deliveries", help="Letters after a restoration.")


def register_commands(app: Flask) -> None:
    """Add these commands to `app`."""
    for command in (backup, restore, deliveries, version):
        app.cli.add_command(command)


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write a backup of the database to FILE, which must not exist, while everything goes on.

    SQLite: a file. PostgreSQL: the SQL that pg_dump writes. SECRET_KEY and its fallbacks are not in it: keep them
    apart, since the links in letters are worth nothing without.
    """
    try:
        size = make_backup(db.engine, file, clock.now())
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {size / 1_000_000:.1f} MB. It goes back into an empty database with: flask restore {file}")


@click.command()
@click.argument("file", type=EXISTING_FILE)
@with_appcontext
def restore(file: Path) -> None:
    """Put the backup in FILE into the database of DATABASE_URL, which must be empty.

    Letters then wait until somebody has said what becomes of them: flask deliveries resume.
    """
    try:
        restore_backup(db.engine, file, clock.now())
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("Restored. Next: flask db upgrade, then start the site and the jobs: nothing but sign-in letters leaves")
    click.echo("until you say what becomes of the letters that may have left since the backup: flask deliveries resume")


@deliveries.command("resume")
@click.option("--send", "decision", flag_value="send", help="Send the letters that wait: some may arrive twice.")
@click.option("--take-as-sent", "decision", flag_value="take", help="Send none of them: some may never arrive.")
@click.option("--yes", is_flag=True, help="Issue the digests that are due as well, with their letters.")
def resume_command(decision: str | None, *, yes: bool) -> None:
    """After a restoration, say what becomes of the letters that may have left since the backup.

    Those that waited when it was made may have been sent before the loss. The relay's log, or any member, says whether
    they were. A digest that was issued after the backup is unknown to this database and would be issued again.
    """
    restoration = find_restoration()
    if restoration is None:
        raise click.ClickException("Nothing to decide: letters leave.")
    click.echo(f"This database is a backup of {restoration.backup_made_at:%Y-%m-%d %H:%M} UTC.")
    waiting = count_waiting()
    for reference, number in sorted(waiting.items()):
        click.echo(f"  {reference}: {how_many(number, 'letter waits', 'letters wait')}")
    if waiting and decision is None:
        raise click.UsageError("say what becomes of them: --send or --take-as-sent.")
    due = _due_digests()
    for command in due:
        click.echo(f"  due, and issued at once with letters, unless you say before: {command}")
    if due and not yes:
        raise click.UsageError("issue those for the archive, or say --yes.")
    taken = resume(clock.now(), take_as_sent=decision == "take")
    click.echo(f"Letters leave again; taken as sent: {taken}.")


@click.command()
def version() -> None:
    """Show the version of the product, and the schema that it needs."""
    click.echo(f"Bulletins {product_version()}, schema {expected_schema()}")


def _due_digests() -> list[str]:
    """Return the command that issues each digest that is due without letters."""
    promotions, now = db.session.scalars(select(Promotion).order_by(Promotion.slug)), clock.now()
    command = "flask digest issue --promotion {} --week {} --no-letters"
    return [command.format(each.slug, week) for each in promotions for week in find_due_weeks(each, now)]

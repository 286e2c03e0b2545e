"""`flask bounces`: read what came back by hand, and send to a suppressed address again."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock
from app.how_many import how_many
from app.letters.admin_actions import lift_suppression
from app.letters.bounces.acting import BounceCounts
from app.letters.bounces.service import read_bounces
from app.letters.suppression import find_suppressed
from app.teams.bounce_notes import queue_due_notes
from app.text_cleaning import clean_text

bounces = AppGroup("bounces", help="Letters that came back.")


@bounces.command("read")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def read_command(folder: Path) -> None:
    """Read what came back into FOLDER, a Maildir or a folder of .eml files.

    An address that does not exist is suppressed: nothing but sign-in links is sent to it until the coordination lifts
    that, or `flask bounces lift` does. Other failures are only noted. When many addresses seem to end at once, none is
    suppressed and the coordination is told. Reading a mail twice changes nothing; a Maildir's mails are moved to its
    subfolder .read, those of another folder are left alone.
    """
    counts = read_bounces(folder, clock.now())
    queue_due_notes(clock.now())
    click.echo(describe_counts(counts))


@bounces.command("lift")
@click.argument("address")
def lift_command(address: str) -> None:
    """Send to the suppressed e-mail ADDRESS again, from the next letter on."""
    row = find_suppressed(clean_text(address))  # a shell that is not in UTF-8 gives what no database takes
    if row is None or not lift_suppression(row.id, None, clock.now()):
        raise click.ClickException(f"{address} is not suppressed: letters are sent to it, if it is a member's.")
    click.echo(f"{row.email} gets letters again, from the next one on. What failed before: retry it on its page.")


def describe_counts(counts: BounceCounts) -> str:
    """Return the counts of a reading as text: the usual ones in one line, then those that need a look."""
    lines = [
        f"{counts.suppressed} suppressed, {counts.noted} noted, {counts.known} already known, "
        f"{counts.ignored} not bounces of ours"
    ]
    held = f"{counts.held} held back: too many at once, so none was suppressed; the coordination decides"
    rare = [
        (counts.held, held),
        (counts.other_address, f"{counts.other_address} about an address to which a member's forwards"),
        (counts.complaints, how_many(counts.complaints, "complaint")),
        (counts.automatic_answers, how_many(counts.automatic_answers, "automatic answer")),
        (counts.unreadable, f"{counts.unreadable} too malformed to be read"),
    ]
    return "\n".join(lines + [words for number, words in rare if number])


def register_commands(app: Flask) -> None:
    """Add `flask bounces`."""
    app.cli.add_command(bounces)

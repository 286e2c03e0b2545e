"""`flask search rebuild`: the whole index anew."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.how_many import how_many
from app.search.index import rebuild

search = AppGroup("search", help="The index that the search page looks up.")


def register_commands(app: Flask) -> None:
    """Add `flask search`."""
    app.cli.add_command(search)


@search.command("rebuild")
def rebuild_command() -> None:
    """Build the whole index anew, while the site goes on.

    The job process does it by itself after an upgrade that needs it, and adds what it finds missing.
    """
    click.echo(f"The index has {how_many(rebuild(), 'entry', 'entries')}.")

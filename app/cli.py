"""The commands of the product, from each feature, and `flask db`; what they say when the machine refuses something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app import job_process
from app.bulletins import commands as bulletins
from app.database import db
from app.database_errors import find_advice
from app.development.demo import commands as demo
from app.digests import commands as digests
from app.operations import commands as operations
from app.questionnaires import commands as questionnaires
from app.readership import commands as readership
from app.records import commands as records
from app.retrospective import commands as retrospective
from app.search import commands as search
from app.teams import bounce_commands as bounces
from app.teams import commands as teams

MIGRATIONS = Path(__file__).parent.parent / "migrations"
COMMANDS = (
    *(teams, bulletins, digests, search, bounces, readership, records, questionnaires, retrospective),
    *(operations, demo, job_process),
)


class Migrations(click.Command):
    """Flask-Migrate's `flask db`, imported when called: it takes half a second that the site never needs."""

    def __init__(self, app: Flask) -> None:
        super().__init__("db", help="Perform database migrations.")
        self.app = app

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        from flask_migrate import Migrate  # noqa: PLC0415
        from flask_migrate.cli import db as group  # noqa: PLC0415

        Migrate(self.app, db, directory=str(MIGRATIONS))
        explain_errors(group)
        context: click.Context = group.make_context(*args, **kwargs)
        return context


def init_app(app: Flask) -> None:
    """Add each feature's commands to `flask`."""
    for feature in COMMANDS:
        feature.register_commands(app)
    explain_errors(app.cli)
    app.cli.add_command(Migrations(app))


def explain_errors(command: click.Command) -> None:
    """Have a command, or every command of a group, say in a sentence what the machine refuses."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            explain_errors(each)
    elif command.callback:
        command.callback = errors_explained()(command.callback)


@contextmanager
def errors_explained() -> Iterator[None]:
    """Raise ClickException for a database that is away or not up to date, and for a file that cannot be had.

    A fault of ours keeps its traceback, and Click ends in silence when nobody reads on (`flask … | head`).
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        advice = find_advice(error)
        if advice is None:
            raise
        raise click.ClickException(advice) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(
            f"{error.strerror or error}: {error.filename or 'nothing more is written'}"
        ) from error

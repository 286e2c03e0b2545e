"""`flask demo`: a promotion to look at."""

from __future__ import annotations

import signal

import click
from flask import Flask
from sqlalchemy import func, select

from app.advice.models import Advice
from app.bulletins.models import Bulletin
from app.clock import now
from app.database import db
from app.development.demo.loader import DatabaseInUseError, load_demo
from app.development.welcome import sign_in_emails
from app.digests.models import Digest
from app.help_requests.models import HelpRequest
from app.plans.models import Plan
from app.questionnaires.models import Participation
from app.readership.models import Consent, MonthAnswer, ReadMark
from app.records.models import ChallengeRecord
from app.teams.models import Membership, Promotion, Team

COUNTS = {
    "promotions, this one and the one before it": Promotion,
    "teams": Team,
    "members": Membership,
    "bulletins": Bulletin,
    "digests issued, without letters": Digest,
    "calls for help": HelpRequest,
    "reads": ReadMark,
    "choices about automatic marking": Consent,
    "answers to the question of a month": MonthAnswer,
    "records of what has become of a challenge": ChallengeRecord,
    "plans to last": Plan,
    "pieces of advice": Advice,
    "EIGs asked by the questionnaire": Participation,
}


def register_commands(app: Flask) -> None:
    """Add `flask demo`."""
    app.cli.add_command(demo)


@click.command()
def demo() -> None:
    """Fill an empty database with two fictional promotions.

    Thirty weeks of bulletins up to today, in French, written by people who do not exist; the promotion goes on for ten
    weeks more. The one before it ended over a year ago: its reports are there to compare. The same material gives the
    same promotions at every run; only their dates follow today's. Only the invitations to a questionnaire wait to be
    sent. Refuses a database that holds a promotion.
    """
    # like Ctrl-C: what was made so far is taken back
    usual = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        promotion = load_demo(now())
    except DatabaseInUseError as error:
        raise click.ClickException(
            "the database holds a promotion already, and the demonstration keeps out of it. "
            "Name an empty one with DATABASE_URL (and run `flask db upgrade` on it first)."
        ) from error
    finally:
        signal.signal(signal.SIGTERM, usual)
    click.echo(_summary(promotion))


def _summary(promotion: Promotion) -> str:
    counts = [f"  {_count(table):>5} {name}" for name, table in COUNTS.items()]
    people = [f"  as {name:<14} {email}" for name, email in sign_in_emails().items()]
    return "\n".join(
        [
            f"{promotion.name}, from {promotion.starts_on} to {promotion.ends_on}:",
            *counts,
            "Sign in, by a link that the site sends:",
            *people,
        ]
    )


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0

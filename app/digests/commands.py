"""`flask digest preview`, `flask digest issue` and `flask deliver`."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.bulletins.queries import week_state
from app.cli_options import promotion_option, week_option
from app.database import db
from app.digests.composing import Composition, content
from app.digests.exclusions import count_excluded
from app.digests.facts import NoDigestError, compose_week
from app.digests.letters import compose_letter, find_letter, for_nobody
from app.digests.models import Digest, Exclusion, Recipient
from app.digests.service import AlreadyIssuedError, MembersMissingError, find_digest, issue
from app.digests.texts import get_text, render_digest
from app.errors import DomainError
from app.i18n import LOCALES
from app.letters.commands import format_counts, progress_bar, stop_on_signals
from app.letters.run import count_due
from app.letters.worker import deliver
from app.teams.models import Promotion
from app.weeks import Week, WeekState

digest = AppGroup("digest", help="The week's digest: see it, or issue it.")


def register_commands(app: Flask) -> None:
    """Add this room's commands."""
    app.cli.add_command(digest)
    app.cli.add_command(deliver_command)


@digest.command()
@promotion_option
@week_option
@click.option("--format", "shape", type=click.Choice(["html", "text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(list(LOCALES)), help="Of the letter; the promotion's own by default.")
def preview(promotion: Promotion, week: Week, shape: str, language: str | None) -> None:
    """Show the digest letter of a week: as issued when it is, else as it would be now. Changes nothing."""
    told = find_digest(promotion.id, week) or _compose(promotion, week)
    locale = language or promotion.locale
    if shape == "json":
        click.echo(json.dumps(_as_json(promotion, week, told, locale), ensure_ascii=False, indent=2))
        return
    _subject, text, html = (
        find_letter(told, locale) if isinstance(told, Digest) else compose_letter(told, promotion, locale)
    )
    click.echo(for_nobody(html if shape == "html" else text, promotion, week))


@digest.command("issue")
@promotion_option
@week_option
@click.option("--no-letters", is_flag=True, help="For the archive only: nobody gets a letter.")
def issue_command(promotion: Promotion, week: Week, no_letters: bool) -> None:
    """Compose and freeze the digest of a week now, and queue a letter for every member. Once a week, for good."""
    now = clock.now()
    _confirm_open_week(promotion, week)
    try:
        made = issue(promotion, week, now=now, letters=not no_letters)
    except (DomainError, MembersMissingError) as refusal:
        raise click.ClickException(_advice(refusal, promotion, week)) from refusal
    click.echo(f"Issued the digest of {week} for {promotion.name}.")
    click.echo("Nothing to tell: no letters." if made.empty else _accounting(made))


@click.command("deliver")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How to print the counts.")
@with_appcontext
def deliver_command(shape: str) -> None:
    """Send all letters that are due, then count them by state.

    Any number of these may run at once, beside `flask timetable`. SIGTERM or Ctrl-C ends the run after the letter in
    hand; nothing is lost. "sent" counts this run, the others stand for all letters as they are after it;
    docs/delivery.md says what they mean and what to do.

    Exit status: 0 when nothing went wrong in this run; 1 when a letter failed or was interrupted, or the relay refused
    us; 2 when the database could not be written.
    """
    try:
        with stop_on_signals() as stop, progress_bar(count_due(clock.now())) as progress:
            counts = deliver(clock.now, stop, progress)
    except OperationalError as error:
        click.echo(f"The database takes nothing ({error.orig}). No letter is lost: run this again.", err=True)
        sys.exit(2)
    click.echo(format_counts(counts, count_excluded(), shape))
    sys.exit(0 if counts.run.clean else 1)


def _confirm_open_week(promotion: Promotion, week: Week) -> None:
    """An open week is closed by its digest: say so, and ask when somebody is there to answer."""
    if week_state(promotion, week, clock.now()) is not WeekState.OPEN:
        return
    click.echo(f"{week} is still open: its digest closes it for every team that has not written.", err=True)
    if sys.stdin.isatty():
        click.confirm("Issue it now all the same?", abort=True)


def _compose(promotion: Promotion, week: Week) -> Composition:
    try:
        return compose_week(promotion, week)
    except NoDigestError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _as_json(promotion: Promotion, week: Week, told: Digest | Composition, locale: str) -> dict[str, Any]:
    """What the DESIGN promises to whoever reads the preview with a program."""
    if isinstance(told, Digest):
        subject, values = get_text(told, locale).subject, told.content
    else:
        subject, values = render_digest(told, locale).subject, content(told)
    issued = isinstance(told, Digest)
    return {"promotion": promotion.slug, "week": week.label, "subject": subject, "issued": issued, **values}


def _accounting(made: Digest) -> str:
    query = (
        select(Recipient.exclusion, func.count()).where(Recipient.digest_id == made.id).group_by(Recipient.exclusion)
    )
    counts = dict(db.session.execute(query).all())
    letters = counts.pop(None, 0)
    reasons = ", ".join(f"{count} {Exclusion(why).value}" for why, count in counts.items() if why)
    excluded = sum(counts.values())
    return f"{letters + excluded} members: {letters} letters queued, {excluded} without" + (
        f" ({reasons})." if reasons else "."
    )


def _advice(refusal: Exception, promotion: Promotion, week: Week) -> str:
    if isinstance(refusal, AlreadyIssuedError):
        return f"{refusal} See it with: flask digest preview --promotion {promotion.slug} --week {week}"
    return str(refusal)

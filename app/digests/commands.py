"""`flask digest preview` and `flask digest issue`."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import func, select

from app import clock
from app.bulletins.archive import week_state
from app.cli_options import promotion_option, week_option
from app.database import db
from app.digests.composition import Composition, content
from app.digests.letters import compose_letter, fill_for_anybody, get_letter
from app.digests.models import Digest, Exclusion, Recipient
from app.digests.rendering import get_text, render_digest
from app.digests.service import AlreadyIssuedError, MembersMissingError, find_digest, issue
from app.digests.sources import NoDigestError, compose_week
from app.errors import DomainError
from app.languages import LOCALES
from app.teams.models import Promotion
from app.weeks import Week, WeekState

digest = AppGroup("digest", help="The week's digest: see it, or issue it.")


def register_commands(app: Flask) -> None:
    """Add these commands to `app`."""
    app.cli.add_command(digest)


@digest.command()
@promotion_option
@week_option
@click.option("--format", "shape", type=click.Choice(["html", "text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(list(LOCALES)), help="Of the letter; the promotion's own by default.")
def preview(promotion: Promotion, week: Week, shape: str, language: str | None) -> None:
    """Show the digest letter of a week: as issued when it is, else as it would be now. Changes nothing."""
    digest = find_digest(promotion.id, week) or _compose(promotion, week)
    locale = language or promotion.locale
    if shape == "json":
        click.echo(json.dumps(_as_json(promotion, week, digest, locale), ensure_ascii=False, indent=2))
        return
    letter = get_letter(digest, locale) if isinstance(digest, Digest) else compose_letter(digest, promotion, locale)
    click.echo(fill_for_anybody(letter.html if shape == "html" else letter.text, promotion, week))


@digest.command("issue")
@promotion_option
@week_option
@click.option("--no-letters", is_flag=True, help="For the archive only: nobody gets a letter.")
def issue_command(promotion: Promotion, week: Week, no_letters: bool) -> None:
    """Compose and freeze the digest of a week now, and queue a letter for every member. Once a week, for good."""
    now = clock.now()
    _confirm_open_week(promotion, week)
    try:
        digest = issue(promotion, week, now=now, letters=not no_letters)
    except AlreadyIssuedError as error:
        hint = f"See it with: flask digest preview --promotion {promotion.slug} --week {week}"
        raise click.ClickException(f"{error} {hint}") from error
    except (DomainError, MembersMissingError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Issued the digest of {week} for {promotion.name}.")
    click.echo("Nothing to tell: no letters." if digest.empty else _report(digest))


def _confirm_open_week(promotion: Promotion, week: Week) -> None:
    """Warn that its digest closes a week that is open, and ask when somebody is there to answer."""
    if week_state(promotion, week, clock.now()) is not WeekState.OPEN:
        return
    click.echo(f"{week} is still open: its digest closes it for every team that has not written.", err=True)
    if sys.stdin.isatty():
        click.confirm("Issue it now all the same?", abort=True)


def _compose(promotion: Promotion, week: Week) -> Composition:
    try:
        return compose_week(promotion, week)
    except NoDigestError as error:
        raise click.ClickException(str(error)) from error


def _as_json(promotion: Promotion, week: Week, digest: Digest | Composition, locale: str) -> dict[str, object]:
    """Return what DESIGN promises to whoever reads the preview with a program."""
    if isinstance(digest, Digest):
        issued, subject, values = True, get_text(digest, locale).subject, digest.content
    else:
        issued, subject, values = False, render_digest(digest, locale).subject, content(digest)
    return {"promotion": promotion.slug, "week": week.label, "subject": subject, "issued": issued, **values}


def _report(digest: Digest) -> str:
    query = select(Recipient.exclusion, func.count().label("number")).where(Recipient.digest_id == digest.id)
    counts: dict[Exclusion | None, int] = {
        row.exclusion: row.number for row in db.session.execute(query.group_by(Recipient.exclusion))
    }
    letters = counts.pop(None, 0)
    reasons = ", ".join(f"{number} {exclusion.value}" for exclusion, number in counts.items() if exclusion)
    excluded = sum(counts.values())
    return f"{letters + excluded} members: {letters} letters queued, {excluded} without" + (
        f" ({reasons})." if reasons else "."
    )

"""`flask digest preview`, `flask digest issue` and `flask deliver`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import cast

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select

from app import clock
from app.bulletins.queries import week_state, weeks_to_issue
from app.cli_options import WeekType, promotion_option, week_option
from app.database import DATABASE_ERRORS, db
from app.database_errors import find_advice
from app.digests.composition import Composition, content, public_content
from app.digests.errors import AlreadyIssuedError, MembersMissingError, NoDigestError
from app.digests.letters import compose_letter, count_excluded, fill_for_anybody, get_letter
from app.digests.models import Digest, Exclusion, Recipient
from app.digests.moments import AS_PLANNED, HELD, Decision, local_moment, put_off_fault
from app.digests.rendering import get_text, render_digest
from app.digests.scheduling import decide, find_schedule
from app.digests.service import find_digest, issue_by_hand
from app.digests.sources import compose_week
from app.errors import DomainError
from app.how_many import how_many
from app.i18n import LOCALES
from app.letters.commands import format_counts, progress_bar, stop_on_signals
from app.letters.delivery import deliver
from app.letters.run import count_due
from app.teams.models import Promotion
from app.weeks import Week, WeekState

digest = AppGroup("digest", help="The week's digest: see it, or issue it.")


def register_commands(app: Flask) -> None:
    """Add these commands to `app`."""
    app.cli.add_command(digest)
    app.cli.add_command(deliver_command)


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
@click.option("--week", type=WeekType(), help="Such as 2019-W10.")
@click.option("--all-past", is_flag=True, help="Every past week that has bulletins and no digest; with --no-letters.")
@click.option("--letters/--no-letters", default=None, help="A letter to every member, or for the archive only.")
def issue_command(promotion: Promotion, week: Week | None, all_past: bool, letters: bool | None) -> None:
    """Compose and freeze the digest of a week now, and queue a letter for every member. Once a week, for good.

    For a week that closed more than seven days ago, or before the promotion was made here, say whether letters leave.
    """
    if all_past:
        _issue_all_past(promotion, week, letters)
    elif week is None:
        raise click.UsageError("say which week with --week, or --all-past --no-letters for an archive.")
    else:
        _refuse_to_guess(promotion, week, letters)
        _confirm_open_week(promotion, week)
        _issue(promotion, week, letters=letters is not False)


@digest.command()
@promotion_option
@week_option
def hold(promotion: Promotion, week: Week) -> None:
    """Keep the digest of a week from leaving by itself until it is released."""
    _decide(promotion, week, HELD)
    click.echo(f"The digest of {week} is held back. Let it go with: flask digest release --week {week}")


@digest.command()
@promotion_option
@week_option
def release(promotion: Promotion, week: Week) -> None:
    """Let the digest of a week leave at its planned moment again; at once where that has passed."""
    _decide(promotion, week, AS_PLANNED)
    click.echo(f"The digest of {week} leaves as planned.")


@digest.command()
@promotion_option
@week_option
@click.option("--to", "local", type=click.DateTime(["%Y-%m-%dT%H:%M"]), required=True, help="In the promotion's zone.")
def postpone(promotion: Promotion, week: Week, local: datetime) -> None:
    """Put the digest of a week off to another moment, such as 2019-03-08T16:30, before the next closing."""
    timetable = promotion.timetable
    fault = put_off_fault(timetable, week, local.date(), local.time(), clock.now())
    moment = None if fault else local_moment(local.date(), local.time(), timetable.zone)
    if moment is None:
        raise click.UsageError(
            f"{local:%Y-%m-%d %H:%M} cannot be ({fault}): name a moment after the planned one, before the next closing."
        )
    _decide(promotion, week, Decision(put_off_to=moment))
    click.echo(f"The digest of {week} leaves at {local:%Y-%m-%d %H:%M}.")


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
    except DATABASE_ERRORS as error:
        click.echo(f"{find_advice(error)} No letter is lost: run this again.", err=True)
        sys.exit(2)
    click.echo(format_counts(counts, count_excluded(), shape))
    sys.exit(0 if counts.run.clean else 1)


def _decide(promotion: Promotion, week: Week, decision: Decision) -> None:
    """Store the decision, over whatever was decided before."""
    schedule = find_schedule(promotion.id, week)
    try:
        decide(promotion, week, decision, schedule.revision if schedule else 0, None, clock.now())
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _issue_all_past(promotion: Promotion, week: Week | None, letters: bool | None) -> None:
    if week is not None or letters is not False:
        raise click.UsageError("--all-past goes with --no-letters and without --week.")
    weeks = weeks_to_issue(promotion, clock.now())
    for each in weeks:
        _issue(promotion, each, letters=False)
    click.echo(f"{how_many(len(weeks), 'digest')} issued; weeks without bulletins were left out.")


def _refuse_to_guess(promotion: Promotion, week: Week, letters: bool | None) -> None:
    """Raise UsageError for a past week unless it was said whether letters leave: they would tell old news as new."""
    if letters is None and promotion.is_past(week, clock.now()) and find_digest(promotion.id, week) is None:
        closed = cast("datetime", promotion.timetable.closes(week))  # or it would not be past
        raise click.UsageError(
            f"{week} closed on {closed:%Y-%m-%d} and does not issue itself: say --no-letters (members find it in the "
            "archive) or --letters (it is also mailed to everybody)."
        )


def _issue(promotion: Promotion, week: Week, *, letters: bool) -> None:
    try:
        digest = issue_by_hand(promotion, week, None, clock.now(), letters=letters)
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
    """Return the preview for programs; its keys are a contract."""
    if isinstance(digest, Digest):
        issued, subject, values = True, get_text(digest, locale).subject, digest.content
    else:
        issued, subject, values = False, render_digest(digest, locale).subject, content(digest)
    frame = {"promotion": promotion.slug, "week": week.label, "subject": subject, "issued": issued}
    return {**frame, **public_content(values)}


def _report(digest: Digest) -> str:
    query = select(Recipient.exclusion, func.count().label("number")).where(Recipient.digest_id == digest.id)
    counts: dict[Exclusion | None, int] = {
        row.exclusion: row.number for row in db.session.execute(query.group_by(Recipient.exclusion))
    }
    letters = counts.pop(None, 0)
    reasons = ", ".join(f"{number} {exclusion.value}" for exclusion, number in counts.items() if exclusion)
    excluded = sum(counts.values())
    members, queued = how_many(letters + excluded, "member"), how_many(letters, "letter")
    return f"{members}: {queued} queued, {excluded} without" + (f" ({reasons})." if reasons else ".")

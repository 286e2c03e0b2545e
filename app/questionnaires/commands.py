"""`flask questionnaires check`, `issue`, `close`, `results`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from app import clock
from app.cli_options import listing_faults, promotion_option
from app.how_many import how_many
from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.file_format import read_questionnaire
from app.questionnaires.library import SHIPPED
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import StillOpenError, count_answers, questionnaires_of, results_of
from app.questionnaires.results import ClosedResults, QuestionResult
from app.questionnaires.service import NotIssuedError, close, issue
from app.records.commands import get_milestone
from app.records.vocabulary import SurveyPublic
from app.teams.models import Promotion

file_argument = click.argument("file", type=click.Path(path_type=Path))
public_option = click.option(
    "--public", type=click.Choice([each.value for each in SurveyPublic]), required=True, help="Whom it asks."
)


def register_commands(app: Flask) -> None:
    """Add `flask questionnaires`."""
    app.cli.add_command(questionnaires)


@click.group()
def questionnaires() -> None:
    """Questionnaires that are anonymous for real."""


@questionnaires.command("check")
@file_argument
def check_command(file: Path) -> None:
    """Say what is wrong with a questionnaire, with lines and remedies.

    FILE is a YAML file (its format: docs/questionnaires.md), or one that ships: eig, mentor.
    """
    definition = _read(file)
    sections = how_many(len(definition.sections), "section")
    questions = how_many(len(list(definition.questions)), "question")
    click.echo(f"{definition.key}, version {definition.version}: {sections}, {questions}.")


@questionnaires.command("issue")
@file_argument
@promotion_option
@click.option("--milestone", "key", help="mid, end, or after-N: the one that its results are about, if any.")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day to answer.")
def issue_command(file: Path, promotion: Promotion, key: str | None, closes: datetime) -> None:
    """Issue a questionnaire: it is frozen, and an email leaves to each of its public.

    FILE is a YAML file, or one that ships: eig, mentor.
    """
    _read(file)
    milestone = get_milestone(promotion, key) if key else None
    content = _path(file).read_text(encoding="utf-8")
    try:
        questionnaire = issue(promotion, content, milestone, closes.date(), clock.now())
    except NotIssuedError as error:
        raise click.ClickException(f"{error}.") from None
    asked = how_many(count_answers(questionnaire, questionnaire.issued_on).asked, "person", "people")
    click.echo(f"Issued to {asked} ({questionnaire.public}), until {questionnaire.closes_on}.")


@questionnaires.command("close")
@promotion_option
@public_option
def close_command(promotion: Promotion, public: str) -> None:
    """Close the public's last questionnaire before its last day; for good."""
    questionnaire = _last(promotion, SurveyPublic(public))
    close(questionnaire, clock.now())
    click.echo(f"Closed. Results: flask questionnaires results --promotion {promotion.slug} --public {public}")


@questionnaires.command("results")
@promotion_option
@public_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def results_command(promotion: Promotion, public: str, form: str) -> None:
    """Show the results of the public's last questionnaire, once it is closed.

    What was written in words is not among them: the coordination reads it on the site.
    """
    questionnaire, today = _last(promotion, SurveyPublic(public)), promotion.today(clock.now())
    try:
        results = results_of(questionnaire, today)
    except StillOpenError:
        count = count_answers(questionnaire, today)
        raise click.ClickException(
            f"Open until {questionnaire.closes_on}: no result is shown before. As of last midnight, {count.answered} "
            f"of {count.asked} had answered."
        ) from None
    click.echo(json.dumps(_as_json(results), ensure_ascii=False, indent=2) if form == "json" else _as_text(results))


def _path(file: Path) -> Path:
    """Return the path of a file that is named, or of one that ships. Raises click.UsageError."""
    shipped = SHIPPED / f"{file}.yml"
    if file.is_file():
        return file
    if str(file) in set(SurveyPublic):
        return shipped
    raise click.UsageError(f"there is no file {str(file)!r}; those that ship are: {', '.join(SurveyPublic)}")


def _read(file: Path) -> QuestionnaireDefinition:
    path = _path(file)
    with listing_faults(path, "nothing was issued"):
        return read_questionnaire(path.read_bytes())


def _last(promotion: Promotion, public: SurveyPublic) -> Questionnaire:
    """Return the public's last questionnaire. Raises click.UsageError."""
    found = next((each for each in questionnaires_of(promotion) if each.public is public), None)
    if found is None:
        raise click.UsageError(
            f"{promotion.slug} has none for {public} yet; issue one with: flask questionnaires issue {public}"
        )
    return found


def _as_text(results: ClosedResults) -> str:
    lines = [f"{results.answered} of {results.asked} answered ({results.public}), closed on {results.closed_on}."]
    for each in results.questions:
        counts = ", ".join(
            f"{' or '.join(count.classes)}: {'at least ' if count.at_least else ''}{count.count}"
            for count in each.counts
        )
        lines.append(f"{each.key}  {counts or 'too few to be shown'}")
    return "\n".join(lines)


def _as_json(results: ClosedResults) -> dict[str, object]:
    return {
        "public": results.public,
        "questionnaire": results.key,
        "version": results.version,
        "closed_on": results.closed_on.isoformat(),
        "asked": results.asked,
        "answered": results.answered,
        "questions": [_question_json(each) for each in results.questions],
    }


def _question_json(result: QuestionResult) -> dict[str, object]:
    return {
        "key": result.key,
        "section": result.section,
        "block": result.block,
        "text": {**result.text},
        "counts": [
            {"classes": list(each.classes), "count": each.count, "at_least": each.at_least} for each in result.counts
        ],
        "mean": result.mean,
    }

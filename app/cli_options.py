"""What commands share: the options `--promotion` and `--week`, the faults of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.database import db
from app.database_errors import find_advice
from app.import_files import InvalidFileError, told_faults
from app.teams.models import Promotion
from app.weeks import Week


def get_promotion(slug: str | None) -> Promotion:
    """Return the promotion with `slug`, or the only one if None. Raises click.UsageError that says what to type."""
    try:
        promotions = list(db.session.scalars(select(Promotion).order_by(Promotion.slug)))
    except DBAPIError as error:
        raise click.ClickException(find_advice(error) or str(error.orig)) from error
    if slug is None and len(promotions) == 1:
        return promotions[0]
    promotion = next((each for each in promotions if each.slug == slug), None)
    if promotion is None:
        names = ", ".join(each.slug for each in promotions) or "none yet; make one with: flask roster import FILE.yml"
        problem = f"no promotion {slug!r}" if slug else "more than one promotion, or none: say which with --promotion"
        raise click.UsageError(f"{problem}. Known: {names}")
    return promotion


@contextmanager
def listing_faults(file: Path, otherwise: str = "nothing was taken") -> Iterator[None]:
    """Let the command end with every fault of `file` that keeps it from being taken."""
    try:
        yield
    except InvalidFileError as error:
        for fault in told_faults(error.faults):
            click.echo(f"{file.name}, {fault}", err=True)
        raise click.ClickException(f"{len(error.faults)} to mend; {otherwise}.") from None


class PromotionType(click.ParamType[Promotion, object]):
    """Converts a slug to its promotion."""

    name = "SLUG"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Promotion:
        return value if isinstance(value, Promotion) else get_promotion(value)


class WeekType(click.ParamType[Week, object]):
    """Converts a label such as 2019-W10 to its week."""

    name = "WEEK"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Week:
        try:
            return value if isinstance(value, Week) else Week.parse(value)
        except ValueError:
            self.fail(f"{value!r} is not a week such as 2019-W10.", param, ctx)


promotion_option = click.option(
    "--promotion",
    type=PromotionType(),
    default=lambda: get_promotion(None),
    help="May be left out where there is only one.",
)
week_option = click.option("--week", type=WeekType(), required=True, help="Such as 2019-W10.")

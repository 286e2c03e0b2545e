"""The options that commands share: which promotion, which week."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.database import db
from app.teams.models import Promotion
from app.weeks import Week


def promotion_named(slug: str | None) -> Promotion:
    """The promotion with that slug, or the only one there is. Raises click.UsageError that says what to type."""
    known = _promotions()
    if slug is None and len(known) == 1:
        return known[0]
    found = next((promotion for promotion in known if promotion.slug == slug), None)
    if found is None:
        names = (
            ", ".join(promotion.slug for promotion in known) or "none yet; make one with: flask roster import FILE.yml"
        )
        problem = f"no promotion {slug!r}" if slug else "more than one promotion, or none: say which with --promotion"
        raise click.UsageError(f"{problem}. Known: {names}")
    return found


def _promotions() -> list[Promotion]:
    try:
        return list(db.session.scalars(select(Promotion).order_by(Promotion.slug)))
    except DBAPIError as error:
        advice = "If it is new, make its tables with: flask db upgrade"
        raise click.ClickException(f"The database cannot be read: {error.orig}. {advice}") from error


class PromotionType(click.ParamType):
    """A promotion by its slug."""

    name = "SLUG"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Promotion:
        return value if isinstance(value, Promotion) else promotion_named(value)


class WeekType(click.ParamType):
    """A week by its label."""

    name = "WEEK"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Week:
        try:
            return value if isinstance(value, Week) else Week.parse(value)
        except ValueError:
            self.fail(f"{value!r} is not a week such as 2019-W10.", param, ctx)


promotion_option = click.option(
    "--promotion",
    type=PromotionType(),
    default=lambda: promotion_named(None),
    help="May be left out where there is only one.",
)
week_option = click.option("--week", type=WeekType(), required=True, help="Such as 2019-W10.")

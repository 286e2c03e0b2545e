"""What a reader chooses by POST: automatic marking on or off, the answer to the month's question."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.extensions import csrf
from app.readership.automatic import choose, standing_of
from app.readership.consent import Choice, Place
from app.readership.figures.months import parse_month
from app.readership.page_blocks import blocks
from app.readership.question import answer_question
from app.readership.reader import chooser
from app.readership.survey import Habit
from app.routing import is_ours

pages = Blueprint("reader_choices", __name__)
pages.app_context_processor(blocks)

Value = TypeVar("Value", bound=StrEnum)


@pages.post("/<slug:promotion_slug>/reading/consent")
@access(Access.PUBLIC)
@csrf.exempt
def consent() -> Response:
    """Switch automatic marking on or off. A box that is left unticked sends no choice: it is a no."""
    member = chooser()
    if isinstance(member, Response):
        return member
    choice, place = _one_of(Choice, request.form.get("choice", "denied")), _one_of(Place, request.form.get("place", ""))
    now = clock.now()
    if choice is Choice.GRANTED and not standing_of(member, now).offered:
        abort(403)
    choose(member, choice, place, now)
    return _back()


@pages.post("/<slug:promotion_slug>/reading/answer")
@access(Access.PUBLIC)
@csrf.exempt
def answer() -> Response:
    """Answer the question of a month. Raises NotAsked, which says so in words."""
    member = chooser()
    if isinstance(member, Response):
        return member
    try:
        month = parse_month(request.form.get("month", ""))
    except ValueError:
        abort(400)
    answer_question(member, month, _one_of(Habit, request.form.get("habit", "")), clock.now())
    return _back("question")


def _one_of(values: type[Value], value: str) -> Value:
    if value not in set(values):
        abort(400)
    return values(value)


def _back(anchor: str | None = None) -> Response:
    """To the page where the choice was made."""
    after = request.form.get("next", "")
    page = after if is_ours(after) else url_for("home.my_week")
    return redirect(f"{page}#{anchor}" if anchor else page)

"""« J'aimerais en parler »: an EIG writes to the coordination, and sees what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.confidential.forms import WordForm
from app.confidential.life import KEPT_AFTER_CLOSING, LIMIT, WordState
from app.confidential.service import find_word, take_back, words_of, write_word
from app.i18n import gettext as _
from app.teams.members import coordination

LONGEST_REQUEST = 1024 * 1024  # far too long a word comes back with its text instead of being turned away

pages = Blueprint("confidential", __name__)


@pages.url_value_preprocessor
def take_long_texts(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Read requests that are much too long, before anything looks into them."""
    request.max_content_length = request.max_form_memory_size = LONGEST_REQUEST


@pages.get("/<slug:promotion_slug>/confidential")
@access(Access.EIG)
def word() -> str:
    """Who reads it, the form, and one's own words."""
    return _page(WordForm())


@pages.post("/<slug:promotion_slug>/confidential")
@access(Access.EIG)
def write() -> Response | tuple[str, int]:
    """Give the word to the coordination."""
    form = WordForm()
    if not form.validate():
        return _page(form), 422
    write_word(g.membership, form.words, clock.now())
    flash(_("Your word is with the coordination, and with nobody else. It will answer you by mail."))
    return redirect(url_for("confidential.word"))


@pages.post("/<slug:promotion_slug>/confidential/<int:word>/take-back")
@access(Access.EIG)
def erase(word: int) -> Response:
    """Erase a word of one's own."""
    found = find_word(g.promotion.id, word)
    if found is None or found.membership_id != g.membership.id:
        abort(404)
    take_back(found)
    flash(_("Your word is erased."))
    return redirect(url_for("confidential.word"))


def _page(form: WordForm) -> str:
    return render_template(
        "confidential/word.html",
        form=form,
        limit=LIMIT,
        readers=coordination(g.promotion, clock.now()),
        words=words_of(g.membership),
        WordState=WordState,
        kept_days=KEPT_AFTER_CLOSING.days,
        zone=g.promotion.timetable.zone,
    )

"""The one page where the coordination reads confidential words, answers them by mail and closes them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.confidential.forms import AnswerForm
from app.confidential.life import LIMIT, WordState, may_answer
from app.confidential.models import ConfidentialWord
from app.confidential.service import AlreadyAnsweredError, answer_word, close_word, find_word, words_to
from app.confidential.views import take_long_texts
from app.i18n import gettext as _

pages = Blueprint("confidential_desk", __name__)
pages.url_value_preprocessor(take_long_texts)


@pages.get("/<slug:promotion_slug>/manage/confidential")
@access(Access.COORDINATOR)
def desk() -> str:
    """Every word, those that wait first."""
    return _page()


@pages.post("/<slug:promotion_slug>/manage/confidential/<int:word>/answer")
@access(Access.COORDINATOR)
def answer(word: int) -> Response | tuple[str, int]:
    """Send an answer to the author of the word."""
    found, form = _word(word), AnswerForm(word)
    if not form.validate():
        return _page(form, found.id), 422
    try:
        answer_word(found, current_user, form.words, clock.now())
    except AlreadyAnsweredError:
        return _page(form, found.id), 409
    flash(_("Your answer leaves by mail; what they answer comes to your address."))
    return redirect(url_for("confidential_desk.desk"))


@pages.post("/<slug:promotion_slug>/manage/confidential/<int:word>/close")
@access(Access.COORDINATOR)
def close(word: int) -> Response:
    """Say that nothing is left to do about the word."""
    close_word(_word(word), current_user, clock.now())
    flash(_("This word is closed."))
    return redirect(url_for("confidential_desk.desk"))


def _word(word_id: int) -> ConfidentialWord:
    return find_word(g.promotion.id, word_id) or abort(404)


def _page(filled: AnswerForm | None = None, filled_for: int | None = None) -> str:
    """The page; with a form that came back, in its place or, where its word takes no answer any more, at the head."""
    words = words_to(g.promotion.id)
    forms = {word.id: AnswerForm(word.id, formdata=None) for word in words if may_answer(word.state)}
    if filled and filled_for in forms:
        forms[filled_for] = filled
    return render_template(
        "confidential/desk.html",
        words=words,
        forms=forms,
        filled=filled,
        lost=filled.words if filled and filled_for not in forms else "",
        limit=LIMIT,
        WordState=WordState,
        zone=g.promotion.timetable.zone,
    )

"""The coordination's desk for the week: who has written, the word of introduction, the preview."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.queries import week_state
from app.bulletins.rules import TEXT_LIMIT, clean_text
from app.confidential.service import count_waiting
from app.digests.edition_words import in_one_line
from app.digests.facts import compose_week, find_introduction
from app.digests.letters import reference
from app.digests.service import AlreadyIssuedError, find_digest, introduce
from app.digests.texts import RenderedDigest, render_digest
from app.digests.writers import writers
from app.i18n import current_locale
from app.i18n import gettext as _
from app.letters.mailing_status import StatusCounts, count_letters
from app.letters.relay_status import find_trouble
from app.markdown import count_code_points
from app.teams.suppressed_addresses import count_suppressed
from app.weeks import Week, WeekState

pages = Blueprint("digests", __name__)


@pages.get("/<slug:promotion_slug>/manage/", defaults={"week": None})
@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>")
@access(Access.COORDINATOR)
def desk(week: Week | None) -> str:
    """One week as the coordination sees it, the current one unless another is named."""
    return _desk(_existing_week(week))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/introduction")
@access(Access.COORDINATOR)
def save_introduction(week: Week) -> Response | tuple[str, int]:
    """Keep the word of introduction."""
    week, text = _existing_week(week), request.form.get("text", "")
    if count_code_points(text) > TEXT_LIMIT:
        return _desk(week, typed=text), 422
    try:
        introduce(g.promotion, week, text, current_user, clock.now())
    except AlreadyIssuedError:
        return _desk(week, typed=text), 409
    flash(_("The introduction is saved.") if clean_text(text) else _("The introduction is taken away."))
    return redirect(url_for("digests.desk", week=week))


def _desk(week: Week, typed: str | None = None) -> str:
    """The page; `typed` is an introduction that could not be saved."""
    timetable = g.promotion.timetable
    state = week_state(g.promotion, week, clock.now())
    introduction = find_introduction(g.promotion.id, week)
    return render_template(
        "digests/desk.html",
        week=week,
        state=state,
        WeekState=WeekState,
        writers=writers(g.promotion, week),
        words_waiting=count_waiting(g.promotion.id),
        typed=typed if typed is not None else (introduction.text if introduction else ""),
        refused=typed is not None,
        limit=TEXT_LIMIT,
        preview=_preview(week, state),
        counts=_counts(week, state),
        in_one_line=in_one_line,
        relay_trouble=find_trouble(),
        suppressed=count_suppressed(g.promotion.id, g.promotion.today(clock.now())),
        opens=timetable.opens(week),
        closes=timetable.closes(week),
        digest_due=timetable.digest_due(week),
        zone=timetable.zone,
    )


def _counts(week: Week, state: WeekState) -> StatusCounts | None:
    """How the letters of the week's digest stand, once it is issued."""
    digest = find_digest(g.promotion.id, week) if state is WeekState.ISSUED else None
    return count_letters(reference(digest)) if digest else None


def _preview(week: Week, state: WeekState) -> RenderedDigest | None:
    """The digest as it would be now, once the week is closed; as issued afterwards it has its own page."""
    if state is not WeekState.CLOSED or g.promotion.timetable.closing_day(week) is None:
        return None
    return render_digest(compose_week(g.promotion, week), current_locale())


def _existing_week(week: Week | None) -> Week:
    """The week named in the address, else the current one, or the promotion's first or last before and after it."""
    if week is None:
        first, last = Week.of(g.promotion.starts_on), Week.of(g.promotion.ends_on)
        current: Week = g.promotion.timetable.week_at(clock.now())
        return min(max(current, first), last)
    if not g.promotion.has_week(week):
        abort(404)
    return week

"""Writing the week's bulletin: the form, its preview, its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.forms import BulletinForm
from app.bulletins.models import Bulletin
from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import EMOJI, Mood
from app.bulletins.queries import TeamWeek, team_week
from app.bulletins.rules import PREVIEW_LIMIT, TEXT_LIMIT, FilingWindow
from app.bulletins.service import EditConflictError, WeekNotOpenError, save_bulletin
from app.drafts.views import kept_fields
from app.i18n import lang_of
from app.markdown import to_html
from app.request_values import allow_long_requests
from app.teams.models import Team
from app.text_cleaning import clean_text
from app.weeks import Week

PREVIEWED_FIELDS = ("priorities", "ups_and_downs", "help")

pages = Blueprint("bulletins", __name__)
allow_long_requests(pages)


class FormValues(TypedDict):
    """What the templates of the form need, on its own page and on "my week"."""

    form: BulletinForm
    kept: bool
    team: Team
    week: Week
    now: datetime
    window: FilingWindow
    FilingWindow: type[FilingWindow]
    emoji: Mapping[Mood, str]
    moods: Mapping[Mood, str]
    limit: int
    closes: datetime | None
    late_until: datetime | None
    zone: ZoneInfo
    bulletin: Bulletin | None
    previous_bulletin: Bulletin | None
    previous_week: Week
    is_first: bool


@pages.get("/<slug:promotion_slug>/bulletin", defaults={"week": None})
@pages.get("/<slug:promotion_slug>/bulletin/<week:week>")
@access(Access.WRITER)
def form(week: Week | None) -> str | Response:
    """Show the form of the team's bulletin, of this week unless another is named; "my week" where it has none."""
    if week is None and not _writes_in(_this_week()):
        return redirect(url_for("home.promotion_week"))
    current = _team_week(week)
    return _form_page(bulletin_form(current), current)


@pages.post("/<slug:promotion_slug>/bulletin", defaults={"week": None})
@pages.post("/<slug:promotion_slug>/bulletin/<week:week>")
@access(Access.WRITER)
def save(week: Week | None) -> Response | str | tuple[str, int]:
    """Save the bulletin, or show the form again with its errors."""
    current = _team_week(week)
    typed = bulletin_form(current)
    if "preview" in request.form:
        return _form_page(typed, current, preview=True)
    if not typed.validate():
        return _form_page(typed, current), 422
    try:
        save_bulletin(current.team, current.week, current_user, typed.draft(), typed.base, current.now)
    except EditConflictError as conflict:
        return _form_page(typed, _team_week(current.week), theirs=conflict.theirs), 409
    except WeekNotOpenError:
        return _form_page(typed, _team_week(current.week)), 409
    return redirect(url_for("home.receipt", week=current.week))


@pages.post("/<slug:promotion_slug>/bulletin/preview")
@access(Access.WRITER)
def preview() -> str:
    """Return the HTML of a text being typed; store nothing."""
    return _preview(request.form.get("text", ""))


def bulletin_form(current: TeamWeek) -> BulletinForm:
    """Return the form as sent, with what was typed and is kept, or filled with the team's bulletin as saved."""
    kept = kept_fields(url_for("bulletins.form", week=current.week))
    return BulletinForm(current.bulletin, today=current.team.promotion.today(current.now), kept=kept)


def form_values(form: BulletinForm, current: TeamWeek) -> FormValues:
    """Return what the templates of the form need to show `form` for the team's week."""
    timetable = current.team.promotion.timetable
    return {
        "form": form,
        "kept": form.kept,
        "team": current.team,
        "week": current.week,
        "now": current.now,
        "window": current.window,
        "FilingWindow": FilingWindow,
        "emoji": EMOJI,
        "moods": MOOD_WORDS,
        "limit": TEXT_LIMIT,
        "closes": timetable.closes(current.week),
        "late_until": timetable.late_until(current.week),
        "zone": timetable.zone,
        "bulletin": current.bulletin,
        "previous_bulletin": current.previous_bulletin,
        "previous_week": current.previous_week,
        "is_first": current.is_first,
    }


def _team_week(week: Week | None) -> TeamWeek:
    """Read the team's `week`, the current one for None; 404 when it is not one of the team's or has not begun."""
    week = week or _this_week()
    if not _writes_in(week):
        abort(404)
    current = team_week(g.membership.team, week, clock.now())
    if current.window is FilingWindow.NOT_OPEN:
        abort(404)
    return current


def _this_week() -> Week:
    this_week: Week = g.promotion.timetable.week_at(clock.now())
    return this_week


def _writes_in(week: Week) -> bool:
    """Return whether there is a bulletin of the member's team in `week`: not before the promotion, nor after it."""
    return bool(g.promotion.has_week(week) and g.membership.team.is_active_in(week))


def _form_page(form: BulletinForm, current: TeamWeek, *, preview: bool = False, theirs: Bulletin | None = None) -> str:
    """Render the page of the form: with previews, beside `theirs`, a colleague's newer text, or refused when closed."""
    if theirs is not None:
        form.revision.data = str(theirs.revision)  # saving again overwrites it knowingly
    return render_template(
        "bulletins/form.html",
        previews={name: _preview(form[name].data or "") for name in PREVIEWED_FIELDS} if preview else {},
        theirs=theirs,
        refused=(form.is_submitted() or form.kept) and current.window not in {FilingWindow.OPEN, FilingWindow.LATE},
        **form_values(form, current),
    )


def _preview(text: str) -> str:
    """Return the HTML of a text being typed, up to PREVIEW_LIMIT; it says its language where the page has another."""
    text = clean_text(text)
    html = to_html(text if len(text) <= PREVIEW_LIMIT else f"{text[:PREVIEW_LIMIT]} …")
    lang = lang_of(g.promotion.locale)
    return f"<div{lang}>{html}</div>" if html and lang else html

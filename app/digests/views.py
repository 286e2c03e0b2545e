"""The coordination's page of a week: who has written, the introduction to the digest, its preview."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from app import clock
from app.access import Access, access
from app.bulletins.forms import AtMost
from app.bulletins.queries import week_state
from app.bulletins.rules import TEXT_LIMIT
from app.confidential.service import count_waiting
from app.digests.letters import reference
from app.digests.mailing_status import summarize_counts
from app.digests.rendering import RenderedDigest, render_digest
from app.digests.service import AlreadyIssuedError, find_digest, introduce
from app.digests.sources import compose_week, find_introduction
from app.digests.writing_status import WritingStatus, teams_writing
from app.drafts.views import kept_fields
from app.i18n import current_locale
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.job_ticks.service import current_job_trouble
from app.letters.mailing_status import StatusCounts, count_letters
from app.letters.relay_status import find_trouble
from app.letters.restoration import find_restoration
from app.teams.models import Promotion
from app.teams.phases import Phase
from app.teams.suppressed_addresses import count_held, count_suppressed
from app.text_cleaning import clean_text
from app.weeks import Week, WeekState

pages = Blueprint("digests", __name__)

NOT_EXPECTED = (WritingStatus.PAUSED, WritingStatus.NONE)


class IntroductionForm(FlaskForm):
    """The coordination's text at the head of a digest; empty, there is none."""

    text = TextAreaField(_l("At the head of the digest, before everything else"), validators=[AtMost()])

    def __init__(self, saved: str = "", kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with `saved`."""
        super().__init__(data={"text": saved})
        self.kept = kept is not None and kept.get("text") != saved
        if self.kept:
            self.process(kept)


@pages.get("/<slug:promotion_slug>/manage/", defaults={"week": None})
@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>")
@access(Access.COORDINATOR)
def manage_week(week: Week | None) -> str:
    """Show one week as the coordination sees it, the current one unless another is named.

    Before the promotion and after it there is no current week.
    """
    phase = g.promotion.phase(clock.now())
    if week is None and phase is not Phase.RUNNING:
        return _page_outside(phase)
    return _page(_week_or_404(week))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/introduction")
@access(Access.COORDINATOR)
def save_introduction(week: Week) -> Response | tuple[str, int]:
    """Store the introduction to the week's digest."""
    week, form = _week_or_404(week), IntroductionForm()
    if not form.validate():
        return _page(week, form), 422
    text = form.text.data or ""
    if not _takes_introduction(week, week_state(g.promotion, week, clock.now())):
        return _page(week, form), 409
    try:
        introduce(g.promotion, week, text, current_user, clock.now())
    except AlreadyIssuedError:
        return _page(week, form), 409
    flash(_("The introduction has been saved.") if clean_text(text) else _("The introduction has been removed."))
    return redirect(url_for("digests.manage_week", week=week))


def _page_outside(phase: Phase) -> str:
    return render_template(
        "digests/manage_outside.html",
        phase=phase,
        Phase=Phase,
        last_week=Week.of(g.promotion.ends_on),
        zone=g.promotion.timetable.zone,
        **_everyday_values(),
    )


def _everyday_values() -> dict[str, object]:
    """Return what every page of the coordination shows: trouble, suppressed addresses, confidential words."""
    now = clock.now()
    return {
        "messages_waiting": count_waiting(g.promotion.id),
        "relay_trouble": find_trouble(),
        "job_trouble": current_job_trouble(now),
        "restoration": find_restoration(),
        "suppressed": count_suppressed(g.promotion.id, g.promotion.today(now)),
        "held_addresses": count_held(g.promotion.id, g.promotion.today(now)),
    }


def _takes_introduction(week: Week, state: WeekState) -> bool:
    """Return whether the week, in `state`, has a digest to come by itself, in a promotion that has begun."""
    now = clock.now()
    to_come = state is not WeekState.ISSUED and g.promotion.timetable.digest_due(week) is not None
    return to_come and not g.promotion.is_past(week, now) and g.promotion.phase(now) is Phase.RUNNING


def _page(week: Week, unsaved: IntroductionForm | None = None) -> str:
    """Render the page; `unsaved` is an introduction that could not be stored."""
    timetable = g.promotion.timetable
    state = week_state(g.promotion, week, clock.now())
    introduction = find_introduction(g.promotion.id, week)
    saved = introduction.text if introduction else ""
    teams = teams_writing(g.promotion, week)
    return render_template(
        "digests/manage_week.html",
        week=week,
        state=state,
        WeekState=WeekState,
        teams=teams,
        wrote=sum(team.bulletin is not None for team in teams),
        expected=sum(team.status not in NOT_EXPECTED for team in teams),
        form=unsaved or IntroductionForm(saved, kept_fields(url_for("digests.manage_week", week=week))),
        limit=TEXT_LIMIT,
        preview=_preview(week, state),
        counts=_count_letters(week, state),
        summarize_counts=summarize_counts,
        opens=timetable.opens(week),
        closes=timetable.closes(week),
        digest_due=timetable.digest_due(week),
        takes_introduction=_takes_introduction(week, state),
        is_past=g.promotion.is_past(week, clock.now()),
        zone=timetable.zone,
        **_everyday_values(),
    )


def _count_letters(week: Week, state: WeekState) -> StatusCounts | None:
    """Count the letters of the week's digest by state, once it is issued."""
    digest = find_digest(g.promotion.id, week) if state is WeekState.ISSUED else None
    return count_letters(reference(digest)) if digest else None


def _preview(week: Week, state: WeekState) -> RenderedDigest | None:
    """Render the digest as it would be now, once the week is closed; as issued afterwards it has its own page."""
    if state is not WeekState.CLOSED or g.promotion.timetable.closing_day(week) is None:
        return None
    return render_digest(compose_week(g.promotion, week), current_locale())


def _week_or_404(week: Week | None) -> Week:
    """Return the week of the URL, else the current one, or the promotion's first or last before and after it."""
    if week is None:
        promotion: Promotion = g.promotion
        first, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
        return min(max(promotion.timetable.week_at(clock.now()), first), last)
    if not g.promotion.has_week(week):
        abort(404)
    return week

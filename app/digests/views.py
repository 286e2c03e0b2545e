"""The coordination's page of a week: who has written, the introduction to the digest, its preview and its moment."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from app import clock
from app.access import Access, access
from app.bulletins.queries import week_state
from app.bulletins.rules import TEXT_LIMIT
from app.digests.errors import AlreadyIssuedError, IntroductionConflictError
from app.digests.introductions import introduce
from app.digests.letters import compose_letter, fill_for_anybody
from app.digests.mailing_status import summarize_counts
from app.digests.rendering import render_digest, render_page
from app.digests.sources import compose_week
from app.digests.ways_in_body import add_ways
from app.digests.week_page import WeekPage, get_week_page
from app.drafts.views import kept_fields
from app.forms import AtMost
from app.i18n import LOCALES, current_locale
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.job_ticks.service import current_job_trouble
from app.letters.relay_status import find_trouble
from app.letters.restoration import find_restoration
from app.request_values import allow_long_requests
from app.routing import page_to_return_to, public_url
from app.teams.models import Promotion
from app.teams.phases import Phase
from app.text_cleaning import clean_text
from app.weeks import Week, WeekState

# a letter has its style inside; no script runs in it, nothing is fetched
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

pages = Blueprint("digests", __name__)
pages.add_app_template_global(summarize_counts)
allow_long_requests(pages)


class IntroductionForm(FlaskForm):
    """The coordination's text at the head of a digest; empty, there is none.

    `base`: the one that was saved when it was begun. `theirs`: what somebody else has saved meanwhile.
    """

    text = TextAreaField(_l("At the head of the digest, before everything else"), validators=[AtMost(TEXT_LIMIT)])
    base = HiddenField()
    theirs: str | None = None

    def __init__(self, saved: str = "", kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with `saved`."""
        super().__init__(data={"text": saved, "base": saved})
        self.kept = kept is not None and kept.get("text") != saved
        if self.kept:
            self.process(kept)


@pages.get("/<slug:promotion_slug>/manage/week", defaults={"week": None})
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
    page = get_week_page(g.membership, week, clock.now())
    if not page.takes_introduction:
        return _page(week, form), 409
    try:
        base = form.base.data if form.base.raw_data else None  # a script has none
        introduce(g.promotion, week, text, current_user, clock.now(), base=base)
    except AlreadyIssuedError:
        return _page(week, form), 409
    except IntroductionConflictError as conflict:
        form.theirs = form.base.data = conflict.theirs
        return _page(week, form), 409
    told = _("The introduction has been saved.") if clean_text(text) else _("The introduction has been removed.")
    flash(told, "at-introduction")
    return redirect(f"{page_to_return_to(url_for('digests.manage_week', week=week))}#introduction", 303)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/preview/<slug:language>")
@access(Access.COORDINATOR)
def preview(week: Week, language: str) -> str:
    """Show the digest of a closed week in one language, as a page and as plain text."""
    if language not in LOCALES:
        abort(404)
    page = get_week_page(g.membership, _week_or_404(week), clock.now())
    if not page.has_preview:
        abort(404)
    rendered = render_digest(compose_week(g.promotion, page.week), language)
    body, ways = add_ways(rendered.html)
    return render_template(
        "digests/preview.html",
        page=page,
        rendered=rendered,
        body=body,
        ways=ways,
        language=language,
        languages=LOCALES,
    )


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/preview/<slug:language>/letter")
@access(Access.COORDINATOR)
def preview_letter(week: Week, language: str) -> Response:
    """Show the HTML part of the letter of a closed week's digest, as it would be mailed now."""
    week = _week_or_404(week)
    if language not in LOCALES or week_state(g.promotion, week, clock.now()) is not WeekState.CLOSED:
        abort(404)
    letter = compose_letter(compose_week(g.promotion, week), g.promotion, language)
    here = public_url("digests.manage_week", promotion_slug=g.promotion.slug, week=week)
    html = fill_for_anybody(letter.html, g.promotion, week, read_url=here)
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": LETTER_POLICY})


def week_values(page: WeekPage, unsaved: IntroductionForm | None = None) -> dict[str, object]:
    """Return what the templates of a week's three steps need; `unsaved` is an introduction that could not be stored."""
    saved = page.introduction.text if page.introduction else ""
    kept_at = url_for("digests.manage_week", week=page.week)
    return {
        "page": page,
        "preview": render_page(compose_week(g.promotion, page.week), current_locale()) if page.has_preview else None,
        "WeekState": WeekState,
        "form": unsaved or IntroductionForm(saved, kept_fields(kept_at)),
        "limit": TEXT_LIMIT,
        "languages": LOCALES,
    }


def everyday_values(promotion: Promotion) -> dict[str, object]:
    """Return what every page of a week shows: trouble with the relay or the jobs, and the zone of its moments."""
    return {
        "relay_trouble": find_trouble(),
        "job_trouble": current_job_trouble(clock.now()),
        "restoration": find_restoration(),
        "zone": promotion.timetable.zone,
    }


def _page_outside(phase: Phase) -> str:
    return render_template(
        "digests/manage_outside.html",
        phase=phase,
        Phase=Phase,
        last_week=Week.of(g.promotion.ends_on),
        **everyday_values(g.promotion),
    )


def _page(week: Week, unsaved: IntroductionForm | None = None) -> str:
    page = get_week_page(g.membership, week, clock.now())
    return render_template("digests/manage_week.html", **week_values(page, unsaved), **everyday_values(g.promotion))


def _week_or_404(week: Week | None) -> Week:
    """Return the week of the URL, else the current one, or the promotion's first or last before and after it."""
    if week is None:
        promotion: Promotion = g.promotion
        first, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
        return min(max(promotion.timetable.week_at(clock.now()), first), last)
    if not g.promotion.has_week(week):
        abort(404)
    return week

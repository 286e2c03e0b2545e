"""Nothing typed is lost: what cannot be taken is kept, or shown, and its page says how to go on.

A form that holds a text of somebody's own carries the field `draft`, a token that names its person and its page
(`ui.kept_form`). By it, and by nothing else, a text is recognised, kept and given back.
"""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import clock
from app.access import SignedOutError
from app.drafts.service import (
    LIFETIME,
    DraftOrigin,
    KeptText,
    discard_draft,
    find_drafts,
    keep_draft,
    read_origin,
    sign_origin,
)
from app.errors import error_page
from app.i18n import lazy_gettext as _l
from app.i18n import long_date
from app.teams.sign_in_views import SignInForm

FIELD = "draft"
SENT, LEFT = "draft-sent", "drafts-left"  # categories of flashes that tell drafts.js what to forget: one draft, or all
NOT_TYPED = {"csrf_token", FIELD, "preview", "locale", "next"}
NOT_SHOWN = NOT_TYPED | {"revision", "base", "mood"}
LEAVING = {"teams.sign_out", "identity.sign_out", "account.end_all_sessions", "account.erase"}
A_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

pages = Blueprint("drafts", __name__)


@pages.app_template_global()
def draft_token(page: str) -> str:
    """Return the token of the form on `page` for the signed-in person."""
    return sign_origin(current_user, page, clock.now().date())


@pages.app_template_global()
def draft_days() -> int:
    """Return for how many days the browser keeps a draft: as long as the server."""
    return LIFETIME.days


@pages.app_template_global()
def draft_owner() -> int:
    """Return the id of the signed-in person, by which the browser tells the drafts of several people apart."""
    return int(current_user.id)


@pages.app_template_global()
def waiting_drafts() -> list[str]:
    """Return the pages on which a text of the signed-in person waits to be sent."""
    return [draft.page for draft in _own_drafts() if draft.lost]


def kept_fields(page: str) -> MultiDict[str, str] | None:
    """Return what is kept for the form on `page`, as a form takes it; None when the request itself sends something."""
    if request.method != "GET":
        return None
    fields = next((draft.fields for draft in _own_drafts() if draft.page == page), None)
    return MultiDict(fields) if fields else None


def note_no_drafts() -> None:
    """Note that the signed-in person has no draft, so that this request looks up none."""
    g.own_drafts = []


def _own_drafts() -> list[KeptText]:
    """Return the drafts of the signed-in person, looked up once a request: a page has several forms."""
    if "own_drafts" not in g:
        g.own_drafts = find_drafts(current_user, clock.now())
    drafts: list[KeptText] = g.own_drafts
    return drafts


def keep_own_text() -> DraftOrigin | None:
    """Keep the text that the request of its author sends, whatever else it asks for; return whence it comes, if any."""
    origin = _origin()
    if origin is None or not current_user.is_authenticated or current_user.id != origin.person_id:
        return None
    _keep(origin, lost=False)
    return origin


@pages.post("/me/drafts/discard")
def discard() -> Response:
    """Forget a draft, and show its form as it is without."""
    origin = _origin()
    if origin is None or origin.person_id != current_user.id:
        return redirect(url_for("home.my_week"))
    return redirect(origin.page)  # forgotten after the request, as after every one that takes the text


@pages.app_errorhandler(CSRFError)
def page_expired(_error: CSRFError) -> Response | tuple[str, int]:
    """Give the text back to its author if they are signed in; else keep it and ask to sign in."""
    if FIELD in request.form:
        origin = keep_own_text()
        return redirect(origin.page, 303) if origin else _lost_session()
    return error_page(400, advice=_l("The page had been open for too long. Go back, reload it and send it again."))


@pages.app_errorhandler(SignedOutError)
def signed_out(_error: SignedOutError) -> Response | tuple[str, int]:
    """Keep the text of somebody whose session has ended, and ask to sign in."""
    return _lost_session() if FIELD in request.form else redirect(url_for("teams.sign_in"))


@pages.after_app_request
def forget(response: Response) -> Response:
    """Forget the draft of a text that was taken: its view has redirected. Tell the browser, which keeps one too."""
    if request.method != "POST" or response.status_code >= 400:  # noqa: PLR2004
        return response
    if request.endpoint in LEAVING:
        flash("", LEFT)
    if response.status_code < 300:  # noqa: PLR2004
        return response
    origin = None if g.get("keeps_draft") else _origin()
    if origin and current_user.is_authenticated and current_user.id == origin.person_id:
        discard_draft(origin)
        flash(origin.page, SENT)
    return response


@pages.app_template_global()
def typed_texts() -> list[str]:
    """Return what was typed into the form that the request sends, a day as a date; nothing of other forms."""
    try:
        sent = request.form
    except HTTPException:  # too large to be read at all
        return []
    texts = [text for name, text in sent.items() if name not in NOT_SHOWN and text.strip()] if FIELD in sent else []
    return [typed_day(text) for text in texts]


@pages.app_template_filter()
def typed_day(text: str) -> str:
    """Return a day as browsers send it (`2026-12-09`) as a date in words, any other text as it is."""
    try:
        return long_date(date.fromisoformat(text)) if A_DAY.fullmatch(text) else text
    except ValueError:
        return text


def _lost_session() -> tuple[str, int]:
    origin = _origin()
    kept = origin is not None and _keep(origin, lost=True)
    page = render_template(
        "drafts/lost_session.html",
        form=SignInForm(formdata=None),
        next=origin.page if origin else "",
        kept=kept,
        someone_else=current_user.is_authenticated,
    )
    return page, 403


def _keep(origin: DraftOrigin, *, lost: bool) -> bool:
    g.keeps_draft = True
    fields = {name: text for name, text in request.form.items() if name not in NOT_TYPED}
    return keep_draft(origin, fields, clock.now(), lost=lost)


def _origin() -> DraftOrigin | None:
    token = request.form.get(FIELD)
    return read_origin(token, clock.now().date()) if token else None

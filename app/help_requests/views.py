"""The calls for help: resolving, renewing, withdrawing those of the own team, offering help on others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import current_memberships, surround_with_first_menu
from app.bulletins.models import Bulletin
from app.bulletins.rules import TEXT_LIMIT, own_team
from app.drafts.views import kept_fields
from app.help_requests.forms import OfferForm
from app.help_requests.listing import A_PAGE, RECENT, Shown, has_calls, list_calls, may_close_call, may_thank_for
from app.help_requests.models import HelpRequest
from app.help_requests.offers import OfferRefusedError, offer_help, refusal_of
from app.help_requests.rules import OfferRefusal, may_see
from app.help_requests.service import closed_by_team, find_call, is_call_closed, renew, resolve, withdraw
from app.i18n import gettext as _
from app.request_values import allow_long_requests
from app.routing import MAX_ID, page_path
from app.teams.models import Membership
from app.teams.phases import Phase

STATUS = {OfferRefusal.NOT_PUBLISHED: 404, OfferRefusal.OWN_TEAM: 403, OfferRefusal.READS_ONLY: 403}  # any other: 409

pages = Blueprint("help_requests", __name__)
allow_long_requests(pages)


@pages.app_template_global()
def has_closed_call(bulletin: Bulletin) -> bool:
    """Return whether the call for help in the bulletin is closed, though its text stands there still."""
    return bool(bulletin.help) and is_call_closed(bulletin.id)


@pages.app_template_global()
def calls_closed_by_team(bulletins: Collection[Bulletin]) -> frozenset[int]:
    """Return the ids of those of `bulletins` whose call for help its team marked as resolved or withdrew."""
    return frozenset(closed_by_team({bulletin.id for bulletin in bulletins if bulletin.help_html}))


@pages.get("/help")
def all_calls() -> str | Response:
    """Show the calls of every promotion that the member belongs to; the page of the only one, where there is one."""
    members = surround_with_first_menu()
    if len(members) == 1:
        slug, state = members[0].promotion.slug, request.args.get("state")
        return redirect(url_for("help_requests.calls", promotion_slug=slug, state=state))
    return _list_page(members)


@pages.get("/<slug:promotion_slug>/help")
def calls() -> str:
    """Show the calls that a digest has published, and those of the member's own team: open, resolved, imported."""
    return _list_page([g.membership])


@pages.post("/<slug:promotion_slug>/help/<int:call>/resolved")
def resolved(call: int) -> Response:
    """Close a call whose team has found help; an EIG of it says how, next, and whom they thank."""
    row = _closable_call(call)
    resolve(row, current_user, clock.now())
    flash(_("Good news! This request for help is marked as resolved."))
    if may_thank_for(g.membership, row):
        return redirect(url_for("help_thanks.form", call=call))
    return redirect(url_for("help_requests.calls"))


@pages.post("/<slug:promotion_slug>/help/<int:call>/withdrawn")
def withdrawn(call: int) -> Response:
    """Close a call whose team no longer asks for help."""
    withdraw(_closable_call(call), current_user, clock.now())
    flash(_("This request for help has been withdrawn: it is no longer in the digests."))
    return redirect(url_for("help_requests.calls"), 303)


@pages.post("/<slug:promotion_slug>/help/<int:call>/renewed")
def renewed(call: int) -> Response:
    """Renew a call whose team still needs help."""
    now = clock.now()
    if g.promotion.phase(now) is Phase.AFTER:
        abort(409)  # no digest is to come
    renew(_closable_call(call), now)
    flash(_("This request for help will appear in the next digests again."))
    return redirect(url_for("help_requests.calls"))


@pages.route("/<slug:promotion_slug>/help/<int:call>/offer", methods=["GET", "POST"])
def offer(call: int) -> Response | str | tuple[str, int]:
    """Show the form « Je peux aider » of one call; write to the team that calls."""
    back = url_for("help_requests.calls", _anchor=f"call-{call}")
    return answer_offer(call, _offer, back=back) if request.method == "POST" else show_offer(call, back=back)


def _list_page(members: Sequence[Membership]) -> str:
    """Show the calls that the query asks for (`state`, `before`) of the promotions of `members`."""
    now, asked = clock.now(), request.args.get("state", "")
    shown = Shown(asked) if asked in set(Shown) else Shown.NOW
    before = request.args.get("before", type=int)
    listed = list_calls(
        members,
        shown,
        now,
        limit=None if shown is Shown.NOW else A_PAGE,
        before=before if before and before <= MAX_ID else None,
    )
    recent = list_calls(members, Shown.RESOLVED, now, limit=RECENT) if shown is Shown.NOW else None
    return render_template(
        "help_requests/calls.html",
        shown=shown,
        Shown=Shown,
        imported=shown is Shown.ARCHIVED or has_calls(members, Shown.ARCHIVED),
        listed=listed,
        recent=recent,
        memberships=current_memberships(),
        now=now,
        across=len(members) != 1,
    )


def answer_offer(
    call_id: int, offer: Callable[[HelpRequest, str], None], *, back: str, reads: bool = False
) -> Response | tuple[str, int]:
    """Take the offer in the request by `offer(call, text)` and go `back`, or show what was typed with what is wrong.

    `back` is a URL; `reads`: the offer also marks a digest as read, and the button says so.
    """
    form = OfferForm(call_id)
    try:
        call = _open_call(call_id)
        if not form.validate():
            return _offer_page(call, form, back, reads=reads), 422
        offer(call, form.cleaned)
    except OfferRefusedError as refused:
        return _refusal_page(refused.reason, form, back)
    return redirect(back)


def show_offer(call_id: int, *, back: str, reads: bool = False) -> str | tuple[str, int]:
    """Show the page of one call with its form, or why no offer can be made; the arguments are those of answer_offer."""
    form = OfferForm(call_id, kept_fields(page_path()))
    try:
        return _offer_page(_open_call(call_id), form, back, reads=reads)
    except OfferRefusedError as refused:
        return _refusal_page(refused.reason, form, back)


def _offer(call: HelpRequest, text: str) -> None:
    offer_help(call, g.membership, text, clock.now())
    flash(
        _(
            "Thank you! Your offer is on its way to %(team)s by email; they will reply to your address.",
            team=call.team.name,
        )
    )


def _open_call(call_id: int) -> HelpRequest:
    """Return the call, if the member may offer help on it. Raises OfferRefusedError."""
    call = find_call(g.promotion.id, call_id)
    refusal = refusal_of(call, g.membership, clock.now()) if call else OfferRefusal.NOT_PUBLISHED
    if call is None or refusal:
        raise OfferRefusedError(refusal or OfferRefusal.NOT_PUBLISHED)
    return call


def _offer_page(call: HelpRequest, form: OfferForm, back: str, *, reads: bool) -> str:
    return render_template(
        "help_requests/offer.html", call=call, form=form, action=page_path(), back=back, reads=reads, limit=TEXT_LIMIT
    )


def _refusal_page(reason: OfferRefusal, form: OfferForm, back: str) -> tuple[str, int]:
    page = render_template(
        "help_requests/offer_refused.html", reason=reason, OfferRefusal=OfferRefusal, typed=form.cleaned, back=back
    )
    return page, STATUS.get(reason, 409)


def _closable_call(call_id: int) -> HelpRequest:
    """Return the call; 404 when the member may not see it, 403 when they may not close it."""
    call = find_call(g.promotion.id, call_id)
    if call is None or not _may_see(g.membership, call):
        abort(404)
    if not may_close_call(g.membership, call):
        abort(403)
    return call


def _may_see(member: Membership, call: HelpRequest) -> bool:
    return may_see(
        own_team=call.team_id == own_team(member.role, member.team_id), published=call.published_in is not None
    )

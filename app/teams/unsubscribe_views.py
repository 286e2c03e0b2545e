"""Leaving the digest or the reminders, in one click from the mail program (RFC 8058) or by a button here."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.extensions import csrf
from app.teams.forms import SignInForm
from app.teams.models import Membership
from app.teams.subscriptions import Subscription, find_subscription, has_left, leave, take_again

pages = Blueprint("unsubscribe", __name__)


@pages.get("/unsubscribe/<token>")
@access(Access.PUBLIC)
def choose(token: str) -> str | tuple[str, int]:
    """Show the buttons; a GET never unsubscribes, since scanners follow links."""
    found = find_subscription(token)
    if found is None:
        return render_template("teams/unsubscribe_gone.html", form=SignInForm()), 410
    member, subscription = found
    g.locale = member.person.locale or member.promotion.locale
    left = {one: has_left(member, one) for one in Subscription}
    return render_template(
        "teams/unsubscribe.html", member=member, left=left, first=subscription, token=token, Subscription=Subscription
    )


@pages.post("/unsubscribe/<token>")
@access(Access.PUBLIC)
@csrf.exempt
def act(token: str) -> Response | tuple[str, int]:
    """Act at once, without cookie or CSRF: the token is what proves that the letter is the sender's own."""
    found = find_subscription(token)
    if found is None:
        return render_template("teams/unsubscribe_gone.html", form=SignInForm()), 410
    member, subscription = found
    if request.form.get("List-Unsubscribe") == "One-Click":
        leave(member, subscription, clock.now())
        return Response("", 200, content_type="text/plain")
    _choose(member, subscription)
    return redirect(url_for("unsubscribe.choose", token=token))


def _choose(member: Membership, subscription: Subscription) -> None:
    """What the buttons of the page ask for: `what` defaults to what the letter belongs to, `again` takes it back."""
    wanted = request.form.get("what", subscription.value)
    if wanted not in set(Subscription):
        abort(400)
    if "again" in request.form:
        take_again(member, Subscription(wanted))
    else:
        leave(member, Subscription(wanted), clock.now())

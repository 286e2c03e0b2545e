"""Unsubscribe from the digest or the reminders, in one click from the mail program (RFC 8058) or by a button here.

The link of a letter only stops things: it may have been forwarded. To get them again one signs in.
"""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.extensions import csrf
from app.teams.sign_in_views import SignInForm
from app.teams.subscriptions import (
    StopsOnlyError,
    Subscription,
    find_subscription,
    is_unsubscribed,
    subscriptions_of,
    unsubscribe,
)

pages = Blueprint("unsubscribe", __name__)


@pages.get("/unsubscribe/<token>")
@access(Access.PUBLIC)
def choose(token: str) -> str | tuple[str, int]:
    """Show the buttons; a GET never unsubscribes, since scanners follow links."""
    target = find_subscription(token, clock.now())
    if target is None:
        return render_template("teams/unsubscribe_gone.html", form=SignInForm()), 410
    member, subscription = target
    g.locale = member.locale
    today = member.promotion.today(clock.now())
    others = [each for each in subscriptions_of(member, today) if each is not subscription]
    return render_template(
        "teams/unsubscribe.html",
        member=member,
        subscriptions=[subscription, *others],  # that of the letter first
        unsubscribed={each: is_unsubscribed(member, each) for each in Subscription},
        token=token,
    )


@pages.post("/unsubscribe/<token>")
@access(Access.PUBLIC)
@csrf.exempt
def act(token: str) -> Response | tuple[str, int]:
    """Act at once, without cookie or CSRF: the token proves that the request comes from the reader of the letter.

    `what` in the page's form names the subscription; when missing, it is that of the letter. Raises StopsOnlyError.
    """
    now = clock.now()
    target = find_subscription(token, now)
    if target is None:
        return render_template("teams/unsubscribe_gone.html", form=SignInForm()), 410
    member, subscription = target
    if request.form.get("List-Unsubscribe") == "One-Click":
        unsubscribe(member, subscription, now)
        return Response("", 200, content_type="text/plain")
    what = request.form.get("what", subscription.value)
    if what not in set(Subscription):
        abort(400)
    if "again" in request.form:
        raise StopsOnlyError
    unsubscribe(member, Subscription(what), now)
    return redirect(url_for("unsubscribe.choose", token=token))

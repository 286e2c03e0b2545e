"""My own page: what I have read, which letters I get, all that is kept about me, and its end."""

from __future__ import annotations

import json
from datetime import date

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as Answer

from app import clock
from app.access import memberships
from app.extensions import db
from app.home.erasure import erase_person, everything_about
from app.languages import LOCALES, language
from app.languages import gettext as _
from app.readership.personal import reading_by_month
from app.teams.models import Membership
from app.teams.subscriptions import Subscription, is_unsubscribed, resubscribe, unsubscribe

pages = Blueprint("me", __name__)


def my_page() -> str:
    """The page of the signed-in person."""
    mine = memberships()
    if mine:  # the menu of the promotion that ends last, as on "my week"
        g.membership, g.promotion = mine[0], mine[0].promotion
    return render_template(
        "home/me.html",
        person=current_user,
        memberships=mine,
        languages=LOCALES,
        reading={member.id: reading_by_month(member) for member in mine},
        left={member.id: {one: is_unsubscribed(member, one) for one in Subscription} for member in mine},
        Subscription=Subscription,
    )


@pages.post("/me/letters/<int:membership>")
def choose_letters(membership: int) -> Answer:
    """Get the digest or the reminders of a promotion by mail, or not."""
    member = db.session.get(Membership, membership)
    wanted = request.form.get("what", "")
    if member is None or member.person_id != current_user.id:
        abort(404)
    if wanted not in set(Subscription):
        abort(400)
    if "again" in request.form:
        resubscribe(member, Subscription(wanted))
    else:
        unsubscribe(member, Subscription(wanted), clock.now())
    flash(_("Your choice is kept."))
    return redirect(url_for("home.me"))


@pages.get("/me/data")
def data() -> Response:
    """All that is kept about the signed-in person, as a JSON file."""
    text = json.dumps(everything_about(current_user), default=_plain, ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="bulletins-about-me.json"'
    return response


@pages.get("/me/erase")
def ask_erase() -> str:
    """What erasing means, and the one thing to type for it."""
    return render_template("home/erase.html", typed="", wrong=False)


@pages.post("/me/erase")
def erase() -> Answer | tuple[str, int]:
    """Erase the signed-in person, once they have typed their address."""
    typed = request.form.get("address", "")
    if typed.strip().lower() != (current_user.email or "").lower():
        return render_template("home/erase.html", typed=typed, wrong=True), 422
    spoken = language()
    farewell = _("You are erased: nothing kept here names you any more, and you are signed out everywhere. Farewell!")
    erase_person(current_user, clock.now())
    logout_user()
    session.clear()
    session["locale"] = spoken
    flash(farewell)
    return redirect(url_for("home.my_week"))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)

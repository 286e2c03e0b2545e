"""The account page `/me`: reading, letters, language and sessions of the signed-in person, their data, and erasure."""

from __future__ import annotations

import json
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import EmailField, Field, ValidationError
from wtforms.validators import DataRequired

from app import clock
from app.access import Access, access, surround_with_first_menu
from app.database import db
from app.downloads import file_response
from app.drafts.views import keep_own_text
from app.extensions import settings
from app.home import account
from app.i18n import LOCALES, current_locale
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.identity.service import identities_of, issuers_of_sessions, unlink
from app.management.people import LastCoordinatorError
from app.readership.service import reading_by_month
from app.routing import page_above, page_to_return_to
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership
from app.teams.sessions import end_session_of, end_sessions, is_fresh, sessions_of
from app.teams.sign_in_views import end_current_session
from app.teams.subscriptions import Subscription, is_unsubscribed, resubscribe, subscriptions_of, unsubscribe

pages = Blueprint("account", __name__)


def _letters_of(member: Membership) -> dict[Subscription, bool]:
    """Return which letters are sent to the member, and of each whether they have unsubscribed."""
    today = member.promotion.today(clock.now())
    return {each: is_unsubscribed(member, each) for each in subscriptions_of(member, today)}


class EraseForm(FlaskForm):
    """One's own e-mail address, typed as a confirmation."""

    address = EmailField(_l("To confirm, enter your address"), validators=[DataRequired(_l("Enter your address."))])

    def validate_address(self, field: Field) -> None:
        """Refuse any other."""
        if (field.data or "").strip().lower() != (current_user.email or "").lower():
            raise ValidationError(_("This is not your address: nothing was erased."))


@pages.get("/me")
def page() -> str:
    """Show the account of the signed-in person."""
    members, now = surround_with_first_menu(), clock.now()
    return render_template(
        "home/account.html",
        person=current_user,
        memberships=members,
        now=now,
        languages=LOCALES,
        reading={member.id: reading_by_month(member) for member in members},
        letters={member.id: _letters_of(member) for member in members},
        Subscription=Subscription,
        sessions=sessions_of(current_user.id, now),
        zone=ZoneInfo(members[0].promotion.timezone) if members else settings().timezone,
        this_session=g.user_session,
        fresh=is_fresh(g.user_session, now),
        identities=identities_of(current_user.id),
        issuers=issuers_of_sessions(current_user.id),
        issuer=oidc.issuer if (oidc := settings().oidc) else None,
    )


@pages.post("/me/letters/<int:membership>")
def choose_letters(membership: int) -> BaseResponse:
    """Subscribe to the digest or the reminders of a promotion, or unsubscribe."""
    member = db.session.get(Membership, membership)
    subscription = request.form.get("what", "")
    if member is None or member.person_id != current_user.id:
        abort(404)
    if subscription not in set(Subscription):
        abort(400)
    if "again" in request.form:
        resubscribe(member, Subscription(subscription))
    else:
        unsubscribe(member, Subscription(subscription), clock.now())
    place = f"letters-{member.id}"
    flash(_("Your choice has been saved."), f"at-{place}")
    return redirect(url_for("account.page", _anchor=place))


@pages.post("/language")
@access(Access.PUBLIC)
def set_language() -> BaseResponse:
    """Answer in another language from now on, and write in it to somebody who is signed in."""
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        abort(400)
    session["locale"] = locale
    if current_user.is_authenticated:
        account.set_language(current_user, locale)
    origin = keep_own_text()
    stood_on = page_above(request.values.get("next", "")) or url_for("home.my_week")
    return redirect(page_to_return_to(origin.page if origin else stood_on))


@pages.post("/me/sessions/<int:session_id>/end")
def end_one_session(session_id: int) -> BaseResponse:
    """End one session of the signed-in person, on another device; one that has ended meanwhile is no error."""
    end_session_of(current_user.id, session_id)
    flash(_("That session has ended."))
    return redirect(url_for("account.page", _anchor="sessions"))


@pages.post("/me/identities/<int:identity_id>/unlink")
def unlink_identity(identity_id: int) -> BaseResponse:
    """Unlink an identity of the signed-in person; the other sessions that began with it end."""
    if unlink(current_user.id, identity_id, g.user_session.id):
        said = _("This identity is unlinked. The sessions that it had begun elsewhere have ended.")
    else:
        said = _("That identity is no longer linked.")
    flash(said, "at-identities")
    return redirect(url_for("account.page", _anchor="identities"))


@pages.post("/me/end-sessions")
def end_all_sessions() -> BaseResponse:
    """End every session of the signed-in person, on all their devices."""
    end_sessions(current_user.id)
    end_current_session()
    flash(_("You are signed out on all your devices."))
    return redirect(url_for("home.my_week"))


@pages.post("/me/end-links")
def end_links() -> BaseResponse:
    """End the links in every letter that the signed-in person has got."""
    end_letter_links(current_user)
    flash(_("The links in the emails you have received no longer work."))
    return redirect(url_for("account.page", _anchor="sessions"))


@pages.get("/me/data")
def data() -> Response:
    """Download all that is stored about the signed-in person, as a JSON file."""

    def plain(value: object) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    text = json.dumps(account.everything_about(current_user), default=plain, ensure_ascii=False, indent=2)
    return file_response(text + "\n", "application/json", "bulletins-about-me.json")


@pages.get("/me/erase")
def ask_erase() -> str:
    """Show what erasing means; ask to sign in again, and then for the e-mail address as a confirmation."""
    return _erase_page(EraseForm(), fresh=is_fresh(g.user_session, clock.now()))


@pages.post("/me/erase")
def erase() -> BaseResponse | tuple[str, int]:
    """Erase the signed-in person, who has just signed in, once they have typed their e-mail address."""
    if not is_fresh(g.user_session, clock.now()):
        return redirect(url_for("account.ask_erase"))
    form = EraseForm()
    if not form.validate():
        return _erase_page(form), 422
    locale = current_locale()  # from here on nothing else remembers it
    farewell = _("It is done: nothing kept here names you any more, and you are signed out everywhere. All the best!")
    try:
        account.erase_person(current_user, clock.now())
    except LastCoordinatorError as error:
        form.address.errors = [str(error.advice)]
        return _erase_page(form), 409
    end_current_session()
    session["locale"] = locale
    flash(farewell)
    return redirect(url_for("home.my_week"))


def _erase_page(form: EraseForm, *, fresh: bool = True) -> str:
    surround_with_first_menu()
    return render_template("home/erase.html", fresh=fresh, form=form)

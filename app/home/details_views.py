"""One's own name and address: the name is changed at once, the address once it is confirmed from the new one."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField

from app import clock
from app.access import surround_with_first_menu
from app.home.account import set_name
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.management.address_changes import AddressInUseError, TooManyChangesError, ask_change, pending_of
from app.management.field_forms import AddressOf, NameOf, parsed_address
from app.rate_limits.limits import count_attempt, try_again
from app.teams.sessions import is_fresh
from app.text_cleaning import clean_line

ADDRESSES = "10 per day"  # that one person may try: the answer says whether one is in use

pages = Blueprint("account_details", __name__)

Answer = str | Response | tuple[str, int]


class NameForm(FlaskForm):
    """One's name, as others see it."""

    name = StringField(_l("My name"), validators=[NameOf(_l("Enter your name."))])


class OwnAddressForm(FlaskForm):
    """The address that one wants to use."""

    email = EmailField(_l("New address"), validators=[AddressOf()])


@pages.get("/me/details")
def show() -> str:
    """Show both forms."""
    return _page()


@pages.post("/me/details/name")
def save_name() -> Answer:
    """Set one's own name."""
    form = NameForm()
    if not form.validate():
        return _page(name_form=form), 422
    set_name(current_user, clean_line(form.name.data))
    flash(_("Your name has been saved."))
    return redirect(url_for("account.page"), 303)


@pages.post("/me/details/address")
def ask_address() -> Answer:
    """Send a link to the new address, and a notice to the old one."""
    if not is_fresh(g.user_session, clock.now()):  # what is left open somewhere must not give the account away
        return redirect(url_for("account_details.show", _anchor="address"), 303)
    form = OwnAddressForm()
    if not form.validate():
        return _page(address_form=form), 422
    if seconds := count_attempt(ADDRESSES, f"address of {current_user.id}"):
        form.email.errors = [f"{TooManyChangesError.advice} {try_again(seconds)}"]
        return _page(address_form=form), 429
    email = parsed_address(form.email.data) or ""
    try:
        ask_change(current_user, email, clock.now())
    except (AddressInUseError, TooManyChangesError) as error:
        form.email.errors = [str(error.advice)]
        return _page(address_form=form), error.status
    flash(
        _("Open the email that has just left for %(address)s: your address changes once you confirm it.", address=email)
    )
    return redirect(url_for("account_details.show", _anchor="address"), 303)


def _page(name_form: NameForm | None = None, address_form: OwnAddressForm | None = None) -> str:
    surround_with_first_menu()
    return render_template(
        "home/details.html",
        name_form=name_form or NameForm(formdata=None, data={"name": current_user.name}),
        address_form=address_form or OwnAddressForm(formdata=None),
        sent=name_form or address_form,
        pending=next(iter(pending_of(current_user)), None),
        fresh=is_fresh(g.user_session, clock.now()),
    )

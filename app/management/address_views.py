"""The pages behind the links of a change of address; neither needs a session, a GET does nothing."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.management.address_changes import (
    AddressInUseError,
    confirm,
    find_change,
    is_confirmable,
    is_refusable,
    refuse,
)
from app.management.address_letters import CONFIRM, read_token
from app.management.models import AddressChange
from app.rate_limits.limits import limit_by_source

pages = Blueprint("management_addresses", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/address/<secret>")
@access(Access.PUBLIC)
def open_link(secret: str) -> Answer:
    """Show what the button would do."""
    change, does = _find(secret)
    now = clock.now()
    if change is None or not (is_confirmable(change, now) if does == CONFIRM else is_refusable(change, now)):
        return render_template("management/address_link_gone.html", in_use=False), 410
    return render_template("management/address_link.html", change=change, confirms=does == CONFIRM, secret=secret)


@pages.post("/address/<secret>")
@access(Access.PUBLIC)
@limit_by_source
def act(secret: str) -> Answer:
    """Make the change, or refuse it. Sent again, it says that the link has been used."""
    change, does = _find(secret)
    now = clock.now()
    if change is None:
        return render_template("management/address_link_gone.html", in_use=False), 410
    email = change.new_email if does == CONFIRM else change.old_email
    try:
        done = confirm(change, now) if does == CONFIRM else refuse(change, now)
    except AddressInUseError:
        return render_template("management/address_link_gone.html", in_use=True), 409
    if not done:
        return render_template("management/address_link_gone.html", in_use=False), 410
    return render_template("management/address_done.html", confirmed=does == CONFIRM, email=email)


def _find(token: str) -> tuple[AddressChange | None, str]:
    read = read_token(token)
    return (find_change(read[0]), read[1]) if read else (None, "")

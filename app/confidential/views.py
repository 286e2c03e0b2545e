"""« J'aimerais en parler »: an EIG writes to the coordination, and sees what became of it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from app import clock
from app.access import Access, access
from app.confidential.rules import MESSAGE_LIMIT, MESSAGES_PER_MEMBER, STORED_AFTER_CLOSING, MessageState
from app.confidential.service import delete_message, find_message, messages_of, write_message
from app.drafts.views import kept_fields
from app.forms import AtMost, Filled
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.rate_limits.limits import count_attempt, try_again
from app.request_values import allow_long_requests
from app.teams.members import coordination
from app.teams.phases import Phase
from app.text_cleaning import clean_text

pages = Blueprint("confidential", __name__)
allow_long_requests(pages)


class MessageForm(FlaskForm):
    """A message to the coordination."""

    text = TextAreaField(
        _l("Your message"), validators=[Filled(_l("Write what you want to say.")), AtMost(MESSAGE_LIMIT)]
    )

    def __init__(self, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`."""
        super().__init__()
        self.kept = kept is not None
        if self.kept:
            self.process(kept)

    @property
    def cleaned(self) -> str:
        """The text as it is stored."""
        return clean_text(self.text.data)


@pages.app_template_global()
def takes_confidential_messages() -> bool:
    """Return whether the promotion has a coordination that reads them: until it has ended."""
    return bool(g.promotion.phase(clock.now()) is not Phase.AFTER)


@pages.get("/<slug:promotion_slug>/confidential")
@access(Access.EIG)
def messages() -> str:
    """Show who reads a message, the form, and the member's own messages."""
    return _page(MessageForm(kept_fields(url_for("confidential.messages"))))


@pages.post("/<slug:promotion_slug>/confidential")
@access(Access.EIG)
def write() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Store a message to the coordination."""
    form = MessageForm()
    if not form.validate():
        return _page(form), 422
    if not takes_confidential_messages():
        return _page(form), 409
    if seconds := count_attempt(MESSAGES_PER_MEMBER, f"confidential message of {g.membership.id}"):
        too_many = _("You have sent ten confidential messages within a day. Your text is still here.")
        form.text.errors = [f"{too_many} {try_again(seconds)}"]
        return _page(form), 429, {"Retry-After": str(seconds)}
    write_message(g.membership, form.cleaned, clock.now())
    flash(_("Your message is with the coordinators, and with nobody else. They will reply by email."))
    return redirect(url_for("confidential.messages"))


@pages.post("/<slug:promotion_slug>/confidential/<int:message_id>/take-back")
@access(Access.EIG)
def delete(message_id: int) -> Response:
    """Delete a message of the member's own."""
    message = find_message(g.promotion.id, message_id)
    if message is None or message.membership_id != g.membership.id:
        abort(404)
    delete_message(message)
    flash(_("Your message has been erased."))
    return redirect(url_for("confidential.messages"))


def _page(form: MessageForm) -> str:
    return render_template(
        "confidential/messages.html",
        form=form,
        limit=MESSAGE_LIMIT,
        readers=coordination(g.promotion, clock.now()),
        messages=messages_of(g.membership),
        MessageState=MessageState,
        stored_days=STORED_AFTER_CLOSING.days,
        zone=g.promotion.timetable.zone,
    )

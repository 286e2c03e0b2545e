"""The one page where the coordination reads confidential messages, answers them by mail and closes them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.confidential.models import ConfidentialMessage
from app.confidential.rules import MESSAGE_LIMIT, MessageState, may_answer
from app.confidential.service import AlreadyAnsweredError, answer_message, close_message, find_message, messages_in
from app.drafts.views import kept_fields
from app.forms import AtMost, Filled
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.request_values import allow_long_requests
from app.text_cleaning import clean_text

pages = Blueprint("confidential_coordination", __name__)
allow_long_requests(pages)


class AnswerForm(FlaskForm):
    """The coordination's answer to the message `message_id`, by mail.

    `fresh`: as it is shown first, empty or with what was typed and is kept, whatever the request sends.
    """

    text = TextAreaField(_l("Your answer"), validators=[Filled(_l("Write an answer.")), AtMost(MESSAGE_LIMIT)])

    def __init__(self, message_id: int, *, fresh: bool = False) -> None:
        self.page = url_for("confidential_coordination.messages", _anchor=f"answer-{message_id}")
        kept = kept_fields(self.page) if fresh else None
        if fresh:
            super().__init__(formdata=kept)
        else:
            super().__init__()
        self.kept = kept is not None
        self.text.id = f"answer-{message_id}"

    @property
    def cleaned(self) -> str:
        """The text as it is sent."""
        return clean_text(self.text.data)


@pages.get("/<slug:promotion_slug>/manage/confidential")
@access(Access.COORDINATOR)
def messages() -> str:
    """Show every message, those that wait first."""
    return _page()


@pages.post("/<slug:promotion_slug>/manage/confidential/<int:message_id>/answer")
@access(Access.COORDINATOR)
def answer(message_id: int) -> Response | tuple[str, int]:
    """Send an answer to the author of the message."""
    message, form = _get_message(message_id), AnswerForm(message_id)
    if not form.validate():
        return _page(form, message_id), 422
    note_action(AuditAction.MESSAGE_ANSWERED)
    try:
        answer_message(message, current_user, form.cleaned, clock.now())
    except AlreadyAnsweredError:
        return _page(form, message_id), 409
    flash(_("Your reply is on its way by email; their answer will come to your address."))
    return redirect(url_for("confidential_coordination.messages"))


@pages.post("/<slug:promotion_slug>/manage/confidential/<int:message_id>/close")
@access(Access.COORDINATOR)
def close(message_id: int) -> Response:
    """Close a message about which nothing is left to do."""
    message = _get_message(message_id)
    note_action(AuditAction.MESSAGE_CLOSED)
    close_message(message, current_user, clock.now())
    flash(_("This message is closed."))
    return redirect(url_for("confidential_coordination.messages"))


def _get_message(message_id: int) -> ConfidentialMessage:
    return find_message(g.promotion.id, message_id) or abort(404)


def _page(rejected: AnswerForm | None = None, message_id: int | None = None) -> str:
    """Render the page; `rejected`, the answer to `message_id`, is shown under its message or, when that takes no answer
    any more, at the head of the page.
    """
    messages = messages_in(g.promotion.id)
    forms = {message.id: AnswerForm(message.id, fresh=True) for message in messages if may_answer(message.state)}
    lost_text = ""
    if rejected and message_id in forms:
        forms[message_id] = rejected
    elif rejected:
        lost_text = rejected.cleaned
    return render_template(
        "confidential/coordination.html",
        messages=messages,
        forms=forms,
        rejected=rejected,
        lost_text=lost_text,
        limit=MESSAGE_LIMIT,
        MessageState=MessageState,
        zone=g.promotion.timetable.zone,
    )

"""The words for letters: why one did not leave, why a member got none, what somebody decided."""

from __future__ import annotations

from app.digests.models import Exclusion
from app.i18n import lazy_gettext as _l
from app.i18n import ngettext
from app.letters.mailing_status import StatusCounts
from app.letters.models import Letter
from app.letters.states import AdminAction, Reason, State

REASONS = {
    Reason.REFUSED: _l("refused by the relay"),
    Reason.GIVEN_UP: _l("given up: its time was over"),
    Reason.BAD_ADDRESS: _l("no relay can be asked about this address"),
    Reason.SUPPRESSED: _l("the address said that it does not exist"),
    Reason.PERSON_GONE: _l("the person was erased in the meantime"),
    Reason.WITHHELD: _l("no longer a member of the promotion when the letter was to leave"),
    Reason.UNREADABLE: _l("a fault of ours, which is in the log"),
}
EXCLUSIONS = {
    Exclusion.NO_ADDRESS: _l("no address"),
    Exclusion.SUPPRESSED: _l("the address said that it does not exist"),
}
ACTS = {
    AdminAction.PAUSE: _l("sending paused"),
    AdminAction.RESUME: _l("sending resumed"),
    AdminAction.RETRY: _l("failed and deferred ones tried again"),
    AdminAction.SEND_AGAIN: _l("unknown ones sent again"),
    AdminAction.TAKE_AS_SENT: _l("unknown ones taken as sent"),
}
SAID_BY_RELAY = (Reason.REFUSED, Reason.GIVEN_UP, None)


def why(letter: Letter) -> object:
    """Why a letter in trouble has not left, in words."""
    if letter.state is State.DEFERRED:
        return _l("the relay said “later”")
    return REASONS[letter.reason] if letter.reason else ""


def answer(letter: Letter) -> str:
    """What the relay said about a letter in trouble, code and text; nothing where it was not asked."""
    if letter.reason not in SAID_BY_RELAY:
        return ""
    return f"{letter.smtp_code or ''} {letter.smtp_text or ''}".strip()


def in_one_line(counts: StatusCounts) -> str:
    """« 50 lettres : 48 parties, 2 en échec »: what there is none of is not said, but how many have left."""
    parts = [ngettext("%(num)d sent", "%(num)d sent", counts.sent)]
    if counts.queued:
        parts.append(ngettext("%(num)d queued", "%(num)d queued", counts.queued))
    if counts.deferred:
        parts.append(ngettext("%(num)d deferred", "%(num)d deferred", counts.deferred))
    if counts.failed:
        parts.append(ngettext("%(num)d failed", "%(num)d failed", counts.failed))
    if counts.unknown:
        parts.append(ngettext("%(num)d unknown", "%(num)d unknown", counts.unknown))
    told = ", ".join(parts)
    return ngettext("%(num)d letter: %(told)s", "%(num)d letters: %(told)s", counts.total, told=told)


def done(act: AdminAction, number: int) -> str:
    """What happened, after an act on `number` letters."""
    match act:
        case AdminAction.PAUSE:
            return ngettext(
                "Paused: %(num)d letter waits until you resume.",
                "Paused: %(num)d letters wait until you resume.",
                number,
            )
        case AdminAction.RESUME:
            return ngettext(
                "Resumed: %(num)d letter is on its way.", "Resumed: %(num)d letters are on their way.", number
            )
        case AdminAction.TAKE_AS_SENT:
            return ngettext("%(num)d letter is taken as sent.", "%(num)d letters are taken as sent.", number)
        case _:
            return ngettext("%(num)d letter is queued again.", "%(num)d letters are queued again.", number)

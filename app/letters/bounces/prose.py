"""Reports that are a text for people, in the many forms from before RFC 3464; and automatic answers (RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from app.letters.bounces.mail_text import find_emails, header, one_line, text_of
from app.letters.bounces.verdict import Report, judge
from app.letters.states import BounceVerdict

LONGEST = 8_000  # characters that are looked at
LONGEST_SOURCE = 20_000  # of which these are taken, with tags and the returned letter
RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)


DAEMON = _any_of(r"mailer-?daemon", r"post_?master", r"mdaemon", r"mail-?(?:delivery|system)[\w.\-]*", r"mmdf")
FAILURE = _any_of(  # subjects
    r"undeliver",
    r"non-?deliver",
    r"deliver\w*[ \-]+(?:status|fail|error|problem|report|notif)",
    r"(?:fail|error|unable|not|un)\w*[^:]{0,20}deliver",
    r"returned (?:mail|to sender|message)",
    r"failure notice",
    r"mail (?:error|fail|system error)",
    r"bounce",
    r"non remis",
    r"non distribu",
    r"[eé]chec",
    r"erreur de (?:remise|distribution)",
    r"unzustellbar",
    r"fehlgeschlagen",
    r"no se (?:ha )?pud",
    r"mancat[ao] consegna",
)
AWAY = _any_of(  # how subjects of answers begin
    r"^(?:re: *)?\W*auto(?:matic)?[ \-]?(?:reply|response)",
    r"^(?:re: *)?\W*out of (?:the )?office",
    r"^(?:re: *)?\W*r[eé]ponse automatique",
    r"^(?:re: *)?\W*(?:message d['’])?absen(?:ce|t)\b",
    r"^(?:re: *)?\W*(?:abwesenheit|fuera de la oficina|vacation)",
)
DELAYED = _any_of(
    r"\bdelayed\b",
    r"\bwarning message only",
    r"\bwarning: could not send",
    r"\bwill (?:be retried|keep trying|continue)",
    r"not yet been delivered",
    r"still (?:trying|being)",
    r"do not need to resend",
    r"\bretard[eé]",
)
RETURNED_LETTER = _any_of(  # where it begins in a text
    r"^-{2,} ?(?:this is a copy of|below this line|enclosed is a copy|forwarded message).*",
    r"^-{2,} ?(?:original|unsent|returned|the body of|body of|the header of|message header|message text).*",
    r"^(?:your |the )?(?:original )?message (?:follows|headers?\b).*",
    r"^(?:message d'origine|message contents|copy of (?:the )?message|received text)\b.*",
    r"(?:^(?:received|return-path|message-id|mime-version|dkim-signature|x-[\w\-]+|from|to|date|subject|content-type"
    r"|list-id):[^\n]*\n(?:[ \t][^\n]*\n)*){4,}",
)


def find_prose(parts: Iterable[Message]) -> str:
    """Return the text for people of a report, without the letter that it returns."""
    html = ""
    for part in parts:
        kind = part.get_content_type()
        if kind in RETURNED:
            break
        unparted = part.get_content_maintype() == "multipart" and not part.is_multipart()  # its boundary never came
        if (kind == "text/plain" or unparted) and (text := text_of(part)[:LONGEST_SOURCE].strip()):
            returned = RETURNED_LETTER.search(text)
            return text[: returned.start() if returned else None][:LONGEST]
        if kind == "text/html" and not html:
            html = TAG.sub(" ", text_of(part)[:LONGEST_SOURCE])
    return html[:LONGEST]


def read_prose(message: Message, prose: str, email: str) -> Report | None:
    """Return what a mail without a block for each recipient says about `email`; None for a mail from somebody."""
    if _is_automatic_answer(message):
        return Report(BounceVerdict.AUTOMATIC_ANSWER, "", "")
    temporary, permanent = _detect(message)
    failed = temporary | permanent
    subject = one_line(header(message, "Subject"))
    if not (failed or _is_from_server(message) or FAILURE.search(subject)):
        return None
    if failed and email not in failed and email not in find_emails(prose):
        return Report(BounceVerdict.OTHER_ADDRESS, "", "")
    if email in temporary - permanent or DELAYED.search(subject) or DELAYED.search(prose):
        return Report(BounceVerdict.INNOCENT, "", subject)
    verdict, code = judge("", "", prose)
    if verdict is BounceVerdict.UNDECIDED:
        verdict, code = judge("", "", subject)
    return Report(verdict, code, one_line(prose) or subject)


def _is_automatic_answer(message: Message) -> bool:
    """Return whether somebody's mail program answered by itself; Exim's reports call themselves answers, too."""
    if "X-Failed-Recipients" in message or message.get_content_type() == "multipart/report":
        return False
    submitted = header(message, "Auto-Submitted").strip().lower()
    marked = submitted.startswith("auto-replied") or "X-Autoreply" in message or "X-Autorespond" in message
    return (marked and not _is_from_daemon(message)) or AWAY.match(header(message, "Subject")) is not None


def _detect(message: Message) -> tuple[set[str], set[str]]:
    """Return who failed for now and for good; nobody where a detector of flufl.bounce fails."""
    named = find_emails(" ".join(str(value) for value in message.get_all("X-Failed-Recipients", [])))
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        return set(), named
    return _decoded(temporary), _decoded(permanent) | named


def _decoded(addresses: Collection[bytes]) -> set[str]:
    return {address.decode("utf-8", "replace").lower() for address in addresses}


def _is_from_server(message: Message) -> bool:
    returned = message.get("Return-Path")
    return _is_from_daemon(message) or (returned is not None and "@" not in str(returned))


def _is_from_daemon(message: Message) -> bool:
    sender = parseaddr(header(message, "From", "?"))[1]
    return not sender or DAEMON.fullmatch(sender.partition("@")[0]) is not None

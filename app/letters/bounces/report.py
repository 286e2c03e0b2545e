"""What a mail that came back says: a report about our recipient, a complaint, an automatic answer; a pure function.

Only the signed envelope address can be trusted: it names the letter. The headers alone tell it, so a mail that came
back to no letter of ours is never parsed further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser, HeaderParser
from itertools import islice

from app.letters.bounces.mail_text import find_emails, header, one_line, text_of
from app.letters.bounces.prose import find_prose, read_prose
from app.letters.bounces.verdict import Report, judge
from app.letters.states import BounceVerdict
from app.letters.verp import NamedLetter, find_named_letter

ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "To")  # where servers note the envelope's recipient
TELLING_ACTIONS = ("fail", "error", "delayed")  # `error` is OpenSMTPD's; not: delivered, relayed, expanded
FEEDBACK = "message/feedback-report"
COMPLAINTS = ("abuse", "fraud", "virus", "other", "opt-out")  # feedback types of RFC 5965; not: not-spam, auth-failure
BOUNDARY = re.compile(rb"\bboundary\s*=", re.IGNORECASE)
# RFC 5322 §2.1.1 allows 998 bytes; the patterns of flufl.bounce take the square of a line's length.
LONG_LINE = re.compile(rb"[^\n]{998}(?=[^\n])")
MOST_BOUNDARIES, MOST_PARTS = 20, 100  # a report has two or three levels, with the letter that it returns
LONGEST_CODE = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient's block of a delivery report (RFC 3464 §2.3). Addresses are in lower case, or empty."""

    final: str
    original: str
    action: str
    status: str
    answer: str


def find_letter(data: bytes, *secrets: str) -> NamedLetter | None:
    """Return the letter to whose address, signed with one of `secrets`, a mail came back; None: to none.

    A complaint goes where the mail provider was told to send it, so there the returned letter's own headers count.
    """
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(data)
    letter = _signed_address(headers, *secrets)
    if letter is None and "feedback-report" in str(headers.get("Content-Type", "")).lower():
        match = re.search(rb"^(?:Original-Mail-From|Return-Path):\s*<?([^\s<>]+)>?", data, re.IGNORECASE | re.MULTILINE)
        return find_named_letter(match[1].decode("ascii", "replace"), *secrets) if match else None
    return letter


def read_report(data: bytes, email: str) -> Report | None:
    """Return what a mail says about `email`, the address of its letter; None when it reports nothing.

    Raises ValueError for more parts than a report has, and whatever else a malformed mail makes a parser raise.
    """
    if len(BOUNDARY.findall(data)) > MOST_BOUNDARIES:
        raise ValueError("too many parts within parts")
    message = BytesParser(policy=policy.compat32).parsebytes(LONG_LINE.sub(rb"\g<0>\n ", data))
    email = email.lower()
    parts = list(islice(message.walk(), MOST_PARTS + 1))
    if len(parts) > MOST_PARTS:
        raise ValueError("too many parts")
    if any(part.get_content_type() == FEEDBACK for part in parts):
        return _find_complaint(parts)
    prose = find_prose(parts)
    if failures := list(_failures(parts)):
        return _read_failures(failures, prose, email)
    return read_prose(message, prose, email)


def _signed_address(message: Message, *secrets: str) -> NamedLetter | None:
    # No parser of addresses: it follows comments inside comments until it breaks, and anybody may write here.
    emails = (email for name in ARRIVED_AT for value in message.get_all(name, []) for email in find_emails(str(value)))
    named = (find_named_letter(email, *secrets) for email in emails)
    return next((letter for letter in named if letter is not None), None)


def _find_complaint(parts: list[Message]) -> Report | None:
    for part in parts:
        if part.get_content_type() == FEEDBACK:
            fields = _blocks(part)[0]
            kind = str(fields.get("Feedback-Type", "abuse")).strip().lower()
            if kind in COMPLAINTS:
                return Report(BounceVerdict.COMPLAINT, "", one_line(f"{kind} {fields.get('User-Agent', '')}"))
    return None


def _failures(parts: list[Message]) -> Iterator[Failure]:
    for part in parts:
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            for fields in _blocks(part):
                if "Action" in fields or "Final-Recipient" in fields:
                    yield Failure(
                        final=_recipient(fields, "Final-Recipient"),
                        original=_recipient(fields, "Original-Recipient"),
                        action=str(fields.get("Action", "failed")).strip().lower(),
                        status=str(fields.get("Status", "")).strip(),
                        answer=one_line(header(fields, "Diagnostic-Code")),
                    )


def _read_failures(failures: list[Failure], prose: str, email: str) -> Report | None:
    """Return what the block about `email` says, or that the report is about others; None when nothing failed."""
    told = [failure for failure in failures if failure.action.startswith(TELLING_ACTIONS)]
    ours = [failure for failure in failures if _is_about(failure, email)]
    if not told or (ours and not any(failure in told for failure in ours)):
        return None
    failure = next((failure for failure in told if failure in ours), None)
    if failure is None:
        other = told[0]
        return Report(BounceVerdict.OTHER_ADDRESS, _code(other.status), other.answer)
    if failure.action.startswith("delayed"):
        return Report(BounceVerdict.INNOCENT, _code(failure.status), failure.answer)
    verdict, code = judge(failure.status, failure.answer, prose)
    return Report(verdict, code, failure.answer)


def _is_about(failure: Failure, email: str) -> bool:
    """Return whether a block is about `email` itself, and not about an address elsewhere to which it forwards."""
    if email == failure.final or not ("@" in failure.final or failure.original):
        return True
    if email != failure.original:
        return False
    ours, theirs = (address.rpartition("@")[2] for address in (email, failure.final))
    return not theirs or theirs == ours or theirs.endswith("." + ours) or ours.endswith("." + theirs)


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a part such as message/delivery-status, whatever the parser made of them."""
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else [payload]
    text = "\n\n".join(_as_typed(group) if isinstance(group, Message) else str(group) for group in groups)
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        encoded = Message()
        encoded["Content-Transfer-Encoding"] = "base64"
        encoded.set_payload(text.strip())
        text = text_of(encoded)
    return [HeaderParser().parsestr(block) for block in re.split(r"\n[ \t]*\n", text.strip())]


def _as_typed(group: Message) -> str:
    """Return a group of fields and what follows it; the library's own way wraps lines, long ones in quadratic time."""
    fields = "".join(f"{name}: {value}\n" for name, value in group.items())
    return f"{fields}\n{group.get_payload()}"


def _recipient(fields: Message, name: str) -> str:
    """Return the address in a field such as `Final-Recipient: rfc822; <somebody@example.org>`."""
    kind, separator, address = str(fields.get(name, "")).partition(";")
    return (address if separator else kind).strip(' \t\r\n<>"').lower()


def _code(status: str) -> str:
    code = status.split(" ", maxsplit=1)[0][:LONGEST_CODE]
    return code if code.isprintable() else ""  # PostgreSQL stores no null byte, and a terminal obeys others

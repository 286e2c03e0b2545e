"""Bounces: reports of failed deliveries (RFC 3464, 3463) that came back to the envelope address of a letter.

Each file acts once, and only on the letter that its signed address names; nothing else in it is trusted. These use
cases commit, file by file.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flufl.bounce import all_failures
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.extensions import settings
from app.letters.models import Bounce, Letter, LetterEvent
from app.letters.states import EventType
from app.letters.suppression import suppress
from app.letters.verp import find_letter_id

MAILDIR = ("new", "cur")
LARGEST = 1_000_000  # bytes read of a file: a report comes first, the letter that it returns after it
ARRIVED_AT = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "To",
)  # where a mail server notes the envelope's recipient
ABOUT_ADDRESS = re.compile(r"5\.(?:0\.\d+|1\.(?:0|1|2|3|6|10)|2\.[01])")  # not: full, too large, against some policy
LONGEST_TEXT = 500

log = logging.getLogger(__name__)


@dataclass(slots=True)
class BounceCounts:
    """What became of the files of a mailbox: `ignored` ones are no bounces of ours."""

    suppressed: int = 0
    noted: int = 0
    known: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a bounce says of the letter whose signed envelope address it came back to.

    `permanent` and `temporary` are the addresses, in lower case, reported as failed for good or as delayed. `code`
    is the status of RFC 3463, `text` that of the last server; both may be empty. Only `letter_id` can be trusted.
    """

    letter_id: int
    permanent: frozenset[str]
    temporary: frozenset[str]
    code: str
    text: str

    def is_final_for(self, email: str) -> bool:
        """Return whether it says that `email` itself fails for good; without any status, a failure counts as one."""
        about_address = not self.code or ABOUT_ADDRESS.fullmatch(self.code) is not None
        return email.lower() in self.permanent and about_address


def read_bounces(folder: Path, now: datetime) -> BounceCounts:
    """Read a Maildir or a folder of `.eml` files. Raises OSError when the folder cannot be read."""
    counts = BounceCounts()
    for path in _files(folder):
        result = _read_file(path, now)
        setattr(counts, result, getattr(counts, result) + 1)
    return counts


def read_bounce_mailbox(now: datetime) -> BounceCounts:
    """Read the mailbox of the setting BOUNCE_URL; nothing without one."""
    url = settings().bounce_url
    return read_bounces(Path(unquote(urlsplit(url).path)), now) if url else BounceCounts()


def parse_bounce(data: bytes, *secrets: str) -> BounceReport | None:
    """Return the report in a mail; None when it came back to no letter of ours (`secrets`) or reports no failure."""
    message = message_from_bytes(data)
    letter_id = _letter_id(message, *secrets)
    if letter_id is None:
        return None
    temporary, permanent = _failures(message)
    if not (temporary or permanent):
        return None
    code, text = _status(message)
    return BounceReport(letter_id, permanent, temporary, code, text)


def _files(folder: Path) -> Iterator[Path]:
    if all((folder / name).is_dir() for name in MAILDIR):
        paths = [path for name in MAILDIR for path in (folder / name).iterdir()]
    else:
        paths = [path for path in folder.iterdir() if path.suffix == ".eml"]
    return (path for path in sorted(paths) if path.is_file() and not path.name.startswith("."))


def _read_file(path: Path, now: datetime) -> str:
    """Act on one file; return the name of the field of BounceCounts that counts it."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except FileNotFoundError:  # a mail reader moved it meanwhile
        return "ignored"
    fingerprint = hashlib.sha256(data).hexdigest()
    if db.session.scalar(select(Bounce.id).filter_by(fingerprint=fingerprint)):
        return "known"
    report = parse_bounce(data, *settings().secret_keys)
    letter = db.session.get(Letter, report.letter_id) if report else None
    if report is None or letter is None:
        return "ignored"
    try:
        return _record(report, letter, fingerprint, now)
    except IntegrityError:  # another process was reading it, too
        db.session.rollback()
        return "known"


def _record(report: BounceReport, letter: Letter, fingerprint: str, now: datetime) -> str:
    permanent = report.is_final_for(letter.to_email)
    db.session.add(
        Bounce(
            fingerprint=fingerprint,
            letter_id=letter.id,
            read_at=now,
            permanent=permanent,
            code=report.code,
            text=report.text,
        )
    )
    detail = f"{report.code} {report.text}".strip()
    db.session.add(LetterEvent(letter_id=letter.id, at=now, type=EventType.BOUNCED, detail=detail))
    if permanent:
        suppress(letter.to_email, report.code, report.text, letter.id, now)
        log.info("letter %d bounced for good; its address is suppressed", letter.id)
    db.session.commit()
    return "suppressed" if permanent else "noted"


def _letter_id(message: Message, *secrets: str) -> int | None:
    headers = [str(value) for name in ARRIVED_AT for value in message.get_all(name, [])]
    ids = (find_letter_id(address, *secrets) for _, address in getaddresses(headers))
    return next((letter_id for letter_id in ids if letter_id is not None), None)


def _failures(message: Message) -> tuple[frozenset[str], frozenset[str]]:
    """Return who failed for now and for good; nobody for a malformed mail on which a detector of flufl.bounce fails."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        return frozenset(), frozenset()
    return _lower(temporary), _lower(permanent)


def _lower(addresses: Collection[bytes]) -> frozenset[str]:
    return frozenset(address.decode("utf-8", "replace").lower() for address in addresses)


def _status(message: Message) -> tuple[str, str]:
    """Return Status and Diagnostic-Code of the first recipient of a delivery report."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and "Status" in block:
                    return _field(block, "Status").split(" ")[0][:20], _field(block, "Diagnostic-Code")
    return "", ""


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())[:LONGEST_TEXT]

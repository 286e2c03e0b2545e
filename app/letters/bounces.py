"""Reading the mailbox to which bounces come back: each file acts once, and only on the letter that it names signed.

These use cases commit, file by file.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.extensions import settings
from app.letters.bounce_report import BounceReport, read_bounce
from app.letters.models import Bounce, Letter, LetterEvent
from app.letters.states import What
from app.letters.suppression import suppress

MAILDIR = ("new", "cur")
LARGEST = 1_000_000  # bytes read of a file: a report comes first, the letter that it returns after it

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Reading:
    """What a reading of the folder brought: `ignored` files are no bounces of ours."""

    suppressed: int = 0
    noted: int = 0
    known: int = 0
    ignored: int = 0


def read_bounces(folder: Path, now: datetime) -> Reading:
    """Read a Maildir or a folder of `.eml` files. Raises OSError when the folder cannot be read."""
    reading = Reading()
    for path in _files(folder):
        result = _read(path, now)
        setattr(reading, result, getattr(reading, result) + 1)
    return reading


def read_bounce_mailbox(now: datetime) -> Reading:
    """Read the mailbox of the setting BOUNCE_URL; nothing without one."""
    url = settings().bounce_url
    return read_bounces(Path(unquote(urlsplit(url).path)), now) if url else Reading()


def _files(folder: Path) -> Iterator[Path]:
    if all((folder / name).is_dir() for name in MAILDIR):
        paths = [path for name in MAILDIR for path in (folder / name).iterdir()]
    else:
        paths = [path for path in folder.iterdir() if path.suffix == ".eml"]
    return (path for path in sorted(paths) if path.is_file() and not path.name.startswith("."))


def _read(path: Path, now: datetime) -> str:
    """Act on one file; the name of the field of Reading that counts it."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except FileNotFoundError:  # a mail reader moved it meanwhile
        return "ignored"
    digest = hashlib.sha256(data).hexdigest()
    if db.session.scalar(select(Bounce.id).filter_by(digest=digest)):
        return "known"
    report = read_bounce(data, settings().secret_key)
    letter = db.session.get(Letter, report.letter_id) if report else None
    if report is None or letter is None:
        return "ignored"
    try:
        return _act(report, letter, digest, now)
    except IntegrityError:  # another process was reading it, too
        db.session.rollback()
        return "known"


def _act(report: BounceReport, letter: Letter, digest: str, now: datetime) -> str:
    ends = report.ends(letter.to_address)
    said = {"code": report.code, "text": report.text}
    db.session.add(Bounce(digest=digest, letter_id=letter.id, read_at=now, permanent=ends, **said))
    detail = f"{report.code} {report.text}".strip()
    db.session.add(LetterEvent(letter_id=letter.id, at=now, what=What.BOUNCED, detail=detail))
    if ends:
        suppress(letter.to_address, report.code, report.text, letter.id, now)
        log.info("letter %d bounced for good; its address is suppressed", letter.id)
    db.session.commit()
    return "suppressed" if ends else "noted"

"""Reading a mailbox of bounces: each mail acts once, and only on the letter that its signed address names.

These use cases commit.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Row, func, select

from app.database import db
from app.extensions import settings
from app.failpoints import failpoint
from app.letters.bounces import mailbox
from app.letters.bounces.acting import BounceCounts, FoundReport, act_on
from app.letters.bounces.report import find_letter, read_report
from app.letters.bounces.verdict import Report
from app.letters.kinds import DIGEST
from app.letters.models import Bounce, Letter, Mailing
from app.letters.verp import NamedLetter

BATCH = 50  # mails in memory at a time
MOST_OF_ONE_LETTER = 20  # mails noted; one or two come back by themselves, more are made up
MOST_AT_ONCE = 2_000  # mails that the job process reads before it writes, which holds up every other writer of SQLite
WINDOW = timedelta(days=1)  # what the job process reads within it is one reading, however often it looks
Stop = Callable[[], bool]

log = logging.getLogger(__name__)
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # or a traceback for each mail that its detectors fail on


@dataclass(frozen=True, slots=True)
class _Mail:
    path: Path
    fingerprint: str
    named: NamedLetter
    data: bytes


def read_bounces(
    folder: Path,
    now: datetime,
    *,
    since: datetime | None = None,
    move: bool = False,
    at_most: int | None = None,
    stop: Stop = lambda: False,
) -> BounceCounts:
    """Read the mails in a Maildir or a folder of `.eml` files, and act on them.

    Those of a Maildir are put away, those of another folder with `move`. The brake counts what was suppressed from
    `since` on as part of this reading. `stop` ends the reading early, as does having read `at_most` mails; what it has
    read by then is acted on. Raises OSError when the folder cannot be read.
    """
    counts, found, taken = BounceCounts(), [], Counter[int]()
    looked_at: list[Path] = []
    paths = mailbox.find_files(folder)[:at_most]
    for start in range(0, len(paths), BATCH):
        if stop():
            break
        found += _read_batch(paths[start : start + BATCH], looked_at, counts, taken)
    act_on(found, counts, now, since)
    failpoint("bounces recorded")
    if move or mailbox.is_maildir(folder):
        mailbox.put_away(folder, looked_at)
    return counts


def read_bounce_mailbox(now: datetime, stop: Stop = lambda: False) -> BounceCounts:
    """Read the mailbox of the setting BOUNCE_URL; nothing without one."""
    url = settings().bounce_url
    if not url:
        return BounceCounts()
    return read_bounces(
        Path(unquote(urlsplit(url).path)), now, since=now - WINDOW, move=True, at_most=MOST_AT_ONCE, stop=stop
    )


def _read_batch(
    paths: Sequence[Path], looked_at: list[Path], counts: BounceCounts, taken: Counter[int]
) -> list[FoundReport]:
    """Read some mails, and add to `looked_at` those that could be opened, to `taken` how many each letter has.

    The transaction that looks their letters up has ended before any is parsed.
    """
    secrets = settings().secret_keys
    mails = []
    for path in paths:
        data = mailbox.read_file(path)
        if data is None:
            continue
        looked_at.append(path)
        with _own_fault(path, counts):
            named = find_letter(data, *secrets)
            if named is None:
                counts.ignored += 1
            else:
                mails.append(_Mail(path, hashlib.sha256(data).hexdigest(), named, data))
    known = set(
        db.session.scalars(select(Bounce.fingerprint).where(Bounce.fingerprint.in_(m.fingerprint for m in mails)))
    )
    letters = _find_letters({mail.named for mail in mails})
    noted = Counter(_count_noted({letter.id for letter in letters.values()}))
    db.session.rollback()
    found = []
    for mail in mails:
        letter = letters.get(mail.named)
        if mail.fingerprint in known:
            counts.known += 1
        elif letter is None or not letter.to_email or noted[letter.id] + taken[letter.id] >= MOST_OF_ONE_LETTER:
            counts.ignored += 1  # without an address: of somebody erased, about whom nothing is kept
        elif report := _read_report(mail, letter.to_email, counts):
            taken[letter.id] += 1
            is_digest = letter.precedence == DIGEST
            found.append(
                FoundReport(mail.fingerprint, letter.id, letter.to_email.lower(), letter.reference, is_digest, report)
            )
    return found


def _find_letters(named: set[NamedLetter]) -> dict[NamedLetter, Row[int, str, int, str, datetime]]:
    """Return those of the letters that there are: id, to_email, precedence, reference and created_at of each."""
    columns = (Letter.id, Letter.to_email, Letter.precedence, Mailing.reference, Letter.created_at)
    query = select(*columns).join(Letter.mailing).where(Letter.id.in_({letter.id for letter in named}))
    rows = {row.id: row for row in db.session.execute(query)}
    return {one: rows[one.id] for one in named if one.id in rows and one.is_created_at(rows[one.id].created_at)}


def _count_noted(letters: Iterable[int]) -> dict[int, int]:
    query = select(Bounce.letter_id, func.count()).where(Bounce.letter_id.in_(letters)).group_by(Bounce.letter_id)
    return dict(db.session.execute(query).all())


def _read_report(mail: _Mail, email: str, counts: BounceCounts) -> Report | None:
    """Return what a mail reports, if anything."""
    with _own_fault(mail.path, counts):
        report = read_report(mail.data, email)
        counts.ignored += report is None
        return report
    return None


@contextmanager
def _own_fault(path: Path, counts: BounceCounts) -> Iterator[None]:
    """Count a mail that no parser can read: its fault stays its own."""
    try:
        yield
    except Exception as error:
        counts.unreadable += 1
        log.warning("the mail %s cannot be read as a bounce (%s)", path.name, type(error).__name__)

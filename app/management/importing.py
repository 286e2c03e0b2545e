"""Import a file or pasted cells into a cohort: first what would change, then, seen and unchanged, the change itself."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.fingerprints import fingerprint
from app.import_files import FileFault, InvalidFileError
from app.management.people import ChangedMeanwhileError
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import belongs
from app.teams.roster.apply import import_roster
from app.teams.roster.changes import RosterChanges
from app.teams.roster.list_faults import Fault, InvalidListError, ListFault
from app.teams.roster.list_file import read_list
from app.teams.roster.list_rows import MAX_ROWS
from app.teams.roster.parse import Roster, RosterMember, parse_roster

MOST_TEAMS = 300  # in a file: each is compared with each that is known
LONGEST = 200_000  # bytes of a file, packed into the form that comes back
YAML_SIGNS = (b"name:", b"\xef\xbb\xbfname:", b"---", b"#")


class Refusal(StrEnum):
    """Why a file that can be read is not taken."""

    OTHER_COHORT = "other_cohort"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, or why it is not taken; it would end `ended` of the `current` members, now or some day.

    `seen` is the fingerprint of all that is shown.
    """

    changes: RosterChanges
    seen: str
    current: int = 0
    ended: int = 0
    ignored: Sequence[str] = ()
    refusal: Refusal | None = None
    faults: Sequence[ListFault] = ()
    file_faults: Sequence[FileFault] = ()

    @property
    def is_asked_again(self) -> bool:
        """Whether so many would leave that it is asked again, with the number: half of the members, or more."""
        return self.ended > 0 and 2 * self.ended >= self.current


def preview(promotion: Promotion, data: bytes, now: datetime) -> Preview:
    """Say what the file would change, and change nothing."""
    try:
        roster, ignored = read_file(promotion, data)
    except InvalidListError as error:
        return Preview(RosterChanges(), "", faults=error.faults)
    except InvalidFileError as error:
        return Preview(RosterChanges(), "", file_faults=error.faults)
    current, ended = _departures(promotion, roster, now)
    if refusal := _find_refusal(promotion, roster):
        return Preview(RosterChanges(), "", refusal=refusal)
    try:
        changes = import_roster(roster, now, dry_run=True)
    except InvalidFileError as error:
        return Preview(RosterChanges(), "", file_faults=error.faults)
    return Preview(
        changes=changes,
        seen=fingerprint(changes.lines, changes.questions, ended),
        current=current,
        ended=ended,
        ignored=ignored,
    )


def apply_file(promotion: Promotion, data: bytes, by: Person, now: datetime) -> None:
    """Make the changes that `preview` has said. Commits. Raises ChangedMeanwhileError when they can be made no more."""
    lock_promotion(promotion.id)
    roster, _ignored = read_file(promotion, data)
    if _corrects_addresses(roster):
        raise ChangedMeanwhileError("the file would correct an address by now")
    try:
        import_roster(roster, now, by=by.id)
    except InvalidFileError as fault:
        raise ChangedMeanwhileError("the file has a fault by now") from fault


def read_file(promotion: Promotion, data: bytes) -> tuple[Roster, Sequence[str]]:
    """Read YAML or a list, whichever it is; also return the headings that nothing is made of.

    Raises InvalidFileError, InvalidListError.
    """
    roster, ignored = _read(promotion, data)
    if len(roster.teams) > MOST_TEAMS or len(roster.members) > MAX_ROWS:
        raise InvalidListError([ListFault(1, Fault.TOO_LARGE)])
    return roster, ignored


def _read(promotion: Promotion, data: bytes) -> tuple[Roster, Sequence[str]]:
    if data.lstrip().startswith(YAML_SIGNS):
        return parse_roster(data), ()
    known = {team.key: team.name for team in promotion.teams}
    people = read_list(data, known)
    roster = Roster(
        slug=promotion.slug, columns={}, teams=tuple(people.teams), members=tuple(people.members), slug_is_given=True
    )
    return roster, people.ignored


def pack(data: bytes) -> str:
    """Return the file as text for a hidden field."""
    return base64.b64encode(zlib.compress(data)).decode()


def unpack(text: str, longest: int = LONGEST) -> bytes | None:
    """Return the file that `pack` has packed; None when it is damaged or has more than `longest` bytes."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), longest)
    except (ValueError, zlib.error):
        return None
    return data if unpacker.eof else None


def _find_refusal(promotion: Promotion, roster: Roster) -> Refusal | None:
    """Return why the file is not taken, though it can be read."""
    if roster.slug != promotion.slug:
        return Refusal.OTHER_COHORT
    if _corrects_addresses(roster):
        return Refusal.ADDRESS
    return None


def _corrects_addresses(roster: Roster) -> bool:
    """Return whether the file (“was:”) gives somebody another address; the page for that tells both of them."""
    former = [entry.was for entry in roster.members if entry.was]
    return bool(former) and db.session.scalar(select(Person.id).where(Person.email.in_(former)).limit(1)) is not None


def _departures(promotion: Promotion, roster: Roster, now: datetime) -> tuple[int, int]:
    """Return how many are members today, and how many of them the file ends, today or before the cohort does."""
    query = select(Membership).options(joinedload(Membership.person)).where(Membership.promotion_id == promotion.id)
    today = promotion.today(now)
    entries = {address: entry for entry in roster.members for address in (entry.was, entry.email) if address}
    current = [member for member in db.session.scalars(query) if member.is_current(today)]
    return len(current), sum(_is_ended(member, entries, today, promotion.ends_on) for member in current)


def _is_ended(member: Membership, entries: Mapping[str, RosterMember], today: date, end: date) -> bool:
    """Return whether the file ends a member of today: at once, or by a last day that comes before the one they have."""
    first, last = _days_after(member, entries)
    return not belongs(today, first, last) or (last is not None and last < (member.left_on or end))


def _days_after(member: Membership, entries: Mapping[str, RosterMember]) -> tuple[date | None, date | None]:
    """Return the member's days after the import; nobody who was erased is in `entries`, which are by address."""
    entry = entries.get(member.person.email or "")
    days: dict[str, object] = {"joined_on": member.joined_on, "left_on": member.left_on}
    if entry:
        days |= entry.membership
    first, last = days["joined_on"], days["left_on"]
    return first if isinstance(first, date) else None, last if isinstance(last, date) else None

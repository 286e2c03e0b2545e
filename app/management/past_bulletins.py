"""Bulletins of an earlier tool, imported from a page: first what a file would add, then the addition, then the digests.

A cohort that comes from another tool in the middle of its year finds its past weeks here, without anybody being mailed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from app.bulletins.legacy_csv.file_format import Record, read_records
from app.bulletins.legacy_csv.importing import ImportReport, import_bulletins, teams_by_key
from app.bulletins.queries import weeks_to_issue
from app.digests.errors import AlreadyIssuedError
from app.digests.service import issue_by_hand
from app.fingerprints import fingerprint
from app.import_files import FileFault, InvalidFileError
from app.teams.models import Person, Promotion, Team
from app.teams.names import nearest, team_key

MOST_NAMES = 100  # that may be said to stand for a team, in one file: each is compared with each team


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name in the file that fits no team, on so many rows, with the team that is probably meant, if any."""

    name: str
    rows: int
    likely: Team | None


@dataclass(frozen=True, slots=True)
class BulletinsPreview:
    """What a file would add, or why nothing of it can be read; `seen` is the fingerprint of all that is shown.

    `unknown` are the first of its names that fit no team, as many as may still be given one.
    """

    report: ImportReport
    seen: str = ""
    unknown: Sequence[UnknownName] = ()
    file_faults: Sequence[FileFault] = ()


def preview_bulletins(promotion: Promotion, data: bytes, meant: Mapping[str, Team], now: datetime) -> BulletinsPreview:
    """Say what the file would add, and add nothing; `meant` are the teams that names in the file stand for."""
    try:
        records = read_records(data)
    except InvalidFileError as error:
        return BulletinsPreview(ImportReport(), file_faults=error.faults)
    report = _import(promotion, records, meant, now, dry_run=True)
    names = {team.name: team for team in promotion.teams}
    unknown = [
        UnknownName(name, len(lines), next((names[known] for known in nearest(name, names)), None))
        for name, lines in islice(report.unknown_teams.items(), MOST_NAMES - len(meant))
    ]
    strange = (report.outside, report.never_issued, report.to_come)
    counts = (report.imported, report.already_there, report.empty_calls, *strange)
    seen = fingerprint(counts, sorted(report.weeks), report.faults, list(report.unknown_teams.items()))
    return BulletinsPreview(report, seen, unknown)


def add_bulletins(
    promotion: Promotion, data: bytes, meant: Mapping[str, Team], by: Person, now: datetime
) -> ImportReport:
    """Add what `preview_bulletins` has said. Commits. Raises InvalidFileError."""
    return _import(promotion, read_records(data), meant, now, by=by.id)


def issue_past_digests(promotion: Promotion, by: Person, now: datetime) -> int:
    """Issue the digests of past weeks that have bulletins, oldest first, without letters; return how many. Commits."""
    issued = 0
    for week in weeks_to_issue(promotion, now):
        try:
            issue_by_hand(promotion, week, by.id, now, letters=False)
        except AlreadyIssuedError:  # by the same button, or by a command, a moment ago
            continue
        issued += 1
    return issued


def _import(
    promotion: Promotion,
    records: Sequence[Record],
    meant: Mapping[str, Team],
    now: datetime,
    *,
    by: int | None = None,
    dry_run: bool = False,
) -> ImportReport:
    teams = teams_by_key(promotion) | {team_key(name): team for name, team in meant.items()}
    return import_bulletins(promotion, records, teams, now, by=by, dry_run=dry_run)

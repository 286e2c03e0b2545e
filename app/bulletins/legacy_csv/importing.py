"""Importing the earlier tool's bulletins: each valid row once; the others are reported with their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.key_dates import follow_key_date
from app.bulletins.legacy_csv.file_format import BadRowError, Record, Row, read_row
from app.bulletins.models import Bulletin, Revision
from app.bulletins.service import bulletin_saved
from app.database import db
from app.import_files import FileFault
from app.import_files import fault_text as _t
from app.markdown import to_html
from app.teams.locking import lock_promotion
from app.teams.models import Promotion, Team
from app.teams.names import team_key
from app.weeks import Week


@dataclass(slots=True)
class ImportReport:
    """How many rows an import took, of which weeks, and which it did not."""

    imported: int = 0
    already_there: int = 0
    empty_calls: int = 0  # calls for help that ask for none, read as none
    outside: int = 0  # imported, in weeks that the promotion's dates do not touch
    never_issued: int = 0  # imported, in weeks without a working day: they have no digest
    to_come: int = 0  # imported, in weeks that have not begun
    weeks: set[Week] = field(default_factory=set)
    faults: list[FileFault] = field(default_factory=list)
    unknown_teams: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # names, with their lines


def import_bulletins(
    promotion: Promotion,
    records: Sequence[Record],
    teams: Mapping[str, Team],
    now: datetime,
    *,
    by: int | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import those of `records` that the promotion lacks, in one transaction; `teams` by the keys of their names.

    `by` is who did it on a page, None for a command. Commits, or with `dry_run` takes everything back.
    """
    lock_promotion(promotion.id)  # not shared: the same file sent twice at once would insert the same rows
    run = _Import(promotion, teams, now)
    for record in records:
        try:
            run.add(read_row(record, ZoneInfo(promotion.timezone)))
        except BadRowError as refusal:
            run.report.faults.append(FileFault(record.line, None, refusal.args[0]))
    if dry_run:
        db.session.rollback()
        return run.report
    if run.report.imported:
        detail = str(run.report.imported)
        record_action(AuditAction.BULLETINS_IMPORTED, by, now, promotion_id=promotion.id, detail=detail)
    db.session.commit()
    return run.report


def teams_by_key(promotion: Promotion) -> dict[str, Team]:
    """Return the teams of a promotion by the keys of their names."""
    return {team.key: team for team in promotion.teams}


class _Import:
    """One run over the rows of a file."""

    def __init__(self, promotion: Promotion, teams: Mapping[str, Team], now: datetime) -> None:
        self.promotion, self.teams, self.now = promotion, teams, now
        self.report = ImportReport()
        query = select(Bulletin.team_id, Bulletin.week).join(Bulletin.team).where(Team.promotion_id == promotion.id)
        self.existing = {(team_id, week) for team_id, week in db.session.execute(query)}
        self.lines: dict[tuple[int, Week], int] = {}

    def add(self, row: Row) -> None:
        """Add the row's bulletin, unless it exists. Raises BadRowError for a second one of its team and week."""
        team = self.teams.get(team_key(row.project))
        if team is None:
            self.report.unknown_teams[row.project].append(row.line)
            return
        first = self.lines.setdefault((team.id, row.week), row.line)
        if first != row.line:
            values = {"team": team.name, "week": str(row.week), "line": first}
            raise BadRowError(_t("a second bulletin of %(team)s for %(week)s; the first is on line %(line)d", **values))
        if (team.id, row.week) in self.existing:
            self.report.already_there += 1
        else:
            self._add(team, row)

    def _add(self, team: Team, row: Row) -> None:
        bulletin = _bulletin(team, row, self.now)
        db.session.add(bulletin)
        db.session.flush()
        bulletin_saved.send(bulletin, now=self.now)
        self.report.imported += 1
        self.report.weeks.add(row.week)
        self.report.empty_calls += row.empty_call
        self._count_strange(row.week)

    def _count_strange(self, week: Week) -> None:
        """Count the bulletin under what keeps members from seeing it, as other bulletins, once its week is past."""
        timetable = self.promotion.timetable
        self.report.outside += not self.promotion.has_week(week)
        self.report.never_issued += self.promotion.has_week(week) and timetable.closes(week) is None
        self.report.to_come += week > timetable.week_at(self.now)


def _bulletin(team: Team, row: Row, now: datetime) -> Bulletin:
    """Make the bulletin of a row with its one revision; it has no author."""
    texts = {"priorities": row.priorities, "ups_and_downs": row.ups_and_downs, "help": row.help}
    updated_at = row.updated_at.astimezone(UTC)
    key_date = {"key_date": row.key_date, "key_date_text": row.key_date_text}
    return Bulletin(
        team=team,
        week=row.week,
        mood=row.mood,
        imported=True,
        late=row.late,
        notice=row.notice,
        withdrawn_at=row.withdrawn_at.astimezone(UTC) if row.withdrawn_at else None,
        created_at=row.created_at.astimezone(UTC),
        updated_at=updated_at,
        revisions=[Revision(number=1, saved_at=updated_at, mood=row.mood, **texts, **key_date)],
        key_date=follow_key_date(None, team.id, row.key_date, row.key_date_text, now, seen_by_all=False),
        **texts,
        **{f"{name}_html": to_html(text) for name, text in texts.items()},
    )

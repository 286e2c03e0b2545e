"""Apply a file of records to the database: one transaction, all of it or nothing; nobody's record is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.database import db
from app.import_files import FileFault, InvalidFileError
from app.records.file_format import RecordsFile, TeamEntry
from app.records.milestone_days import can_be_day, expected_day, is_far
from app.records.models import (
    ChallengeRecord,
    HeadCount,
    Milestone,
    MilestoneExclusion,
    PublishedSurvey,
    RecordRevision,
)
from app.records.queries import active_teams, find_milestone, find_record, roster_heads
from app.records.values import TeamRecord, as_document
from app.teams.locking import lock_promotion
from app.teams.models import Promotion, Team
from app.teams.names import nearest, team_key


def import_records(promotion: Promotion, file: RecordsFile, now: datetime, *, dry_run: bool = False) -> list[str]:
    """Store what `file` says and return a line for each change; with `dry_run`, only return the lines.

    Raises InvalidFileError, having changed nothing, for teams that do not exist and people that do not add up.
    """
    lock_promotion(promotion.id)
    try:
        lines = list(_apply(promotion, file, now))
    except InvalidFileError:
        db.session.rollback()
        raise
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return lines


def _apply(promotion: Promotion, file: RecordsFile, now: datetime) -> Iterator[str]:
    teams = _find_teams(promotion, file)
    milestone = find_milestone(promotion, file.milestone)
    if milestone is None or milestone.day != file.day:
        yield from _check_day(promotion, file)
    if milestone is None:
        milestone = Milestone(promotion_id=promotion.id, key=file.milestone, day=file.day)
        db.session.add(milestone)
        db.session.flush()
        yield f"+ milestone {file.milestone}, {file.day}"
    elif milestone.day != file.day:
        yield f"~ milestone {file.milestone}: {milestone.day} → {file.day}"
        milestone.day = file.day
    yield from _apply_heads(milestone, file.heads, teams)
    _refuse_too_many_people(promotion, milestone, file, teams)
    yield from _apply_exclusions(milestone, file.exclusions, teams)
    for entry in file.records:
        yield from _apply_record(milestone, teams[team_key(entry.team)], entry.value, now)
    yield from _apply_surveys(milestone, file)


def _check_day(promotion: Promotion, file: RecordsFile) -> Iterator[str]:
    """Ask about a day far from what the milestone's name says. Raises InvalidFileError for an impossible one."""
    dates = promotion.starts_on, promotion.ends_on
    if not can_be_day(file.milestone, file.day, *dates):
        message = (
            f"“{file.milestone}” cannot be on {file.day}: {promotion.slug} lasts from {dates[0]} to {dates[1]}; "
            "mend the day, or the milestone"
        )
        raise InvalidFileError(FileFault(file.day_line, None, message))
    if is_far(file.milestone, file.day, *dates):
        expected = expected_day(file.milestone, *dates)
        yield f"? {file.milestone} is on {file.day}, and by its name around {expected}: is this the day?"


def _find_teams(promotion: Promotion, file: RecordsFile) -> dict[str, Team]:
    """Return the promotion's teams by the keys of their names, and of those that they had.

    Raises InvalidFileError with every name of the file that is no team's, or a second name of one.
    """
    of_promotion = select(Team).where(Team.promotion_id == promotion.id).options(selectinload(Team.former_names))
    rows = db.session.scalars(of_promotion).all()
    teams = {team_key(former.name): team for team in rows for former in team.former_names}
    teams |= {team.key: team for team in rows}
    lists = (file.records, file.exclusions or (), file.heads or ())
    named = [(each.team, each.line) for entries in lists for each in entries]
    names = sorted(team.name for team in rows)
    faults = [
        FileFault(line, None, _no_team(name, promotion, names)) for name, line in named if team_key(name) not in teams
    ]
    faults += [fault for entries in lists for fault in _second_names(entries, teams)]
    if faults:
        raise InvalidFileError(*faults)
    return teams


def _second_names(entries: Sequence[TeamEntry[Any]], teams: Mapping[str, Team]) -> Iterator[FileFault]:
    """Yield a fault for each of the entries whose team another one names already, by the name that it had."""
    first: dict[int, str] = {}
    for each in entries:
        team = teams.get(team_key(each.team))
        if team is None:
            continue
        if team.id in first:
            message = (
                f"“{each.team}” is “{first[team.id]}” by another name, which is there already; keep one of the two"
            )
            yield FileFault(each.line, None, message)
        first.setdefault(team.id, each.team)


def _no_team(name: str, promotion: Promotion, names: list[str]) -> str:
    near = nearest(name, names)
    hint = f"did you mean “{near[0]}”?" if near else f"its teams: {', '.join(names) or 'none yet'}"
    return f"{promotion.slug} has no team “{name}”; {hint}"


def _apply_heads(milestone: Milestone, heads: Sequence[TeamEntry[int]] | None, teams: dict[str, Team]) -> Iterator[str]:
    """Make the head counts those of the file, which are all that there are, unless it says nothing of any."""
    if heads is None:
        return
    said = {teams[team_key(each.team)].id: each for each in heads}
    for count in list(milestone.head_counts):
        entry = said.pop(count.team_id, None)
        if entry is None:
            milestone.head_counts.remove(count)
            yield f"- heads of {count.team.name}: as in the roster"
        elif entry.value != count.heads:
            yield f"~ heads of {count.team.name}: {count.heads} → {entry.value}"
            count.heads = entry.value
    for each in said.values():
        milestone.head_counts.append(HeadCount(team=teams[team_key(each.team)], heads=each.value))
        yield f"+ heads of {teams[team_key(each.team)].name}: {each.value}"


def _refuse_too_many_people(
    promotion: Promotion, milestone: Milestone, file: RecordsFile, teams: dict[str, Team]
) -> None:
    """Raise InvalidFileError where a record counts more people than its team has EIGs, when that is known."""
    known = roster_heads(promotion, milestone) | {each.team.id: each.heads for each in milestone.head_counts}
    faults = []
    for entry in file.records:
        most, heads = entry.value.people_told, known.get(teams[team_key(entry.team)].id)
        if heads is not None and most > heads:
            remedy = f"mend them, or write “heads: {{{entry.team}: {most}}}”"
            message = f"the people of {entry.team} add up to {most}, and it has {heads} EIGs; {remedy}"
            faults.append(FileFault(entry.line, None, message))
    if faults:
        raise InvalidFileError(*faults)


def _apply_exclusions(
    milestone: Milestone, exclusions: Sequence[TeamEntry[str]] | None, teams: dict[str, Team]
) -> Iterator[str]:
    """Make the exclusions those of the file, which are all that there are, unless it says nothing of any."""
    if exclusions is None:
        return
    said = {teams[team_key(each.team)].id: each for each in exclusions}
    for exclusion in list(milestone.exclusions):
        entry = said.pop(exclusion.team_id, None)
        if entry is None:
            milestone.exclusions.remove(exclusion)
            yield f"- exclusion of {exclusion.team.name}: it counts again"
        elif entry.value != exclusion.reason:
            exclusion.reason = entry.value
            yield f"~ exclusion of {exclusion.team.name}: {entry.value}"
    for entry in said.values():
        team = teams[team_key(entry.team)]
        milestone.exclusions.append(MilestoneExclusion(team=team, reason=entry.value))
        yield f"+ exclusion of {team.name}: {entry.value}"


def _apply_record(milestone: Milestone, team: Team, value: TeamRecord, now: datetime) -> Iterator[str]:
    """Store a record that is new or has changed, as its next version; one that was begun on its page counts then."""
    content = cast("dict[str, object]", as_document(value))
    record = find_record(milestone, team)
    if record is None:
        record = ChallengeRecord(team_id=team.id, revision=1, content=content, updated_at=now, sent_at=now)
        milestone.records.append(record)
        yield f"+ record of {team.name}"
    elif record.content != content or record.sent_at is None:
        changed = [key for key in {**record.content, **content} if record.content.get(key) != content.get(key)]
        record.revision, record.content, record.updated_at = record.revision + 1, content, now
        record.sent_at = record.sent_at or now
        yield f"~ record of {team.name}, version {record.revision}: {', '.join(changed) or 'it counts now'}"
    else:
        return
    record.revisions.append(RecordRevision(number=record.revision, content=content, saved_at=now))
    if team not in active_teams(team.promotion, milestone):
        yield f"? {team.name} does not work on the day of {milestone.key}, by its own dates: no figure counts it"


def _apply_surveys(milestone: Milestone, file: RecordsFile) -> Iterator[str]:
    stored = {survey.public: survey for survey in milestone.surveys}
    for public, counts in file.surveys.items():
        content = cast("dict[str, object]", as_document(counts))
        if public not in stored:
            milestone.surveys.append(PublishedSurvey(public=public, content=content))
            yield f"+ published counts, {public}: {counts.answered} of {counts.asked} answered"
        elif stored[public].content != content:
            stored[public].content = content
            yield f"~ published counts, {public}: {counts.answered} of {counts.asked} answered"

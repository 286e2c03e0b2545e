"""Writing the index: the entries of some rows made anew, all of it, or what is missing.

Nothing here decides who may read an entry (`app/search/visibility.py`) nor when one is written (`following.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Select, delete, exists, func, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.bulletins.models import Bulletin, KeyDate
from app.database import db, insert_or_ignore
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.search.entries import EntryKey, EntryKind, join_words, kind_word, promotion_word, team_word
from app.search.models import SearchEntry, SearchIndexVersion
from app.search.words import index_words
from app.teams.models import Team
from app.weeks import Week

VERSION = 1  # of words.py and of what entries hold: when either changes, the index is built anew
CHUNK = 500  # rows in one transaction while the whole is built, so that nobody waits for long
LOCK = 0x5EA2C4  # PostgreSQL's: any number that no other lock of ours has

Entry = dict[str, object]  # the values of a row of SearchEntry
ReadEntries = Callable[[Sequence[int]], Iterable[Entry]]


class EntryPlace(NamedTuple):
    """What an entry belongs to: the columns of these names."""

    promotion_id: int
    team_id: int | None
    week: Week | None
    bulletin_id: int | None = None
    key_date_id: int | None = None
    introduction_id: int | None = None


@dataclass(slots=True)
class Sources:
    """Ids of rows whose entries are to be made anew; `teams`: all that these wrote."""

    bulletins: set[int] = field(default_factory=set)
    key_dates: set[int] = field(default_factory=set)
    introductions: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.bulletins or self.key_dates or self.introductions or self.teams)


def refresh(sources: Sources) -> None:
    """Make the entries of `sources` anew, from what the transaction has written. Never commits."""
    if db.session.connection().dialect.name == "postgresql":
        # whoever was first has committed when we read: what is indexed last is what was written last
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    bulletins = sources.bulletins | _ids_of_teams(Bulletin.id, Bulletin.team_id, sources.teams)
    key_dates = sources.key_dates | _ids_of_teams(KeyDate.id, KeyDate.team_id, sources.teams)
    _replace(SearchEntry.bulletin_id, bulletins, _bulletin_entries)
    _replace(SearchEntry.key_date_id, key_dates, _key_date_entries)
    _replace(SearchEntry.introduction_id, sources.introductions, _introduction_entries)


def rebuild() -> int:
    """Build the whole index anew while everything goes on; return how many entries it has. Commits, CHUNK by CHUNK."""
    db.session.execute(delete(SearchIndexVersion))
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(text("INSERT INTO search_words(search_words) VALUES ('rebuild')"))
    db.session.commit()
    for sources in _all_sources():
        refresh(sources)
        db.session.commit()
    db.session.execute(insert_or_ignore(SearchIndexVersion, "version").values(version=VERSION))
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(SearchEntry)) or 0


def forget_deleted() -> None:
    """Take the words of entries that were deleted out of SQLite's index, where they wait to be merged. Never commits.

    https://www.sqlite.org/fts5.html#the_optimize_command. PostgreSQL does so by itself.
    """
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(text("INSERT INTO search_words(search_words) VALUES ('optimize')"))


def catch_up() -> bool:
    """Build what is missing: all, in a database of another version, or the rows that came in by other ways. Commits.

    Return whether something was missing.
    """
    if not is_built():
        rebuild()
        return True
    missing = _missing()
    if not missing:
        return False
    while missing:
        refresh(missing)
        db.session.commit()
        missing = _missing()
    return True


def is_built() -> bool:
    """Return whether the whole index was built in the form that is asked for today."""
    return db.session.scalars(select(SearchIndexVersion.version)).all() == [VERSION]


def is_complete() -> bool:
    """Return whether the index has every text in today's form: it was built, or never had to be."""
    return is_built() or (not db.session.scalars(select(SearchIndexVersion.version)).all() and not _missing())


def _all_sources() -> Iterator[Sources]:
    for name, column in (
        ("bulletins", Bulletin.id),
        ("key_dates", KeyDate.id),
        ("introductions", Introduction.id),
    ):
        last = 0
        while ids := db.session.scalars(select(column).where(column > last).order_by(column).limit(CHUNK)).all():
            yield Sources(**{name: set(ids)})
            last = ids[-1]


def _missing() -> Sources:
    """Return the first rows that have no entry and should have one."""

    def first(column: InstrumentedAttribute[int], about: InstrumentedAttribute[int | None]) -> Select[int]:
        return select(column).where(~exists(1).where(about == column)).order_by(column).limit(CHUNK)

    introductions = first(Introduction.id, SearchEntry.introduction_id).where(Introduction.text != "")
    return Sources(
        bulletins=set(db.session.scalars(first(Bulletin.id, SearchEntry.bulletin_id))),
        key_dates=set(db.session.scalars(first(KeyDate.id, SearchEntry.key_date_id))),
        introductions=set(db.session.scalars(introductions)),
    )


def _ids_of_teams(
    column: InstrumentedAttribute[int], team: InstrumentedAttribute[int], teams: Collection[int]
) -> set[int]:
    return set(db.session.scalars(select(column).where(team.in_(teams)))) if teams else set()


def _replace(source: InstrumentedAttribute[int | None], ids: Collection[int], read: ReadEntries) -> None:
    """Delete the entries that are about the rows with `ids`, by the column `source`, and insert what `read` gives."""
    rest = sorted(ids)
    while rest:
        chunk, rest = rest[:CHUNK], rest[CHUNK:]
        db.session.execute(delete(SearchEntry).where(source.in_(chunk)))
        entries = list(read(chunk))
        if entries:
            db.session.execute(insert(SearchEntry), entries)


def _bulletin_entries(ids: Sequence[int]) -> Iterator[Entry]:
    """Yield an entry for each of the bulletins, and one for its call for help unless it was withdrawn."""
    query = (
        select(
            Bulletin.id,
            Bulletin.team_id,
            Bulletin.week,
            Bulletin.priorities,
            Bulletin.ups_and_downs,
            Bulletin.help,
            Bulletin.withdrawn_at,
            HelpRequest.state,
            Team.promotion_id,
            Team.name,
        )
        .join(Bulletin.team)
        .outerjoin(HelpRequest, HelpRequest.bulletin_id == Bulletin.id)
        .where(Bulletin.id.in_(ids))
    )
    for row in db.session.execute(query):
        place = EntryPlace(row.promotion_id, row.team_id, row.week, bulletin_id=row.id)
        key = EntryKey(row.week.monday, EntryKind.BULLETIN, row.id)
        texts = () if row.withdrawn_at else (row.priorities, row.ups_and_downs)
        yield _entry(key, (row.name, *texts), place)
        if row.help and row.state is not HelpState.WITHDRAWN:
            key = EntryKey(row.week.monday, EntryKind.CALL, row.id)
            yield _entry(key, (row.name, row.help), place)


def _key_date_entries(ids: Sequence[int]) -> Iterator[Entry]:
    query = (
        select(KeyDate.id, KeyDate.team_id, KeyDate.day, KeyDate.text, Bulletin.week, Team.promotion_id, Team.name)
        .join(KeyDate.team)
        .outerjoin(KeyDate.bulletin)
        .where(KeyDate.id.in_(ids))
    )
    for row in db.session.execute(query):
        place = EntryPlace(row.promotion_id, row.team_id, row.week, key_date_id=row.id)
        yield _entry(EntryKey(row.day, EntryKind.KEY_DATE, row.id), (row.name, row.text), place)


def _introduction_entries(ids: Sequence[int]) -> Iterator[Entry]:
    rows = select(Introduction).where(Introduction.id.in_(ids), Introduction.text != "")
    for row in db.session.scalars(rows):
        place = EntryPlace(row.promotion_id, None, row.week, introduction_id=row.id)
        key = EntryKey(row.week.monday, EntryKind.INTRODUCTION, row.id)
        yield _entry(key, () if row.withdrawn_at else (row.text,), place)


def _entry(key: EntryKey, texts: Iterable[str], place: EntryPlace) -> Entry:
    words = {*index_words(*texts), promotion_word(place.promotion_id), kind_word(key.kind)}
    words |= {team_word(place.team_id)} if place.team_id else set()
    return {"id": key.id, "kind": key.kind, "words": join_words(words), **place._asdict()}

"""The index of what members wrote, and which form of it is stored.

`search_entries` has a row for each thing that may be found. PostgreSQL looks its words up by a GIN index. On SQLite the
virtual table `search_words` (FTS5, external content: https://www.sqlite.org/fts5.html#external_content_tables) is kept
beside it by triggers, so that rows which a foreign key deletes are gone there too.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Dialect, ForeignKey, Index, Integer, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.database import Model, enum_column
from app.search.entries import EntryKind
from app.weeks import Week

ROWID = BigInteger().with_variant(Integer, "sqlite")  # what SQLite's own index calls its rows by


class WordsColumn(TypeDecorator[str]):
    """Words between spaces: text for SQLite; on PostgreSQL a `tsvector` of exactly these, by no dictionary."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())


class SearchEntry(Model):
    """A bulletin, a call for help, a key date or an introduction, by its words. The id is that of its EntryKey.

    `week` is the one whose digest makes it known to all; None where it is known at once.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        Index("ix_search_entries_promotion_id_id", "promotion_id", "id"),
        Index("ix_search_entries_team_id_id", "team_id", "id"),
        Index("ix_search_entries_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(ROWID, primary_key=True, autoincrement=False)
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    week: Mapped[Week | None]
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"), index=True)
    key_date_id: Mapped[int | None] = mapped_column(ForeignKey("key_dates.id", ondelete="CASCADE"), index=True)
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introductions.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(WordsColumn)


class SearchIndexVersion(Model):
    """The form in which the whole index was built last; no row while it never was."""

    __tablename__ = "search_index_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def is_compared(_row: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Return whether Alembic compares something of the database with the models (its `include_object`).

    Not the tables of SQLite's index, which no model tells of, nor the index of PostgreSQL, which SQLite has not.
    """
    of_sqlite = kind == "table" and (name or "").startswith("search_words")
    return not (of_sqlite or (kind == "index" and name == "ix_search_entries_words"))


SQLITE_INDEX = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        words, content='search_entries', content_rowid='id', detail='none', columnsize=0, prefix='2 3',
        tokenize="ascii tokenchars '_'"
    )""",
    """CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries WHEN old.words <> new.words BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
    END""",
)
for when, statements in (("after_create", SQLITE_INDEX), ("before_drop", ("DROP TABLE IF EXISTS search_words",))):
    for statement in statements:
        event.listen(SearchEntry.__table__, when, DDL(statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

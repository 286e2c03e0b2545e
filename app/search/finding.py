"""Finding entries of the index: newest first, a page at a time, as one statement on either database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Select, cast, column, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from app.database import db
from app.search.asked import Filters
from app.search.entries import EntryKey, ids_between, kind_word, promotion_word, read_key, team_word
from app.search.models import SearchEntry
from app.search.search_terms import SearchTerms, Term
from app.search.visibility import Scope, may_find

PAGE = 20
MOST_COUNTED = 100
FEW_PROMOTIONS = 10

SQLITE_WORDS = table("search_words", column("rowid", BigInteger))


class Alternative(NamedTuple):
    """A word that an entry may have, or the beginning of one. It is of letters, digits and underscores only."""

    word: str
    is_prefix: bool = False


Clause = tuple[Alternative, ...]  # of which an entry must have one


def find(terms: SearchTerms, filters: Filters, scopes: Sequence[Scope], limit: int) -> list[EntryKey]:
    """Return the newest `limit` entries that fit `terms` and `filters`, of those that `scopes` let somebody find."""
    if not scopes:
        return []
    clauses = [*map(_term_clause, terms.terms), *_filter_clauses(filters, scopes)]
    query = _sqlite_query(clauses) if db.engine.dialect.name == "sqlite" else _postgresql_query(clauses)
    begin, end = ids_between(filters.first, filters.last)
    bounds = [bound for bound in (end, filters.before) if bound is not None]
    if begin is not None:
        query = query.where(SearchEntry.id >= begin)
    if bounds:
        query = query.where(SearchEntry.id < min(bounds))
    rows = db.session.execute(query.where(may_find(scopes)).limit(limit))
    return [read_key(entry_id) for (entry_id,) in rows]


def _term_clause(term: Term) -> Clause:
    """Return what an entry must have one of for `term`."""
    exact = tuple(Alternative(stem) for stem in sorted(term.stems))
    return exact if term.prefix is None else (*exact, Alternative(term.prefix, is_prefix=True))


def _filter_clauses(filters: Filters, scopes: Sequence[Scope]) -> list[Clause]:
    clauses: list[Clause] = []
    if len(scopes) <= FEW_PROMOTIONS:  # so that the texts of others are not even looked at
        clauses.append(tuple(Alternative(promotion_word(scope.promotion_id)) for scope in scopes))
    if filters.team_id:
        clauses.append((Alternative(team_word(filters.team_id)),))
    if filters.kinds:
        clauses.append(tuple(Alternative(kind_word(kind)) for kind in filters.kinds))
    return clauses


def _sqlite_query(clauses: Iterable[Clause]) -> Select[int]:
    """Search SQLite's index, whose rows come in the order of their ids at no cost."""
    alternatives = (" OR ".join(f'"{word}"{"*" if is_prefix else ""}' for word, is_prefix in one) for one in clauses)
    asked = " AND ".join(f"({one})" for one in alternatives)
    if not asked:
        return _any_query()
    query = select(SQLITE_WORDS.c.rowid).join_from(SQLITE_WORDS, SearchEntry, SQLITE_WORDS.c.rowid == SearchEntry.id)
    return query.where(literal_column("search_words").op("MATCH")(asked)).order_by(SQLITE_WORDS.c.rowid.desc())


def _postgresql_query(clauses: Iterable[Clause]) -> Select[int]:
    alternatives = (" | ".join(f"'{word}'{':*' if is_prefix else ''}" for word, is_prefix in one) for one in clauses)
    asked = " & ".join(f"({one})" for one in alternatives)
    query = _any_query()
    return query.where(SearchEntry.words.op("@@")(cast(asked, TSQUERY))) if asked else query


def _any_query() -> Select[int]:
    return select(SearchEntry.id).order_by(SearchEntry.id.desc())

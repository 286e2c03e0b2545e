"""Somebody with the whole database: every row of every table, its hidden columns, the bytes of its files.

They know whose each row about a member is, and try to say whose each answer is. In the tests every answer carries the
tag of its author, so that their guesses can be counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import inspect, text

from app.database import db

TAG = re.compile(r"tag\d\d")
HIDDEN = {
    "sqlite": "rowid AS hidden_rowid",
    "postgresql": "xmin::text::bigint AS hidden_xmin, xmax::text::bigint AS hidden_xmax, "
    "cmin::text::bigint AS hidden_cmin, (ctid::text::point)[0] AS hidden_block, (ctid::text::point)[1] AS hidden_line",
}
ROWLESS = {"search_words_idx", "search_words_config"}  # of SQLite's index, WITHOUT ROWID: no hidden column
Row = dict[str, Any]


@dataclass
class Dump:
    """What the adversary has: rows by table, in the order in which the database gives them; its people, by key."""

    rows: dict[str, list[Row]]
    members: Mapping[int, str]  # the tag of each membership's answers
    people: Mapping[int, str]  # and of each person's


def read_everything(members: Mapping[int, str], people: Mapping[int, str]) -> Dump:
    """Read all tables of the database, whatever they are."""
    hidden = HIDDEN[db.engine.dialect.name]
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        shown = {name: "*" if name in ROWLESS else f"{hidden}, *" for name in names}
        found = {
            name: [dict(row) for row in connection.execute(text(f'SELECT {columns} FROM "{name}"')).mappings()]
            for name, columns in shown.items()
        }
    return Dump(found, members, people)


def orders_of_people(dump: Dump) -> dict[tuple[str, ...], list[str]]:
    """Every order in which the database has the members who answered, as their tags; and where it was seen."""
    orders: dict[tuple[str, ...], list[str]] = {}
    for table, rows in dump.rows.items():
        owned = [(row, tag) for row in rows if (tag := _owner(table, row, dump))]
        for name, sequence in _orders(owned):
            orders.setdefault(sequence, []).append(f"{table} by {name}")
            orders.setdefault(sequence[::-1], []).append(f"{table} by {name}, backwards")
    return {order: where for order, where in orders.items() if len(order) == len(dump.members)}


def orders_of_answers(dump: Dump) -> dict[str, tuple[str, ...]]:
    """Every order in which the database has the answers to one question, as the tags they carry."""
    orders: dict[str, tuple[str, ...]] = {}
    for table, rows in dump.rows.items():
        single: dict[str, list[tuple[Row, str]]] = {}
        for row in rows:
            question = str(row.get("key", row.get("question", "")))
            for column, value in row.items():
                tags = TAG.findall(value if isinstance(value, str) else json.dumps(value, default=str))
                if len(tags) > 1:
                    orders[f"{table}.{column} of {question}"] = tuple(tags)
                elif tags:
                    single.setdefault(question, []).append((row, tags[0]))
        for question, tagged in single.items():
            orders |= {f"{table} of {question} by {name}": order for name, order in _orders(tagged)}
    return orders


def hits_by_rank(people: Sequence[str], answers: Iterable[Sequence[str]]) -> int:
    """How many answers are given to their authors by who says: the n-th person wrote the n-th answer."""
    return sum(sum(one == other for one, other in zip(people, order, strict=True)) for order in answers)


def hits_across(answers: Iterable[Sequence[str]]) -> tuple[int, int]:
    """How many answers to two questions are rightly taken for one person's, by their rank; of how many pairs."""
    pairs = list(combinations(answers, 2))
    return sum(hits_by_rank(one, [other]) for one, other in pairs), len(pairs)


def hits_by_equality(dump: Dump) -> int:
    """The most answers that two columns give to their authors: the same value beside both, and nowhere else."""
    owned, tagged = _columns(dump, owners=True), _columns(dump, owners=False)
    return max((_matches(one, other) for one in owned for other in tagged), default=0)


def earlier_versions(data: bytes, whole: int) -> set[str]:
    """Lists of tags in raw bytes that are shorter than `whole`: an urn as it was before the last answers."""
    found = re.findall(rb'\[("tag\d\d"(?:, "tag\d\d")*)\]', data)
    return {each.decode() for each in found if each.count(b",") + 1 < whole}


def _owner(table: str, row: Row, dump: Dump) -> str | None:
    member = row.get("membership_id", row["id"] if table == "memberships" else None)
    person = row.get("person_id", row["id"] if table == "people" else None)
    return dump.members.get(member) or dump.people.get(person)


def _orders(tagged: Sequence[tuple[Row, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tags in the order of the rows as they came, and by each column; each tag once, where it comes first."""
    if not tagged:
        return
    yield "physical order", _once(tag for _row, tag in tagged)
    for column in tagged[0][0]:
        yield column, _once(tag for _row, tag in sorted(tagged, key=lambda each: _sortable(each[0][column])))


def _once(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


def _sortable(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, json.dumps(value, default=str))


def _columns(dump: Dump, *, owners: bool) -> list[dict[str, str]]:
    """For each column, its values that stand beside one tag only: value → tag."""
    columns = []
    for table, rows in dump.rows.items():
        for column in rows[0] if rows else ():
            beside: dict[str, set[str]] = {}
            for row in rows:
                tag = _owner(table, row, dump) if owners else _only_tag(row)
                if tag:
                    beside.setdefault(str(row[column]), set()).add(tag)
            columns.append({value: tags.pop() for value, tags in beside.items() if len(tags) == 1})
    return columns


def _only_tag(row: Row) -> str | None:
    tags = TAG.findall(json.dumps(row, default=str))
    return tags[0] if len(tags) == 1 else None


def _matches(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return sum(other.get(value) == tag for value, tag in one.items())

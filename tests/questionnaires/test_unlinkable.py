"""The test that tries: thirty answers, then every way to say whose an answer is. None does better than chance.

The same adversary is right about everybody where the tables are what one would naturally write.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import text
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.letters.delivery import deliver
from app.questionnaires.definition import Answers
from app.questionnaires.library import read_shipped
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import definition_of
from app.questionnaires.service import close, issue, submit
from app.records.vocabulary import SurveyPublic
from app.teams.models import Membership
from tests.builders import make_member, make_promotion, make_team, one_transaction
from tests.fixtures.relay import Relay
from tests.questionnaires import adversary

pytestmark = pytest.mark.both_databases

MEMBERS = 30
SIGMAS = 6  # how far above its mean a count of chance hits may be: once in ten million runs
NOT_OURS = ("mail.log", "asyncio", "sqlalchemy")


@pytest.fixture
def eigs(app: Flask, clock: Traveller) -> list[Membership]:
    with one_transaction():
        promotion = make_promotion()
        team = make_team(promotion)
        return [make_member(promotion, team=team, email=f"eig{number}@promotion.example") for number in range(MEMBERS)]


@pytest.fixture
def tags(eigs: list[Membership]) -> dict[int, str]:
    """The tag that each member's answers carry, by membership."""
    order = list(range(MEMBERS))
    Random(7).shuffle(order)
    return {member.id: f"tag{number:02}" for member, number in zip(eigs, order, strict=True)}


@pytest.fixture
def questionnaire(eigs: list[Membership]) -> Questionnaire:
    return issue(eigs[0].promotion, read_shipped(SurveyPublic.EIG), None, date(2019, 3, 20), now())


def tagged_answers(questionnaire: Questionnaire, tag: str) -> Answers:
    """An answer to everything that is always asked, which says whose it is."""
    questions = [each for each in definition_of(questionnaire).questions if each.condition is None]
    return {name: (tag,) for question in questions for name in question.names}


def everybody_answers(
    eigs: list[Membership], tags: dict[int, str], clock: Traveller, answer: Callable[[Membership, str], None]
) -> None:
    """Within ten days, three a day, in an order of chance."""
    order = list(eigs)
    Random(11).shuffle(order)
    for member in order:
        clock.shift(timedelta(hours=8))
        answer(member, tags[member.id])


def dump_of(eigs: list[Membership], tags: dict[int, str]) -> adversary.Dump:
    members = {member.id: tags[member.id] for member in eigs}
    people = {member.person_id: tags[member.id] for member in eigs}
    db.session.rollback()
    return adversary.read_everything(members, people)


def within_chance(expected: float) -> float:
    return expected + SIGMAS * sqrt(expected)


def test_no_join_tells_whose_an_answer_is(
    eigs: list[Membership],
    tags: dict[int, str],
    questionnaire: Questionnaire,
    clock: Traveller,
    relay: Relay,
    caplog: pytest.LogCaptureFixture,
) -> None:
    deliver()
    with caplog.at_level(logging.DEBUG):
        everybody_answers(
            eigs,
            tags,
            clock,
            lambda member, tag: submit(questionnaire, member, tagged_answers(questionnaire, tag), now()),
        )
    dump = dump_of(eigs, tags)
    people, answers = adversary.orders_of_people(dump), adversary.orders_of_answers(dump)
    urns = [order for order in answers.values() if len(order) == MEMBERS]
    assert len(urns) > 30
    assert {where.split(" ")[0] for places in people.values() for where in places} >= {
        "participations",
        "letters",
        "memberships",
    }
    by_rank = {str(places): adversary.hits_by_rank(order, urns) for order, places in people.items()}
    assert {where: hits for where, hits in by_rank.items() if hits > within_chance(len(urns))} == {}
    hits, pairs = adversary.hits_across(urns)
    assert hits <= within_chance(pairs), "nobody can be followed from one question to the next"
    assert adversary.hits_by_equality(dump) <= within_chance(1)
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(NOT_OURS))
    assert not [trace for trace in (*tags.values(), *(member.person.email or "" for member in eigs)) if trace in logged]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_answer_leaves_the_same_traces_whatever_it_answers(
    eigs: list[Membership], tags: dict[int, str], questionnaire: Questionnaire
) -> None:
    """PostgreSQL names the last transaction that wrote a row: after each answer it is the same one for every row."""
    for member in eigs[:3]:
        submit(questionnaire, member, {"means": (tags[member.id],)}, now())
        dump = dump_of(eigs, tags)
        rows = [*dump.rows["urns"], *dump.rows["participations"]]
        assert len({row["hidden_xmin"] for row in rows}) == 1


def naive_tables() -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive_answers (id INTEGER PRIMARY KEY, question TEXT, answer TEXT)")
        connection.exec_driver_sql("CREATE TABLE naive_flags (id INTEGER PRIMARY KEY, membership_id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE naive_lists (key TEXT PRIMARY KEY, answers TEXT)")
        connection.exec_driver_sql("INSERT INTO naive_lists VALUES ('q0', ''), ('q1', ''), ('q2', '')")


def answer_naively(member: Membership, tag: str) -> None:
    """Store each answer as a row and in a list, and that the member has answered, as one would without thinking."""
    member_id = member.id
    db.session.rollback()
    with db.engine.begin() as connection:
        last = connection.execute(text("SELECT coalesce(max(id), 0) FROM naive_answers")).scalar_one()
        for number in range(3):
            row = {"id": last + 1 + number, "question": f"q{number}", "answer": tag}
            connection.execute(text("INSERT INTO naive_answers VALUES (:id, :question, :answer)"), row)
        connection.execute(text("UPDATE naive_lists SET answers = answers || ' ' || :answer"), {"answer": tag})
        connection.execute(text("INSERT INTO naive_flags VALUES (:id, :member)"), {"id": last + 1, "member": member_id})


def test_the_same_adversary_finds_everybody_in_natural_tables(
    eigs: list[Membership], tags: dict[int, str], clock: Traveller
) -> None:
    naive_tables()
    try:
        everybody_answers(eigs, tags, clock, answer_naively)
        dump = dump_of(eigs, tags)
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            for table in ("naive_answers", "naive_flags", "naive_lists"):
                connection.exec_driver_sql(f"DROP TABLE {table}")
    people, answers = adversary.orders_of_people(dump), adversary.orders_of_answers(dump)
    lists = [order for where, order in answers.items() if where.startswith("naive_lists")]
    rows = [order for where, order in answers.items() if where.startswith("naive_answers") and where.endswith("by id")]
    assert len(lists) == len(rows) == 3
    assert max(adversary.hits_by_rank(order, [*lists, *rows]) for order in people) == 6 * MEMBERS
    assert adversary.hits_by_equality(dump) == MEMBERS, "one transaction wrote both, and one number"
    assert adversary.hits_across(lists) == (3 * MEMBERS, 3), "the n-th answers are of one person"


# --- The bytes of the files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlites_files_hold_no_urn_as_it_was_before(
    eigs: list[Membership],
    tags: dict[int, str],
    questionnaire: Questionnaire,
    clock: Traveller,
    sqlite_path: Path,
    tmp_path: Path,
) -> None:
    everybody_answers(
        eigs, tags, clock, lambda member, tag: submit(questionnaire, member, tagged_answers(questionnaire, tag), now())
    )
    files = [path for path in sqlite_path.parent.glob(f"{sqlite_path.name}*") if path.suffix != ".sqlite-shm"]
    assert any(adversary.TAG.search(path.read_bytes().decode("latin-1")) for path in files), "today's answers are seen"
    assert [versions for path in files if (versions := adversary.earlier_versions(path.read_bytes(), MEMBERS))] == []
    assert adversary.earlier_versions(natural_file(tmp_path / "natural.sqlite"), MEMBERS), (
        "where they are, they are found"
    )


def natural_file(path: Path) -> bytes:
    """What SQLite leaves on the disk of lists that grew, as it comes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE lists (id INTEGER PRIMARY KEY, papers TEXT)")
        connection.execute("INSERT INTO lists VALUES (1, '[]')")
        for length in range(1, MEMBERS + 1):
            tags = ", ".join(f'"tag{number:02}"' for number in range(length))
            connection.execute("UPDATE lists SET papers = ?", [f"[{tags}]"])
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresqls_tables_hold_no_urn_as_it_was_before_once_it_is_closed(
    eigs: list[Membership], tags: dict[int, str], questionnaire: Questionnaire
) -> None:
    for member in eigs[:6]:
        submit(questionnaire, member, tagged_answers(questionnaire, tags[member.id]), now())
    close(questionnaire, now())
    db.session.rollback()
    urns = _heap_of("urns")
    assert adversary.TAG.search(urns.decode("latin-1")), "today's answers are seen"
    assert adversary.earlier_versions(urns, 6) == set()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive_lists (papers TEXT)")
        connection.exec_driver_sql("""INSERT INTO naive_lists VALUES ('["tag00"]')""")
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("""UPDATE naive_lists SET papers = '["tag00", "tag01"]'""")
        assert adversary.earlier_versions(_heap_of("naive_lists"), 2), "where they are, they are found"
    finally:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE naive_lists")


def _heap_of(table: str) -> bytes:
    """The bytes of the table's file."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        found = connection.exec_driver_sql(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))")
        return bytes(found.scalar_one())

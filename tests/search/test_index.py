"""The index says what the tables say, whatever happened to these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from time_machine import Traveller

from app import clock as our_clock
from app.bulletins.legacy_csv.file_format import COLUMNS, read_records
from app.bulletins.legacy_csv.importing import import_bulletins, teams_by_key
from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.moods import Mood
from app.bulletins.queries import find_bulletin
from app.bulletins.service import BulletinDraft, save_bulletin
from app.database import db
from app.digests.introductions import introduce
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.jobs import complete_search
from app.search.asked import Filters
from app.search.entries import EntryKind, read_key
from app.search.finding import find
from app.search.index import VERSION, catch_up, is_built, is_complete
from app.search.models import SearchEntry, SearchIndexVersion
from app.search.search_terms import SearchTerms, Term
from app.search.visibility import Scope
from app.search.words import index_words
from app.teams.models import Membership, Person, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team

pytestmark = pytest.mark.both_databases

W10 = Week.parse("2019-W10")
Key = tuple[EntryKind, int]


def written() -> dict[Key, tuple[str, ...]]:
    """What must be found, as the tables have it."""
    found: dict[Key, tuple[str, ...]] = {}
    for bulletin in db.session.scalars(select(Bulletin)):
        found[EntryKind.BULLETIN, bulletin.id] = (bulletin.team.name, bulletin.priorities, bulletin.ups_and_downs)
        call = db.session.scalar(select(HelpRequest).where(HelpRequest.bulletin_id == bulletin.id))
        if bulletin.help and not (call and call.state is HelpState.WITHDRAWN):
            found[EntryKind.CALL, bulletin.id] = (bulletin.team.name, bulletin.help)
    for key_date in db.session.scalars(select(KeyDate)):
        found[EntryKind.KEY_DATE, key_date.id] = (key_date.team.name, key_date.text)
    for introduction in db.session.scalars(select(Introduction).where(Introduction.text != "")):
        found[EntryKind.INTRODUCTION, introduction.id] = (introduction.text,)
    return found


def assert_index_is_right(gone: set[str]) -> None:
    """Each word, those that were written once and are `gone` too, finds the texts that have it and no other."""
    db.session.expire_all()
    should = {key: index_words(*texts) for key, texts in written().items()}
    scopes = [Scope(id_, None, Week.parse("2100-W01")) for id_ in db.session.scalars(select(Promotion.id))]
    for word in gone.union(*should.values()):
        keys = find(SearchTerms((Term(frozenset({word})),)), Filters(), scopes, 10_000)
        assert {(key.kind, key.source_id) for key in keys} == {key for key, has in should.items() if word in has}, word
    keys = [read_key(entry_id) for entry_id in db.session.scalars(select(SearchEntry.id))]
    assert sorted((key.kind, key.source_id) for key in keys) == sorted(should)
    db.session.rollback()


class History:
    """A promotion to which anything may happen, and another one that teams may move to."""

    def __init__(self, member: Membership, other: Promotion) -> None:
        self.promotion, self.team, self.author = member.promotion, member.team, member.person
        self.other, self.number = other, 0

    def word(self) -> str:
        self.number += 1
        return f"mot{self.number}"

    def words(self) -> set[str]:
        return {f"mot{number}" for number in range(1, self.number + 1)}

    def save(self, **values: object) -> None:
        bulletin = find_bulletin(self.team, W10)
        texts = {
            "priorities": self.word(),
            "ups_and_downs": self.word(),
            "help": self.word(),
            "key_date_text": self.word(),
        }
        draft = BulletinDraft(**{"mood": Mood.GOOD, "key_date": W10.next.monday, **texts, **values})  # type: ignore[arg-type]
        save_bulletin(self.team, W10, self.author, draft, bulletin.revision if bulletin else 0, our_clock.now())

    def withdraw_call(self) -> None:
        self.save(help="")

    def remove_date(self) -> None:
        self.save(key_date=None, key_date_text="")

    def move_date(self) -> None:
        for number, key_date in enumerate(db.session.scalars(select(KeyDate)).all()):
            key_date.day += timedelta(days=1 + number)
        db.session.commit()

    def introduce(self) -> None:
        introduce(self.promotion, W10, self.word(), self.author, our_clock.now())

    def remove_introduction(self) -> None:
        introduce(self.promotion, W10, "", self.author, our_clock.now())

    def rename(self) -> None:
        self.team.name = f"Équipe {self.word()}"
        db.session.commit()

    def give_up(self) -> None:
        bulletin = find_bulletin(self.team, W10)
        if bulletin:
            bulletin.priorities = self.word()
            db.session.flush()
        db.session.rollback()

    def go_back_half_way(self) -> None:
        make_bulletin(self.team, W10 + -100 + self.number, priorities=self.word())
        with db.session.begin_nested() as savepoint:
            self.team.summary = self.word()
            savepoint.rollback()
        db.session.commit()

    def import_file(self) -> None:
        rows = [f"{n},{self.team.name},2018-{n + 10},🙂,{self.word()},{self.word()},{self.word()}," for n in range(3)]
        lines = [",".join(COLUMNS), *(f"{row}2018-01-31 10:00:00,2018-01-31 10:00:00" for row in rows)]
        records = read_records("\n".join(lines).encode())
        import_bulletins(self.promotion, records, teams_by_key(self.promotion), our_clock.now())

    def delete_bulletin(self) -> None:
        bulletin = db.session.scalars(select(Bulletin).order_by(Bulletin.id.desc())).first()
        if bulletin:
            db.session.delete(bulletin)
            db.session.commit()

    def delete_other_promotion(self) -> None:
        make_bulletin(make_team(self.other, self.word()), W10, help=self.word())
        db.session.execute(delete(Promotion).where(Promotion.id == self.other.id))
        db.session.commit()
        self.other = make_promotion(slug=f"autre-{self.word()}")

    def insert_in_bulk(self) -> None:
        texts = dict.fromkeys(("priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"), self.word())
        values = {"team_id": self.team.id, "week": W10 + 200 + self.number, "mood": Mood.GOOD, **texts}
        now = our_clock.now()
        db.session.execute(insert(Bulletin).values(**values, created_at=now, updated_at=now))
        db.session.commit()
        assert catch_up()
        assert not catch_up()

    def forget_everything(self) -> None:
        db.session.execute(delete(SearchIndexVersion))
        db.session.execute(delete(SearchEntry))
        db.session.commit()
        complete_search(lambda: False)


EVENTS: dict[str, Callable[[History], None]] = {
    name: event for name, event in vars(History).items() if not name.startswith("_") and name not in {"word", "words"}
}


def begin_history(number: int) -> History:
    promotion = make_promotion(slug=f"promotion-{number}")
    other = make_promotion(slug=f"other-{number}")
    member = make_member(promotion, team=make_team(promotion, "Jachère"), email=f"{number}@x.example")
    return History(member, other)


def test_each_event_leaves_the_index_right(app: Flask, clock: Traveller) -> None:
    history = begin_history(0)
    complete_search(lambda: False)  # all is built: what is missing from here on came in by other ways
    for event in EVENTS.values():
        event(history)
    history.save()
    history.rename()
    assert_index_is_right(history.words())


@pytest.mark.long
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(st.lists(st.sampled_from(sorted(EVENTS)), min_size=3, max_size=12))
def test_any_history_leaves_the_index_right(app: Flask, clock: Traveller, names: list[str]) -> None:
    history = begin_history(our_clock.now().microsecond)
    for name in names:
        EVENTS[name](history)
        assert_index_is_right(history.words())
    for table in (Promotion, Person):
        db.session.execute(delete(table))
    db.session.commit()
    assert_index_is_right(history.words())


def test_an_index_of_another_version_is_built_anew_by_the_job_process(app: Flask, clock: Traveller) -> None:
    history = begin_history(0)
    history.save()
    assert not is_built()
    assert is_complete(), "what was written since the start is there"
    complete_search(lambda: False)
    assert is_built()
    assert not catch_up()
    db.session.execute(update(SearchIndexVersion).values(version=VERSION + 1))
    db.session.execute(update(SearchEntry).values(words="autrement"))
    db.session.commit()
    assert not is_complete()
    complete_search(lambda: False)
    assert is_built()
    assert_index_is_right(history.words() | {"autrement"})


def test_the_command_says_how_many_entries_there_are(app: Flask, clock: Traveller) -> None:
    begin_history(0).save()
    answer = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert answer.output == "The index has 3 entries.\n"


def test_a_team_that_goes_to_another_promotion_takes_its_texts_along(app: Flask, clock: Traveller) -> None:
    history = begin_history(0)
    history.save()
    team = db.session.get_one(Team, history.team.id)
    team.promotion_id = history.other.id
    db.session.commit()
    assert set(db.session.scalars(select(SearchEntry.promotion_id))) == {history.other.id}
    assert_index_is_right(history.words())

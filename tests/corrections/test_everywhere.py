"""What was corrected or withdrawn is looked for wherever the product says something, and in every row it stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.clock import now
from app.corrections.service import (
    withdraw_from_bulletin,
    withdraw_introduction,
)
from app.corrections.words import WithdrawnPart
from app.database import Model, db
from app.desk.friday_note import queue_due_notes
from app.digests.sending_again import send_again
from app.digests.service import issue
from app.feeds.addresses import addresses_of, make_address
from app.feeds.models import Feed
from app.help_requests.monthly_list import queue_due_list
from app.help_requests.reminders import queue_due_call_reminders
from app.letters.delivery import deliver
from app.letters.personal_data import erase_private_content
from app.security import new_secret
from app.sharing.service import make_link
from tests.builders import make_member
from tests.corrections.conftest import CALL, DATE, INTRODUCTION, PRIORITY, STORY, W11, World
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.readership.outputs import COMMANDS, answer_text, lasting, seen_by

P = "/promotion-3"
BULLETIN = {PRIORITY, STORY}
WORDS = BULLETIN | {CALL, DATE, INTRODUCTION}
READING_COMMANDS = ("digest preview", "bulletins export", "figures", "roster export")
PAGES: dict[str, set[str]] = {  # which of the words each page, file and feed shows while nothing is withdrawn
    f"{P}/digests/2019-W10": WORDS,
    f"{P}/digests/2019-W11": {CALL, DATE},  # the call again, and the day again
    f"{P}/weeks/2019-W10": WORDS - {INTRODUCTION},
    f"{P}/teams/jachere": WORDS - {INTRODUCTION},
    f"{P}/bulletin/2019-W10": WORDS - {INTRODUCTION},
    f"{P}/help": {CALL},
    f"{P}/dates": {DATE},
    f"{P}/search?q=semer": {PRIORITY},
    f"{P}/search?q=connait": {CALL},
    f"{P}/search?q=cueillette": {DATE},
    f"{P}/search?q=mot": {INTRODUCTION},
    f"{P}/search/similar?text=Qui+sait+semer+et+recolter": {PRIORITY},  # to another team
    f"{P}/teams/jachere/story.md": WORDS - {INTRODUCTION},
    f"{P}/export/bulletins.csv": WORDS - {INTRODUCTION},
    f"{P}/export/bulletins.md": WORDS,
    f"{P}/export/bulletins.json": WORDS,
    f"{P}/manage/calls.md": {CALL},
    "calendar": {DATE},
    "digests": WORDS,
    "share": BULLETIN | {DATE},
    "digest preview": WORDS,
    "bulletins export": BULLETIN | {CALL},
}


@pytest.fixture
def keys(world: World) -> dict[str, str]:
    """The addresses of Léa's feeds, and of the link to the story of her team."""
    found = {}
    for feed in Feed:
        make_address(world.lea, feed, now())
        url = urlsplit(addresses_of(world.lea)[feed])
        found[feed.value] = f"{url.path}?{url.query}"
    secret = new_secret()
    assert world.lea.team
    make_link(world.lea.team, "la DSI", world.promotion.ends_on, secret, world.lea.person, now())
    return found | {"share": f"/share/{secret}"}


@pytest.fixture
def read(app: Flask, world: World, keys: dict[str, str]) -> Callable[[str], str]:
    """What a page, a feed or a command says to who may read most of it."""

    def read(place: str) -> str:
        if place in COMMANDS:
            runner = app.test_cli_runner()
            results = [runner.invoke(args=[*place.split(), *options.split()]) for options in COMMANDS[place]]
            assert any(result.exit_code == 0 for result in results), place
            return "\n".join(result.output for result in results)
        member = world.max if "similar" in place else world.judith if "manage" in place else world.lea
        answer = as_member(app.test_client(), member).get(keys.get(place, place))
        assert answer.status_code == 200, place
        return unescape(unescape(answer.text))

    return read


def shown(read: Callable[[str], str]) -> dict[str, set[str]]:
    """Which of the planted words each place shows."""
    said = {place: read(place) for place in PAGES}
    return {place: {word for word in WORDS if word in text} for place, text in said.items()}


def withdraw_all(world: World) -> None:
    assert withdraw_from_bulletin(
        world.bulletin, WithdrawnPart.BULLETIN, world.digest.revision, world.coordinator, now(), team_asked=True
    )
    assert withdraw_introduction(world.digest, world.digest.revision, world.coordinator, now())


def test_what_is_withdrawn_is_shown_in_no_place(world: World, read: Callable[[str], str]) -> None:
    assert shown(read) == PAGES
    withdraw_all(world)
    assert shown(read) == {place: set() for place in PAGES}
    for place in (f"{P}/digests/2019-W10", f"{P}/weeks/2019-W10", f"{P}/teams/jachere", "share", "digests"):
        assert "Retiré le 18 mars 2019 à la demande du défi." in read(place), place


def test_a_shared_story_says_that_a_text_was_corrected_and_nothing_of_a_call(
    world: World, read: Callable[[str], str]
) -> None:
    assert "Corrigé" not in read("share")
    seen = world.digest.revision
    withdraw_from_bulletin(world.bulletin, WithdrawnPart.HELP, seen, world.coordinator, now(), team_asked=True)
    said = read("share")
    assert "Corrigé depuis sa parution." in said
    assert "emande d’aide retirée" not in said


def stored_in() -> set[str]:
    """The tables that hold one of the words."""
    found = set()
    for table in Model.metadata.sorted_tables:
        said = "\n".join(str(tuple(row)) for row in db.session.execute(select(table)))
        if any(word in said for word in WORDS):
            found.add(table.name)
    return found


def is_indexed(connection: Connection | None = None) -> bool:
    """Whether SQLite's index has one of the words: of a word it stores once what its neighbour begins with, too."""
    blocks = (connection or db.session.connection()).scalars(text("SELECT block FROM search_words_data"))
    said = b"".join(blocks)
    return any(end in said for end in (b"sinth", b"ladon", b"igue", b"tura", b"lebor"))


@pytest.mark.both_databases
def test_nothing_that_is_stored_keeps_what_was_withdrawn(world: World) -> None:
    rows = {"bulletins", "revisions", "help_requests", "key_dates", "introductions", "digests", "digest_texts"}
    assert stored_in() == rows | {"mailings", "search_entries"}
    withdraw_all(world)
    assert stored_in() == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_index_keeps_no_word_of_what_was_withdrawn_from_the_moment_on(world: World) -> None:
    assert is_indexed()
    found: list[bool] = []

    def look(_session: Session) -> None:
        with db.engine.connect() as connection:
            found.append(is_indexed(connection))

    event.listen(db.session, "after_commit", look)
    withdraw_all(world)
    event.remove(db.session, "after_commit", look)
    assert found == [True, False], "the introduction goes in a second transaction"
    assert not is_indexed()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_letters_that_have_quoted_a_call_are_forgotten_once_they_have_left(
    world: World, relay: Relay, clock: Traveller
) -> None:
    clock.move_to(datetime(2019, 3, 22, 14, 5, tzinfo=UTC))
    issue(world.promotion, W11.next, now=now())
    clock.move_to(datetime(2019, 3, 22, 18, 0, tzinfo=UTC))
    assert queue_due_notes(world.promotion, now()) == 1
    clock.move_to(datetime(2019, 4, 1, 8, 0, tzinfo=UTC))
    assert queue_due_call_reminders(world.promotion, now()) == queue_due_list(world.promotion, now()) == 1
    deliver()
    quoted = [letter["Subject"] for letter in relay.messages if CALL in letter.text]
    assert len(quoted) > 3
    erase_private_content(now())
    withdraw_all(world)
    assert stored_in() == set()


def visits(app: Flask, world: World, keys: dict[str, str]) -> Iterator[str]:
    """Every page as everybody sees it, every command that reads, and the feeds."""
    mentor = make_member(world.promotion, "mentor", world.lea.team, "mentor@x.example")
    alumni = make_member(world.promotion, "alumni", world.lea.team, "alumni@x.example")
    for member in (world.lea, world.max, world.judith, mentor, alumni):
        yield from seen_by(as_member(app.test_client(), member), app).values()
    yield from (answer_text(app.test_client().get(path)) for path in keys.values())
    for command in READING_COMMANDS:
        for options in COMMANDS[command]:
            result = app.test_cli_runner().invoke(args=[*command.split(), *options.split()])
            yield lasting(result.output)


@pytest.mark.long
def test_every_page_and_command_is_free_of_what_was_withdrawn(
    app: Flask, world: World, keys: dict[str, str], relay: Relay
) -> None:
    deliver()
    withdraw_all(world)
    relay.messages.clear()
    assert send_again(world.digest, world.max, 0, world.coordinator, now())
    deliver()
    said = [*visits(app, world, keys), *(f"{each.text}\n{each.html}" for each in relay.messages)]
    assert len(relay.messages) == 1
    assert any("Retiré le 18 mars 2019" in unescape(each) for each in said)
    assert [word for word in WORDS for each in said if word in unescape(unescape(each))] == []

"""Nothing that the product says shows one member's reading to another.

The promotion goes twice, each time on a database of its own; who of two EIGs reads is all that differs. Every page as
every sort of visitor, every command, letter and log line must then be the same, to everybody but these two.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, text
from time_machine import Traveller

from app.database import db
from app.teams.models import Membership
from app.teams.subscriptions import Subscription, unsubscribe_url
from tests.fixtures.database import make_tables
from tests.fixtures.postgresql import new_database
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, browser_of, make_config, running_app
from tests.readership.outputs import (
    COMMANDS,
    NOT_RUN,
    answer_text,
    command_names,
    command_outputs,
    lasting,
    seen_by,
    sent_by,
)
from tests.readership.twins import ISSUED_AT, NOW, TWO, make_twin, readers_link, run_jobs

LOOK_ON = ("teammate", "coordinator", "mentor", "eig 0", "eig who coordinates", "alumni", "gone", "stranger", "visitor")
FRIDAY = ("2019-03-22T09:01:00Z", "2019-03-22T14:06:00Z", "2019-03-22T14:17:00Z")  # reminders, digest, note
FROZEN = "2019-04-09T10:00:00Z"
WORDS = (
    "au moins</span> 7",
    "à regarder de près",
    "pas encore écrit",
    "J’aimerais",
    "reminders queued",
    "SQL parameters hidden",  # the error of the breakdown, as the log has it
)
OWN = ("/", "/me", "/me/data", "/promotion-3/digests", "/promotion-3/digests/2019-W07", "/promotion-3/digests/2019-W11")
ON_OWN_PAGES = re.compile(  # where they see their own
    r"/(me(/data)?|promotion-3/(digests.*|weeks|teams/[\w-]+|bulletin/.*/receipt)?)?"
)
NOT_OURS = ("mail.log", "asyncio", "sqlalchemy")  # the tests' relay logs its ports; SQLAlchemy, every row it reads

People = dict[str, Membership | None]
Outputs = dict[tuple[str, str], str]  # by who sees it, and where


def visits(app: Flask, people: People, names: tuple[str, ...], when: str) -> Outputs:
    """What every page says to each of `names`."""
    seen = {name: seen_by(browser_of(app, people[name]), app) for name in names}
    return {(name, f"{page} {when}".strip()): answer for name in names for page, answer in seen[name].items()}


def posts(app: Flask, people: People) -> Outputs:
    """What every form answers each of the others, and what it changes for the next."""
    sent = {name: sent_by(partial(browser_of, app, people[name]), app) for name in LOOK_ON}
    return {(name, f"POST {form}"): answer for name in LOOK_ON for form, answer in sent[name].items()}


def links(app: Flask, people: People, relay: Relay) -> Outputs:
    """What every page says to who holds the link of a third member's letter, and the page behind their way out."""
    teammate = people["teammate"]
    assert teammate is not None
    _page, token = readers_link(relay, str(teammate.person.email))
    reading = seen_by(app.test_client(), app, reader=token)
    ways_out = [unsubscribe_url(teammate.id, what, 1, date(2019, 3, 8)) for what in Subscription]
    leaving = {address: answer_text(app.test_client().get(address)) for address in ways_out}
    assert any("Vous lisez en tant que Zoé" in answer for answer in reading.values())
    assert all(answer.startswith("200") and "Zoé" in answer for answer in leaving.values())
    return {("holder of a link", address): answer for address, answer in (reading | leaving).items()}


def breakdown(app: Flask, people: People, reader: str) -> Outputs:
    """The pages of the others when the marks cannot be read or written; the log has the reader's."""
    db.session.execute(text("DROP TABLE read_marks"))
    db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    member = people[reader]
    assert member is not None
    assert as_member(app.test_client(), member).post("/promotion-3/digests/2019-W10/read").status_code == 500
    return visits(app, people, LOOK_ON[:2], "without marks")


def letters(relay: Relay) -> Outputs:
    """Every letter to the others, as its reader sees it."""
    return {
        ("letter", f"{number} {letter.envelope_to}"): lasting(f"{letter['Subject']}\n{letter.text}\n{letter.html}")
        for number, letter in enumerate(sorted(relay.messages, key=lambda one: one.envelope_to))
        if not letter.envelope_to[0].startswith(("lea@", "max@"))
    }


def log(caplog: pytest.LogCaptureFixture) -> Outputs:
    """Every line of the log, with its errors."""
    write = logging.Formatter("%(name)s %(levelname)s %(message)s").format
    ours = [write(record) for record in caplog.records if not record.name.startswith(NOT_OURS)]
    return {("log", str(number)): lasting(line) for number, line in enumerate(ours)}


def story(app: Flask, relay: Relay, clock: Traveller, reader: str, folder: Path) -> tuple[Outputs, Outputs]:
    """The promotion in which `reader` reads: what the others see, and what the two see."""
    clock.move_to(ISSUED_AT)
    people = make_twin(app, relay, reader)
    clock.move_to(NOW)
    run_jobs()
    outputs = visits(app, people, LOOK_ON, "while March is open") | links(app, people, relay)
    own = visits(app, people, TWO, "")
    for moment in (*FRIDAY, FROZEN):
        clock.move_to(moment)
        run_jobs()
    outputs |= visits(app, people, LOOK_ON[:4], "when March is frozen")
    outputs |= {("command", command): printed for command, printed in command_outputs(app, folder).items()}
    outputs |= posts(app, people)
    run_jobs()
    return outputs | breakdown(app, people, reader) | letters(relay), own


@pytest.fixture(params=["sqlite", "postgresql"])
def two_databases(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[list[str]]:
    """Two databases of this test's own: the story drops a table in each.

    On PostgreSQL as well, where rows that nobody puts in order come in the order of their last change.
    """
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield [f"sqlite:///{shutil.copy(template, tmp_path / f'{number}.sqlite')}" for number in range(2)]
        return
    server: URL = request.getfixturevalue("postgresql_server")
    names = [f"bulletins_twin_{os.getpid()}_{worker_id}_{number}" for number in range(2)]
    with new_database(server, names[0]) as one, new_database(server, names[1]) as other:
        for url in (one, other):
            make_tables(url)
        yield [url.render_as_string(hide_password=False) for url in (one, other)]


@pytest.fixture
def stories(
    tmp_path: Path, two_databases: list[str], relay: Relay, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> list[tuple[Outputs, Outputs]]:
    """The outputs where Léa reads, and those where Max does."""
    for noisy in NOT_OURS:
        caplog.set_level(logging.WARNING, noisy)
    caplog.set_level(logging.DEBUG)
    outputs = []
    for reader, database in zip(TWO, two_databases, strict=True):
        caplog.clear()
        relay.messages.clear()
        for app in running_app(make_config(database_url=database, smtp_url=relay.url)):
            others, own = story(app, relay, clock, reader, tmp_path / reader)
        outputs.append((others | log(caplog), own))
    return outputs


@pytest.mark.long
def test_nobody_but_they_can_tell_who_of_two_members_reads(stories: list[tuple[Outputs, Outputs]]) -> None:
    (one, own), (other, others_own) = stories
    leaks = sorted(where for where in one.keys() | other.keys() if one.get(where) != other.get(where))
    assert not leaks, "\n".join(" · ".join(where) for where in leaks)
    changed = {where for where in own if own[where] != others_own[where]}
    assert changed >= {(who, address) for who in TWO for address in OWN}, "the walk sees what it looks for"
    assert [where for where in changed if not ON_OWN_PAGES.fullmatch(where[1])] == []
    assert_all_was_compared(one)


def assert_all_was_compared(outputs: Outputs) -> None:
    """Not only refusals and empty pages were compared: every sort of answer, letter and line is among them."""
    everything = "".join(outputs.values())
    for words in WORDS:
        assert words in everything, words
    for status in (200, 302, 403, 404, 410, 500):
        assert any(answer.startswith(str(status)) for answer in outputs.values()), status
    assert sum(printed.startswith("0") for (who, _), printed in outputs.items() if who == "command") > 20


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_walk_knows_every_command(app: Flask) -> None:
    assert set(command_names(app.cli)) == set(COMMANDS) | set(NOT_RUN), "say in COMMANDS how it is run"

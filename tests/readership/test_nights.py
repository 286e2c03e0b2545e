"""What is shown on one night and on the next tells nobody what somebody had read who has gone in between.

The promotion goes twice; of two EIGs Léa reads in one, Max in the other, and in both Léa is erased, leaves or moves.
Every page and every file of figures must stay the same in both: on the next nights, and when the month is frozen.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.home.account import erase_person
from app.readership.figures.disclosure import Count
from app.readership.figures.monthly import Group
from app.readership.figures.reports import month_figures, promotion_figures
from app.readership.models import ErasedReading, ReadMark
from app.teams.models import Membership
from app.teams.roles import Role
from tests.builders import make_digest, make_member, make_promotion, make_read_mark
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, make_config, running_app
from tests.readership.outputs import COMMANDS, answer_text
from tests.readership.twins import ISSUED_AT, NOW, TWO, make_twin, run_jobs

MOMENTS = (
    "2019-03-21T10:00:00Z",  # the next night
    "2019-03-22T14:06:00Z",  # a digest
    "2019-03-23T10:00:00Z",  # the first night on which somebody is missing from one
    "2019-04-09T10:00:00Z",  # March is frozen, and the promotion counted with it
)
PAGES = {  # those with figures
    "coordinator": ("", "/reading.svg", "/reading.csv"),
    "teammate": ("",),
}

Act = Callable[[Flask, Membership], None]


def erase(app: Flask, member: Membership) -> None:
    """On the site, by oneself."""
    answer = as_member(app.test_client(), member).post("/me/erase", data={"address": str(member.person.email)})
    assert answer.location == "/"


def leave(_app: Flask, member: Membership) -> None:
    member.left_on = date(2019, 3, 20)


def change_part(_app: Flask, member: Membership) -> None:
    member.role = Role.MENTOR


def coordinate(_app: Flask, member: Membership) -> None:
    member.role, member.team = Role.COORDINATOR, None


def change_team(_app: Flask, member: Membership) -> None:
    member.team = next(team for team in member.promotion.teams if team is not member.team)


def join(_app: Flask, member: Membership) -> None:
    make_member(member.promotion, team=member.team, email="nouveau@jachere.example", joined_on=date(2019, 3, 20))


ACTS = [
    erase,
    leave,
    *(pytest.param(act, marks=pytest.mark.long) for act in (change_part, coordinate, change_team, join)),
]


def looked_at(app: Flask, people: dict[str, Membership | None], when: str) -> dict[str, str]:
    """Every page and file that has figures, to two of the others, and what `flask figures` prints."""
    outputs = {}
    for name, pages in PAGES.items():
        visitor = as_member(app.test_client(), people[name])
        for url in ("/", *(f"/promotion-3/engagement{page}" for page in pages)):
            outputs[f"{when} {name} {url}"] = answer_text(visitor.get(url, buffered=True))
    for options in COMMANDS["figures"]:
        if options.endswith("json"):
            outputs[f"{when} {options}"] = app.test_cli_runner().invoke(args=["figures", *options.split()]).output
    return outputs


def story(app: Flask, relay: Relay, clock: Traveller, reader: str, act: Act) -> dict[str, str]:
    """What is shown on each night of the promotion in which `reader` reads and Léa acts after the first."""
    clock.move_to(ISSUED_AT)
    people = make_twin(app, relay, reader)
    clock.move_to(NOW)
    run_jobs()
    outputs = looked_at(app, people, "before")
    lea = people["Léa"]
    assert lea is not None
    act(app, lea)
    db.session.commit()
    for night in MOMENTS:
        clock.move_to(night)
        run_jobs()
        outputs |= looked_at(app, people, night)
    return outputs


@pytest.fixture
def two_files(sqlite_template: Path, tmp_path: Path) -> list[str]:
    return [f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{number}.sqlite')}" for number in range(2)]


@pytest.mark.parametrize("act", ACTS)
def test_no_night_tells_what_somebody_had_read_who_goes(
    act: Act, two_files: list[str], relay: Relay, clock: Traveller
) -> None:
    seen: list[dict[str, str]] = []
    for reader, database in zip(TWO, two_files, strict=True):
        relay.messages.clear()
        applications = running_app(make_config(database_url=database, smtp_url=relay.url))
        seen += [story(app, relay, clock, reader, act) for app in applications]
    one, other = seen
    assert one.keys() == other.keys()
    assert [where for where in one if one[where] != other[where]] == []
    months = [text for where, text in one.items() if "--month 2019-03" in where]
    assert months
    assert all('"readers": 7' in text for text in months), months


def test_the_first_figures_settle_whom_a_month_is_about_and_the_last_ones_too(app: Flask, clock: Traveller) -> None:
    """12 EIGs read the first of two digests, and one of them leaves before the second."""
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(24)]
    first = make_digest(promotion, "2019-W10")
    for eig in eigs[:12]:
        make_read_mark(first, eig)
    shown = []
    for moment in ("2019-03-14T10:00:00Z", "2019-03-16T10:00:00Z", "2019-04-09T10:00:00Z"):
        clock.move_to(moment)
        run_jobs()
        shown.append(month_figures(promotion, date(2019, 3, 1), now()).groups[Group.EIG])
        if len(shown) == 1:
            eigs[0].left_on = date(2019, 3, 14)
            make_digest(promotion, "2019-W11")
    assert [(group.eligible, group.readers) for group in shown] == [(24, Count(12, 12))] * 3
    assert [block.members for block in shown[1].frequency] == [12, 12]


def test_a_month_that_was_never_shown_while_open_is_about_who_was_at_every_digest(app: Flask) -> None:
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(24)]
    make_digest(promotion, "2019-W10")
    eigs[0].left_on = date(2019, 3, 14)
    make_digest(promotion, "2019-W11")
    frozen = datetime(2019, 4, 9, 10, 0, tzinfo=UTC)
    assert month_figures(promotion, date(2019, 3, 1), frozen).groups[Group.EIG].eligible == 23


def test_who_is_erased_stays_in_the_open_months_as_a_number_until_they_are_frozen(app: Flask, clock: Traveller) -> None:
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(24)]
    for week in ("2019-W10", "2019-W11"):
        digest = make_digest(promotion, week)
        for eig in eigs[:12]:
            make_read_mark(digest, eig)
    clock.move_to("2019-03-20T10:00:00Z")
    erase_person(eigs[0].person, now())
    assert db.session.query(ErasedReading).count() == 2, "of March, and of the promotion"
    assert db.session.query(ReadMark).filter_by(membership_id=eigs[0].id).count() == 0
    make_digest(promotion, "2019-W12")
    for moment in ("2019-03-23T10:00:00Z", "2019-04-09T10:00:00Z"):
        clock.move_to(moment)
        run_jobs()
        month = month_figures(promotion, date(2019, 3, 1), now()).groups[Group.EIG]
        assert (month.eligible, month.readers) == (24, Count(12, 12))
        assert [block.members for block in month.frequency] == [12, 12], "none of them reads every digest any more"
    assert promotion_figures(promotion, now()).groups[Group.EIG].readers == Count(12, 12)
    assert [row.whole for row in db.session.query(ErasedReading)] == [True]
    clock.move_to("2020-03-01T10:00:00Z")
    run_jobs()
    assert db.session.query(ErasedReading).count() == 0
    assert promotion_figures(promotion, now()).groups[Group.EIG].readers == Count(12, 12)

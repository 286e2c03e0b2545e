"""Saving a record: several people at once lose nothing, every revision stays, nothing changes once it is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import delete, select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.records.merging import merge, merge_responder
from app.records.milestones import MilestoneState
from app.records.models import ChallengeRecord, Milestone, RecordRevision
from app.records.queries import as_file, find_earlier_record, find_milestone
from app.records.service import (
    MilestoneRemovedError,
    NothingToSendError,
    RecordConflictError,
    RecordNotOpenError,
    save_section,
    send_record,
)
from app.records.values import TeamRecord
from app.records.vocabulary import Carrier, Responder, ToolState
from app.teams.models import Team
from tests.builders import make_milestone, make_promotion, make_team
from tests.threads import at_once

EIG, MENTOR, COORDINATION = Responder.EIG, Responder.MENTOR, Responder.COORDINATION


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    return make_team(make_promotion(), "Jachère")


@pytest.fixture
def milestone(team: Team) -> Milestone:
    """Open until the end of 31 March, in Paris."""
    return make_milestone(team.promotion)


def stored(milestone: Milestone) -> ChallengeRecord:
    db.session.rollback()
    return db.session.scalars(select(ChallengeRecord).where(ChallengeRecord.milestone_id == milestone.id)).one()


def test_a_record_grows_section_by_section_and_every_revision_stays(team: Team, milestone: Milestone) -> None:
    save_section(milestone, team, {"state": ToolState.PLANNED, "planned_on": "2020-03"}, 0, EIG, now())
    save_section(milestone, team, {"carried_by": Carrier.HOST}, 1, EIG, now())
    save_section(milestone, team, {"state": ToolState.PLANNED, "planned_on": None}, 2, EIG, now())
    record = stored(milestone)
    assert record.content == {"answered_by": "eig", "state": "planned", "carried_by": "host"}
    assert [each.number for each in record.revisions] == [1, 2, 3]
    assert record.revisions[0].content == {"answered_by": "eig", "state": "planned", "planned_on": "2020-03"}


def test_saving_what_is_saved_already_changes_nothing(team: Team, milestone: Milestone) -> None:
    save_section(milestone, team, {"state": None, "planned_on": None}, 0, EIG, now())
    assert db.session.scalar(select(ChallengeRecord)) is None
    for _time in range(2):
        save_section(milestone, team, {"state": ToolState.STOPPED}, 0, EIG, now())
    assert stored(milestone).revision == 1


def test_a_record_counts_once_it_is_sent(team: Team, milestone: Milestone) -> None:
    with pytest.raises(NothingToSendError):
        send_record(milestone, team, EIG, now())
    save_section(milestone, team, {"state": ToolState.STOPPED}, 0, None, now())
    key = milestone.key
    assert as_file(team.promotion, find_milestone(team.promotion, key) or milestone).records == ()
    send_record(milestone, team, EIG, now())
    record = stored(milestone)
    assert (record.content, record.sent_at) == ({"answered_by": "eig", "state": "stopped"}, now())
    db.session.expire_all()
    assert len(as_file(team.promotion, find_milestone(team.promotion, key) or milestone).records) == 1
    save_section(milestone, team, {"state": ToolState.PRODUCTION}, record.revision, EIG, now())
    assert stored(milestone).content["state"] == "production", "what is saved afterwards counts at once"


def test_two_who_change_other_things_lose_nothing(team: Team, milestone: Milestone) -> None:
    save_section(milestone, team, {"state": ToolState.PLANNED, "planned_on": None}, 0, EIG, now())
    save_section(milestone, team, {"state": ToolState.PLANNED, "planned_on": "2020-03"}, 1, EIG, now())
    save_section(milestone, team, {"state": ToolState.PRODUCTION, "planned_on": None}, 1, MENTOR, now())
    assert stored(milestone).content == {"answered_by": "mentor", "state": "production", "planned_on": "2020-03"}


def test_two_who_change_the_same_are_told_and_what_was_saved_stays(team: Team, milestone: Milestone) -> None:
    save_section(milestone, team, {"state": ToolState.PLANNED}, 0, EIG, now())
    with pytest.raises(RecordConflictError) as conflict:
        save_section(milestone, team, {"state": ToolState.STOPPED}, 0, MENTOR, now())
    assert (conflict.value.theirs.state, conflict.value.revision) == (ToolState.PLANNED, 1)
    assert list(conflict.value.fields) == ["state"]
    assert stored(milestone).content == {"answered_by": "eig", "state": "planned"}
    save_section(milestone, team, {"state": ToolState.STOPPED}, 1, MENTOR, now())
    assert stored(milestone).content == {"answered_by": "mentor", "state": "stopped"}


@pytest.mark.both_databases
def test_many_at_once_save_one_record_without_loss(app: Flask, team: Team, milestone: Milestone) -> None:
    """Each another field, over nothing: one row, with what all have said."""
    values = {
        "state": ToolState.STOPPED,
        "planned_on": "2020-03",
        "carried_by": Carrier.HOST,
        "new_approaches": True,
        "posts_created": 2,
    }
    ids, moment = (milestone.id, team.id), now()
    db.session.rollback()

    def save(name: str) -> None:
        here, mine = db.session.get_one(Milestone, ids[0]), db.session.get_one(Team, ids[1])
        save_section(here, mine, {name: values[name]}, 0, EIG, moment)

    assert at_once(app, *(partial(save, name) for name in values)) == [None] * len(values)
    record = stored(milestone)
    assert record.content == {"answered_by": "eig"} | values
    assert [each.number for each in record.revisions] == [1, 2, 3, 4, 5]


@pytest.mark.both_databases
def test_a_record_twice_at_once_is_saved_once_and_the_other_is_told(
    app: Flask, team: Team, milestone: Milestone
) -> None:
    ids, moment = (milestone.id, team.id), now()
    db.session.rollback()

    def save(number: int) -> None:
        here, mine = db.session.get_one(Milestone, ids[0]), db.session.get_one(Team, ids[1])
        save_section(here, mine, {"posts_created": number}, 0, EIG, moment)

    outcomes = at_once(app, *(partial(save, number) for number in range(3)))
    record = stored(milestone)
    assert (record.revision, outcomes.count(None)) == (1, 1)
    assert outcomes[record.content["posts_created"]] is None, "what is stored was saved"
    assert sum(isinstance(outcome, RecordConflictError) for outcome in outcomes) == 2, "the others are told"


def test_nothing_is_saved_before_a_milestone_opens_nor_once_it_is_closed(
    team: Team, milestone: Milestone, clock: Traveller
) -> None:
    save_section(milestone, team, {"state": ToolState.PLANNED}, 0, EIG, now())
    for moment, state in (
        (datetime(2019, 3, 3, 22, 59, tzinfo=UTC), MilestoneState.PLANNED),  # in Paris, the day before
        (datetime(2019, 3, 31, 22, 0, tzinfo=UTC), MilestoneState.CLOSED),  # midnight
    ):
        for act in (
            lambda moment: save_section(milestone, team, {"state": ToolState.STOPPED}, 1, EIG, moment),
            lambda moment: send_record(milestone, team, EIG, moment),
        ):
            with pytest.raises(RecordNotOpenError) as refusal:
                act(moment)
            assert refusal.value.state is state
    assert stored(milestone).content["state"] == "planned"
    assert db.session.query(RecordRevision).count() == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes has everything alone
def test_a_milestone_that_is_removed_meanwhile_is_told(team: Team, milestone: Milestone) -> None:
    assert (team.promotion_id, milestone.key) == (1, "mid"), "both are read"
    with db.engine.begin() as connection:
        connection.execute(delete(Milestone))
    with pytest.raises(MilestoneRemovedError):
        save_section(milestone, team, {"posts_created": 1}, 0, EIG, now())


def test_the_record_before_is_the_last_that_was_sent(team: Team, milestone: Milestone) -> None:
    end, later = (make_milestone(team.promotion, key) for key in ("end", "after-12"))
    for here in (milestone, end, later):
        save_section(here, team, {"posts_created": len(here.key)}, 0, EIG, now())
    assert find_earlier_record(later, team) is None
    send_record(milestone, team, EIG, now())
    assert find_earlier_record(milestone, team) is None
    found = find_earlier_record(later, team)
    assert found
    assert found.milestone.key == "mid"
    send_record(end, team, EIG, now())
    found = find_earlier_record(later, team)
    assert found
    assert found.milestone.key == "end"


def test_a_mentors_record_stays_the_mentors() -> None:
    """« Answered by the EIGs » means for want of the mentors."""
    assert merge_responder(None, None) is None
    assert merge_responder(EIG, MENTOR) is merge_responder(MENTOR, EIG) is MENTOR
    assert merge_responder(EIG, COORDINATION) is merge_responder(COORDINATION, EIG) is EIG
    assert merge_responder(None, COORDINATION) is merge_responder(COORDINATION, None) is COORDINATION


def test_what_was_left_as_it_was_gives_way_to_what_is_stored() -> None:
    base, stored = TeamRecord(posts_created=1), TeamRecord(posts_created=2, new_approaches=True)
    assert merge(stored, base, {"posts_created": 1}).record == stored
    assert merge(stored, base, {"posts_created": 2}).conflicts == ()
    assert merge(stored, base, {"posts_created": None}).conflicts == ("posts_created",)

"""The audit log: written with what it tells of, kept twelve months, of nobody once they are erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import AuditAction, kept_from, topic_of
from app.audit.models import AuditEntry
from app.audit.service import LONGEST, erase_old_entries, record_action
from app.audit.words import ACTIONS, TOPICS, describe_action
from app.database import db
from app.home.account import erase_person, everything_about
from tests.builders import make_member, make_person, make_promotion

NOW = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)


def test_every_action_and_its_topic_has_words() -> None:
    assert set(ACTIONS) == set(AuditAction)
    assert {topic_of(action) for action in AuditAction} == set(TOPICS)


def test_an_action_of_an_earlier_version_is_shown_by_its_code(app: Flask) -> None:
    with app.test_request_context():
        assert describe_action("week.turned-blue") == "week.turned-blue"
        assert describe_action("team.added") == "a ajouté un défi"


def test_an_action_that_is_taken_back_leaves_no_entry(app: Flask) -> None:
    record_action(AuditAction.TEAM_ADDED, None, NOW, subject="Plume")
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_a_subject_is_cut_to_its_column(app: Flask) -> None:
    record_action(AuditAction.TEAM_ADDED, None, NOW, subject="é" * LONGEST, detail="é" * (LONGEST + 1))
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.subject, entry.detail) == ("é" * LONGEST, "é" * (LONGEST - 1) + "…")


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2020, 3, 8, 12, tzinfo=UTC), datetime(2019, 3, 8, 12, tzinfo=UTC)),
        (datetime(2020, 2, 29, 12, tzinfo=UTC), datetime(2019, 2, 28, 12, tzinfo=UTC)),
        (datetime(2020, 12, 31, tzinfo=UTC), datetime(2019, 12, 31, tzinfo=UTC)),
    ],
)
def test_entries_are_kept_twelve_months(now: datetime, first: datetime) -> None:
    assert kept_from(now) == first


def test_the_job_erases_what_is_older_and_nothing_else(app: Flask) -> None:
    for at in (NOW, NOW - timedelta(seconds=1)):
        record_action(AuditAction.TEAM_ADDED, None, at, subject=f"{at:%S}")
    assert erase_old_entries(NOW.replace(year=2020)) == 1
    assert [entry.subject for entry in db.session.scalars(select(AuditEntry))] == ["00"]


def test_somebody_erased_is_in_no_entry(app: Flask) -> None:
    ada, grace = make_member(make_promotion(), "mentor", name="Ada").person, make_person(name="Grace")
    record_action(AuditAction.PERSON_MOVED, ada.id, NOW, person_id=grace.id, subject="Plume")
    record_action(AuditAction.PERSON_RENAMED, grace.id, NOW, person_id=ada.id)
    db.session.commit()
    told = everything_about(ada)["audit_log"]
    assert isinstance(told, list)
    assert [(entry["what"], entry["by_you"], entry["about_you"]) for entry in told] == [
        ("person.moved", True, False),
        ("person.renamed", False, True),
    ]
    erase_person(ada, NOW)
    moved, renamed = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (moved.actor_id, moved.by_person, moved.person_id) == (None, True, grace.id)
    assert (renamed.actor_id, renamed.person_id, renamed.about_person) == (grace.id, None, True)

"""A database of the first landed schema, with a row in every table, comes to today's: no value is lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.database import db
from tests.migrations.test_migrations import SQLITE_WORDS, migrate

pytestmark = pytest.mark.both_databases

TABLES = {  # as the first schema called them: today's name
    "confidential_words": "confidential_messages",
    "mailing_acts": "admin_actions",
    "stored_spans": "stored_periods",
}
COLUMNS = {
    ("bounces", "digest"): "fingerprint",
    ("bulletins", "told_in"): "published_in",
    ("consents", "said"): "choice",
    ("letter_events", "what"): "type",
    ("letters", "to_address"): "to_email",
    ("mailing_acts", "what"): "action",
    ("memberships", "digest_left_at"): "digest_unsubscribed_at",
    ("memberships", "reminders_left_at"): "reminders_unsubscribed_at",
    ("pauses", "first"): "first_week",
    ("pauses", "last"): "last_week",
    ("people", "sessions"): "link_epoch",
    ("suppressed_addresses", "address"): "email",
}
NEW_TABLES = {  # since the first schema
    "address_changes",
    "advice",
    "advice_set_aside",
    "attempt_counts",
    "audit_entries",
    "bulletin_reactions",
    "challenge_records",
    "channel_messages",
    "channels",
    "coordination_notices",
    "digest_notes",
    "digest_schedules",
    "drafts",
    "erased_reading",
    "feed_addresses",
    "former_team_names",
    "health_probes",
    "help_thanks",
    "identities",
    "job_ticks",
    "legal_details",
    "milestone_exclusions",
    "milestone_heads",
    "milestone_mailings",
    "milestones",
    "participations",
    "plan_actions",
    "plan_allies",
    "plan_handovers",
    "plan_needs",
    "plan_scenarios",
    "plans",
    "published_reports",
    "published_surveys",
    "provider_sessions",
    "questionnaires",
    "record_revisions",
    "report_drafts",
    "removed_key_dates",
    "report_files",
    "restorations",
    "search_entries",
    "search_index_versions",
    "share_links",
    "rota_exchanges",
    "rota_places",
    "rotas",
    "setup_links",
    "sign_in_requests",
    "urns",
    "user_sessions",
}
NEW_COLUMNS = {
    "promotions": {"former_hours": []},
    "bulletins": {"notice": "", "withdrawn_at": None},
    "introductions": {"notice": "", "withdrawn_at": None},
    "digests": {"revision": 0, "changed_at": None},
    "mailings": {"revision": 0},
    "bounces": {"verdict": "gone", "held_at": None, "decided_at": None, "told_at": None},
    "help_requests": {"resolution": "", "reminded_at": None},
    "memberships": {"invited_at": None},
    "stored_months": {"settled_on": None},
    "stored_periods": {"settled_on": date(2019, 3, 4)},
}
CHOICES = {  # what a column of text may hold, where our models know only some words
    "mood": "good",
    "state": "open",
    "role": "eig",
    "said": "granted",
    "place": "digest",
    "habit": "weekly",
    "origin": "declared",
    "exclusion": "no_address",
    "reason": "refused",
    "timezone": "Europe/Paris",
    "country": "FR",
    "locale": "fr",
}
TOLD = {  # what the digest stores of the bulletin, the call and the key date: a later schema says whose it is
    "bulletins": {
        "week": "2019-W10",
        "mood": "good",
        "priorities": "bulletins priorities",
        "ups_and_downs": "bulletins ups_and_downs",
        "help": "bulletins help",
        "late": False,
    },
    "help_requests": {"text": "help_requests text", "age_days": 0},
    "key_dates": {"date": "2019-03-04", "text": "key_dates text"},
}
CONTENT: dict[str, Any] = {part: [{"team": "teams name", **told}] for part, told in TOLD.items()}
CONTENT["teams"] = {"expected": 1, "wrote": 1, "paused": 0, "silent": 0}
OF_A_TABLE: dict[tuple[str, str], Any] = {
    ("digests", "content"): CONTENT,
    ("letters", "state"): "sent",
    ("letter_events", "what"): "failed",
    ("mailing_acts", "what"): "pause",
    ("pauses", "reason"): "congés",
}
OF_A_TYPE: list[tuple[type[sa.types.TypeEngine[Any]], Any]] = [
    (sa.Boolean, True),
    (sa.DateTime, datetime(2019, 3, 8, 14, 5, tzinfo=UTC)),
    (sa.Date, date(2019, 3, 4)),  # a Monday, for the weeks
    (sa.Time, time(15, 5)),
    (sa.JSON, ["14:00", "14:45"]),
    (sa.Integer, 1),
]


def value_of(table: sa.Table, column: sa.Column[Any]) -> Any:
    """A value that the column may hold; every foreign key points to row 1."""
    if (table.name, column.name) in OF_A_TABLE:
        return OF_A_TABLE[table.name, column.name]
    if column.name in CHOICES:
        return CHOICES[column.name]
    found = [value for kind, value in OF_A_TYPE if isinstance(column.type, kind)]
    return found[0] if found else f"{table.name} {column.name}"[: getattr(column.type, "length", None) or None]


def reflected() -> sa.MetaData:
    metadata = sa.MetaData()
    metadata.reflect(db.engine, only=lambda name, _metadata: not name.startswith(SQLITE_WORDS))
    return metadata


def rows(metadata: sa.MetaData) -> dict[str, list[dict[str, Any]]]:
    with db.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name != "alembic_version"
        }


def renamed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {COLUMNS.get((table, column), column): value for column, value in row.items()}


def test_every_row_of_the_first_schema_is_there_with_all_its_values(app: Flask) -> None:
    migrate(app, "upgrade", "0001")
    first = reflected()
    with db.engine.begin() as connection:
        for table in first.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert(), {column.name: value_of(table, column) for column in table.columns})
    before = rows(first)
    migrate(app, "upgrade")
    expected = {TABLES.get(name, name): [renamed(name, row) for row in found] for name, found in before.items()}
    assert all(len(found) == 1 for found in expected.values())
    for name, values in NEW_COLUMNS.items():
        expected[name][0] |= values
    zone = UTC if db.engine.dialect.name == "postgresql" else None
    expected["promotions"][0]["created_at"] = datetime(2019, 3, 4, tzinfo=zone)  # the first day of the promotion
    expected["digests"][0]["content"] = CONTENT | {
        part: [entry | {"bulletin_id": 1} for entry in CONTENT[part]] for part in TOLD
    }
    found = rows(reflected())
    uid, changed_at = found["key_dates"][0]["uid"], found["bulletins"][0]["updated_at"]
    assert len(uid) == 32
    expected["key_dates"][0] |= {"uid": uid, "sequence": 0, "changed_at": changed_at}
    assert found == expected | {name: [] for name in NEW_TABLES}
    for mapper in db.Model.registry.mappers:
        found = db.session.scalars(sa.select(mapper.class_)).unique().all()
        assert len(found) == (0 if mapper.local_table.name in NEW_TABLES else 1), mapper.class_
    db.session.rollback()  # its transaction would keep the tables locked
    migrate(app, "downgrade", "0001")
    assert rows(reflected()) == before

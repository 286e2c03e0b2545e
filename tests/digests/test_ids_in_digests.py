"""Digests issued before they said which bulletins they tell: each text is known once more by its words and its team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.teams.models import FormerTeamName, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_promotion, make_team
from tests.migrations.test_migrations import migrate

W10, W11 = Week.parse("2019-W10"), Week.parse("2019-W11")
RAS: dict[str, Any] = {
    "priorities": "RAS",
    "ups_and_downs": "RAS",
    "help": "Qui aide ?",
    "key_date": date(2019, 3, 15),
    "key_date_text": "Comité",
}


@pytest.fixture
def teams(app: Flask) -> Iterator[list[Team]]:
    """Two teams that say the same in two weeks, one whose words are its own, and a silent one that wrote late."""
    promotion = make_promotion()
    made = [make_team(promotion, name) for name in ("Jachère", "Brancard", "Plume", "Ravine")]
    jachere, brancard, plume, ravine = made
    for week in (W10, W11):
        for team in (jachere, brancard):
            make_bulletin(team, week, **RAS, created_at=datetime.combine(week.day(3), datetime.min.time(), UTC))
        make_bulletin(plume, week, priorities="Écrire", help="Qui relit ?")
        issue(promotion, week, now=datetime.combine(week.day(5), datetime.min.time(), UTC).replace(hour=14, minute=5))
        if week == W10:
            make_bulletin(ravine, W10, late=True, priorities="En retard")
    db.session.commit()
    yield made
    db.session.rollback()


def contents() -> list[dict[str, Any]]:
    found = [dict(content) for content in db.session.scalars(sa.select(Digest.content).order_by(Digest.week))]
    db.session.rollback()  # its transaction would keep the tables locked
    return found


def rename(team: Team, name: str, *, until: date | None = None) -> None:
    """Give the team another name; without a day nobody remembers the former one."""
    if until:
        team.former_names.append(FormerTeamName(name=team.name, until=until))
    team.name, team.key, team.slug = name, name.casefold(), name.casefold()
    db.session.commit()


def there_and_back(app: Flask) -> list[dict[str, Any]]:
    """What the digests store after they have forgotten which bulletins they tell."""
    migrate(app, "stamp", "head")
    migrate(app, "downgrade", "0035")
    assert "bulletin_id" not in str(contents())
    said = migrate(app, "upgrade")
    stored = contents()
    unknown = [entry["team"] for entry in stored[0]["bulletins"] if entry["bulletin_id"] is None]
    assert [team for team in unknown if f"what it tells of {team}" not in said] == []
    return stored


@pytest.mark.both_databases
def test_every_text_is_found_again(app: Flask, teams: list[Team]) -> None:
    before = contents()
    told = [entry["bulletin_id"] for part in ("bulletins", "help_requests", "key_dates") for entry in before[1][part]]
    assert (len(told), None in told, len(set(told))) == (4 + 6 + 4, False, 7)
    assert there_and_back(app) == before


def test_a_team_that_was_renamed_is_known_by_its_former_name_whoever_has_it_now(app: Flask, teams: list[Team]) -> None:
    before = contents()
    rename(teams[0], "friche", until=date(2019, 4, 1))
    rename(teams[1], "Jachère", until=date(2019, 4, 1))
    assert there_and_back(app) == before


def test_a_team_whose_former_name_nobody_remembers_is_known_by_its_words(app: Flask, teams: list[Team]) -> None:
    before = contents()
    rename(teams[1], "friche")
    rename(teams[2], "plumeau")
    assert there_and_back(app) == before


def test_what_cannot_be_known_again_is_of_no_bulletin(app: Flask, teams: list[Team]) -> None:
    before = contents()
    rename(teams[2], "plumeau")
    db.session.execute(sa.text("UPDATE bulletins SET priorities = 'Autre' WHERE priorities = 'Écrire'"))
    db.session.execute(sa.text("UPDATE help_requests SET text = 'Autre' WHERE text = 'Qui relit ?'"))
    db.session.commit()
    for content in before:
        for entry in (*content["bulletins"], *content["help_requests"]):
            if entry["team"] == "Plume":
                entry["bulletin_id"] = None
    assert there_and_back(app) == before

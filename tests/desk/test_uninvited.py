"""The desk counts in SQL whom the page of the members, which has read them all, offers to invite."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.database import db
from app.desk.uninvited import count_uninvited
from app.letters.models import Letter
from app.management.members import everybody
from app.teams.notifications import queue_notification
from app.weeks import Week
from tests.builders import LONG_AGO, make_member, make_promotion

NOW = datetime(2019, 3, 6, 10, tzinfo=UTC)
TODAY = date(2019, 3, 6)
DAYS: tuple[dict[str, date], ...] = (
    {},
    {"joined_on": TODAY + timedelta(days=1)},
    {"left_on": TODAY},
    {"left_on": TODAY - timedelta(days=1)},
)


@pytest.mark.both_databases
def test_both_mean_the_same_people(app: Flask) -> None:
    promotion, mailed = make_promotion(), []
    for days in DAYS:
        for role in ("eig", "mentor", "coordinator"):
            make_member(promotion, role, **days)
            make_member(promotion, role, invited_at=LONG_AGO, **days)
            mailed.append(make_member(promotion, role, **days))
            make_member(promotion, role, **days).person.email = None  # erased
    make_member(make_promotion(slug="promotion-4", name="Promotion 4"))
    db.session.commit()
    expected = 2 * 3 * 3  # on three of the four kinds of days, each role, whether a letter waits or not
    told = {"promotion": promotion, "week": Week.of(TODAY), "page": "https://bulletins.example/"}
    queue_notification("nothing_to_tell", mailed, reference="any", now=NOW, **told)
    assert len(everybody(promotion, NOW).invitable) == count_uninvited(promotion, NOW) == expected
    db.session.execute(update(Letter).values(sent_at=NOW))
    db.session.commit()
    assert len(everybody(promotion, NOW).invitable) == count_uninvited(promotion, NOW) == expected // 2

"""What 200 promotions that share their weeks cost one of them: the coordination's page, a week, composing a digest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app.bulletins.freeze import bulletins_to_tell
from app.bulletins.models import Bulletin, FrozenWeek, KeyDate, Mood
from app.database import db
from app.digests.facts import compose_week
from app.teams.models import Membership, Promotion, Role, Team
from app.weeks import Week, weeks_between
from tests.bench.reading import application
from tests.bench.timing import Ratio, compare
from tests.builders import make_member
from tests.fixtures.site import as_member

PROMOTIONS, TEAMS = 200, 16
ENDS_ON = date(2019, 12, 20)
FIRST, LAST = Week.parse("2017-W41"), Week.parse("2019-W45")  # 109 weeks: 348,800 bulletins
AT_MOST = 1.2


def measure(many: str, few: str) -> list[Ratio]:
    """The ratios on two empty databases: one gets all the promotions, the other a single one."""
    with application(few) as small, application(many) as large:
        _fill(small, 1)
        _fill(large, PROMOTIONS)
        return [
            _compare("the week's page of the coordination", large, small, "manage/weeks/2019-W45"),
            _compare("a week", large, small, "weeks/2019-W44"),
            _composing(large, small),
        ]


def _fill(app: Flask, promotions: int) -> None:
    """Every team has written in every week; all but the last are issued, the last is closed."""
    weeks = weeks_between(FIRST, LAST)
    with app.app_context():
        for number in range(promotions):
            promotion = Promotion(
                name=f"Promotion {number}",
                slug=f"promotion-{number}",
                starts_on=FIRST.monday,
                ends_on=ENDS_ON,
            )
            promotion.teams = [Team(name=f"Défi {n:02d}", key=f"{n:02d}", slug=f"defi-{n}") for n in range(TEAMS)]
            db.session.add(promotion)
            db.session.flush()
            _write(promotion, weeks)
        make_member(db.session.get_one(Promotion, 1), Role.COORDINATOR, email="c@bench.example")
        db.session.commit()


def _write(promotion: Promotion, weeks: list[Week]) -> None:
    texts = dict.fromkeys(("priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"), "Une semaine.")
    rows = []
    for week in weeks:
        at = datetime.combine(week.day(3), time(9), UTC)
        told = {"week": week, "mood": Mood.GOOD, "told_in": week if week < LAST else None}
        rows += [{**texts, **told, "team_id": t.id, "created_at": at, "updated_at": at} for t in promotion.teams]
    db.session.execute(insert(Bulletin), rows)
    own = select(Bulletin.team_id, Bulletin.id).join(Bulletin.team).where(Team.promotion_id == promotion.id)
    days = [
        {"team_id": team, "bulletin_id": bulletin, "day": LAST.day(5), "text": "Démo"}
        for team, bulletin in db.session.execute(own.where(Bulletin.week == LAST))
    ]
    db.session.execute(insert(KeyDate), days)
    frozen = {"promotion_id": promotion.id, "frozen_at": datetime(2019, 11, 1, tzinfo=UTC)}
    db.session.execute(insert(FrozenWeek), [{**frozen, "week": week} for week in weeks[:-1]])


def _compare(what: str, large: Flask, small: Flask, page: str) -> Ratio:
    clients = []
    for app in (large, small):
        with app.app_context():
            coordinator = db.session.scalars(select(Membership)).one()
            clients.append(as_member(app.test_client(), coordinator))

    def visit(client: FlaskClient) -> None:
        assert client.get(f"/promotion-0/{page}").status_code == 200

    return compare(what, lambda: visit(clients[0]), lambda: visit(clients[1]), at_most=AT_MOST, runs=9)


def _composing(large: Flask, small: Flask) -> Ratio:
    def compose(app: Flask) -> None:
        with app.app_context():
            promotion = db.session.get_one(Promotion, 1)
            assert len(bulletins_to_tell(promotion.id, LAST)) == TEAMS
            assert len(compose_week(promotion, LAST).dates) == TEAMS

    return compare("composing a digest", lambda: compose(large), lambda: compose(small), at_most=AT_MOST, runs=9)

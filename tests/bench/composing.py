"""Composing the digest of 16 teams for 1,000 members against 10: letters apart, it must cost the same."""

from __future__ import annotations

from app import clock, create_app
from app.database import db
from app.digests.letters import compose_letter
from app.digests.rendering import render_digest
from app.digests.sources import compose_week
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.bench.pages import NOW, TEAMS, TEXT
from tests.bench.timing import Ratio, compare
from tests.builders import make_bulletin, make_promotion, make_team
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

WEEK = Week.parse("2019-W10")


def measure(url: str) -> list[Ratio]:
    """The ratio of composing, rendering and framing both languages."""
    make_tables(url)
    app = create_app(make_config(database_url=url, now=NOW))
    with app.app_context():
        many, few = _promotion("many", 1000), _promotion("few", 10)

        def compose(promotion: Promotion) -> None:
            composition = compose_week(promotion, WEEK)
            for locale in ("fr", "en"):
                render_digest(composition, locale)
                compose_letter(composition, promotion, locale)
            db.session.rollback()

        return [compare("1,000 members against 10", lambda: compose(many), lambda: compose(few), at_most=3, times=5)]


def _promotion(name: str, members: int) -> Promotion:
    promotion = make_promotion(name=name, slug=name)
    teams = [make_team(promotion, f"Défi {number:02d}") for number in range(TEAMS)]
    for team in teams:
        make_bulletin(team, WEEK, priorities=TEXT, ups_and_downs=TEXT)
    people = [Person(email=f"{name}{n}@bench.example", created_at=clock.now()) for n in range(members)]
    db.session.add_all(
        Membership(promotion=promotion, person=person, role=Role.EIG, team=teams[n % TEAMS])
        for n, person in enumerate(people)
    )
    db.session.commit()
    return promotion

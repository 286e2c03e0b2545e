"""After a year of 20 teams no page of members or of anybody is long without a way into it, and axe finds nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.database import db
from app.retrospective.models import Audience
from app.retrospective.service import publish
from app.sharing.service import make_link
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_team,
    one_transaction,
)
from tests.plans.written import full_plan

pytestmark = pytest.mark.long

PHONE = {"locale": "fr-FR", "viewport": {"width": 360, "height": 740}}
TEAMS, WEEKS, LAST = 20, 43, "2019-W44"
CLOSED, AFTER = "2019-10-31T14:06:00+00:00", "2019-11-06T09:00:00+00:00"  # the Friday of the last week is All Saints'
SECRET = "s" * 43
PAGES = (
    "/",
    "/me",
    "/accessibility",
    "/legal-notice",
    "/personal-data",
    "/promotion-3/bulletin",
    f"/promotion-3/bulletin/{LAST}/receipt",
    f"/promotion-3/weeks/{LAST}",
    "/promotion-3/teams",
    "/promotion-3/teams/defi-00",
    "/promotion-3/teams/defi-00/plan",
    "/promotion-3/teams/defi-00/share",
    "/promotion-3/teams/defi-00/story",
    f"/share/{SECRET}",
    "/promotion-3/dates",
    "/promotion-3/search?q=semaine",
    "/promotion-3/export",
    "/promotion-3/digests",
    f"/promotion-3/digests/{LAST}",
    "/promotion-3/help",
    "/promotion-3/help?state=resolved",
    "/promotion-3/help?state=archived",
    "/promotion-3/engagement",
    "/promotion-3/records",
    "/promotion-3/records/mid",
    "/promotion-3/retrospective",
    "/promotion-3/retrospective/mid",
)
TEXT = "Une semaine avec les agents : douze personnes, douze dossiers, neuf complets du premier coup. "


def write_a_year(teams: list[Team]) -> None:
    """Write four bulletins of five in each week, one call for help, and two key dates."""
    first = Week.parse(LAST) + (1 - WEEKS)
    for number in range(WEEKS):
        week = first + number
        for place, team in enumerate(teams):
            if (number + place) % 5:
                asks, has_date = place == number % TEAMS, (place + number) % 10 == 1
                make_bulletin(
                    team,
                    week,
                    priorities=TEXT[:57],
                    ups_and_downs=TEXT * 2,
                    help="Qui connaît un fablab capable de réparer une imprimante thermique ?" if asks else "",
                    key_date=week.monday + timedelta(days=11) if has_date else None,
                )
        if str(week) != LAST:
            make_digest(teams[0].promotion, week)


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    """An EIG on the Wednesday after the last week, when all that the year has left can be read."""
    live_site.at("2019-01-02T09:00:00+00:00")
    with live_site.rows(), one_transaction():
        promotion = make_promotion()
        teams = [
            make_team(promotion, f"Défi {n:02}", summary=TEXT[:80], administration="Préfecture de la région")
            for n in range(TEAMS)
        ]
        full_plan(teams[0])
        members = [make_member(promotion, "eig", team) for team in teams for _each in range(2)]
        by = make_member(promotion, "coordinator").person
        milestone = make_milestone(promotion)
        write_a_year(teams)
    live_site.at(CLOSED)
    live_site.run("digest", "issue", "--week", LAST)
    live_site.at(AFTER)
    with live_site.rows():
        moment = datetime.fromisoformat(AFTER)
        promotion, milestone, by = (db.session.merge(row) for row in (promotion, milestone, by))
        make_link(db.session.merge(teams[0]), "la DSI", date(2019, 11, 8), SECRET, by, moment)
        publish(promotion, milestone, Audience.MEMBERS, "", by, moment, seen=(0, 0))
    return members[0]


def test_every_page_of_a_year_is_laid_out_and_accessible(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(**PHONE)
    live_site.sign_in(page, eig)
    for path in PAGES:
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        assert_accessible(page)
        assert_laid_out(page)

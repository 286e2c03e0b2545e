"""What leads into a digest's page: its parts and its teams, whenever it was issued; what is stored has no ids."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from time_machine import Traveller

from app.database import db
from app.digests.service import issue
from app.digests.ways_in_body import Way, add_ways
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member

NAME = "Karfu’R &amp; Cie"
NOW_ISSUED = (
    f'<h3 class="bl-team"><span class="bl-face" aria-hidden="true">🙂</span> {NAME} <span class="bl-mood">Bonne'
)
EARLIER = f'<h3 class="bl-team">{NAME} <span class="bl-mood"><span aria-hidden="true">🙂</span> Bonne</span></h3>'


@pytest.mark.parametrize("heading", [NOW_ISSUED, EARLIER], ids=["issued now", "issued earlier"])
def test_a_team_is_led_to_by_its_name_after_its_mood(heading: str) -> None:
    body, ways = add_ways(f"<h2>Les bulletins des défis</h2>\n{heading}")
    assert ways == [Way("part-1", "Les bulletins des défis"), Way("part-2", "Karfu’R & Cie", "🙂", inner=True)]
    assert re.sub(' id="[^"]*"', "", body) == f"<h2>Les bulletins des défis</h2>\n{heading}"
    assert '<h3 id="part-2" class="bl-team">' in body


def test_a_call_is_no_bulletin() -> None:
    call = '<h3 class="bl-team">Hopkins <span class="bl-age">nouvelle</span></h3>'
    assert add_ways(call) == (call, [])


def test_each_way_of_the_page_leads_somewhere(client: FlaskClient, clock: Traveller) -> None:
    promotion, week = make_promotion(), Week.parse("2019-W10")
    teams = [make_team(promotion, name) for name in ("Ravine", "Éclusier", "<Brancard>")]
    for team in teams:
        make_bulletin(team, week, help="Qui relit ?" if team is teams[0] else "")
    clock.move_to("2019-03-08T14:05:00Z")
    issue(promotion, week, now=promotion.timetable.digest_due(week), letters=False)
    db.session.commit()
    page = as_member(client, make_member(promotion)).get("/promotion-3/digests/2019-W10").text
    way = page[page.index('id="way"') : page.index("</nav>", page.index('id="way"'))]
    anchors = re.findall(r'href="#([^"]+)"', way)
    assert len(anchors) == 5  # calls, bulletins, three teams
    assert [anchor for anchor in anchors if page.count(f' id="{anchor}"') != 1] == []
    assert all(name in way for name in ("Ravine", "Éclusier", "&lt;Brancard&gt;"))

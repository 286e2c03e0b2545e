"""A word of 75 letters, wherever members may write one, is broken at 360 px: no page is wider than the phone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.advice.rules import Occasion
from app.advice.service import AdviceDraft, add_advice
from app.clock import now
from app.confidential.service import write_message
from app.database import db
from app.drafts.service import DraftOrigin, keep_draft
from app.help_requests.models import HelpRequest
from app.records.milestone_service import exclude_team
from app.retrospective.arrangement import Arrangement, Placed
from app.retrospective.article_wording import Part
from app.retrospective.service import save_draft
from app.teams.models import FormerTeamName, Membership
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_milestone, make_promotion, make_team, saved

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellsch"[:75]
WIDTH = 360
FOR_MEMBERS = (
    "/",
    "/me",
    "/me/erase",
    "/promotion-3/bulletin",
    "/promotion-3/bulletin/2019-W11/receipt",
    "/promotion-3/weeks",
    "/promotion-3/weeks/2019-W10",
    "/promotion-3/teams",
    "/promotion-3/teams/team",
    "/promotion-3/digests",
    "/promotion-3/digests/2019-W10",
    "/promotion-3/digests/2019-W10/help/2/offer",
    "/promotion-3/help",
    "/promotion-3/help/2/offer",
    "/promotion-3/confidential",
    "/promotion-3/engagement",
    "/promotion-3/manage/",
    "/promotion-3/manage/weeks/2019-W10",
    "/promotion-3/manage/weeks/2019-W10/letters",
    "/promotion-3/manage/addresses",
    "/promotion-3/manage/people",
    "/promotion-3/manage/people/1",
    "/promotion-3/manage/log",
    "/promotion-3/manage/confidential",
    "/promotion-3/advice",
    "/promotion-3/retrospective/compare",
    "/promotion-3/retrospective",
    "/promotion-3/retrospective/mid/draft",
    "/promotion-3/retrospective/mid/edit",
    "/promotion-3/retrospective/mid/publish",
    "/promotion-3/records",
    "/promotion-3/records/mid",
    "/promotion-3/manage/records/mid/team",
    "/promotion-3/manage/records/mid/other",
    "/nowhere/at-all",
)


@pytest.fixture
def member(live_site: LiveSite) -> Membership:
    """An EIG who coordinates, in a promotion where every name and every text is one long word."""
    assert len(WORD) == 75
    with live_site.rows():
        promotion = make_promotion(name=f"P{WORD}")
        team = make_team(promotion, WORD, slug="team", summary=WORD, administration=WORD)
        other = make_team(promotion, f"A{WORD}", slug="other", summary=WORD)
        email = f"{WORD[:60].lower().replace('ä', 'a')}@{WORD[:50].lower().replace('ä', 'a')}.example"
        member = make_member(promotion, "eig", team, email, name=WORD, coordinates=True)
        texts = {"priorities": WORD, "ups_and_downs": f"**{WORD}**", "help": WORD, "key_date_text": WORD}
        for one in (team, other):
            make_bulletin(one, "2019-W10", key_date=date(2019, 3, 14), **texts)
        make_bulletin(team, "2019-W11", key_date=date(2019, 3, 21), **texts)
    live_site.at("2019-03-08T14:06:00+00:00")
    live_site.run("digest", "issue", "--week", "2019-W10")
    live_site.at("2019-03-11T09:00:00+00:00")
    with live_site.rows():
        write_message(member, WORD, now())
        add_advice(member.promotion, AdviceDraft(WORD, f"https://{WORD[:60]}.example/", Occasion.WEEK, 1))
        milestone = make_milestone(member.promotion)
        exclude_team(milestone, other, WORD)
        parts = tuple(Placed(part, text=WORD) for part in Part)
        save_draft(milestone, Arrangement(WORD, WORD, parts), 0, member.person, now())
        saved(FormerTeamName(team_id=team.id, name=f"B{WORD}", until=date(2019, 3, 5)))
        page = "/promotion-3/confidential"
        keep_draft(DraftOrigin(member.person_id, page), {"text": WORD}, now(), lost=True)
        assert db.session.query(HelpRequest).count() == 3
    return member


@pytest.mark.long
def test_no_page_is_wider_than_the_phone(live_site: LiveSite, open_page: Any, member: Membership) -> None:
    page = open_page(viewport={"width": WIDTH, "height": 740})
    live_site.sign_in(page, member)
    wide, refused = {}, []
    for path in FOR_MEMBERS:
        if page.goto(path).status != 200:
            refused.append(path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > WIDTH:
            wide[path] = (width, page.evaluate(CULPRITS, WIDTH))
    assert wide == {}
    assert refused == ["/nowhere/at-all"]


CULPRITS = """(width) => [...document.querySelectorAll('main *, header *')]
    .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest('.fr-table__container, .fr-nav'))
    .map((one) => one.tagName + '.' + one.className).slice(0, 8)"""


def test_what_is_typed_wraps_where_it_comes_back(live_site: LiveSite, open_page: Any, member: Membership) -> None:
    page = open_page(viewport={"width": WIDTH, "height": 740})
    live_site.sign_in(page, member)
    page.goto("/promotion-3/bulletin")
    page.get_by_role("textbox", name="Notre priorité").fill(WORD * 5)
    page.get_by_role("button", name="Enregistrer les modifications").click()
    assert page.title().startswith("Erreur")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.get_by_role("textbox", name="Notre priorité").fill(WORD)
    page.context.clear_cookies()
    page.get_by_role("button", name="Enregistrer les modifications").click()
    assert page.locator("pre").first.inner_text() == WORD
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_a_sign_in_fault_has_its_summary_and_the_focus(live_site: LiveSite, open_page: Any) -> None:
    page = open_page(viewport={"width": WIDTH, "height": 740})
    page.goto("/sign-in")
    page.get_by_label("Adresse électronique").fill("n’est pas valable")
    page.get_by_role("button", name="M’envoyer un lien de connexion").click()
    assert page.title().startswith("Erreur")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "email"

"""The coordination's pages with as much on them as a large promotion has: on a phone, each has a way into its lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from app.advice.models import Advice
from app.advice.rules import Occasion
from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.teams.models import Membership
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.browser.states import dress_as_state
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_team,
    one_transaction,
    saved,
)

pytestmark = pytest.mark.long

TEAMS, MEMBERS, WEEKS, ACTIONS = 20, 60, 44, 80
PHONE = {"viewport": {"width": 360, "height": 740}}
MANAGE = "/promotion-3/manage"
PAGES = (
    f"{MANAGE}/",
    f"{MANAGE}/weeks/2019-W09",
    f"{MANAGE}/weeks/2019-W09/letters/again",
    f"{MANAGE}/timetable",
    f"{MANAGE}/people",
    f"{MANAGE}/people/1",
    f"{MANAGE}/channels",
    f"{MANAGE}/log",
    "/promotion-3/advice",
    "/promotion-3/records/mid",
    "/promotion-3/engagement",
)


@pytest.fixture
def judith(live_site: LiveSite) -> Membership:
    """Who coordinates twenty teams of three, with advice for each week and a month of many actions."""
    with live_site.rows(), one_transaction():
        promotion = make_promotion()
        judith = make_member(promotion, "coordinator", name="Judith Perrin")
        teams = [make_team(promotion, f"Défi des mobilités {number}") for number in range(TEAMS)]
        for number in range(MEMBERS):
            role = "eig" if number % 3 else "mentor"
            make_member(promotion, role, teams[number % TEAMS], name=f"Élodie Ferrand-Deschênes {number}")
        for week in range(1, WEEKS + 1):
            text = "Montrez ce que vous avez à cinq personnes qui s’en serviront, et regardez-les faire."
            saved(Advice(promotion_id=promotion.id, text=text, occasion=Occasion.WEEK, week=week))
        make_milestone(promotion)
        make_bulletin(teams[0], "2019-W09")
        make_digest(promotion, "2019-W09")
        monday = datetime.fromisoformat("2019-03-04T08:00+00:00")
        for number in range(ACTIONS):
            at, name = monday + timedelta(hours=number), teams[number % TEAMS].name
            record_action(AuditAction.TEAM_REMINDED, judith.person_id, at, promotion_id=promotion.id, subject=name)
    return judith


@pytest.mark.parametrize("theme", ["neutral", "dsfr"])
def test_every_long_list_has_a_way_into_it(live_site: LiveSite, open_page: Any, judith: Membership, theme: str) -> None:
    if theme == "dsfr":
        dress_as_state(live_site)
    live_site.at("2019-03-08T14:02:00+00:00")
    page = open_page(**PHONE)
    live_site.sign_in(page, judith)
    for path in PAGES:
        assert page.goto(path).status == 200, path
        assert_laid_out(page)
    page.goto("/promotion-3/advice")
    page.get_by_role("button", name="Aller à une partie").click()
    page.get_by_role("navigation", name="Aller à une partie").get_by_role("link", name="Octobre 2019").click()
    expect(page.get_by_role("heading", name="Octobre 2019")).to_be_in_viewport()
    page.goto(f"{MANAGE}/weeks/2019-W09/letters/again")
    page.get_by_label("À qui").select_option(label="Élodie Ferrand-Deschênes 25, Défi des mobilités 5")
    page.get_by_role("button", name="Choisir").click()
    expect(page.get_by_role("heading", name="Élodie Ferrand-Deschênes 25")).to_be_visible()

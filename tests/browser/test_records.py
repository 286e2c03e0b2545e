"""A record is filled in on a phone, by a link from a letter, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.records.links import record_link
from app.records.models import Milestone
from app.records.service import save_section, send_record
from app.records.values import SideProject
from app.records.vocabulary import Responder, ToolState
from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.builders import make_member, make_milestone, make_promotion, make_team

PHONE = {"width": 360, "height": 740}
SECTIONS = ("tool", "openings", "events", "people", "future", "indicators")


@pytest.fixture
def mentor(live_site: LiveSite) -> Membership:
    """A mentor of a team with two EIGs, whose record of the mid-term was sent; that of the end is open."""
    live_site.at("2019-03-07T10:00:00+00:00")
    with live_site.rows():
        promotion = make_promotion()
        team = make_team(promotion, "CartoBio")
        for _eig in range(2):
            make_member(promotion, "eig", team)
        mid = make_milestone(promotion)
        make_milestone(promotion, "end")
        before = {"state": ToolState.PLANNED, "planned_on": "2019-09", "side_projects": (SideProject("Un guide"),)}
        save_section(mid, team, before, 0, Responder.EIG, now())
        send_record(mid, team, Responder.EIG, now())
        return make_member(promotion, "mentor", team, locale="fr")


def link_of(site: LiveSite, mentor: Membership) -> str:
    with site.rows():
        assert mentor.team
        milestone = db.session.scalars(select(Milestone).where(Milestone.key == "end")).one()
        return record_link(milestone, mentor.team, mentor.person)


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_record_is_filled_in_on_a_phone_by_a_link(
    live_site: LiveSite,
    open_page: Any,
    mentor: Membership,
    take_picture: Callable[[Page, str], None],
    scripts: bool,
) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    page.goto(link_of(live_site, mentor))
    fits(page)
    page.get_by_role("link", name="Remplir — L’outil").click()
    expect(page.get_by_text("À mi‑parcours : mise en production prévue")).to_be_visible()
    page.get_by_role("button", name="Reprendre — Mise en production prévue en").click()
    expect(page.get_by_label("Si sa mise en production est prévue")).to_have_value("2019-09")
    page.get_by_label("En production, évolutions en cours").check()
    fits(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les ouvertures")
    first = page.get_by_role("group", name="Ouverture 1")
    first.get_by_label("Nature").select_option("Bibliothèque réutilisable")
    page.get_by_role("button", name="Ajouter une ouverture").click()
    lines = page.locator("[data-line]:visible")
    expect(lines).to_have_count(2)
    lines.nth(1).get_by_label("Titre").fill("Le cadastre")
    lines.nth(1).get_by_role("button", name="Retirer").click()
    expect(lines).to_have_count(1)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page).to_have_title("Erreur : Les ouvertures — Fiche de CartoBio")
    page.get_by_role("link", name="Ce qui est ouvert, ou le sera, ligne 1, état").click()
    page.get_by_role("group", name="Ouverture 1").get_by_label("État").select_option("Ouvert")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("button", name="Reprendre — Projets annexes").click()
    expect(page.get_by_role("group", name="Projet annexe 1").get_by_label("Titre")).to_have_value("Un guide")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Secteur privé").fill("2")
    if scripts:
        expect(page.get_by_text("2 EIG sur 2")).to_be_visible()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Les livrables sont maintenus").check()
    page.get_by_role("button", name="Enregistrer et revoir la fiche").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fiche de CartoBio")
    take_picture(page, "record")
    fits(page)
    page.get_by_role("button", name="Envoyer la fiche").click()
    expect(page.get_by_text("remplie par les mentors. Elle compte.")).to_be_visible()


@pytest.mark.long
def test_every_page_of_a_record_is_accessible(live_site: LiveSite, open_page: Any, mentor: Membership) -> None:
    page = open_page(viewport=PHONE)
    link = link_of(live_site, mentor)
    for path in ("", *(f"/{section}" for section in SECTIONS)):
        assert page.goto(link + path).status == 200, path
        fits(page)
        assert_accessible(page)
    page.goto(f"{link}/events")
    page.get_by_label("Combien").fill("beaucoup")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.goto(link[:-1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien ne fonctionne pas")
    assert_accessible(page)
    live_site.sign_in(page, mentor)
    page.goto("/promotion-3/teams/cartobio")
    assert_accessible(page)


def test_a_line_that_was_added_and_not_saved_comes_back(
    live_site: LiveSite, open_page: Any, mentor: Membership
) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, mentor)
    page.goto("/promotion-3/records/end/cartobio/events")
    page.get_by_role("button", name="Ajouter un projet annexe").click()
    page.locator("[name=side_projects-1-title]").fill("Un carnet")
    page.goto("/promotion-3/")
    page.goto("/promotion-3/records/end/cartobio/events")
    expect(page.locator("[name=side_projects-1-title]")).to_have_value("Un carnet")
    expect(page.get_by_text("Voici de nouveau le texte que vous aviez saisi.")).to_be_visible()

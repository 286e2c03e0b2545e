"""The loop of a week as people live it, in a browser: sign in, write, preview, send, edit, read online, mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.teams.models import Membership
from tests.browser.live_site import LiveSite, link_in
from tests.builders import make_bulletin, make_member, make_promotion, make_team

THURSDAY = "2019-03-07T10:00:00+00:00"
FRIDAY_15_06 = "2019-03-08T14:06:00+00:00"
PHONE = {"width": 390, "height": 844}
TakePicture = Callable[[Page, str], None]


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    """An EIG of one of three teams; another team has written, and this one wrote the week before."""
    with live_site.rows():
        promotion = make_promotion()
        team = make_team(promotion, "CartoBio", summary="Cartographier les parcelles cultivées en bio")
        other = make_team(promotion, "Karfu’R")
        make_team(promotion, "Plume")
        member = make_member(promotion, "eig", team, "eig1@cartobio.example", name="Camille Roux")
        make_member(promotion, "eig", other, "eig1@karfur.example")
        make_member(promotion, "coordinator", email="coordination1@programme.example")
        make_bulletin(
            team,
            "2019-W09",
            priorities="Relire le cahier des charges",
            ups_and_downs="Premier échange avec **six agriculteurs**. Les données tardent.",
        )
        make_bulletin(
            other,
            "2019-W10",
            priorities="Ouvrir la plateforme à trois associations",
            ups_and_downs="- Les traductions sont là\n- Le certificat du serveur, non",
            help="Qui connaît un **hébergeur** qui accepte l’arabe dans les noms de domaine ?",
        )
    live_site.at(THURSDAY)
    return member


def sign_in_by_letter(live_site: LiveSite, page: Page, address: str) -> None:
    """Ask for a link, open the letter's, press the button."""
    page.goto("/")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_role("button", name="M’envoyer un lien de connexion").click()
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
    page.goto(link_in(live_site.deliver()[0], "/sign-in/"))
    page.get_by_role("button", name="Se connecter").click()


def test_an_eig_writes_the_bulletin_of_the_week(
    live_site: LiveSite, open_page: Any, eig: Membership, take_picture: TakePicture
) -> None:
    page = open_page(viewport=PHONE)
    sign_in_by_letter(live_site, page, "eig1@cartobio.example")
    expect(page.get_by_role("heading", name="Le bulletin du défi CartoBio")).to_be_visible()
    expect(page.get_by_text("Relire le cahier des charges")).to_be_visible()

    page.get_by_label("Bonne").check()
    page.get_by_role("textbox", name="Notre priorité").fill("Montrer la carte à **trois** organismes\nFixer la suite")
    expect(page.locator("#priorities-count")).to_contain_text("54 / 300")
    page.get_by_role("button", name="Aperçu — Notre priorité").click()
    expect(page.locator("#priorities-preview strong")).to_have_text("trois")
    page.get_by_role("textbox", name="Les hauts et les bas").fill("é" * 301)
    expect(page.locator("#ups_and_downs-count")).to_contain_text("1 de trop")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]  # a word without end wraps
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("alert")).to_contain_text("1 de trop")
    expect(page.get_by_role("textbox", name="Notre priorité")).to_have_value(
        "Montrer la carte à **trois** organismes\nFixer la suite"
    )

    page.get_by_role("textbox", name="Les hauts et les bas").fill("La carte plaît. L’accès aux données tarde encore.")
    page.get_by_text("Ajouter une date").click()
    page.get_by_label("Date clé", exact=True).fill("2019-03-14")
    page.get_by_role("textbox", name="Ce qui se passe ce jour-là").fill("Atelier avec l’Agence Bio")
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()

    page.get_by_role("link", name="Le modifier").click()
    page.get_by_label("Excellente").check()
    take_picture(page, "form")
    page.get_by_role("button", name="Enregistrer les modifications").click()
    expect(page.get_by_text("Excellente")).to_be_visible()


def test_a_member_reads_online_from_the_letter_and_says_so(
    live_site: LiveSite, open_page: Any, eig: Membership, take_picture: TakePicture
) -> None:
    live_site.at(FRIDAY_15_06)
    live_site.run("digest", "issue", "--week", "2019-W10")
    letter = next(one for one in live_site.deliver() if "eig1@cartobio.example" in one.to)
    page = open_page(viewport={"width": 1000, "height": 1100})
    page.goto(link_in(letter, "reader="))
    expect(page.get_by_text("Vous lisez en tant que Camille Roux.")).to_be_visible()
    expect(page.get_by_role("heading", name="Karfu’R").first).to_be_visible()
    page.get_by_role("button", name="J’ai lu").first.click()
    expect(page.get_by_text("Vous avez lu ce récapitulatif.").first).to_be_visible()
    take_picture(page, "digest")
    page.reload()
    expect(page.get_by_text("Vous avez lu ce récapitulatif.").first).to_be_visible()


def test_two_eigs_write_at_once_and_nothing_is_lost(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    first, second = open_page(), open_page()
    for page, mood in ((first, "Bonne"), (second, "Mitigée")):
        live_site.sign_in(page, eig)
        page.goto("/")
        page.get_by_label(mood).check()
        page.get_by_role("textbox", name="Notre priorité").fill(f"Priorité de {mood}")
        page.get_by_role("textbox", name="Les hauts et les bas").fill("Des hauts")
    first.get_by_role("button", name="Envoyer le bulletin").click()
    expect(first.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()
    second.get_by_role("button", name="Envoyer le bulletin").click()
    expect(second.get_by_role("alert")).to_contain_text("pendant que vous écriviez")
    expect(second.get_by_text("Priorité de Bonne")).to_be_visible()
    expect(second.get_by_role("textbox", name="Notre priorité")).to_have_value("Priorité de Mitigée")
    second.get_by_role("button", name="Enregistrer les modifications").click()
    expect(second.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()


def test_everything_works_without_scripts(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(java_script_enabled=False)
    live_site.sign_in(page, eig)
    page.goto("/")
    page.get_by_label("Bonne").check()
    page.get_by_role("textbox", name="Notre priorité").fill("Une priorité **forte**")
    page.get_by_role("button", name="Aperçu — Notre priorité").click()
    expect(page.locator("#priorities-preview strong")).to_have_text("forte")
    page.get_by_role("textbox", name="Les hauts et les bas").fill("Des hauts")
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()

"""A coordinator's first day, in a browser: from an empty database by a one-time link to people who sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app.clock import now
from app.management.promotions import make_setup_link
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.browser.test_journeys import TakePicture, link_in

LIST = (
    "Prénom;Nom;Courriel;Défi;Rôle\r\n"
    "Léa;Moreau;lea.moreau@jachere.example;Jachère;EIG\r\n"
    "Inès;Haddad;ines.haddad@brancard.example;Brancard;EIG\r\n"
    "Noé;Petit;noe.petit@ministere.example;Brancard;Mentor\r\n"
)


@pytest.mark.long
def test_a_coordinator_begins_without_a_shell(
    live_site: LiveSite, open_page: Any, tmp_path: Path, take_picture: TakePicture
) -> None:
    with live_site.rows():
        secret = make_setup_link(now())
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"/start/{secret}")
    assert_accessible(page)
    page.get_by_label("Votre nom").fill("Camille Durand")
    page.get_by_label("Votre adresse électronique").fill("camille@programme.example")
    page.get_by_label("Nom de la promotion").fill("Promotion 8")
    page.get_by_label("Premier jour").fill("2019-03-11")
    page.get_by_label("Dernier jour").fill("2019-03-01")
    page.get_by_role("button", name="Créer la promotion").click()
    expect(page.get_by_role("alert")).to_contain_text("Le dernier jour précède le premier")
    page.get_by_label("Dernier jour").fill("2020-01-10")
    page.get_by_role("button", name="Créer la promotion").click()
    expect(page.get_by_role("heading", name="Premiers pas")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Importer une liste").click()
    file = tmp_path / "liste.csv"
    file.write_bytes(LIST.encode("cp1252"))
    page.get_by_label("Un fichier").set_input_files(file)
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text("lea.moreau@jachere.example")).to_be_visible()
    assert_accessible(page)
    take_picture(page, "import")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Brancard")).to_be_visible()

    page.goto("/promotion-8/manage/first-steps")
    page.get_by_role("button", name="M’envoyer une lettre d’essai").click()
    live_site.deliver()
    page.reload()
    expect(page.get_by_text("La dernière est partie")).to_be_visible()
    take_picture(page, "first-steps")
    page.get_by_role("button", name="Inviter 3 personnes").click()
    take_picture(page, "people")
    letters = live_site.deliver()
    assert sum("/sign-in?for=" in " ".join(letter.links) for letter in letters) == 3

    invitation = next(letter for letter in letters if "lea.moreau" in letter.to)
    member = open_page(viewport={"width": 390, "height": 844})
    member.goto(link_in(invitation, "/sign-in"))
    expect(member.get_by_label("Adresse électronique")).to_have_value("lea.moreau@jachere.example")
    member.get_by_role("button", name="M’envoyer un lien de connexion").click()
    member.goto(link_in(live_site.deliver()[0], "/sign-in/"))
    member.get_by_role("button", name="Se connecter").click()
    expect(member.get_by_text("Promotion 8").first).to_be_visible()

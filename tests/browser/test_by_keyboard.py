"""A coordinator’s Friday, a list of people, days off and hours, by the keyboard alone: the focus is seen, and right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.teams.models import Membership
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_promotion, make_team

pytestmark = pytest.mark.long

CLOSED = "2019-03-08T14:01:00+00:00"
MANAGE = "/promotion-3/manage"
KEYS = 60  # at most, from one control to the next
FOCUSED = "document.activeElement"
IS_SEEN = """element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  return isMarked && (element === middle || element.contains(middle) || middle?.contains(element));
}"""


@pytest.fixture
def judith(live_site: LiveSite) -> Membership:
    """Who coordinates two silent teams and one that has written, a minute after the closing."""
    with live_site.rows():
        promotion = make_promotion()
        judith = make_member(promotion, "coordinator", name="Judith Perrin")
        for name in ("Brancard", "Jachère", "Semis"):
            team = make_team(promotion, name)
            make_member(promotion, "eig", team)
        make_bulletin(team, "2019-W10")
    live_site.at(CLOSED)
    return judith


def tab_to(page: Page, control: Locator) -> None:
    """Press Tab until the control has the focus; it is marked then, and nothing covers it."""
    for _key in range(KEYS):
        page.keyboard.press("Tab")
        if control.evaluate(f"element => element === {FOCUSED}"):
            assert control.evaluate(IS_SEEN), f"the focus is not seen: {control}"
            return
    raise AssertionError(f"{KEYS} keys do not lead to {control} from {page.url}")


def press(page: Page, control: Locator) -> None:
    tab_to(page, control)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("load")


@pytest.mark.parametrize("width", [1280, 640], ids=["laptop", "200 per cent"])
def test_a_friday(live_site: LiveSite, open_page: Any, judith: Membership, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800 * width // 1280})
    live_site.sign_in(page, judith)
    page.goto(f"{MANAGE}/")
    for team in ("Brancard", "Jachère"):  # one after the other, from where one is
        press(page, page.get_by_role("button", name=f"Relancer — {team}"))
        expect(page.locator(f"#writer-{team.lower().replace('è', 'e')}")).to_be_focused()
        expect(page.get_by_role("status").filter(has_text=team)).to_be_in_viewport()
    tab_to(page, page.get_by_role("textbox", name="En tête du récapitulatif"))
    page.keyboard.type("Bonne semaine")
    press(page, page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_role("status").filter(has_text="Le mot de la coordination est enregistré")).to_be_in_viewport()
    press(page, page.get_by_role("button", name="Reporter d’une heure"))
    expect(page.locator("#step-digest")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="partira vendredi à 16 h 05")).to_be_in_viewport()
    press(page, page.get_by_role("button", name="Revenir à l’heure prévue"))
    press(page, page.get_by_role("button", name="M’envoyer un essai"))
    press(page, page.get_by_role("link", name="Envoyer maintenant"))
    press(page, page.get_by_role("button", name="L’envoyer maintenant"))
    expect(page.get_by_role("status").filter(has_text="Le récapitulatif est parti")).to_be_visible()


def test_a_list_of_people_and_a_day_off(
    live_site: LiveSite, open_page: Any, judith: Membership, tmp_path: Path
) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    live_site.sign_in(page, judith)
    page.goto(f"{MANAGE}/people")
    press(page, page.get_by_role("link", name="Importer une liste"))
    tab_to(page, page.get_by_label("Ou des cellules copiées d’un tableur"))
    page.keyboard.insert_text("Nom;Courriel;Défi;Rôle\nLéa Moreau;pas une adresse;Semis;EIG\n")
    press(page, page.get_by_role("button", name="Voir ce qui changerait"))
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_label("Ou des cellules copiées d’un tableur"))
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("Nom;Courriel;Défi;Rôle\nLéa Moreau;lea@semis.example;Semis;EIG\n")
    press(page, page.get_by_role("button", name="Voir ce qui changerait"))
    press(page, page.get_by_role("button", name="Importer", exact=True))
    expect(page.get_by_role("status").filter(has_text="La liste est importée")).to_be_visible()
    press(page, page.get_by_role("navigation", name="Coordination").get_by_role("link", name="Calendrier"))
    press(page, page.get_by_role("button", name="Ajouter", exact=True))
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_label("Jour, ou premier jour"))
    page.keyboard.type("05312019")  # month, day, year: how Chromium takes a date is the machine’s
    press(page, page.get_by_role("button", name="Ajouter", exact=True))
    expect(page.get_by_role("status").filter(has_text="1 jour non travaillé ajouté.")).to_be_in_viewport()
    press(page, page.get_by_role("button", name="Annuler — vendredi 31 mai 2019"))
    expect(page.get_by_text("vendredi 31 mai 2019", exact=True)).to_be_hidden()


def test_the_hours_of_the_timetable(live_site: LiveSite, open_page: Any, judith: Membership) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    live_site.sign_in(page, judith)
    page.goto(f"{MANAGE}/timetable")
    tab_to(page, page.get_by_label("La semaine ferme le"))
    page.keyboard.type("jeudi")
    tab_to(page, page.get_by_label("À", exact=True))
    page.keyboard.press("ArrowUp")  # the hour stands first, whichever way the machine writes it
    delay = page.get_by_label("Minutes entre fermeture et récapitulatif")
    tab_to(page, delay)
    page.keyboard.type("cinq")
    press(page, page.get_by_role("button", name="Voir d’abord les semaines"))
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, delay)
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    press(page, page.get_by_role("button", name="Voir d’abord les semaines"))
    expect(page.get_by_role("heading", name="Ce que cela donnerait, pas encore enregistré")).to_be_focused()
    expect(page.get_by_text("le jeudi 14 mars à 16 h")).to_be_in_viewport()
    press(page, page.get_by_role("button", name="Enregistrer", exact=True))
    expect(page.get_by_role("status").filter(has_text="Les horaires sont enregistrés")).to_be_in_viewport()
    expect(page.get_by_label("À", exact=True)).to_have_value("16:00")

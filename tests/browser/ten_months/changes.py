"""What changes on the way: a milestone, who coordinates, an address, and people who leave."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.ten_months.months import (
    CAMILLE,
    HOME,
    INES,
    KARIM,
    LEA,
    NOE,
    ZOE,
    Months,
    addresses,
    expect_said,
    link_in,
    open_room,
    the_letter,
)

NEW_ADDRESS = "lea@nouvelle.example"
LEAVING = "\n".join(
    (
        "Courriel\tDéfi\tRôle\tFin",
        f"{KARIM}\tJachère\tEIG\t30/06/2020",
        f"{ZOE}\tSemis\tEIG\t30/06/2020",
        f"{NOE}\tBrancard\tMentor\t30/06/2020",
    )
)


def declare_the_middle(months: Months, page: Page) -> None:
    """The milestone is declared with the days that are proposed."""
    months.at("2020-05-11T08:00:00")
    open_room(page, "Échéances")
    page.get_by_role("link", name="parcours").click()
    page.get_by_role("button", name="Déclarer l’échéance").click()
    expect(page.get_by_role("heading", name="parcours")).to_be_visible()
    months.take_step(page, "30-milestone")


def share_the_coordination_for_a_day(months: Months, page: Page, ines: Page) -> None:
    """An EIG coordinates as well, sees the desk, and no longer does."""
    open_room(page, "Défis et membres")
    page.get_by_role("link", name="Inès Haddad").click()
    place = page.get_by_role("region", name="Place dans la promotion")
    place.get_by_label("Fait aussi partie de la coordination").check()
    place.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("coordonne aussi").first).to_be_visible()
    months.take_step(page, "31-role")
    ines.goto(f"{HOME}/manage/")
    expect(ines.get_by_role("heading", name="Coordination")).to_be_visible()
    place.get_by_label("Fait aussi partie de la coordination").uncheck()
    place.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("EIG, Brancard ·")).to_be_visible()
    assert ines.goto(f"{HOME}/manage/").status == 403


def change_an_address(months: Months, lea: Page) -> None:
    """Léa signs in anew and asks for another address; the new one confirms, the old one is told and could refuse."""
    lea.goto("/me")
    lea.get_by_role("link", name="Changer mon nom ou mon adresse").click()
    expect(lea.get_by_text("Pour changer d’adresse, reconnectez-vous d’abord")).to_be_visible()
    months.follow_sign_in_link(lea, LEA)
    lea.get_by_label("Nouvelle adresse").fill(NEW_ADDRESS)
    lea.get_by_role("button", name="Changer mon adresse").click()
    expect_said(lea, "votre adresse changera une fois confirmée")
    letters = months.work()
    assert addresses(letters) == [LEA, NEW_ADDRESS]
    old = months.open_phone()
    old.goto(link_in(the_letter(letters, LEA), "/address/"))
    expect(old.get_by_role("button", name="Refuser ce changement")).to_be_visible()
    new = months.open_phone()
    new.goto(link_in(the_letter(letters, NEW_ADDRESS), "/address/"))
    assert_accessible(new)
    months.take_step(new, "32-address")
    new.get_by_role("button", name="Confirmer cette adresse").click()
    expect(new.get_by_role("heading", name=f"Votre adresse est {NEW_ADDRESS}")).to_be_visible()
    lea.goto("/")
    months.sign_in(lea, NEW_ADDRESS)
    expect(lea.get_by_role("heading", name="Le bulletin du défi Jachère")).to_be_visible()


def answer_at_the_middle(months: Months, page: Page) -> None:
    """The milestone opens by itself; who answers is asked by letter, and the desk says who has not yet."""
    asked = months.at("2020-06-08T07:01:00")
    assert addresses(asked, "où en est le défi") == sorted([INES, KARIM, NEW_ADDRESS, NOE, ZOE])
    page.goto("/")
    months.sign_in(page, CAMILLE)
    expect(page.get_by_role("link", name="0 défi sur 3 a répondu")).to_be_visible()


def end_three_by_one_list(months: Months, page: Page) -> None:
    """Pasted cells with last days: half of the members would leave, so their number is asked for."""
    months.at("2020-06-29T08:00:00")
    open_room(page, "Défis et membres")
    page.get_by_role("link", name="Importer une liste").click()
    page.get_by_label("Ou des cellules").fill(LEAVING)
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text("3 personnes quitteraient la promotion")).to_be_visible()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("Saisissez 3, ou annulez")).to_be_visible()
    assert_accessible(page)
    months.take_step(page, "33-departures")
    page.get_by_label("Combien de personnes partent").fill("3")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect_said(page, "La liste est importée.")
    months.at("2020-07-01T08:00:00")
    page.reload()
    expect(page.get_by_text("3 personnes sont parties")).to_be_visible()

"""The first day: from an empty site, by the link that the job process prints, to people who are invited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.development.mailbox import StoredLetter
from app.job_process import show_setup_link
from tests.browser.accessibility import assert_accessible
from tests.browser.ten_months.months import (
    CAMILLE,
    DESK,
    EVERYBODY,
    INES,
    KARIM,
    LEA,
    NOE,
    ZOE,
    Months,
    addresses,
    expect_said,
    open_room,
)

BYTE_ORDER_MARK = "\ufeff"
LIST = f"""{BYTE_ORDER_MARK}Prénom;Nom;Courriel;Défi;Administration;Rôle
Léa;Moreau;{LEA};Jachère;Ministère de l’agriculture;EIG
Karim;Benali;{KARIM};Jachère;;EIG
Inès;Haddad;{INES};Brancard;Hôpitaux de Paris;EIG
Noé;Petit;{NOE};Brancard;;Mentor
"""


def begin_with_the_printed_link(months: Months, printed: pytest.CaptureFixture[str]) -> Page:
    """The job process prints a link when it starts; it asks for the coordinator and the promotion, and signs in."""
    months.site.at("2020-01-02T09:00:00+00:00")
    page = months.open_page(viewport=DESK)
    page.goto("/")
    expect(page.get_by_text("Ce site est tout neuf")).to_be_visible()
    with months.site.app.app_context():
        show_setup_link()
    page.goto(re.findall(r"http\S+/start/\S+", printed.readouterr().out)[0])
    assert_accessible(page)
    months.take_step(page, "01-start")
    page.get_by_label("Votre nom").fill("Camille Durand")
    page.get_by_label("Votre adresse électronique").fill(CAMILLE)
    page.get_by_label("Nom de la promotion").fill("Promotion 8")
    page.get_by_label("Premier jour").fill("2020-01-06")
    page.get_by_label("Dernier jour").fill("2020-01-03")
    page.get_by_role("button", name="Créer la promotion").click()
    expect(page.get_by_role("alert")).to_contain_text("Le dernier jour précède le premier")
    page.get_by_label("Dernier jour").fill("2020-11-06")
    page.get_by_role("button", name="Créer la promotion").click()
    expect(page.get_by_role("heading", name="Premiers pas")).to_be_visible()
    months.work()
    return page


def import_the_list(months: Months, page: Page, folder: Path) -> None:
    """A list as a spreadsheet saves it: a byte-order mark, semicolons, two characters at the end of each line."""
    page.get_by_role("link", name="Importer une liste").click()
    file = folder / "liste.csv"
    file.write_bytes(LIST.replace("\n", "\r\n").encode())
    page.get_by_label("Un fichier").set_input_files(file)
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text(LEA)).to_be_visible()
    assert_accessible(page)
    months.take_picture(page, "import")
    months.take_step(page, "02-import")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect_said(page, "La liste est importée.")


def type_a_team_and_its_eig(page: Page) -> None:
    """What the list did not hold is typed; the invitation leaves with the others."""
    page.get_by_role("link", name="Ajouter un défi").click()
    page.get_by_label("Nom (obligatoire)").fill("Semis")
    page.get_by_label("Administration").fill("Météo nationale")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_role("link", name="Ajouter quelqu’un — Semis").click()
    page.get_by_label("Nom (obligatoire)").fill("Zoé Martin")
    page.get_by_label("Adresse électronique").fill(ZOE)
    page.get_by_label("Envoyer une invitation maintenant").uncheck()
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect_said(page, "Zoé Martin est maintenant dans la liste.")


def set_the_hours(months: Months, page: Page) -> None:
    """Half an hour to read before the digest leaves, seen before it is saved; a bridge day off."""
    open_room(page, "Calendrier")
    page.get_by_label("Minutes entre fermeture et récapitulatif").fill("30")
    page.get_by_role("button", name="Voir d’abord les semaines").click()
    expect(page.get_by_role("region", name="Ce que cela donnerait")).to_contain_text("15 h 30")
    assert_accessible(page)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect_said(page, "Les horaires sont enregistrés")
    page.get_by_label("Jour, ou premier jour").fill("2020-05-22")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect_said(page, "1 jour non travaillé ajouté.")
    assert_accessible(page)
    months.take_step(page, "03-timetable")


def try_the_mail_and_invite(months: Months, page: Page) -> list[StoredLetter]:
    """The rest of the first steps, which the desk leads back to; gives the invitations."""
    open_room(page, "Bureau")
    expect(page.get_by_role("link", name="5 personnes n’ont pas encore été invitées")).to_be_visible()
    months.take_step(page, "04-desk")
    page.get_by_role("link", name="Premiers pas").click()
    expect(page.get_by_text("son récapitulatif part à 15 h 30")).to_be_visible()
    page.get_by_role("button", name="M’envoyer une lettre d’essai").click()
    assert addresses(months.work()) == [CAMILLE]
    page.reload()
    expect(page.get_by_text("La dernière est partie")).to_be_visible()
    assert_accessible(page)
    months.take_picture(page, "first-steps")
    months.take_step(page, "05-first-steps")
    page.get_by_role("button", name="Inviter 5 personnes").click()
    expect_said(page, "5 invitations partent.")
    months.take_picture(page, "people")
    months.take_step(page, "06-people")
    invitations = months.work()
    assert addresses(invitations) == [address for address in EVERYBODY if address != CAMILLE]
    return invitations

"""The last week, and after it: alumni read, nobody writes, the audit log tells what was done."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.ten_months.changes import NEW_ADDRESS
from tests.browser.ten_months.months import (
    CAMILLE,
    HOME,
    INES,
    Months,
    addresses,
    link_in,
    open_room,
    the_letter,
    write_bulletin,
)

LOG = """\
Camille Durand: a créé une promotion, Promotion 8
Camille Durand: a importé une liste de membres
Camille Durand: a ajouté un défi, Semis
Camille Durand: a ajouté une personne, Zoé Martin, Semis
Camille Durand: a modifié le calendrier, semaine du 6 au 10 janvier
Camille Durand: a ajouté un jour non travaillé, 22 mai 2020
Camille Durand: s’est envoyé une lettre d’essai
Camille Durand: a invité une personne, Inès Haddad
Camille Durand: a invité une personne, Noé Petit
Camille Durand: a invité une personne, Karim Benali
Camille Durand: a invité une personne, Léa Moreau
Camille Durand: a invité une personne, Zoé Martin
Camille Durand: a réglé un canal de discussion
Camille Durand: a enregistré le mot de la coordination, semaine du 6 au 10 janvier
Camille Durand: a mis un défi en pause, Brancard
Camille Durand: a relancé un défi, Semis
Camille Durand: a reporté un récapitulatif, semaine du 20 au 24 avril
Camille Durand: a retenu un récapitulatif, semaine du 4 au 8 mai
Camille Durand: s’est envoyé une lettre d’essai, semaine du 4 au 8 mai
Camille Durand: a publié un récapitulatif à la main, semaine du 4 au 8 mai
Camille Durand: a déclaré une échéance
Camille Durand: a donné les droits de la coordination, Inès Haddad, Brancard
Camille Durand: a retiré les droits de la coordination, Inès Haddad, Brancard
Léa Moreau: a demandé un changement d’adresse, Léa Moreau
Léa Moreau: a modifié une adresse, Léa Moreau
Camille Durand: a importé une liste de membres
Camille Durand: a noté un départ, Karim Benali, Jachère
Camille Durand: a noté un départ, Noé Petit, Brancard
Camille Durand: a noté un départ, Zoé Martin, Semis
"""


def write_for_the_last_time(months: Months, lea: Page) -> str:
    """The last digest goes to those who are still there; gives the link by which Léa reads it."""
    months.at("2020-11-04T08:00:00")
    lea.goto("/")
    months.sign_in(lea, NEW_ADDRESS)
    write_bulletin(lea, "Excellente", "Passer la main")
    letters = months.at("2020-11-06T14:30:30")
    assert addresses(letters, "semaine du 2 au 6 novembre") == sorted([CAMILLE, INES, NEW_ADDRESS])
    return link_in(the_letter(letters, NEW_ADDRESS), "reader=")


def read_as_alumni(months: Months, lea: Page, link: str) -> None:
    """After the last day everything is readable and nothing asks to write."""
    months.at("2020-11-09T08:00:00")
    lea.goto(link)
    expect(lea.get_by_text("Passer la main")).to_be_visible()
    lea.goto("/")
    expect(lea.get_by_text("Tout ce qui y a été raconté reste lisible ici.")).to_be_visible()
    assert_accessible(lea)
    months.take_step(lea, "40-alumni")
    lea.get_by_role("link", name="Archives").first.click()
    lea.get_by_role("link", name="6 au 10 janvier").first.click()
    expect(lea.get_by_text("Suivre les brancards")).to_be_visible()
    lea.goto("/me")
    expect(lea.get_by_text("Alumni, Jachère")).to_be_visible()
    lea.goto(f"{HOME}/bulletin")
    expect(lea.get_by_role("button", name="Envoyer le bulletin")).to_have_count(0)
    assert addresses(months.at("2020-11-13T09:01:00")) == []


def read_the_log(months: Months, page: Page, folder: Path) -> None:
    """The desk says that the promotion has ended; the log, page and file, holds every action and nothing of reading."""
    page.goto("/")
    months.sign_in(page, CAMILLE)
    expect(page.get_by_text("Promotion 8 s’est terminée")).to_be_visible()
    months.take_step(page, "41-desk-after")
    open_room(page, "Journal")
    expect(page.get_by_text("a noté un départ")).to_have_count(3)
    assert_accessible(page)
    months.take_step(page, "42-log")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger tous les mois").click()
    file = folder / "log.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        _heading, *rows = csv.reader(lines, delimiter=";")
    said = [f"{who}: " + ", ".join(filter(None, about)) for _when, who, *about, _detail, _code in reversed(rows)]
    assert said == LOG.splitlines()

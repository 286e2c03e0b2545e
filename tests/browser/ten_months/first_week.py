"""The first week, as EIGs, a mentor and the coordination live it: write, remind, preview, read, help, thank."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.development.mailbox import StoredLetter
from tests.browser.accessibility import assert_accessible
from tests.browser.ten_months.months import (
    EVERYBODY,
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
    write_bulletin,
)

SUBJECT = "récapitulatif de la semaine du 6 au 10 janvier"


def join_and_write_on_a_phone(months: Months, invitations: list[StoredLetter]) -> Page:
    """Léa follows her invitation on her phone, signs in, and writes, with a call for help and a date."""
    months.at("2020-01-08T09:00:00")
    phone = months.open_phone()
    phone.goto(link_in(the_letter(invitations, LEA), "/sign-in"))
    expect(phone.get_by_label("Adresse électronique")).to_have_value(LEA)
    months.follow_sign_in_link(phone, LEA)
    expect(phone.get_by_role("heading", name="Le bulletin du défi Jachère")).to_be_visible()
    months.take_step(phone, "10-my-week")
    phone.get_by_text("Demander de l’aide").click()
    phone.get_by_role("textbox", name="Demande d’aide").fill("Qui connaît quelqu’un au **cadastre** ?")
    phone.get_by_text("Ajouter une date").click()
    phone.get_by_label("Date clé", exact=True).fill("2020-01-14")
    phone.get_by_role("textbox", name="Ce qui se passe ce jour-là").fill("Comité de lancement")
    write_bulletin(phone, "Bonne", "Lire les **données** du cadastre")
    months.take_step(phone, "11-receipt")
    return phone


def give_the_promotion_a_channel(months: Months, page: Page) -> None:
    """Camille pastes the address that the chat service gave her, and sees a test message arrive."""
    open_room(page, "Canaux de discussion")
    page.get_by_label("Adresse du canal").fill(months.chat.mattermost)
    page.get_by_role("button", name="Enregistrer").click()
    expect_said(page, "Le canal est enregistré")
    page.get_by_role("button", name="Envoyer un message d’essai").click()
    expect_said(page, "Le message d’essai est parti")
    assert len(months.chat.texts) == 1
    months.take_step(page, "12-channels")


def be_reminded_and_write(months: Months) -> Page:
    """On Friday at ten the teams that have not written are reminded; Inès goes from the letter to the form."""
    reminders = months.at("2020-01-10T09:01:00")
    assert addresses(reminders) == sorted([INES, NOE, ZOE])
    assert "1 sur 3" in months.chat.texts[-1]
    phone = months.open_phone()
    phone.goto(link_in(the_letter(reminders, INES), "/bulletin"))
    months.sign_in(phone, INES)
    write_bulletin(phone, "Mitigée", "Suivre les brancards")
    return phone


def introduce_and_preview(months: Months, page: Page) -> None:
    """After closing, Camille sees who has written, adds a word, and reads the digest as it would leave."""
    months.at("2020-01-10T14:01:00")
    open_room(page, "Bureau")
    expect(page.get_by_text("2 sur 3")).to_be_visible()
    page.get_by_role("textbox", name="En tête du récapitulatif").fill("Bienvenue à **toutes et tous** !")
    page.get_by_role("button", name="Enregistrer").click()
    expect_said(page, "Le mot de la coordination est enregistré.")
    preview = page.get_by_role("region", name="Aperçu du récapitulatif")
    expect(preview).to_contain_text("Bienvenue à toutes et tous !")
    expect(preview).to_contain_text("Lire les données du cadastre")
    assert_accessible(page)
    months.take_step(page, "13-preview")


def read_by_mail_and_offer_help(months: Months) -> Page:
    """Everybody gets the digest; Noé reads his online without signing in, and signs in to offer help."""
    letters = months.at("2020-01-10T14:30:30")
    assert addresses(letters, SUBJECT) == EVERYBODY
    assert "est paru" in months.chat.texts[-1]
    letter = the_letter(letters, NOE)
    assert "Comité de lancement" in letter.text
    phone = months.open_phone()
    phone.goto(link_in(letter, "reader="))
    expect(phone.get_by_text("Vous lisez en tant que Noé Petit.")).to_be_visible()
    phone.get_by_role("button", name="J’ai lu").first.click()
    expect(phone.get_by_text("Vous avez lu ce récapitulatif.").first).to_be_visible()
    months.take_step(phone, "14-digest")
    phone.get_by_role("link", name="Je peux aider — Jachère").click()
    months.sign_in(phone, NOE)
    phone.get_by_label("Comment pouvez-vous aider").fill("Oui : Anne, au bureau des plans.")
    phone.get_by_role("button", name="Envoyer ma proposition").click()
    expect_said(phone, "Votre proposition part par courriel")
    return phone


def read_on_the_site(phone: Page) -> None:
    """A mentor finds the week, the team they follow and its bulletin from their home."""
    phone.goto("/")
    expect(phone.get_by_role("heading", name="Le bulletin du défi Brancard")).to_be_visible()
    phone.get_by_role("link", name="Le lire").click()
    expect(phone.get_by_text("Suivre les brancards")).to_be_visible()


def resolve_and_thank(months: Months, phone: Page) -> None:
    """The offer reaches the team; Léa marks its call as resolved, and Noé is thanked by letter."""
    offers = months.at("2020-01-13T08:00:00")
    assert addresses(offers) == [KARIM, LEA]
    phone.goto(link_in(the_letter(offers, LEA), "/help"))
    phone.get_by_role("button", name="Marquer comme résolue").click()
    phone.get_by_label("Comment la demande a-t-elle été résolue").fill("Anne nous reçoit jeudi.")
    phone.get_by_label("Merci à Noé Petit").fill("Merci, tout s’est débloqué en un jour !")
    phone.get_by_label("Afficher ces remerciements").check()
    months.take_step(phone, "15-thanks")
    phone.get_by_role("button", name="Enregistrer et envoyer").click()
    expect_said(phone, "Remerciement envoyé à 1 personne.")
    thanks = months.work()
    assert addresses(thanks) == [NOE]
    assert "débloqué en un jour" in thanks[0].text


def follow_dates_for_a_while(months: Months, phone: Page) -> None:
    """Léa has key dates in her calendar, by an address of her own, which she ends."""
    phone.get_by_role("button", name="Menu").click()
    phone.get_by_role("link", name="Dates clés").click()
    phone.get_by_role("link", name="Les voir dans mon agenda").click()
    phone.get_by_role("button", name="Créer mon adresse personnelle").click()
    address = phone.get_by_label("Mon adresse personnelle").input_value()
    assert "Comité de lancement" in phone.request.get(address).text()
    months.take_step(phone, "16-calendar")
    phone.get_by_role("button", name="Supprimer cette adresse").click()
    expect(phone.get_by_role("button", name="Créer mon adresse personnelle")).to_be_visible()
    assert phone.request.get(address).status == 410


def read_on_ones_own(phone: Page) -> None:
    """What is unread waits on one's week, with the button beside it."""
    phone.goto("/")
    phone.get_by_role("button", name="J’ai lu — semaine du 6 au 10 janvier").click()
    expect_said(phone, "ce récapitulatif compte désormais comme lu")

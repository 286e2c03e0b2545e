"""Three Fridays in spring: one put off, one moved by a holiday while a team is paused, one held back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.ten_months.months import (
    CAMILLE,
    EVERYBODY,
    HOME,
    INES,
    LEA,
    ZOE,
    Months,
    addresses,
    expect_said,
    link_in,
    open_room,
    the_letter,
    write_bulletin,
)


def plan_the_spring(months: Months, page: Page) -> None:
    """Three months later Camille signs in again; the timetable explains the holidays; a team is paused for a week."""
    months.at("2020-04-20T08:00:00")
    page.goto("/")
    months.sign_in(page, CAMILLE)
    expect(page.get_by_role("heading", name="Coordination")).to_be_visible()
    open_room(page, "Calendrier")
    moved = page.get_by_text("vendredi 1er mai férié")
    expect(moved).to_contain_text("récapitulatif le jeudi 30 avril à 15 h 30")
    page.get_by_label("Défi", exact=True).select_option("Brancard")
    page.get_by_label("De la semaine").select_option("2020-W18")
    page.get_by_label("À la semaine").select_option("2020-W18")
    page.get_by_label("Raison").fill("Congés")
    page.get_by_role("button", name="Mettre le défi en pause").click()
    expect_said(page, "Brancard est en pause.")
    months.take_step(page, "20-pause")


def write_in_spring(months: Months, lea: Page, ines: Page) -> None:
    """A session lasts thirty days: Léa and Inès sign in again before they write."""
    for phone, address in ((lea, LEA), (ines, INES)):
        phone.goto(f"{HOME}/bulletin")
        months.sign_in(phone, address)
        write_bulletin(phone, "Bonne", "Ouvrir à trois associations")


def put_a_friday_off(months: Months, page: Page) -> None:
    """A silent team is reminded by hand, the digest waits an hour for it, and leaves once."""
    months.at("2020-04-24T13:01:00")
    open_room(page, "Bureau")
    expect(page.get_by_text("2 sur 3")).to_be_visible()
    months.take_picture(page, "desk")
    page.get_by_role("button", name="Relancer — Semis").click()
    reminder = the_letter(months.work(), ZOE)
    page.get_by_role("button", name="Reporter d’une heure").click()
    expect(page.get_by_text("Le récapitulatif partira vendredi à 16 h 30.")).to_be_visible()
    assert_accessible(page)
    months.take_step(page, "21-put-off")
    assert months.at("2020-04-24T13:31:00") == []
    zoe = months.open_phone()
    zoe.goto(link_in(reminder, "/bulletin"))
    months.sign_in(zoe, ZOE)
    write_bulletin(zoe, "Très difficile", "Finir avant l’heure")
    assert addresses(months.at("2020-04-24T14:30:30"), "semaine du 20 au 24 avril") == EVERYBODY
    assert addresses(months.work(), "récapitulatif") == []


def move_a_friday(months: Months, page: Page, lea: Page) -> None:
    """Friday is a holiday: the week closes on Thursday, as the EIGs' page says; the paused team is not missed."""
    months.at("2020-04-28T08:00:00")
    lea.goto("/")
    expect(lea.get_by_text("À envoyer avant jeudi à 15 h (vendredi 1er mai férié).")).to_be_visible()
    months.take_step(lea, "22-holiday-week")
    write_bulletin(lea, "Bonne", "Semer avant le pont")
    letters = months.at("2020-04-30T13:30:30")
    assert addresses(letters, "semaine du 27 avril au 1er mai") == EVERYBODY
    assert "1 en pause" in letters[0].text
    open_room(page, "Cette semaine")
    expect(page.get_by_text("en pause")).to_be_visible()


def hold_a_week(months: Months, page: Page, lea: Page) -> None:
    """Held back, tried on oneself, then sent by hand with a nervous finger: still once."""
    months.at("2020-05-05T08:00:00")
    lea.goto("/")
    write_bulletin(lea, "Excellente", "Moissonner")
    months.at("2020-05-07T13:01:00")
    open_room(page, "Bureau")
    page.get_by_role("button", name="Retenir").click()
    expect(page.get_by_text("Ce récapitulatif est retenu")).to_be_visible()
    page.get_by_role("button", name="M’envoyer un essai").click()
    letters = months.at("2020-05-07T14:00:00")
    assert addresses(letters) == [CAMILLE]
    assert letters[0].subject.startswith("[Essai]")
    months.take_step(page, "23-held")
    page.get_by_role("link", name="Envoyer maintenant").click()
    page.get_by_role("button", name="L’envoyer maintenant").dblclick()
    expect(page.get_by_text("Le récapitulatif est parti.").first).to_be_visible()
    page.go_back()
    assert addresses(months.work(), "semaine du 4 au 8 mai") == EVERYBODY

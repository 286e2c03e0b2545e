"""The cohort of the ten months: its people, its site, its clock, its letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr

from apscheduler.schedulers.base import BaseScheduler
from playwright.sync_api import Page, expect

from app.development.mailbox import StoredLetter, list_letters
from tests.browser.live_site import LiveSite, link_in
from tests.channels.chat import ChatServer

HOME = "/promotion-8"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

CAMILLE = "camille@programme.example"  # coordinates
LEA, KARIM = "lea.moreau@jachere.example", "karim.benali@jachere.example"
INES, NOE = "ines.haddad@brancard.example", "noe.petit@ministere.example"  # Noé is the mentor
ZOE = "zoe.martin@semis.example"
EVERYBODY = sorted([CAMILLE, LEA, KARIM, INES, NOE, ZOE])


@dataclass
class Months:
    """The running site as its people meet it: the clock, the job process, the mail, and browsers."""

    site: LiveSite
    jobs: BaseScheduler
    chat: ChatServer
    open_page: Callable[..., Page]
    take_picture: Callable[[Page, str], None]
    take_step: Callable[[Page, str], None]
    read: set[str] = field(default_factory=set)  # file names of the letters that were looked at

    def at(self, moment: str) -> list[StoredLetter]:
        """Let it be `moment` (UTC) and the job process do what is due; gives the letters that came."""
        self.site.at(f"{moment}+00:00")
        return self.work()

    def work(self) -> list[StoredLetter]:
        """Let the job process run each of its jobs once; gives the letters that came, oldest first."""
        for job in self.jobs.get_jobs():
            job.func()
        letters = [letter for letter in list_letters(self.site.mailbox) if letter.name not in self.read]
        self.read.update(letter.name for letter in letters)
        return letters[::-1]

    def open_phone(self) -> Page:
        """A browser of their own for somebody with a small phone."""
        return self.open_page(viewport=PHONE, is_mobile=True, has_touch=True)

    def sign_in(self, page: Page, address: str) -> None:
        """From the page that asks for an address to the one that was wanted, by the link of a letter."""
        page.get_by_label("Adresse électronique").fill(address)
        self.follow_sign_in_link(page, address)

    def follow_sign_in_link(self, page: Page, address: str) -> None:
        """From the button that sends a link, where the address is known, to the page that was wanted."""
        page.get_by_role("button", name="M’envoyer un lien de connexion").click()
        expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
        page.goto(link_in(the_letter(self.work(), address), "/sign-in/"))
        page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_text("Les messageries ouvrent parfois les liens d’avance")).to_be_hidden()


def addresses(letters: list[StoredLetter], subject: str = "") -> list[str]:
    """To whom those of `letters` went whose subject holds `subject`, in alphabetical order."""
    return sorted(parseaddr(letter.to)[1] for letter in letters if subject in letter.subject)


def the_letter(letters: list[StoredLetter], address: str) -> StoredLetter:
    """The only one of `letters` that went to `address`."""
    (letter,) = [letter for letter in letters if parseaddr(letter.to)[1] == address]
    return letter


def open_room(page: Page, name: str) -> None:
    """Go to one of the coordination's pages by the list of them."""
    page.get_by_role("navigation", name="Coordination").get_by_role("link", name=name, exact=True).click()


def expect_said(page: Page, words: str) -> None:
    """Expect what the site says after an action."""
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def write_bulletin(page: Page, mood: str, priority: str) -> None:
    """Fill in the form that is open on the page, and send it."""
    page.get_by_label(mood).check()
    page.get_by_role("textbox", name="Notre priorité").fill(priority)
    page.get_by_role("textbox", name="Les hauts et les bas").fill("Un accueil chaleureux. Pas encore d’ordinateur.")
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()

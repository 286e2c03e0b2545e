"""A coordinator runs three weeks from a browser, one put off, one moved by a holiday, one held: each mailed once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from email.utils import parseaddr
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.jobs import run_schedule
from app.teams.models import Team
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_promotion, make_team

pytestmark = pytest.mark.long

LEA, ZOE, JUDITH = "lea@jachere.example", "zoe@brancard.example", "judith@x.example"


def tick(site: LiveSite) -> None:
    """What the job process does every few seconds; then all letters that are due leave."""
    with site.app.app_context():
        run_schedule(lambda: False)
    site.deliver()


def digests(site: LiveSite, week: str) -> Counter[str]:
    """How many digests of `week` each address got."""
    subject = f"Promotion 3\N{NO-BREAK SPACE}: récapitulatif de la semaine du {week}"
    return Counter(parseaddr(letter.to)[1] for letter in site.deliver() if letter.subject == subject)


def write(site: LiveSite, team: Team, week: str) -> None:
    with site.rows():
        make_bulletin(team, week, priorities=f"Semer, {week}")


def test_a_coordinator_runs_three_fridays_from_a_browser(live_site: LiveSite, open_page: Any) -> None:
    site = live_site
    with site.rows():
        promotion = make_promotion(
            starts_on=date(2020, 1, 6), ends_on=date(2020, 11, 6), created_at=datetime(2019, 12, 1, tzinfo=UTC)
        )
        jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
        make_member(promotion, "eig", jachere, LEA, name="Léa")
        make_member(promotion, "eig", brancard, ZOE, name="Zoé")
        judith = make_member(promotion, "coordinator", email=JUDITH, name="Judith")
    site.at("2020-04-21T08:00:00+00:00")  # a Tuesday
    page: Page = open_page(viewport={"width": 1280, "height": 900})
    site.sign_in(page, judith)
    page.goto("/")
    expect(page.get_by_role("heading", name="Coordination")).to_be_visible()

    # the next weeks, and a pause in the second one
    page.get_by_role("link", name="Calendrier").click()
    expect(page.get_by_text("vendredi 1er mai 2020 férié")).to_contain_text("récapitulatif le jeudi 30 avril à 15 h 05")
    page.get_by_label("Défi", exact=True).select_option("Brancard")
    page.get_by_label("De la semaine").select_option("2020-W18")
    page.get_by_label("À la semaine").select_option("2020-W18")
    page.get_by_role("button", name="Mettre le défi en pause").click()
    expect(page.get_by_text("Brancard est en pause.")).to_be_visible()
    assert_accessible(page)

    run_first_friday(site, page, jachere, brancard)
    run_holiday_week(site, page, jachere)
    run_held_week(site, page, jachere)


def run_first_friday(site: LiveSite, page: Page, jachere: Team, brancard: Team) -> None:
    """One team is silent: it is reminded, and the digest waits an hour for it."""
    write(site, jachere, "2020-W17")
    site.at("2020-04-24T13:01:00+00:00")
    page.get_by_role("link", name="Bureau").click()
    expect(page.get_by_text("1 sur 2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Relancer — Brancard").click()
    page.get_by_label("En tête du récapitulatif").fill("Bonne fin de semaine à tous")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Bureau").click()
    page.get_by_role("button", name="Reporter d’une heure").click()
    expect(page.get_by_text("Le récapitulatif partira vendredi à 16 h 05.")).to_be_visible()
    site.at("2020-04-24T13:30:00+00:00")
    tick(site)
    assert digests(site, "20 au 24 avril") == {}
    write(site, brancard, "2020-W17")
    site.at("2020-04-24T14:05:30+00:00")
    tick(site)
    tick(site)
    assert digests(site, "20 au 24 avril") == {LEA: 1, ZOE: 1, JUDITH: 1}


def run_holiday_week(site: LiveSite, page: Page, jachere: Team) -> None:
    """Friday is a holiday, so the week closes on Thursday; the paused team is not missed."""
    write(site, jachere, "2020-W18")
    site.at("2020-04-30T13:06:00+00:00")
    tick(site)
    assert digests(site, "27 avril au 1er mai") == {LEA: 1, ZOE: 1, JUDITH: 1}
    page.goto("/promotion-3/manage/week")
    expect(page.get_by_text("en pause")).to_be_visible()


def run_held_week(site: LiveSite, page: Page, jachere: Team) -> None:
    """Again a Thursday: held back, tested, then sent by hand with a nervous finger."""
    write(site, jachere, "2020-W19")
    site.at("2020-05-07T13:01:00+00:00")
    page.get_by_role("link", name="Bureau").click()
    page.get_by_role("button", name="Retenir").click()
    expect(page.get_by_text("Ce récapitulatif est retenu")).to_be_visible()
    page.get_by_role("button", name="M’envoyer un essai").click()
    site.at("2020-05-07T14:00:00+00:00")
    tick(site)
    assert digests(site, "4 au 8 mai") == {}
    tests = [letter for letter in site.deliver() if letter.subject.startswith("[Essai]")]
    assert [parseaddr(letter.to)[1] for letter in tests] == [JUDITH]
    page.get_by_role("link", name="Envoyer maintenant").click()
    page.get_by_role("button", name="L’envoyer maintenant").dblclick()
    expect(page.get_by_text("Le récapitulatif est parti.").first).to_be_visible()
    page.go_back()
    tick(site)
    assert digests(site, "4 au 8 mai") == {LEA: 1, ZOE: 1, JUDITH: 1}

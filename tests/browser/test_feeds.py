"""On a phone: key dates into one's calendar, and a story for somebody outside, whose browser knows nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 360, "height": 740}}


def test_from_a_date_to_ones_own_calendar(live_site: LiveSite, open_page: Any) -> None:
    with live_site.rows():
        team = make_team(make_promotion(), "CartoBio")
        lea = make_member(team.promotion, team=team, name="Léa")
        make_bulletin(team, "2019-W09", key_date=date(2019, 3, 20), key_date_text="Comité de pilotage")
        make_digest(team.promotion, "2019-W09")
    live_site.at("2019-03-06T09:00:00+00:00")
    phone = open_page(**PHONE, permissions=["clipboard-read", "clipboard-write"])
    live_site.sign_in(phone, lea)
    phone.goto("/promotion-3/dates")
    assert phone.get_by_text("Comité de pilotage").bounding_box()["y"] < 740, "the first date is on the first screen"
    phone.get_by_role("link", name="Les voir dans mon agenda").click()
    phone.get_by_role("button", name="Créer mon adresse personnelle").click()
    phone.get_by_text("Votre adresse est prête.").wait_for()
    assert_accessible(phone)
    phone.get_by_role("button", name="Copier l’adresse").click()
    phone.get_by_text("C’est copié").wait_for()
    address = phone.evaluate("navigator.clipboard.readText()")
    assert address == phone.get_by_label("Mon adresse personnelle").input_value()
    assert phone.request.get(address).text().startswith("BEGIN:VCALENDAR")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_from_a_team_to_a_reader_outside_who_may_lose_it_again(live_site: LiveSite, open_page: Any) -> None:
    with live_site.rows():
        team = make_team(make_promotion(), "CartoBio")
        lea = make_member(team.promotion, team=team, name="Léa")
        for week in ("2019-W07", "2019-W09"):
            make_bulletin(team, week, priorities=f"Priorité de {week}", help="Un hébergeur ?")
            make_digest(team.promotion, week)
    live_site.at("2019-03-06T09:00:00+00:00")
    phone = open_page(**PHONE)
    live_site.sign_in(phone, lea)
    phone.goto("/promotion-3/teams/cartobio")
    phone.get_by_role("link", name="Partager à l’extérieur").click()
    phone.get_by_role("button", name="Créer le lien").click()
    assert phone.title().startswith("Erreur")
    assert_accessible(phone)
    phone.get_by_label("Pour qui est-ce").fill("la DSI du ministère")
    phone.get_by_role("button", name="Créer le lien").click()
    link = phone.locator("#new-link-url").input_value()
    assert_accessible(phone)
    outside = open_page(**PHONE)
    outside.goto(link)
    assert_accessible(outside)
    assert outside.get_by_text("Un hébergeur ?").count() == 0
    outside.get_by_role("button", name="Aller à un mois").click()
    outside.get_by_role("link", name="Février 2019").click()
    outside.get_by_text("Priorité de 2019-W07").wait_for()
    assert outside.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("button", name="Révoquer").click()
    phone.get_by_text("Ce lien ne fonctionne plus.").wait_for()
    assert outside.goto(link).status == 404
    assert_accessible(outside)

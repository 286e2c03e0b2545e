"""A coordinator corrects one bulletin and withdraws another; members read it on a phone, and a colleague is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.digests.introductions import introduce
from app.digests.service import issue
from app.teams.models import Membership
from app.weeks import Week
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_promotion, make_team

pytestmark = pytest.mark.long

PHONE, DESK = {"viewport": {"width": 360, "height": 740}}, {"viewport": {"width": 1280, "height": 900}}
W10 = Week.parse("2019-W10")
Picture = Callable[[Page, str], None]


def publish(live_site: LiveSite) -> tuple[Membership, Membership, Membership]:
    """A digest that told two bulletins; an EIG of the first one, and the two who coordinate."""
    with live_site.rows():
        promotion = make_promotion()
        cartobio, brancard = make_team(promotion, "CartoBio"), make_team(promotion, "Brancard")
        lea = make_member(promotion, team=cartobio, name="Léa Martin")
        judith = make_member(promotion, "coordinator", email="judith@dinum.example", name="Judith")
        omar = make_member(promotion, "coordinator", email="omar@dinum.example", name="Omar")
        make_bulletin(
            cartobio,
            W10,
            priorities="Préparer la démonstration aux **agriculteurs** de la Drôme.",
            ups_and_downs="Les données de 2018 sont enfin là. Le serveur, lui, n’arrive toujours pas.",
            help="Qui a déjà obtenu un hébergement **SecNumCloud** en moins de trois mois ?",
            key_date=date(2019, 3, 15),
            key_date_text="Démonstration à Valence",
            author=lea.person,
        )
        make_bulletin(
            brancard,
            W10,
            priorities="Entretien avec Mme Durand, cheffe du service des urgences, sur son départ.",
            ups_and_downs="Elle nous a dit ce que le ministère annoncera lundi.",
        )
        introduce(
            promotion,
            W10,
            "Belle semaine à tous, et merci pour vos retours !",
            judith.person,
            datetime(2019, 3, 7, tzinfo=UTC),
        )
        issue(promotion, W10, now=datetime(2019, 3, 8, 14, 5, tzinfo=UTC))
    return lea, judith, omar


def test_a_text_is_corrected_another_withdrawn_and_a_colleague_sees_it_in_time(
    live_site: LiveSite, open_page: Any, take_picture: Picture
) -> None:
    lea, judith, omar = publish(live_site)
    live_site.at("2019-03-12T09:00:00+00:00")
    desk, phone, colleague = open_page(**DESK), open_page(**PHONE), open_page(**PHONE)
    live_site.sign_in(desk, judith)
    live_site.sign_in(colleague, omar)
    colleague.goto("/promotion-3/manage/weeks/2019-W10/notes/teams/brancard")
    assert_accessible(colleague)
    take_picture(colleague, "correct-360")
    desk.goto("/promotion-3/manage/weeks/2019-W10/notes/introduction")
    expect(desk.get_by_text("Belle semaine à tous").first).to_be_visible()
    desk.get_by_role("button", name="Retirer").click()
    expect(desk).to_have_title(re.compile("^Erreur"))
    assert_accessible(desk)
    assert_laid_out(desk)
    take_picture(desk, "introduction-1280")

    desk.goto("/promotion-3/manage/weeks/2019-W10")
    desk.get_by_role("link", name="Corriger ou retirer quelque chose").click()
    desk.get_by_role("link", name="Corriger ou retirer — CartoBio").click()
    assert_accessible(desk)
    take_picture(desk, "correct-1280")
    desk.get_by_label("Notre priorité").fill("")
    desk.get_by_role("button", name="Enregistrer la correction").click()
    expect(desk).to_have_title(re.compile("^Erreur"))
    assert_accessible(desk)
    desk.get_by_label("Notre priorité").fill("Préparer la démonstration aux **agriculteurs** de l’Ardèche.")
    desk.get_by_label("Ce qui a changé").fill("l’Ardèche, pas la Drôme")
    desk.get_by_role("button", name="Enregistrer la correction").click()
    desk.get_by_text("Le texte est corrigé partout où le site le montre.").wait_for()

    colleague.get_by_label("du défi").check(force=True)
    colleague.get_by_role("button", name="Retirer").click()
    colleague.get_by_role("heading", name="Quelqu’un d’autre a modifié ce récapitulatif entre-temps").wait_for()
    assert_accessible(colleague)
    take_picture(colleague, "meanwhile-360")
    colleague.get_by_role("button", name="Retirer").click()
    colleague.get_by_text("Le texte est retiré partout où le site le montrait.").wait_for()
    assert_accessible(colleague)
    take_picture(colleague, "corrections-360")
    desk.reload()
    take_picture(desk, "corrections-1280")

    live_site.sign_in(phone, lea)
    for visitor, size in ((phone, 360), (desk, 1280)):
        for page in ("digests/2019-W10", "weeks/2019-W10", "teams/brancard", "teams/cartobio"):
            visitor.goto(f"/promotion-3/{page}")
            assert_accessible(visitor)
            assert "Durand" not in visitor.content()
            assert "Drôme." not in visitor.content()
            assert_laid_out(visitor)
            assert "le 12 mars 2019" in visitor.content(), "what was changed, and when"
            take_picture(visitor, f"{page.replace('/', '-')}-{size}")
    phone.goto("/promotion-3/digests/2019-W10")
    phone.get_by_text("Retiré le 12 mars 2019 à la demande du défi.").first.wait_for()
    phone.get_by_text("Corrigé le 12 mars 2019\N{NO-BREAK SPACE}: l’Ardèche, pas la Drôme").first.wait_for()

"""The digest as it is received: both languages, both parts, the order of things, the reader's own addresses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.database import db
from app.digests.introductions import introduce
from app.digests.letters import MAX_HTML_BYTES, compose_letter
from app.digests.models import Digest
from app.digests.service import issue
from app.digests.sources import compose_week
from app.help_requests.models import HelpRequest
from app.letters.delivery import deliver
from app.markdown import to_html
from app.teams.models import Pause, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, one_transaction, saved
from tests.fixtures.relay import Received, Relay
from tests.pages import words

W09, W10 = Week.parse("2019-W09"), Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A week with something of everything, and a reader in each language."""
    promotion = make_promotion(name="EIG « 3 » & Cie")
    karfur, link, late, paused = (
        make_team(promotion, name) for name in ("Karfu’R", "EIG Link", "Hopkins 🏥", "Brigade")
    )
    make_bulletin(link, W09, help="Un vieil avis", created_at=datetime(2019, 2, 27, 9, tzinfo=UTC))
    make_digest(promotion, W09)
    make_bulletin(late, W09, late=True, priorities="Écrit après coup", mood=Mood.SO_SO)
    make_bulletin(karfur, W10, help="Une **relecture**", key_date=date(2019, 3, 12), key_date_text="Démo & café")
    make_bulletin(link, W10, priorities="Livrer <vite> :\n- un\n- deux", mood=Mood.VERY_HARD)
    for bulletin in db.session.scalars(select(Bulletin)):
        bulletin.priorities_html = to_html(bulletin.priorities)
    for call in db.session.scalars(select(HelpRequest)):
        call.html = to_html(call.text)
    saved(Pause(team_id=paused.id, first_week=W10, last_week=W10))
    make_team(promotion, "Silencieux")
    introduce(promotion, W10, "Bravo à *toutes et tous* !", make_member(promotion, "coordinator").person, DUE)
    make_member(promotion, "eig", karfur, "fr@x.example", name="Zoë Ångström")
    make_member(promotion, "mentor", karfur, "en@x.example", locale="en", name="Ada")
    make_member(promotion, "mentor", link, "en2@x.example", locale="en", name="Grace")
    return promotion


@pytest.fixture
def digest(promotion: Promotion, relay: Relay, clock: Traveller) -> Digest:
    """The digest of the week, its letters delivered."""
    clock.move_to(DUE)
    digest = issue(promotion, W10, now=DUE)
    deliver()
    return digest


@pytest.fixture
def french(digest: Digest, relay: Relay) -> Received:
    return relay.to("fr@x.example")[0]


@pytest.fixture
def english(digest: Digest, relay: Relay) -> Received:
    return relay.to("en@x.example")[0]


def places(text: str, *phrases: str) -> list[int]:
    """Where each phrase begins; each must be there."""
    found = [text.find(phrase) for phrase in phrases]
    assert -1 not in found, phrases[found.index(-1)]
    return found


def test_the_letter_says_things_in_their_order(french: Received) -> None:
    shown = words(french.html)
    order = places(
        shown,
        "EIG « 3 » & Cie : récapitulatif de la semaine du 4 au 8 mars",
        "J’ai lu / lire en ligne",
        "Bravo à toutes et tous !",
        "Demandes d’aide Karfu’R nouvelle Une relecture",
        "EIG Link depuis 9 jours Un vieil avis",
        "Dates clés des sept prochains jours mardi 12 mars 2019 — Karfu’R : Démo & café",
        "Les bulletins des défis",
        "Arrivés après le récapitulatif 😐 Hopkins 🏥 Mitigée semaine du 25 février au 1er mars",
        "Cette semaine : 2 défis sur 5, 1 en pause.",
    )
    assert order == sorted(order)
    assert shown.count("J’ai lu / lire en ligne") == 2
    assert shown.index("Cette semaine") < shown.rindex("J’ai lu / lire en ligne")


def test_the_letter_in_english(english: Received) -> None:
    shown = words(english.html)
    order = places(
        shown,
        "EIG « 3 » & Cie: digest of the week of 4 to 8 March 2 teams out of 5, 1 paused",
        "I have read it / read online",
        "Requests for help Karfu’R new Une relecture EIG Link for 9 days Un vieil avis",
        "Key dates of the next seven days Tuesday 12 March 2019 — Karfu’R: Démo & café",
        "The teams’ bulletins",
        "Arrived after the digest",
        "week of 25 February to 1 March",
    )
    assert order == sorted(order)


def test_a_bulletin_says_its_team_its_mood_in_words_and_its_texts(french: Received) -> None:
    assert "😣 EIG Link Très difficile Livrer <vite> : un deux" in words(french.html)
    assert '<span aria-hidden="true">😣</span> EIG Link <span>Très difficile</span>' in re.sub(
        r' style="[^"]*"| class="[^"]*"', "", french.html
    )
    body = french.text.replace("\u00a0", " ")
    assert (
        "## EIG Link 😣 Très difficile\n\nPriorité :\nLivrer <vite> :\n\n- un\n- deux\n\nLes hauts et les bas :\n"
        in body
    )


@pytest.mark.parametrize("address", ["fr@x.example", "en@x.example"])
def test_the_text_says_all_that_the_html_says(digest: Digest, relay: Relay, address: str) -> None:
    [letter] = relay.to(address)
    assert set(re.findall(r"\w+", words(letter.html))) <= set(re.findall(r"\w+", letter.text))


def test_the_names_of_silent_teams_are_not_told(french: Received) -> None:
    assert "Silencieux" not in french.text + french.html
    assert "Brigade" not in french.text + french.html


def test_the_headers_of_a_digest(french: Received, english: Received) -> None:
    assert french["Subject"] == "EIG « 3 » & Cie\u00a0: récapitulatif de la semaine du 4 au 8 mars"
    assert french["To"] == "Zoë Ångström <fr@x.example>"
    assert french["List-Id"].endswith("<promotion-3.bulletins.bulletins.example>")
    assert french["List-Archive"] == "<http://localhost/promotion-3/digests>"
    assert french["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert french["Auto-Submitted"] == "auto-generated"
    assert french.message["Date"].datetime == DUE
    assert [part.get_content_type() for part in french.message.iter_parts()] == ["text/plain", "text/html"]


def test_the_html_says_its_language_and_fetches_nothing(french: Received, english: Received) -> None:
    for letter, language in ((french, "fr"), (english, "en")):
        assert f'<html lang="{language}" dir="ltr">' in letter.html
        assert f'<div lang="{language}" dir="ltr">' in letter.html
        assert not re.search(r"<(img|link|script|iframe)|url\(|@import|background=", letter.html)
        assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", letter.html))
        assert set(re.findall(r'href="([^"?]*)', letter.html)) <= {
            "http://localhost/promotion-3/digests/2019-W10",
            letter["List-Unsubscribe"].strip("<>"),
        }


def test_the_button_opens_the_digest_without_signing_in_and_marks_it(app: Flask, french: Received) -> None:
    [read_url] = set(re.findall(r"http://localhost/promotion-3/digests/\S+", french.text))
    assert read_url.replace("&", "&amp;") in french.html
    visitor = app.test_client()
    page = visitor.get(read_url.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert "Vous lisez en tant que Zoë Ångström." in words(page.text)
    assert "😣 EIG Link Très difficile" in words(page.text)


def test_the_letters_of_one_language_differ_only_in_what_is_their_readers_own(digest: Digest, relay: Relay) -> None:
    def without_own(address: str) -> str:
        [letter] = relay.to(address)
        own = {letter["To"], letter["Message-ID"], letter["List-Unsubscribe"]}
        own |= set(re.findall(r"http://localhost/\S+?(?=[\s\"])", letter.text + letter.html))
        rest = [f"{name}: {value}" for name, value in letter.message.items() if value not in own]
        body = letter.text + letter.html
        for url in sorted(own, key=len, reverse=True):
            body = body.replace(url, "OWN")
        return "\n".join(part for part in rest if "boundary" not in part) + body

    assert without_own("en@x.example") == without_own("en2@x.example")


def test_a_mark_that_somebody_typed_is_only_text(promotion: Promotion, relay: Relay, clock: Traveller) -> None:
    make_bulletin(
        make_team(promotion, "@@read_url@@"), W10, priorities="@@unsubscribe_url@@", ups_and_downs="@@read_url@@"
    )
    clock.move_to(DUE)
    issue(promotion, W10, now=DUE)
    deliver()
    [letter] = relay.to("fr@x.example")
    for part in (letter.text, letter.html):
        assert part.count("/digests/2019-W10?") == 2
        assert "unsubscribe_url@" in part


@pytest.fixture
def wordy(app: Flask, clock: Traveller) -> Promotion:
    """A dozen teams that imported texts of six thousand characters."""
    promotion = make_promotion()
    text = "Une phrase **honnête** de plus. " * 190
    texts = {"priorities": text, "ups_and_downs": text}
    html = {f"{name}_html": to_html(text) for name in texts}
    for _ in range(12):
        make_bulletin(make_team(promotion), W10, **texts, **html)
    clock.move_to(DUE)
    return promotion


def test_a_letter_stays_under_what_mail_programs_show_and_the_page_has_it_all(
    app: Flask, wordy: Promotion, relay: Relay
) -> None:
    make_member(wordy, email="fr@x.example")
    digest = issue(wordy, W10, now=DUE)
    deliver()
    [letter] = relay.to("fr@x.example")
    assert MAX_HTML_BYTES / 3 < len(letter.html.encode()) < 100_000
    assert letter.html.count("Lire la suite") == letter.text.count("Lire la suite") == 12
    assert all("Lire la suite" not in text.html and len(text.html) > 150_000 for text in digest.texts)


def test_a_letter_of_sixty_teams_stays_under_it_too(app: Flask, clock: Traveller) -> None:
    clock.move_to(DUE)
    with one_transaction():
        promotion = make_promotion()
        for _ in range(60):
            make_bulletin(make_team(promotion), W10, priorities="R&D & " * 50, ups_and_downs="« R&D » & " * 30)
    letter = compose_letter(compose_week(promotion, W10), promotion, "fr")
    assert len(letter.html.encode()) < MAX_HTML_BYTES
    assert letter.html.count("Lire la suite") == 60


def test_an_honest_letter_is_not_shortened(promotion: Promotion, digest: Digest, french: Received) -> None:
    assert "Lire la suite" not in french.html

"""What members wrote says its language wherever it is shown in the other one: on every page, in every letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from time_machine import Traveller

from app import clock as app_clock
from app.advice.rules import Occasion
from app.advice.service import AdviceDraft, add_advice
from app.confidential.models import ConfidentialMessage
from app.confidential.service import answer_message, write_message
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.introductions import introduce
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.letters.models import Mailing
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W09, W10 = Week.parse("2019-W09"), Week.parse("2019-W10")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
TEXT = "Écrit ici"  # in every text of these tests, and in nothing of ours
PAGES = [  # paths below the promotion's, that show what somebody wrote
    *("weeks/2019-W09", "weeks/2019-W10", "teams", "teams/plume", "bulletin", "bulletin/2019-W09", "digests/2019-W09"),
    *("bulletin/2019-W09/receipt", "help", "confidential", "manage/weeks/2019-W10", "manage/confidential", "advice"),
]


class Languages(HTMLParser):
    """Collects each text in which TEXT is, with the language of its element."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if TEXT in data:
            self.found.append((self.open[-1][1], data.strip()))


def languages(html: str) -> list[tuple[str, str]]:
    parser = Languages()
    parser.feed(html)
    return parser.found


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A French promotion in 2019-W10, everything that can be written in it, and its members, who read English."""
    promotion = make_promotion()
    values = {"summary": f"{TEXT}, en résumé", "administration": f"{TEXT}, au ministère"}
    team = make_team(promotion, "Plume", **values)
    eig = make_member(promotion, "eig", team, name="Ada", locale="en")
    helper = make_member(promotion, "eig", make_team(promotion, "Brancard"), name="Zoé", locale="en")
    judith = make_member(promotion, "coordinator", name="Judith", locale="en")
    for week in (W09, W10):
        texts = dict.fromkeys(("priorities", "ups_and_downs", "help"), f"{TEXT}, *chaque* semaine")
        make_bulletin(team, week, key_date=promotion.timetable.opens(week.next).date(), key_date_text=TEXT, **texts)
    issue(promotion, W09, now=app_clock.now())
    call = db.session.query(HelpRequest).order_by(HelpRequest.id).first()
    assert call is not None
    offer_help(call, helper, f"{TEXT}, je peux", app_clock.now())
    introduce(promotion, W10, f"{TEXT}, pour commencer", judith.person, app_clock.now())
    add_advice(promotion, AdviceDraft(f"{TEXT}, un conseil", "", Occasion.WEEK, 1))
    write_message(eig, f"{TEXT}, en confidence", app_clock.now())
    return promotion


def shown(app: Flask, promotion: Promotion) -> Iterator[tuple[str, str, str]]:
    """Each text of members on each page: the path, its language, the text."""
    members = db.session.query(Membership).filter_by(promotion_id=promotion.id).all()
    for member in members:
        visitor = as_member(app.test_client(), member)
        for path in ["/", *(f"/promotion-3/{page}" for page in PAGES)]:
            for language, text in languages(visitor.get(path).text):
                yield path, language, text


def mailings(locale: str) -> dict[str, list[tuple[str, str]]]:
    """Each text of members in the HTML of the letters in `locale`, by the kind of letter."""
    rows = db.session.query(Mailing).filter_by(locale=locale).all()
    return {row.reference.partition(":")[0]: languages(row.html) for row in rows if TEXT in row.html}


def test_on_an_english_page_what_members_wrote_is_french(app: Flask, promotion: Promotion) -> None:
    found = list(shown(app, promotion))
    assert {path for path, _, _ in found} >= {f"/promotion-3/{page}" for page in PAGES}
    assert [text for text in found if text[1] != "fr"] == []


def test_a_preview_says_it_too(app: Flask, promotion: Promotion) -> None:
    visitor = as_member(app.test_client(), db.session.query(Membership).filter_by(role="eig").first())
    preview = visitor.post("/promotion-3/bulletin/preview", data={"text": TEXT}).text
    assert languages(preview) == [("fr", TEXT)]
    without_scripts = visitor.post("/promotion-3/bulletin", data={"priorities": TEXT, "preview": "priorities"}).text
    assert {language for language, _ in languages(without_scripts)} == {"fr"}


def test_on_a_french_page_nothing_needs_to_say_it(app: Flask, promotion: Promotion) -> None:
    for member in db.session.query(Membership):
        member.person.locale = "fr"
    db.session.commit()
    for member in db.session.query(Membership).all():
        visitor = as_member(app.test_client(), member)
        for page in PAGES:
            assert visitor.get(f"/promotion-3/{page}").text.count('lang="fr"') <= 1  # of the page itself


def test_in_an_english_letter_what_members_wrote_is_french(app: Flask, promotion: Promotion) -> None:
    now = app_clock.now()
    coordinator = db.session.query(Membership).filter_by(role="coordinator").one()
    message = db.session.query(ConfidentialMessage).one()
    answer_message(message, coordinator.person, f"{TEXT}, en réponse", now)
    for call in db.session.query(HelpRequest):
        call.opened_at -= timedelta(days=30)
    db.session.commit()
    assert queue_due_notes(promotion, now + timedelta(minutes=30)) == 1
    found = mailings("en")
    assert len(found) == 4, found.keys()
    assert [text for texts in found.values() for text in texts if text[0] != "fr"] == []

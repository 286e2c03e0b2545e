"""The digest that a member has before them: their promotion's, in one language, with nobody's mark but their own."""

from __future__ import annotations

from datetime import date

import pytest

from app.database import db
from app.readership.service import find_page
from app.weeks import Week
from tests.builders import make_digest, make_member, make_promotion, make_read_mark

W09, W10 = Week.parse("2019-W09"), Week.parse("2019-W10")

pytestmark = pytest.mark.usefixtures("app")


def test_it_is_that_of_their_promotion_in_the_language_asked_for() -> None:
    here, elsewhere = make_promotion(), make_promotion(slug="promotion-2")
    make_digest(elsewhere, W09)
    digest = make_digest(here, W09)
    next(text for text in digest.texts if text.locale == "en").subject = "The bulletins of week 9"
    db.session.commit()
    page, page_in_english = (find_page(make_member(here), W09, locale) for locale in ("fr", "en"))
    assert page and page_in_english
    assert (page.id, page.week, page.subject) == (digest.id, W09, "Les bulletins de la semaine 9")
    assert page_in_english.subject == "The bulletins of week 9"


def test_before_its_issue_there_is_none() -> None:
    promotion = make_promotion()
    make_digest(promotion, W09)
    assert find_page(make_member(promotion), W10, "fr") is None


def test_it_bears_the_mark_of_who_reads_it() -> None:
    promotion = make_promotion()
    reader, other = make_member(promotion), make_member(promotion)
    digests = [make_digest(promotion, week) for week in (W09, W10)]
    make_read_mark(digests[0], reader, day=date(2019, 3, 2))
    pages = {(one, week): find_page(one, week, "fr") for one in (reader, other) for week in (W09, W10)}
    assert all(pages.values())
    read = {key: page.read_on for key, page in pages.items() if page and page.read_on}
    assert read == {(reader, W09): date(2019, 3, 2)}

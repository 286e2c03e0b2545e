"""What is cached of a page follows all that it is made of: nothing out of date is ever shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import meta
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.moods import Mood
from app.clock import now
from app.database import db
from app.digests.models import Digest, DigestText
from app.help_requests.models import HelpOffer, HelpState
from app.home.account import erase_person
from app.teams.models import Membership, Promotion, Team
from app.weeks import Week
from tests.builders import (
    CONTENT,
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_read_mark,
    make_team,
    saved,
)
from tests.fixtures.site import as_member
from tests.pages import words
from tests.rows import call

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
WEEK, DIGEST = "/promotion-3/weeks/2019-W10", "/promotion-3/digests/2019-W10"
KNOWN = {"url_for", "_", "ngettext", "mood_words"}  # to every template, and the same for every reader of the fragment
Change = Callable[[Promotion], object]


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """Alpha has written a bulletin and called for help; the digest is issued."""
    clock.move_to("2019-03-14T10:00:00Z")
    promotion = make_promotion()
    written = make_bulletin(
        make_team(promotion, "Alpha"), W10, priorities="Un essai", help="Qui relit ?", key_date=date(2019, 3, 20)
    )
    make_team(promotion, "Bravo")
    make_member(promotion, "eig", make_team(promotion, "Reader"), "reader@promotion.example", locale="en")
    body = '<td class="bl-call"><h3>Alpha</h3><div class="bl-text"><p>Qui relit ?</p></div></td>'
    texts = [DigestText(locale=locale, subject="Bulletins", html=body, text="Qui relit ?") for locale in ("fr", "en")]
    told = {"bulletin_id": written.id, "team": "Alpha", "text": "Qui relit ?", "age_days": 0}
    make_digest(promotion, W10, content=CONTENT | {"help_requests": [told]}, texts=texts)
    return promotion


@pytest.fixture
def reader(app: Flask, promotion: Promotion) -> FlaskClient:
    return as_member(app.test_client(), the_reader())


def team(name: str) -> Team:
    return db.session.scalars(select(Team).where(Team.name == name)).one()


def the_reader() -> Membership:
    return db.session.scalars(select(Membership).join(Team).where(Team.name == "Reader")).one()


def bulletin() -> Bulletin:
    return db.session.scalars(select(Bulletin).join(Team).where(Team.name == "Alpha")).one()


def digest() -> Digest:
    return db.session.scalars(select(Digest)).one()


def offer(member: Membership) -> HelpOffer:
    return saved(HelpOffer(call=call(), membership=member, text="Moi, lundi", offered_at=now()))


def set_all(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


WEEK_CHANGES: dict[str, tuple[Change, str]] = {
    "a text": (lambda _: set_all(bulletin(), priorities_html="<p>Autre chose</p>"), "Autre chose"),
    "a mood": (lambda _: set_all(bulletin(), mood=Mood.VERY_HARD), "Very hard"),
    "a call that goes": (lambda _: set_all(bulletin(), help_html=""), ""),
    "that it came late": (lambda _: set_all(bulletin(), late=True), "late"),
    "a late arrival": (lambda _: make_bulletin(team("Bravo"), W10, late=True, priorities="Après coup"), "Après coup"),
    "a key date": (lambda _: set_all(bulletin().key_date, day=date(2019, 3, 21)), "21 March"),
    "what happens that day": (lambda _: set_all(bulletin().key_date, text="La revue"), "La revue"),
    "a key date that goes": (lambda _: db.session.delete(db.session.scalars(select(KeyDate)).one()), ""),
    "a team's name": (lambda _: set_all(team("Alpha"), name="Omega"), "Omega"),
    "a team's address": (lambda _: set_all(team("Alpha"), slug="omega"), "/teams/omega"),
    "the promotion's address": (lambda promotion: set_all(promotion, slug="promotion-4"), "/promotion-4/teams/alpha"),
    "the reader's language": (lambda _: set_all(the_reader().person, locale="fr"), "Demande d’aide"),
    "a bulletin that is gone": (lambda _: db.session.delete(bulletin()), "No bulletin to show."),
}
CALL_CHANGES: dict[str, tuple[Change, str]] = {
    "a call that is answered": (lambda _: set_all(call(), state=HelpState.OFFERED), "help offered"),
    "a call that is resolved": (lambda _: set_all(call(), state=HelpState.RESOLVED), ""),
    "a team's name": (lambda _: set_all(team("Alpha"), name="Omega"), "Omega"),
    "that the reader has read it": (lambda _: make_read_mark(digest(), the_reader()), "I can help —"),
    "what the reader offers": (lambda _: offer(the_reader()), "Moi, lundi"),
    "the reader's language": (lambda _: set_all(the_reader().person, locale="fr"), "Je peux aider"),
    "the reader's team": (lambda _: set_all(the_reader(), team=team("Alpha")), ""),
    "the reader's role": (lambda _: set_all(the_reader(), role="alumni", team=None), ""),
}


def seen(reader: FlaskClient, path: str, promotion: Promotion) -> str:
    page = reader.get(path.replace("promotion-3", promotion.slug)).text
    return page[page.index("<h1") : page.index("</main>")]


@pytest.mark.parametrize(("path", "change", "shown"), [
    *((WEEK, *case) for case in WEEK_CHANGES.values()),
    *((DIGEST, *case) for case in CALL_CHANGES.values()),
], ids=[*WEEK_CHANGES, *(f"under a digest, {what}" for what in CALL_CHANGES)])  # fmt: skip
def test_a_page_follows(reader: FlaskClient, promotion: Promotion, path: str, change: Change, shown: str) -> None:
    before = seen(reader, path, promotion)
    assert before == seen(reader, path, promotion)
    change(promotion)
    db.session.commit()
    after = seen(reader, path, promotion)
    assert after != before
    assert shown in after or shown in words(after)
    assert not shown or (shown not in before and shown not in words(before))


def test_what_one_offers_is_shown_to_nobody_else_and_goes_with_its_author(app: Flask, promotion: Promotion) -> None:
    other = make_member(promotion, "eig", make_team(promotion), locale="en")
    asking = make_member(promotion, "eig", team("Alpha"), locale="en")
    offer(the_reader())
    pages = [words(as_member(app.test_client(), who).get(DIGEST).text) for who in (the_reader(), other, asking)]
    assert ["Moi, lundi" in page for page in pages] == [True, False, False]
    assert "1 offer of help has been emailed to your team." in pages[2]
    erase_person(the_reader().person, now())
    assert "has been emailed to your team" not in words(as_member(app.test_client(), asking).get(DIGEST).text)


@pytest.mark.parametrize(("path", "link"), [(WEEK, "/teams/alpha"), (DIGEST, "/digests/2019-W10/help/1/offer")])
def test_links_begin_with_the_path_under_which_the_site_runs(reader: FlaskClient, path: str, link: str) -> None:
    page, below = reader.get(path).text, reader.get(path, base_url="http://localhost/intranet").text
    assert f'"/promotion-3{link}"' in page
    assert f'"/intranet/promotion-3{link}"' in below
    assert '"/promotion-3/' not in below.replace(f'name="next" value="{path}"', "")


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("bulletins/_of_week.html", {"bulletins", "closed", "locale"}),
        ("bulletins/_bulletin.html", set()),
        ("readership/_call.html", {"call", "is_first", "locale", "slug", "week", "marks", "signed_in"}),
        ("help_requests/_offered.html", set()),
    ],
)
def test_a_fragment_is_made_of_its_values_alone(app: Flask, template: str, values: set[str]) -> None:
    assert app.jinja_env.loader
    source, _file, _fresh = app.jinja_env.loader.get_source(app.jinja_env, template)
    assert meta.find_undeclared_variables(app.jinja_env.parse(source)) <= values | KNOWN

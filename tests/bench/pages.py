"""Pages of 16 teams, each against a page of the same content written the ordinary way (`tests/bench/plain`)."""

from __future__ import annotations

from datetime import datetime
from difflib import SequenceMatcher
from time import process_time

from flask import Flask
from flask.testing import FlaskClient

from app import clock, create_app
from app.database import db
from app.digests.service import issue
from app.teams.models import Membership
from app.weeks import Week
from tests.bench.plain.site import create_plain_site
from tests.bench.timing import Ratio, compare
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.database import make_tables
from tests.fixtures.site import as_member, make_config
from tests.pages import words

TEAMS = 16
ROUNDS = 51  # a page takes milliseconds: of a few rounds, the median still moves by a tenth
AT_MOST = 0.75
SAME_WORDS = 0.98  # of the words of the two pages
WEEKS = ["2019-W08", "2019-W09", "2019-W10"]
NOW = datetime.fromisoformat("2019-03-14T10:00:00+00:00")
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin. " * 2


def measure(url: str) -> list[Ratio]:
    """The ratios of three pages on the database at `url`, which is empty.

    Pages are asked for outside any context, as a server asks: each has one of its own, and nothing is loaded before.
    """
    make_tables(url)
    config = make_config(database_url=url, now=NOW)
    app, plain = create_app(config), create_plain_site(url, config.secret_key, NOW)
    app.config.update(WTF_CSRF_ENABLED=True)
    with app.app_context():
        member = promotion_of_sixteen_teams()
        ours, theirs, slug = as_member(app.test_client(), member), _signed_in(plain, member), member.promotion.slug
        db.session.commit()
    pages = {"my week": f"/{slug}/", "a week": f"/{slug}/weeks/2019-W10", "a digest": f"/{slug}/digests/2019-W10"}
    return [_page(name, ours, theirs, path) for name, path in pages.items()]


def promotion_of_sixteen_teams() -> Membership:
    """Three weeks of bulletins and digests; an EIG of the first team."""
    promotion = make_promotion()
    members = []
    for number in range(TEAMS):
        team = make_team(promotion, f"Défi {number:02d}")
        members += [make_member(promotion, "eig", team), make_member(promotion, "mentor", team)]
        for week in WEEKS:
            make_bulletin(team, week, priorities=TEXT, ups_and_downs=TEXT, help=TEXT if number % 4 == 0 else "")
    for week in map(Week.parse, WEEKS):
        issue(promotion, week, now=promotion.timetable.digest_due(week) or clock.now(), letters=False)
    return members[0]


def _signed_in(plain: Flask, member: Membership) -> FlaskClient:
    client = plain.test_client()
    return as_member(client, member)


def _page(name: str, ours: FlaskClient, theirs: FlaskClient, path: str) -> Ratio:
    pages = [client.get(path) for client in (ours, theirs)]
    assert [page.status_code for page in pages] == [200, 200], f"{path}: {pages}"
    own_words, plain_words = (words(page.get_data(as_text=True)).split() for page in pages)
    alike = SequenceMatcher(None, own_words, plain_words, autojunk=False).ratio()
    assert alike >= SAME_WORDS, f"{path}: only {alike:.1%} of the words are the same"
    return compare(
        f"{name} ({len(own_words)} words, {alike:.1%} the same)",
        lambda: ours.get(path),
        lambda: theirs.get(path),
        at_most=AT_MOST,
        times=10,
        runs=ROUNDS,
        clock=process_time,
    )

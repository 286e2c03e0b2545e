"""The feed of issued digests, read back by feedparser."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import feedparser
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.digests.models import Digest, DigestText
from app.digests.service import issue
from app.feeds.atom import DigestEntry, FeedHead, atom_text
from app.feeds.models import Feed
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member
from tests.feeds.conftest import WEDNESDAY
from tests.feeds.test_calendar import path_of
from tests.rows import counted

W07, W08, W09 = (Week.parse(f"2019-W0{number}") for number in (7, 8, 9))
ATOM = "{http://www.w3.org/2005/Atom}"


def issued(team: Team, week: Week, text: str) -> None:
    make_bulletin(team, week, priorities=text)
    issue(team.promotion, week, now=team.promotion.timetable.digest_due(week) or now())


def test_the_feed_has_each_issued_digest_newest_first_as_it_was_issued(
    client: FlaskClient, lea: Membership, team: Team
) -> None:
    issued(team, W08, "Semer & récolter <vite>")
    issued(team, W09, "Vendre")
    make_digest(team.promotion, W07, empty=True)
    answer = client.get(path_of(lea, Feed.DIGESTS))
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(answer.data)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert [entry.link for entry in read.entries] == [
        "http://localhost/promotion-3/digests/2019-W09",
        "http://localhost/promotion-3/digests/2019-W08",
    ]
    assert len({entry.id for entry in read.entries}) == 2
    assert "Semer &amp; récolter" in read.entries[1].content[0].value
    assert read.entries[1].content[0].type == "text/html"
    due = team.promotion.timetable.digest_due(W09)
    assert due
    assert read.entries[0].updated == read.feed.updated == f"{due:%Y-%m-%dT%H:%M:%SZ}"
    text = db.session.scalars(
        select(DigestText).join(Digest).where(Digest.week == W09, DigestText.locale == "fr")
    ).one()
    assert read.entries[0].title == text.subject
    content = ElementTree.fromstring(answer.data).findall(f"{ATOM}entry/{ATOM}content")[0]
    assert content.text == text.html


def test_nothing_in_it_is_anybodys_own(client: FlaskClient, lea: Membership, team: Team) -> None:
    """Feed readers show, index and pass on what a feed says: it has no token, not even that of its own address."""
    issued(team, W09, "Vendre")
    path = path_of(lea, Feed.DIGESTS)
    said = client.get(path).text
    assert path.partition("key=")[2][:20] not in said
    for word in ("reader=", "unsubscribe", "@@", lea.person.email or "?", "Léa"):
        assert word not in said
    other = make_member(team.promotion, team=team, locale="fr")
    assert client.get(path_of(other, Feed.DIGESTS)).text == said


def test_ids_stay_what_they_were_whatever_else_changes(client: FlaskClient, lea: Membership, team: Team) -> None:
    issued(team, W09, "Vendre")
    path = path_of(lea, Feed.DIGESTS)
    before = feedparser.parse(client.get(path).data)
    lea.person.locale = "en"
    db.session.commit()
    after = feedparser.parse(client.get(path).data)
    assert before.feed.id == after.feed.id
    assert [entry.id for entry in before.entries] == [entry.id for entry in after.entries]
    assert before.entries[0].title != after.entries[0].title
    assert before.feed.language == "fr"
    assert after.feed.language == "en"


def test_a_feed_that_has_not_changed_is_not_sent_again(client: FlaskClient, lea: Membership, team: Team) -> None:
    issued(team, W08, "Semer")
    path = path_of(lea, Feed.DIGESTS)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    issued(team, W09, "Vendre")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_feed_without_a_digest_is_a_feed_all_the_same(client: FlaskClient, lea: Membership) -> None:
    read = feedparser.parse(client.get(path_of(lea, Feed.DIGESTS)).data)
    assert not read.bozo
    assert read.entries == []
    assert read.feed.title == "Récapitulatifs, Promotion 3"


def test_ten_months_of_digests_take_as_many_queries_as_one(app: Flask, lea: Membership, team: Team) -> None:
    path = path_of(lea, Feed.DIGESTS)

    def queries() -> int:
        with counted() as statements:
            assert app.test_client().get(path).status_code == 200
        return len(statements)

    make_digest(team.promotion, W07)
    few = queries()
    for number in range(8, 51):
        make_digest(team.promotion, f"2019-W{number:02}")
    assert queries() == few
    assert len(feedparser.parse(app.test_client().get(path).data).entries) == 44


def test_what_no_xml_may_hold_is_left_out() -> None:
    head = FeedHead(1, "Titre\x0b", "Auteur", "http://x/", "fr", "x", WEDNESDAY)
    entry = DigestEntry(1, "http://x/1", "\x00un\ufffe 👩‍🌾", "<p>a\x08b</p>]]>", WEDNESDAY + timedelta(days=1))
    read = feedparser.parse(atom_text(head, [entry]))
    assert not read.bozo
    assert read.entries[0].title == "un 👩‍🌾"
    assert "<p>ab</p>" in read.entries[0].content[0].value

"""What the search finds, on either database: words and filters, newest first, a page at a time."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from time_machine import Traveller

from app import clock
from app.bulletins.models import Bulletin
from app.database import db
from app.digests.models import Introduction
from app.search.asked import Filters
from app.search.entries import EntryKey, EntryKind
from app.search.finding import find
from app.search.search_terms import SearchTerms, read_terms
from app.search.visibility import Scope, scope_of
from app.search.words import split_words
from app.teams.models import Membership, Promotion
from app.text_cleaning import clean_text
from app.weeks import Week
from tests.builders import (
    LONG_AGO,
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_team,
    one_transaction,
    saved,
)

pytestmark = pytest.mark.both_databases

BULLETIN, CALL, KEY_DATE, INTRODUCTION = EntryKind


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    """An EIG of Jachère; four weeks are issued."""
    with one_transaction():
        promotion = make_promotion()
        jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
        member = make_member(promotion, "eig", jachere)
        make_bulletin(
            jachere, "2019-W03", priorities="Réunir les **utilisateurs**", ups_and_downs="Un œuf, c’est l’API"
        )
        make_bulletin(brancard, "2019-W04", priorities="Une API en C++", help="Qui a réuni des utilisatrices ?")
        make_bulletin(
            jachere, "2019-W05", priorities="rien", key_date=date(2019, 2, 19), key_date_text="Réunion publique"
        )
        saved(
            Introduction(
                promotion_id=promotion.id, week=Week.parse("2019-W05"), text="Belle réunion", updated_at=LONG_AGO
            )
        )
        make_bulletin(brancard, "2019-W06", priorities='col:x AND "y" NOT (z)', ups_and_downs="p_1 t_1")
        for number in (3, 4, 5, 6):
            make_digest(promotion, f"2019-W{number:02d}")
    return member


def found(member: Membership, query: str, **filters: object) -> list[tuple[EntryKind, date]]:
    keys = find(read_terms(query), Filters(**filters), [scope_of(member, clock.now())], 100)
    return [(key.kind, key.day) for key in keys]


W03, W04, W05, W06 = (date(2019, 1, 14), date(2019, 1, 21), date(2019, 1, 28), date(2019, 2, 4))


EXPECTED = [
    ("réunion", [(KEY_DATE, date(2019, 2, 19)), (INTRODUCTION, W05)]),
    ("REUNIONS publiques", [(KEY_DATE, date(2019, 2, 19))]),
    ("utilisatrice", [(CALL, W04), (BULLETIN, W03)]),
    ("oeufs", [(BULLETIN, W03)]),
    ("l'api", [(BULLETIN, W04), (BULLETIN, W03)]),
    ("c++", [(BULLETIN, W04)]),
    ("col:x", [(BULLETIN, W06)]),
    ("AND", [(BULLETIN, W06)]),
    ('"y" (z', [(BULLETIN, W06)]),
    ("p_1", [(BULLETIN, W06)]),
    ("réun", [(KEY_DATE, date(2019, 2, 19)), (INTRODUCTION, W05), (CALL, W04), (BULLETIN, W03)]),
    ("réun utilis", [(CALL, W04), (BULLETIN, W03)]),
    ("jachere rien", [(BULLETIN, W05)]),
    ("utilisateurs c++", []),
    ("zzz", []),
]


def test_every_word_must_be_in_one_text(member: Membership) -> None:
    for query, expected in EXPECTED:
        assert found(member, query) == expected, query


def test_filters(member: Membership) -> None:
    brancard = next(team for team in member.promotion.teams if team.name == "Brancard")
    assert found(member, "", team_id=brancard.id) == [(BULLETIN, W06), (CALL, W04), (BULLETIN, W04)]
    assert found(member, "utilisateurs", kinds=(CALL,)) == [(CALL, W04)]
    assert found(member, "", first=date(2019, 1, 24), last=date(2019, 1, 28)) == [
        (INTRODUCTION, W05),
        (BULLETIN, W05),
        (CALL, W04),
        (BULLETIN, W04),
    ]
    assert found(member, "", first=date(2019, 2, 5)) == [(KEY_DATE, date(2019, 2, 19)), (BULLETIN, W06)]
    assert found(member, "", first=date.max) == []
    assert len(found(member, "", first=date.min, last=date.max)) == 7


def test_pages_follow_one_another_without_gap_or_overlap(member: Membership) -> None:
    scopes = [scope_of(member, clock.now())]
    everything = find(read_terms(""), Filters(), scopes, 100)
    paged: list[EntryKey] = []
    while page := find(read_terms(""), Filters(before=paged[-1].id if paged else None), scopes, 2):
        paged += page
        assert len(paged) <= len(everything)
    assert paged == everything
    assert find(read_terms("api"), Filters(before=0), scopes, 2) == []
    assert find(read_terms(""), Filters(before=10**18 - 1), scopes, 1) == everything[:1]


ODD = [" ".join(f"mot{n}" for n in range(1000)), "z" * 10_000, "한글 день ½ \ud800 👍a", "' xx \\ '"]


def test_any_text_is_a_query(member: Membership) -> None:
    for query in ODD:
        assert found(member, query) == [], query[:40]


TEXTS = st.text(
    st.sampled_from("aàéeœÆrst’'-_*+:\"() \n12ß한день") | st.characters(exclude_categories=["Cs"]), max_size=40
)


@pytest.mark.long
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS)
def test_each_database_finds_what_the_words_themselves_say(
    app: Flask, clock: Traveller, texts: list[str], query: str
) -> None:
    """So both find the same, and what is marked is what was found."""
    db.session.execute(delete(Promotion))
    db.session.commit()
    promotion = make_promotion()
    team = make_team(promotion, "Équipe")
    bulletins = [
        make_bulletin(team, f"2019-W{number:02d}", priorities=clean_text(text) or "-", ups_and_downs="-")
        for number, text in enumerate(texts, start=3)
    ]
    for words in (query, texts[0]):
        terms = read_terms(words)
        keys = find(terms, Filters(), [Scope(promotion.id, team.id, None)], 100) if terms else []
        assert {key.source_id for key in keys} == {one.id for one in bulletins if terms and fits(one, terms)}, words


def fits(bulletin: Bulletin, terms: SearchTerms) -> bool:
    words = [*split_words(bulletin.team.name), *split_words(bulletin.priorities)]
    return all(any(term.fits(word) for word in words) for term in terms.terms)

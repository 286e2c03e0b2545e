"""The order of a digest, from values: no database, no clock, and the order of what comes in does not matter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bulletins.moods import Mood
from app.digests.composition import (
    Composition,
    DigestBulletin,
    DigestCall,
    DigestKeyDate,
    TeamCounts,
    compose,
    content,
    is_soon,
    public_content,
    truncate,
)
from app.markdown import to_html
from app.weeks import Week

W10 = Week.parse("2019-W10")
FRIDAY = date(2019, 3, 8)
TEAMS = [f"defi-{number}" for number in range(16)]


def bulletin(slug: str, week: Week = W10, **values: Any) -> DigestBulletin:
    texts = {"mood": Mood.GOOD, "priorities": "p", "ups_and_downs": "u", "help": ""}
    html = {"priorities_html": "<p>p</p>", "ups_and_downs_html": "<p>u</p>"}
    return DigestBulletin(**{"team": slug.title(), "slug": slug, "week": week, **texts, **html, **values})


def call(team: str, age: int, *, new: bool = False, text: str = "À l’aide") -> DigestCall:
    return DigestCall(team, text, f"<p>{text}</p>", age, new)


def composed(**values: Any) -> Composition:
    nothing: dict[str, Any] = {"bulletins": [], "calls": [], "dates": []}
    frame = {"promotion": "Promotion 3", "week": W10, "day": FRIDAY, "teams": TeamCounts(16, 13, 2)}
    return compose(**(frame | nothing | values))


slugs = st.sampled_from(TEAMS)
bulletins = st.lists(
    st.builds(bulletin, slugs, st.sampled_from([W10.previous.previous, W10.previous, W10])),
    unique_by=lambda bulletin: (bulletin.slug, bulletin.week),
)
calls = st.lists(st.builds(call, slugs, st.integers(0, 30), new=st.booleans(), text=st.sampled_from("abc")))
dates = st.lists(
    st.builds(DigestKeyDate, slugs, st.dates(date(2019, 2, 20), date(2019, 3, 31)), st.sampled_from("abc"))
)


@given(bulletins, calls, dates, st.randoms(use_true_random=False))
def test_the_order_in_which_things_come_in_does_not_matter(
    bulletins: list[DigestBulletin], calls: list[DigestCall], dates: list[DigestKeyDate], random: Any
) -> None:
    expected = composed(bulletins=bulletins, calls=calls, dates=dates)
    for things in (bulletins, calls, dates):
        random.shuffle(things)
    assert composed(bulletins=bulletins, calls=calls, dates=dates) == expected


@given(bulletins, calls)
def test_nothing_is_lost_and_nothing_told_twice(bulletins: list[DigestBulletin], calls: list[DigestCall]) -> None:
    digest = composed(bulletins=bulletins, calls=calls)
    assert sorted(map(repr, [*digest.bulletins, *digest.late])) == sorted(map(repr, bulletins))
    assert sorted(map(repr, digest.calls)) == sorted(map(repr, calls))


def test_new_calls_come_first_then_older_ones_by_age() -> None:
    made = [call("c", 14), call("a", 7), call("d", 2, new=True), call("b", 0, new=True)]
    assert [(c.team, c.age_days) for c in composed(calls=made).calls] == [("b", 0), ("d", 2), ("a", 7), ("c", 14)]


@pytest.mark.parametrize(
    ("day", "soon"),
    [
        (date(2019, 3, 7), False),
        (date(2019, 3, 8), True),
        (date(2019, 3, 15), True),
        (date(2019, 3, 16), False),
    ],
)
def test_key_dates_are_those_of_the_next_seven_days(day: date, soon: bool) -> None:
    assert is_soon(day, FRIDAY) is soon
    assert len(composed(dates=[DigestKeyDate("a", day, "Démo")]).dates) == soon


def test_key_dates_come_in_the_order_of_their_days() -> None:
    days = [FRIDAY + timedelta(days=ahead) for ahead in (5, 1, 3)]
    assert [d.day.day for d in composed(dates=[DigestKeyDate("a", day, "Démo") for day in days]).dates] == [9, 11, 13]


def test_the_shuffle_is_the_same_for_everyone_and_another_one_next_week() -> None:
    def order(week: Week) -> list[str]:
        return [b.slug for b in composed(week=week, bulletins=[bulletin(slug, week) for slug in TEAMS]).bulletins]

    assert order(W10) == order(W10) != sorted(TEAMS)
    assert order(W10.next) != order(W10)
    assert sorted(order(W10.next)) == sorted(TEAMS)


def test_a_team_keeps_its_place_among_the_others_when_one_more_writes() -> None:
    all_of_them = [b.slug for b in composed(bulletins=map(bulletin, TEAMS)).bulletins]
    without = [b.slug for b in composed(bulletins=map(bulletin, TEAMS[1:])).bulletins]
    assert without == [slug for slug in all_of_them if slug != TEAMS[0]]


def test_every_team_comes_first_one_week_or_another() -> None:
    first = {
        composed(week=W10 + n, bulletins=[bulletin(s, W10 + n) for s in TEAMS]).bulletins[0].slug for n in range(200)
    }
    assert first == set(TEAMS)


def test_late_arrivals_stand_apart_oldest_week_first() -> None:
    late = [bulletin("b", W10.previous), bulletin("a", W10.previous.previous)]
    digest = composed(bulletins=[bulletin("c"), *late])
    assert [b.slug for b in digest.bulletins] == ["c"]
    assert [b.slug for b in digest.late] == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "empty"),
    [
        ({}, True),
        ({"calls": [call("a", 7)], "dates": [DigestKeyDate("a", FRIDAY, "Démo")]}, True),
        ({"bulletins": [bulletin("a")]}, False),
        ({"bulletins": [bulletin("a", W10.previous)]}, False),
        ({"introduction": "Bonnes vacances", "introduction_html": "<p>Bonnes vacances</p>"}, False),
    ],
)
def test_a_digest_is_empty_without_a_bulletin_a_late_one_or_a_word(values: dict[str, Any], empty: bool) -> None:
    assert composed(**values).empty is empty


def test_expected_teams_wrote_or_stayed_silent() -> None:
    teams = TeamCounts(expected=14, wrote=13, paused=2)
    assert (teams.silent, teams.total) == (1, 16)


def test_the_content_is_what_programs_are_promised_and_whose_it_is() -> None:
    digest = composed(
        bulletins=[bulletin("a", help="Un avis", bulletin_id=7), bulletin("b", W10.previous, mood=Mood.VERY_HARD)],
        calls=[DigestCall("A", "Un avis", "<p>Un avis</p>", 0, new=True, bulletin_id=7)],
        dates=[DigestKeyDate("A", date(2019, 3, 12), "Démo", bulletin_id=7)],
    )
    texts = {"priorities": "p", "ups_and_downs": "u"}
    promised: dict[str, Any] = {
        "bulletins": [
            {"team": "A", "week": "2019-W10", "mood": "good", **texts, "help": "Un avis", "late": False},
            {"team": "B", "week": "2019-W09", "mood": "very_hard", **texts, "help": "", "late": True},
        ],
        "help_requests": [{"team": "A", "text": "Un avis", "age_days": 0}],
        "key_dates": [{"team": "A", "date": "2019-03-12", "text": "Démo"}],
        "teams": {"expected": 16, "wrote": 13, "paused": 2, "silent": 3},
    }
    assert public_content(content(digest)) == promised
    assert json.loads(json.dumps(content(digest))) == content(digest)
    for part in ("bulletins", "help_requests", "key_dates"):
        promised[part][0] |= {"bulletin_id": 7}
    promised["bulletins"][1] |= {"bulletin_id": None}
    assert content(digest) == promised


typed = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=80)
long_texts = typed.map(str.strip)  # as they are stored


@given(long_texts, long_texts, st.integers(1, 60))
def test_a_shortened_text_is_no_longer_than_asked_and_says_so(priorities: str, ups: str, length: int) -> None:
    full = composed(bulletins=[bulletin("a", priorities=priorities, ups_and_downs=ups)], calls=[call("a", 1, text=ups)])
    short = truncate(full, length, to_html)
    [shortened], [request] = short.bulletins, short.calls
    for text, original in ((shortened.priorities, priorities), (shortened.ups_and_downs, ups), (request.text, ups)):
        if len(original) <= length:
            assert text == original
        else:
            kept = text.removesuffix("[…]").rstrip()
            assert original.startswith(kept)
            assert len(kept) <= length
    assert shortened.truncated is (max(len(priorities), len(ups)) > length)


def test_shortening_leaves_short_texts_and_late_arrivals_in_their_place() -> None:
    full = composed(bulletins=[bulletin("a"), bulletin("b", W10.previous, priorities="mot " * 100)])
    short = truncate(full, 40, to_html)
    assert short.bulletins == full.bulletins
    assert short.late[0].truncated
    assert short.late[0].priorities_html == f"<p>{'mot ' * 9}[…]</p>"
    assert replace(short, late=()) == replace(full, late=())

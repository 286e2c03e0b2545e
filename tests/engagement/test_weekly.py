"""What teams did with a week, as counts and shares."""

from __future__ import annotations

import pytest

from app.bulletins.moods import Mood
from app.engagement.weekly import WritingCounts, count_moods
from app.weeks import Week

WEEK = Week.parse("2019-W10")


def test_expected_are_those_who_wrote_and_those_who_did_not() -> None:
    counts = WritingCounts(WEEK, on_time=10, late=1, silent=5, paused=2)
    assert (counts.wrote, counts.expected, counts.everyone) == (11, 16, 18)


def test_the_four_shares_make_one() -> None:
    shares = WritingCounts(WEEK, on_time=10, late=1, silent=5, paused=2).shares
    assert sum(share or 0 for share in shares.values()) == pytest.approx(1)
    assert shares["late"] == pytest.approx(1 / 18)


def test_a_week_that_runs_has_no_shares_yet() -> None:
    counts = WritingCounts(WEEK, on_time=10, late=0, silent=6, paused=0, running=True)
    assert set(counts.shares.values()) == {None}


def test_a_week_without_teams_has_no_shares() -> None:
    assert set(WritingCounts(WEEK, 0, 0, 0, 0).shares.values()) == {None}


def test_moods_are_counted_hardest_first_and_silence_is_none_of_them() -> None:
    moods = count_moods(WEEK, [Mood.GREAT, None, Mood.VERY_HARD, Mood.GREAT, Mood.GOOD])
    assert list(moods.counts.items()) == [(Mood.VERY_HARD, 1), (Mood.SO_SO, 0), (Mood.GOOD, 1), (Mood.GREAT, 2)]
    assert moods.shares[Mood.GREAT] == 0.5


def test_a_week_without_bulletins_has_no_mood() -> None:
    assert set(count_moods(WEEK, [None, None]).shares.values()) == {None}

"""The material of the demonstration is what a member could have typed, and worth reading."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.bulletins.rules import TEXT_LIMIT
from app.development.demo.roster import read_roster
from app.development.demo.schedule import written_at
from app.development.demo.stories import WEEKS, read_introductions, read_stories
from app.markdown import count_code_points, to_html, to_text
from app.teams.names import slugify
from app.teams.roles import Role
from app.weeks import Timetable, Week

NOW = datetime(2026, 11, 19, 19, 0, tzinfo=UTC)
STORIES = read_stories()
BULLETINS = [bulletin for story in STORIES.values() for bulletin in story]
TEXTS = [text for bulletin in BULLETINS for text in bulletin.texts]


def test_every_text_could_have_been_typed_by_a_member() -> None:
    assert [text for text in TEXTS if count_code_points(text) > TEXT_LIMIT] == []


def test_no_text_is_told_twice() -> None:
    assert [text for text, times in Counter(TEXTS).items() if times > 1] == []


def test_every_text_says_the_same_once_it_is_html() -> None:
    for text in [*TEXTS, *read_introductions().values()]:
        assert to_text(text).split() == in_plain_words(text)
        assert "**" not in to_html(text)


def in_plain_words(markdown: str) -> list[str]:
    return re.sub(r"\[(.+?)\]\((.+?)\)", r"\1 (\2)", markdown).replace("*", "").replace("`", "").split()


def test_french_is_typed_as_it_is_printed() -> None:
    straight = re.compile(r"['\"]| [;:!?»]|« ")
    assert [text for text in [*TEXTS, *read_introductions().values()] if straight.search(text)] == []


def test_every_team_has_a_story_of_its_own() -> None:
    assert {slugify(team.name) for team in read_roster(NOW).teams} == set(STORIES)
    assert min(len(story) for story in STORIES.values()) >= 14


@pytest.mark.parametrize("team", STORIES)
def test_a_story_goes_forward_at_most_one_bulletin_a_week(team: str) -> None:
    weeks = [bulletin.week for bulletin in STORIES[team]]
    assert weeks == sorted(set(weeks))
    assert set(weeks) <= set(range(1, WEEKS + 1))


def test_every_week_has_several_bulletins() -> None:
    written = Counter(bulletin.week for bulletin in BULLETINS)
    assert min(written[week] for week in range(1, WEEKS + 1)) >= 5


def test_nobody_writes_before_starting_or_during_a_pause() -> None:
    roster = read_roster(NOW)
    first = Week.of(roster.columns["starts_on"])
    for team in roster.teams:
        weeks = [first + (bulletin.week - 1) for bulletin in STORIES[slugify(team.name)]]
        assert min(weeks) >= Week.of(team.columns.get("active_from") or first.monday)
        assert not [week for week in weeks for pause in team.pauses if pause.first <= week <= pause.last]


def test_help_is_offered_by_members_of_the_promotion_on_calls_that_were_made() -> None:
    members = {member.email for member in read_roster(NOW).members}
    answered = [bulletin for bulletin in BULLETINS if bulletin.offers or bulletin.then]
    assert all(bulletin.help for bulletin in answered)
    assert {offer.by for bulletin in answered for offer in bulletin.offers} <= members


def test_two_to_three_eigs_and_two_mentors_a_team_write_from_addresses_that_go_nowhere() -> None:
    roster = read_roster(NOW)
    assert all(member.email.endswith(".example") and member.person["name"] for member in roster.members)
    parts = Counter((member.team_key, member.role) for member in roster.members)
    for team in roster.teams:
        assert parts[team.key, Role.EIG] in {2, 3}
        assert parts[team.key, Role.MENTOR] == 2
    assert parts[None, Role.COORDINATOR] == 3
    assert [member.role for member in roster.members if member.coordinates] == [Role.EIG]


def test_a_team_writes_at_the_same_moment_at_every_run() -> None:
    timetable, week = Timetable(ZoneInfo("Europe/Paris")), Week.parse("2026-W47")
    assert written_at(timetable, week, "ravine", 30) == datetime(2026, 11, 19, 13, 35, tzinfo=UTC)

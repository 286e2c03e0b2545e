"""A row of the earlier tool: its week, its mood, its texts, its moments."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.bulletins.legacy_csv.file_format import OUR_COLUMNS, BadRowError, Record, Row, read_row
from app.bulletins.moods import Mood

PARIS = ZoneInfo("Europe/Paris")
CELLS = {
    "id": "1",
    "project": "ADLER",
    "week_number": "2019-10",
    "spirit": "🙂",
    "priorities": "- un\r\n- deux",
    "victories": "RAS",
    "help": "",
    "created_at": "2019-03-08 14:30:00",
    "updated_at": "2019-03-08 14:45:00",
}


def row(**changes: str) -> Row:
    return read_row(Record(7, CELLS | changes), PARIS)


def reason(**changes: str) -> str:
    with pytest.raises(BadRowError) as refused:
        row(**changes)
    return str(refused.value)


@pytest.mark.parametrize("soft_return", ["\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_soft_return_is_a_line_break(soft_return: str) -> None:
    read = row(priorities=f"premier{soft_return}second", help=f"un{soft_return}deux")
    assert (read.priorities, read.help) == ("premier\nsecond", "un\ndeux")


def test_a_row_says_what_a_bulletin_says() -> None:
    read = row(help=" Un serveur ? ")
    assert (read.line, read.project, read.week.label, read.mood) == (7, "ADLER", "2019-W10", Mood.GOOD)
    assert (read.priorities, read.ups_and_downs, read.help) == ("- un\n- deux", "RAS", "Un serveur ?")
    assert read.created_at == datetime(2019, 3, 8, 13, 30, tzinfo=UTC)
    assert read.updated_at == datetime(2019, 3, 8, 13, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "created_at", "week"),
    [
        ("2018-07", "2018-02-15 14:30:00", "2018-W07"),
        ("2018-W07", "2018-02-15 14:30:00", "2018-W07"),
        ("2018-07", "2018-02-20 10:00:00", "2018-W07"),  # written late, or imported once before
        ("2018-01", "2018-12-31 10:00:00", "2019-W01"),  # PHP: the year 2018, the ISO week 1 of 2019
        ("2019-01", "2019-01-02 10:00:00", "2019-W01"),
        ("2019-01", "2018-12-31 10:00:00", "2019-W01"),  # already ISO
        ("2026-53", "2026-12-31 10:00:00", "2026-W53"),
        ("2027-53", "2027-01-01 10:00:00", "2026-W53"),  # the same week under PHP's other key
        ("2016-52", "2017-01-01 10:00:00", "2016-W52"),
        ("2017-52", "2017-01-01 10:00:00", "2016-W52"),
        ("2018-01", "2018-01-03 10:00:00", "2018-W01"),
        ("2019-10", "2019-03-03 23:30:00+00:00", "2019-W10"),  # Monday in Paris
    ],
)
def test_a_week_is_what_the_earlier_tool_meant(label: str, created_at: str, week: str) -> None:
    assert row(week_number=label, created_at=created_at).week.label == week


@pytest.mark.parametrize("label", ["2019-54", "2019-00", "2019-1", "2019", "10", "foo", "", "2027-53"])
def test_a_week_that_does_not_exist_is_refused(label: str) -> None:
    assert f"week_number “{label}”" in reason(week_number=label)


@pytest.mark.parametrize(
    ("face", "mood"),
    [
        ("☹️", Mood.VERY_HARD),
        ("☹", Mood.VERY_HARD),
        ("🙁", Mood.VERY_HARD),
        ("😐", Mood.SO_SO),
        ("🙂", Mood.GOOD),
        ("☺️", Mood.GOOD),
        ("☹\ufe0e", Mood.VERY_HARD),
        ("☺\ufe0e", Mood.GOOD),
        ("🙂\u200b", Mood.GOOD),
        ("😶\u200d🌫\ufe0f", Mood.SO_SO),
        ("🙄", Mood.SO_SO),
        ("🥳", Mood.GREAT),
        (":-(", Mood.VERY_HARD),
        (":)", Mood.GOOD),
        ("😀", Mood.GREAT),
        ("very_hard", Mood.VERY_HARD),
    ],
)
def test_a_face_is_a_mood(face: str, mood: Mood) -> None:
    assert row(spirit=face).mood is mood


@pytest.mark.parametrize("face", ["", "?", "🦆", "🙂🙂", "bien"])
def test_a_face_that_is_no_mood_is_refused(face: str) -> None:
    assert f"spirit “{face}” is no mood; known: ☹️ 😐 🙂 😀" in reason(spirit=face)


@pytest.mark.parametrize("text", ["RAS", "ras.", "R.A.S.", "Non", "non !", "-", "—", "Aucune", "Néant", "N/A", "rien"])
def test_words_that_ask_for_nothing_are_no_call_for_help(text: str) -> None:
    read = row(help=text)
    assert (read.help, read.empty_call) == ("", True)


@pytest.mark.parametrize("text", ["RAS sauf un serveur", "Nous avons besoin d'aide", "Non, mais bientôt"])
def test_any_other_words_are_a_call_for_help(text: str) -> None:
    read = row(help=text)
    assert (read.help, read.empty_call) == (text, False)


def test_no_words_at_all_are_nothing_to_mention() -> None:
    assert (row(help="").help, row(help=" ").empty_call) == ("", False)


@pytest.mark.parametrize("column", ["project", "priorities", "victories"])
def test_a_required_text_that_is_empty_is_named(column: str) -> None:
    assert reason(**{column: " \n"}) == f"{column} is empty"


@pytest.mark.parametrize(
    "text", ["", "hier", "0000-00-00 00:00:00", "0001-01-01 00:00:00", "15/02/2019 14:30", "2019-02-30"]
)
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    assert f"created_at “{text}” is not a moment" in reason(created_at=text)


def test_a_bulletin_never_edited_was_updated_when_it_was_made() -> None:
    assert row(updated_at="").updated_at == datetime(2019, 3, 8, 13, 30, tzinfo=UTC)
    assert "updated_at “hier” is not a moment" in reason(updated_at="hier")


def test_a_moment_with_its_offset_is_taken_at_its_word() -> None:
    assert row(created_at="2019-03-08T14:30:00.000000Z").created_at == datetime(2019, 3, 8, 14, 30, tzinfo=UTC)


def test_a_row_without_its_cells_is_refused() -> None:
    with pytest.raises(BadRowError, match="not as many cells as columns"):
        read_row(Record(3, None), PARIS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key_date": "08/03/2019", "key_date_text": "x"}, "key_date “08/03/2019” is not a day such as 2018-02-15"),
        ({"key_date": "0001-01-01", "key_date_text": "x"}, "key_date “0001-01-01” is not a day such as 2018-02-15"),
        ({"key_date": "2019-03-08"}, "key_date and key_date_text go together: give both, or leave both empty"),
        ({"key_date_text": "x"}, "key_date and key_date_text go together: give both, or leave both empty"),
        ({"late": "oui"}, "late “oui” is neither 1 nor empty"),
        ({"withdrawn_at": "hier"}, "withdrawn_at “hier” is not a moment such as 2018-02-15 14:30:00"),
    ],
)
def test_what_our_own_columns_cannot_say_is_told(changes: dict[str, str], words: str) -> None:
    assert reason(**changes) == words


def test_our_own_columns_may_be_missing_or_empty() -> None:
    empty = dict.fromkeys(OUR_COLUMNS, "")
    assert row(**empty) == row()
    assert (row().key_date, row().late, row().notice, row().withdrawn_at) == (None, False, "", None)

"""The form of a record, without a page: what is written into fields is read back; what is wrong stands at its field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.records.form import add_line, as_fields, parse_section, remove_line, take_over
from app.records.form_fields import FieldFault, Problem, line_numbers
from app.records.indicators import Direction, Indicator, IndicatorType, name_key
from app.records.reading import read_record, with_unit
from app.records.section_form import SectionForm
from app.records.sections import FIELDS, Section
from app.records.values import Destinations, Extension, Opening, TeamRecord
from app.records.vocabulary import Destination, OpeningKind, OpeningStatus, ToolState
from app.text_cleaning import clean_text
from tests.records.strategies import addresses, records_with, texts

typed_texts = texts.map(lambda text: " ".join(clean_text(text).split())).filter(bool)
WORDS = {"no_data_reasons", "outcomes"}


def in_order(record: TeamRecord) -> TeamRecord:
    """The record with its words in the order of their boxes, and nothing for « nothing known »."""
    return replace(
        record,
        events=record.events and tuple(replace(each, themes=_ordered(each.themes)) for each in record.events),
        people=None if record.people == Destinations({}) else record.people,
        extension=None if record.extension == Extension() else record.extension,
        **{name: value and _ordered(value) for name in WORDS if (value := getattr(record, name)) is not None},
    )


def _ordered(words: tuple) -> tuple:
    return tuple(word for word in type(words[0]) if word in words) if words else ()


def has_names_once(record: TeamRecord) -> bool:
    names = [name_key(each.name) for each in record.indicators or ()]
    return len(names) == len(set(names))


@given(records_with(typed_texts, addresses).map(in_order).filter(has_names_once))
def test_a_record_in_a_form_is_the_same_record(record: TeamRecord) -> None:
    for section in Section:
        parsed = parse_section(section, as_fields(record, section), None)
        assert parsed.faults == {}
        assert parsed.values == {name: getattr(record, name) for name in FIELDS[section]}


def test_every_field_of_a_record_has_its_section() -> None:
    asked = [name for section in Section for name in FIELDS[section]]
    assert sorted([*asked, "answered_by"]) == sorted(TeamRecord.__dataclass_fields__)


@pytest.mark.parametrize("section", Section)
def test_nothing_filled_in_is_nothing_known(section: Section) -> None:
    parsed = parse_section(section, {}, 2)
    assert set(parsed.values.values()) == {None}
    assert parsed.faults == {}


HOSTILE = st.text(max_size=30) | st.sampled_from(["on", "none", "yes", "9" * 50, "0001-01-01", "x" * 50_000])
NAMES = sorted(
    name
    for section in Section
    for name in as_fields(
        TeamRecord(
            people=Destinations({}), extension=Extension(), openings=(), events=(), side_projects=(), indicators=()
        ),
        section,
    )
) + [
    f"{name}-{number}-{part}"
    for name in ("openings", "indicators")
    for number in (0, 9999)
    for part in ("title", "kind", "target")
]


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=20), HOSTILE), st.none() | st.integers(0, 3))
def test_whatever_is_typed_is_read_or_told(typed: dict[str, str], heads: int | None) -> None:
    for section in Section:
        parsed = parse_section(section, typed, heads)
        assert set(parsed.values) == set(FIELDS[section])


@pytest.mark.parametrize(
    ("section", "typed", "faults"),
    [
        ("tool", {"state": "finished"}, {"state": FieldFault(Problem.NOT_A_CHOICE)}),
        ("tool", {"planned_on": "0001-01"}, {"planned_on": FieldFault(Problem.NOT_A_MONTH)}),
        ("tool", {"planned_on": "2020-13"}, {"planned_on": FieldFault(Problem.NOT_A_MONTH)}),
        ("openings", {"openings-0-kind": "library"}, {"openings-0-status": FieldFault(Problem.MISSING)}),
        (
            "openings",
            {"openings-0-title": "x" * 50_000},
            {
                "openings-0-title": FieldFault(Problem.TOO_LONG, 50_000, 200),
                "openings-0-kind": FieldFault(Problem.MISSING),
                "openings-0-status": FieldFault(Problem.MISSING),
            },
        ),
        (
            "openings",
            {"openings-3-kind": "library", "openings-3-status": "open", "openings-3-url": "javascript:alert(1)"},
            {"openings-3-url": FieldFault(Problem.NOT_AN_ADDRESS)},
        ),
        (
            "openings",
            {"openings": "none", "openings-0-kind": "library", "openings-0-status": "open"},
            {"openings": FieldFault(Problem.NONE_AND_SOME)},
        ),
        (
            "openings",
            {"no_data_reasons-none": "on", "no_data_reasons-time": "on"},
            {"no_data_reasons": FieldFault(Problem.NONE_AND_SOME)},
        ),
        (
            "events",
            {"events-0-kind": "demo", "events-0-count": "-1"},
            {"events-0-count": FieldFault(Problem.NOT_A_COUNT, limit=9999)},
        ),
        (
            "events",
            {f"side_projects-{number}-title": "x" for number in range(51)},
            {"side_projects": FieldFault(Problem.TOO_MANY_LINES, 51, 50)},
        ),
        (
            "people",
            {"people-private": "2", "people-looking": "1"},
            {"people": FieldFault(Problem.TOO_MANY_PEOPLE, 3, 2)},
        ),
        (
            "people",
            {"people-still_on_project": "3", "extension-extended": "4"},
            {
                "people-still_on_project": FieldFault(Problem.TOO_MANY_PEOPLE, 3, 2),
                "extension-extended": FieldFault(Problem.TOO_MANY_PEOPLE, 4, 2),
            },
        ),
        ("future", {"posts_created": "beaucoup"}, {"posts_created": FieldFault(Problem.NOT_A_COUNT, limit=9999)}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(section: str, typed: dict[str, str], faults: dict[str, FieldFault]) -> None:
    assert parse_section(Section(section), typed, 2).faults == faults


INDICATOR = {
    "indicators-0-name": "Délai moyen d’instruction",
    "indicators-0-type": "impact",
    "indicators-0-unit": "jours",
    "indicators-0-direction": "down",
    "indicators-0-baseline": "20,5",
    "indicators-0-baseline_on": "08/03/2019",
    "indicators-0-target": "5",
    "indicators-0-value": "−0,25",
}


def indicators(**changes: str) -> dict[str, FieldFault]:
    typed = INDICATOR | {f"indicators-0-{name}": text for name, text in changes.items()}
    return {
        name.removeprefix("indicators-0-"): fault
        for name, fault in parse_section(Section.INDICATORS, typed, None).faults.items()
    }


def test_numbers_and_days_are_read_as_they_are_written_in_france() -> None:
    indicator = parse_section(Section.INDICATORS, INDICATOR, None).values["indicators"][0]
    assert (indicator.baseline, indicator.target, indicator.value) == (20.5, 5, -0.25)
    assert indicator.baseline_on.isoformat() == "2019-03-08"
    assert parse_section(Section.TOOL, {"planned_on": "3/2020"}, None).values["planned_on"] == "2020-03"


def test_an_indicator_that_does_not_hold_together_is_told() -> None:
    assert indicators() == {}
    assert indicators(target="25") == {"target": FieldFault(Problem.WRONG_DIRECTION)}
    assert indicators(direction="up") == {"target": FieldFault(Problem.WRONG_DIRECTION)}
    assert indicators(baseline_on="") == {"baseline_on": FieldFault(Problem.BASELINE_WITHOUT_DAY)}
    assert indicators(baseline_on="0001-01-01") == {"baseline_on": FieldFault(Problem.NOT_A_DAY)}
    assert indicators(baseline="") == {"baseline": FieldFault(Problem.DAY_WITHOUT_BASELINE)}
    assert indicators(value="10 %") == {"value": FieldFault(Problem.NOT_A_NUMBER)}
    again = {name.replace("-0-", "-1-"): text for name, text in INDICATOR.items()} | {
        "indicators-1-name": "DÉLAI  moyen d’instruction"
    }
    assert parse_section(Section.INDICATORS, INDICATOR | again, None).faults == {
        "indicators-1-name": FieldFault(Problem.SAME_NAME)
    }


def test_five_hundred_indicators_are_too_many() -> None:
    typed = {name.replace("-0-", f"-{number}-"): text for number in range(500) for name, text in INDICATOR.items()}
    assert parse_section(Section.INDICATORS, typed, None).faults == {
        "indicators": FieldFault(Problem.TOO_MANY_LINES, 500, 12)
    }


def test_a_falling_target_is_no_failure() -> None:
    falling = Indicator("Délai", IndicatorType.IMPACT, "jours", Direction.DOWN, baseline=20, target=5, value=4)
    rising = replace(falling, direction=Direction.UP, baseline=0)
    assert (falling.has_improved, falling.has_reached_target) == (True, True)
    assert (rising.has_improved, rising.has_reached_target) == (True, False)
    assert (replace(falling, value=21).has_improved, replace(falling, value=None).has_improved) == (False, None)


def test_lines_come_and_go() -> None:
    typed = add_line(add_line({"openings-4-title": "Moteur"}, "openings"), "openings")
    assert line_numbers(typed, "openings") == [4, 5, 6]
    assert line_numbers(remove_line(typed, "openings", 4), "openings") == [5, 6]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_typed_has_a_name_and_a_place() -> None:
    """A form that can no longer be saved is shown, whoever made it up."""
    parts = ("", "-", "-0", "-0-", "-0-title", "-0-themes-agile", "-²-title", "-0-x-y", f"-{'9' * 5000}-kind", "-none")
    for section in Section:
        names = [f"{field}{part}" for field in FIELDS[section] for part in parts]
        shown = SectionForm(section, dict.fromkeys(names, "on"), 0).typed_texts()
        assert len(shown) == len(names)
    assert SectionForm(Section.TOOL, {"mood": "good", "states": "x", "": "x"}, 0).typed_texts() == []


def test_an_empty_line_is_no_line() -> None:
    for section, name in ((Section.OPENINGS, "openings"), (Section.INDICATORS, "indicators")):
        parsed = parse_section(section, add_line({}, name) | {f"{name}-0-title": "  \n"}, None)
        assert parsed.faults == {}
        assert parsed.values[name] is None
        assert parse_section(section, add_line({name: "none"}, name), None).values[name] == ()


@pytest.mark.parametrize(("unit", "told"), [("jours", "12\N{NO-BREAK SPACE}jours"), ("unité", "12")])
def test_what_is_only_counted_is_told_without_a_unit(unit: str, told: str) -> None:
    assert with_unit(12, Indicator("Délai", IndicatorType.IMPACT, unit, Direction.DOWN)) == told


def test_what_another_answer_settles_is_not_said_to_be_unknown(app: Flask) -> None:
    open_data = Opening(OpeningKind.DATA_SET, OpeningStatus.OPEN)
    with app.test_request_context():

        def read(record: TeamRecord) -> set[str]:
            return {answer.field for part in read_record(record, with_people=True) for answer in part.answers}

        assert {"planned_on", "no_data_reasons"} <= read(TeamRecord())
        assert "planned_on" in read(TeamRecord(state=ToolState.PLANNED))
        assert "planned_on" not in read(TeamRecord(state=ToolState.PRODUCTION))
        assert "planned_on" in read(TeamRecord(state=ToolState.PRODUCTION, planned_on="2027-03"))
        assert "no_data_reasons" not in read(TeamRecord(openings=(open_data,)))
        assert "no_data_reasons" in read(TeamRecord(openings=(replace(open_data, status=OpeningStatus.SOON),)))


def test_what_an_earlier_record_tells_is_taken_field_by_field_and_a_value_is_not() -> None:
    value = Indicator("Délai", IndicatorType.IMPACT, "jours", Direction.DOWN, target=5, value=12)
    earlier = TeamRecord(
        state=ToolState.PLANNED,
        planned_on="2020-03",
        indicators=(value,),
        people=Destinations({Destination.PRIVATE: 1}),
    )
    assert take_over({"planned_on": "2020-05"}, earlier, "state") == {"state": "planned", "planned_on": "2020-05"}
    typed = take_over({"indicators-3-name": "autre"}, earlier, "indicators")
    assert parse_section(Section.INDICATORS, typed, None).values["indicators"] == (replace(value, value=None),)
    people = take_over({"people-private": "2"}, earlier, "people")
    assert parse_section(Section.PEOPLE, people, 2).values["people"] == earlier.people

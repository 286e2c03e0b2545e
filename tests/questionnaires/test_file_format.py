"""The file of a questionnaire: those that ship, and what is refused, with its line and a remedy."""

from __future__ import annotations

import pytest
import yaml

from app.import_files import InvalidFileError
from app.questionnaires.definition import Disclosure, QuestionType
from app.questionnaires.file_format import read_questionnaire
from app.teams.roster.yaml_fields import pairs_below
from tests.questionnaires.files import SMALL_FILE, shipped, small

LINES = SMALL_FILE.splitlines()


def faults_of(text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read_questionnaire(text.encode())
    return [str(fault) for fault in caught.value.faults]


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if line.strip(" -").startswith(start))


@pytest.mark.parametrize(("name", "questions"), [("eig", 36), ("mentor", 29)])
def test_the_questionnaires_that_ship_can_be_issued(name: str, questions: int) -> None:
    definition = shipped(name)
    assert definition.public == name
    assert len(list(definition.questions)) == questions
    assert {"results", "expectations"} <= {question.key for question in definition.questions}
    assert all(set(question.text) == {"fr", "en"} for question in definition.questions)


def test_the_eigs_one_has_the_block_of_the_weekly_bulletins() -> None:
    block = next(section for section in shipped("eig").sections if section.block == "weekly_bulletins")
    reading = next(question for question in block.questions if question.key == "reading")
    assert reading.allowed == ("every_week", "twice_a_month", "once_a_month", "rarely", "never")


def test_all_that_a_file_can_say_is_read() -> None:
    questions = {question.key: question for question in small().questions}
    assert [question.type for question in questions.values()] == [
        *(QuestionType.SCALE, QuestionType.YES_NO, QuestionType.TEXT),
        *(QuestionType.SEVERAL, QuestionType.CHOICE, QuestionType.GRID),
    ]
    assert questions["results"].ends == {"fr": ("bas", "haut"), "en": ("low", "high")}
    assert questions["how"].condition and questions["how"].condition.classes == {"moved": ("yes",)}
    assert questions["how"].quotable
    assert (questions["formats"].at_most, questions["formats"].disclosure) == (2, Disclosure.COUNTS)
    assert questions["formats"].other and questions["formats"].other.key == "other"
    assert questions["brought"].names == ("brought.methods", "brought.skills")
    assert questions["brought"].allowed[-1] == "not_applicable"


CHANGES = {  # what is written instead of what: the beginning of the line of the fault, and words of it
    "a key yes": ("key: moved", "key: yes", "key: moved", "put it in quotes: 'yes'"),
    "a key that YAML reads as a boolean": (
        '    text: {fr: "Satisfait ?"',
        '    yes: 1\n    text: {fr: "Satisfait ?"',
        'text: {fr: "Satisfait',
        "put it in quotes: 'yes'",
    ),
    "an unknown class": (
        "show_if: {moved: true}",
        "show_if: {results: [6]}",
        "show_if",
        "“results” has no class “6”; known: 1, 2, 3, 4, 5",
    ),
    "a later question": (
        "show_if: {moved: true}",
        "show_if: {reading: never}",
        "show_if",
        "“reading” is asked after “how”; a condition can only look at an earlier question: put “reading” before it",
    ),
    "itself": ("show_if: {moved: true}", "show_if: {how: x}", "show_if", "a loop of conditions: how → how"),
    "no such question": (
        "show_if: {moved: true}",
        "show_if: {movd: true}",
        "show_if",
        "no question is called “movd”; did you mean “moved”?",
    ),
    "a scale told exactly": (
        "    ends: {fr: [bas",
        "    disclosure: counts\n    ends: {fr: [bas",
        "ends: {fr: [bas",
        "exact counts are for choices about formats and skills, never for a scale; remove “disclosure”",
    ),
    "a text": (
        "    type: several",
        "    show_if: {how: x}\n    type: several",
        "type: several",
        "“how” is of the type “text”: no condition can look at it",
    ),
    "both conditions": (
        "show_if: {moved: true}",
        "show_if: {moved: true}\n    show_if_any: {results: 1}",
        'text: {fr: "Comment',
        "keep one of the two",
    ),
    "a key twice": (
        "key: reading",
        "key: results",
        "key: reading",
        "“results” is a question already (line 10); choose another key",
    ),
    "a choice twice": ("key: sessions", "key: launch", "{key: sessions", "“launch” is on line 32 already"),
    "an unknown type": ("type: yes_no", "type: yesno", "type: yes_no", "unknown word “yesno”; did you mean “yes_no”?"),
    "a key of another type": ("quotable: true", "at_most: 3", "quotable", "unknown key “at_most”"),
    "one end": (
        "ends: {fr: [bas, haut], en: [low, high]}",
        "ends: {fr: [bas], en: [low, high]}",
        "ends: {fr: [bas",
        "a scale has two named ends",
    ),
    "one language": (
        'text: {fr: "Satisfait ?", en: "Satisfied?"}',
        'text: {fr: "Satisfait ?"}',
        'text: {fr: "Satisfait',
        "“text” has no “en”",
    ),
    "no language": (
        'text: {fr: "Satisfait ?", en: "Satisfied?"}',
        'text: "Satisfait ?"',
        'text: {fr: "Satisfait',
        "“text” is written as",
    ),
    "more than there are": ("at_most: 2", "at_most: 4", "at_most", "“4” is not a number from 1 to 3"),
    "no public": ("audience: eig", "audience: everybody", "audience", "unknown word “everybody”"),
    "a key of ours": (
        "key: launch",
        "key: not_applicable",
        "{key: launch",
        "“not_applicable” means something of its own here",
    ),
    "a key with a space": ("key: formats", "key: my formats", "key: formats", "is no key"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_fault_is_told_with_its_line_and_a_remedy(change: str) -> None:
    written, instead, at, words = CHANGES[change]
    assert written in SMALL_FILE
    faults = faults_of(SMALL_FILE.replace(written, instead, 1))
    line = line_of(at)
    assert any(fault.startswith(f"line {line},") and words in fault for fault in faults), faults


WRITTEN = {"nothing": "", "unseen": '"\u200b"', "a list": "[[]]", "a mapping": "{x: {}}"}


@pytest.mark.long
@pytest.mark.parametrize("value", WRITTEN.values(), ids=WRITTEN)
def test_whatever_key_has_no_value_or_one_of_another_kind_is_told_on_its_line(value: str) -> None:
    quiet = []
    for key, node in pairs_below(yaml.compose(SMALL_FILE)):
        start, end = key.end_mark.index, node.end_mark.index
        is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        after = ("\n" + " " * node.end_mark.column if is_block else "") + SMALL_FILE[end:]
        told = faults_of(f"{SMALL_FILE[:start]}: {value}{after}")
        if not any(fault.startswith(f"line {key.start_mark.line + 1},") for fault in told):
            quiet.append((key.value, told))
    assert quiet == []


@pytest.mark.parametrize("written", ["block: reading", "block: [weekly_bulletins]", "block: Weekly_bulletins"])
def test_a_block_that_nothing_reads_is_told(written: str) -> None:
    (fault,) = faults_of(SMALL_FILE.replace("block: weekly_bulletins", written))
    assert fault.startswith(f"line {line_of('block')},")
    assert "known: weekly_bulletins, or no “block”" in fault or "one value is expected here" in fault


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("show_if: {moved: true}", "show_if: {}"),
        ("show_if: {moved: true}", "show_if_any:"),
        ("block: weekly_bulletins", "block: reading"),
        ("quotable: true", "quotable:"),
    ],
)
def test_what_was_issued_before_a_check_was_made_can_still_be_read(written: str, instead: str) -> None:
    text = SMALL_FILE.replace(written, instead)
    assert len(faults_of(text)) == 1
    assert len(list(read_questionnaire(text.encode(), issued=True).questions)) == 6


def test_a_loop_of_conditions_is_told_once_with_its_way() -> None:
    looping = SMALL_FILE.replace("    type: scale", "    show_if: {formats: launch}\n    type: scale", 1).replace(
        "    type: several", "    show_if: {results: [4, 5]}\n    type: several", 1
    )
    (fault,) = faults_of(looping)
    assert "a loop of conditions: results → formats → results; a condition can only look" in fault
    assert fault.endswith("at an earlier question: remove one of these conditions")


def test_a_condition_may_name_several_questions_and_classes() -> None:
    text = SMALL_FILE.replace("show_if: {moved: true}", "show_if_any: {moved: no, results: [1, 2]}")
    how = next(question for question in read_questionnaire(text.encode()).questions if question.key == "how")
    assert how.condition
    assert how.condition.holds({"results": ("2",)})
    assert how.condition.holds({"moved": ("no",), "results": ("5",)})
    assert not how.condition.holds({"moved": ("yes",), "results": ("5",)})
    assert not how.condition.holds({})


def test_all_faults_are_told_at_once() -> None:
    text = SMALL_FILE.replace("minutes: 3", "minutes: many").replace("audience: eig", "audience: all")
    assert len(faults_of(text)) == 2


def test_a_list_that_nobody_would_answer_is_refused() -> None:
    rows = "\n".join(f'    - {{key: row{number}, fr: "a", en: "b"}}' for number in range(31))
    text = SMALL_FILE.replace('    - {key: methods, fr: "méthodes", en: "methods"}', rows)
    assert any("“rows” has more than 30 entries" in fault for fault in faults_of(text))


def test_an_empty_file_is_told_so() -> None:
    assert faults_of("") == ["line 1, column 1: the file is empty; a questionnaire begins with “key: …”"]

"""The YAML file of a questionnaire, read into its definition or into its faults, each with line and remedy.

The format is described in `docs/questionnaires.md`. Values in, values out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial

import yaml

from app.import_files import FileFault, InvalidFileError
from app.import_files import fault_text as _t
from app.questionnaires.conditions import CONDITIONS, ParsedQuestion, no_text, read_conditions
from app.questionnaires.definition import (
    NOT_APPLICABLE,
    AnswerClass,
    Disclosure,
    QuestionnaireDefinition,
    QuestionType,
    SurveyQuestion,
    SurveySection,
    Words,
)
from app.questionnaires.results import CHOSEN, NO_ANSWER
from app.records.record_fields import one_of, parse_flag, parse_long_text, section
from app.records.vocabulary import SurveyPublic
from app.teams.roster.values import shown
from app.teams.roster.yaml_fields import TEXT, Fields, compose_yaml, is_blank, line_of, pairs_below, parse_mapping

LOCALES = ("fr", "en")
RESERVED = (NOT_APPLICABLE, NO_ANSWER, CHOSEN)  # classes that the product adds
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
TOP_KEYS = ("key", "audience", "version", "minutes", "title", "sections")
SECTION_KEYS = ("key", "title", "block", "questions")
BLOCKS = ("weekly_bulletins",)  # groups of questions that the retrospective reads
QUESTION_KEYS = ("key", "type", "text", *CONDITIONS, "disclosure")
OF_A_TYPE: Mapping[QuestionType, tuple[str, ...]] = {  # the further keys that a question of this type may have
    QuestionType.SCALE: ("ends", "optional_na"),
    QuestionType.GRID: ("ends", "rows", "optional_na"),
    QuestionType.CHOICE: ("choices", "optional_na"),
    QuestionType.SEVERAL: ("choices", "at_most"),
    QuestionType.YES_NO: ("optional_na",),
    QuestionType.TEXT: ("quotable",),
}
ANY_TYPE = tuple(dict.fromkeys(key for keys in OF_A_TYPE.values() for key in keys))
ON_A_SCALE = (QuestionType.SCALE, QuestionType.GRID)
REQUIRED = ("ends", "rows", "choices")
LONGEST = {"sections": 20, "questions": 60, "choices": 30, "rows": 30}  # lists that somebody would still answer


def hash_content(content: str) -> str:
    """Return what tells whether a questionnaire is still the one that was issued."""
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(maxsize=16)  # of a questionnaire that is asked, or that ships: to parse one takes longer than a page
def read_questionnaire(data: bytes, *, issued: bool = False) -> QuestionnaireDefinition:
    """Parse the bytes of a file; raise InvalidFileError with every fault found.

    One that was `issued` before a check was made is read all the same: people have answered it.
    """
    root = compose_yaml(data)
    if root is None:
        raise InvalidFileError(FileFault(1, 1, _t("the file is empty; a questionnaire begins with “key: …”")))
    return parse_mapping(root, _t("the questionnaire"), partial(_parse, issued=issued))


def _parse(fields: Fields, *, issued: bool) -> QuestionnaireDefinition | None:
    fields.refuse_unknown(TOP_KEYS)
    fields.require(*TOP_KEYS)
    parsed: list[ParsedQuestion] = []
    parse_block = parse_long_text if issued else _parse_block
    nodes = _entries(fields, "sections")
    sections = [each for node in nodes if (each := _section(fields, node, parsed, parse_block))]
    conditions = read_conditions(parsed)
    if not issued:
        _refuse_exact_scales(parsed)
        _refuse_empty(fields)
    key, public, title = _key(fields), fields.get("audience", one_of(SurveyPublic)), _words(fields, "title")
    version, minutes = fields.get("version", _number_to(999)), fields.get("minutes", _number_to(60))
    if key is None or public is None or version is None or minutes is None or title is None:
        return None
    with_conditions = tuple(
        replace(each, questions=tuple(replace(one, condition=conditions.get(one.key)) for one in each.questions))
        for each in sections
    )
    return QuestionnaireDefinition(key, public, version, minutes, title, with_conditions)


def _section(
    above: Fields, node: yaml.Node, parsed: list[ParsedQuestion], parse_block: Callable[[str], str]
) -> SurveySection | None:
    """Parse a section; its questions are also added to `parsed`."""
    fields = Fields(node, _t("a section"), above.faults)
    fields.refuse_unknown(SECTION_KEYS)
    fields.require("key", "title", "questions")
    key, title, block = _key(fields), _words(fields, "title"), fields.get("block", parse_block)
    before = len(parsed)
    for each in _entries(fields, "questions"):
        question = _question(Fields(each, _t("a question"), fields.faults), parsed)
        if question:
            parsed.append(question)
    questions = tuple(each.question for each in parsed[before:])
    return SurveySection(key, title, questions, block) if key and title else None


def _question(fields: Fields, before: list[ParsedQuestion]) -> ParsedQuestion | None:
    fields.require("key", "type", "text")
    key, kind = _key(fields), fields.get("type", one_of(QuestionType))
    if kind is None:
        fields.refuse_unknown((*QUESTION_KEYS, *ANY_TYPE))
        return None
    fields.refuse_unknown((*QUESTION_KEYS, *OF_A_TYPE[kind]))
    fields.require(*(each for each in REQUIRED if each in OF_A_TYPE[kind]))
    first = next((each for each in before if each.question.key == key), None)
    if first and key:
        message = _t(
            "“%(key)s” is a question already (line %(line)d); choose another key",
            key=key,
            line=line_of(first.fields.node),
        )
        fields.add_fault(fields.values["key"], message)
    classes = tuple(_classes(fields, "rows" if kind is QuestionType.GRID else "choices"))
    text, ends = _words(fields, "text"), _ends(fields)
    at_most = fields.get("at_most", _number_to(max(len(classes), 1)))
    question = SurveyQuestion(
        key=key or "",
        type=kind,
        text=text or {},
        classes=classes,
        ends=ends,
        at_most=at_most,
        optional_na=fields.get("optional_na", parse_flag) or False,
        quotable=fields.get("quotable", parse_flag) or False,
        disclosure=fields.get("disclosure", one_of(Disclosure)) or Disclosure.SMALL_NUMBERS,
    )
    return ParsedQuestion(question, fields) if key else None


def _refuse_exact_scales(parsed: Iterable[ParsedQuestion]) -> None:
    """Note each scale that asks to be told exactly: what one of few people thinks of others is never told so."""
    for each in parsed:
        if each.question.type in ON_A_SCALE and each.question.disclosure is Disclosure.COUNTS:
            message = _t(
                "exact counts are for choices about formats and skills, never for a scale; remove “disclosure”"
            )
            each.fields.add_fault(each.fields.values["disclosure"], message)


def _refuse_empty(fields: Fields) -> None:
    """Note each key without a value, unless that is noted: an empty condition would be met always, or never."""
    noted = {(fault.line, fault.column) for fault in fields.faults}
    for key, value in pairs_below(fields.node):
        place = line_of(key), key.start_mark.column + 1
        if place not in noted and is_blank(value):
            message = _t("“%(key)s” is empty; write what it stands for, or remove it", key=key.value)
            fields.add_fault(key, message)


def _classes(fields: Fields, name: str) -> Iterator[AnswerClass]:
    """Yield the choices or rows under `name`, each with a key of its own; one may be « autre »."""
    seen: dict[str, int] = {}
    other: int | None = None
    for node in _entries(fields, name):
        entry = Fields(node, _t("an entry of “%(name)s”", name=name), fields.faults)
        entry.refuse_unknown(("key", *LOCALES, *(("other",) if name == "choices" else ())))
        entry.require("key", *LOCALES)
        key, is_other = _key(entry), entry.get("other", parse_flag) or False
        if key in seen:
            again = _t("“%(key)s” is on line %(line)d already; choose another key", key=key, line=seen[key])
            entry.add_fault(entry.values["key"], again)
        if is_other and other:
            second = _t("the choice of line %(line)d is “other” already; keep one of the two", line=other)
            entry.add_fault(entry.keys["other"], second)
        if key in RESERVED:
            reserved = _t("“%(key)s” means something of its own here; choose another key", key=key)
            entry.add_fault(entry.values["key"], reserved)
        if key:
            seen.setdefault(key, line_of(node))
            other = line_of(node) if is_other else other
            yield AnswerClass(key, _texts(entry), is_other)


def _ends(fields: Fields) -> Mapping[str, tuple[str, str]] | None:
    """Return the names of both ends of a scale, by locale."""
    ends = section(fields, "ends")
    if ends is None:
        return None
    ends.refuse_unknown(LOCALES)
    ends.require(*LOCALES)
    named: dict[str, tuple[str, str]] = {}
    for locale in LOCALES:
        names = [ends.parse_scalar(node, parse_long_text) for node in ends.entries(locale)]
        if len(names) == 2 and names[0] and names[1]:  # noqa: PLR2004
            named[locale] = (names[0], names[1])
        elif not ends.is_empty(locale):
            ends.add_fault(ends.values[locale], _t("a scale has two named ends: [the lowest, the highest]"))
    return named


def _words(fields: Fields, name: str) -> Words | None:
    """Return a text in both languages."""
    words = section(fields, name)
    if words is None:
        return None
    words.refuse_unknown(LOCALES)
    words.require(*LOCALES)
    return _texts(words)


def _texts(fields: Fields) -> Words:
    return {locale: fields.get(locale, parse_long_text) or "" for locale in LOCALES}


def _key(fields: Fields) -> str | None:
    """Return the value of `key`, a word that YAML reads as a text."""
    node = fields.values.get("key")
    if node is not None and not fields.is_empty("key") and isinstance(node, yaml.ScalarNode) and node.tag != TEXT:
        fields.add_fault(node, no_text(node.value))
        return None
    return fields.get("key", _parse_key)


def _parse_key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise ValueError(
            _t("“%(text)s” is no key; use up to 40 small letters, digits and _, a letter first", text=shown(text))
        )
    return text


def _parse_block(text: str) -> str:
    if text not in BLOCKS:
        known = ", ".join(BLOCKS)
        raise ValueError(_t("unknown block “%(text)s”; known: %(known)s, or no “block”", text=shown(text), known=known))
    return text


def _number_to(most: int) -> Callable[[str], int]:
    """Return a parser of a whole number from 1 to `most`."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", text.strip(), re.ASCII) or not 1 <= int(text) <= most:
            raise ValueError(_t("“%(text)s” is not a number from 1 to %(most)d", text=shown(text), most=most))
        return int(text)

    return parse


def _entries(fields: Fields, name: str) -> list[yaml.Node]:
    """Return the entries of a list that must not be empty, nor longer than anybody would answer."""
    nodes = fields.entries(name)
    if name in fields.values and not fields.is_empty(name) and not nodes:
        fields.add_fault(fields.keys[name], _t("“%(name)s” has no entry", name=name))
    if len(nodes) > LONGEST[name]:
        message = _t("“%(name)s” has more than %(most)d entries; who would answer?", name=name, most=LONGEST[name])
        fields.add_fault(nodes[LONGEST[name]], message)
        return nodes[: LONGEST[name]]
    return nodes

"""Read the conditions of questions, once all questions of a file are known. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import yaml

from app.import_files import FaultText
from app.import_files import fault_text as _t
from app.questionnaires.definition import NO, YES, Condition, QuestionType, SurveyQuestion
from app.records.record_fields import FLAGS, section
from app.teams.roster.values import shown
from app.teams.roster.yaml_fields import TEXT, Fields

CONDITIONS = {"show_if": False, "show_if_any": True}  # key in the file: whether one of its questions is enough


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question without its condition, and the place in the file where it is written."""

    question: SurveyQuestion
    fields: Fields


@dataclass(frozen=True, slots=True)
class QuestionOrder:
    """The questions of a file in their order, and which ones the conditions of each name."""

    parsed: Sequence[ParsedQuestion]
    places: Mapping[str, int]
    named_by: dict[str, list[str]] = field(default_factory=dict)

    def find_loop(self, first: str, then: str) -> list[str] | None:
        """Return the loop of conditions from `first` over `then` back to `first`; None without one."""
        ways, seen = [[first, then]], {then}
        while ways:
            way = ways.pop(0)
            if way[-1] == first:
                return way
            for key in self.named_by.get(way[-1], ()):
                if key == first or key not in seen:
                    seen.add(key)
                    ways.append([*way, key])
        return None


def read_conditions(parsed: Sequence[ParsedQuestion]) -> dict[str, Condition]:
    """Return the conditions by the key of their question; what is wrong is added to the faults of the file."""
    order = QuestionOrder(parsed, {each.question.key: place for place, each in reversed(list(enumerate(parsed)))})
    for each in parsed:
        named = [key for name in CONDITIONS for key in _mapping(each.fields, name)]
        order.named_by.setdefault(each.question.key, []).extend(named)
    return dict(_read(order))


def no_text(value: str) -> FaultText:
    """Return the fault of a word that YAML reads as a boolean, a number or a day."""
    return _t("YAML reads “%(value)s” as no text; put it in quotes: '%(value)s'", value=value)


def _mapping(fields: Fields, name: str) -> Mapping[str, yaml.Node]:
    """Return the keys of a condition as they are written; `section` notes later what is wrong with it."""
    node = fields.values.get(name)
    return Fields(node, name, []).keys if isinstance(node, yaml.MappingNode) else {}


def _read(order: QuestionOrder) -> Iterator[tuple[str, Condition]]:
    for each in order.parsed:
        fields = each.fields
        given = [name for name in CONDITIONS if not fields.is_empty(name)]
        if len(given) > 1:
            fields.add_fault(fields.keys[given[1]], _t("“show_if” and “show_if_any” together; keep one of the two"))
        for name in given[:1]:
            condition = section(fields, name)
            if condition is None:
                continue
            classes = {
                key: _classes(condition, order, each.question.key, key, node) for key, node in condition.keys.items()
            }
            yield each.question.key, Condition(classes, of_any=CONDITIONS[name])


def _classes(condition: Fields, order: QuestionOrder, own: str, key: str, node: yaml.Node) -> tuple[str, ...]:
    """Return the classes of the question `key` for which the condition holds; none where something is wrong."""
    place = order.places.get(key)
    if place is None:
        likely = get_close_matches(key, list(order.places), 1)
        hint = _t("name a question that comes before this one")
        if likely:
            hint = _t("did you mean “%(likely)s”?", likely=likely[0])
        condition.add_fault(node, _t("no question is called “%(key)s”; %(hint)s", key=key, hint=hint))
        return ()
    if place >= order.places[own]:
        condition.add_fault(node, _comes_too_late(order, own, key))
        return ()
    return tuple(_each_class(condition, order.parsed[place].question, key))


def _comes_too_late(order: QuestionOrder, own: str, key: str) -> FaultText:
    if loop := order.find_loop(own, key):
        problem = _t("a loop of conditions: %(way)s", way=" → ".join(loop))
        remedy = _t("remove one of these conditions")
    else:
        problem = _t("“%(key)s” is asked after “%(own)s”", key=key, own=own)
        remedy = _t("put “%(key)s” before it, or remove the condition", key=key)
    return _t(
        "%(problem)s; a condition can only look at an earlier question: %(remedy)s", problem=problem, remedy=remedy
    )


def _each_class(condition: Fields, asked: SurveyQuestion, key: str) -> Iterator[str]:
    if asked.type in {QuestionType.GRID, QuestionType.TEXT}:
        message = _t("“%(key)s” is of the type “%(type)s”: no condition can look at it", key=key, type=asked.type)
        condition.add_fault(condition.keys[key], message)
        return
    value = condition.values[key]
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    known = ", ".join(asked.allowed)
    if not nodes:
        condition.add_fault(value, _t("no class of “%(key)s” is named; known: %(known)s", key=key, known=known))
    for node in nodes:
        found = condition.parse_scalar(node, str.strip)
        if found is None:
            continue
        if asked.type is QuestionType.YES_NO and found.lower() in FLAGS:
            found = YES if FLAGS[found.lower()] else NO
        elif asked.type is not QuestionType.SCALE and node.tag != TEXT:
            condition.add_fault(node, no_text(found))
            continue
        if found not in asked.allowed:
            message = _t(
                "“%(key)s” has no class “%(value)s”; known: %(known)s", key=key, value=shown(found), known=known
            )
            condition.add_fault(node, message)
        yield found

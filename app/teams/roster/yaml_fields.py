"""Read YAML of a known shape, noting each fault with its line and column. Values in, values out.

What is read is bounded (a size, a depth, no alias), and no object is ever built from a tag: a file takes no more memory
than its text does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from yaml.composer import ComposerError
from yaml.reader import ReaderError

from app.import_files import MOST_TOLD, FaultText, FileFault, InvalidFileError, decode
from app.import_files import fault_text as _t
from app.teams.roster.values import shown
from app.text_cleaning import can_be_seen

T = TypeVar("T")
Parser = Callable[[str], object]  # the text of a value → the value; ValueError says what is wrong with it
Columns = Mapping[str, object]  # by the name of the model's column; a column that the file leaves out is not in it

MAX_BYTES = 250_000
MAX_DEPTH = 8
NULL = "tag:yaml.org,2002:null"
TEXT = "tag:yaml.org,2002:str"
REMEDIES = {  # words of PyYAML's message → what its reader can do
    "'\\t'": _t("indent with spaces, not with tabs"),
    "cannot start any token": _t("put the value in quotes: it begins with a sign that means something in YAML"),
    "mapping values are not allowed here": _t("put the value in quotes if it holds “: ”, and check the indentation"),
    "could not find expected ':'": _t("a key is followed by “: ” and its value"),
    "expected <block end>": _t("check the indentation: the keys of one entry begin in the same column"),
    "an alias": _t("write the value out where it is used"),
    "expected a single document": _t("one promotion a file: remove the line “---”"),
    "nested deeper": _t("see docs/roster.md, or docs/records.md for records, for the shape of the file"),
    "while scanning a quoted scalar": _t("close the quotes, or double those that belong to the value"),
}
COMMENT = re.compile(r"\s*(?<=\s)(#.*\S)")
PROPERTY = re.compile(r"([&!]\S*)")
CODE_POINT = re.compile(r"\\U([0-9A-Fa-f]{8})")  # an escape in double quotes
NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")  # controls that are no space, halves of pairs
REMEDY = _t("check the indentation and the quotes around here")


def compose_yaml(data: bytes) -> yaml.Node | None:
    """Return the root node of a file, None when it is empty; raise InvalidFileError when it is not YAML of our kind."""
    text = _source(data)
    if too_large := next((each for each in CODE_POINT.finditer(text) if int(each[1], 16) > sys.maxunicode), None):
        no_character = _t("%(escape)s is no character; remove it", escape=too_large[0])
        raise InvalidFileError(_fault_at(text, too_large.start(), no_character))
    try:
        root = yaml.compose(text, Loader=_BoundedLoader)
    except ReaderError as error:
        code = f"U+{ord(text[error.position]):04X}"
        fault = _fault_at(
            text, error.position, _t("the character %(code)s may not stand in YAML; remove it", code=code)
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"{error.context or ''}: {error.problem or ''}".strip(": ")
        remedy = next((remedy for words, remedy in REMEDIES.items() if words in message), REMEDY)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, None)
        not_yaml = _t("not YAML, %(message)s; %(remedy)s", message=message, remedy=remedy)
        fault = FileFault(line, column, not_yaml)
    else:
        if faults := [_no_text(node) for node in _scalars(root) if NO_TEXT.search(node.value)]:
            raise InvalidFileError(*faults)
        return root
    raise InvalidFileError(fault)


def find_cut_texts(root: yaml.Node, data: bytes, keys: Collection[str]) -> list[FileFault]:
    """Return what YAML leaves out of the values of `keys` that are not in quotes.

    From a ` #` on it sees a comment; a first word with `&` or `!` it takes for a name or a type.
    """
    lines = _source(data).split("\n")
    cut = []
    for key, value in pairs_below(root):
        if not isinstance(value, yaml.ScalarNode) or value.style is not None or key.value not in keys:
            continue
        for mark, pattern in ((value.start_mark, PROPERTY), (value.end_mark, COMMENT)):
            if found := pattern.match(lines[mark.line], mark.column):
                message = _t(
                    "YAML leaves “%(text)s” out; if it belongs to the text, put the whole text in quotes",
                    text=shown(found[1]),
                )
                cut.append(FileFault(mark.line + 1, found.start(1) + 1, message))
    return cut


def find_keys_not_text(root: yaml.Node) -> list[FileFault]:
    """Return a fault for each key that YAML reads as something else than a text: `yes` and `on` are booleans to it."""
    return [
        FileFault(
            line_of(key),
            key.start_mark.column + 1,
            _t("YAML reads the key “%(key)s” as no text; put it in quotes: '%(key)s'", key=key.value),
        )
        for key, _value in pairs_below(root)
        if isinstance(key, yaml.ScalarNode) and key.tag != TEXT
    ]


def parse_mapping(root: yaml.Node, what: str, parse: Callable[[Fields], T | None]) -> T:
    """Return what `parse` makes of the mapping `root`, which messages call `what`.

    Raises InvalidFileError with every fault found; a key that is no text is one, whatever else that leads to.
    """
    faults, others = find_keys_not_text(root), list[FileFault]()
    places = {(fault.line, fault.column) for fault in faults}
    parsed = parse(Fields(root, what, others))
    faults += [fault for fault in others if (fault.line, fault.column) not in places]
    if faults or parsed is None:
        raise InvalidFileError(*faults)
    return parsed


def _source(data: bytes) -> str:
    """Return the text of a file, with spaces for soft returns, which YAML refuses or takes for lines."""
    return re.sub("[\v\f\x85\u2028\u2029]", " ", decode(data, MAX_BYTES))


def _fault_at(text: str, position: int, message: str) -> FileFault:
    before = text[:position]
    return FileFault(before.count("\n") + 1, len(before) - before.rfind("\n"), message)


def _no_text(node: yaml.ScalarNode) -> FileFault:
    """Return the fault of a value or key with a character that is no text, written as an escape in quotes."""
    found = NO_TEXT.findall(node.value)
    code = f"U+{ord(found[0]):04X}"
    message = _t("%(code)s is no character of a text; write the character itself, or remove it", code=code)
    return FileFault(line_of(node), node.start_mark.column + 1, message)


def pairs_below(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield each key with its value, in `node` and below it."""
    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from pairs_below(entry)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key, value
            yield from pairs_below(value)


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Yield each value and key, in `node` and below it."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _scalars(entry)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _scalars(part)


class _BoundedLoader(yaml.SafeLoader):
    """Compose nodes, refusing aliases and more than MAX_DEPTH levels."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise ComposerError(None, None, "an alias (*name)", mark)
        if self.depth == MAX_DEPTH:
            raise ComposerError(None, None, "nested deeper than any file of ours", mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def line_of(node: yaml.Node) -> int:
    """Return the line of `node`, from 1."""
    return int(node.start_mark.line) + 1


def is_blank(node: yaml.Node) -> bool:
    """Return whether `node` says nothing: null, nothing that can be seen, or a mapping without keys."""
    if isinstance(node, yaml.ScalarNode):
        return node.tag == NULL or not can_be_seen(node.value)
    return isinstance(node, yaml.MappingNode) and not node.value


class Fields:
    """The keys and values of the mapping `node`, which messages call `what`; what is wrong is added to `faults`."""

    def __init__(self, node: yaml.Node, what: str, faults: list[FileFault]) -> None:
        self.node, self.what, self.faults = node, what, faults
        self.keys: dict[str, yaml.Node] = {}
        self.values: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            self.add_fault(node, _t("%(what)s is written as “key: value” lines", what=what))
            return
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.add_fault(key, _t("a key is one word"))
            elif first := self.keys.get(key.value):
                message = _t(
                    "“%(key)s” is here a second time (first on line %(line)d)", key=key.value, line=line_of(first)
                )
                self.add_fault(key, message)
            else:
                self.keys[key.value], self.values[key.value] = key, value

    def add_fault(self, node: yaml.Node, message: str) -> None:
        """Add the fault `message`, at the place of `node`."""
        self.faults.append(FileFault(line_of(node), node.start_mark.column + 1, message))

    def is_empty(self, key: str) -> bool:
        """Return whether the value is missing or null, or has nothing that can be seen."""
        node = self.values.get(key)
        return node is None or (isinstance(node, yaml.ScalarNode) and is_blank(node))

    def require(self, *keys: str) -> None:
        """Note each of `keys` that is missing or empty."""
        for key in keys if isinstance(self.node, yaml.MappingNode) else ():
            if key not in self.values:
                self.add_fault(self.node, _t("%(what)s has no “%(key)s”", what=self.what, key=key))
            elif self.is_empty(key):
                self.add_fault(self.keys[key], _t("“%(key)s” is empty", key=key))

    def refuse_unknown(self, known: Collection[str], roles: Collection[str] = ()) -> None:
        """Note each key that is not one of `known`, with the one that was probably meant.

        Where lists of people are called after their `roles`, an unknown list is an unknown role.
        """
        for name in [each for each in self.keys if each not in known]:
            is_role = bool(roles) and isinstance(self.values[name], yaml.SequenceNode)
            among = roles if is_role else known
            likely = get_close_matches(name.lower(), among, 1) if len(self.faults) < MOST_TOLD else ()  # it takes time
            hint = _t("known here: %(words)s", words=", ".join(among))
            if likely:
                hint = _t("did you mean “%(likely)s”?", likely=likely[0])
            unknown = _t("unknown role “%(name)s”", name=name) if is_role else _t("unknown key “%(name)s”", name=name)
            self.add_fault(self.keys[name], _t("%(problem)s; %(remedy)s", problem=unknown, remedy=hint))

    def refuse_disorder(self, first: str, last: str, start: Any, end: Any) -> None:
        """Note an `end` (under the key `last`) before its `start` (under `first`): of one ordered type, or None."""
        if start is not None and end is not None and end < start:
            values = {"last": last, "end": end, "first": first, "start": start}
            self.add_fault(self.values[last], _t("“%(last)s” (%(end)s) is before “%(first)s” (%(start)s)", **values))

    def parse_scalar(self, node: yaml.Node, parse: Callable[[str], T]) -> T | None:
        """Return what `parse` makes of the text of `node`; note why when it cannot, and return None."""
        if not isinstance(node, yaml.ScalarNode):
            self.add_fault(node, _t("one value is expected here, not a list or “key: value” lines"))
            return None
        try:
            return parse(node.value)
        except ValueError as error:
            self.add_fault(node, error.args[0] if isinstance(error.args[0], FaultText) else str(error))
            return None

    def get(self, key: str, parse: Callable[[str], T]) -> T | None:
        """Return the value of `key` as `parse` gives it; None when it is missing, empty, or faulty (then noted)."""
        return None if self.is_empty(key) else self.parse_scalar(self.values[key], parse)

    def given(self, parsers: Mapping[str, tuple[str, Parser]]) -> dict[str, object]:
        """Return the columns that have a value: `parsers` are {key in the file: (column, parser of its text)}."""
        return {column: self.get(key, parse) for key, (column, parse) in parsers.items() if not self.is_empty(key)}

    def entries(self, key: str) -> list[yaml.Node]:
        """Return the entries of the list under `key`; none when it is missing or empty."""
        node = self.values.get(key)
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if not self.is_empty(key):
            self.add_fault(self.values[key], _t("“%(key)s” is a list, one “- ” line an entry", key=key))
        return []

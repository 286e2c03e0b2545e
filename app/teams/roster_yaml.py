"""The YAML of a roster → a tree of nodes that know their lines; nothing is ever built from its tags.

Bounded: a size, a depth, no alias. What comes out is therefore no larger than what went in.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.reader import ReaderError

from app.import_files import FileFault, InvalidFileError, decode

MAX_BYTES = 250_000
MAX_DEPTH = 8
REMEDIES = {
    "'\\t'": "indent with spaces, not with tabs",
    "cannot start any token": "put the value in quotes: it begins with a sign that means something in YAML",
    "mapping values are not allowed here": "put the value in quotes if it holds “: ”, and check the indentation",
    "could not find expected ':'": "a key is followed by “: ” and its value",
    "expected <block end>": "check the indentation: the keys of one entry begin in the same column",
    "an alias": "write the value out where it is used",
    "expected a single document": "one promotion a file: remove the line “---”",
    "nested deeper": "see docs/roster.md for the shape of the file",
    "while scanning a quoted scalar": "close the quotes, or double those that belong to the value",
}
REMEDY = "check the indentation and the quotes around here"


class _Loader(yaml.SafeLoader):
    """Composes nodes, refusing aliases and more depth than a roster has."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise ComposerError(None, None, "an alias (*name)", self.peek_event().start_mark)
        if self.depth == MAX_DEPTH:
            raise ComposerError(None, None, "nested deeper than any roster", self.peek_event().start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def compose_yaml(data: bytes) -> yaml.Node | None:
    """The root node of a file; None when it is empty. Raises InvalidFileError with the fault that stops reading it."""
    text = decode(data, MAX_BYTES)
    try:
        return yaml.compose(text, Loader=_Loader)
    except ReaderError as error:
        before = text[: error.position]
        column = len(before) - before.rfind("\n")
        character = f"the character U+{ord(text[error.position]):04X} may not stand in YAML; remove it"
        raise InvalidFileError(FileFault(before.count("\n") + 1, column, character)) from None
    except yaml.MarkedYAMLError as error:
        raise InvalidFileError(_fault(error)) from None


def _fault(error: yaml.MarkedYAMLError) -> FileFault:
    mark = error.problem_mark or error.context_mark
    said = f"{error.context or ''}: {error.problem or ''}".strip(": ")
    remedy = next((remedy for sign, remedy in REMEDIES.items() if sign in said), REMEDY)
    return FileFault(mark.line + 1 if mark else 1, mark.column + 1 if mark else None, f"not YAML, {said}; {remedy}")

"""One mapping of a roster, read key by key: what is wrong is noted with its line, and reading goes on.

Values in, values out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml

from app.import_files import FileFault

T = TypeVar("T")
NULL = "tag:yaml.org,2002:null"
Reader = Callable[[str], Any]  # the text of a value → what it means; ValueError says what is wrong with it


def fault_at(node: yaml.Node, message: str) -> FileFault:
    """`message` about what stands at `node`."""
    return FileFault(line_of(node), node.start_mark.column + 1, message)


def line_of(node: yaml.Node) -> int:
    """The line of `node`, from 1."""
    return int(node.start_mark.line) + 1


class Fields:
    """The keys and values of `node`, called `what` where it is complained about; complaints go to `faults`."""

    def __init__(self, node: yaml.Node, what: str, faults: list[FileFault]) -> None:
        self.node, self.what, self.faults = node, what, faults
        self.keys: dict[str, yaml.Node] = {}
        self.values: dict[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._add(key, value)
        else:
            self.fault(node, f"{what} is written as “key: value” lines")

    def _add(self, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(key, yaml.ScalarNode):
            self.fault(key, "a key is one word")
        elif key.value in self.keys:
            self.fault(key, f"“{key.value}” is here a second time (first on line {line_of(self.keys[key.value])})")
        else:
            self.keys[key.value], self.values[key.value] = key, value

    def fault(self, node: yaml.Node, message: str) -> None:
        """Note what is wrong at `node`."""
        self.faults.append(fault_at(node, message))

    def require(self, *keys: str) -> None:
        """Note each of `keys` that is missing or empty."""
        for key in keys if isinstance(self.node, yaml.MappingNode) else ():
            if key not in self.values:
                self.fault(self.node, f"{self.what} has no “{key}”")
            elif self.is_empty(key):
                self.fault(self.keys[key], f"“{key}” is empty")

    def is_empty(self, key: str) -> bool:
        """Whether the value is null, written as nothing, `~` or `null`."""
        node = self.values.get(key)
        return node is None or node.tag == NULL or (isinstance(node, yaml.ScalarNode) and not node.value.strip())

    def refuse_others(self, known: Collection[str], roles: Collection[str] = ()) -> None:
        """Note each key that is not one of `known`, with the one that was probably meant.

        Where lists of people are called after their roles, an unknown list is an unknown role.
        """
        for name in sorted(self.keys.keys() - set(known)):
            is_role = bool(roles) and isinstance(self.values[name], yaml.SequenceNode)
            among = roles if is_role else known
            likely = get_close_matches(name.lower(), among, 1)
            hint = f"did you mean “{likely[0]}”?" if likely else f"known here: {', '.join(among)}"
            self.fault(self.keys[name], f"unknown {'role' if is_role else 'key'} “{name}”; {hint}")

    def read(self, key: str, reader: Callable[[str], T]) -> T | None:
        """The value as `reader` gives it; None when it is missing, empty, or faulty (then noted)."""
        return None if self.is_empty(key) else read_scalar(self.values[key], reader, self.faults)

    def said(self, readers: Mapping[str, tuple[str, Reader]]) -> dict[str, Any]:
        """`{key: (column, reader)}` → the columns about which something is said; an empty value says nothing."""
        return {column: self.read(key, reader) for key, (column, reader) in readers.items() if not self.is_empty(key)}

    def entries(self, key: str) -> Iterator[yaml.Node]:
        """The entries of the list under `key`; none when it is missing or empty."""
        node = self.values.get(key)
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        elif not self.is_empty(key):
            self.fault(self.values[key], f"“{key}” is a list, one “- ” line an entry")

    def check_order(self, first: str, last: str, start: Any, end: Any) -> None:
        """Note an end (under the key `last`) before its start (under `first`), where both are known."""
        if start is not None and end is not None and end < start:
            self.fault(self.values[last], f"“{last}” ({end}) is before “{first}” ({start})")


def read_scalar(node: yaml.Node, reader: Callable[[str], T], faults: list[FileFault]) -> T | None:
    """What `reader` makes of the text of `node`; None when it cannot (then noted)."""
    if not isinstance(node, yaml.ScalarNode):
        faults.append(fault_at(node, "one value is expected here, not a list or “key: value” lines"))
        return None
    try:
        return reader(node.value)
    except ValueError as refusal:
        faults.append(fault_at(node, str(refusal)))
        return None

"""Reading and copying the trees that Jinja makes of templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes

Statements = list[nodes.Node]


def names_in(node: nodes.Node, *contexts: str) -> set[str]:
    """The names in a tree that stand there in one of `contexts`: to "load", to "store", or as a "param"."""
    return {name.name for name in node.find_all(nodes.Name) if name.ctx in contexts}


def is_name(node: nodes.Node, name: str) -> bool:
    """Whether a node is that name."""
    return isinstance(node, nodes.Name) and node.name == name


def joined(statements: Iterable[nodes.Node]) -> Statements:
    """The statements, with what is printed one after the other printed at once."""
    merged: Statements = []
    for statement in statements:
        last = merged[-1] if merged else None
        if isinstance(statement, nodes.Output) and isinstance(last, nodes.Output):
            merged[-1] = nodes.Output([*last.nodes, *statement.nodes], lineno=last.lineno)
        else:
            merged.append(statement)
    return merged


def copied(value: Any, replace: Callable[[nodes.Node], nodes.Node | None] = lambda _node: None) -> Any:
    """A copy of nodes, with those in the place of which `replace` has another."""
    if isinstance(value, list):
        return [copied(one, replace) for one in value]
    if not isinstance(value, nodes.Node):
        return value
    other = replace(value)
    if other is not None:
        return other
    attributes = {name: getattr(value, name) for name in value.attributes}
    return type(value)(*(copied(getattr(value, name), replace) for name in value.fields), **attributes)

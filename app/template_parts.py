"""What a template includes, put in its place when it is compiled: a page of ten parts is one function then.

Jinja looks up each part, and makes it a context of its own, every time that the page is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes
from jinja2.visitor import NodeTransformer


class Includer(NodeTransformer):
    """Puts the statements of a part in the place of `{% include 'part.html' %}`, in a scope of their own.

    `parse` gives the tree of a part that may stand in the template, None for one that may not. A part sees what the
    page has set before it; what it names must not be set by the page further on.
    """

    def __init__(self, parse: Callable[[str], nodes.Template | None]) -> None:
        self._parse = parse

    def visit_ScopedEvalContextModifier(self, node: nodes.Node) -> nodes.Node:  # noqa: N802
        """`{% autoescape … %}`, which does not reach into what is included."""
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 — Jinja's name
        """One that names its part, is given the context and must find it, as all of ours."""
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        part = self._parse(name) if isinstance(name, str) and node.with_context and not node.ignore_missing else None
        if part is None or (part.find(nodes.Extends) or part.find(nodes.Block)):
            return node
        self.generic_visit(part)
        return nodes.With([], [], part.body).set_lineno(node.lineno, override=True)

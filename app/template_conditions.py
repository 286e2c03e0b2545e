"""Conditions and loops of a template that have the same answer in every request: decided once, when it is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import cast

from jinja2 import Undefined, UndefinedError, nodes
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer

from app.template_trees import Statements


def known_value(expression: nodes.Expr, context: EvalContext) -> nodes.Const | None:
    """The value of an expression that is the same in every request; None of any other."""
    try:
        value = expression.as_const(context)
    except (nodes.Impossible, UndefinedError):
        return None
    return None if isinstance(value, Undefined) else nodes.Const(value)


class Decider(NodeTransformer):
    """Keeps, of conditions and loops that are known when a template is compiled, only what they decide."""

    def __init__(self, context: EvalContext) -> None:
        self._context = context

    def all(self, statements: Iterable[nodes.Node]) -> Statements:
        """The statements that remain."""
        return list(chain.from_iterable(self.visit_list(statement) for statement in statements))

    def visit_If(self, node: nodes.If) -> nodes.Node | Statements:  # noqa: N802
        """`{% if … %}`, with its `elif` and `else`."""
        otherwise, open_ = node.else_, []
        for branch in (node, *node.elif_):
            decided = known_value(cast("nodes.Expr", branch.test), self._context)
            if decided is None:
                open_.append((branch.test, self.all(branch.body)))
            elif decided.value:
                otherwise = branch.body
                break
        otherwise = self.all(otherwise)
        if not open_:
            return otherwise
        (test, body), *others = open_
        return nodes.If(test, body, [nodes.If(*one, [], []) for one in others], otherwise)

    def visit_For(self, node: nodes.For) -> nodes.Node | Statements:  # noqa: N802
        """`{% for … %}` of nothing."""
        self.generic_visit(node)
        over = known_value(cast("nodes.Expr", node.iter), self._context)
        return node.else_ if over is not None and over.value in ({}, [], (), "") else node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        """`… if … else …`."""
        self.generic_visit(node)
        decided = known_value(node.test, self._context)
        if decided is None or node.expr2 is None:
            return node
        return node.expr1 if decided.value else node.expr2

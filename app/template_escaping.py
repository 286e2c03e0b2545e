"""How templates print a value in HTML: as MarkupSafe escapes it, which is not asked where there is nothing to escape.

A page prints two hundred values, nearly all of them addresses, numbers and words without any of the five characters.
"""

from __future__ import annotations

import re
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

is_special = re.compile("""[&<>"']""").search


def escaped(value: object) -> str:
    """The value as it goes into a page."""
    kind = type(value)
    if kind is Markup or (kind is str and not is_special(value)):  # type: ignore[call-overload]
        return value  # type: ignore[return-value]
    return escape(value)


class EscapingGenerator(CodeGenerator):
    """Compiles templates that print by the `escaped` of their environment."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

"""The controls of every page (`ui.button(…)`), put in the place of their calls when a template is compiled.

A page of forms calls a hundred macros, and Jinja takes longer over a call than over what most of them print. What a
call gives as it stands (`rows=3`, a text) is known then as well, so conditions on it are decided once and for all.
A call that stands inside an expression, or does not give what its macro asks for, stays a call and prints the same.

    {% macro badge(label, kind=none) %}<b{% if kind %} class="{{ kind }}"{% endif %}>{{ label }}</b>{% endmacro %}
    {{ ui.badge(name, 'new') }}

is compiled as `{% with badge_1_label = name %}<b class="{{ 'new' }}">{{ badge_1_label }}</b>{% endwith %}`. Where the
body names another macro, that name is marked as unknown to the page: if the mark is still there in the end, the call
stays a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from jinja2 import nodes
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer

from app.template_conditions import Decider, known_value
from app.template_trees import Statements, copied, is_name, joined, names_in

LIBRARY = "_macros.html"
PREFIX = "ui"
CALLER = "caller"  # what a macro calls the block that it was given
NAMING: list[type[nodes.Node]] = [nodes.Assign, nodes.AssignBlock, nodes.FromImport, nodes.Import, nodes.Macro]
UNKNOWN_ELSEWHERE = "\0"  # before a name in the body of a macro which means nothing in the page that calls it

_numbers = count()


def macros_of(library: nodes.Template, known: Iterable[str]) -> dict[str, nodes.Macro]:
    """The macros of a parsed library that may stand in a page, by name.

    These name nothing but such macros before them, and what is `known` to all pages.
    """
    macros: dict[str, nodes.Macro] = {}
    for macro in library.body:
        if isinstance(macro, nodes.Macro) and _may_stand_elsewhere(macro, {*macros, *known, CALLER, "loop"}):
            macros[macro.name] = macro
    return macros


def _may_stand_elsewhere(macro: nodes.Macro, known: set[str]) -> bool:
    in_loops = chain.from_iterable(loop.find_all(nodes.Name) for loop in macro.find_all(nodes.For))
    return (
        names_in(macro, "load") <= known | names_in(macro, "store", "param")
        and all(name.name != CALLER for name in in_loops)  # `loop` in the block would be another
        and not names_in(nodes.List(macro.defaults), "load")
        and macro.find(nodes.NSRef) is None
    )


class Expander(NodeTransformer):
    """Puts the bodies of macros in the place of their calls: `ui.name(…)`, and `name(…)` inside the library itself.

    `caller`: what stands in the `{% call %}` block whose macro is being expanded.
    """

    def __init__(
        self, macros: Mapping[str, nodes.Macro], context: EvalContext, *, inside: bool, caller: Statements | None = None
    ) -> None:
        self._macros, self._context, self._inside, self._caller = macros, context, inside, caller

    def visit_Output(self, node: nodes.Output) -> Statements:  # noqa: N802 — Jinja's name
        """What is printed one after the other: a call of a macro becomes the macro's statements."""
        return joined(chain.from_iterable(self._printed(expression) for expression in node.nodes))

    def visit_ScopedEvalContextModifier(self, node: nodes.Node) -> nodes.Node:  # noqa: N802
        """`{% autoescape … %}`, which does not reach into what is called."""
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node | Statements:  # noqa: N802
        """`{% call ui.name(…) %}…{% endcall %}`."""
        self.generic_visit(node)
        expanded = None if node.args else self._expanded(node.call, node.body)
        return node if expanded is None else expanded

    def _printed(self, expression: nodes.Expr) -> Statements:
        calls_block = isinstance(expression, nodes.Call) and is_name(expression.node, UNKNOWN_ELSEWHERE + CALLER)
        if self._caller is not None and calls_block:
            block = nodes.With([], [], copied(self._caller), lineno=expression.lineno)
            return [block] if any(block.find(kind) for kind in NAMING) else block.body
        expanded = self._expanded(expression, None)
        return [nodes.Output([expression], lineno=expression.lineno)] if expanded is None else expanded

    def _expanded(self, call: nodes.Expr, caller: Statements | None) -> Statements | None:
        """The statements of the macro that is called; None where `call` is anything else."""
        macro = self._macro(call)
        given = _given(macro, call) if macro else None
        if macro is None or given is None:
            return None
        known, names = self._meanings(macro, given)

        def replace(node: nodes.Node) -> nodes.Node | None:
            if isinstance(node, nodes.Test) and node.name == "defined" and is_name(node.node, CALLER):
                return nodes.Const(caller is not None)
            if isinstance(node, nodes.Name) and node.name in names:
                return nodes.Name(names[node.name], node.ctx)
            return known.get(node.name) if isinstance(node, nodes.Name) else None

        body = Decider(self._context).all(copied(macro.body, replace))
        nested = Expander(self._macros, self._context, inside=False, caller=caller)
        body = joined(chain.from_iterable(nested.visit_list(statement) for statement in body))
        bound = [name for name in given if name not in known]
        parameters = [nodes.Name(names[name], "param") for name in bound]
        whole = nodes.With(parameters, [given[name] for name in bound], body).set_lineno(call.lineno, override=True)
        if any(name.startswith(UNKNOWN_ELSEWHERE) for name in names_in(whole, "load")):
            return None  # it calls what could not be put in the place of its call
        return [whole] if any(not name.startswith(UNKNOWN_ELSEWHERE) for name in names.values()) else body

    def _meanings(
        self, macro: nodes.Macro, given: Mapping[str, nodes.Expr]
    ) -> tuple[dict[str, nodes.Expr], dict[str, str]]:
        """What the names in the body of the macro stand for: values that never change, and names of this call alone."""
        assigned = names_in(nodes.List(macro.body), "store", "param")
        known = {
            name: value
            for name, value in given.items()
            if name not in assigned and known_value(value, self._context) is not None
        }
        own = names_in(macro, "store", "param") - known.keys()
        names = {name: f"{macro.name}_{next(_numbers)}_{name}" for name in own}
        return known, names | {name: UNKNOWN_ELSEWHERE + name for name in {CALLER, *self._macros} - own - known.keys()}

    def _macro(self, call: nodes.Node) -> nodes.Macro | None:
        called = call.node if isinstance(call, nodes.Call) else None
        if isinstance(called, nodes.Getattr) and is_name(called.node, PREFIX):
            return self._macros.get(called.attr)
        if not isinstance(called, nodes.Name):
            return None
        own = called.name.removeprefix(UNKNOWN_ELSEWHERE)
        return self._macros.get(own) if self._inside or own != called.name else None


def _given(macro: nodes.Macro, call: Any) -> dict[str, nodes.Expr] | None:
    """What each parameter of the macro is given; None where that is not plain to see."""
    names = [parameter.name for parameter in macro.args]
    if call.dyn_args or call.dyn_kwargs or len(call.args) > len(names):
        return None
    first_default = len(names) - len(macro.defaults)
    given = dict(zip(names[first_default:], copied(macro.defaults), strict=True))
    by_place, by_name = dict(zip(names, call.args, strict=False)), {one.key: one.value for one in call.kwargs}
    given |= by_place | by_name
    return given if given.keys() == set(names) and by_place.keys().isdisjoint(by_name) else None

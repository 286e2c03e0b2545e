"""The controls of every page (`ui.button(…)`), put in the place of their calls when a template is compiled.

A page of forms calls a hundred macros, and Jinja takes longer over a call than over what most of them print. What a
call gives as it stands (`rows=3`, a text) is known then as well, so conditions on it are decided once and for all.
A call that stands inside an expression, or does not give what its macro asks for, stays a call and prints the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count
from typing import Any

from jinja2 import nodes
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer

from app.template_conditions import Decider, Statements, known_value

LIBRARY = "_macros.html"
PREFIX = "ui"
CALLER = "caller"  # what a macro calls the block that it was given
UNKNOWN_ELSEWHERE = "\0"  # before a name in the body of a macro which means nothing in the page that calls it

_numbers = count()


def macros_of(library: nodes.Template, known: Iterable[str]) -> dict[str, nodes.Macro]:
    """The macros of a parsed library that may stand in a page, by name.

    These name nothing but such macros before them, and what is `known` to all pages.
    """
    macros: dict[str, nodes.Macro] = {}
    for macro in library.find_all(nodes.Macro):
        if _may_stand_elsewhere(macro, {*macros, *known, CALLER, "loop"}):
            macros[macro.name] = macro
    return macros


def _may_stand_elsewhere(macro: nodes.Macro, known: set[str]) -> bool:
    in_loops = chain.from_iterable(loop.find_all(nodes.Name) for loop in macro.find_all(nodes.For))
    return (
        _names(macro, "load") <= known | _names(macro, "store", "param")
        and all(name.name != CALLER for name in in_loops)  # `loop` in the block would be another
        and not _names(nodes.List(macro.defaults), "load")
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
        return _joined(chain.from_iterable(self._printed(expression) for expression in node.nodes))

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node | Statements:  # noqa: N802
        """`{% call ui.name(…) %}…{% endcall %}`."""
        self.generic_visit(node)
        expanded = None if node.args else self._expanded(node.call, node.body)
        return node if expanded is None else expanded

    def _printed(self, expression: nodes.Expr) -> Statements:
        calls_block = isinstance(expression, nodes.Call) and _is_name(expression.node, UNKNOWN_ELSEWHERE + CALLER)
        if self._caller is not None and calls_block:
            return _copied(self._caller)
        expanded = self._expanded(expression, None)
        return [nodes.Output([expression], lineno=expression.lineno)] if expanded is None else expanded

    def _expanded(self, call: nodes.Expr, caller: Statements | None) -> Statements | None:
        """The statements of the macro that is called; None where `call` is anything else."""
        macro = self._macro(call)
        given = _given(macro, call) if macro else None
        if macro is None or given is None:
            return None
        known = {name: value for name, value in given.items() if known_value(value, self._context) is not None}
        known = {name: known[name] for name in known.keys() - _names(macro, "store")}
        own = _names(macro, "store", "param") - known.keys()
        names = {name: f"{macro.name}_{next(_numbers)}_{name}" for name in own}
        names |= {name: UNKNOWN_ELSEWHERE + name for name in {CALLER, *self._macros} - own - known.keys()}

        def replace(node: nodes.Node) -> nodes.Node | None:
            if isinstance(node, nodes.Test) and node.name == "defined" and _is_name(node.node, CALLER):
                return nodes.Const(caller is not None)
            if isinstance(node, nodes.Name) and node.name in names:
                return nodes.Name(names[node.name], node.ctx)
            return known.get(node.name) if isinstance(node, nodes.Name) else None

        body = Decider(self._context).all(_copied(macro.body, replace))
        nested = Expander(self._macros, self._context, inside=False, caller=caller)
        body = _joined(chain.from_iterable(nested.visit_list(statement) for statement in body))
        bound = [name for name in given if name in own]
        parameters = [nodes.Name(names[name], "param") for name in bound]
        whole = nodes.With(parameters, [given[name] for name in bound], body).set_lineno(call.lineno, override=True)
        if any(name.startswith(UNKNOWN_ELSEWHERE) for name in _names(whole, "load")):
            return None
        return [whole] if own else body

    def _macro(self, call: nodes.Node) -> nodes.Macro | None:
        called = call.node if isinstance(call, nodes.Call) else None
        if isinstance(called, nodes.Getattr) and _is_name(called.node, PREFIX):
            return self._macros.get(called.attr)
        if not isinstance(called, nodes.Name):
            return None
        own = called.name.removeprefix(UNKNOWN_ELSEWHERE)
        return self._macros.get(own) if self._inside or own != called.name else None


def _joined(statements: Iterable[nodes.Node]) -> Statements:
    """The statements, with what is printed one after the other printed at once."""
    joined: Statements = []
    for statement in statements:
        last = joined[-1] if joined else None
        if isinstance(statement, nodes.Output) and isinstance(last, nodes.Output):
            joined[-1] = nodes.Output([*last.nodes, *statement.nodes], lineno=last.lineno)
        else:
            joined.append(statement)
    return joined


def _given(macro: nodes.Macro, call: Any) -> dict[str, nodes.Expr] | None:
    """What each parameter of the macro is given; None where that is not plain to see."""
    names = [parameter.name for parameter in macro.args]
    if call.dyn_args or call.dyn_kwargs or len(call.args) > len(names):
        return None
    first_default = len(names) - len(macro.defaults)
    given = dict(zip(names[first_default:], macro.defaults, strict=True))
    by_place, by_name = dict(zip(names, call.args, strict=False)), {one.key: one.value for one in call.kwargs}
    given |= by_place | by_name
    return given if given.keys() == set(names) and by_place.keys().isdisjoint(by_name) else None


def _names(node: nodes.Node, *contexts: str) -> set[str]:
    return {name.name for name in node.find_all(nodes.Name) if name.ctx in contexts}


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _copied(value: Any, replace: Callable[[nodes.Node], nodes.Node | None] = lambda _node: None) -> Any:
    """A copy of nodes, with those in the place of which `replace` has another."""
    if isinstance(value, list):
        return [_copied(one, replace) for one in value]
    if not isinstance(value, nodes.Node):
        return value
    other = replace(value)
    if other is not None:
        return other
    attributes = {name: getattr(value, name) for name in value.attributes}
    return type(value)(*(_copied(getattr(value, name), replace) for name in value.fields), **attributes)

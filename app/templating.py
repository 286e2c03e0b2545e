"""The templates: translated when they are compiled, once a language, so that a page has no text left to look up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BaseLoader, StrictUndefined, nodes, pass_eval_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app import languages

SAY, SAY_NUMBER = "_", "ngettext"


def init_app(app: Flask) -> None:
    """Give `app` its templates: strict, in the language of the request, with our ways of saying texts and dates."""
    app.jinja_environment = LanguageEnvironment
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = app.jinja_env
    environment.loader = LanguageLoader(app.create_global_jinja_loader())
    environment.filters.update({one.__name__: one for one in languages.FILTERS})


def say_texts(app: Flask) -> None:
    """Give the templates our `_` and `ngettext`; must come after Flask-Babel, which puts its own there."""
    app.jinja_env.globals.update({SAY: say, SAY_NUMBER: say_number})


class LanguageEnvironment(Environment):
    """Knows each template once a language, as `fr/base.html`; what a template includes is in the language it is in."""

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Any:  # noqa: A002
        """The template `name` in the language of the request, or of the template `parent` that asks for it."""
        if parent is None and isinstance(name, str):
            name = f"{languages.language()}/{name}"
        return super().get_template(name, parent, globals)

    def join_path(self, template: str, parent: str) -> str:
        """`base.html` for `fr/home/my_week.html` is `fr/base.html`."""
        return f"{parent.partition('/')[0]}/{template}"

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        language = (name or "").partition("/")[0]
        return super()._generate(Translator(language).visit(source), name, filename, defer_init)


class LanguageLoader(BaseLoader):
    """Finds the source of `fr/base.html` as `base.html` in `source`: one file serves all languages."""

    def __init__(self, source: BaseLoader) -> None:
        self.source = source

    def get_source(self, environment: Any, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        return self.source.get_source(environment, template.partition("/")[2])


class Translator(NodeTransformer):
    """Puts the texts of one language in the place of each `_('…')`; values stay to be filled in, and escaped."""

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 — Jinja's name
        """What `say` does, done in advance."""
        self.generic_visit(node)
        text = node.args[0] if node.args else None
        says = isinstance(node.node, nodes.Name) and node.node.name == SAY
        if not (says and isinstance(text, nodes.Const)):
            return node
        said = languages.said_in(self._language, text.value)
        if not node.kwargs:
            return nodes.MarkSafeIfAutoescape(nodes.Const(said % {}))
        values = nodes.Dict([nodes.Pair(nodes.Const(value.key), value.value) for value in node.kwargs])
        return nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(said)), values)


@pass_eval_context
def say(context: nodes.EvalContext, text: str, /, **values: object) -> str:
    """What templates call `_`: a `%` that is meant is written `%%`; in HTML, `values` are escaped."""
    said = languages.said_in(languages.language(), text)
    return (Markup(said) if context.autoescape else said) % values  # noqa: S704 — our own words


@pass_eval_context
def say_number(context: nodes.EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    """What templates call `ngettext`: `one` or `many`, as the language counts; `num` is the number."""
    said = languages.number_said_in(languages.language(), one, many, number)
    return (Markup(said) if context.autoescape else said) % {"num": number, **values}  # noqa: S704

"""The templates: translated when they are compiled, once a language, so that a page has no text left to look up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, nodes, pass_eval_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app import languages
from app.template_calls import QuickContext
from app.template_escaping import EscapingGenerator, escaped
from app.template_macros import LIBRARY, Expander, macros_of
from app.template_parts import Includer

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

    code_generator_class = EscapingGenerator
    context_class = QuickContext
    escaped = staticmethod(escaped)

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
        return super()._generate(self._prepared(source, name or ""), name, filename, defer_init)

    def make_globals(self, d: Any) -> Any:
        """What all templates know. Jinja makes a chain of dictionaries, which each context of a page copies slowly."""
        return super().make_globals(d) if d else self.globals

    def _prepared(self, source: nodes.Template, name: str) -> nodes.Template:
        """The template with its parts, texts and controls in their places."""
        language, _slash, file = name.partition("/")
        whole = Translator(language).visit(Includer(lambda part: self._parsed_part(name, part)).visit(source))
        if file.endswith(".html"):
            macros = macros_said_in(language, self, self._part(name, LIBRARY) or "")
            whole = Expander(macros, nodes.EvalContext(self, name), inside=file == LIBRARY).visit(whole)
        whole.set_environment(self)
        return cast("nodes.Template", whole)

    def _parsed_part(self, of: str, name: str) -> nodes.Template | None:
        source = self._part(of, name)
        return None if source is None else self.parse(source, name)

    def _part(self, of: str, name: str) -> str | None:
        """The source of a part of the template `of`; None where it would be escaped otherwise, or is not there."""
        if PurePath(of).suffix != PurePath(name).suffix:
            return None
        try:
            return cast("LanguageLoader", self.loader).get_part(self, of, name)
        except TemplateNotFound:
            return None


@lru_cache(maxsize=len(languages.LOCALES))
def macros_said_in(language: str, environment: Environment, library: str) -> Mapping[str, nodes.Macro]:
    """The macros in the source of a library. It takes long to read, and no template changes what it takes from it."""
    return macros_of(Translator(language).visit(environment.parse(library)), environment.globals)


class LanguageLoader(BaseLoader):
    """Finds the source of `fr/base.html` as `base.html` in `source`: one file serves all languages.

    A template is read anew when its file, or that of one of its parts, has changed.
    """

    def __init__(self, source: BaseLoader) -> None:
        self.source = source
        self._are_fresh: dict[str, list[Callable[[], bool]]] = {}

    def get_source(self, environment: Any, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        text, path, is_fresh = self.source.get_source(environment, template.partition("/")[2])
        fresh = self._are_fresh[template] = [is_fresh] if is_fresh else []
        return text, path, lambda: all(one() for one in fresh)

    def get_part(self, environment: Any, of: str, name: str) -> str:
        """The source of a part of the template `of`. Raises TemplateNotFound."""
        text, _path, is_fresh = self.source.get_source(environment, name)
        if is_fresh and of in self._are_fresh:
            self._are_fresh[of].append(is_fresh)
        return text


class Translator(NodeTransformer):
    """Puts the texts of one language in the place of each `_('…')`; values stay to be filled in, and escaped."""

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 — Jinja's name
        """What `say` does, done in advance."""
        self.generic_visit(node)
        text = node.args[0] if node.args else None
        says = isinstance(node.node, nodes.Name) and node.node.name == SAY
        plain = len(node.args) == 1 and not (node.dyn_args or node.dyn_kwargs)
        if not (says and plain and isinstance(text, nodes.Const)):
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

"""The controls of a page, put in the place of their calls, print what Jinja prints when it calls them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, Environment, UndefinedError, nodes
from markupsafe import Markup
from wtforms import EmailField, Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.languages import speaking
from app.template_macros import LIBRARY, Expander, macros_of

AS_OUR_PAGES_DO = "{% import '_macros.html' as ui %}"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

OF_THE_LIBRARY = [  # every control, with and without what it may be given
    "{{ ui.csrf() }}",
    "{{ ui.button(said) }}{{ ui.button(_('Send'), 'quiet', name='a', value='') }}",
    "{{ ui.button(said, kind=said, icon='check-line', small=true) }}",
    "{{ ui.link_button(said, '/to?a=1&b=2') }}{{ ui.link_button(said, said, what=said, small=nothing) }}",
    "{{ ui.post_button(said, '/act', fields={'digest': 3, 'name': said}) }}",
    "{{ ui.post_button(said, said, what='<', icon='x') }}",
    "{% call ui.buttons() %}{{ ui.button(said) }} {{ said }}{% endcall %}",
    "{{ ui.text_field(form.name) }}{{ ui.text_field(form.email, hint=said, type='email', autocomplete='email') }}",
    "{{ ui.text_area(form.text) }}",
    "{{ ui.text_area(form.text, said, rows=9, limit=300, preview_url='/p', preview=html) }}",
    "{% for one in [form.text, form.name] %}{{ ui.text_area(one, limit=number, preview_url=said) }}{% endfor %}",
    "{{ ui.radio_field(form.mood) }}{{ ui.radio_field(form.mood, hint=said, signs={'good': '🙂'}, inline=true) }}",
    "{% call ui.fieldset(said) %}{{ ui.text_field(form.name, hint=said) }}{% endcall %}",
    "{% call ui.fieldset('a', hint='b') %}{% endcall %}",
    "{{ ui.error_summary(form) }}",
    "{{ ui.alert('info') }}{{ ui.alert('error', title=said, body=said, role='alert', level=3) }}",
    "{{ ui.alert(said, none, said) }}{% call ui.alert('info', said) %}<p>{{ said }}</p>{% endcall %}",
    "{% call ui.callout(said, 3) %}{{ ui.badge(said) }}{% endcall %}{% call ui.callout() %}{% endcall %}",
    "{{ ui.badge(said, 'new') }}{{ ui.badge(number) }}{{ ui.badge(said, kind=nothing) }}",
    "{{ ui.meter(number, 16, said) }}{{ ui.meter(0, 0, 'none') }}",
    "{{ ui.card(said, '/to', detail=said, badges=[ui.badge(said, 'new')], level=2) }}{{ ui.card('a', foot=html) }}",
    "{% call ui.cards() %}{% for one in [1, 2] %}{% call ui.card(one) %}{{ loop.index }}{% endcall %}{% endfor %}"
    "{% endcall %}",
    "{% call ui.bulletin(said, url='/a', detail=said, badges=[said, html], anchor='a') %}{{ said }}{% endcall %}",
    "{% call ui.bulletin(said) %}{{ ui.part(said, html, 'call') }}{{ ui.part('a', html) }}{% endcall %}",
    "{% call ui.accordion(said) %}{{ said }}{% endcall %}{% call ui.accordion('a', open=number) %}{% endcall %}",
    "{% call ui.opener(said) %}{{ ui.button('a') }}{% endcall %}",
    "{% call ui.table(said, ['a', said], numbers=[1], kind='grid', hidden_caption=true) %}"
    "<tr>{{ ui.grid_cell('wrote', said) }}</tr>{% endcall %}",
    "{{ ui.grid_cell('late', said, sign=said, url='/a') }}{{ ui.grid_cell('none', said, sign='!') }}",
    "{{ ui.breadcrumb([{'label': said, 'url': '/a'}], said) }}",
    "{{ ui.script('count.js') }}",
]
MACROS_AND_PAGES = [  # what a macro does with names, blocks and conditions
    (
        "{% macro one(a) %}{% set a = a ~ '!' %}{{ a }}{% endmacro %}",
        "{% set a = 1 %}{{ ui.one(a) }}{{ ui.one('x') }}{{ a }}",
    ),
    ("{% macro one(a, b) %}{{ a }}{{ b }}{% endmacro %}", "{% set a = 1 %}{{ ui.one(b=a, a=said) }}{{ ui.one(2, a) }}"),
    (
        "{% macro one(a) %}{% set x = a %}[{{ caller() }}{{ x }}]{% endmacro %}",
        "{% set x = 1 %}{% call ui.one(2) %}{{ x }}{% endcall %}{{ x }}",
    ),
    (
        "{% macro two(a) %}({{ caller() }}{{ a }}){% endmacro %}"
        "{% macro one(a) %}{{ caller() }}{% call two(a ~ a) %}{{ a }}{% endcall %}{% endmacro %}",
        "{% call ui.one(said) %}<b>{{ said }}</b>{% endcall %}",
    ),
    (
        "{% macro one() %}{{ caller() if caller is defined else 'none' }}{% endmacro %}",
        "{{ ui.one() }}{% call ui.one() %}a{% endcall %}",
    ),
    (
        "{% macro one(a) %}{% if a == 'a' %}A{% elif a == 'c' %}C{% elif a %}D{% else %}-{% endif %}{% endmacro %}",
        "{{ ui.one('a') }}{{ ui.one('b') }}{{ ui.one('c') }}{{ ui.one('') }}{{ ui.one(none) }}{{ ui.one(said) }}",
    ),
    (
        "{% macro one(a, b) %}{% if a == b %}1{% elif a == 'a' %}2{% elif b %}3{% endif %}{% endmacro %}",
        "{{ ui.one('a', said) }}{{ ui.one(said, said) }}{{ ui.one('b', said) }}{{ ui.one('b', nothing) }}",
    ),
    (
        "{% macro one(a='<') %}{{ a }}{{ a|safe }}{{ 'x' if a == '<' else 'y' }}{% endmacro %}",
        "{{ ui.one() }}{{ ui.one('&') }}{{ 'in ' ~ ui.one(said) ~ ui.one() }}",
    ),
    (
        "{% macro one(a) %}{% for b in a %}{{ loop.index }}{{ b }}{% endfor %}{% endmacro %}",
        "{% for a in [said, 'xy'] %}{{ loop.index }}{{ ui.one(a) }}{{ loop.index }}{% endfor %}",
    ),
    ("{% macro one(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}", "{{ ui.one(1, 2, b=3) }}"),
    (
        "{% macro one(a={}) %}{% for b in a %}{{ b }}{{ a[b] }}{% else %}-{% endfor %}{% endmacro %}",
        "{{ ui.one() }}{{ ui.one({'x': said}) }}{{ ui.one({'x': 1, 2: '<'}) }}{{ ui.one('') }}{{ ui.one([]) }}",
    ),
    ("{% macro one(a, b=a) %}{{ a }}{{ b }}{% endmacro %}", "{% set a = 1 %}{{ ui.one(2) }}"),
    (
        "{% macro one(a) %}{% for b in a %}{{ caller() }}{% endfor %}{% endmacro %}",
        "{% for a in [1, 2] %}{% call ui.one('xyz') %}{{ loop.index }}{% endcall %}{% endfor %}",
    ),
    (
        "{% macro one() %}{{ caller() }}{% endmacro %}",
        "{% set a = 1 %}{% call ui.one() %}{% set a = 2 %}{% set b %}c{% endset %}{{ a }}{{ b }}{% endcall %}{{ a }}",
    ),
    ("{% macro one(a) %}{% with a = 2 %}{{ a }}{% endwith %}{{ a }}{% endmacro %}", "{{ ui.one('x') }}"),
    ("{% macro one(a) %}{% set b = namespace() %}{% set b.c = a %}{{ b.c }}{% endmacro %}", "{{ ui.one('<') }}"),
    ("{% macro one(a) %}{% if a and {'b': 1}[a] %}1{% endif %}2{% endmacro %}", "{{ ui.one('b') }}{{ ui.one('') }}"),
    (
        "{% macro one(a) %}<{{ a }}{{ caller() if caller is defined }}>{% endmacro %}",
        "{% autoescape false %}{{ said }}{{ ui.one(said) }}"
        "{% call ui.one('<') %}{{ said }}{% endcall %}{% endautoescape %}",
    ),
    ("{% set a = 1 %}{% macro one() %}{{ a }}{% endmacro %}", "{% set a = 2 %}{{ ui.one() }}"),
    (
        "{% macro _two(a) %}<{{ a }}>{% endmacro %}{% macro one(a) %}{{ _two(a) ~ a }}{% endmacro %}",
        "{{ ui.one(said) }}",
    ),
    ("{% macro two(x=said) %}{{ x }}{% endmacro %}{% macro one() %}{{ two(2) }}{% endmacro %}", "{{ ui.one() }}"),
    (
        "{% macro _two(a) %}{{ [caller()]|join }}{% endmacro %}"
        "{% macro one(two) %}{{ two }}{{ caller() }}{% endmacro %}"
        "{% macro two() %}{% call _two(1) %}a{% endcall %}{% endmacro %}",
        "{% set _two = 5 %}{% call ui.one(_two) %}{{ _two }}{{ ui.two() }}{% endcall %}",
    ),
    ("{% macro one(a) %}{{ number is defined }}{{ a }}{% endmacro %}", "{{ ui.one(1) }}"),
]
FAULTS = [  # of one(a, b=1), and of `each`
    "{{ ui.each(none) }}",
    "{{ ui.one(1, a=2) }}",
    "{{ ui.one(1, c=2) }}",
    "{{ ui.one(1, 2, 3) }}",
    "{{ ui.one() }}",
    "{{ ui.two() }}",
    "{{ ui.one(missing) }}",
]


class Everything(Form):
    name = StringField("Nom <b>", [InputRequired()])
    email = EmailField("Adresse")
    text = TextAreaField("Priorité", [InputRequired()])
    mood = RadioField("Moral", choices=[SelectChoice("hard", "Difficile"), SelectChoice("good", "Bon & mieux")])


Render = Callable[[], str]
Both = Callable[..., tuple[Render, Render]]


@pytest.fixture
def both(app: Flask) -> Iterator[Both]:
    """How a page is shown by us, and by Jinja itself, which knows of no macro that it need not call."""
    app.jinja_env.globals["csrf_token"] = lambda: "a token"
    own = app.jinja_env.loader.source  # type: ignore[union-attr]

    def shown(page: str, **more: str) -> tuple[Render, Render]:
        sources = ChoiceLoader([DictLoader({"page.html": AS_OUR_PAGES_DO + page} | more), own])
        app.jinja_env.loader.source = sources  # type: ignore[union-attr]
        jinja = Environment(loader=sources, autoescape=True, **app.jinja_options)  # type: ignore[arg-type]
        jinja.globals |= app.jinja_env.globals
        jinja.filters |= app.jinja_env.filters
        form = Everything(data={"mood": "good", "name": '"N"'})
        form.validate()
        values = {"said": "<Ça> & 'là'", "number": 300, "nothing": None, "html": Markup("<p>dit</p>"), "form": form}
        ours, jinjas = (environment.get_template for environment in (app.jinja_env, jinja))
        return lambda: ours("page.html").render(values), lambda: jinjas("page.html").render(values)

    with app.test_request_context("/"):
        yield shown


@ON_SQLITE
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("page", OF_THE_LIBRARY)
def test_each_control_prints_what_its_call_prints(both: Both, page: str, language: str) -> None:
    ours, jinjas = both(page)
    with speaking(language):
        assert ours() == jinjas()


@ON_SQLITE
@pytest.mark.parametrize(("library", "page"), MACROS_AND_PAGES)
def test_names_blocks_and_conditions_mean_what_they_mean_to_jinja(both: Both, library: str, page: str) -> None:
    ours, jinjas = both(page, **{LIBRARY: library})
    assert ours() == jinjas()


@ON_SQLITE
@pytest.mark.parametrize("page", FAULTS)
def test_a_call_that_jinja_refuses_is_refused(both: Both, page: str) -> None:
    for show in both(
        page,
        **{
            LIBRARY: "{% macro one(a, b=1) %}{{ a }}{{ b }}{% endmacro %}"
            "{% macro each(a) %}{% for b in a %}{{ b }}{% endfor %}{% endmacro %}"
        },
    ):
        with pytest.raises((TypeError, UndefinedError)):
            show()


@ON_SQLITE
def test_every_control_is_tried_and_may_be_put_in_the_place_of_its_call(app: Flask) -> None:
    library = app.jinja_env.parse(source_of_library(app))
    macros = macros_of(library, app.jinja_env.globals)
    assert set(macros) == {macro.name for macro in library.find_all(nodes.Macro)}
    assert set(re.findall(r"ui\.(\w+)", "".join(OF_THE_LIBRARY))) == {one for one in macros if one[0] != "_"}


@ON_SQLITE
def test_pages_do_not_call_what_they_print(app: Flask) -> None:
    macros = macros_of(app.jinja_env.parse(source_of_library(app)), app.jinja_env.globals)
    page = app.jinja_env.parse("".join(one for one in OF_THE_LIBRARY if "[ui" not in one))
    expanded = Expander(macros, nodes.EvalContext(app.jinja_env), inside=False).visit(page)
    called = {call.node.attr for call in expanded.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr)}
    assert called.isdisjoint(macros)


def source_of_library(app: Flask) -> str:
    source: str = app.jinja_env.loader.source.get_source(app.jinja_env, LIBRARY)[0]  # type: ignore[union-attr]
    return source

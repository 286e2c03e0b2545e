"""Templates say their texts in the language of the request, escaped where that is HTML."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader, UndefinedError

from app.languages import speaking
from app.templating import say, say_number

pytestmark = pytest.mark.own_app

TEMPLATES = {
    "constant.html": "{{ _('Priority') }}",
    "value.html": "{{ _('You are reading as %(name)s.', name=name) }}",
    "value.txt": "{{ _('You are reading as %(name)s.', name=name) }}",
    "variable.html": "{{ _(text) }}",
    "plural.html": "{{ ngettext('%(num)d digest to read', '%(num)d digests to read', number) }}",
    "percent.html": "{{ _('100 %% of them') }}",
    "part.html": "[{{ _('Priority') }}]",
    "whole.html": "{% include 'part.html' %}{% from 'macros.html' import one %}{{ one() }}",
    "macros.html": "{% macro one() %}<{{ _('Priority') }}>{% endmacro %}",
}


@pytest.fixture
def templates(app: Flask) -> Flask:
    app.jinja_env.loader.source = DictLoader(TEMPLATES)  # type: ignore[union-attr]
    return app


def said(app: Flask, template: str, language: str, /, **values: object) -> str:
    with speaking(language):
        return app.jinja_env.get_template(template).render(**values)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_language_has_its_own_texts_whichever_was_asked_first(templates: Flask) -> None:
    assert [said(templates, "constant.html", language) for language in ("fr", "en", "fr")] == [
        "Priorité",
        "Priority",
        "Priorité",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_page_includes_and_imports_is_in_the_language_of_the_page(templates: Flask) -> None:
    assert said(templates, "whole.html", "fr") == "[Priorité]<Priorité>"
    assert said(templates, "whole.html", "en") == "[Priority]<Priority>"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_values_are_escaped_in_html_and_nowhere_else(templates: Flask) -> None:
    assert said(templates, "value.html", "fr", name="<b>") == "Vous lisez en tant que &lt;b&gt;."
    assert said(templates, "value.txt", "fr", name="<b>") == "Vous lisez en tant que <b>."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_that_only_the_page_knows_and_plurals_are_said_as_well(templates: Flask) -> None:
    assert said(templates, "variable.html", "fr", text="Priority") == "Priorité"
    assert [said(templates, "plural.html", "fr", number=number) for number in (0, 1, 2)] == [
        "0 récapitulatif à lire",
        "1 récapitulatif à lire",
        "2 récapitulatifs à lire",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_unknown_text_stands_as_it_is_and_a_percent_sign_is_written_twice(templates: Flask) -> None:
    assert said(templates, "percent.html", "fr") == "100 % of them"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_value_that_nobody_gave_is_a_fault(templates: Flask) -> None:
    with pytest.raises(UndefinedError):
        said(templates, "value.html", "fr")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_templates_say_their_texts_by_us_and_not_by_flask_babel(app: Flask) -> None:
    assert [app.jinja_env.globals[name] for name in ("_", "ngettext")] == [say, say_number]

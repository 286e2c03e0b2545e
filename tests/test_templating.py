"""Templates are in the language of the request, escaped where they are HTML, strict, and compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, UndefinedError

from app import templating
from app.i18n import force_locale

pytestmark = pytest.mark.own_app

TEMPLATES = {
    "constant.html": "{{ _('Priority') }}",
    "value.html": "{{ _('You are reading as %(name)s.', name=name) }}",
    "value.txt": "{{ _('You are reading as %(name)s.', name=name) }}",
    "variable.html": "{{ _(text) }}",
    "plural.html": "{{ ngettext('%(num)d digest to read', '%(num)d digests to read', number) }}",
    "plural_value.html": "{{ ngettext('%(num)d of %(name)s', '%(num)d of %(name)s', 2, name=name) }}",
    "plural_value.txt": "{{ ngettext('%(num)d of %(name)s', '%(num)d of %(name)s', 2, name=name) }}",
    "percent.html": "{{ _('proven: more than 80%%') }}",
    "percent_value.html": "{{ _('%(number)d%%', number=12) }}",
    "unknown_percent.html": "{{ _('100 %% of them') }}",
    "part.html": "[{{ _('Priority') }}]",
    "whole.html": "{% include 'part.html' %}{% from 'macros.html' import one %}{{ one() }}",
    "macros.html": "{% macro one() %}<{{ _('Priority') }}>{% endmacro %}"
    "{% macro two(name) %}<b title=\"{{ name }}\">{{ _('You are reading as %(name)s.', name=name) }}</b>{% endmacro %}",
    "macro_value.html": "{% import 'macros.html' as ui %}{{ ui.two(name) }}",
}


@pytest.fixture
def templates(app: Flask) -> Flask:
    app.jinja_env.loader = DictLoader(TEMPLATES)
    return app


def rendered(app: Flask, template: str, language: str, /, **values: object) -> str:
    with force_locale(language):
        return app.jinja_env.get_template(template).render(**values)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_language_has_its_own_texts_whichever_was_asked_first(templates: Flask) -> None:
    assert [rendered(templates, "constant.html", language) for language in ("fr", "en", "fr")] == [
        "Priorité",
        "Priority",
        "Priorité",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_page_includes_and_imports_is_in_the_language_of_the_page(templates: Flask) -> None:
    assert rendered(templates, "whole.html", "fr") == "[Priorité]<Priorité>"
    assert rendered(templates, "whole.html", "en") == "[Priority]<Priority>"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_values_are_escaped_in_html_and_nowhere_else(templates: Flask) -> None:
    assert rendered(templates, "value.html", "fr", name="<b>") == "Vous lisez en tant que &lt;b&gt;."
    assert rendered(templates, "value.txt", "fr", name="<b>") == "Vous lisez en tant que <b>."
    assert rendered(templates, "plural_value.html", "fr", name="<b>") == "2 of &lt;b&gt;"
    assert rendered(templates, "plural_value.txt", "fr", name="<b>") == "2 of <b>"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_values_are_escaped_in_the_macros_that_a_page_imports(templates: Flask) -> None:
    page = rendered(templates, "macro_value.html", "fr", name='"><script>')
    escaped = "&#34;&gt;&lt;script&gt;"
    assert page == f'<b title="{escaped}">Vous lisez en tant que {escaped}.</b>'


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("expression", "page", "letter"),
    [
        ("value", "&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;", "<b> & \"c\" 'd'"),
        ("value|safe", "<b> & \"c\" 'd'", "<b> & \"c\" 'd'"),
        ("value ~ '<'", "&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;&lt;", "<b> & \"c\" 'd'<"),
        ("value[:1] ~ '&'", "&lt;&amp;", "<&"),
        ("['<', 1]", "[&#39;&lt;&#39;, 1]", "['<', 1]"),
        ("'<' if value", "&lt;", "<"),
        ("value | upper_first", "&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;", "<b> & \"c\" 'd'"),
        ("none", "None", "None"),
    ],
)
def test_pages_escape_what_they_print_and_text_letters_do_not(
    app: Flask, expression: str, page: str, letter: str
) -> None:
    source = {"page.html": f"{{{{ {expression} }}}}", "letter.txt": f"{{{{ {expression} }}}}"}
    app.jinja_env.loader = DictLoader(source)
    shown = [app.jinja_env.get_template(name).render(value="<b> & \"c\" 'd'") for name in source]
    assert shown == [page, letter]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_that_only_the_page_knows_and_plurals_are_translated_as_well(templates: Flask) -> None:
    assert rendered(templates, "variable.html", "fr", text="Priority") == "Priorité"
    assert [rendered(templates, "plural.html", "fr", number=number) for number in (0, 1, 2)] == [
        "0 récapitulatif à lire",
        "1 récapitulatif à lire",
        "2 récapitulatifs à lire",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_percent_sign_is_written_twice_with_values_and_without(templates: Flask) -> None:
    assert rendered(templates, "percent.html", "fr") == "prouvé\u00a0: plus de 80\u00a0%"
    assert rendered(templates, "percent.html", "en") == "proven: more than 80%"
    assert rendered(templates, "percent_value.html", "fr") == "12\u00a0%"
    assert rendered(templates, "percent_value.html", "en") == "12%"
    assert rendered(templates, "unknown_percent.html", "fr") == "100 % of them"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_value_that_nobody_gave_is_a_fault(templates: Flask) -> None:
    with pytest.raises(UndefinedError):
        rendered(templates, "value.html", "fr")


# --- Compiled templates ----------------------------------------------------------------------------------------------


def environment(instance: Path, text: str) -> Environment:
    """The Jinja environment of an application whose instance folder is `instance`, with a template of `text`."""
    app = Flask("tests", instance_path=str(instance))
    templating.init_app(app)
    app.jinja_env.loader = DictLoader({"page.html": text})
    return app.jinja_env


def compiled(instance: Path) -> list[Path]:
    return [path for path in instance.rglob("*") if path.is_file()]


def test_a_template_is_compiled_once_for_all_applications(tmp_path: Path) -> None:
    assert environment(tmp_path, "{{ 1 + 1 }}").get_template("page.html").render() == "2"
    [first] = compiled(tmp_path)
    before = first.stat()
    assert environment(tmp_path, "{{ 1 + 1 }}").get_template("page.html").render() == "2"
    [second] = compiled(tmp_path)
    assert (second, second.stat().st_ino, second.stat().st_mtime_ns) == (first, before.st_ino, before.st_mtime_ns)


def test_a_template_that_has_changed_is_compiled_anew(tmp_path: Path) -> None:
    assert environment(tmp_path, "one").get_template("page.html").render() == "one"
    assert environment(tmp_path, "two").get_template("page.html").render() == "two"


def test_a_damaged_file_is_compiled_anew(tmp_path: Path) -> None:
    environment(tmp_path, "one").get_template("page.html")
    [file] = compiled(tmp_path)
    for length in range(len(whole := file.read_bytes())):
        file.write_bytes(whole[:length])
        assert environment(tmp_path, "one").get_template("page.html").render() == "one"


def test_nobody_else_may_write_where_compiled_templates_are(tmp_path: Path) -> None:
    environment(tmp_path, "one").get_template("page.html")
    [file] = compiled(tmp_path)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.unlink()
    for mode in (0o720, 0o702):
        for folder in (file.parent, file.parent.parent):  # who may write in the latter may replace the former
            folder.chmod(mode)
            assert environment(tmp_path, "one").get_template("page.html").render() == "one"
            assert compiled(tmp_path) == []
            folder.chmod(0o700)


def test_pages_are_shown_without_a_place_for_compiled_templates(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert environment(tmp_path / "file", "one").get_template("page.html").render() == "one"
    jinja = environment(tmp_path / "folder", "one")
    next((tmp_path / "folder" / "templates").iterdir()).rmdir()
    assert jinja.get_template("page.html").render() == "one"

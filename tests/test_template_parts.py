"""What a page includes stands in it, in the page's language, escaped as it would be alone, and as its file is now."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemLoader, TemplateNotFound

from app.languages import speaking

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Show = Callable[..., str]


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    app.jinja_env.loader.source = FileSystemLoader(tmp_path)  # type: ignore[union-attr]
    app.jinja_env.auto_reload = True
    return tmp_path


@pytest.fixture
def show(app: Flask, folder: Path) -> Show:
    """Writes the files that are given, by name, and says what the page prints."""

    def shown(values: dict[str, object] | None = None, /, **files: str) -> str:
        for name, text in files.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
        return app.jinja_env.get_template("page.html").render(values or {})

    return shown


@ON_SQLITE
def test_a_part_has_the_names_of_the_page_and_keeps_its_own(show: Show) -> None:
    files = {
        "page": "{% set a = 1 %}{% for b in [2, 3] %}{% include 'part.html' %}{{ a }}{% endfor %}{{ c }}",
        "part": "[{{ a }}{{ b }}{{ c }}{% set a = 9 %}{% set c = a %}{{ c }}]",
    }
    assert show({"c": "<"}, **files) == "[12&lt;9]1[13&lt;9]1&lt;"


@ON_SQLITE
def test_a_part_of_a_part_stands_there_too(show: Show) -> None:
    assert show(page="1{% include 'part.html' %}5", part="2{% include 'other.html' %}4", other="3") == "12345"


@ON_SQLITE
def test_a_part_is_in_the_language_of_the_page(show: Show) -> None:
    files = {"page": "{% include 'part.html' %}", "part": "{{ _('Priority') }}"}
    assert [said_in(language, show, files) for language in ("fr", "en", "fr")] == ["Priorité", "Priority", "Priorité"]


def said_in(language: str, show: Show, files: dict[str, str]) -> str:
    with speaking(language):
        return show(**files)


@ON_SQLITE
def test_a_part_that_is_not_there_is_a_fault_unless_it_may_be_missing(show: Show) -> None:
    assert show(page="1{% include 'part.html' ignore missing %}2") == "12"
    with pytest.raises(TemplateNotFound):
        show(page="1{% include 'nowhere.html' %}2")


@ON_SQLITE
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("{% include name %}", "<1&lt;>"),
        ("{% autoescape false %}{{ a }}{% include 'part.html' %}{% endautoescape %}", "<<1&lt;>"),
        ("{% include ['nowhere.html', 'part.html'] %}", "<1&lt;>"),
        ("{% include 'child.html' %}", "(2&lt;)"),
        ("{% include 'part.txt' %}", "1<"),
    ],
)
def test_a_part_of_another_kind_is_included_as_jinja_does(folder: Path, show: Show, page: str, shown: str) -> None:
    (folder / "part.txt").write_text("1{{ a }}", encoding="utf-8")
    files = {
        "part": "<1{{ a }}>",
        "base": "({% block inside %}{% endblock %})",
        "child": "{% extends 'base.html' %}{% block inside %}2{{ a }}{% endblock %}",
    }
    assert show({"a": "<", "name": "part.html"}, page=page, **files) == shown


@ON_SQLITE
def test_a_page_is_compiled_anew_when_a_part_of_it_or_a_control_has_changed(folder: Path, show: Show) -> None:
    files = {
        "page": "{% import '_macros.html' as ui %}{% include 'part.html' %}",
        "part": "{{ ui.one('a') }}",
        "_macros": "{% macro one(a) %}({{ a }}){% endmacro %}",
    }
    assert show(**files) == "(a)"
    for name, text, shown in [
        ("part", "{{ ui.one('b') }}", "(b)"),
        ("_macros", "{% macro one(a) %}[{{ a }}]{% endmacro %}", "[b]"),
        ("page", "{% import '_macros.html' as ui %}{{ ui.one('c') }}", "[c]"),
        ("part", "nobody includes it any more", "[c]"),
    ]:
        age(folder)
        assert show(**{name: text}) == shown


def age(folder: Path) -> None:
    """Make every file a day older, so that whatever is written now is newer by any clock."""
    for path in folder.iterdir():
        yesterday = path.stat().st_mtime - 86_400
        os.utime(path, (yesterday, yesterday))

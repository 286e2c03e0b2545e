"""Mail templates to letters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from app.letters.outbox import render_mail
from tests.contrast import contrast

pytestmark = [pytest.mark.own_app, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

EMAIL = Path(__file__).parents[2] / "templates" / "email"
OUTLOOKS_OWN = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)
TEMPLATES = {
    "email/test/subject.txt": "\n  {{ name }} & {{ _('Français') }}\n",
    "email/test/body.txt": "\n{{ name }}\n@@read_url@@\n\n",
    "email/test/body.html": """{% extends "email/layout.html" %}
{% block title %}{{ name }}{% endblock %}
{% block content %}<h1>{{ name }}</h1>
<p><a class="button" href="@@read_url@@?a=1&amp;b=2">lire</a></p>{% endblock %}""",
}


@pytest.fixture(autouse=True)
def own_templates(app: Flask) -> None:
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader])


def test_the_subject_is_one_line_and_texts_are_not_escaped() -> None:
    subject, text, _ = render_mail("test", "fr", name="Karfu’R & <co>\r\nBcc: x")
    assert subject == "Karfu’R & <co> Bcc: x & Français"
    assert text == "Karfu’R & <co>\r\nBcc: x\n@@read_url@@\n"


def test_the_html_is_escaped_and_its_styles_are_inlined() -> None:
    _, _, html = render_mail("test", "fr", name="<script>")
    assert "<h1 style=" in html
    assert "&lt;script&gt;" in html
    assert 'href="@@read_url@@?a=1&amp;b=2"' in html


def test_the_language_is_said_twice() -> None:
    _, _, html = render_mail("test", "en", name="x")
    assert len(re.findall(r'<(?:html|div) lang="en" dir="ltr"', html)) == 2


def test_layout_tables_say_that_they_are_no_tables() -> None:
    _, _, html = render_mail("test", "fr", name="x")
    assert html.count("<table") == html.count('role="presentation"') > 0


def test_outlook_gets_one_more_table_which_keeps_its_lines_short() -> None:
    _, _, html = render_mail("test", "fr", name="x")
    outlook, others = OUTLOOKS_OWN.sub(r"\1", html), OUTLOOKS_OWN.sub("", html)
    assert outlook.count("<table") == outlook.count("</table>") == others.count("<table") + 1
    assert others.count("<table") == others.count("</table>")
    assert 'width="640"' in OUTLOOKS_OWN.findall(html)[0]
    assert "mso-hide: all" in html


def test_nothing_is_fetched_from_anywhere() -> None:
    layout = (EMAIL / "layout.html").read_text() + (EMAIL / "_style.css").read_text()
    assert not re.search(r"<img|<script|<form|<link|@import|@font-face|url\(|https?://", layout)


def test_dark_colours_survive_the_inlining() -> None:
    _, _, html = render_mail("test", "fr", name="x")
    assert "@media (prefers-color-scheme: dark)" in html


def test_a_value_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_mail("test", "fr")


RULE = re.compile(r"([^{}]+)\{([^{}]+)\}")
PAIRS = [
    ("body", ".inside"),
    (".paper", ".inside"),
    ("body", ".foot"),
    (".paper", "a"),
    ("body", "a"),
    (".button-cell", ".button"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("behind", "before"), [*PAIRS, (".paper", ".muted"), (".box", ".box"), (".paper", "h1")])
def test_the_contrast_is_enough_in_both_schemes(scheme: str, behind: str, before: str) -> None:
    style = re.sub(r"/\*.*?\*/", "", (EMAIL / "_style.css").read_text(), flags=re.DOTALL)
    light, _, dark = style.partition("@media (prefers-color-scheme: dark)")
    colours = _colours(light)
    if scheme == "dark":
        colours |= _colours(dark.partition("{")[2])
    assert contrast(colours[behind, "background-color"], colours[before, "color"]) >= 4.5


def _colours(css: str) -> dict[tuple[str, str], str]:
    found = {}
    for selectors, body in RULE.findall(css):
        for name, colour in re.findall(r"(?<![\w-])(background-color|color): (#[0-9a-f]{6})", body):
            found |= {(selector.strip(), name): colour for selector in selectors.split(",")}
    return found

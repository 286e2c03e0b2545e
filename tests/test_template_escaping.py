"""What a page prints is what MarkupSafe escapes, whatever it is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel.speaklater import LazyString
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import DictLoader
from markupsafe import Markup, escape

from app.template_escaping import escaped


class Shouting(str):
    """A text that prints otherwise than it reads."""

    def __html__(self) -> str:
        return f"<b>{escape(str(self))}</b>"


class Quiet(Markup):
    """Markup of another class."""


VALUES = st.one_of(
    st.text(),
    st.text("&<>\"'a;# \x00"),
    st.text("<&a").map(Markup),
    st.text("<&a").map(Shouting),
    st.text("<&a").map(Quiet),
    st.text("<&a").map(lambda text: LazyString(lambda: text)),
    st.lists(st.text("<'a")),
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.decimals(),
)


@given(VALUES)
@example("l’un & l’autre")
def test_a_value_is_escaped_as_markupsafe_escapes_it(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


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
        ("none", "None", "None"),
    ],
)
def test_pages_escape_what_they_print_and_text_letters_do_not(
    app: Flask, expression: str, page: str, letter: str
) -> None:
    source = {"page.html": f"{{{{ {expression} }}}}", "letter.txt": f"{{{{ {expression} }}}}"}
    app.jinja_env.loader.source = DictLoader(source)  # type: ignore[union-attr]
    shown = [app.jinja_env.get_template(name).render(value="<b> & \"c\" 'd'") for name in source]
    assert shown == [page, letter]

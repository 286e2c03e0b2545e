"""Mail templates to subject, text and HTML with its styles inlined, in one language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import css_inline
from flask import current_app

from app.i18n import force_locale
from app.letters.headers import one_line


def render_mail(name: str, locale: str, /, **values: Any) -> tuple[str, str, str]:
    """Render `templates/email/<name>/{subject.txt,body.txt,body.html}` in `locale`: (subject, text, html).

    `locale` is also there for the templates; a value that they ask for and nobody gave raises UndefinedError.
    """
    with force_locale(locale):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{name}/{part}").render(locale=locale, **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return one_line(subject), text.strip() + "\n", inline_styles(html)


def inline_styles(html: str) -> str:
    """`html` with its style sheet moved onto the elements; media queries stay. Nothing is ever fetched."""
    return _inliner().inline(html)


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

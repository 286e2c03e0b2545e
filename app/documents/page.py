"""What the templates of documents need of us."""

from __future__ import annotations

from flask import Flask

from app.documents.numbers import cell_text, value_text


def init_app(app: Flask) -> None:
    """Give the templates numbers as documents show them."""
    app.jinja_env.globals.update(cell_text=cell_text, value_text=value_text)

"""What the pages of reports have in common, drafted and published: the page itself, its files, its charts."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Response, abort, g, request

from app.documents.blocks import Chart, ChartKind, Document
from app.documents.charts import NARROW, WIDE, chart_response, draw_chart
from app.documents.markdown_text import to_markdown
from app.documents.pdf import to_pdf
from app.downloads import file_response
from app.i18n import current_locale
from app.retrospective.sentences import Locale


def reader_locale() -> Locale:
    """Return the language in which the reader sees the site."""
    return cast("Locale", current_locale())


def pdf_response(document: Document, moment: datetime, name: str) -> Response:
    """Answer with the document as PDF, made at `moment`; `name` is that of its file, without an ending."""
    return file_response(to_pdf(document, moment), "application/pdf", f"{name}.pdf")


def markdown_response(document: Document, name: str) -> Response:
    """Answer with the document as Markdown."""
    return file_response(to_markdown(document), "text/markdown", f"{name}.md")


def zip_response(data: bytes, name: str) -> Response:
    """Answer with an archive."""
    return file_response(data, "application/zip", f"{name}.zip")


def chart_of(document: Document, key: str) -> Response:
    """Answer with one of the document's charts as SVG; with `?narrow`, for a phone. 404 where there is none."""
    charts = (block for block in document.blocks if isinstance(block, Chart) and block.kind is not ChartKind.ROWS)
    chart = next((block for block in charts if block.key == key), None) or abort(404)
    return chart_response(draw_chart(chart, NARROW if "narrow" in request.args else WIDE))


def file_name(key: str, locale: Locale, suffix: str = "") -> str:
    """Return the name of a file of the report of a milestone."""
    return f"{g.promotion.slug}-{key}{suffix}-{locale}"

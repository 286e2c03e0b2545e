"""A document as Markdown says what the document says, whatever its texts look like."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.blocks import Block, Bullets, DataTable, Document, Heading, KeyFigure, Paragraph, RichText
from app.documents.markdown_text import to_markdown
from app.markdown import to_html, to_text
from tests.documents.examples import DOCUMENT, WRITTEN

NASTY = st.text(alphabet="ab1 .)#*_`[]()<>&|~-+=\\!é", min_size=1, max_size=40)


def written(*blocks: Block) -> str:
    return to_markdown(Document("Titre", "fr", blocks)).removeprefix("# Titre").strip("\n")


def test_every_kind_of_block_is_written() -> None:
    text = to_markdown(DOCUMENT)
    assert text.startswith("# Bilan de la promotion 3\n\n*15 novembre 2019*\n\nDix mois")
    assert "\n## Des outils en service\n" in text
    assert "\n**5 outils sur 15 sont en production.**  \n*1 sans réponse*\n" in text
    assert "| oct. 18 | 12 |\n| nov. 18 |  |\n" in text
    assert "6 chez leur administration d’accueil, 3 ailleurs" in text
    assert "| \\<b\\> \\| \\* | 1\N{NARROW NO-BREAK SPACE}234,5 |" in text


def test_what_a_member_wrote_is_written_again() -> None:
    again = written(RichText(to_html(WRITTEN)))
    assert to_html(again) == to_html(WRITTEN)


@pytest.mark.parametrize(
    "text",
    ["a < b & c > d", "1. pas une liste", "- ni ici", "# ni un titre", "un_nom_de_fichier", "*étoiles*", "a | b", "=="],
)
def test_what_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    assert to_text(written(Paragraph(text))) == text
    assert to_text(written(Bullets((text,)))) == f"- {text}"


@given(NASTY)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    shown = " ".join(text.split())
    assert to_text(written(Paragraph(shown))) == shown


@given(st.lists(NASTY, min_size=1, max_size=3))
def test_a_row_of_a_table_has_as_many_cells_as_its_head(cells: Sequence[str]) -> None:
    table = DataTable("t", tuple("abc"[: len(cells)]), (tuple(cells),))
    *_, rule, row = written(table).split("\n")
    assert row.replace("\\\\", "").replace("\\|", "").count("|") == rule.count("|")


def test_a_line_break_in_a_heading_or_a_figure_opens_nothing() -> None:
    assert written(Heading("a\n# b")) == "## a # b"
    assert written(KeyFigure("1", "", "un\n- deux")) == "**un - deux**"

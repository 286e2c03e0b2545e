"""A document as PDF: tagged, by the standard, and never refused for a character."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pdfua import Severity, validate

from app.documents.blocks import Document, Paragraph, RichText
from app.documents.pdf import to_pdf
from app.markdown import to_html
from tests.documents.examples import DOCUMENT, WHEN


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("documents") / "bilan.pdf"
    path.write_bytes(to_pdf(DOCUMENT, WHEN))
    return path


def test_it_conforms_to_the_standard_of_accessible_pdfs(pdf: Path) -> None:
    findings = [each for each in validate(str(pdf)).findings if each.severity > Severity.INFO]
    assert findings == []


def test_its_title_language_and_alternatives_are_said(pdf: Path) -> None:
    with pikepdf.open(pdf) as opened:
        assert opened.Root.Lang == "fr"
        assert opened.docinfo["/Title"] == "Bilan de la promotion 3"
        assert opened.Root.MarkInfo.Marked
        told = [str(each.Alt) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    assert told == [
        "6 chez leur administration d’accueil, 3 ailleurs",
        "octobre : au moins 82 % ; novembre : rien à dire",
    ]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert to_pdf(DOCUMENT, WHEN) == to_pdf(DOCUMENT, WHEN)
    assert to_pdf(replace(DOCUMENT, title="Autre"), WHEN) != to_pdf(DOCUMENT, WHEN)


@pytest.mark.parametrize(
    "text",
    [
        "bravo 🎉🎉",
        "漢字",
        "a\u0007b",
        "👩‍💻",
        "e\u0301 \ufe0f",
        "\u202f«\u00a0œ\u00a0»\u202f",
        "א",
        "\U000f0000",
        "é" * 70_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_no_character_is_refused(text: str) -> None:
    assert to_pdf(Document(text, "fr", (Paragraph(text),), author=text), WHEN).startswith(b"%PDF")


@pytest.mark.parametrize(
    "markdown",
    [
        "#let x = 1",
        "#panic()",
        "$x$ @ref <label> \\ ~",
        "[](https://a.b)",
        "- \n-",
        "> > > a",
        "```\n#x\n```",
        "***",
        "[a](mailto:a@b.c)",
    ],
)
def test_no_text_is_read_as_a_command(markdown: str) -> None:
    written = RichText(to_html(markdown))
    assert to_pdf(Document(markdown, "en", (written, Paragraph(markdown))), WHEN).startswith(b"%PDF")

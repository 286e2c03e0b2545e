"""A document with a block of every kind, in French, with what texts of members may hold."""

from __future__ import annotations

from datetime import UTC, datetime

from app.documents.blocks import (
    Bullets,
    Chart,
    ChartKind,
    ChartSeries,
    Colour,
    DataTable,
    Document,
    Heading,
    KeyFigure,
    Paragraph,
    ParagraphStyle,
    Pattern,
    RichText,
    Squares,
)
from app.markdown import to_html

WHEN = datetime(2019, 11, 15, 9, 0, tzinfo=UTC)
WRITTEN = """\
Un **mot** de la *coordination*, avec un [lien](https://example.org/a_b), du `code` et « 5 % » de plus.

- un
- deux
  - trois

3. trois
4. quatre

> une citation

```
foo *bar* #x
```
"""
NUMBERS = DataTable("Les mêmes nombres", ("Mois", "Lu"), (("oct. 18", 12), ("nov. 18", None)), (1,))
DOCUMENT = Document(
    title="Bilan de la promotion 3",
    locale="fr",
    subtitle="15 novembre 2019",
    author="Entrepreneurs d’intérêt général",
    blocks=(
        Paragraph("Dix mois, quinze défis : ce qu’il en reste.", ParagraphStyle.LEAD),
        Heading("Des outils en service", anchor="outils"),
        KeyFigure("5", "15", "5 outils sur 15 sont en production.", "1 sans réponse", Squares(5, 15, 2, 1)),
        KeyFigure("7", "", "7 projets annexes."),
        RichText(to_html(WRITTEN), "fr"),
        Bullets(("un défi", "un *autre* | défi")),
        Chart(
            "people",
            ChartKind.ROWS,
            "Où vont les EIG",
            "6 chez leur administration d’accueil, 3 ailleurs",
            ("Administration d’accueil", "Ailleurs"),
            (ChartSeries("EIG", (6, 3)),),
            shares=False,
        ),
        Chart(
            "reading",
            ChartKind.BARS,
            "Lecture par mois",
            "octobre : au moins 82 % ; novembre : rien à dire",
            ("oct. 18", "nov. 18"),
            (
                ChartSeries("Marqués lus", (0.82, None), bounds=(True, False)),
                ChartSeries("Déclarés", (0.9, None), Pattern.HATCHED, Colour.WARN),
            ),
            line=0.8,
            table=NUMBERS,
        ),
        DataTable("Tous les chiffres", ("Code", "Nombre"), (("R01", 5), ("<b> | *", 1234.5)), (1,)),
        Paragraph("Base : 15 défis.", ParagraphStyle.NOTE),
    ),
)

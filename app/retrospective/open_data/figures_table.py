"""The rows that say the figures: each from the one value that its sentence comes from. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.records.vocabulary import SurveyPublic
from app.retrospective.figures import Figure
from app.retrospective.open_data.csv_format import Row
from app.retrospective.sentences import EVERY_PART, statement

PARTS_TOLD = ("R18", "R19", "R21")  # parts of teams; those of people are in a file of their own
METHODS = {
    "R20": "fiches de deux échéances",
    "B01": "lectures marquées",
    "B01.period": "lectures marquées, tous les mois complets",
    "B01.declared": "question du mois",
    "B01.declared_of_all": "question du mois",
    "B02": "bulletins",
    "B03": "demandes d’aide",
    "B03.resolved": "demandes d’aide",
    "B04": "humeur des bulletins",
}
SURVEY_METHODS = {
    SurveyPublic.EIG: "questionnaire des EIG",
    SurveyPublic.MENTOR: "questionnaire des mentors",
}
PUBLISHED = "chiffres publiés, "


def figure_rows(promotion: str, milestone: str, figures: Iterable[Figure]) -> Iterator[Row]:
    """Yield a row a figure, and after some a row for each of its parts."""
    for figure in figures:
        row = {"promotion": promotion, "echeance": milestone, **_row(figure)}
        yield row
        if figure.code in PARTS_TOLD:
            for part, words in EVERY_PART[figure.code].items():
                number = (figure.parts or {}).get(part, 0)
                label = words[0].format(n=number)
                yield {
                    **row,
                    "code": f"{figure.code}.{part}",
                    "libelle": label,
                    "numerateur": number,
                    "part": _share(number, figure),
                }


def _row(figure: Figure) -> Row:
    return {
        "code": figure.code,
        "libelle": statement(figure, "fr"),
        "numerateur": figure.numerator,
        "denominateur": figure.base,
        "part": _share(figure.numerator, figure),
        "au_moins": figure.at_least,
        "sans_reponse": len(figure.missing),
        "non_renseigne": figure.unknown,
        "exclus": len(figure.excluded),
        "methode": _method(figure),
        "version": figure.method,
    }


def _method(figure: Figure) -> str:
    if figure.public:
        return f"{'' if figure.asked_here else PUBLISHED}{SURVEY_METHODS[figure.public]}"
    return METHODS.get(figure.name, "fiches des défis")


def _share(number: int, figure: Figure) -> float | None:
    """Return the share, unless nothing of the whole base is known: nought is what nobody said."""
    return number / figure.base if figure.base and figure.unknown < figure.base else None

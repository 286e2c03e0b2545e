"""The rows of questionnaires: of those run here what may be told of them; of others what was published.

Values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.questionnaires.results import ClassCount, QuestionResult
from app.readership.figures.disclosure import merge_classes
from app.records.values import SurveyCounts
from app.records.vocabulary import SurveyPublic
from app.retrospective.counting import MONTHLY_READING
from app.retrospective.open_data.csv_format import Row, joined
from app.retrospective.open_data.source import OpenDataSource

PARTICIPATION, ANSWERED = "participation", "a_repondu"
HEADLINE = "chiffre"  # the class of what a figure counts: a sum of other classes, or the least that it may be
PUBLISHED = "chiffres_publies."  # before a question that was not asked here: the two are never taken together
BOTH = "ensemble"


def survey_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield what may be told of each public, then of both together, then what was published of other questionnaires."""
    for each in source.results:
        place: Row = {"public": each.public, "reponses": each.answered, "sollicites": each.asked}
        yield {**place, "question": PARTICIPATION, "classe": ANSWERED, "effectif": each.answered, "au_moins": False}
        for question in each.questions:
            yield from ({**place, **row} for row in _question_rows(question))
    both: Row = {
        "public": BOTH,
        "reponses": sum(each.answered for each in source.results),
        "sollicites": sum(each.asked for each in source.results),
    }
    for question in source.sums:
        yield from ({**both, **row} for row in _question_rows(question))
    for public in SurveyPublic:
        counts = source.milestone.surveys.get(public)
        if counts:
            yield from _published_rows(public, counts)


def _question_rows(question: QuestionResult) -> Iterator[Row]:
    """Yield the classes as they may be published; those of a hidden question come without counts."""
    everything = ClassCount(tuple(each.key for each in question.classes), 0)
    for each in question.counts or (everything,):
        row = _class_row(question.key, each.classes, each.classes[0])
        yield row | {"effectif": each.count if question.counts else None, "au_moins": each.at_least}
    if question.headline:
        row = _class_row(question.key, question.headline.classes, HEADLINE)
        yield row | {"effectif": question.headline.count, "au_moins": question.headline.at_least}


def _published_rows(public: SurveyPublic, counts: SurveyCounts) -> Iterator[Row]:
    """Yield published counts; classes of few are merged, but never those that figures count with those they do not."""
    place: Row = {"public": public, "au_moins": False, "reponses": counts.answered, "sollicites": counts.asked}
    yield {**place, "question": f"{PUBLISHED}{PARTICIPATION}", "classe": ANSWERED, "effectif": counts.answered}
    questions: Sequence[tuple[str, Mapping[str, int] | None, int]] = (  # the last: how many classes a figure counts
        ("satisfied_results", counts.satisfied_results, 1),
        ("beyond_expectations", counts.beyond_expectations, 1),
        ("reading", counts.reading, len(MONTHLY_READING)),
    )
    for question, classes, added in questions:
        names = list(classes or ())
        for block in merge_classes(list(classes.values()), cuts={added}) if classes and counts.answered else ():
            words = [names[number] for number in block.classes]
            yield {**place, **_class_row(f"{PUBLISHED}{question}", words, words[0]), "effectif": block.members}


def _class_row(question: str, classes: Sequence[str], name: str) -> dict[str, str | int | None]:
    together = joined(classes) if len(classes) > 1 or name == HEADLINE else None
    return {"question": question, "classe": name, "classes_regroupees": together}

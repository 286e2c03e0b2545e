"""The figures Q01 to Q04 of questionnaires that were run here. Values in, values out.

They come from what may be told of their results, so that a lower bound there is one here. Never added to counts that
were published of questionnaires run elsewhere, nor to the answers to the month's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.questionnaires.results import ClosedResults
from app.retrospective.figures import Figure

HEADLINE_CODES = {"results": "Q02", "expectations": "Q03", "reading": "Q04"}  # by the key of their question


def survey_figures(results: Iterable[ClosedResults]) -> Iterator[Figure]:
    """Yield how many answered, and what the answers to three questions say where that may be told."""
    for each in results:
        yield Figure("Q01", each.answered, each.asked, public=each.public, asked_here=True)
        for key, code in HEADLINE_CODES.items():
            question = each.find(key)
            if question and question.headline:
                count, at_least = question.headline.count, question.headline.at_least
                unknown = each.answered - count if at_least else 0
                yield Figure(
                    code, count, each.answered, unknown, public=each.public, asked_here=True, at_least=at_least
                )

"""Figures and comparisons as JSON values and as lines of text. The keys are a contract with others: keep them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.retrospective.comparison import ComparedFigure, Comparison
from app.retrospective.figures import METHOD, Figure, LeftOut, RecordedMilestone
from app.retrospective.sentences import LOCALES, THIS_LOOK, Locale, sentence

NO_RECORD = "No record yet: nothing is counted. Records come with: flask records import FILE.yml"


def figures_as_json(promotion: str, milestone: str, figures: Sequence[Figure]) -> dict[str, object]:
    """Return the figures with the keys of the contract; those of the weekly bulletins say their aspect and month."""
    return {
        "promotion": promotion,
        "milestone": milestone,
        "method": METHOD,
        "figures": [_figure(figure) for figure in figures],
    }


def figures_as_text(milestone: RecordedMilestone, figures: Sequence[Figure], locale: Locale) -> Iterator[str]:
    """Yield a line a figure in the language `locale`, then who is missing and who is left out, by name."""
    for figure in figures:
        yield f"{figure.code}  {sentence(figure, locale)}"
    if not milestone.counted:
        yield NO_RECORD
    if milestone.missing:
        yield f"Without a record: {', '.join(milestone.missing)}"
    for each in milestone.left_out:
        yield f"Left out: {each.team} ({_reason(each)})"


def comparison_as_json(comparison: Comparison) -> dict[str, object]:
    """Return the comparison with the keys of the contract; numbers are None where it is refused."""
    return {
        "common": None if comparison.common is None else list(comparison.common),
        "figures": [
            {
                "code": each.code,
                "from": _side(each.before),
                "to": _side(each.after),
                "refused": each.refused.en if each.refused else None,
            }
            for each in comparison.figures
        ],
    }


def comparison_as_text(comparison: Comparison, before: str, after: str, locale: Locale) -> Iterator[str]:
    """Yield the common teams, if it is about such, then a figure in two lines, or why it is refused."""
    if comparison.common is None:
        yield "Two promotions: each figure beside its own base"
    else:
        yield f"{len(comparison.common)} teams in both: {', '.join(comparison.common) or 'none'}"
    for each in comparison.figures:
        yield from _compared(each, before, after, locale)


def _compared(each: ComparedFigure, before: str, after: str, locale: Locale) -> Iterator[str]:
    if each.before is None or each.after is None:
        yield f"{each.name}  not compared: {each.refused.en if each.refused else ''}"
        return
    for milestone, figure in ((before, each.before), (after, each.after)):
        yield f"{each.name}  {milestone}: {sentence(figure, locale)}"


def _figure(figure: Figure) -> dict[str, object]:
    apart = {"aspect": figure.aspect, "month": figure.month}
    return {
        "code": figure.code,
        "numerator": figure.numerator,
        "base": figure.base,
        "unknown": figure.unknown,
        "missing": list(figure.missing),
        "excluded": [{"team": each.team, "reason": _reason(each)} for each in figure.excluded],
        "parts": None if figure.parts is None else dict(figure.parts),
        "text": {locale: sentence(figure, locale) for locale in LOCALES},
    } | {key: value for key, value in apart.items() if value}


def _side(figure: Figure | None) -> dict[str, int | None]:
    if figure is None:
        return {"numerator": None, "base": None}
    return {"numerator": figure.numerator, "base": figure.base}


def _reason(left_out: LeftOut) -> str:
    return left_out.reason or THIS_LOOK["en"]

"""A comparison as it is read: part by part, each figure twice, and why others are not. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.blocks import KeyFigure
from app.retrospective.article import TEAM_PARTS
from app.retrospective.article_figures import capitalized, key_figure
from app.retrospective.article_wording import TITLES, TOPICS, Part, Said
from app.retrospective.comparison import ComparedFigure, Comparison, counts_alike
from app.retrospective.figures import Figure
from app.retrospective.sentences import COLON, PUBLICS, Locale, details, statement

PART_OF = {code: part for part, (shown, listed) in TEAM_PARTS.items() for code in (*shown, *listed)} | {
    "Q01": Part.SURVEYS,
    "Q02": Part.SURVEYS,
    "Q03": Part.SURVEYS,
    "Q04": Part.READING,
    "B01": Part.READING,
    "B02": Part.WRITING,
    "B03": Part.CALLS,
}


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """One figure on both sides, and what it is about.

    `own_before` and `own_after` are the sentences of each milestone on all its teams, where they say something else.
    """

    topic: str
    before: KeyFigure
    after: KeyFigure
    own_before: str
    own_after: str


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """The figures of one part of an article."""

    title: str
    pairs: tuple[ComparedPair, ...]


ON_ALL_TEAMS = Said("Sur tous ses défis", "On all its teams")
UNTOLD = Said("les fiches n’en disent rien, ou pas des deux côtés", "the records do not tell it, or not on both sides")


def compared_parts(comparison: Comparison, locale: Locale) -> list[ComparedPart]:
    """Return what is compared, by the parts of an article and in their order."""
    pairs: dict[Part, list[ComparedPair]] = {}
    for each in comparison.figures:
        if each.before and each.after and _refusal(each) is None:
            pair = ComparedPair(
                topic=_topic(each, locale),
                before=key_figure(each.before, locale),
                after=key_figure(each.after, locale),
                own_before=_own(each.own_before, each.before, locale),
                own_after=_own(each.own_after, each.after, locale),
            )
            pairs.setdefault(PART_OF[each.code], []).append(pair)
    return [ComparedPart(TITLES[part].of(locale), tuple(pairs[part])) for part in Part if part in pairs]


def not_compared(comparison: Comparison, locale: Locale) -> list[tuple[str, tuple[str, ...]]]:
    """Return the reasons why figures are not compared, each with the topics of its figures."""
    topics: dict[Said, list[str]] = {}
    for each in comparison.figures:
        if reason := _refusal(each):
            topics.setdefault(reason, []).append(_topic(each, locale))
    return [(capitalized(reason.of(locale)), tuple(dict.fromkeys(named))) for reason, named in topics.items()]


def _refusal(each: ComparedFigure) -> Said | None:
    """Return why a figure is not shown side by side: it is refused, or nothing at all is known on one side."""
    sides = (each.before, each.after)
    untold = any(figure and figure.base and figure.unknown == figure.base for figure in sides)
    return each.refused or (UNTOLD if untold else None)


def _own(own: Figure | None, on_common: Figure, locale: Locale) -> str:
    """Return what a milestone says on all its teams; nothing where it says the same on those in both."""
    if own is None or counts_alike(own, on_common):
        return ""
    told = details(own, locale)
    in_brackets = f" ({', '.join(told)})" if told else ""
    return f"{ON_ALL_TEAMS.of(locale)}{COLON[locale]}{statement(own, locale)}{in_brackets}"


def _topic(each: ComparedFigure, locale: Locale) -> str:
    topic = (TOPICS.get(each.name) or TOPICS[each.code]).of(locale)
    return f"{topic} ({PUBLICS[locale][each.public][1]})" if each.public else topic

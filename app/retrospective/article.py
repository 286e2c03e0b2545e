"""Draft the article of a milestone: parts, each of sentences, figures and charts. Values in, values out.

A part is there where it has something to say, whatever else is missing. Teams without a record and those left out are
named under each part whose base they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.blocks import Block, Bullets, Heading, Paragraph, ParagraphStyle
from app.questionnaires.results import ClosedResults
from app.records.milestones import is_after_the_end
from app.retrospective import article_wording as words
from app.retrospective.article_charts import (
    habits_told,
    moods_chart,
    people_chart,
    published_habits,
    reading_chart,
    writing_chart,
)
from app.retrospective.article_figures import OF_PEOPLE, all_figures_table, day_text, figure_line, key_figure
from app.retrospective.article_wording import Part
from app.retrospective.definitions import comes_later
from app.retrospective.figures import METHOD, Figure, LeftOut
from app.retrospective.sentences import COLON, Locale, sentence
from app.retrospective.weekly_values import MonthWriting

TEAM_PARTS = {  # the figures of a part: those that stand out, and those that follow in a list
    Part.TOOLS: (("R01", "R02", "R20"), ()),
    Part.OPENNESS: (("R03", "R06"), ("R04", "R05", "R07", "R08")),
    Part.SHARING: (("R09", "R11"), ("R10",)),
    Part.PEOPLE: (("R13",), ("R12", "R14", "R15", "R16", "R17")),
    Part.CONTINUATION: (("R18",), ("R19", "R21", "R23", "R22")),
}


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What an article is drafted from: the milestone `key` with its day, its figures, the writing of each month,
    what may be told of the questionnaires that were asked at it.

    `teams`, `missing` and `excluded` are the active teams that are counted, have no record, are left out; `eigs` those
    of the counted teams.
    """

    key: str
    day: date
    figures: tuple[Figure, ...]
    teams: int = 0
    eigs: int = 0
    missing: tuple[str, ...] = ()
    excluded: tuple[LeftOut, ...] = ()
    writing: tuple[MonthWriting, ...] = ()
    results: tuple[ClosedResults, ...] = ()

    def of(self, code: str) -> list[Figure]:
        """Return the figures of one code."""
        return [figure for figure in self.figures if figure.code == code]


@dataclass(frozen=True, slots=True)
class Passage:
    """One part of an article, as blocks; a heading first."""

    part: Part
    blocks: tuple[Block, ...]


def report_title(key: str, locale: Locale) -> str:
    """Return the title of the article of a milestone."""
    return words.REPORT_TITLES[_kind(key)].of(locale).format(months=_months(key))


def opening(facts: ArticleFacts, locale: Locale) -> list[Block]:
    """Return what the article begins with, before its parts."""
    day = day_text(facts.day, locale)
    lead = words.LEADS[_kind(facts.key)].of(locale).format(day=day, months=_months(facts.key))
    blocks: list[Block] = [Paragraph(lead, ParagraphStyle.LEAD)]
    if not facts.teams:
        blocks.append(Paragraph(words.NO_RECORD.of(locale)))
        blocks.append(Paragraph(words.HOW_TO_GET_RECORDS.of(locale), ParagraphStyle.NOTE))
    return blocks


def draft_passages(facts: ArticleFacts, locale: Locale) -> list[Passage]:
    """Return the parts of the article that have something to say, in the order in which they are drafted."""
    drafted = [(part, list(_team_part(part, facts, locale))) for part in TEAM_PARTS]
    drafted += [
        (Part.SURVEYS, list(_surveys(facts, locale))),
        (Part.READING, list(_reading(facts, locale))),
        (Part.WRITING, list(_writing(facts, locale))),
        (Part.CALLS, list(_calls(facts, locale))),
        (Part.MOODS, list(_moods(facts, locale))),
        (Part.METHOD, list(_method(facts, locale))),
    ]
    return [
        Passage(part, (Heading(words.TITLES[part].of(locale), anchor=str(part)), *blocks))
        for part, blocks in drafted
        if blocks
    ]


# --- The records -----------------------------------------------------------------------------------------------------


def _team_part(part: Part, facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    shown, listed = TEAM_PARTS[part]
    figures = [figure for code in (*shown, *listed) for figure in facts.of(code)]
    told = [figure for figure in figures if not figure.is_untold]
    if not told:
        return
    yield from (key_figure(figure, locale) for figure in told if figure.code in shown)
    for figure in told:
        if figure.code == "R13" and (chart := people_chart(figure, locale)):
            yield chart
    if rest := [figure for figure in told if figure.code not in shown]:
        yield Bullets(tuple(figure_line(figure, locale) for figure in rest))
    yield from _base_notes(told, [figure for figure in figures if figure not in told], facts, locale)


def _base_notes(
    told: Sequence[Figure], untold: Sequence[Figure], facts: ArticleFacts, locale: Locale
) -> Iterator[Paragraph]:
    """Yield what the figures of a part are counted on, whom they leave out and why, and what no record tells."""
    for figure in told:
        if figure.code == "R20":  # it is of the teams with a record at the end as well
            yield _note(sentence(figure, locale))
    words_of_base = words.BASE_TEAM if facts.teams == 1 else words.BASE_TEAMS
    base = words_of_base.of(locale).format(teams=facts.teams, day=day_text(facts.day, locale))
    if any(figure.code in OF_PEOPLE for figure in told):
        base = words.AND_EIGS.of(locale).format(base=base, eigs=facts.eigs)
    sentences = [
        base,
        *_outside(facts.missing, facts.excluded, locale),
        words.RECORDS.of(locale),
    ]
    yield _note(". ".join(sentences))
    if untold:
        topics = ", ".join(dict.fromkeys(words.TOPICS[figure.code].of(locale) for figure in untold))
        yield _note(words.NOT_TOLD.of(locale).format(topics=topics))


def _outside(missing: Sequence[str], excluded: Sequence[LeftOut], locale: Locale) -> Iterator[str]:
    if missing:
        yield words.MISSING.of(locale).format(teams=", ".join(missing))
    if excluded:
        named = [f"{each.team} ({each.reason})" if each.reason else each.team for each in excluded]
        yield words.EXCLUDED.of(locale).format(teams=", ".join(named))


# --- Questionnaires and the weekly bulletins --------------------------------------------------------------------------


def _surveys(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    answered = [figure for figure in facts.of("Q01") if not figure.is_untold]
    shown = [figure for code in ("Q02", "Q03") for figure in facts.of(code) if not figure.is_untold]
    yield from (key_figure(figure, locale) for figure in shown)
    if answered:
        yield Bullets(tuple(figure_line(figure, locale) for figure in answered))
    yield from _survey_notes([*shown, *answered], locale)


def _survey_notes(figures: Sequence[Figure], locale: Locale) -> Iterator[Paragraph]:
    """Yield where the counts of questionnaires come from."""
    if any(figure.asked_here for figure in figures):
        yield _note(words.ASKED_HERE.of(locale))
    published = [figure for figure in figures if not figure.asked_here]
    if published:
        sources = dict.fromkeys(figure.source for figure in published if figure.source)
        yield _note(" ".join([words.SURVEY.of(locale), *(f"Source{COLON[locale]}{source}." for source in sources)]))


def _reading(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    figures, asked = facts.of("B01"), [figure for figure in facts.of("Q04") if not figure.is_untold]
    yield from (key_figure(figure, locale) for figure in figures if figure.aspect == "period")
    if chart := reading_chart(figures, locale):
        yield chart
    if asked:
        yield Paragraph(words.READING_SURVEY.of(locale))
        yield Bullets(tuple(figure_line(figure, locale) for figure in asked))
        drawn = [published_habits(figure, locale) for figure in asked if not figure.asked_here]
        drawn += [habits_told(results, locale) for results in facts.results]
        yield from (chart for chart in drawn if chart)
        yield from _survey_notes(asked, locale)
    if figures:
        yield _note(words.READING_NOTE.of(locale))


def _writing(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    for figure in facts.of("B02"):
        yield key_figure(figure, locale)
        if chart := writing_chart(facts.writing, locale):
            yield chart
        yield _note(words.WRITING_NOTE.of(locale))


def _calls(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    if figures := facts.of("B03"):
        yield from (key_figure(figure, locale) for figure in figures)
        yield _note(words.CALLS_NOTE.of(locale))


def _moods(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    if chart := moods_chart(facts.of("B04"), locale):
        yield chart
        yield _note(words.MOODS_NOTE.of(locale))


# --- How it is counted -----------------------------------------------------------------------------------------------


def _method(facts: ArticleFacts, locale: Locale) -> Iterator[Block]:
    if not facts.figures:
        return
    yield Paragraph(words.METHOD.of(locale).format(method=METHOD))
    outside = list(_outside(facts.missing, facts.excluded, locale))
    if outside:
        yield Paragraph(f"{'. '.join(outside)}.")
    if facts.teams:
        yield _note(words.SQUARES.of(locale))
    due = [each for each in facts.figures if not (each.is_untold and comes_later(each.code, facts.key))]
    yield all_figures_table(due, locale)


def _note(text: str) -> Paragraph:
    return Paragraph(text if text.endswith((".", ":")) else f"{text}.", ParagraphStyle.NOTE)


def _kind(key: str) -> str:
    return "after" if is_after_the_end(key) and key not in words.LEADS else key


def _months(key: str) -> str:
    return key.removeprefix("after-")

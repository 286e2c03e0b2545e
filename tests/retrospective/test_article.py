"""The numbers read back from an article, from its sentences, its charts and its tables, are those of the figures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bulletins.moods import Mood
from app.documents.blocks import Bullets, Chart, DataTable, Document, KeyFigure, Paragraph
from app.documents.markdown_text import to_markdown
from app.documents.stored import from_stored, to_stored
from app.questionnaires.definition import AnswerClass, Disclosure, QuestionType
from app.questionnaires.results import NO_ANSWER, ClassCount, ClosedResults, QuestionResult
from app.records.values import TeamRecord
from app.records.vocabulary import Carrier, SurveyPublic, ToolState
from app.retrospective.arrangement import Arrangement, Placed, arrange, in_places, what_may_be_left_out
from app.retrospective.article import ArticleFacts, draft_passages, opening, report_title
from app.retrospective.article_wording import HABITS, TITLES, TOPICS, Part
from app.retrospective.counting import count_figures
from app.retrospective.definitions import comes_later
from app.retrospective.figures import Figure, RecordedMilestone
from app.retrospective.sentences import LOCALES, Locale, statement
from app.retrospective.weekly_values import MonthWriting
from tests.retrospective.test_counting import few, milestones

MONTHS = ("2018-11", "2018-12", "2019-01", "2019-02")
locales = st.sampled_from(LOCALES)


def facts_of(milestone: RecordedMilestone, weekly: tuple[Figure, ...] = (), **more: object) -> ArticleFacts:
    figures = (*count_figures(milestone), *weekly)
    eigs = sum(milestone.eigs(team) for team in milestone.counted)
    outside = {"missing": milestone.missing, "excluded": milestone.left_out}
    return ArticleFacts(milestone.key, date(2019, 11, 15), figures, len(milestone.counted), eigs, **outside, **more)  # type: ignore[arg-type]


def blocks_of(facts: ArticleFacts, locale: Locale, part: Part) -> list[object]:
    return [block for each in draft_passages(facts, locale) if each.part is part for block in each.blocks]


DRAFTED = Arrangement()


def article(facts: ArticleFacts, locale: Locale, arrangement: Arrangement = DRAFTED) -> Document:
    return arrange(facts, arrangement, locale, "Promotion 3", "fr")


def numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", text)]


def is_untold(figure: Figure) -> bool:
    return figure.base is not None and figure.base == figure.unknown


@st.composite
def share_of_readers(draw: st.DrawFn, aspect: str, month: str | None) -> Figure:
    base = draw(st.integers(5, 60))
    number = draw(st.integers(0, base))
    at_least = draw(st.booleans())
    unknown = draw(st.integers(0, base - number)) if at_least else 0
    return Figure("B01", number, base, unknown, aspect=aspect, month=month, at_least=at_least)


@st.composite
def months_read(draw: st.DrawFn) -> tuple[Figure, ...]:
    """B01 of some months: of the marks, of the answers, of both or of neither."""
    figures = [draw(share_of_readers("period", None))]
    for month in MONTHS:
        figures += [draw(share_of_readers(aspect, month)) for aspect in ("", "declared") if draw(st.booleans())]
    return tuple(figures)


@st.composite
def month_of_moods(draw: st.DrawFn, month: str) -> Figure:
    parts = {str(mood): draw(st.integers(0, 40)) for mood in Mood}
    parts["good"] += not sum(parts.values())
    return Figure("B04", parts["good"] + parts["great"], sum(parts.values()), parts=parts, month=month)


# --- What is said of the records -------------------------------------------------------------------------------------


@few
@given(milestones("mid", "end", "after-6"), locales)
def test_every_figure_is_said_with_its_own_numbers(milestone: RecordedMilestone, locale: Locale) -> None:
    facts = facts_of(milestone)
    for passage in draft_passages(facts, locale):
        for block in passage.blocks:
            if isinstance(block, KeyFigure):
                of = numbers(block.of)
                assert numbers(block.sentence)[: 1 + len(of)] == numbers(block.number) + of
                if block.squares:
                    assert [block.squares.yes, block.squares.base] == numbers(block.number) + of
                    assert sum(count for _kind, count in block.squares.counts[:3]) == block.squares.base
    text = to_markdown(article(facts, locale))
    for figure in facts.figures:
        if is_untold(figure) and comes_later(figure.code, facts.key):
            continue
        topic = TOPICS[figure.code].of(locale)[1:]  # a capital letter may begin it
        assert (topic if is_untold(figure) else statement(figure, locale)[1:]) in text, figure


@few
@given(milestones("mid", "end", "after-6"), locales)
def test_the_table_of_all_figures_is_the_figures(milestone: RecordedMilestone, locale: Locale) -> None:
    facts = facts_of(milestone)
    tables = [block for block in blocks_of(facts, locale, Part.METHOD) if isinstance(block, DataTable)]
    rows = [(row[0], row[2], row[3], row[4]) for table in tables for row in table.rows]
    expected = [
        (each.code, None if is_untold(each) else each.numerator, each.base, each.unknown or None)
        for each in facts.figures
        if not (is_untold(each) and comes_later(each.code, facts.key))
    ]
    assert sorted(map(str, rows)) == sorted(map(str, expected))


def test_the_table_of_mid_term_has_no_rows_that_nobody_can_fill_yet() -> None:
    def codes(key: str, record: TeamRecord) -> list[object]:
        milestone = RecordedMilestone(key, ("Brancard",), {"Brancard": record}, {"Brancard": 2})
        tables = [each for each in blocks_of(facts_of(milestone), "fr", Part.METHOD) if isinstance(each, DataTable)]
        return [row[0] for table in tables for row in table.rows]

    silent = TeamRecord(state=ToolState.PRODUCTION)
    of_mid_term = ["R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R11"]
    assert codes("mid", silent) == of_mid_term
    assert codes("mid", replace(silent, carried_by=Carrier.HOST)) == [*of_mid_term, "R18"], "what is told is there"
    assert codes("end", silent) == [*of_mid_term, "R12", "R13", "R16", "R17", "R18"]
    assert {"R14", "R15", "R19", "R21"} <= set(codes("after-6", silent))


@few
@given(milestones("mid", "end", "after-6"), locales)
def test_each_part_names_its_base_and_who_is_outside_it(milestone: RecordedMilestone, locale: Locale) -> None:
    facts = facts_of(milestone)
    for part in (Part.TOOLS, Part.OPENNESS, Part.SHARING, Part.PEOPLE, Part.CONTINUATION):
        blocks = blocks_of(facts, locale, part)
        notes = " ".join(block.text for block in blocks if isinstance(block, Paragraph))
        if blocks:
            assert f" {facts.teams} " in notes
            if any(isinstance(block, Chart) for block in blocks):
                assert f" {facts.eigs} EIG" in notes
            assert all(team in notes for team in facts.missing)
            assert all(each.team in notes and (each.reason or "") in notes for each in facts.excluded)


@few
@given(milestones("end"), locales)
def test_where_people_go_adds_up_and_small_classes_are_merged(milestone: RecordedMilestone, locale: Locale) -> None:
    facts = facts_of(milestone)
    for chart in blocks_of(facts, locale, Part.PEOPLE):
        if isinstance(chart, Chart):
            (people,) = facts.of("R13")
            drawn = [value for series in chart.series for value in series.values if value is not None]
            assert sum(drawn) == people.base
            assert numbers(chart.alt) == drawn
            assert len(chart.rows) == len(drawn) == len(chart.labels)


def test_nobody_is_told_apart_where_few_go_somewhere() -> None:
    parts = {"host_employee": 9, "private": 6, "association": 1, "independent": 0, "looking": 6}
    facts = ArticleFacts("end", date(2019, 11, 15), (Figure("R13", 9, 22, parts=parts),), 8, 22)
    (chart,) = (block for block in blocks_of(facts, "fr", Part.PEOPLE) if isinstance(block, Chart))
    assert 1 not in numbers(chart.alt)


# --- What is said of the weekly bulletins -----------------------------------------------------------------------------


@given(months_read(), locales)
def test_the_chart_of_reading_its_words_and_its_table_are_the_figures(
    figures: tuple[Figure, ...], locale: Locale
) -> None:
    facts = ArticleFacts("end", date(2019, 11, 15), figures)
    (headline, *charts, _note) = blocks_of(facts, locale, Part.READING)[1:]
    assert isinstance(headline, KeyFigure)
    assert numbers(headline.number + " " + headline.of) == [figures[0].numerator, figures[0].base]
    assert headline.number.startswith("≥") == figures[0].at_least
    for chart in charts:
        assert isinstance(chart, Chart)
        assert chart.table
        months = sorted({figure.month for figure in figures if figure.month})
        told = [part.split(":", 1)[1] for part in chart.alt.rstrip(".").split(";")]
        for at, month in enumerate(months):
            of_month = {figure.aspect: figure for figure in figures if figure.month == month}
            ordered = [of_month[aspect] for aspect in ("", "declared") if aspect in of_month]
            assert numbers(told[at]) == [number for figure in ordered for number in (figure.numerator, figure.base)]
            cells = [cell for cell in chart.table.rows[at][1:] if cell is not None]
            assert numbers(" ".join(map(str, cells))) == numbers(told[at])
            drawn = [(series.values[at], series.bounds[at]) for series in chart.series if series.values[at] is not None]
            assert drawn == [(figure.numerator / (figure.base or 1), figure.at_least) for figure in ordered]


@given(st.tuples(*(month_of_moods(month) for month in MONTHS)), locales)
def test_the_chart_of_moods_its_words_and_its_table_are_the_figures(
    figures: tuple[Figure, ...], locale: Locale
) -> None:
    (chart,) = charts_of(ArticleFacts("end", date(2019, 11, 15), figures), locale, Part.MOODS)
    for at, figure in enumerate(figures):
        assert_stacked(chart, at, list((figure.parts or {}).values()))


@given(st.tuples(*(st.tuples(*[st.integers(0, 60)] * 2, st.integers(1, 60)) for _month in MONTHS)), locales)
def test_the_chart_of_writing_its_words_and_its_table_are_the_counts(
    counts: tuple[tuple[int, int, int], ...], locale: Locale
) -> None:
    writing = tuple(MonthWriting(month, *of_month) for month, of_month in zip(MONTHS, counts, strict=True))
    total = sum(sum(of_month) for of_month in counts)
    wrote = sum(of_month[0] + of_month[1] for of_month in counts)
    figure = Figure("B02", wrote, total, parts={"on_time": wrote, "late": 0, "silent": total - wrote})
    (chart,) = charts_of(ArticleFacts("end", date(2019, 11, 15), (figure,), writing=writing), locale, Part.WRITING)
    for at, of_month in enumerate(counts):
        assert_stacked(chart, at, list(of_month))


def charts_of(facts: ArticleFacts, locale: Locale, part: Part) -> Iterator[Chart]:
    return (block for block in blocks_of(facts, locale, part) if isinstance(block, Chart))


def assert_stacked(chart: Chart, at: int, counts: list[int]) -> None:
    """The month `at` of a chart of shares is of these counts, in bars, words and table."""
    told = chart.alt.rstrip(".").split(";")[at].split(":", 1)[1]
    assert numbers(told) == counts
    assert chart.table
    assert list(chart.table.rows[at][1:]) == [*counts, sum(counts)]
    assert [series.values[at] for series in chart.series] == [count / sum(counts) for count in counts]


def test_how_often_people_say_to_read_stands_beside_what_is_measured_and_apart() -> None:
    measured = Figure("B01", 20, 28, 3, aspect="period", at_least=True)
    classes = tuple(AnswerClass(key, {"fr": said.fr, "en": said.en}) for key, said in HABITS.items())
    counts = (
        ClassCount(("every_week",), 12),
        ClassCount(("twice_a_month", "once_a_month"), 9),
        ClassCount(("rarely", "never", NO_ANSWER), 6, at_least=True),
    )
    question = QuestionResult(
        key="reading",
        question="reading",
        section="weekly",
        block=None,
        type=QuestionType.CHOICE,
        disclosure=Disclosure.SMALL_NUMBERS,
        text={},
        label=None,
        ends=None,
        classes=classes,
        counts=counts,
    )
    asked = ClosedResults(SurveyPublic.EIG, "eig", 1, date(2019, 11, 20), 30, 27, (question,))
    here = Figure("Q04", 21, 27, 0, public=SurveyPublic.EIG, asked_here=True)
    facts = ArticleFacts("end", date(2019, 11, 15), (measured, here), results=(asked,))
    headline, chart = (block for block in blocks_of(facts, "fr", Part.READING) if isinstance(block, KeyFigure | Chart))
    assert isinstance(headline, KeyFigure)
    assert isinstance(chart, Chart)
    assert numbers(headline.number) == [20]
    assert chart.series[0].values == (12, 9, 6)
    assert chart.alt == (
        "12 chaque semaine\N{NARROW NO-BREAK SPACE}; 9 au moins deux fois par mois ou parfois (une fois par mois)"
        "\N{NARROW NO-BREAK SPACE}; au moins 6 rarement, jamais ou sans réponse à cette question."
    )


def test_the_classes_of_reading_that_were_published_are_drawn_as_they_were() -> None:
    parts = {"every_week": 10, "twice_a_month": 8, "once_a_month": 4, "rarely": 3, "never": 2}
    published = Figure("Q04", 22, 27, parts=parts, public=SurveyPublic.EIG, source="bilan publié")
    (chart,) = charts_of(ArticleFacts("end", date(2019, 11, 15), (published,)), "en", Part.READING)
    assert numbers(chart.alt) == list(parts.values())


# --- Nothing is said of nothing, and the coordination's hand ---------------------------------------------------------


@few
@given(milestones("mid", "end", "after-6"), locales)
def test_what_is_missing_is_never_nought(milestone: RecordedMilestone, locale: Locale) -> None:
    facts = facts_of(milestone)
    said = to_markdown(article(facts, locale))
    assert not re.search(r"\b0[\s\u00a0]?%", said)
    assert not re.search(r"\bsur 0\b|\b\d+ \w+ of 0\b", said)
    if not facts.teams:
        assert len(opening(facts, locale)) == 3


def test_titles_say_when() -> None:
    titles = [report_title(key, "fr") for key in ("mid", "end", "after-1", "after-16")]
    assert titles == [
        "Bilan à mi\u2011parcours",
        "Bilan de fin de promotion",
        "Bilan, un mois après",
        "Bilan, 16 mois après",
    ]


@pytest.mark.parametrize(
    ("key", "locale", "beginning"),
    [
        ("after-1", "fr", "Un mois après la fin de la promotion"),
        ("after-1", "en", "One month after the end of the cohort"),
        ("after-6", "en", "6 months after the end of the cohort"),
    ],
)
def test_the_article_begins_with_when(key: str, locale: Locale, beginning: str) -> None:
    (lead, *_) = opening(ArticleFacts(key, date(2019, 11, 15), ()), locale)
    assert isinstance(lead, Paragraph)
    assert lead.text.startswith(beginning)


@few
@given(milestones("end"), st.permutations(list(Part)), st.sets(st.sampled_from(list(Part))), locales)
def test_parts_stand_where_they_are_put_and_not_where_they_are_hidden(
    milestone: RecordedMilestone, order: list[Part], hidden: set[Part], locale: Locale
) -> None:
    facts = facts_of(milestone)
    placed = in_places([(order.index(part), Placed(part, part in hidden)) for part in Part])
    drafted = {passage.part for passage in draft_passages(facts, locale)}
    found = [
        block.anchor for block in article(facts, locale, Arrangement(parts=placed)).blocks if hasattr(block, "anchor")
    ]
    assert found == [str(part) for part in order if part in drafted - hidden]


@few
@given(milestones("end", "after-6"), locales, st.data())
def test_what_is_left_out_is_not_there_and_all_the_rest_is(
    milestone: RecordedMilestone, locale: Locale, data: st.DataObject
) -> None:
    facts = facts_of(milestone)
    named = {name for names in what_may_be_left_out(facts, locale).values() for name in names}
    left_out = data.draw(st.sets(st.sampled_from(sorted(named)))) if named else set()
    whole, rest = (article(facts, locale, Arrangement(left_out=tuple(each))) for each in ((), left_out))
    shown, kept = ({block.key for block in each.blocks if isinstance(block, Chart)} for each in (whole, rest))
    assert kept <= shown - left_out
    text, tables = to_markdown(rest), [block for block in rest.blocks if isinstance(block, DataTable)]
    assert not {row[0] for table in tables for row in table.rows} & left_out
    for figure in facts.figures:
        assert is_untold(figure) or figure.name in left_out or statement(figure, locale)[1:] in text, figure


def test_a_text_in_a_part_without_figures_has_its_heading() -> None:
    parts = (Placed(Part.CALLS, text="Rien *encore*."),)
    facts = ArticleFacts("end", date(2019, 11, 15), ())
    text = to_markdown(article(facts, "fr", Arrangement(parts=parts)))
    assert f"## {TITLES[Part.CALLS].fr}\n\nRien *encore*." in text


@few
@given(milestones("end"), months_read(), locales)
def test_an_article_that_was_stored_is_the_article(
    milestone: RecordedMilestone, weekly: tuple[Figure, ...], locale: Locale
) -> None:
    document = article(facts_of(milestone, weekly), locale)
    assert from_stored(json.loads(json.dumps(to_stored(document)))) == document


def test_lists_hold_what_does_not_stand_out() -> None:
    facts = ArticleFacts("end", date(2019, 11, 15), (Figure("R03", 10, 15), Figure("R05", 2, 15)), 15, 30)
    _heading, shown, listed, _note = blocks_of(facts, "fr", Part.OPENNESS)
    assert isinstance(shown, KeyFigure)
    assert shown.sentence == "Plus de la moitié\N{NO-BREAK SPACE}: 10 défis sur 15 ont ouvert leur code"
    assert listed == Bullets(("2 défis sur 15 ont publié des bibliothèques réutilisables",))

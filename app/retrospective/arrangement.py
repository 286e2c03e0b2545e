"""What the coordination makes of a drafted article: title, texts, order of its parts. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.documents.blocks import Block, Chart, Document, Heading, RichText
from app.markdown import to_html
from app.retrospective import article_wording as words
from app.retrospective.article import ArticleFacts, Passage, draft_passages, opening, report_title
from app.retrospective.article_figures import day_text, figure_topic
from app.retrospective.article_wording import Part
from app.retrospective.comparison_article import PART_OF
from app.retrospective.sentences import Locale


@dataclass(frozen=True, slots=True)
class Placed:
    """What was made of one part: whether it is hidden, and the text, in Markdown, that begins it."""

    part: Part
    hidden: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A title, empty for the drafted one; a text, in Markdown, that begins the article; every part in its place.

    `left_out` are the names of figures, such as `R04`, and the keys of charts that the article does without.
    """

    title: str = ""
    opening: str = ""
    parts: tuple[Placed, ...] = tuple(Placed(part) for part in Part)
    left_out: tuple[str, ...] = ()


def arrange(facts: ArticleFacts, arrangement: Arrangement, locale: Locale, promotion: str, written_in: str) -> Document:
    """Return the article in the language `locale`, with the coordination's texts, in the language `written_in`."""
    blocks = [*opening(facts, locale), *_written(arrangement.opening, written_in)]
    passages = {passage.part: passage for passage in _without(facts, arrangement.left_out, locale)}
    for placed in arrangement.parts:
        if not placed.hidden:
            blocks += _passage(placed, passages.get(placed.part), locale, written_in)
    return Document(
        title=arrangement.title or report_title(facts.key, locale),
        locale=locale,
        blocks=tuple(blocks),
        subtitle=day_text(facts.day, locale),
        author=promotion,
    )


def what_may_be_left_out(facts: ArticleFacts, locale: Locale) -> dict[Part, dict[str, str]]:
    """Return, by part, what the article may do without: names of figures and keys of charts, each with its words."""
    found = {}
    for passage in draft_passages(facts, locale):
        figures = [each for each in facts.figures if not each.month and PART_OF.get(each.code) is passage.part]
        charts = [block for block in passage.blocks if isinstance(block, Chart)]
        found[passage.part] = {
            **{each.name: figure_topic(each, locale) for each in figures if not each.is_untold},
            **{chart.key: words.CHART.of(locale).format(title=chart.title) for chart in charts},
        }
    return {part: named for part, named in found.items() if len(named) > 1}  # of a single one, the part is hidden


def in_places(placed: Iterable[tuple[int, Placed]]) -> tuple[Placed, ...]:
    """Return the parts by the numbers of their places; those with one number stay in the order in which they come."""
    return tuple(each for _place, each in sorted(placed, key=lambda pair: pair[0]))


def as_stored(arrangement: Arrangement) -> dict[str, object]:
    """Return the arrangement as plain JSON."""
    return asdict(arrangement)


def from_stored(value: Mapping[str, Any]) -> Arrangement:
    """Return the arrangement that was stored; parts that the product has learned since come last."""
    known = [Placed(Part(each["part"]), each["hidden"], each["text"]) for each in value["parts"]]
    there = {each.part for each in known}
    parts = (*known, *(Placed(part) for part in Part if part not in there))
    return Arrangement(value["title"], value["opening"], parts, tuple(value.get("left_out", ())))


def _without(facts: ArticleFacts, left_out: Sequence[str], locale: Locale) -> Iterator[Passage]:
    """Yield the parts as they are drafted without some figures and charts."""
    kept = replace(facts, figures=tuple(each for each in facts.figures if each.month or each.name not in left_out))
    for passage in draft_passages(kept, locale):
        blocks = (block for block in passage.blocks if not (isinstance(block, Chart) and block.key in left_out))
        yield replace(passage, blocks=tuple(blocks))


def _passage(placed: Placed, passage: Passage | None, locale: Locale, written_in: str) -> Iterator[Block]:
    """Yield the heading of a part, the coordination's text, and what was drafted; nothing where there is neither."""
    text = _written(placed.text, written_in)
    if passage:
        heading, *drafted = passage.blocks
        yield from (heading, *text, *drafted)
    elif text:
        yield from (Heading(words.TITLES[placed.part].of(locale), anchor=str(placed.part)), *text)


def _written(text: str, written_in: str) -> Sequence[Block]:
    html = to_html(text)
    return [RichText(html, written_in)] if html else []

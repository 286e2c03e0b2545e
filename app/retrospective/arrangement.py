"""What the coordination makes of a drafted article: title, texts, order of its parts. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.documents.blocks import Block, Document, Heading, RichText
from app.markdown import to_html
from app.retrospective import article_wording as words
from app.retrospective.article import ArticleFacts, Passage, day_text, draft_passages, opening, report_title
from app.retrospective.article_wording import Part
from app.retrospective.sentences import Locale


@dataclass(frozen=True, slots=True)
class Placed:
    """What was made of one part: whether it is hidden, and the text, in Markdown, that begins it."""

    part: Part
    hidden: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A title, empty for the drafted one; a text, in Markdown, that begins the article; every part in its place."""

    title: str = ""
    opening: str = ""
    parts: tuple[Placed, ...] = tuple(Placed(part) for part in Part)


def arrange(facts: ArticleFacts, arrangement: Arrangement, locale: Locale, promotion: str, written_in: str) -> Document:
    """Return the article in the language `locale`, with the coordination's texts, in the language `written_in`."""
    blocks = [*opening(facts, locale), *_written(arrangement.opening, written_in)]
    passages = {passage.part: passage for passage in draft_passages(facts, locale)}
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
    return Arrangement(
        value["title"], value["opening"], (*known, *(Placed(part) for part in Part if part not in there))
    )


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

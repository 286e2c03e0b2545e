"""A team's story as a document, in the language of its reader; what the team wrote stays in its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from app.bulletins.mood_words import mood_words
from app.bulletins.moods import Mood
from app.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    ChartKind,
    ChartSeries,
    DataTable,
    Document,
    Heading,
    Paragraph,
    ParagraphStyle,
    RichText,
)
from app.engagement.charts import MOOD_FILLS
from app.help_requests.rules import HelpState
from app.i18n import current_locale, format_day, month_name, ngettext, short_date, upper_first, week_name
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.retrospective.sentences import SEMICOLON
from app.retrospective.team_story.plan_blocks import plan_blocks
from app.retrospective.team_story.record_blocks import indicator_blocks, record_blocks
from app.retrospective.team_story.values import StoryCall, StoryWeek, TeamStory

MOODS = "moods"  # the key of its chart
CALL_STATES = {
    HelpState.OPEN: _l("no offer yet"),
    HelpState.OFFERED: _l("help was offered"),
    HelpState.RESOLVED: _l("resolved"),
    HelpState.WITHDRAWN: _l("withdrawn"),
    HelpState.ARCHIVED: _l("from the archive"),
}


def story_document(story: TeamStory) -> Document:
    """Return the whole story; empty parts are left out."""
    summary = (Paragraph(story.summary, ParagraphStyle.LEAD),) if story.summary else ()
    nothing = Paragraph(_("Nothing has been written yet: the story begins with the first bulletin."))
    return Document(
        title=story.team,
        locale=current_locale(),
        blocks=(*summary, *(tuple(_blocks(story)) or (nothing,))),
        subtitle=subtitle(story),
        author=story.administration,
    )


def mood_chart(weeks: tuple[StoryWeek, ...]) -> Chart:
    """Return the shares of the moods, month by month."""
    words = mood_words()
    months = [(month, Counter(each.mood for each in of_month)) for month, of_month in _by_month(weeks)]
    series = tuple(
        ChartSeries(words[mood], tuple(counts[mood] / counts.total() for _month, counts in months), pattern, colour)
        for mood, (pattern, colour) in MOOD_FILLS.items()
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month_name(month), *(counts[mood] for mood in Mood)) for month, counts in months
    )
    return Chart(
        key=MOODS,
        kind=ChartKind.STACKED,
        title=_("Mood by month"),
        alt=SEMICOLON[current_locale()].join(
            f"{month_name(month)}{_(': ')}{_moods_in_words(counts)}" for month, counts in months
        ),
        labels=tuple(format_day(month, "MMM yy") for month, _counts in months),
        series=series,
        table=DataTable(_("Bulletins by mood"), (_("Month"), *words.values()), rows, (1, 2, 3, 4)),
    )


def subtitle(story: TeamStory) -> str:
    """Return the promotion, and the months in which the team wrote."""
    if not story.weeks:
        return story.promotion
    first, last = month_name(story.weeks[0].month), month_name(story.weeks[-1].month)
    return f"{story.promotion}, {first} – {last}" if first != last else f"{story.promotion}, {first}"


def weeks_in_words(story: TeamStory) -> str:
    """Return the number of bulletins, and how many are of each mood: « 3 semaines racontées : 1 mitigée, 2 bonnes »."""
    told = ngettext("%(num)d week told", "%(num)d weeks told", len(story.weeks))
    return f"{told}{_(': ')}{_moods_in_words(Counter(week.mood for week in story.weeks))}"


def calls_answered_in_words(story: TeamStory) -> str:
    """Return how many calls of others the team answered, and nothing else of them."""
    return ngettext(
        "help offered for %(num)d request of another team",
        "help offered for %(num)d requests of other teams",
        story.calls_answered,
    )


def _blocks(story: TeamStory) -> Iterator[Block]:
    yield from _moods(story)
    yield from _months(story)
    yield from _key_dates(story)
    yield from _help(story)
    yield from record_blocks(story.records)
    yield from plan_blocks(story.plan)
    yield from indicator_blocks(story.records)


def _moods(story: TeamStory) -> Iterator[Block]:
    if not story.weeks:
        return
    yield Heading(_("The mood"), anchor="mood")
    yield Paragraph(f"{weeks_in_words(story)}.")
    yield mood_chart(story.weeks)


def _months(story: TeamStory) -> Iterator[Block]:
    """Yield each month: its priorities, then its ups and downs, each week by week."""
    if story.weeks:
        yield Heading(_("Month by month"), anchor="months")
    for month, weeks in _by_month(story.weeks):
        yield Heading(upper_first(month_name(month)), level=3, anchor=f"{month:%Y-%m}")
        yield Heading(_("Priorities"), level=4)
        yield from _texts([(week, week.priorities_html) for week in weeks], story.locale)
        if any(week.ups_and_downs_html for week in weeks):
            yield Heading(_("Ups and downs"), level=4)
            yield from _texts([(week, week.ups_and_downs_html) for week in weeks], story.locale)


def _texts(texts: list[tuple[StoryWeek, str]], locale: str) -> Iterator[Block]:
    for week, html in texts:
        if html:
            yield Paragraph(upper_first(week_name(week.week)), ParagraphStyle.NOTE)
            yield RichText(html, locale)


def _key_dates(story: TeamStory) -> Iterator[Block]:
    if story.key_dates:
        yield Heading(_("Key dates"), anchor="dates")
        yield Bullets(tuple(f"{short_date(day)}{_(': ')}{text}" for day, text in story.key_dates))


def _help(story: TeamStory) -> Iterator[Block]:
    if not story.calls and not story.calls_answered:
        return
    yield Heading(_("Help asked and given"), anchor="help")
    if story.calls_answered:
        yield Paragraph(f"{upper_first(calls_answered_in_words(story))}.")
    for call in story.calls:
        yield Paragraph(_call_in_words(call), ParagraphStyle.NOTE)
        yield RichText(call.html, story.locale)


def _call_in_words(call: StoryCall) -> str:
    told = f"{upper_first(week_name(call.week))}{_(': ')}{CALL_STATES[call.state]}"
    return f"{told}, {ngettext('%(num)d offer', '%(num)d offers', call.offers)}" if call.offers else told


def _moods_in_words(counts: Mapping[Mood, int]) -> str:
    """Return how many weeks were of each mood, but for those that none was of: « 2 mitigées, 3 bonnes »."""
    told = (
        (Mood.VERY_HARD, ngettext("%(num)d very hard", "%(num)d very hard", counts[Mood.VERY_HARD])),
        (Mood.SO_SO, ngettext("%(num)d so-so", "%(num)d so-so", counts[Mood.SO_SO])),
        (Mood.GOOD, ngettext("%(num)d good", "%(num)d good", counts[Mood.GOOD])),
        (Mood.GREAT, ngettext("%(num)d great", "%(num)d great", counts[Mood.GREAT])),
    )
    return ", ".join(words for mood, words in told if counts[mood])


def _by_month(weeks: tuple[StoryWeek, ...]) -> list[tuple[date, list[StoryWeek]]]:
    return [(month, list(of_month)) for month, of_month in groupby(weeks, lambda week: week.month)]

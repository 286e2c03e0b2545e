"""Records of every sort, as values: for what must hold of all of them."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.records.indicators import Direction, Indicator, IndicatorTheme, IndicatorType, is_target_behind
from app.records.values import (
    Destinations,
    Extension,
    Opening,
    SideProject,
    SurveyCounts,
    TeamRecord,
    Training,
)
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Continuation,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    ReadingClass,
    Responder,
    ToolState,
    TrainingKind,
    TrainingTheme,
)
from app.text_cleaning import can_be_seen

Strategy = st.SearchStrategy[Any]

# Control characters and halves of pairs are refused where a file is read; signs that nobody sees are lost there.
texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(can_be_seen)
)
names = st.builds("{} {}".format, st.sampled_from(string.ascii_letters), texts)
addresses = st.text(string.ascii_lowercase + "/#:-_é", min_size=1).map(lambda path: f"https://example.org/{path}")
months = st.builds("{:04}-{:02}".format, st.integers(1900, 2199), st.integers(1, 12))
counts = st.integers(0, 9)


numbers = st.integers(-(10**12) + 1, 10**12 - 1) | st.decimals(-1000, 1000, places=3).map(float)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def words_of(enum: Any) -> Strategy:
    return st.lists(st.sampled_from(enum), unique=True, max_size=4).map(tuple)


def lists_of(strategy: Strategy) -> Strategy:
    return st.lists(strategy, max_size=3).map(tuple)


def maybe(strategy: Strategy) -> Strategy:
    return st.none() | strategy


trainings = st.builds(Training, kind=st.sampled_from(TrainingKind), count=maybe(counts), themes=words_of(TrainingTheme))
destinations = st.builds(
    Destinations,
    counts=st.dictionaries(st.sampled_from(Destination), counts).map(
        lambda found: {where: found[where] for where in Destination if where in found}
    ),
    still_on_project=maybe(counts),
)


def indicators_with(texts: Strategy) -> Strategy:
    """Indicators of every sort; a baseline has its day."""
    baselines = maybe(st.tuples(numbers, days)).map(lambda found: found or (None, None))
    return st.builds(
        lambda baseline, **others: Indicator(baseline=baseline[0], baseline_on=baseline[1], **others),
        baselines,
        name=texts,
        type=st.sampled_from(IndicatorType),
        unit=texts,
        direction=st.sampled_from(Direction),
        theme=maybe(st.sampled_from(IndicatorTheme)),
        target=maybe(numbers),
        target_on=maybe(days),
        value=maybe(numbers),
    ).filter(lambda indicator: not is_target_behind(indicator))


def records_with(texts: Strategy, addresses: Strategy) -> Strategy:
    """Records of every sort, whose texts and addresses are of these."""
    openings = st.builds(
        Opening,
        kind=st.sampled_from(OpeningKind),
        status=st.sampled_from(OpeningStatus),
        title=maybe(texts),
        url=maybe(addresses),
        reason=maybe(st.sampled_from(ClosedReason)),
    )
    return st.builds(
        TeamRecord,
        answered_by=maybe(st.sampled_from(Responder)),
        state=maybe(st.sampled_from(ToolState)),
        planned_on=maybe(months),
        openings=maybe(lists_of(openings)),
        no_data_reasons=maybe(words_of(ClosedReason)),
        events=maybe(lists_of(trainings)),
        side_projects=maybe(lists_of(st.builds(SideProject, title=texts, text=maybe(texts)))),
        people=maybe(destinations),
        extension=maybe(st.builds(Extension, extended=maybe(counts), cofunded_by_programme=maybe(st.booleans()))),
        carried_by=maybe(st.sampled_from(Carrier)),
        maintained_by=maybe(st.sampled_from(Maintainer)),
        new_approaches=maybe(st.booleans()),
        posts_created=maybe(counts),
        outcomes=maybe(words_of(Continuation)),
        indicators=maybe(st.lists(indicators_with(texts), max_size=2).map(tuple)),
    )


records = records_with(texts, addresses)


@st.composite
def surveys(draw: st.DrawFn) -> SurveyCounts:
    """Published counts whose classes are at most as many as answered."""
    reading = {str(each): draw(counts) for each in ReadingClass}
    beyond = {"5": draw(counts), "other": draw(counts)}
    answered = max(sum(reading.values()), sum(beyond.values())) + draw(counts)
    return SurveyCounts(
        asked=answered + draw(counts),
        answered=answered,
        reading=draw(st.sampled_from([None, reading])),
        beyond_expectations=draw(st.sampled_from([None, beyond])),
        source=draw(maybe(texts)),
    )

"""The rows of the weekly bulletins: reading as published there, and nothing finer. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator

from app.bulletins.moods import Mood
from app.readership.figures.formats import class_counts
from app.readership.figures.monthly import Frequency, Group
from app.readership.figures.months import month_label
from app.readership.figures.published import Count, PublishedFigures, PublishedGroup
from app.readership.survey import Habit
from app.retrospective.open_data.csv_format import Row
from app.retrospective.open_data.source import OpenDataSource


def reading_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield each group in each complete month, and in all of them together."""
    weekly = source.weekly
    for figures in (*([weekly.period] if weekly.period else ()), *weekly.reading):
        for group, published in figures.groups.items():
            yield {"promotion": source.promotion, **_reading_cells(figures, group, published)}


def _reading_cells(figures: PublishedFigures, group: Group, published: PublishedGroup) -> Row:
    declared = published.declared
    low, high = declared.interval
    answers, frequency = class_counts(Habit, declared.classes), class_counts(figures.classes, published.frequency)
    return {
        "mois": month_label(figures.month) if figures.month else None,
        "public": group,
        "eligibles": published.eligible,
        "lecteurs": _least(published.readers),
        "plancher": published.floor,
        "au_moins": published.at_least,
        "declare_reponses": _least(declared.answers),
        "declare_reponses_au_moins": _is_bound(declared.answers),
        "declare_lecteurs": _least(declared.positive),
        "declare_lecteurs_au_moins": _is_bound(declared.positive),
        "declare_part": declared.share,
        "declare_bas": low,
        "declare_haut": high,
        **{f"declare_{habit}": answers[habit] for habit in Habit},
        "couverture": published.coverage,
        "couverture_au_moins": published.covers_at_least,
        "estimation": published.estimate,
        **{f"frequence_{name}": frequency.get(name) for name in (*Habit, Frequency.NONE)},
    }


def writing_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield each month with what was written, and its moods where enough teams wrote."""
    moods = {month.month: month.counts for month in source.weekly.moods}
    for month in source.weekly.writing:
        counts = moods.get(month.month)
        yield {
            "promotion": source.promotion,
            "echeance": source.milestone.key,
            "mois": month.month,
            "a_temps": month.on_time,
            "en_retard": month.late,
            "manquants": month.silent,
            **{f"humeur_{mood}": counts[mood] if counts else None for mood in Mood},
        }


def call_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield each call for help with its outcome only: neither its team nor its date."""
    for call in source.weekly.calls:
        yield {
            "promotion": source.promotion,
            "echeance": source.milestone.key,
            "etat": call.state,
            "jours_avant_reponse": call.days,
        }


def _least(count: Count | None) -> int | None:
    return count.least if count else None


def _is_bound(count: Count | None) -> bool:
    return count is not None and count.at_least

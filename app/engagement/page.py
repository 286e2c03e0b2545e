"""What the engagement page shows: to every member, and to the coordination."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.digests.writers import Writing
from app.engagement.call_rows import call_figures
from app.engagement.frequency import frequency_cells
from app.engagement.reading import reading_of
from app.engagement.tables import rounded_down
from app.engagement.writing import WritingGrid, writing_grid
from app.help_requests.models import HelpState
from app.readership.figures.monthly import Frequency, Group
from app.readership.figures.reports import Absence, figures_by_month
from app.readership.survey import Habit
from app.teams.models import Promotion
from app.weeks import Week


def members_page(promotion: Promotion, now: datetime) -> dict[str, Any]:
    """This week's count; the months' floor and declared share."""
    months = figures_by_month(promotion, now)[::-1]
    grid = writing_grid(promotion, now)
    return _this_week(promotion.timetable.week_at(now), grid) | {
        "months": months,
        "Group": Group,
        "percent": rounded_down,
    }


def coordinators_page(promotion: Promotion, now: datetime) -> dict[str, Any]:
    """Everything: this week, reading, writing, moods, calls for help."""
    grid, reading = writing_grid(promotion, now), reading_of(promotion, now)
    week = promotion.timetable.week_at(now)
    return _this_week(week, grid) | {
        "silent": grid.teams(week, Writing.MISSING) if week in grid.weeks else [],
        "grid": grid,
        "reading": reading,
        "months": reading.months[::-1],
        "calls": call_figures(promotion.id),
        "Absence": Absence,
        "Frequency": Frequency,
        "Group": Group,
        "Habit": Habit,
        "HelpState": HelpState,
        "Mood": Mood,
        "mood_words": MOOD_WORDS,
        "frequency_cells": frequency_cells,
        "percent": rounded_down,
    }


def _this_week(week: Week, grid: WritingGrid) -> dict[str, Any]:
    """The week's counts; None when there is no bulletin to write."""
    if week not in grid.weeks:
        return {"this_week": week, "counts": None, "moods": None}
    place = grid.weeks.index(week)
    return {"this_week": week, "counts": grid.writing[place], "moods": grid.moods[place]}

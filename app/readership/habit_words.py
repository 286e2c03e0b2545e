"""The five answers of the survey, in the reader's language and in its very words."""

from __future__ import annotations

from app.i18n import lazy_gettext as _l
from app.readership.survey import Habit

HABIT_WORDS = {
    Habit.WEEKLY: _l("every week"),
    Habit.TWICE: _l("at least twice a month"),
    Habit.ONCE: _l("sometimes (once a month)"),
    Habit.RARELY: _l("rarely"),
    Habit.NEVER: _l("never"),
}

"""A milestone as the moment of something, in the current language."""

from __future__ import annotations

from app.i18n import gettext as _
from app.records.milestones import END, months_after
from app.records.words import milestone_name


def at_milestone(key: str) -> str:
    """Name a milestone inside a sentence: `à mi-parcours`, `à la fin de la promotion`, `6 mois après la fin`."""
    if months_after(key):
        return milestone_name(key)
    return _("at the end of the cohort") if key == END else _("at mid-term")

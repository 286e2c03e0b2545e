"""What the desk and the Friday note say of a milestone at which records are missing."""

from __future__ import annotations

from app.i18n import gettext as _
from app.i18n import ngettext, short_date, upper_first
from app.records.milestone_status import MilestoneStatus
from app.records.milestones import MilestoneState
from app.records.words import milestone_name


def say_incomplete(status: MilestoneStatus) -> str:
    """Say how many teams have answered: « Mi-parcours : 3 défis sur 12 ont répondu »."""
    name = upper_first(milestone_name(status.milestone.key))
    closes_on = status.milestone.closes_on
    if closes_on and status.state is MilestoneState.CLOSED:
        name = _("%(milestone)s (closed on %(day)s)", milestone=name, day=short_date(closes_on))
    answered = ngettext(
        "%(num)d team of %(total)d has answered",
        "%(num)d teams of %(total)d have answered",
        status.answered,
        total=len(status.counted),
    )
    return name + _(": ") + answered

"""The survey's question, « Lisez-vous les bulletins ? »: its five answers, and how sure a share of answers is."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

Z_95 = 1.959963984540054  # the normal quantile that leaves 2.5 % on each side
READING_CLASSES = 3  # « au moins une fois par mois »: the first three answers


class Habit(StrEnum):
    """The answers in the survey's order; periods of months use the same five classes."""

    WEEKLY = "weekly"  # chaque semaine
    TWICE = "twice"  # au moins deux fois par mois
    ONCE = "once"  # parfois (une fois par mois)
    RARELY = "rarely"
    NEVER = "never"


def wilson(positive: int, answers: int) -> tuple[float, float]:
    """Return the 95 % interval of the share `positive / answers`; `answers` is at least one.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927). It stays within 0 and 1, and holds for few answers.
    """
    share, weight = positive / answers, Z_95**2 / answers
    middle = share + weight / 2
    spread = sqrt(weight * (share * (1 - share) + weight / 4))
    low, high = (middle - spread) / (1 + weight), (middle + spread) / (1 + weight)
    return (low if positive else 0.0, high if positive < answers else 1.0)

"""What is said of a text that was corrected or withdrawn: one sentence, in the language of its promotion.

It stands where the text stood and beside the digests that told it, in the language that the text itself is in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from app.i18n import force_locale, short_date
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.teams.models import Promotion


class WithdrawnPart(StrEnum):
    """What may be withdrawn: all that a bulletin says, or one part of it; an introduction."""

    BULLETIN = "bulletin"
    HELP = "help"
    KEY_DATE = "key_date"
    INTRODUCTION = "introduction"


PART_WORDS: dict[WithdrawnPart, str] = {
    WithdrawnPart.BULLETIN: _l("the whole bulletin"),
    WithdrawnPart.HELP: _l("the request for help alone"),
    WithdrawnPart.KEY_DATE: _l("the key date alone"),
    WithdrawnPart.INTRODUCTION: _l("the introduction"),
}
WITHDRAWN: dict[tuple[WithdrawnPart, bool], Callable[[str], str]] = {  # by the part, and whether its team asked for it
    (WithdrawnPart.BULLETIN, True): lambda day: _("Withdrawn on %(day)s at the team’s request.", day=day),
    (WithdrawnPart.BULLETIN, False): lambda day: _("Withdrawn on %(day)s by the coordinators.", day=day),
    (WithdrawnPart.HELP, True): lambda day: _("Request for help withdrawn on %(day)s at the team’s request.", day=day),
    (WithdrawnPart.HELP, False): lambda day: _("Request for help withdrawn on %(day)s by the coordinators.", day=day),
    (WithdrawnPart.KEY_DATE, True): lambda day: _("Key date withdrawn on %(day)s at the team’s request.", day=day),
    (WithdrawnPart.KEY_DATE, False): lambda day: _("Key date withdrawn on %(day)s by the coordinators.", day=day),
    (WithdrawnPart.INTRODUCTION, False): lambda day: _(
        "Introduction withdrawn on %(day)s by the coordinators.", day=day
    ),
}
CORRECTED: dict[tuple[bool, bool], Callable[[str], str]] = {  # by whether of an introduction, and withdrawn before
    (False, False): lambda day: _("Corrected on %(day)s.", day=day),
    (False, True): lambda day: _("Put back on %(day)s.", day=day),
    (True, False): lambda day: _("Introduction corrected on %(day)s.", day=day),
    (True, True): lambda day: _("Introduction put back on %(day)s.", day=day),
}


def withdrawn_words(promotion: Promotion, part: WithdrawnPart, now: datetime, *, team_asked: bool = False) -> str:
    """Return that the part was withdrawn on the day of `now`, and who wanted it."""
    with force_locale(promotion.locale):
        return WITHDRAWN[part, team_asked](short_date(promotion.today(now)))


def corrected_words(
    promotion: Promotion, note: str, now: datetime, *, put_back: bool, of_introduction: bool = False
) -> str:
    """Return that a text was corrected on the day of `now`, or `put_back` after it was withdrawn, with the note."""
    with force_locale(promotion.locale):
        said = CORRECTED[of_introduction, put_back](short_date(promotion.today(now)))
        return f"{said.removesuffix('.')}{_(': ')}{note}" if note else said

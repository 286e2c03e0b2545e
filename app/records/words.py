"""What a record's words are called on pages, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import ngettext
from app.records.milestones import AFTER, END
from app.records.vocabulary import Responder

RESPONDERS: Mapping[Responder, str] = {
    Responder.EIG: _l("the EIGs"),
    Responder.MENTOR: _l("the mentors"),
    Responder.COORDINATION: _l("the coordinators"),
}


def milestone_name(key: str) -> str:
    """Name a milestone: « mi-parcours », « fin de la promotion », « 6 mois après la fin »."""
    after = AFTER.fullmatch(key)
    if after:
        months = int(after[1])
        return ngettext("%(num)d month after the end", "%(num)d months after the end", months)
    return _("end of the cohort") if key == END else _("mid-term")

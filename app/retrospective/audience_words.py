"""What those who may read a report are called."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import lazy_gettext as _l
from app.retrospective.models import Audience

AUDIENCE_WORDS: Mapping[Audience, str] = {
    Audience.MEMBERS: _l("The members of the cohort"),
    Audience.EVERYBODY: _l("Everybody, without signing in"),
}

"""The form of a chat channel's address."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from app.i18n import lazy_gettext as _l

MAX_DIGITS, MAX_REVISION = 10, 2**31 - 1


class ChannelForm(FlaskForm):
    """What somebody pastes, and the revision of the channel that their page showed, 0 for none."""

    address = StringField(
        _l("Address of the channel"), validators=[DataRequired(_l("Paste the address of the channel."))]
    )
    seen = StringField()

    @property
    def revision(self) -> int:
        """The revision that was seen; 0 for whatever is none."""
        seen = self.seen.data or ""
        return min(int(seen), MAX_REVISION) if seen.isascii() and seen.isdigit() and len(seen) <= MAX_DIGITS else 0

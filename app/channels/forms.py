"""The form of a chat channel's address."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from app.forms import as_revision
from app.i18n import lazy_gettext as _l


class ChannelForm(FlaskForm):
    """What somebody pastes, and the revision of the channel that their page showed, 0 for none."""

    address = StringField(
        _l("Address of the channel"), validators=[DataRequired(_l("Paste the address of the channel."))]
    )
    seen = StringField()

    @property
    def revision(self) -> int:
        """The revision that was seen; 0 when the field holds no number."""
        return as_revision(self.seen.data)

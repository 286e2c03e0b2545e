"""The form of a new link to a team's story."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, ValidationError

from app.forms import AtMost, DayField, Filled
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import short_date
from app.security import new_secret, sign, unsign
from app.sharing.rules import NAME_LIMIT, latest_end, proposed_end
from app.teams.models import Team
from app.text_cleaning import clean_line

PURPOSE = "share-form"


class ShareForm(FlaskForm):
    """Whom the link is for and until when. `new` holds its secret, signed: the form sent twice makes one link."""

    name = StringField(_l("Who is it for?"), validators=[Filled(_l("Say who it is for.")), AtMost(NAME_LIMIT)])
    ends_on = DayField(_l("Until the end of"))
    new = HiddenField()

    def __init__(self, team: Team, person_id: int, today: date) -> None:
        """Fill the form with what the request sends, else with the end that is proposed and a new secret."""
        super().__init__(data={"ends_on": proposed_end(today, team.promotion.ends_on)})
        self.today, self._whose = today, [team.id, person_id]
        value = unsign(PURPOSE, self.new.data or "")
        is_ours = isinstance(value, list) and value[:2] == self._whose
        self._set_secret(str(value[2]) if isinstance(value, list) and is_ours else new_secret())

    def renew_secret(self) -> None:
        """Make the form one of another link, with what was typed."""
        self._set_secret(new_secret())

    def validate_ends_on(self, field: Field) -> None:
        """Refuse no day, one that has passed, and one that is too far."""
        if field.errors:
            return
        if field.data is None:
            raise ValidationError(_("Give the last day on which the link works."))
        last = latest_end(self.today)
        if field.data < self.today:
            raise ValidationError(_("This day has passed. Give a day to come."))
        if field.data > last:
            raise ValidationError(_("A link works for a year at most: give a day up to %(day)s.", day=short_date(last)))

    def _set_secret(self, secret: str) -> None:
        self.secret = secret
        self.new.data = sign(PURPOSE, [*self._whose, secret])

    @property
    def last_day(self) -> date:
        """The day until whose end the link works; only after the form is valid."""
        return cast("date", self.ends_on.data)

    @property
    def link_name(self) -> str:
        """What was typed, on one line; only after the form is valid."""
        return clean_line(self.name.data)

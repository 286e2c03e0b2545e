"""The form of a team that the coordination adds or changes."""

from __future__ import annotations

from wtforms import StringField

from app.forms import AtMost, DayField
from app.i18n import lazy_gettext as _l
from app.management.field_forms import BasedForm, NameOf, WithinYears, refuse_disorder
from app.management.teams import TeamValues, base_of
from app.teams.models import Team
from app.text_cleaning import clean_line

TEXT_LIMIT = 2_000


class TeamForm(BasedForm):
    """A team."""

    name = StringField(_l("Name"), validators=[NameOf(_l("Enter the name of the team."))])
    administration = StringField(_l("Administration"), validators=[AtMost(TEXT_LIMIT)])
    summary = StringField(_l("In one sentence"), validators=[AtMost(TEXT_LIMIT)])
    active_from = DayField(_l("First day"), validators=[WithinYears()])
    active_until = DayField(_l("Last day"), validators=[WithinYears()])

    @classmethod
    def of(cls, team: Team | None) -> TeamForm:
        """Return the form, filled with what the request sends, else with the team as it is saved."""
        if team is None:
            return cls()
        names = ("name", "administration", "summary", "active_from", "active_until")
        return cls(data={name: getattr(team, name) for name in names} | {"base": base_of(team)})

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, then the order of the days."""
        return bool(super().validate(extra_validators)) and refuse_disorder(self.active_from, self.active_until)

    @property
    def values(self) -> TeamValues:
        """What was typed; only after the form is valid."""
        return TeamValues(
            name=clean_line(self.name.data),
            administration=clean_line(self.administration.data),
            summary=clean_line(self.summary.data),
            active_from=self.active_from.data,
            active_until=self.active_until.data,
        )

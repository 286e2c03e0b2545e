"""The order in which the EIGs of a team take turns, and from which week on."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import Field, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from app.forms import RevisedForm
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import person_name, upper_first, week_name
from app.rota.queries import TeamRota
from app.weeks import Week

NO_TURN = "0"


class RotaForm(RevisedForm):
    """`rota_form` adds a field for each EIG, `place_<id of the membership>`: first, second … or no turn."""

    starts = RadioField(
        _l("From which week on"),
        validators=[InputRequired(_l("Choose one of the two."))],
        validate_choice=False,
    )

    def __init__(self, rota: TeamRota, weeks: Sequence[Week]) -> None:
        """Fill the form with what the request sends, else with the order as saved; all by name where there is none."""
        ids = [member.id for member in rota.eigs_from(weeks[0])]
        order = [id_ for id_ in rota.order if id_ in ids] or ids
        places = {f"place_{id_}": str(order.index(id_) + 1) if id_ in order else NO_TURN for id_ in ids}
        saved = rota.starts if rota.starts in weeks else weeks[0]
        super().__init__(data={**places, "starts": str(saved), "revision": str(rota.revision)})
        self.starts.choices = [SelectChoice(str(week), upper_first(week_name(week))) for week in weeks]
        self.member_ids = ids
        self.weeks = weeks

    def place_fields(self) -> list[Field]:
        """Return the fields of the EIGs, by name."""
        return [self[f"place_{id_}"] for id_ in self.member_ids]

    def validate_starts(self, field: Field) -> None:
        """Refuse any week that was not offered."""
        if field.data not in {str(week) for week in self.weeks}:
            raise ValidationError(_("Choose one of the two."))

    def validate(self, extra_validators: object = None) -> bool:
        """Refuse two members in one place, and an order of nobody."""
        valid = bool(super().validate(extra_validators))
        fields = self.place_fields()
        for number, field in enumerate(fields):
            if field.data not in (NO_TURN, None) and field.data in {other.data for other in fields[:number]}:
                field.errors = [*field.errors, _("Somebody else already has this place.")]
                valid = False
        if valid and not self.order:
            fields[0].errors = [_("Give a turn to at least one of you.")]
            valid = False
        return valid

    @property
    def order(self) -> list[int]:
        """The memberships (ids) as they follow one another."""
        places = {id_: int(self[f"place_{id_}"].data) for id_ in self.member_ids}
        return sorted((id_ for id_, place in places.items() if place), key=lambda id_: places[id_])

    @property
    def first_week(self) -> Week:
        """The week from which on they take turns."""
        return Week.parse(self.starts.data)


def rota_form(rota: TeamRota, weeks: Sequence[Week]) -> RotaForm:
    """Return the form with a field for each EIG of the team from the first of `weeks` on."""

    class WithPlaces(RotaForm):
        pass

    members = rota.eigs_from(weeks[0])
    numbers = [SelectChoice(str(place), str(place)) for place in range(1, len(members) + 1)]
    for member in members:
        choices = [*numbers, SelectChoice(NO_TURN, _("takes no turn"))]
        setattr(WithPlaces, f"place_{member.id}", SelectField(person_name(member.person), choices=choices))
    return WithPlaces(rota, weeks)

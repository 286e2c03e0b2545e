"""The forms about people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField, StringField, ValidationError

from app.forms import DayField
from app.i18n import LOCALES
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.management.address_changes import address_base
from app.management.field_forms import AddressOf, BasedForm, NameOf, WithinYears, parsed_address, refuse_disorder
from app.management.people import MemberPlace, NewPerson, base_of
from app.management.role_words import ROLE_WORDS
from app.teams.models import Membership, Promotion, Team
from app.teams.queries import find_team
from app.teams.roles import Role
from app.text_cleaning import clean_line

NO_TEAM = ""


def _source(*, fresh: bool) -> dict[str, None]:
    """Return what keeps a form that stands beside the one that was sent from reading the request."""
    return {"formdata": None} if fresh else {}


class PlaceForm(BasedForm):
    """What somebody is in the cohort."""

    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, words) for role, words in ROLE_WORDS.items()],
        default=Role.EIG.value,
        validate_choice=False,
    )
    team = SelectField(_l("Team"), default=NO_TEAM, validate_choice=False)
    coordinates = BooleanField(_l("Also belongs to the coordination"))

    def set_teams(self, promotion: Promotion) -> None:
        """Offer the teams of the cohort."""
        self._promotion = promotion
        teams: Sequence[Team] = sorted(promotion.teams, key=lambda team: team.key)
        self.team.choices = [
            SelectChoice(NO_TEAM, _("None")),
            *(SelectChoice(team.slug, team.name) for team in teams),
        ]

    def validate_role(self, field: Field) -> None:
        """Refuse a role that there is not."""
        if field.data not in set(Role):
            raise ValidationError(_("Choose a role."))

    def validate_team(self, field: Field) -> None:
        """Require the team of an EIG or a mentor, one of the cohort."""
        known = find_team(self._promotion.id, field.data or "")
        if self.role.data in {Role.EIG, Role.MENTOR} and known is None:
            raise ValidationError(_("Choose the team of this person."))

    @property
    def place(self) -> MemberPlace:
        """What was chosen; only after the form is valid."""
        team = find_team(self._promotion.id, self.team.data or "")
        return MemberPlace(Role(self.role.data), team.id if team else None, bool(self.coordinates.data))


class PersonForm(PlaceForm):
    """Somebody to add."""

    name = StringField(_l("Name"), validators=[NameOf(_l("Enter the name of this person."))])
    email = StringField(_l("Email address"), validators=[AddressOf()])
    invite = BooleanField(_l("Send an invitation now"), default=True)

    @property
    def person(self) -> NewPerson:
        """Who was typed; only after the form is valid."""
        return NewPerson(parsed_address(self.email.data) or "", clean_line(self.name.data), self.place)


class MemberPlaceForm(PlaceForm):
    """What a member is, to change."""

    @classmethod
    def of(cls, member: Membership, *, fresh: bool = False) -> MemberPlaceForm:
        """Return the form, filled with what the request sends unless `fresh`, else with what the member is."""
        form = cls(
            **_source(fresh=fresh),
            data={
                "role": member.role.value,
                "team": member.team.slug if member.team else NO_TEAM,
                "coordinates": member.coordinates,
                "base": base_of(member),
            },
            prefix="place-",
        )
        form.set_teams(member.promotion)
        return form


class MemberNameForm(BasedForm):
    """The name and the language of a member."""

    name = StringField(_l("Name"), validators=[NameOf(_l("Enter the name of this person."))])
    locale = SelectField(_l("Language"), validate_choice=False)

    @classmethod
    def of(cls, member: Membership, *, fresh: bool = False) -> MemberNameForm:
        """Return the form, filled with what the request sends unless `fresh`, else with what is saved."""
        person = member.person
        data = {"name": person.name, "locale": person.locale or "", "base": base_of(member)}
        form = cls(**_source(fresh=fresh), data=data, prefix="name-")
        form.locale.choices = [
            SelectChoice("", _("That of the cohort")),
            *(SelectChoice(*each) for each in LOCALES.items()),
        ]
        return form

    def validate_locale(self, field: Field) -> None:
        """Refuse a language that there is not."""
        if field.data and field.data not in LOCALES:
            raise ValidationError(_("Choose a language."))

    @property
    def cleaned_name(self) -> str:
        """The name as it is saved."""
        return clean_line(self.name.data)


class MemberDaysForm(BasedForm):
    """The first and the last day of a member."""

    first = DayField(_l("First day"), validators=[WithinYears()])
    last = DayField(_l("Last day"), validators=[WithinYears()])

    @classmethod
    def of(cls, member: Membership, *, fresh: bool = False) -> MemberDaysForm:
        """Return the form, filled with what the request sends unless `fresh`, else with what is saved."""
        data = {"first": member.joined_on, "last": member.left_on, "base": base_of(member)}
        return cls(**_source(fresh=fresh), data=data, prefix="days-")

    def validate(self, extra_validators: object = None) -> bool:
        """Check each day, then their order."""
        return bool(super().validate(extra_validators)) and refuse_disorder(self.first, self.last)


class AddressForm(BasedForm):
    """The right address of a member."""

    email = StringField(_l("New address"), validators=[AddressOf()])

    @classmethod
    def of(cls, member: Membership) -> AddressForm:
        """Return the form as it is shown first."""
        return cls(formdata=None, data={"base": address_base(member.person)})

    @property
    def parsed(self) -> str:
        """The address; only after the form is valid."""
        return parsed_address(self.email.data) or ""


class EraseMemberForm(FlaskForm):
    """The address of the member, typed as a confirmation."""

    address = StringField(_l("To confirm, enter this person’s address"))

    def __init__(self, member: Membership) -> None:
        super().__init__()
        self.member = member

    def validate_address(self, field: Field) -> None:
        """Refuse any other."""
        if clean_line(field.data).lower() != self.member.person.email:
            raise ValidationError(_("This is not the address of this person: nothing was erased."))

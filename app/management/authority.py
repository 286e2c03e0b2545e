"""Whose account the coordination may decide about: it opens every cohort that its owner is in, and not theirs alone."""

from __future__ import annotations

from datetime import datetime

from app.access import is_coordinator
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.teams.members import find_current_memberships
from app.teams.models import Person


class ElsewhereError(DomainError):
    """The person is in a cohort, too, that who decides about their account does not coordinate."""

    status = 403
    advice = _l(
        "This person also belongs to a cohort that you do not coordinate: only they themselves, on their account page, "
        "or somebody who coordinates every cohort of theirs can do this."
    )


def may_decide_about(person: Person, by: Person, now: datetime) -> bool:
    """Return whether `by` coordinates at `now` every cohort that the person is, was or will be in.

    Without this, a coordinator could add anybody of another cohort to their own, and take over or erase the account.
    """
    coordinated = {member.promotion_id for member in find_current_memberships(by, now) if is_coordinator(member)}
    return {member.promotion_id for member in person.memberships} <= coordinated


def check_authority(person: Person, by: Person, now: datetime) -> None:
    """Raise ElsewhereError unless `by` may decide about the person's account."""
    if not may_decide_about(person, by, now):
        raise ElsewhereError(f"person {person.id} is in other cohorts than those of {by.id}")

"""What people do with their own account: choose a language, see all that is stored about them, be erased."""

from __future__ import annotations

from datetime import datetime

from app.advice import personal_data as advice
from app.audit import personal_data as audit
from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins import personal_data as bulletins
from app.confidential import personal_data as confidential
from app.database import db
from app.digests import personal_data as digests
from app.drafts import personal_data as drafts
from app.feeds import personal_data as feeds
from app.help_requests import personal_data as help_requests
from app.identity import personal_data as identity
from app.letters import personal_data as letters
from app.management import personal_data as management
from app.management.people import check_may_go
from app.plans import personal_data as plans
from app.questionnaires import personal_data as questionnaires
from app.reactions import personal_data as reactions
from app.readership import personal_data as readership
from app.readership.figures.erasure import keep_shown_figures
from app.readership.figures.store import store_due_figures
from app.readership.writer_feedback import store_readers
from app.retrospective import personal_data as retrospective
from app.rota import personal_data as rota
from app.sharing import personal_data as sharing
from app.teams import personal_data as teams
from app.teams.locking import lock_person
from app.teams.models import Person

FEATURES = (
    identity,
    drafts,
    rota,
    bulletins,
    reactions,
    help_requests,
    confidential,
    digests,
    sharing,
    feeds,
    readership,
    plans,
    questionnaires,
    advice,
    retrospective,
    management,
)


def set_language(person: Person, locale: str) -> None:
    """Write to the person, and answer them, in the language `locale` from now on. Commits."""
    person.locale = locale
    db.session.commit()


def set_name(person: Person, name: str) -> None:
    """Call the person `name` from now on. Commits."""
    person.name = name
    db.session.commit()


def everything_about(person: Person) -> dict[str, object]:
    """Collect all that is stored about the person, by topic; secrets, stored as hashes only, are left out."""
    data = teams.export_for(person)
    for feature in FEATURES:
        data |= feature.export_for(person)
    return data | audit.export_for(person.id) | letters.export_for(person.id, person.email or "")


def erase_person(person: Person, now: datetime, *, by: int | None = None, promotion_id: int | None = None) -> None:
    """Erase the person for good: what they wrote for their team stays, its author is a former member. Commits.

    `by` is who of the coordination of `promotion_id` does it for them, None for the person. Raises LastCoordinatorError
    when a cohort would have no coordinator any more.

    Marks, offers, confidential words, sign-in links and the e-mail address are erased, letters hold no trace of whom
    they were for. The membership stays without name and team, counted in the digests of its time and in none later.
    """
    for member in person.memberships:
        check_may_go(member, now)  # before anything is counted
    for member in person.memberships:
        store_due_figures(member.promotion, now)  # what was shown with them is counted first, and stays
        store_readers(member.promotion, now, before_erasure=True)
    for member in person.memberships:
        check_may_go(member, now)  # counting has released the lock; from here on no digest is addressed to them
        keep_shown_figures(member, now)
    erase_rows(person, now)
    if by is not None:
        record_action(AuditAction.PERSON_ERASED, by, now, promotion_id=promotion_id)
    db.session.commit()


def erase_rows(person: Person, now: datetime) -> None:
    """Erase what every feature stores of the person. Never commits."""
    lock_person(person.id)  # no draft of theirs is kept meanwhile
    for feature in FEATURES:
        feature.erase_for(person)
    audit.erase_for(person.id)
    letters.erase_for(person.id, person.email or "")
    teams.erase_for(person, now)

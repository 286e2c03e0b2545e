"""Export and erase what a person has read, answered and agreed to; shown to them alone. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.database import db
from app.digests.models import Digest
from app.readership.models import Consent, MonthAnswer, ReadMark
from app.readership.read_marks import lock_marks
from app.teams.models import Membership, Person, Promotion


def export_for(person: Person) -> dict[str, object]:
    """Return every digest they have read, their answers to the month's question, their choices on automatic marking."""
    marks = (
        select(Promotion.name, Digest.week, ReadMark.day, ReadMark.origin)
        .join(Digest, Digest.id == ReadMark.digest_id)
        .join(Promotion, Promotion.id == Digest.promotion_id)
        .join(Membership, Membership.id == ReadMark.membership_id)
        .where(Membership.person_id == person.id)
        .order_by(Promotion.id, Digest.week)
    )
    answers = (
        select(Promotion.name, MonthAnswer.month, MonthAnswer.habit)
        .join(Membership, Membership.id == MonthAnswer.membership_id)
        .join(Membership.promotion)
        .where(Membership.person_id == person.id)
        .order_by(MonthAnswer.membership_id, MonthAnswer.month)
    )
    consents = (
        select(Promotion.name, Consent)
        .select_from(Consent)
        .join(Membership, Membership.id == Consent.membership_id)
        .join(Membership.promotion)
        .where(Membership.person_id == person.id)
        .order_by(Consent.id)
    )
    return {
        "digests_read": [
            {"promotion": promotion, "week": week, "day": day, "origin": origin}
            for promotion, week, day, origin in db.session.execute(marks)
        ],
        "answers_to_the_months_question": [
            {"promotion": promotion, "month": f"{month:%Y-%m}", "habit": habit}
            for promotion, month, habit in db.session.execute(answers)
        ],
        "automatic_marking": [
            {
                "promotion": promotion,
                "said": consent.choice,
                "at": consent.at,
                "where": consent.place,
                "version_of_the_words": consent.text_version,
            }
            for promotion, consent in db.session.execute(consents)
        ],
    }


def erase_for(person: Person) -> None:
    """Erase all of it. The figures of final months keep their numbers, which name nobody."""
    for member in person.memberships:
        lock_marks(member.id)
    own = select(Membership.id).where(Membership.person_id == person.id)
    for table in (ReadMark, MonthAnswer, Consent):
        db.session.execute(delete(table).where(table.membership_id.in_(own)))

"""Export and erase in which digests a person was counted, and which they introduced. Never commits."""

from __future__ import annotations

from sqlalchemy import select, update

from app.database import db
from app.digests.models import Digest, DigestNote, DigestSchedule, Introduction, Recipient
from app.teams.models import Membership, Person, Promotion


def export_for(person: Person) -> dict[str, object]:
    """Return each digest that was for them, with the reason if they got no letter, and the introductions they wrote."""
    recipients = (
        select(Promotion.name, Digest.week, Recipient.role, Recipient.exclusion)
        .join(Digest, Digest.id == Recipient.digest_id)
        .join(Promotion, Promotion.id == Digest.promotion_id)
        .join(Recipient.membership)
        .where(Membership.person_id == person.id)
        .order_by(Promotion.id, Digest.week)
    )
    notes = select(DigestNote).where(DigestNote.author_id == person.id).order_by(DigestNote.id)
    schedules = select(DigestSchedule).where(DigestSchedule.person_id == person.id).order_by(DigestSchedule.week)
    introductions = select(Introduction).where(Introduction.author_id == person.id).order_by(Introduction.week)
    return {
        "digests_addressed": [
            {"promotion": promotion, "week": week, "role": role, "no_letter_because": exclusion}
            for promotion, week, role, exclusion in db.session.execute(recipients)
        ],
        "introductions_written": [
            {"week": introduction.week, "text": introduction.text} for introduction in db.session.scalars(introductions)
        ],
        "notes_on_digests": [{"text": note.text, "at": note.written_at} for note in db.session.scalars(notes)],
        "digests_held_or_put_off": [
            {"week": schedule.week, "held": schedule.held, "put_off_to": schedule.put_off_to, "at": schedule.changed_at}
            for schedule in db.session.scalars(schedules)
        ],
    }


def erase_for(person: Person) -> None:
    """Make a former member the author of their introductions and decisions; who was counted in a digest stays."""
    db.session.execute(update(DigestNote).where(DigestNote.author_id == person.id).values(author_id=None))
    db.session.execute(update(DigestSchedule).where(DigestSchedule.person_id == person.id).values(person_id=None))
    db.session.execute(update(Introduction).where(Introduction.author_id == person.id).values(author_id=None))

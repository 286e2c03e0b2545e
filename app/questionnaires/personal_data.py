"""Export and erase what is stored of a person about questionnaires: that they were asked, and have answered.

What they answered cannot be found, by them or by anybody. Never commits.
"""

from __future__ import annotations

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.questionnaires.models import Participation, Questionnaire
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return which questionnaires they were asked to answer, and whether they have."""
    return {
        "questionnaires": [
            {
                "promotion": each.questionnaire.promotion.name,
                "public": each.questionnaire.public,
                "issued_on": each.questionnaire.issued_on,
                "answered": each.answered,
            }
            for each in db.session.scalars(_of(person))
        ]
    }


def erase_for(person: Person) -> None:
    """Erase that they were asked; how many were, and have answered, stays as it was."""
    for each in db.session.scalars(_of(person)):
        query = select(Questionnaire).where(Questionnaire.id == each.questionnaire_id).with_for_update()
        questionnaire = db.session.scalars(query, execution_options={"populate_existing": True}).one()
        db.session.refresh(each)
        questionnaire.erased_asked += 1
        questionnaire.erased_answered += int(each.answered)
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(Participation).where(Participation.membership_id.in_(own)))


def _of(person: Person) -> Select[Participation]:
    query = select(Participation).join(Participation.membership).where(Membership.person_id == person.id)
    return query.options(joinedload(Participation.questionnaire)).order_by(Participation.id)

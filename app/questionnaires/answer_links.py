"""The link of a letter by which its reader answers one questionnaire, without signing in."""

from __future__ import annotations

from app.database import db
from app.questionnaires.models import Participation, Questionnaire
from app.questionnaires.queries import find_participation
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Membership

PURPOSE = "questionnaire"


def answer_url(questionnaire: Questionnaire, membership_id: int, link_epoch: int) -> str:
    """Return the URL at which a member answers; it says to the site who they are, and to nobody else."""
    token = sign(PURPOSE, [questionnaire.id, membership_id, link_epoch])
    slug = questionnaire.promotion.slug
    return public_url("questionnaires.start", promotion_slug=slug, questionnaire_id=questionnaire.id, answerer=token)


def find_answerer(token: str) -> Participation | None:
    """Return who holds the link, and for which questionnaire; None when it is not ours, was ended, or they are gone."""
    value = unsign(PURPOSE, token)
    if not isinstance(value, list):
        return None
    questionnaire_id, membership_id, epoch = value
    member = db.session.get(Membership, membership_id)
    if member is None or member.person.email is None or member.person.link_epoch != epoch:
        return None
    return find_participation(questionnaire_id, membership_id)

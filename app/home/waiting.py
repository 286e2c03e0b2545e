"""What may wait for a member on "my week": one look-up tells what exists, so that only that is read.

It brings their latest choice of automatic marking along, which the page needs in every week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from app.advice.queries import ADVICE_OF_MEMBER
from app.database import db
from app.drafts.service import LIFETIME, OF_PERSON
from app.questionnaires.queries import TO_ANSWER
from app.readership.auto_marking import LATEST
from app.readership.context import note_choice
from app.readership.models import Consent
from app.records.queries import OPEN_MILESTONES
from app.rota.models import Rota
from app.teams.models import Membership, Pause
from app.teams.roles import Role

# Nearly every week has none of most of them, and each look-up is a twentieth of what the page costs.
ANY_WAITING = select(
    OPEN_MILESTONES.exists(),
    TO_ANSWER.exists(),
    ADVICE_OF_MEMBER.exists(),
    OF_PERSON.order_by(None).exists(),
    exists().where(Rota.team_id == bindparam("team")),
    exists().where(
        Membership.team_id == bindparam("team"),
        Membership.role == Role.EIG,
        Membership.id != bindparam("member"),
        or_(Membership.left_on.is_(None), Membership.left_on >= bindparam("today")),
    ),
    exists().where(Pause.team_id == bindparam("team")),
    LATEST.with_only_columns(Consent.choice).scalar_subquery(),
    LATEST.with_only_columns(Consent.at).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether the promotion has milestones that are open, or advice; whether the member has a questionnaire to answer,
    or texts that they have typed and not sent; whether their team keeps a rota, has other EIGs, or has pauses.
    """

    milestones: bool
    questionnaires: bool
    advice: bool
    drafts: bool
    rota: bool
    colleagues: bool
    pauses: bool


def what_waits(member: Membership, now: datetime) -> Waiting:
    """Return of what there is any at `now`; note the choice of automatic marking, and a team without pauses."""
    values = {
        "member": member.id,
        "person": member.person_id,
        "team": member.team_id,
        "promotion": member.promotion_id,
        "today": member.promotion.today(now),
        "after": now - LIFETIME,
    }
    *any_of_each, choice, chosen_at = db.session.execute(ANY_WAITING, values).one()
    note_choice(member, choice, chosen_at)
    waiting = Waiting(*any_of_each)
    if member.team and not waiting.pauses:
        set_committed_value(member.team, "pauses", [])
    return waiting

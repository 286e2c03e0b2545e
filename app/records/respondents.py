"""Who may fill in a team's record, and as what: its EIGs and mentors, and the coordination."""

from __future__ import annotations

from datetime import datetime

from app.access import is_coordinator
from app.records.milestones import is_after_the_end
from app.records.models import Milestone
from app.records.vocabulary import Responder
from app.teams.models import Membership, Team
from app.teams.roles import Role

TEAM_ROLES = {Role.EIG: Responder.EIG, Role.MENTOR: Responder.MENTOR}


def responder_of(member: Membership, milestone: Milestone, team: Team, now: datetime) -> Responder | None:
    """Return as what `member` answers for `team`; None when it is not theirs to answer.

    Months after the end, those answer who were of the team on the promotion's last day, alumni as the EIGs that they
    were.
    """
    promotion = team.promotion
    day = min(promotion.today(now), promotion.ends_on)
    if member.promotion_id != promotion.id or not member.is_current(max(day, promotion.starts_on)):
        return None
    if member.team_id == team.id:
        if member.role is Role.ALUMNI and is_after_the_end(milestone.key):
            return Responder.EIG
        if member.role in TEAM_ROLES:
            return TEAM_ROLES[member.role]
    return Responder.COORDINATION if is_coordinator(member) else None

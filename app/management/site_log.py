"""The audit log across cohorts: what was done to cohorts themselves and to the site, as one coordinator sees it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from app.audit.actions import AuditAction
from app.audit.models import AuditEntry
from app.database import db
from app.management.audit_log import LogLine, to_lines
from app.teams.models import Membership

ABOUT_SITE = (AuditAction.PAGE_CHANGED,)
ABOUT_COHORTS = (
    AuditAction.PROMOTION_MADE,
    AuditAction.PROMOTION_CHANGED,
    AuditAction.COORDINATION_GIVEN,
    AuditAction.COORDINATION_TAKEN,
)


def read_site_log(coordinated: Sequence[Membership]) -> list[LogLine]:
    """Return the lines that somebody sees by these memberships, in which they coordinate; the newest first.

    What is done to the site concerns whoever coordinates; what is done to a cohort, those who coordinate it. Of one
    that was deleted nobody is known to have: each sees what they did there, and what was done about them.
    """
    query = select(AuditEntry).where(_seen_by(coordinated)).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    names = {member.promotion_id: member.promotion.name for member in coordinated}
    return to_lines(list(db.session.scalars(query)), names)


def _seen_by(coordinated: Sequence[Membership]) -> ColumnElement[bool]:
    people = {member.person_id for member in coordinated}
    tells_another = and_(AuditEntry.action == AuditAction.PROMOTION_DELETED, AuditEntry.person_id.is_not(None))
    return or_(
        AuditEntry.action.in_(ABOUT_SITE),
        and_(
            AuditEntry.promotion_id.in_([member.promotion_id for member in coordinated]),
            AuditEntry.action.in_(ABOUT_COHORTS),
        ),
        and_(
            AuditEntry.promotion_id.is_(None),
            or_(and_(AuditEntry.actor_id.in_(people), ~tells_another), AuditEntry.person_id.in_(people)),
        ),
    )

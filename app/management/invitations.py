"""Invite members by a letter: what this is, what they are in it, and where to sign in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.letters.outbox import without_placeholders
from app.teams.invitation_links import invitation_link
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Person, Promotion
from app.teams.notifications import queue_notification
from app.teams.roles import Role

AGAIN_AFTER = timedelta(minutes=10)  # a second click before that sends no second letter


def invite(promotion: Promotion, members: Sequence[Membership], by: Person, now: datetime) -> int:
    """Send an invitation to each of `members` who got none within AGAIN_AFTER; return how many were queued. Commits."""
    lock_promotion(promotion.id)
    invited = 0
    for member in members:
        db.session.refresh(member)
        if member.invited_at is not None and now < member.invited_at + AGAIN_AFTER:
            continue
        invited += queue_notification(
            "invitation",
            [member],
            reference=f"invitation:{member.id}:{uuid.uuid4().hex}",
            now=now,
            reply_to=by.email,
            promotion=promotion,
            member=member,
            team=without_placeholders(member.team.name) if member.team else "",
            coordinates=member.coordinates or member.role is Role.COORDINATOR,
            coordinator=without_placeholders(by.display_name),
            sign_in_url=invitation_link(member.person),
        )
        member.invited_at = now
        record_action(AuditAction.PERSON_INVITED, by.id, now, promotion_id=promotion.id, person_id=member.person_id)
    db.session.commit()
    return invited

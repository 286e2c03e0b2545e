"""Export and erase what a promotion stores about one person (GDPR, articles 15 and 17). Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.database import db
from app.teams.models import Person, SignInToken


def export_for(person: Person) -> dict[str, object]:
    """Return who they are, what they are in each promotion, when sign-in links were sent (a hash of each is stored)."""
    tokens = select(SignInToken).where(SignInToken.person_id == person.id).order_by(SignInToken.id)
    return {
        "person": {
            "address": person.email,
            "name": person.name,
            "language": person.locale,
            "known_since": person.created_at,
            "times_all_sessions_were_ended": person.sessions - 1,
        },
        "memberships": [
            {
                "promotion": member.promotion.name,
                "role": member.role,
                "team": member.team.name if member.team else None,
                "coordinates": member.coordinates,
                "joined_on": member.joined_on,
                "left_on": member.left_on,
                "digest_left_at": member.digest_unsubscribed_at,
                "reminders_left_at": member.reminders_unsubscribed_at,
            }
            for member in person.memberships
        ],
        "sign_in_links": [
            {"expires_at": token.expires_at, "used_at": token.used_at} for token in db.session.scalars(tokens)
        ],
    }


def erase_for(person: Person, now: datetime) -> None:
    """Erase name, e-mail address and language, end their memberships and every session of theirs.

    The memberships stay, without team: what was counted with them in a promotion still adds up.
    """
    db.session.execute(delete(SignInToken).where(SignInToken.person_id == person.id))
    for member in person.memberships:
        yesterday = member.promotion.today(now) - timedelta(days=1)  # today's digest counts them no more
        member.left_on = min(member.left_on or yesterday, yesterday)
        member.team, member.coordinates = None, False
        member.digest_unsubscribed_at = member.reminders_unsubscribed_at = None
    person.email, person.name, person.locale = None, "", None
    person.sessions += 1

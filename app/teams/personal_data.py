"""Export and erase what a promotion stores about one person (GDPR, articles 15 and 17). Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.database import db
from app.teams.models import Person
from app.teams.sign_in_models import SignInRequest, SignInToken, UserSession


def export_for(person: Person) -> dict[str, object]:
    """Return who they are, what they are in each promotion, their sign-in links and sessions (stored as hashes)."""
    tokens = select(SignInToken).where(SignInToken.person_id == person.id).order_by(SignInToken.id)
    sessions = select(UserSession).where(UserSession.person_id == person.id).order_by(UserSession.id)
    return {
        "person": {
            "address": person.email,
            "name": person.name,
            "language": person.locale,
            "known_since": person.created_at,
            "times_the_links_of_letters_were_ended": person.link_epoch - 1,
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
                "invited_at": member.invited_at,
            }
            for member in person.memberships
        ],
        "sign_in_links": [
            {"expires_at": token.expires_at, "used_at": token.used_at} for token in db.session.scalars(tokens)
        ],
        "sessions": [{"began_at": each.began_at, "level": each.level} for each in db.session.scalars(sessions)],
    }


def erase_for(person: Person, now: datetime) -> None:
    """Erase name, e-mail address and language, end their memberships, every session and the links of their letters.

    The memberships stay, without team: what was counted with them in a promotion still adds up, and the number of those
    who unsubscribed does not tell, by falling, that they had.
    """
    for model in (SignInToken, UserSession):
        db.session.execute(delete(model).where(model.person_id == person.id))
    db.session.execute(delete(SignInRequest).where(SignInRequest.email == person.email))
    for member in person.memberships:
        yesterday = member.promotion.today(now) - timedelta(days=1)  # today's digest counts them no more
        member.left_on = min(member.left_on or yesterday, yesterday)
        member.team, member.coordinates = None, False
    person.email, person.name, person.locale = None, "", None
    person.link_epoch += 1

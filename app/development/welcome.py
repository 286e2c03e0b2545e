"""What `make run` prints once everything is up: where the site is, and how to sign in."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role

ROLES = {Role.EIG: "an EIG", Role.MENTOR: "a mentor", Role.COORDINATOR: "a coordinator"}


def is_empty() -> bool:
    """Return whether the database holds no promotion yet."""
    return db.session.scalar(select(Promotion.id).limit(1)) is None


def sign_in_emails() -> dict[str, str]:
    """Find the e-mail address of the first member of each role that there is: "an EIG" → address."""
    emails = {}
    for role, name in ROLES.items():
        query = select(Person.email).join(Membership).where(Membership.role == role, Person.email.is_not(None))
        if email := db.session.scalar(query.order_by(Membership.id).limit(1)):
            emails[name] = email
    return emails


def welcome(site: str, emails: dict[str, str]) -> str:
    """Write the message for a terminal; `site` is the URL of the site, `emails` what `sign_in_emails` gave."""
    people = [f"    as {name:<14} {email}" for name, email in emails.items()]
    return "\n".join(
        [
            "",
            f"  Bulletins is at     {site}",
            f"  Its letters are at  {site}/mailbox (they go nowhere else)",
            "",
            "  To sign in, ask the site for a link with one of these addresses, and open it in the mailbox:",
            *people,
            "",
            "  Ctrl-C ends all of it.",
            "",
        ]
    )

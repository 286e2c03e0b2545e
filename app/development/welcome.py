"""What `make run` says once everything is up: where the site is, and how to sign in."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role

ROLES = {Role.EIG: "an EIG", Role.MENTOR: "a mentor", Role.COORDINATOR: "a coordinator"}


def is_empty() -> bool:
    """Whether the database holds no promotion yet."""
    return db.session.scalar(select(Promotion.id).limit(1)) is None


def sign_in_addresses() -> dict[str, str]:
    """The address of the first member of each kind that there is: "an EIG" → address."""
    return {words: address for role, words in ROLES.items() if (address := _first_address(role))}


def _first_address(role: Role) -> str | None:
    query = select(Person.email).join(Membership).where(Membership.role == role, Person.email.is_not(None))
    return db.session.scalar(query.order_by(Membership.id).limit(1))


def welcome(site: str, addresses: dict[str, str]) -> str:
    """The words, for a terminal; `site` is the address of the site."""
    people = [f"    as {words:<14} {address}" for words, address in addresses.items()]
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

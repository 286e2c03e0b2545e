"""Signing in by a link sent by mail: single use, fifteen minutes, its secret kept as a hash only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app import clock
from app.extensions import db
from app.letters.kinds import SIGN_IN, Kind, LetterContext
from app.letters.outbox import Addressee, add_mailing, queue_letters, render_mail
from app.routing import public_url
from app.security import hash_secret, new_secret
from app.teams.members import promotions_of
from app.teams.models import Person, Promotion, SignInToken

LINK_LIVES = timedelta(minutes=15)
LETTER_LIVES = timedelta(minutes=10)
KEPT_AFTER_EXPIRY = timedelta(days=1)
MINUTES = int(LINK_LIVES.total_seconds() // 60)


@dataclass(frozen=True)
class Link:
    """A link that can still sign its person in."""

    token: SignInToken
    person: Person


def request_link(email: str, now: datetime) -> None:
    """Queue a sign-in letter when `email`, as a roster has it, is a member's; the caller is not told whether it is."""
    person = db.session.scalar(select(Person).where(Person.email == email))
    memberships = promotions_of(person, now) if person else []
    if person and memberships:
        _queue_letter(person, memberships[0].promotion, now)
        db.session.commit()


def find_link(secret: str, now: datetime) -> Link | None:
    """The link with that secret, unless it was used, has expired, or is not ours."""
    query = select(SignInToken).where(SignInToken.secret_hash == hash_secret(secret))
    token = db.session.scalar(query)
    if token is None or token.used_at or token.expires_at <= now:
        return None
    person = db.session.get_one(Person, token.person_id)
    return Link(token, person) if promotions_of(person, now) else None


def use_link(secret: str, now: datetime) -> Person | None:
    """Consume the link: its person, once; None for everybody who comes after."""
    link = find_link(secret, now)
    if link is None:
        return None
    used = db.session.execute(
        update(SignInToken).where(SignInToken.id == link.token.id, SignInToken.used_at.is_(None)).values(used_at=now)
    )
    db.session.commit()
    return link.person if used.rowcount == 1 else None  # type: ignore[attr-defined]


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    person.sessions += 1
    db.session.commit()


def forget_links(now: datetime) -> int:
    """Erase the links, used or not, that expired KEPT_AFTER_EXPIRY ago; gives how many."""
    old = delete(SignInToken).where(SignInToken.expires_at < now - KEPT_AFTER_EXPIRY)
    erased = db.session.execute(old).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return int(erased)


def is_over(asked_at: datetime, now: datetime) -> bool:
    """Whether a letter asked for at `asked_at`, for whatever address, has left by now or never will."""
    return now >= asked_at + LETTER_LIVES


def _queue_letter(person: Person, promotion: Promotion, now: datetime) -> None:
    reference, locale = f"sign-in:{uuid.uuid4().hex}", person.locale or promotion.locale
    subject, text, html = render_mail("sign_in", locale, minutes=MINUTES)
    mailing = add_mailing("sign-in", locale, subject, text, html, reference=reference, created_at=now)
    queue_letters(mailing, [Addressee(None, person.id, person.email or "", person.name)], now)


def _urls(context: LetterContext) -> Mapping[str, str]:
    """Make the link at the moment its letter leaves: only the hash of its secret is kept."""
    secret = new_secret()
    token = SignInToken(
        person_id=context.person_id,
        letter_id=context.id,
        secret_hash=hash_secret(secret),
        expires_at=clock.now() + LINK_LIVES,
    )
    db.session.add(token)
    db.session.flush()
    return {"sign_in_url": public_url("teams.open_link", secret=secret)}


KIND = Kind(name="sign-in", precedence=SIGN_IN, give_up_after=LETTER_LIVES, urls=_urls, unsubscribable=False)

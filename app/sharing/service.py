"""Making and revoking links to a team's story."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db, insert_or_ignore, rows_changed
from app.security import hash_secret
from app.sharing.models import ShareLink
from app.sharing.rules import KEPT_AFTER_END, MOST_LINKS
from app.teams.locking import lock_promotion
from app.teams.models import Person, Team


class TooManyLinksError(Exception):
    """The team has as many links as it may have at once."""


class LinkRevokedError(Exception):
    """The link with this secret was revoked: no form sent again brings it back."""


def make_link(team: Team, name: str, ends_on: date, secret: str, by: Person, now: datetime) -> None:
    """Make a link to the team's story with `secret`; a second time with the same one changes nothing. Commits.

    Raises TooManyLinksError, LinkRevokedError.
    """
    lock_promotion(team.promotion_id)  # or two at once may pass the most
    secret_hash, today = hash_secret(secret), team.promotion.today(now)
    if db.session.scalar(select(ShareLink.id).where(ShareLink.secret_hash == secret_hash, ShareLink.ends_on < today)):
        db.session.rollback()
        raise LinkRevokedError(team.slug)
    working = (
        select(func.count()).select_from(ShareLink).where(ShareLink.team_id == team.id, ShareLink.ends_on >= today)
    )
    values = {"team_id": team.id, "name": name, "secret_hash": secret_hash, "ends_on": ends_on}
    if (db.session.scalar(working.where(ShareLink.secret_hash != secret_hash)) or 0) >= MOST_LINKS:
        db.session.rollback()
        raise TooManyLinksError(team.slug)
    link = insert_or_ignore(ShareLink, "secret_hash").values(made_by_id=by.id, made_at=now, **values)
    if db.session.scalar(link.returning(ShareLink.id)) is not None:
        detail = ends_on.isoformat()
        record_action(
            AuditAction.SHARE_MADE, by.id, now, promotion_id=team.promotion_id, subject=team.name, detail=detail
        )
    db.session.commit()


def revoke_link(team: Team, link_id: int, by: Person, now: datetime) -> None:
    """End a link to the team's story for good; one that has ended meanwhile is no error. Commits.

    Its row stays for a while: the form that made it, sent again, would otherwise make it anew.
    """
    today = team.promotion.today(now)
    working = ShareLink.id == link_id, ShareLink.team_id == team.id, ShareLink.ends_on >= today
    revoked = update(ShareLink).where(*working).values(ends_on=today - timedelta(days=1))
    if rows_changed(revoked):
        record_action(AuditAction.SHARE_REVOKED, by.id, now, promotion_id=team.promotion_id, subject=team.name)
    db.session.commit()


def purge_ended_links(now: datetime) -> None:
    """Delete the links that ended some time ago. Commits."""
    db.session.execute(delete(ShareLink).where(ShareLink.ends_on < now.date() - KEPT_AFTER_END))
    db.session.commit()

"""Reading share links, and what they show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin
from app.bulletins.queries import issued_bulletins_of_team
from app.database import db
from app.i18n import force_locale
from app.i18n import gettext as _
from app.security import hash_secret
from app.sharing.models import ShareLink
from app.sharing.rules import SharedBulletin, SharedMonth, by_month
from app.teams.models import Promotion, Team


def find_link(secret: str, now: datetime) -> ShareLink | None:
    """Return the link with that secret, its team and its promotion; None when there is none, or it has ended."""
    promotion = joinedload(ShareLink.team).joinedload(Team.promotion).joinedload(Promotion.days_off)
    query = select(ShareLink).options(promotion).where(ShareLink.secret_hash == hash_secret(secret))
    link = db.session.scalars(query).unique().one_or_none()
    return link if link and link.team.promotion.today(now) <= link.ends_on else None


def links_of(team: Team) -> list[ShareLink]:
    """Return the links to the team's story, those that end last first, with who made them."""
    query = select(ShareLink).options(joinedload(ShareLink.made_by)).where(ShareLink.team_id == team.id)
    return list(db.session.scalars(query.order_by(ShareLink.ends_on.desc(), ShareLink.id.desc())))


def shared_story(team: Team) -> tuple[SharedMonth, ...]:
    """Return what a link to the team's story shows: its bulletins of issued weeks, without their calls for help."""
    with force_locale(team.promotion.locale):  # as the notices of the site, which stand beside what members wrote
        return by_month(_shared(team, bulletin) for bulletin in issued_bulletins_of_team(team))


def _shared(team: Team, bulletin: Bulletin) -> SharedBulletin:
    return SharedBulletin(
        week=bulletin.week,
        month=team.promotion.timetable.month(bulletin.week) or bulletin.week.monday.replace(day=1),
        mood=bulletin.mood,
        late=False,  # nobody outside is told who was late
        priorities_html=bulletin.priorities_html,
        ups_and_downs_html=bulletin.ups_and_downs_html,
        key_day=bulletin.key_day,
        key_text=bulletin.key_text,
        notice=_("Corrected since it was published.") if bulletin.notice else "",
    )

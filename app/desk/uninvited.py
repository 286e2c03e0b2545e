"""Who was added to the cohort and never heard of it."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import func, or_, select

from app.database import db
from app.desk.matter import Matter
from app.i18n import ngettext
from app.letters.models import Letter
from app.teams.models import Membership, Person, Promotion
from app.teams.phases import Phase


def find_uninvited(promotion: Promotion, now: datetime) -> list[Matter]:
    """Return one line about those, there today or soon, whom nobody has invited and who never had a letter.

    Once the cohort runs, only where others were invited: in one that was made from a file, digests tell people of it.
    """
    phase = promotion.phase(now)
    invited = select(Membership.id).where(Membership.promotion_id == promotion.id, Membership.invited_at.is_not(None))
    if phase is Phase.AFTER or (phase is Phase.RUNNING and db.session.scalar(invited.limit(1)) is None):
        return []
    number = count_uninvited(promotion, now)
    words = ngettext("%(num)d person has not been invited", "%(num)d people have not been invited", number)
    return [Matter(words, url_for("management_people.show"))] if number else []


def count_uninvited(promotion: Promotion, now: datetime) -> int:
    """Count whom the page of the members offers to invite (`Everybody.invitable`), without reading everybody."""
    reached = select(Letter.id).where(Letter.person_id == Membership.person_id, Letter.sent_at.is_not(None))
    query = (
        select(func.count())
        .select_from(Membership)
        .join(Membership.person)
        .where(Membership.promotion_id == promotion.id, Person.email.is_not(None))
        .where(Membership.invited_at.is_(None), ~reached.exists())
        .where(or_(Membership.left_on.is_(None), Membership.left_on >= promotion.today(now)))
    )
    return db.session.scalar(query) or 0

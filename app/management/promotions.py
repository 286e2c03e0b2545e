"""Make a cohort; change it; say whether it may be deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.models import Bulletin
from app.database import db
from app.digests.models import Digest
from app.errors import DomainError
from app.fingerprints import fingerprint
from app.management.people import ChangedMeanwhileError
from app.questionnaires.models import Questionnaire
from app.records.models import Milestone
from app.retrospective.models import PublishedReport
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.names import RESERVED_SLUGS, slugify
from app.teams.roles import Role
from app.weeks import Week


class PromotionNameError(DomainError):
    """The name makes no part of an address, or that of another cohort."""

    status = 409


class WeeksOutsideError(DomainError):
    """With these dates, weeks in which something was written or issued would be outside the cohort."""

    status = 409

    def __init__(self, first: Week, last: Week) -> None:
        super().__init__(f"bulletins from {first} to {last}")
        self.first, self.last = first, last


@dataclass(frozen=True, slots=True)
class PromotionValues:
    """What the coordination says of a cohort."""

    name: str
    starts_on: date
    ends_on: date
    timezone: str
    country: str | None
    locale: str

    @classmethod
    def of(cls, promotion: Promotion) -> PromotionValues:
        """Return what is saved."""
        return cls(
            name=promotion.name,
            starts_on=promotion.starts_on,
            ends_on=promotion.ends_on,
            timezone=promotion.timezone,
            country=promotion.country,
            locale=promotion.locale,
        )


def base_of(promotion: Promotion) -> str:
    """Return the fingerprint of what `change_promotion` may change."""
    return fingerprint(PromotionValues.of(promotion))


def make_promotion(values: PromotionValues, by: Person, now: datetime) -> Promotion:
    """Make a cohort that `by` coordinates; the very same once more returns the one that there is. Commits.

    Raises PromotionNameError.
    """
    known = db.session.scalar(select(Promotion).where(Promotion.slug == slugify(values.name)))
    if known is not None and PromotionValues.of(known) == values:
        return known
    try:
        promotion = add_promotion(values, by, now)
        db.session.commit()
    except IntegrityError:  # made by the other click a moment ago
        db.session.rollback()
        return make_promotion(values, by, now)
    return promotion


def add_promotion(values: PromotionValues, by: Person, now: datetime) -> Promotion:
    """Add a cohort that `by` coordinates. Raises PromotionNameError, having rolled back."""
    slug = slugify(values.name)
    if not slug or slug in RESERVED_SLUGS or db.session.scalar(select(Promotion.id).where(Promotion.slug == slug)):
        db.session.rollback()
        raise PromotionNameError(f"{values.name!r} makes no address of its own")
    promotion = Promotion(slug=slug, created_at=now, **asdict(values))
    db.session.add(promotion)
    db.session.flush()
    db.session.add(Membership(promotion_id=promotion.id, person_id=by.id, role=Role.COORDINATOR, invited_at=now))
    record_action(AuditAction.PROMOTION_MADE, by.id, now, promotion_id=promotion.id, subject=promotion.name)
    return promotion


def change_promotion(promotion: Promotion, values: PromotionValues, base: str, by: Person, now: datetime) -> None:
    """Change a cohort; its address stays. Commits. Raises ChangedMeanwhileError, WeeksOutsideError."""
    lock_promotion(promotion.id)
    db.session.refresh(promotion)
    if base_of(promotion) != base:
        db.session.rollback()
        raise ChangedMeanwhileError("changed by somebody else meanwhile")
    written = written_weeks(promotion)
    if written and (written[0].sunday < values.starts_on or written[1].monday > values.ends_on):
        db.session.rollback()
        raise WeeksOutsideError(*written)
    changed = {name: value for name, value in asdict(values).items() if getattr(promotion, name) != value}
    hours, closed = promotion.hours, promotion.last_closed_week(now)
    for name, value in changed.items():
        setattr(promotion, name, value)
    promotion.leave_to_closed_weeks(hours, closed, now)  # another zone or country moves no week that has closed
    if changed:
        detail = ", ".join(changed)
        record_action(
            AuditAction.PROMOTION_CHANGED, by.id, now, promotion_id=promotion.id, subject=promotion.name, detail=detail
        )
    db.session.commit()


def written_weeks(promotion: Promotion) -> tuple[Week, Week] | None:
    """Return the first and the last week with a bulletin or a digest; None when there is no such week."""
    weeks = []
    for query in (
        select(func.min(Bulletin.week), func.max(Bulletin.week))
        .join(Team, Team.id == Bulletin.team_id)
        .where(Team.promotion_id == promotion.id),
        select(func.min(Digest.week), func.max(Digest.week)).where(Digest.promotion_id == promotion.id),
    ):
        weeks += [week for week in db.session.execute(query).one() if week is not None]
    return (min(weeks), max(weeks)) if weeks else None


def has_issued(promotion: Promotion) -> bool:
    """Return whether anything was issued or published in the cohort: it is not deleted then."""
    milestones = select(Milestone.id).where(Milestone.promotion_id == promotion.id)
    issued = (
        select(Digest.id).where(Digest.promotion_id == promotion.id),
        select(Questionnaire.id).where(Questionnaire.promotion_id == promotion.id),
        select(PublishedReport.id).where(PublishedReport.milestone_id.in_(milestones)),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in issued)


def alone_in(promotion: Promotion) -> list[Person]:
    """Return the people who are in no other cohort."""
    elsewhere = select(Membership.person_id).where(Membership.promotion_id != promotion.id)
    query = select(Person).join(Membership).where(Membership.promotion_id == promotion.id, Person.email.is_not(None))
    return list(db.session.scalars(query.where(Person.id.not_in(elsewhere))))

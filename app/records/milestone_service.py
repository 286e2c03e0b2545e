"""Milestones: declared, moved, removed; a team excluded from one, and counted again."""

from __future__ import annotations

from blinker import Namespace
from sqlalchemy import delete, exists, select

from app.database import db
from app.errors import DomainError, UnseenChangeError
from app.fingerprints import fingerprint
from app.i18n import lazy_gettext as _l
from app.records.milestone_days import MilestoneDays
from app.records.models import ChallengeRecord, Milestone, MilestoneExclusion
from app.teams.locking import lock_promotion
from app.teams.models import Promotion, Team

milestone_removal = Namespace().signal("milestone-removal")
"""Sent as `milestone_removal.send(milestone)` inside the transaction that removes it; a receiver may raise."""


class AlreadyDeclaredError(DomainError):
    """The promotion has this milestone already."""

    status = 409
    advice = _l("This milestone has been declared already.")


class DaysChangedError(DomainError):
    """Somebody else has given the milestone other days, or removed it."""

    status = 409
    advice = _l("Somebody else has changed this meanwhile.")


class ExclusionChangedError(UnseenChangeError):
    """Somebody else has excluded the team, for another reason, or counted it again."""


class AnsweredError(DomainError):
    """A milestone at which something was sent stays."""

    status = 409
    advice = _l("A record has been sent meanwhile: this milestone can no longer be removed.")


def declare_milestone(promotion: Promotion, key: str, days: MilestoneDays) -> Milestone:
    """Declare a milestone, which opens by itself on its day. Commits. Raises AlreadyDeclaredError."""
    lock_promotion(promotion.id)
    taken = exists().where(Milestone.promotion_id == promotion.id, Milestone.key == key)
    if db.session.scalar(select(taken)):
        db.session.rollback()
        raise AlreadyDeclaredError
    milestone = Milestone(
        promotion_id=promotion.id, key=key, day=days.day, opens_on=days.opens_on, closes_on=days.closes_on
    )
    db.session.add(milestone)
    db.session.commit()
    return milestone


def days_of(milestone: Milestone) -> MilestoneDays:
    """Return the days that the milestone has."""
    return MilestoneDays(milestone.day, milestone.opens_on, milestone.closes_on)


def move_milestone(milestone: Milestone, days: MilestoneDays, seen: str | None = None) -> None:
    """Give the milestone other days; letters that wait for the former ones never leave. Commits.

    `seen`: the fingerprint of the days on its author's page, where that is known. Raises DaysChangedError.
    """
    lock_promotion(milestone.promotion_id)  # whoever is saving a record finds it open until the end, or closed
    current = db.session.get(Milestone, milestone.id, populate_existing=True)
    if current is not None and days_of(current) == days:
        db.session.rollback()
        return
    if current is None or (seen and seen != days_of(current).base):
        db.session.rollback()
        raise DaysChangedError("other days, or none, meanwhile")
    current.day, current.opens_on, current.closes_on = days.day, days.opens_on, days.closes_on
    db.session.commit()


def remove_milestone(milestone: Milestone) -> None:
    """Remove a milestone at which nothing was sent, with what was only begun. Commits. Raises AnsweredError."""
    lock_promotion(milestone.promotion_id)  # nobody can send a record until this ends
    sent = exists().where(ChallengeRecord.milestone_id == milestone.id, ChallengeRecord.sent_at.is_not(None))
    if db.session.scalar(select(sent)):
        db.session.rollback()
        raise AnsweredError
    milestone_removal.send(milestone)
    db.session.execute(delete(Milestone).where(Milestone.id == milestone.id))  # a second time there is none
    db.session.commit()


def exclude_team(milestone: Milestone, team: Team, reason: str, seen: str | None = None) -> None:
    """Let no figure of the milestone count the team, for `reason`; a second time changes the reason. Commits.

    `seen`: the `exclusion_base` of the reason on its author's page, where that is known. Raises ExclusionChangedError.
    """
    lock_promotion(milestone.promotion_id)
    row = _find_exclusion(milestone, team)
    if row is not None and row.reason == reason:
        db.session.rollback()
        return
    _refuse_unseen(row, seen)
    if row is None:
        db.session.add(MilestoneExclusion(milestone_id=milestone.id, team_id=team.id, reason=reason))
    else:
        row.reason = reason
    db.session.commit()


def count_team_again(milestone: Milestone, team: Team, seen: str | None = None) -> None:
    """Take the team's exclusion back; without one nothing changes. Commits. `seen` as for `exclude_team`."""
    lock_promotion(milestone.promotion_id)
    row = _find_exclusion(milestone, team)
    if row is None:
        db.session.rollback()
        return
    _refuse_unseen(row, seen)
    db.session.delete(row)
    db.session.commit()


def exclusion_base(reason: str | None) -> str:
    """Return the fingerprint of why a team is excluded; None: it counts."""
    return fingerprint(reason)


def _refuse_unseen(row: MilestoneExclusion | None, seen: str | None) -> None:
    if seen and seen != exclusion_base(row.reason if row else None):
        db.session.rollback()
        raise ExclusionChangedError("another reason, or none, meanwhile")


def _find_exclusion(milestone: Milestone, team: Team) -> MilestoneExclusion | None:
    """Read the exclusion anew: the page has read it before the lock."""
    query = select(MilestoneExclusion).where(
        MilestoneExclusion.milestone_id == milestone.id, MilestoneExclusion.team_id == team.id
    )
    return db.session.scalar(query, execution_options={"populate_existing": True})

"""Which milestones somebody may read, of this promotion and of others, and what two of them add up to side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.access import is_coordinator
from app.database import db
from app.records.milestones import milestone_order
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.retrospective.comparison import Comparison, compare, compare_promotions, hide_people_of_few
from app.retrospective.figures import Figure, LeftOut
from app.retrospective.frozen_records import thaw
from app.retrospective.models import Audience, PublishedReport
from app.retrospective.queries import all_figures, compare_milestones
from app.retrospective.report_queries import latest_reports, milestones_of
from app.teams.models import Membership, Promotion


@dataclass(frozen=True, slots=True)
class ReadableMilestone:
    """A milestone whose figures somebody may read: as published in `report`; where they coordinate, as they are now."""

    promotion: Promotion
    milestone: Milestone
    report: PublishedReport | None

    def is_of(self, promotion: Promotion) -> bool:
        """Return whether it is one of the promotion."""
        return self.promotion.id == promotion.id

    def is_told(self) -> bool:
        """Return whether a report tells of it, or a team has sent its record."""
        return self.report is not None or any(record.sent_at for record in self.milestone.records)


def readable_milestones(member: Membership, memberships: Sequence[Membership]) -> list[ReadableMilestone]:
    """Return what a member may read: of the promotion of `member`, then of their others, then what is for everybody."""
    mine = [member, *(each for each in memberships if each.id != member.id)]
    found = [readable for each in mine for readable in _of_member(each)]
    return [*found, *_public({each.promotion_id for each in mine})]


def compare_readable(before: ReadableMilestone, after: ReadableMilestone, now: datetime) -> Comparison:
    """Compare two milestones as their reader may see them: those of one promotion counted on the teams in both."""
    promotion = before.promotion
    if not after.is_of(promotion):
        return compare_promotions(_figures(before, now), _figures(after, now))
    if before.report is None or after.report is None:  # their reader coordinates, and sees every record
        return compare_milestones(promotion, before.milestone, promotion, after.milestone, now)
    comparison = _compare_published(promotion, before.report, after.report)
    comparison = comparison or compare_milestones(promotion, before.milestone, promotion, after.milestone, now)
    return hide_people_of_few(comparison, _figures(before, now), _figures(after, now))


def _compare_published(promotion: Promotion, *reports: PublishedReport) -> Comparison | None:
    """Compare two reports on the teams in both; None where one is from before records were kept with reports."""
    if not all("records" in report.content for report in reports):
        return None
    names = {team.id: team.name for team in promotion.teams}
    before, after = (thaw(report.content["records"], names) for report in reports)
    last = max(reports, key=lambda report: milestone_order(report.milestone.key))
    end = last.content["end"]  # the same that the later one was counted with
    return compare(before, after, thaw(end, names) if end else None)


def _of_member(member: Membership) -> Iterator[ReadableMilestone]:
    """Yield the milestones that a member of a promotion may read, the latest first."""
    if is_coordinator(member):
        for milestone in milestones_of(member.promotion):
            yield ReadableMilestone(member.promotion, milestone, None)
    else:
        for report in latest_reports(member.promotion):
            yield ReadableMilestone(member.promotion, report.milestone, report)


def _public(but: set[int]) -> Iterator[ReadableMilestone]:
    """Yield what is published for everybody in other promotions than those with the ids `but`."""
    published = select(Milestone.promotion_id).join(PublishedReport, PublishedReport.milestone_id == Milestone.id)
    others = select(Promotion).where(Promotion.id.in_(published.distinct()), Promotion.id.not_in(but))
    for promotion in db.session.scalars(others.order_by(Promotion.starts_on.desc())):
        for report in latest_reports(promotion):
            if report.audience is Audience.EVERYBODY:
                yield ReadableMilestone(promotion, report.milestone, report)


def _figures(readable: ReadableMilestone, now: datetime) -> list[Figure]:
    if readable.report is None:
        return all_figures(readable.promotion, readable.milestone, now)
    return [_from_stored(figure) for figure in readable.report.content["figures"]]


def _from_stored(stored: dict[str, Any]) -> Figure:
    """Return a figure as it was published."""
    values = {name: value for name, value in stored.items() if name in Figure.__dataclass_fields__}
    public = values.get("public")
    return Figure(
        **{
            **values,
            "missing": tuple(values.get("missing", ())),
            "excluded": tuple(LeftOut(**each) for each in values.get("excluded", ())),
            "public": SurveyPublic(public) if public else None,
        }
    )

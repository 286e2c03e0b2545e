"""Find drafts and published reports; read what an article is drafted from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.documents.blocks import Document
from app.questionnaires.queries import closed_results
from app.records.milestones import milestone_order
from app.records.models import Milestone
from app.retrospective.arrangement import Arrangement, arrange, from_stored
from app.retrospective.article import ArticleFacts
from app.retrospective.frozen_records import thaw
from app.retrospective.models import Audience, PublishedReport, ReportDraft
from app.retrospective.people_of_few import FewTeams, find_few_teams
from app.retrospective.queries import find_end, gather_figures, recorded
from app.retrospective.sentences import Locale
from app.retrospective.weekly_queries import weekly_facts
from app.teams.models import Promotion


def article_facts(promotion: Promotion, milestone: Milestone, now: datetime) -> ArticleFacts:
    """Read what the article of a milestone is drafted from, as it stands `now`."""
    told, weekly = recorded(promotion, milestone), weekly_facts(promotion, milestone, now)
    results = closed_results(promotion, milestone.key, promotion.today(now))
    return ArticleFacts(
        key=milestone.key,
        day=milestone.day,
        figures=tuple(gather_figures(told, find_end(promotion), weekly, results)),
        teams=len(told.counted),
        eigs=sum(told.eigs(team) for team in told.counted),
        missing=told.missing,
        excluded=told.left_out,
        writing=weekly.writing,
        results=results,
    )


def few_teams_to_publish(promotion: Promotion, milestone: Milestone) -> FewTeams:
    """Return the teams whose people the next version would reveal, by itself or beside an earlier one."""
    kept = select(PublishedReport.content["records"]).where(PublishedReport.milestone_id == milestone.id)
    names = {team.id: team.name for team in promotion.teams}
    versions = [thaw(records, names) for records in db.session.scalars(kept) if records]  # version 0.3.0 kept none
    return find_few_teams(recorded(promotion, milestone), versions)


def drafted_document(promotion: Promotion, milestone: Milestone, locale: Locale, now: datetime) -> Document:
    """Return the article of a milestone as the coordination has arranged it, from the figures of `now`."""
    facts = article_facts(promotion, milestone, now)
    return arrange(facts, arrangement_of(find_draft(milestone)), locale, promotion.name, promotion.locale)


def find_draft(milestone: Milestone, *, anew: bool = False) -> ReportDraft | None:
    """Return what the coordination has prepared, whatever the session holds of it if `anew`; None before any change."""
    query = select(ReportDraft).where(ReportDraft.milestone_id == milestone.id).options(joinedload(ReportDraft.author))
    return db.session.scalar(query, execution_options={"populate_existing": anew})


def arrangement_of(draft: ReportDraft | None) -> Arrangement:
    """Return the arrangement of a draft; the default one without a draft."""
    return from_stored(draft.content) if draft else Arrangement()


def versions_of(milestone: Milestone) -> Sequence[PublishedReport]:
    """Return every published version, the last one first, without what it says."""
    query = select(PublishedReport).where(PublishedReport.milestone_id == milestone.id)
    return db.session.scalars(query.order_by(PublishedReport.version.desc())).all()


def latest_reports(promotion: Promotion) -> list[PublishedReport]:
    """Return the last version of each published report of the promotion, the latest milestone first."""
    last = (
        select(PublishedReport.milestone_id, func.max(PublishedReport.version).label("version"))
        .group_by(PublishedReport.milestone_id)
        .subquery()
    )
    query = (
        select(PublishedReport)
        .join(last, (PublishedReport.milestone_id == last.c.milestone_id) & (PublishedReport.version == last.c.version))
        .join(PublishedReport.milestone)
        .where(Milestone.promotion_id == promotion.id)
        .options(joinedload(PublishedReport.milestone))
    )
    reports = db.session.scalars(query).all()
    return sorted(reports, key=lambda report: milestone_order(report.milestone.key), reverse=True)


def public_reports(promotion: Promotion) -> list[PublishedReport]:
    """Return those of `latest_reports` that everybody may read."""
    return [report for report in latest_reports(promotion) if report.audience is Audience.EVERYBODY]


def milestones_of(promotion: Promotion) -> list[Milestone]:
    """Return the milestones of the promotion, the latest first."""
    milestones = db.session.scalars(select(Milestone).where(Milestone.promotion_id == promotion.id))
    return sorted(milestones, key=lambda milestone: milestone_order(milestone.key), reverse=True)


def find_promotion(slug: str) -> Promotion | None:
    """Return the promotion with that slug."""
    return db.session.scalar(select(Promotion).where(Promotion.slug == slug))

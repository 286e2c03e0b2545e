"""Export and erase what reports hold of one person: that they prepared or published some. Never commits."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.retrospective.models import PublishedReport, ReportDraft
from app.teams.models import Person


def export_for(person: Person) -> dict[str, object]:
    """Return which reports they published, and when they last changed a draft; the texts are the coordination's."""
    published = select(PublishedReport).where(PublishedReport.author_id == person.id)
    drafts = select(ReportDraft).where(ReportDraft.author_id == person.id)
    return {
        "reports_published": [
            {"milestone": report.milestone.key, "version": report.version, "published_at": report.published_at}
            for report in db.session.scalars(
                published.options(joinedload(PublishedReport.milestone)).order_by(PublishedReport.id)
            )
        ],
        "report_drafts_changed": [
            {"updated_at": draft.updated_at} for draft in db.session.scalars(drafts.order_by(ReportDraft.id))
        ],
    }


def erase_for(person: Person) -> None:
    """Leave drafts and reports without their author."""
    for model in (ReportDraft, PublishedReport):
        db.session.execute(update(model).where(model.author_id == person.id).values(author_id=None))

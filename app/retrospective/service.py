"""Prepare a report and publish it. A published version is never changed: a correction is another one, with its note."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import exists, select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.documents.stored import to_stored
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.readership.figures.store import store_due_figures
from app.records.models import Milestone
from app.retrospective.arrangement import Arrangement, arrange, as_stored, from_stored
from app.retrospective.article import ArticleFacts
from app.retrospective.figures import METHOD
from app.retrospective.models import Audience, PublishedReport, ReportDraft, ReportFile
from app.retrospective.open_data.build import build
from app.retrospective.queries import frozen_records
from app.retrospective.report_queries import arrangement_of, article_facts, find_draft, versions_of
from app.retrospective.sentences import LOCALES, sentence
from app.teams.locking import lock_promotion
from app.teams.models import Person, Promotion


class DraftConflictError(Exception):
    """Somebody saved the report since its author opened it; `theirs` is what is saved."""

    def __init__(self, theirs: ReportDraft) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision)


class OutdatedPreviewError(DomainError):
    """What was to be published is not what its publisher has seen."""

    status = 409
    advice = _l("This report has changed since you looked at it: read it again before you publish it.")


class PublishedError(DomainError):
    """A milestone of which a report was published stays."""

    status = 409
    advice = _l("A report of this milestone has been published: it can no longer be removed.")


def keep_published(milestone: Milestone) -> None:
    """Keep a milestone of which a report was published from being removed. Raises PublishedError."""
    published = exists().where(PublishedReport.milestone_id == milestone.id)
    if db.session.scalar(select(published)):
        db.session.rollback()
        raise PublishedError


def save_draft(milestone: Milestone, arrangement: Arrangement, base: int, author: Person, now: datetime) -> ReportDraft:
    """Save what the coordination makes of a report, starting from revision `base` (0: nothing yet). Commits.

    The very same texts are no second author. Raises DraftConflictError, having changed nothing.
    """
    lock_promotion(milestone.promotion_id)
    draft = find_draft(milestone, anew=True)
    if draft is None:
        draft = ReportDraft(milestone_id=milestone.id, revision=0, content={}, author_id=author.id, updated_at=now)
        db.session.add(draft)
    elif from_stored(draft.content) == arrangement:
        db.session.rollback()
        return draft
    elif draft.revision != base:
        db.session.rollback()
        raise DraftConflictError(draft)
    draft.content, draft.revision = as_stored(arrangement), draft.revision + 1
    draft.author_id, draft.updated_at = author.id, now
    db.session.commit()
    return draft


def publish(
    promotion: Promotion,
    milestone: Milestone,
    audience: Audience,
    note: str,
    author: Person,
    now: datetime,
    *,
    seen: tuple[int, int],
) -> PublishedReport:
    """Freeze the report as it stands and publish it as its next version. Commits.

    `seen`: the revision of the draft and the last version that its publisher has seen. Sent twice, it is published
    once. Raises OutdatedPreviewError.
    """
    store_due_figures(promotion, now)  # what is shown of reading is stored: later figures are about the same members
    lock_promotion(promotion.id)
    draft = find_draft(milestone, anew=True)
    last = next(iter(versions_of(milestone)), None)
    revision, version = draft.revision if draft else 0, last.version if last else 0
    sent_before = (last.author_id, last.audience, last.note) == (author.id, audience, note) if last else False
    if last and sent_before and seen == (revision, version - 1):
        db.session.rollback()
        return last
    if seen != (revision, version):
        db.session.rollback()
        raise OutdatedPreviewError("the draft or the last version is not the one that was seen")
    facts = article_facts(promotion, milestone, now)
    report = PublishedReport(
        milestone_id=milestone.id,
        version=version + 1,
        audience=audience,
        note=note,
        content=_content(promotion, facts, arrangement_of(draft)) | frozen_records(promotion, milestone),
        published_at=now,
        author_id=author.id,
        files=[ReportFile(name=name, data=data) for name, data in build(promotion, milestone, now).items()],
    )
    db.session.add(report)
    record_action(
        AuditAction.REPORT_PUBLISHED, author.id, now, promotion_id=promotion.id, subject=milestone.key, detail=audience
    )
    db.session.commit()
    return report


def _content(promotion: Promotion, facts: ArticleFacts, arrangement: Arrangement) -> dict[str, object]:
    """Return the document in each language, and every figure with what it stands on."""
    documents = {
        locale: to_stored(arrange(facts, arrangement, locale, promotion.name, promotion.locale)) for locale in LOCALES
    }
    figures = [
        {**asdict(figure), "text": {locale: sentence(figure, locale) for locale in LOCALES}} for figure in facts.figures
    ]
    return {"method": METHOD, "documents": documents, "figures": figures}

"""The reports that the coordination of the demonstration has published, by the product's own service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import yaml
from sqlalchemy import select

from app.database import db
from app.development.demo.schedule import friday_noon
from app.development.demo.stories import FOLDER
from app.records.queries import find_milestone
from app.retrospective.arrangement import Arrangement, Placed
from app.retrospective.article_wording import Part
from app.retrospective.models import Audience
from app.retrospective.service import publish, save_draft
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import Role
from app.weeks import Week

Texts = Mapping[str, str]  # by part of the report; `opening` begins it


def publish_reports(promotion: Promotion, first: Week) -> None:
    """Publish each report for everybody in its week; `first` is the promotion's first. Commits."""
    reports: Mapping[str, Mapping[str, Texts]] = yaml.safe_load((FOLDER / "reports.yml").read_text(encoding="utf-8"))
    for key, texts in reports[promotion.slug].items():
        _publish(promotion, key, texts, friday_noon(first, int(texts["week"])))


def _publish(promotion: Promotion, key: str, texts: Texts, at: datetime) -> None:
    milestone = find_milestone(promotion, key)
    if milestone is None:
        raise LookupError(f"{promotion.slug} has no milestone {key}")
    members = select(Person).join(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    author = db.session.scalars(members.where(Membership.role == Role.COORDINATOR).limit(1)).one()
    parts = tuple(Placed(part, text=texts.get(part, "")) for part in Part)
    draft = save_draft(milestone, Arrangement(opening=texts["opening"], parts=parts), 0, author, at)
    publish(promotion, milestone, Audience.EVERYBODY, "", author, at, seen=(draft.revision, 0))

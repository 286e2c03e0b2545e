"""What of the retrospective waits for the coordination: milestones, reports to publish, results to read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import select

from app.database import db
from app.desk.matter import Matter
from app.desk.milestone_words import say_incomplete
from app.i18n import gettext as _
from app.questionnaires.queries import definition_of, questionnaires_of
from app.questionnaires.wording import in_locale
from app.records.milestone_status import incomplete_milestones
from app.records.models import Milestone
from app.records.queries import milestone_keys
from app.retrospective.article import report_title
from app.retrospective.models import PublishedReport
from app.retrospective.report_pages import reader_locale
from app.teams.models import Promotion

REPORT_TOLD = timedelta(days=90)  # after the last day to answer
RESULTS_TOLD = timedelta(days=14)  # after the questionnaire has closed


def find_retrospective_matters(promotion: Promotion, now: datetime) -> list[Matter]:
    """Return what of the retrospective needs a hand at `now`."""
    today = promotion.today(now)
    return [
        *_milestones_to_declare(promotion, today),
        *_incomplete_milestones(promotion, now),
        *_reports_to_publish(promotion, today),
        *_results_to_read(promotion, today),
    ]


def _milestones_to_declare(promotion: Promotion, today: date) -> list[Matter]:
    """Return one line from the middle of a promotion on while it has no milestone, until its end is long ago."""
    middle = promotion.starts_on + (promotion.ends_on - promotion.starts_on) / 2
    if milestone_keys(promotion) or not middle <= today <= promotion.ends_on + REPORT_TOLD:
        return []
    words = _("No milestone is declared: no team is asked what has become of its challenge")
    return [Matter(words, url_for("milestones.new"))]


def _incomplete_milestones(promotion: Promotion, now: datetime) -> list[Matter]:
    return [
        Matter(say_incomplete(status), url_for("milestones.show", milestone=status.milestone.key))
        for status in incomplete_milestones(promotion, now)
    ]


def _reports_to_publish(promotion: Promotion, today: date) -> list[Matter]:
    """Return the milestones that have closed and have no published report."""
    query = (
        select(Milestone.key)
        .where(Milestone.promotion_id == promotion.id)
        .where(Milestone.closes_on >= today - REPORT_TOLD, Milestone.closes_on < today)
        .where(~select(PublishedReport).filter_by(milestone_id=Milestone.id).exists())
        .order_by(Milestone.closes_on)
    )
    return [
        Matter(
            _("%(report)s: the draft is ready, to be read and published", report=report_title(key, reader_locale())),
            url_for("retrospective_coordination.draft", key=key),
        )
        for key in db.session.scalars(query)
    ]


def _results_to_read(promotion: Promotion, today: date) -> list[Matter]:
    """Return the questionnaires that have closed of late."""
    return [
        Matter(
            _("The results of “%(title)s” can be read", title=in_locale(definition_of(each).title)),
            url_for("questionnaire_coordination.results", questionnaire_id=each.id),
        )
        for each in questionnaires_of(promotion)
        if not each.is_open(today) and today <= (each.closed_on or each.closes_on) + RESULTS_TOLD
    ]

"""What needs a hand of the coordination now, each with the page of its cure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.queries import weeks_to_issue
from app.channels.due import count_failing
from app.confidential.service import count_waiting
from app.database import db
from app.digests.letters import reference
from app.digests.models import Digest
from app.digests.scheduling import held_weeks
from app.help_requests.rules import HelpState
from app.help_requests.service import live_calls
from app.i18n import gettext as _
from app.i18n import ngettext, upper_first, week_name
from app.letters.mailing_status import count_letters
from app.records.milestone_status import MilestoneStatus, milestone_statuses
from app.records.milestones import MilestoneState
from app.records.queries import open_milestones
from app.records.words import milestone_name
from app.teams.models import Promotion, Team
from app.teams.suppressed_addresses import count_held, count_suppressed
from app.weeks import Week

DIGESTS_LOOKED_AT = 2  # the letters of older ones are tried no more
WAITED_DAYS = 7  # a call for help that waits for longer needs somebody


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to do: in words, and the URL of where."""

    words: str
    url: str


def find_matters(promotion: Promotion, shown: Week | None, now: datetime) -> list[Matter]:
    """Return what needs a hand at `now`, the most pressing first; without the week that the desk shows, `shown`."""
    return [
        *_about_weeks(promotion, shown, now),
        *_about_letters(promotion),
        *_about_people(promotion, now),
        *_about_calls(promotion, now),
        *_about_milestones(promotion, now),
        *_about_channels(promotion),
    ]


def dates_of_week(promotion: Promotion, today: date) -> list[KeyDate]:
    """Return the key dates from `today` to its Sunday that everybody may know, the nearest first."""
    query = (
        select(KeyDate)
        .join(KeyDate.team)
        .outerjoin(KeyDate.bulletin)
        .options(joinedload(KeyDate.team))
        .where(Team.promotion_id == promotion.id, KeyDate.day.between(today, Week.of(today).sunday))
        .where(or_(KeyDate.bulletin_id.is_(None), Bulletin.published_in.is_not(None)))
    )
    return list(db.session.scalars(query.order_by(KeyDate.day, KeyDate.id)))


def _about_weeks(promotion: Promotion, shown: Week | None, now: datetime) -> list[Matter]:
    matters = [
        Matter(
            _("The digest of the %(week)s is held back", week=week_name(week)),
            url_for("digests.manage_week", week=week),
        )
        for week in held_weeks(promotion, now)
        if week != shown
    ]
    unissued = weeks_to_issue(promotion, now)
    if unissued:
        words = ngettext(
            "%(num)d past week has bulletins and no digest",
            "%(num)d past weeks have bulletins and no digest",
            len(unissued),
        )
        matters.append(Matter(words, url_for("digests.manage_week", week=unissued[0])))
    return matters


def _about_letters(promotion: Promotion) -> list[Matter]:
    latest = select(Digest).where(Digest.promotion_id == promotion.id, ~Digest.empty).order_by(Digest.week.desc())
    matters = []
    for digest in db.session.scalars(latest.limit(DIGESTS_LOOKED_AT)):
        counts = count_letters(reference(digest))
        troubled = counts.failed - counts.unsubscribed - counts.gone + counts.unknown
        if troubled and not promotion.is_from_archive(digest.week, digest.issued_at):
            words = ngettext(
                "%(num)d email of the digest of the %(week)s has not arrived",
                "%(num)d emails of the digest of the %(week)s have not arrived",
                troubled,
                week=week_name(digest.week),
            )
            matters.append(Matter(words, url_for("mailing_status.show", week=digest.week)))
    return matters


def _about_people(promotion: Promotion, now: datetime) -> list[Matter]:
    today, page = promotion.today(now), url_for("suppressed_addresses.show")
    held, suppressed = count_held(promotion.id, today), count_suppressed(promotion.id, today)
    waiting = count_waiting(promotion.id)
    found = [
        (
            held,
            ngettext(
                "%(num)d address rejected at the same time as others: to decide",
                "%(num)d addresses rejected all at once: to decide",
                held,
            ),
            page,
        ),
        (
            waiting,
            ngettext(
                "%(num)d confidential message is waiting for an answer",
                "%(num)d confidential messages are waiting for an answer",
                waiting,
            ),
            url_for("confidential_coordination.messages"),
        ),
        (
            suppressed,
            ngettext(
                "%(num)d member’s address receives nothing any more",
                "%(num)d members’ addresses receive nothing any more",
                suppressed,
            ),
            page,
        ),
    ]
    return [Matter(words, url) for number, words, url in found if number]


def _about_calls(promotion: Promotion, now: datetime) -> list[Matter]:
    """Return one line about the published calls for help that nobody has answered for a week."""
    waiting = [
        (now - call.opened_at).days
        for call in live_calls(promotion.id)
        if call.state is HelpState.OPEN and call.published_in is not None
    ]
    waiting = [days for days in waiting if days >= WAITED_DAYS]
    if not waiting:
        return []
    words = ngettext(
        "%(num)d request for help without an answer for %(days)d days",
        "%(num)d requests for help without an answer, the oldest for %(days)d days",
        len(waiting),
        days=max(waiting),
    )
    return [Matter(words, url_for("help_requests.calls"))]


def _about_milestones(promotion: Promotion, now: datetime) -> list[Matter]:
    if not open_milestones(promotion, now):
        return []
    return [
        Matter(
            upper_first(milestone_name(status.milestone.key)) + _(": ") + _answered(status),
            url_for("milestones.show", milestone=status.milestone.key),
        )
        for status in milestone_statuses(promotion, now)
        if status.state is MilestoneState.OPEN and status.answered < len(status.counted)
    ]


def _about_channels(promotion: Promotion) -> list[Matter]:
    failing = count_failing(promotion.id)
    words = ngettext("%(num)d chat channel takes no message", "%(num)d chat channels take no message", failing)
    return [Matter(words, url_for("channels.manage"))] if failing else []


def _answered(status: MilestoneStatus) -> str:
    return ngettext(
        "%(num)d team of %(total)d has answered",
        "%(num)d teams of %(total)d have answered",
        status.answered,
        total=len(status.counted),
    )

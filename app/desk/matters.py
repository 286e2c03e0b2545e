"""What needs a hand of the coordination now, each with the page of its cure."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.queries import weeks_to_issue
from app.channels.due import count_failing
from app.confidential.service import count_waiting
from app.database import db
from app.desk.matter import Matter
from app.desk.retrospective_matters import find_retrospective_matters
from app.desk.team_matters import find_team_matters
from app.desk.uninvited import find_uninvited
from app.digests.letters import reference
from app.digests.models import Digest
from app.digests.scheduling import held_weeks
from app.help_requests.rules import HelpState
from app.help_requests.service import live_calls
from app.i18n import gettext as _
from app.i18n import ngettext, week_name
from app.letters.mailing_status import count_letters
from app.teams.models import Promotion, Team
from app.teams.phases import Phase
from app.teams.suppressed_addresses import count_held, count_suppressed
from app.weeks import Week

DIGESTS_LOOKED_AT = 2  # the letters of older ones are tried no more
WAITED_DAYS = 7  # a call for help that waits for longer needs somebody


def find_matters(promotion: Promotion, shown: Week | None, issued: set[Week], now: datetime) -> list[Matter]:
    """Return what needs a hand at `now`, the most pressing first; without the week that the desk shows, `shown`.

    `issued`: the weeks whose digests exist.
    """
    return [
        *_about_weeks(promotion, shown, now),
        *_about_letters(promotion),
        *_about_people(promotion, now),
        *find_uninvited(promotion, now),
        *_about_calls(promotion, now),
        *find_team_matters(promotion, issued, now),
        *find_retrospective_matters(promotion, now),
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
        are_of_earlier_tool = len(unissued) > 1 and promotion.closed_before_made(unissued[0])
        all_at_once = url_for("management_bulletins.show", _anchor="past")
        one = url_for("digests.manage_week", week=unissued[0])
        matters.append(Matter(words, all_at_once if are_of_earlier_tool else one))
    return matters


def _about_letters(promotion: Promotion) -> list[Matter]:
    latest = select(Digest).where(Digest.promotion_id == promotion.id, ~Digest.empty).order_by(Digest.week.desc())
    matters = []
    for digest in db.session.scalars(latest.limit(DIGESTS_LOOKED_AT)):
        counts = count_letters(reference(digest))
        troubled = counts.failed - counts.unsubscribed - counts.gone + counts.unknown
        if troubled and not promotion.timetable.is_from_archive(digest.week, digest.issued_at):
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
    """Return one line about the published calls for help that nobody has answered for a week, while anybody may."""
    if promotion.phase(now) is Phase.AFTER:
        return []
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


def _about_channels(promotion: Promotion) -> list[Matter]:
    failing = count_failing(promotion.id)
    words = ngettext("%(num)d chat channel takes no message", "%(num)d chat channels take no message", failing)
    return [Matter(words, url_for("channels.manage"))] if failing else []

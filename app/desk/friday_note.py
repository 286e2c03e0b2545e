"""The Friday note: ten minutes after the digest, what needs a person, by mail to the coordination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.database import db
from app.desk.milestone_words import say_incomplete
from app.digests.letters import reference as letters_of
from app.digests.models import Digest
from app.engagement.concerns import Concerns, OldCall, OverdueAction, find_concerns, is_note_due
from app.engagement.queries import planned_actions, unresolved_calls, weeks_of_teams
from app.i18n import gettext as _
from app.i18n import ngettext
from app.letters.mailing_status import count_letters
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, is_posted
from app.records.milestone_status import MilestoneStatus, incomplete_milestones
from app.routing import public_url
from app.teams.locking import lock_if_due
from app.teams.members import coordination
from app.teams.models import Promotion
from app.teams.notifications import queue_renewable, renew_notification

LINES_LISTED = 8  # of calls, of actions
UNTIL_THE_NEXT_NOTE = timedelta(days=7)


class NoteLine(NamedTuple):
    """A sentence, and what a member wrote, which it quotes."""

    words: str
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class NoteSection:
    """A title, the lines under it, how many more were left out (in words), the URL of the page to act on, its words."""

    title: str
    lines: list[NoteLine]
    more: str = ""
    page: str = ""
    page_words: str = ""


@dataclass(frozen=True, slots=True)
class NotePages:
    """The URLs of the pages to act on."""

    letters: str
    milestones: str


def queue_due_notes(promotion: Promotion, now: datetime) -> int:
    """Queue the note about the latest digest when it is due, once; give how many letters were queued. Commits."""
    digest = _latest_digest(promotion)
    if digest is None or not promotion.issues_itself(digest.week, digest.issued_at):  # issued for the archive
        return 0
    if not is_note_due(digest.issued_at, now):
        return 0
    reference = _reference(digest)
    if not lock_if_due(promotion.id, lambda: not is_posted(reference)):
        return 0
    queued = _queue(digest, reference, now)
    if not queued:  # a mailing without letters: the next tick must not look again
        add_mailing("note", promotion.locale, "", "", "", reference=reference, created_at=now)
    db.session.commit()
    return queued


def renew_note(promotion: Promotion, now: datetime) -> None:
    """Let the note that has not left yet say what needs a person at `now`; nothing, no note leaves. Never commits."""
    if digest := _latest_digest(promotion):
        waiting = Mailing.reference == _reference(digest)
        renew_notification("friday_note", waiting, lambda: _values(digest, now))


def find_week_concerns(digest: Digest, now: datetime) -> Concerns:
    """Find what of the digest's week needs a person."""
    promotion = digest.promotion
    letters, today = count_letters(letters_of(digest)), promotion.today(now)
    return find_concerns(
        weeks_of_teams(promotion, digest.week, now),
        unresolved_calls(promotion),
        today,
        actions=planned_actions(promotion, today),
        failed=letters.failed - letters.unsubscribed,
        unknown=letters.unknown,
    )


def due_milestones(promotion: Promotion, now: datetime) -> list[MilestoneStatus]:
    """Return the incomplete ones that the desk tells of, once they close before the next note or have closed."""
    until = promotion.today(now) + UNTIL_THE_NEXT_NOTE
    found = [(each, each.milestone.closes_on) for each in incomplete_milestones(promotion, now)]
    return [each for each, closes_on in found if closes_on and closes_on <= until]


def sections(concerns: Concerns, milestones: Sequence[MilestoneStatus], pages: NotePages) -> list[NoteSection]:
    """Write what needs a person in the current language, for both parts of the mail; what is empty has no section."""
    everything = [
        NoteSection(
            _("Very hard weeks in a row"),
            [
                NoteLine(ngettext("%(team)s: %(num)d week", "%(team)s: %(num)d weeks", s.weeks, team=s.team))
                for s in concerns.hard
            ],
        ),
        NoteSection(
            _("Weeks in a row without a bulletin"),
            [
                NoteLine(ngettext("%(team)s: %(num)d week", "%(team)s: %(num)d weeks", s.weeks, team=s.team))
                for s in concerns.silent
            ],
        ),
        NoteSection(
            _("Requests for help older than two weeks"),
            [_describe_call(old) for old in concerns.calls[:LINES_LISTED]],
            _left_out(len(concerns.calls)),
        ),
        NoteSection(
            _("Overdue actions of continuation plans"),
            [_describe_action(late) for late in concerns.overdue[:LINES_LISTED]],
            _left_out(len(concerns.overdue)),
        ),
        NoteSection(
            _("Milestones at which records are missing"),
            [NoteLine(say_incomplete(each)) for each in milestones],
            page=pages.milestones,
            page_words=_("See the milestones"),
        ),
        NoteSection(
            _("Emails of the digest"), _describe_letters(concerns), page=pages.letters, page_words=_("See these emails")
        ),
    ]
    return [section for section in everything if section.lines]


def _latest_digest(promotion: Promotion) -> Digest | None:
    latest = select(Digest).where(Digest.promotion_id == promotion.id).order_by(Digest.week.desc()).limit(1)
    return db.session.scalar(latest)


def _reference(digest: Digest) -> str:
    return f"friday-note:{digest.id}"


def _queue(digest: Digest, reference: str, now: datetime) -> int:
    values = _values(digest, now)
    if values is None:
        return 0
    return queue_renewable("friday_note", coordination(digest.promotion, now), values, reference=reference, now=now)


def _values(digest: Digest, now: datetime) -> dict[str, object] | None:
    """Return what the mail needs; None where nothing needs a person."""
    concerns, promotion = find_week_concerns(digest, now), digest.promotion
    milestones = due_milestones(promotion, now)
    if not concerns and not milestones:
        return None
    return {
        "promotion": promotion,
        "week": digest.week,
        "concerns": concerns,
        "milestones": milestones,
        "sections": sections,
        "page": public_url("engagement.engagement", promotion_slug=promotion.slug),
        "pages": NotePages(
            letters=public_url("mailing_status.show", promotion_slug=promotion.slug, week=digest.week),
            milestones=public_url("milestones.index", promotion_slug=promotion.slug),
        ),
    }


def _describe_letters(concerns: Concerns) -> list[NoteLine]:
    failed, unknown = concerns.failed, concerns.unknown
    told = (
        (failed, ngettext("%(num)d could not be delivered", "%(num)d could not be delivered", failed)),
        (unknown, ngettext("%(num)d may or may not have been sent", "%(num)d may or may not have been sent", unknown)),
    )
    return [NoteLine(words) for number, words in told if number]


def _describe_call(old: OldCall) -> NoteLine:
    if old.call.offered:
        head = ngettext(
            "%(team)s, %(num)d day, help was offered",
            "%(team)s, %(num)d days, help was offered",
            old.days,
            team=old.call.team,
        )
    else:
        head = ngettext(
            "%(team)s, %(num)d day, no offer yet", "%(team)s, %(num)d days, no offer yet", old.days, team=old.call.team
        )
    return NoteLine(head, old.call.text)


def _describe_action(late: OverdueAction) -> NoteLine:
    head = ngettext("%(team)s, %(num)d day overdue", "%(team)s, %(num)d days overdue", late.days, team=late.action.team)
    return NoteLine(head, late.action.text)


def _left_out(found: int) -> str:
    """Say how many of those that were found are not listed."""
    more = found - LINES_LISTED
    return ngettext("and %(num)d other", "and %(num)d others", more) if more > 0 else ""

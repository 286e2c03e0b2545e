"""What an entry of the audit log may say was done: codes, stored for twelve months. Values in, values out.

A code is never given another meaning, and one that is removed leaves entries behind: `app.audit.words` shows those by
their code.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class AuditAction(StrEnum):
    """A code is a topic and what was done to it; the topic is what a page filters by."""

    PROMOTION_MADE = "promotion.made"
    PROMOTION_CHANGED = "promotion.changed"
    PROMOTION_DELETED = "promotion.deleted"
    ROSTER_IMPORTED = "promotion.roster-imported"
    BULLETINS_IMPORTED = "promotion.bulletins-imported"
    TEAM_ADDED = "team.added"
    TEAM_CHANGED = "team.changed"
    TEAM_RENAMED = "team.renamed"
    TEAM_REMOVED = "team.removed"
    PERSON_ADDED = "person.added"
    PERSON_RENAMED = "person.renamed"
    PERSON_INVITED = "person.invited"
    PERSON_MOVED = "person.moved"
    PERSON_LEFT = "person.left"
    PERSON_BACK = "person.back"
    PERSON_ERASED = "person.erased"
    ROLE_CHANGED = "person.role-changed"
    COORDINATION_GIVEN = "person.coordination-given"
    COORDINATION_TAKEN = "person.coordination-taken"
    ADDRESS_ASKED = "person.address-asked"
    ADDRESS_CHANGED = "person.address-changed"
    ADDRESS_REFUSED = "person.address-refused"
    TIMETABLE_CHANGED = "timetable.changed"
    DAY_OFF_ADDED = "timetable.day-off-added"
    DAY_OFF_REMOVED = "timetable.day-off-removed"
    PAUSE_ADDED = "timetable.pause-added"
    PAUSE_CHANGED = "timetable.pause-changed"
    PAUSE_REMOVED = "timetable.pause-removed"
    INTRODUCTION_SAVED = "week.introduction-saved"
    WEEK_HELD = "week.held"
    WEEK_RELEASED = "week.released"
    WEEK_PUT_OFF = "week.put-off"
    DIGEST_ISSUED = "week.digest-issued"
    DIGEST_CORRECTED = "week.digest-corrected"
    TEXT_CORRECTED = "week.text-corrected"
    TEXT_WITHDRAWN = "week.text-withdrawn"
    TEST_SENT = "letters.test-sent"
    SENT_AGAIN = "letters.sent-again"
    TEAM_REMINDED = "letters.team-reminded"
    MAILING_PAUSED = "letters.paused"
    MAILING_RESUMED = "letters.resumed"
    MAILING_RETRIED = "letters.retried"
    UNKNOWN_SENT_AGAIN = "letters.unknown-sent-again"
    UNKNOWN_TAKEN_AS_SENT = "letters.unknown-taken-as-sent"
    ADDRESS_LIFTED = "letters.address-lifted"
    ADDRESSES_SUPPRESSED = "letters.addresses-suppressed"
    ADDRESSES_SPARED = "letters.addresses-spared"
    MESSAGE_ANSWERED = "confidential.answered"
    MESSAGE_CLOSED = "confidential.closed"
    MILESTONE_DECLARED = "milestone.declared"
    MILESTONE_CHANGED = "milestone.changed"
    MILESTONE_REMOVED = "milestone.removed"
    TEAM_EXCLUDED = "milestone.team-excluded"
    TEAM_INCLUDED = "milestone.team-included"
    TEAM_ANSWERED_FOR = "milestone.answered-for"
    RECORD_LINK_SENT = "milestone.link-sent"
    RECORD_LINKS_ENDED = "milestone.links-ended"
    ADVICE_ADDED = "advice.added"
    ADVICE_CHANGED = "advice.changed"
    ADVICE_REMOVED = "advice.removed"
    QUESTIONNAIRE_ISSUED = "questionnaire.issued"
    QUESTIONNAIRE_CLOSED = "questionnaire.closed"
    REPORT_PUBLISHED = "report.published"
    SHARE_MADE = "sharing.link-made"
    SHARE_REVOKED = "sharing.link-revoked"
    CHANNEL_SET = "channel.set"
    CHANNEL_REMOVED = "channel.removed"
    PAGE_CHANGED = "site.page-changed"


LEAP_DAY = (2, 29)


def topic_of(code: str) -> str:
    """Return the topic of a code: `team` of `team.added`."""
    return code.partition(".")[0]


def kept_from(now: datetime) -> datetime:
    """Return the moment such that entries before it are erased at `now`: the same day and hour, twelve months ago."""
    leap_day = (now.month, now.day) == LEAP_DAY
    return now.replace(year=now.year - 1, day=28 if leap_day else now.day)

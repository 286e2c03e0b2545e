"""The letters of a questionnaire: the invitation, and reminders to those who have not answered, two at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.letters.kinds import NOTE, HoldCondition, Kind, LetterContext, WithheldError
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, is_posted, render_mail
from app.letters.states import Reason
from app.letters.suppression import suppressed_addresses
from app.questionnaires.answer_links import answer_url
from app.questionnaires.models import Participation, Questionnaire
from app.questionnaires.queries import definition_of
from app.questionnaires.rules import reminder_due
from app.teams.letter_links import link_epoch_of
from app.teams.locking import lock_if_due
from app.teams.models import Membership, Promotion
from app.teams.notifications import queue_for_members, reply_addresses

PREFIX = "questionnaire:"
ANSWERED = exists().where(
    Participation.questionnaire_id == bindparam("questionnaire"),
    Participation.membership_id == bindparam("member"),
    Participation.answered,
)


def queue_invitation(questionnaire: Questionnaire, members: Iterable[Membership], now: datetime) -> int:
    """Queue a letter to each of `members`, number 0 of the questionnaire. Never commits."""
    return _queue(questionnaire, members, 0, now)


def queue_due_reminders(promotion: Promotion, now: datetime) -> int:
    """Queue the reminders that are due at `now` in the promotion, each once; return how many letters. Commits."""
    due = lock_if_due(promotion.id, lambda: _find_due(promotion, now))
    queued = 0
    for questionnaire, number in due or ():
        queued += _queue(questionnaire, _unanswered(questionnaire), number, now)
    if due:
        db.session.commit()
    return queued


def _find_due(promotion: Promotion, now: datetime) -> list[tuple[Questionnaire, int]]:
    """Return the open questionnaires with a reminder that is due and not yet queued, with its number."""
    local = now.astimezone(ZoneInfo(promotion.timezone))
    query = select(Questionnaire).where(
        Questionnaire.promotion_id == promotion.id,
        Questionnaire.closed_on.is_(None),
        Questionnaire.closes_on >= local.date(),
    )
    numbered = [(each, reminder_due(each.issued_on, each.closes_on, local)) for each in db.session.scalars(query)]
    return [(each, number) for each, number in numbered if number and not is_posted(_reference(each, number))]


def _unanswered(questionnaire: Questionnaire) -> Sequence[Membership]:
    """Return whom to remind, but those whose address bounces."""
    query = (
        select(Membership)
        .join(Participation, Participation.membership_id == Membership.id)
        .options(joinedload(Membership.person))
        .where(Participation.questionnaire_id == questionnaire.id, ~Participation.answered)
        .order_by(Membership.id)
    )
    suppressed = suppressed_addresses()
    return [member for member in db.session.scalars(query) if (member.person.email or "").lower() not in suppressed]


def _queue(questionnaire: Questionnaire, members: Iterable[Membership], number: int, now: datetime) -> int:
    """Queue letter `number` of a questionnaire (0: the invitation) to `members`; never commits."""
    promotion, definition = questionnaire.promotion, definition_of(questionnaire)

    def write_mailing(locale: str) -> Mailing:
        subject, text, html = render_mail(
            "questionnaire",
            locale,
            promotion=promotion,
            title=definition.title[locale],
            minutes=definition.minutes,
            closes_on=questionnaire.closes_on,
            reminder=number,
        )
        return add_mailing(
            KIND.name,
            locale,
            subject,
            text,
            html,
            reference=_reference(questionnaire, number),
            created_at=now,
            reply_to=reply_addresses(promotion, now),
        )

    return queue_for_members(members, write_mailing, now)


def _reference(questionnaire: Questionnaire, number: int) -> str:
    return f"{PREFIX}{questionnaire.id}:{number}"


def _load_shared(reference: str) -> int:
    """Return the id of the questionnaire."""
    return int(reference.removeprefix(PREFIX).split(":")[0])


def _urls(context: LetterContext) -> Mapping[str, str]:
    questionnaire = db.session.get(Questionnaire, context.shared)
    if questionnaire is None or not questionnaire.is_open(questionnaire.promotion.today(clock.now())):
        raise WithheldError("the questionnaire has closed since")
    member = context.get_membership_id()
    return {"answer_url": answer_url(questionnaire, member, link_epoch_of(member))}


def _hold_parameters(context: LetterContext) -> Mapping[str, object]:
    return {"questionnaire": context.shared, "member": context.get_membership_id()}


KIND = Kind(
    name="questionnaire",
    precedence=NOTE,
    give_up_after=timedelta(hours=72),
    urls=_urls,
    unsubscribable=False,
    load_shared=_load_shared,
    hold_conditions=(HoldCondition(Reason.WITHHELD, ANSWERED, "answered since the email was written"),),
    hold_parameters=_hold_parameters,
)

"""Issue a questionnaire, take an answer, close. Each commits.

An answer is taken under a lock of its questionnaire, in one transaction that leaves the same traces whoever answers and
whatever they answer: every urn and every participation is written again. See
`docs/decisions/0035-urns.md` for what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from secrets import SystemRandom

from sqlalchemy import bindparam, exists, or_, select, update

from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.questionnaires.definition import Answers
from app.questionnaires.file_format import hash_content, read_questionnaire
from app.questionnaires.letters import queue_invitation
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.queries import count_all, definition_of
from app.questionnaires.traces import clear_traces
from app.questionnaires.urns import drop, papers_for, urn_keys
from app.records.milestone_days import LONGEST_OPENING
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.teams.locking import lock_promotion
from app.teams.members import members_on
from app.teams.models import Membership, Promotion
from app.teams.roles import Role

ASKED: Mapping[SurveyPublic, tuple[Role, ...]] = {
    SurveyPublic.EIG: (Role.EIG, Role.ALUMNI),
    SurveyPublic.MENTOR: (Role.MENTOR,),
}
draw = SystemRandom().randrange


class AlreadyAnsweredOnceError(DomainError):
    """The member has answered: nothing is counted a second time."""

    status = 409
    advice = _l("You have already answered this questionnaire: nothing was counted a second time.")


class QuestionnaireClosedError(DomainError):
    """It is answered no more."""

    status = 410
    advice = _l("This questionnaire is closed: it can no longer be answered.")


class NotIssuedReason(StrEnum):
    """Why a questionnaire is not issued."""

    PAST = "past"
    FAR = "far"
    NOBODY = "nobody"
    STILL_OPEN = "still_open"
    HAD_ONE = "had_one"
    NO_MILESTONE = "no_milestone"


class NotIssuedError(Exception):
    """A questionnaire cannot be issued so; the text says why, for commands."""

    def __init__(self, reason: NotIssuedReason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def issue(
    promotion: Promotion, content: str, milestone: Milestone | None, closes_on: date, now: datetime
) -> Questionnaire:
    """Issue the questionnaire of a file to its public, and write to each of them.

    Raises InvalidFileError, or NotIssuedError: the closing day is past or too far, nobody is to be asked, its public
    still has one to answer, or had one for the milestone, or the milestone was removed meanwhile.
    """
    definition, today = read_questionnaire(content.encode()), promotion.today(now)
    lock_promotion(promotion.id)
    _refuse_removed(milestone)
    _refuse_second(promotion, definition.public, milestone, today)
    if closes_on <= today:
        message = f"{closes_on} is no day to come: nobody could answer; choose a later one"
        raise NotIssuedError(NotIssuedReason.PAST, message)
    if closes_on - today > LONGEST_OPENING:
        raise NotIssuedError(NotIssuedReason.FAR, f"{closes_on} is more than {LONGEST_OPENING.days} days from now")
    members = members_to_ask(promotion, definition.public, today)
    if not members:
        message = f"{promotion.slug} has no {definition.public} who could be asked; see: flask roster import"
        raise NotIssuedError(NotIssuedReason.NOBODY, message)
    questionnaire = Questionnaire(
        promotion=promotion,
        milestone=milestone,
        public=definition.public,
        content=content,
        content_hash=hash_content(content),
        issued_on=today,
        closes_on=closes_on,
        counted_on=today,
    )
    db.session.add(questionnaire)
    db.session.flush()
    db.session.add_all(Participation(questionnaire_id=questionnaire.id, membership_id=each.id) for each in members)
    keys = [key for question in definition.questions for key in urn_keys(question)]
    db.session.add_all(Urn(questionnaire_id=questionnaire.id, key=key, papers=[]) for key in keys)
    queue_invitation(questionnaire, members, now)
    db.session.commit()
    return questionnaire


def members_to_ask(promotion: Promotion, public: SurveyPublic, today: date) -> list[Membership]:
    """Return whom a questionnaire of today asks; after the promotion's end, those of its last day."""
    members = members_on(promotion.id, promotion.nearest_day(today), ASKED[public])
    return [member for member in members if member.person.email]


def submit(questionnaire: Questionnaire, member: Membership, answers: Answers, now: datetime) -> None:
    """Put the member's answers into the urns, and note that they have answered.

    Raises AlreadyAnsweredOnceError, QuestionnaireClosedError.
    """
    today = questionnaire.promotion.today(now)
    lock = select(Questionnaire).where(Questionnaire.id == questionnaire.id).with_for_update()
    questionnaire = db.session.scalars(lock, execution_options={"populate_existing": True}).one()
    # columns, and not the row that the session may have read before the lock
    own = select(Participation.id, Participation.answered).where(Participation.questionnaire_id == questionnaire.id)
    participation = db.session.execute(own.where(Participation.membership_id == member.id)).one_or_none()
    if participation is None or not questionnaire.is_open(today):
        db.session.rollback()
        raise QuestionnaireClosedError("closed, or not for them")
    if participation.answered:
        db.session.rollback()
        raise AlreadyAnsweredOnceError("answered before")
    _count_day(questionnaire, today)
    _fill_urns(questionnaire, answers)
    everybody = update(Participation).where(Participation.questionnaire_id == questionnaire.id)
    flagged = or_(Participation.answered, Participation.id == participation.id)
    db.session.execute(everybody.values(answered=flagged).execution_options(synchronize_session=False))
    db.session.commit()
    clear_traces(db.engine)


def close(questionnaire: Questionnaire, now: datetime) -> None:
    """End a questionnaire today; one that has ended stays as it is."""
    today = questionnaire.promotion.today(now)
    if questionnaire.is_open(today):
        questionnaire.closed_on = today
        db.session.commit()
    else:
        db.session.rollback()
    clear_traces(db.engine, closing=True)


def begin_day(promotion: Promotion, now: datetime) -> None:
    """Count, once a day, how many have answered when the day begins; close what ended the day before. Commits."""
    today = promotion.today(now)
    unclosed = select(Questionnaire).where(
        Questionnaire.promotion_id == promotion.id,
        Questionnaire.closed_on.is_(None),
        Questionnaire.counted_on < today,
    )
    closed = False
    for questionnaire in db.session.scalars(unclosed.with_for_update()):
        _count_day(questionnaire, today)
        if not questionnaire.is_open(today):
            questionnaire.closed_on, closed = questionnaire.closes_on, True
    db.session.commit()
    if closed:
        clear_traces(db.engine, closing=True)


def _count_day(questionnaire: Questionnaire, today: date) -> None:
    """Store how many have answered, before the first answer of the day."""
    if questionnaire.counted_on < today:
        questionnaire.counted, questionnaire.counted_on = count_all(questionnaire)[1], today


def _fill_urns(questionnaire: Questionnaire, answers: Answers) -> None:
    """Write every urn, in the order of its questions, with one answer more or as it was."""
    papers = papers_for(definition_of(questionnaire), answers)
    query = select(Urn.id, Urn.key, Urn.papers).where(Urn.questionnaire_id == questionnaire.id).order_by(Urn.id)
    filled = [
        {"urn": id_, "filled": drop(papers[key], before, draw) if key in papers else before}
        for id_, key, before in db.session.execute(query)
    ]
    table = Urn.__table__
    writing = update(Urn).where(table.c.id == bindparam("urn")).values(papers=bindparam("filled"))
    db.session.connection().execute(writing, filled)


def _refuse_removed(milestone: Milestone | None) -> None:
    """Refuse a milestone that was removed while the lock was waited for."""
    if milestone is not None and not db.session.scalar(select(exists().where(Milestone.id == milestone.id))):
        message = "the milestone has just been removed; choose another, or none"
        raise NotIssuedError(NotIssuedReason.NO_MILESTONE, message)


def _refuse_second(promotion: Promotion, public: SurveyPublic, milestone: Milestone | None, today: date) -> None:
    query = select(Questionnaire).where(Questionnaire.promotion_id == promotion.id, Questionnaire.public == public)
    for each in db.session.scalars(query):
        if each.is_open(today):
            message = f"another questionnaire of the same public is open until {each.closes_on}; close it first"
            raise NotIssuedError(NotIssuedReason.STILL_OPEN, message)
        if milestone is not None and each.milestone_id == milestone.id:
            message = f"the same public had a questionnaire for {milestone.key} already; choose another milestone"
            raise NotIssuedError(NotIssuedReason.HAD_ONE, message)

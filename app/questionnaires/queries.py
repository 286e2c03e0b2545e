"""Read questionnaires: who was asked and how many have answered, the results of those that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select

from app.database import db
from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.disclosing import (
    CountedClasses,
    count_papers,
    disclose,
    disclose_sum,
    hide_what_conditions_tell,
)
from app.questionnaires.file_format import hash_content, read_questionnaire
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.results import ClosedResults, QuestionResult
from app.questionnaires.urns import word_keys
from app.records.models import Milestone
from app.small_numbers import is_small
from app.teams.models import Membership, Promotion

# My week asks this at each request: built once.
TO_ANSWER = (
    select(Questionnaire)
    .join(Participation)
    .where(Participation.membership_id == bindparam("member"), ~Participation.answered)
    .where(Questionnaire.closed_on.is_(None), Questionnaire.closes_on >= bindparam("today"))
    .order_by(Questionnaire.id)
)


class ContentChangedError(Exception):
    """The stored questionnaire is not the one that was issued: answers would be counted as those of another."""


class StillOpenError(Exception):
    """Results were asked for while they may still change."""


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many were asked, and how many had answered when the day began (or, once it is closed, in all)."""

    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class TextAnswers:
    """What was written to a question, or beside « autre »: each text, and whether it may be quoted."""

    key: str
    answers: tuple[tuple[str, bool], ...]


def definition_of(questionnaire: Questionnaire) -> QuestionnaireDefinition:
    """Return the questionnaire as issued. Raises ContentChangedError."""
    if hash_content(questionnaire.content) != questionnaire.content_hash:
        raise ContentChangedError(f"questionnaire {questionnaire.id}")
    return read_questionnaire(questionnaire.content.encode(), issued=True)


def questionnaires_of(promotion: Promotion) -> Sequence[Questionnaire]:
    """Return the questionnaires of the promotion, the last issued first."""
    query = select(Questionnaire).where(Questionnaire.promotion_id == promotion.id)
    return db.session.scalars(query.order_by(Questionnaire.issued_on.desc(), Questionnaire.id.desc())).all()


def find_questionnaire(promotion_id: int, questionnaire_id: int) -> Questionnaire | None:
    """Return the questionnaire with that id, if it is one of the promotion."""
    query = select(Questionnaire).where(
        Questionnaire.id == questionnaire_id, Questionnaire.promotion_id == promotion_id
    )
    return db.session.scalar(query)


def find_participation(questionnaire_id: int, membership_id: int) -> Participation | None:
    """Return whether a member was asked, and has answered."""
    query = select(Participation).where(
        Participation.questionnaire_id == questionnaire_id, Participation.membership_id == membership_id
    )
    return db.session.scalar(query)


def to_answer(member: Membership, today: date) -> list[Questionnaire]:
    """Return the questionnaires that the member was asked to answer, may still, and has not."""
    return list(db.session.scalars(TO_ANSWER, {"member": member.id, "today": today}))


def count_answers(questionnaire: Questionnaire, today: date) -> AnswerCount:
    """Return how many were asked and had answered when `today` began; of a closed one, in all.

    A number that moved with each answer would tell who has just answered.
    """
    asked, answered = count_all(questionnaire)
    if questionnaire.is_open(today) and questionnaire.counted_on == today:
        answered = questionnaire.counted
    return AnswerCount(asked, answered)


def count_all(questionnaire: Questionnaire) -> tuple[int, int]:
    """Return how many were asked and have answered by now: not to be shown while it is open."""
    query = select(func.count(), func.count().filter(Participation.answered))
    asked, answered = db.session.execute(query.where(Participation.questionnaire_id == questionnaire.id)).one()
    return asked + questionnaire.erased_asked, answered + questionnaire.erased_answered


def closed_results(promotion: Promotion, milestone_key: str | None, today: date) -> tuple[ClosedResults, ...]:
    """Return the results of the questionnaires of a milestone (None: of those of none) that are closed on `today`."""
    return tuple(results_of(each, today) for each in _closed(promotion, milestone_key, today))


def closed_sums(promotion: Promotion, milestone_key: str | None, today: date) -> tuple[QuestionResult, ...]:
    """Return what may be told of EIGs and mentors together, of the questions that both were asked at a milestone."""
    closed = _closed(promotion, milestone_key, today)
    if len(closed) < 2:  # noqa: PLR2004
        return ()
    counted, other_counted = map(_counted, closed)
    others = {each.empty.key: each for each in other_counted}
    hidden = {key for each in closed for key in _hidden_keys(each)}
    both = (each for each in counted if each.empty.key in others and each.empty.key not in hidden)
    sums = (disclose_sum(each, others[each.empty.key]) for each in both)
    return hide_what_conditions_tell(definition_of(closed[0]), [each for each in sums if each is not None])


def results_of(questionnaire: Questionnaire, today: date) -> ClosedResults:
    """Return what may be told of a questionnaire. Raises StillOpenError."""
    if questionnaire.is_open(today):
        raise StillOpenError
    definition = definition_of(questionnaire)
    asked, answered = count_all(questionnaire)
    return ClosedResults(
        public=questionnaire.public,
        key=definition.key,
        version=definition.version,
        closed_on=questionnaire.closed_on or questionnaire.closes_on,
        asked=asked,
        answered=answered,
        questions=hide_what_conditions_tell(definition, list(map(disclose, _counted(questionnaire)))),
    )


def texts_of(questionnaire: Questionnaire, today: date) -> tuple[TextAnswers, ...]:
    """Return what was written in words, for the coordination only; nothing where fewer than five have answered.

    Raises StillOpenError.
    """
    if questionnaire.is_open(today):
        raise StillOpenError
    if is_small(count_all(questionnaire)[1]):
        return ()
    urns = papers_of(questionnaire)
    keys = [key for each in definition_of(questionnaire).questions for key in word_keys(each)]
    return tuple(TextAnswers(key, tuple(map(_in_words, urns[key]))) for key in keys)


def papers_of(questionnaire: Questionnaire) -> dict[str, list[object]]:
    """Return what is in each urn."""
    query = select(Urn.key, Urn.papers).where(Urn.questionnaire_id == questionnaire.id)
    return {key: list(papers) for key, papers in db.session.execute(query)}


def _in_words(paper: object) -> tuple[str, bool]:
    """Return a text and whether it may be quoted, from the paper that `urns.py` made."""
    content = paper if isinstance(paper, dict) else {}
    return str(content.get("text", "")), bool(content.get("quotable"))


def _counted(questionnaire: Questionnaire) -> list[CountedClasses]:
    answered = count_all(questionnaire)[1]
    return list(count_papers(definition_of(questionnaire), papers_of(questionnaire), answered))


def _hidden_keys(questionnaire: Questionnaire) -> set[str]:
    """Return the questions whose results are hidden because another one's could be computed from them or a sum."""
    results = list(map(disclose, _counted(questionnaire)))
    shown = hide_what_conditions_tell(definition_of(questionnaire), results)
    return {each.key for each, left in zip(results, shown, strict=True) if each != left}


def _closed(promotion: Promotion, milestone_key: str | None, today: date) -> list[Questionnaire]:
    """Return the closed ones of a milestone, EIGs first; of two of the same public, the last."""
    at = Milestone.key.is_(None) if milestone_key is None else Milestone.key == milestone_key
    query = (
        select(Questionnaire)
        .outerjoin(Questionnaire.milestone)
        .where(Questionnaire.promotion_id == promotion.id, at)
        .order_by(Questionnaire.id)
    )
    found = {each.public: each for each in db.session.scalars(query) if not each.is_open(today)}
    return [found[public] for public in sorted(found)]

"""The questionnaire of the demonstration: issued, answered by most EIGs but the first, and open still."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from app.database import db
from app.development.demo.schedule import seeded_random
from app.questionnaires.answers import asked_answers
from app.questionnaires.definition import NOT_APPLICABLE, Answers, QuestionnaireDefinition, QuestionType, SurveyQuestion
from app.questionnaires.library import read_shipped, shipped_definition
from app.questionnaires.service import issue, submit
from app.records.queries import find_milestone
from app.records.vocabulary import SurveyPublic
from app.teams.models import Membership, Promotion
from app.teams.roles import Role

ISSUED_BEFORE, CLOSES_AFTER = timedelta(days=6), timedelta(days=15)
ANSWERING = 0.6  # the probability that somebody has answered by now
ANSWERED = 0.95  # that they have answered a question
SCALE = (1, 2, 4, 9, 6)  # how often each of the five is chosen: people are content
LIKELY = {"reading": (9, 5, 4, 2, 1)}  # how often each class is, where its order says so


def issue_questionnaire(promotion: Promotion, now: datetime) -> None:
    """Issue the questionnaire that ships for EIGs, with its invitations, and put answers into its urns. Commits."""
    issued_at = now - ISSUED_BEFORE
    closes_on = promotion.today(now + CLOSES_AFTER)
    content = read_shipped(SurveyPublic.EIG)
    questionnaire = issue(promotion, content, find_milestone(promotion, "end"), closes_on, issued_at)
    definition = shipped_definition(SurveyPublic.EIG)
    query = select(Membership).where(Membership.promotion_id == promotion.id, Membership.role == Role.EIG)
    at = issued_at
    for member in db.session.scalars(query.order_by(Membership.id).offset(1)).all():
        random = seeded_random("questionnaire", member.id)
        if random.random() < ANSWERING:
            at += timedelta(hours=random.randrange(1, 6))
            submit(questionnaire, member, _answers(definition, random), at)


def _answers(definition: QuestionnaireDefinition, random: Random) -> Answers:
    """Return what somebody answers: classes only, no words."""
    answers: dict[str, tuple[str, ...]] = {}
    for question in definition.questions:
        for name in question.names:
            if question.type is not QuestionType.TEXT and random.random() < ANSWERED:
                answers[name] = _chosen(question, random)
    return asked_answers(definition, answers)


def _chosen(question: SurveyQuestion, random: Random) -> tuple[str, ...]:
    classes = [each for each in question.allowed if each not in {NOT_APPLICABLE, "other"}]
    if question.type is QuestionType.SEVERAL:
        return tuple(random.sample(classes, min(question.at_most or 2, len(classes), 2)))
    weights = SCALE if question.type in {QuestionType.SCALE, QuestionType.GRID} else LIKELY.get(question.key)
    return tuple(random.choices(classes, weights))

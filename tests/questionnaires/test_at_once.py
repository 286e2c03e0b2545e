"""Several answers at the same moment: each is counted once, none is lost."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.service import issue, submit
from app.teams.models import Membership, Promotion
from tests.builders import make_member, one_transaction
from tests.questionnaires.conftest import CLOSES_ON, PATH
from tests.questionnaires.files import SMALL_FILE
from tests.threads import at_once, while_under_way

pytestmark = pytest.mark.both_databases


def answer(questionnaire_id: int, member_id: int, result: str) -> None:
    questionnaire = db.session.get_one(Questionnaire, questionnaire_id)
    submit(questionnaire, db.session.get_one(Membership, member_id), {"results": (result,)}, now())


def papers() -> list[object]:
    db.session.rollback()
    return db.session.scalars(select(Urn.papers).where(Urn.key == "results")).one()


def test_answers_of_several_people_at_once_are_all_counted(app: Flask, promotion: Promotion) -> None:
    with one_transaction():
        members = [make_member(promotion, "eig") for _ in range(6)]
    questionnaire_id = issue(promotion, SMALL_FILE, None, CLOSES_ON, now()).id
    ids = [member.id for member in members]
    results = at_once(
        app, *(partial(answer, questionnaire_id, id_, str(place % 5 + 1)) for place, id_ in enumerate(ids))
    )
    assert results == [None] * 6
    assert sorted(map(str, papers())) == ["1", "1", "2", "3", "4", "5"]
    assert all(db.session.scalars(select(Participation.answered)))


def test_a_post_twice_at_once_is_counted_once(app: Flask, link: str) -> None:
    """The second has read that nobody has answered, and then waits for the first."""
    data = {"answerer": link.partition("answerer=")[2], "go": "send", "a.results": "4"}
    statuses: list[int] = []

    def post() -> None:
        statuses.append(app.test_client().post(PATH, data=data).status_code)

    while_under_way(app, "UPDATE urns", post, post)
    assert sorted(statuses) == [303, 409]
    assert papers() == ["4"]

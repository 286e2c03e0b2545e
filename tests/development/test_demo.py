"""The demonstration loads whenever somebody tries the product, and looks like a promotion that has lived."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from app.advice.queries import advice_for, advice_of
from app.advice.rules import Occasion
from app.audit.models import AuditEntry
from app.bulletins.models import Bulletin, Revision
from app.database import db
from app.development.demo.loader import load_demo
from app.development.demo.stories import WEEKS
from app.development.welcome import sign_in_emails
from app.digests.models import Digest, Introduction, Recipient
from app.help_requests.models import HelpOffer, HelpRequest
from app.letters.models import Letter, Mailing
from app.plans.queries import find_plans
from app.plans.values import PlanState, plan_state
from app.questionnaires.queries import count_all, to_answer
from app.readership.consent import Choice
from app.readership.figures.monthly import Group
from app.readership.figures.reports import figures_by_month, promotion_figures
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.readership.question import questions_for
from app.readership.survey import Habit
from app.records.milestones import MilestoneState, milestone_state
from app.records.queries import find_milestone, milestone_keys
from app.retrospective.queries import compare_milestones
from app.retrospective.report_queries import public_reports
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_promotion
from tests.fixtures.database import OnEngine
from tests.fixtures.site import make_config, running_app
from tests.rows import count

MONDAY = datetime.fromisoformat("2026-11-16T08:30:00Z")
THURSDAY = datetime.fromisoformat("2026-11-19T19:00:00Z")
CLOSED_NOT_ISSUED = datetime.fromisoformat("2026-11-20T14:04:00Z")
LAST_OF_THE_MONTH = datetime.fromisoformat("2026-11-28T10:00:00Z")  # a Saturday
NEW_YEAR = datetime.fromisoformat("2027-01-01T11:00:00Z")  # a Friday: that week closed on Thursday

WRITTEN_THIS_WEEK = {MONDAY: range(1), THURSDAY: range(2, 10), CLOSED_NOT_ISSUED: {11}, NEW_YEAR: {11}}


@dataclass(frozen=True)
class Loaded:
    """What `flask demo` stored and printed when it ran at `now`."""

    now: datetime
    result: Result

    @property
    def promotion(self) -> Promotion:
        return db.session.scalars(select(Promotion).where(Promotion.slug == "promotion-9")).one()

    @property
    def week(self) -> Week:
        return self.promotion.timetable.week_at(self.now)

    @property
    def digests(self) -> list[Digest]:
        return list(db.session.scalars(select(Digest).order_by(Digest.week)))


@contextmanager
def demo_at(now: datetime, path: Path) -> Iterator[Loaded]:
    """The application on the database in the file `path`, after `flask demo` at `now`."""
    with contextmanager(running_app)(make_config(database_url=f"sqlite:///{path}")) as app:
        with time_machine.travel(now, tick=False):
            result = app.test_cli_runner().invoke(args=["demo"])
        yield Loaded(now, result)


@pytest.fixture(scope="module")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The demonstration on a Thursday evening; not to be changed by a test."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.sqlite")
    with demo_at(THURSDAY, path) as demo:
        yield demo


def test_it_looks_like_the_middle_of_a_week(loaded: Loaded) -> None:
    check(loaded)
    assert not any(digest.empty for digest in loaded.digests)
    assert set(db.session.scalars(select(Mailing.kind).join(Letter))) == {"questionnaire"}
    assert count(Introduction) > 5


@pytest.mark.long
@pytest.mark.parametrize("now", [CLOSED_NOT_ISSUED, MONDAY, NEW_YEAR], ids=lambda now: f"{now:%a %d %b %H:%M}")
def test_it_loads_at_any_moment_of_a_week(now: datetime, sqlite_template: Path, tmp_path: Path) -> None:
    with demo_at(now, shutil.copy(sqlite_template, tmp_path / "demo.sqlite")) as loaded:
        check(loaded)


def check(loaded: Loaded) -> None:
    """Every week before this one has its digest in its time, this one fills up as it goes, nothing is of the future."""
    assert [digest.week for digest in loaded.digests] == [loaded.week + -ago for ago in range(WEEKS - 1, 0, -1)]
    timetable = loaded.promotion.timetable
    assert all(digest.issued_at == timetable.digest_due(digest.week) for digest in loaded.digests)
    written = list(db.session.scalars(select(Bulletin).where(Bulletin.week == loaded.week)))
    assert len(written) in WRITTEN_THIS_WEEK[loaded.now]
    assert max(db.session.scalars(select(Bulletin.created_at))) <= loaded.now
    assert max(db.session.scalars(select(ReadMark.day))) <= loaded.promotion.today(loaded.now)


def test_it_says_what_it_made_and_whom_to_sign_in_as(loaded: Loaded) -> None:
    assert loaded.result.exit_code == 0, loaded.result.output
    assert f"{count(Bulletin)} bulletins" in loaded.result.output
    query = select(Person.email, Membership.role).join(Membership.person)
    roles = dict(tuple(row) for row in db.session.execute(query))
    offered = re.findall(r"as an? .+? (\S+@\S+)", loaded.result.output)
    assert [roles[address] for address in offered] == [Role.EIG, Role.MENTOR, Role.COORDINATOR]


def test_the_promotion_has_ten_weeks_to_go(loaded: Loaded) -> None:
    assert loaded.promotion.has_week(loaded.week + 10)
    assert not loaded.promotion.has_week(loaded.week + 11)


def test_the_eig_to_sign_in_as_has_a_bulletin_left_to_write(loaded: Loaded) -> None:
    eig = db.session.scalars(select(Membership).where(Membership.role == Role.EIG).order_by(Membership.id)).first()
    assert eig is not None
    assert loaded.week not in set(db.session.scalars(select(Bulletin.week).where(Bulletin.team_id == eig.team_id)))


def test_every_bulletin_has_an_author_of_its_team_and_a_revision(loaded: Loaded) -> None:
    teams = dict(tuple(row) for row in db.session.execute(select(Membership.person_id, Membership.team_id)))
    bulletins = list(db.session.scalars(select(Bulletin)))
    assert all(teams[bulletin.author_id] == bulletin.team_id for bulletin in bulletins)
    assert count(Revision) - 1 == len(bulletins) > 240, "one was corrected"


def test_late_bulletins_are_told_by_the_next_digest(loaded: Loaded) -> None:
    late = list(db.session.scalars(select(Bulletin).where(Bulletin.late)))
    assert len(late) > 5
    for bulletin in late:
        assert bulletin.published_in == (bulletin.week.next if bulletin.week.next < loaded.week else None)


def test_calls_for_help_have_moved_on(loaded: Loaded) -> None:
    calls = list(db.session.scalars(select(HelpRequest)))
    assert {call.state.value for call in calls} == {"open", "offered", "resolved"}
    assert any(call.renewed_week > call.week for call in calls)
    offers = list(db.session.scalars(select(HelpOffer)))
    assert {offer.call_id for offer in offers} == {call.id for call in calls if call.first_offered_at}
    assert all(offer.membership.team_id != offer.call.team_id for offer in offers)


def test_who_has_two_parts_is_counted_once(loaded: Loaded) -> None:
    both = db.session.scalars(select(Membership).where(Membership.coordinates)).one()
    assert both.role is Role.EIG
    recipients = select(func.count()).where(Recipient.digest_id == loaded.digests[-1].id)
    members = select(func.count()).where(Membership.promotion_id == loaded.promotion.id)
    assert db.session.scalar(recipients) == db.session.scalar(members) == 57


def test_most_eigs_and_half_of_the_mentors_read_in_a_month(loaded: Loaded) -> None:
    months = sorted({digest.month for digest in loaded.digests})[:-1]
    assert 0.8 <= sum(floor(Role.EIG, month) for month in months) / len(months) <= 0.92
    assert 0.45 <= sum(floor(Role.MENTOR, month) for month in months) / len(months) <= 0.65


def floor(role: Role, month: date) -> float:
    members = select(Recipient.membership_id).join(Digest, Digest.id == Recipient.digest_id)
    eligible = set(db.session.scalars(members.where(Digest.month == month, Recipient.role == role)))
    marked = select(ReadMark.membership_id).join(Digest, Digest.id == ReadMark.digest_id).where(Digest.month == month)
    return len(eligible & set(db.session.scalars(marked))) / len(eligible)


def test_some_let_their_pages_mark_and_some_answer_the_months_question(loaded: Loaded) -> None:
    choices = dict(tuple(row) for row in db.session.execute(select(Consent.membership_id, Consent.choice)))
    assert set(choices.values()) == set(Choice)
    automatic = set(db.session.scalars(select(ReadMark.membership_id).where(ReadMark.origin == Origin.AUTO)))
    assert automatic
    assert all(choices[member] is Choice.GRANTED for member in automatic)
    assert set(db.session.scalars(select(MonthAnswer.habit))) == set(Habit)


def test_every_figure_of_reading_can_be_shown_somewhere(loaded: Loaded) -> None:
    months = figures_by_month(loaded.promotion, loaded.now)
    mentors, eigs = ([figures.groups[group] for figures in months] for group in (Group.MENTOR, Group.EIG))
    assert any(group.estimate for group in mentors)
    assert any(group.declared.classes for group in eigs)
    assert all(group.declared.share for group in eigs[:-1])
    assert promotion_figures(loaded.promotion, loaded.now).groups[Group.EIG].proven


@pytest.mark.long
def test_those_whom_one_signs_in_as_have_an_open_question_to_answer(sqlite_template: Path, tmp_path: Path) -> None:
    with demo_at(LAST_OF_THE_MONTH, shutil.copy(sqlite_template, tmp_path / "demo.sqlite")) as loaded:
        for address in list(sign_in_emails().values())[:2]:
            member = db.session.scalars(select(Membership).join(Person).where(Person.email == address)).one()
            assert [question.answer for question in questions_for(member, loaded.now)] == [None]
        november = select(func.count()).where(MonthAnswer.month == date(2026, 11, 1))
        assert 10 < (db.session.scalar(november) or 0) < count(Membership)


def test_there_is_a_promotion_before_it_to_compare_it_with(loaded: Loaded) -> None:
    before = db.session.scalars(select(Promotion).where(Promotion.slug == "promotion-8")).one()
    assert milestone_keys(before) == ["mid", "end", "after-12"]
    assert milestone_keys(loaded.promotion) == ["mid", "end"]
    mid, end, later = (find_milestone(before, key) for key in milestone_keys(before))
    own_mid = find_milestone(loaded.promotion, "mid")
    assert mid
    assert end
    assert later
    assert own_mid
    later_on = compare_milestones(before, end, before, later, loaded.now)
    assert later_on.common
    assert len(later_on.common) == 8
    tools = next(each for each in later_on.figures if each.code == "R01")
    assert tools.before
    assert tools.after
    assert (tools.before.numerator, tools.after.numerator) == (4, 6)
    apart = compare_milestones(loaded.promotion, own_mid, before, mid, loaded.now)
    assert sum(each.refused is None for each in apart.figures) > 10
    coordinators = set(find_coordinators(before)) & set(find_coordinators(loaded.promotion))
    assert sign_in_emails()["a coordinator"] in coordinators


def test_reports_are_published_of_both_promotions(loaded: Loaded) -> None:
    promotions = db.session.scalars(select(Promotion)).all()
    published = {each.slug: [report.milestone.key for report in public_reports(each)] for each in promotions}
    assert published == {"promotion-9": ["mid"], "promotion-8": ["after-12", "end", "mid"]}
    report = public_reports(loaded.promotion)[0]
    assert report.published_at < loaded.now
    codes = {figure["code"] for figure in report.content["figures"]}
    assert codes >= {"R01", "R03", "B01", "B02", "B03", "B04"}, "the weekly rooms have something to say"


def find_coordinators(promotion: Promotion) -> list[str | None]:
    query = select(Person.email).join(Membership).where(Membership.promotion_id == promotion.id)
    return list(db.session.scalars(query.where(Membership.role == Role.COORDINATOR)))


def test_who_signs_in_is_advised_and_others_have_set_aside(loaded: Loaded) -> None:
    eig = db.session.scalars(select(Membership).where(Membership.role == Role.EIG).order_by(Membership.id)).first()
    assert eig is not None
    advised = advice_for(eig, loaded.now)
    assert advised.shown[0].occasion is Occasion.CODE_NOT_OPENED
    assert not advised.set_aside
    assert max(advice.set_aside for advice in advice_of(loaded.promotion)) >= 10


def test_who_signs_in_has_a_record_to_fill_in_and_a_questionnaire_to_answer(loaded: Loaded) -> None:
    eig = db.session.scalars(select(Membership).where(Membership.role == Role.EIG).order_by(Membership.id)).first()
    assert eig is not None
    today = loaded.promotion.today(loaded.now)
    (waiting,) = to_answer(eig, today)
    assert waiting.is_open(today)
    asked, answered = count_all(waiting)
    assert 10 < answered < asked
    end = find_milestone(loaded.promotion, "end")
    assert end
    assert milestone_state(end.opens_on, end.closes_on, today) is MilestoneState.OPEN


def test_the_log_tells_what_the_coordination_did(loaded: Loaded) -> None:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.promotion_id == loaded.promotion.id)).all()
    assert {"week.introduction-saved", "week.digest-corrected", "week.text-corrected", "timetable.pause-added"} <= {
        e.action for e in entries
    }
    assert max(entry.at for entry in entries) <= loaded.now


def test_plans_to_last_are_at_every_stage(loaded: Loaded) -> None:
    plans = find_plans(team.id for team in loaded.promotion.teams)
    assert {plan_state(plan) for plan in plans.values()} == {PlanState.BEGUN, PlanState.WITH_ACTIONS}
    assert 3 < len(plans) < len(loaded.promotion.teams)
    actions = [action for plan in plans.values() for scenario in plan.scenarios for action in scenario.actions]
    today = loaded.promotion.today(loaded.now)
    assert any(action.is_overdue(today) for action in actions)
    assert any(action.done_on for action in actions)


@pytest.mark.long
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_it_loads_on_postgresql_as_well(app: Flask) -> None:
    load_demo(THURSDAY)
    assert count(Digest) == WEEKS - 1
    assert count(Revision) - 1 == count(Bulletin) > 240, "one was corrected"
    assert count(ReadMark) > 500


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_one_that_is_interrupted_leaves_nothing(app: Flask) -> None:
    db.session.execute(text("DROP TABLE recipients"))  # needed at the end of the first week
    db.session.commit()
    with pytest.raises(OperationalError, match="recipients"):
        load_demo(THURSDAY)
    assert [count(table) for table in (Promotion, Team, Person, Bulletin)] == [0, 0, 0, 0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_one_that_is_ended_by_a_signal_leaves_nothing(app: Flask, on_engine: OnEngine) -> None:
    """As `make run` does when somebody stops it during its first start."""

    commits = itertools.count(1)
    ended: list[int] = []

    def end(_connection: Connection) -> None:
        if next(commits) == 10:
            os.kill(os.getpid(), signal.SIGTERM)

    usual = signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    try:
        on_engine("commit", end)
        result = app.test_cli_runner().invoke(args=["demo"])
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert ended == [], "the demonstration did not hear the signal"
    assert result.exit_code == 1
    assert [count(table) for table in (Promotion, Team, Person, Bulletin)] == [0, 0, 0, 0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_keeps_out_of_a_database_in_use(app: Flask) -> None:
    make_promotion()
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "DATABASE_URL" in result.output
    assert count(Promotion) == 1
    assert count(Person) == 0

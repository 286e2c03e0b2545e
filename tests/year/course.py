"""The course of a year: the clock is set to each moment at which something is due, and the jobs run, twice at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import func, select

from app import clock, create_app, jobs
from app.database import db
from app.development.smtp import LoopbackServer
from app.digests.models import Digest, Recipient
from app.letters.models import Letter, Mailing
from app.letters.states import State
from app.readership.models import ReadMark, StoredMonth
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_read_mark, make_team, one_transaction
from tests.fixtures.database import make_tables
from tests.fixtures.relay import Relay
from tests.fixtures.site import make_config
from tests.threads import at_once
from tests.year.decisions import Act, Decided, acts_of, carry_out, leaves_from, put_off_to

STARTS = date(2026, 1, 5)
COORDINATORS, MENTORS_IN = 3, 3  # one mentor for each third member
WRITES, READS = 0.85, 0.6  # chances, of a team in a week and of a member of a digest
SOON = timedelta(seconds=5)
AFTER_THE_END = 26  # weeks, in which marks are erased
SEED = 12
DECIDED = Decided(put_off=(6, 27, 35), held=(9, 30), by_hand=(14, 38))


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a year is; in the weeks `down`, by their number from 1, no job runs from Friday 14:00 to Monday."""

    teams: int = 17
    members: int = 93
    weeks: int = 44
    down: tuple[int, ...] = (11, 27)
    decided: Decided = DECIDED


@dataclass(frozen=True, slots=True)
class Account:
    """What a year came to. `early_digests`: before the moment that was decided. `late_digests`: an hour after the one
    that was planned. `lost`: letters that did not leave. `doubled`: received more than once.
    """

    expected_digests: int
    digests: int
    early_digests: int
    late_digests: int
    expected_letters: int
    letters: int
    digest_letters: int
    received: int
    lost: int
    doubled: int
    months: int
    open_months: int
    marks: int
    marks_left: int

    @property
    def faults(self) -> list[str]:
        """What should not be, a line each."""
        checks = {
            "a digest is missing or too many": self.digests == self.expected_digests,
            "a digest left before its moment": self.early_digests == 0,
            "a letter of a digest is missing or too many": self.digest_letters == self.expected_letters,
            "letters were lost": self.lost == 0,
            "letters were doubled": self.doubled == 0,
            "letters were received that no row knows": self.received == self.letters - self.lost,
            "months are not final": self.months > 0 and self.open_months == 0,
            "reading marks are left": self.marks > 0 and self.marks_left == 0,
        }
        return [fault for fault, kept in checks.items() if not kept]


@dataclass(frozen=True, slots=True)
class Issued:
    """How many digests the jobs issued before the moment that was decided, and more than an hour after the planned."""

    early: int = 0
    late: int = 0

    def __add__(self, other: Issued) -> Issued:
        return Issued(self.early + other.early, self.late + other.late)


def run(plan: Plan, url: str) -> Account:
    """Live the year on the empty database at `url`."""
    make_tables(url)
    relay = Relay()
    server = LoopbackServer(relay)
    server.start()
    app = create_app(make_config(database_url=url, smtp_url=server.url, connections=2))
    try:
        with app.app_context():
            return _live(app, plan, relay)
    finally:
        clock.set_clock(None)
        server.stop()


def _live(app: Flask, plan: Plan, relay: Relay) -> Account:
    chance, received, issued, marks = Random(SEED), Counter[str](), Issued(), 0
    promotion_id = _found(plan)
    first = Week.of(STARTS)
    for number in range(1, plan.weeks + 1):
        week = first + (number - 1)
        with _at(promotion_id, week.monday, hours=9) as promotion:
            _write(promotion, week, chance)
        for moment, act in _moments(promotion_id, week, number, plan):
            clock.set_clock(moment)
            if act:
                carry_out(app, act, promotion_id, week)
            else:
                issued += _tick(app, promotion_id, plan.decided)
            received.update(message["Message-ID"] for message in relay.messages)
            relay.reset()
        marks += _read(promotion_id, week, chance)
    for weeks in range(AFTER_THE_END):
        clock.set_clock(_noon(first + (plan.weeks + weeks)))
        _tick(app, promotion_id, plan.decided)
        received.update(message["Message-ID"] for message in relay.messages)
        relay.reset()
    account = _account(promotion_id, first, plan, received, issued, marks)
    db.session.remove()
    db.engine.dispose()
    return account


def _found(plan: Plan) -> int:
    with one_transaction():
        ends = STARTS + timedelta(weeks=plan.weeks, days=-3)
        promotion = make_promotion(starts_on=STARTS, ends_on=ends)
        teams = [make_team(promotion, f"Défi {number}") for number in range(plan.teams)]
        for number in range(plan.members):
            mentor = number % MENTORS_IN == 0
            role = Role.COORDINATOR if number < COORDINATORS else Role.MENTOR if mentor else Role.EIG
            team = None if role is Role.COORDINATOR else teams[number % plan.teams]
            locale = "en" if number % 5 == 0 else None
            make_member(promotion, role, team, f"member{number}@promotion.example", locale=locale)
    return promotion.id


@contextmanager
def _at(promotion_id: int, day: date, *, hours: int) -> Iterator[Promotion]:
    """The promotion, on that day at that hour of UTC."""
    clock.set_clock(datetime.fromisoformat(f"{day}T{hours:02}:00:00+00:00"))
    yield db.session.get_one(Promotion, promotion_id)
    db.session.remove()


def _noon(week: Week) -> datetime:
    return datetime.fromisoformat(f"{week.monday}T12:00:00+00:00")


def _write(promotion: Promotion, week: Week, chance: Random) -> None:
    if promotion.timetable.closing_day(week) is None:
        return
    with one_transaction():
        for team in db.session.scalars(select(Team).where(Team.promotion_id == promotion.id).order_by(Team.id)):
            if chance.random() < WRITES:
                make_bulletin(team, week, created_at=clock.now())


def _moments(promotion_id: int, week: Week, number: int, plan: Plan) -> list[tuple[datetime, Act | None]]:
    """What happens in the week and when: something that is decided, or, for None, the jobs.

    These run at what is due, and on the next Monday morning.
    """
    timetable = db.session.get_one(Promotion, promotion_id).timetable
    closes, digest = timetable.closes(week), timetable.digest_due(week)
    due, acts = [reminder.at for reminder in timetable.reminders(week)], []
    if closes and digest:
        due += [closes, digest, digest + timedelta(minutes=11), digest + timedelta(hours=12)]
        due += [put_off_to(timetable, week)] if number in plan.decided.put_off else []
        acts = acts_of(number, digest, closes, plan.decided)
    db.session.remove()
    monday = _noon(week.next) - timedelta(hours=5)
    awake = [moment for moment in due if number not in plan.down or moment < max(due) - timedelta(hours=14)]
    jobs_run = [moment + SOON for moment in awake] + [monday, monday + timedelta(minutes=11)]
    return sorted([*acts, *[(moment, None) for moment in jobs_run]], key=lambda each: each[0])


def _tick(app: Flask, promotion_id: int, decided: Decided) -> Issued:
    """Run every job in two threads at once, as two job processes would; return what they issued."""
    before = db.session.scalar(select(func.count()).select_from(Digest)) or 0
    jobs.failures.forget()
    for job in jobs.JOBS:
        assert at_once(app, *[lambda run=job.run: run(lambda: False)] * 2) == [None, None], job.name
    assert jobs.failures.failing_since("") is None, "a job has failed: see the log"
    timetable, now = db.session.get_one(Promotion, promotion_id).timetable, clock.now()
    issued = Issued()
    for digest in db.session.scalars(select(Digest).order_by(Digest.id).offset(before)):
        planned = timetable.digest_due(digest.week)
        assert planned, "a week without a working day has no digest"
        number = (digest.week.monday - Week.of(STARTS).monday).days // 7 + 1
        leaves = leaves_from(number, planned, decided)
        issued += Issued(early=leaves is None or now < leaves, late=now - planned > timedelta(hours=1))
    db.session.remove()
    return issued


def _read(promotion_id: int, week: Week, chance: Random) -> int:
    """Let members mark the week's digest, if there is one."""
    digest = db.session.scalar(select(Digest).where(Digest.promotion_id == promotion_id, Digest.week == week))
    members = db.session.scalars(select(Membership).where(Membership.role != Role.COORDINATOR)).all()
    readers = [member for member in members if digest and chance.random() < READS]
    with one_transaction():
        for member in readers:
            make_read_mark(digest, member)
    db.session.remove()
    return len(readers)


def _account(promotion_id: int, first: Week, plan: Plan, received: Counter[str], issued: Issued, marks: int) -> Account:
    promotion = db.session.get_one(Promotion, promotion_id)
    weeks = [first + number for number in range(plan.weeks)]
    sent = set(db.session.scalars(select(Letter.message_id).where(Letter.state == State.SENT)))
    of_digests = select(Mailing.id).where(Mailing.kind == "digest")
    counted = select(func.count()).select_from(Recipient).where(Recipient.exclusion.is_(None))
    months = db.session.scalars(select(StoredMonth)).all()
    return Account(
        expected_digests=sum(promotion.timetable.closing_day(week) is not None for week in weeks),
        digests=db.session.scalar(select(func.count()).select_from(Digest)) or 0,
        early_digests=issued.early,
        late_digests=issued.late,
        expected_letters=db.session.scalar(counted) or 0,
        letters=db.session.scalar(select(func.count()).select_from(Letter)) or 0,
        digest_letters=db.session.scalar(select(func.count()).where(Letter.mailing_id.in_(of_digests))) or 0,
        received=len(received),
        lost=len(set(db.session.scalars(select(Letter.message_id))) - received.keys()) + len(received.keys() - sent),
        doubled=sum(number - 1 for number in received.values()),
        months=len(months),
        open_months=sum(month.frozen_at is None for month in months),
        marks=marks,
        marks_left=db.session.scalar(select(func.count()).select_from(ReadMark)) or 0,
    )

"""The same promotion as it went twice: of two EIGs one reads and the other does not, and only who is who differs.

Léa and Max stand alike in all else. Whatever everybody else is shown must be the same in both.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bulletins.moods import Mood
from app.confidential.models import ConfidentialMessage
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.jobs import JOBS
from app.letters.models import SuppressedAddress
from app.readership.consent import Choice, ConsentPlace
from app.readership.models import Consent, MonthAnswer, Origin
from app.readership.survey import Habit
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import (
    LONG_AGO,
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_read_mark,
    make_team,
    saved,
)
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member

TWO = ("Léa", "Max")
WEEKS = ("2019-W06", "2019-W07", "2019-W10")  # issued, two of them in February, which is frozen by NOW
LETTERS = Week.parse("2019-W11")  # issued with real letters
ISSUED_AT = datetime(2019, 3, 15, 14, 5, tzinfo=UTC)
NOW = datetime(2019, 3, 20, 10, 0, tzinfo=UTC)
READERS_LINK = re.compile(r"http://localhost(/\S+/digests/\S+)\?reader=([\w.-]+)")
FEBRUARY = date(2019, 2, 1)


def make_twin(app: Flask, relay: Relay, reader: str) -> dict[str, Membership | None]:
    """The promotion on Wednesday 20 March, of whose two EIGs `reader` ("Léa" or "Max") reads; gives who may look."""
    promotion = make_promotion()
    jachere, brancard = make_team(promotion, "Jachère"), make_team(promotion, "Brancard")
    two = {
        "Léa": make_member(promotion, team=jachere, email="lea@jachere.example", name="Léa"),
        "Max": make_member(promotion, team=brancard, email="max@brancard.example", name="Max"),
    }
    others = _others(promotion, jachere, brancard)
    _digests(promotion, (jachere, brancard))
    read, unread = sorted(two.values(), key=lambda member: member.person.name != reader)
    _reading(promotion, read, unread, [others[f"eig {number}"] for number in range(9)])
    _mark_online(app, relay, read)
    saved(SuppressedAddress(email="eig1@x.example", since=LONG_AGO))
    saved(ConfidentialMessage(membership=others["teammate"], text="J’aimerais en parler", written_at=LONG_AGO))
    return {**two, **others, "visitor": None, "stranger": _stranger()}


def run_jobs() -> None:
    """Each job once, as the job process does."""
    for job in JOBS:
        job.run(lambda: False)


def readers_link(relay: Relay, address: str) -> tuple[str, str]:
    """The page and the token of the latest digest letter to that address."""
    found = READERS_LINK.findall("".join(letter.text for letter in relay.to(address)))
    return found[-1]


def _others(promotion: Promotion, jachere: Team, brancard: Team) -> dict[str, Membership]:
    """Among them as many readers in one team as in the other, so that the two make the difference in any order."""
    teams = (jachere, brancard)
    eigs = {f"eig {n}": make_member(promotion, team=teams[n % 2], email=f"eig{n}@x.example") for n in range(9)}
    return eigs | {
        "teammate": make_member(promotion, team=jachere, email="zoe@jachere.example", name="Zoé"),
        "mentor": make_member(promotion, Role.MENTOR, jachere, "mentor@x.example"),
        "coordinator": make_member(promotion, Role.COORDINATOR, email="coordinator@x.example"),
        "eig who coordinates": make_member(promotion, team=brancard, email="both@x.example", coordinates=True),
        "alumni": make_member(promotion, Role.ALUMNI, email="alumni@x.example"),
        "gone": make_member(promotion, team=jachere, email="gone@x.example", left_on=date(2019, 2, 20)),
    }


def _stranger() -> Membership:
    elsewhere = make_promotion(slug="promotion-4", name="Promotion 4")
    return make_member(elsewhere, Role.COORDINATOR, make_team(elsewhere, "Ravine"), "stranger@x.example")


def _digests(promotion: Promotion, teams: tuple[Team, Team]) -> None:
    for week in (*WEEKS, LETTERS.label):
        for team in teams:
            make_bulletin(team, week, mood=Mood.VERY_HARD, help="Qui relit ?" if week == "2019-W10" else "")
    for week in WEEKS:
        make_digest(promotion, week)
    issue(promotion, LETTERS, now=ISSUED_AT)
    make_bulletin(teams[0], LETTERS + 1)


def _reading(promotion: Promotion, read: Membership, unread: Membership, others: list[Membership]) -> None:
    """One of the two reads, by hand and automatically; most of the others read, so that figures can be shown."""
    digests = db.session.scalars(select(Digest).where(Digest.promotion_id == promotion.id).order_by(Digest.week))
    for digest, origin in zip(digests.all()[1:], (Origin.DECLARED, Origin.AUTO), strict=False):
        for member in (read, *others[:6]):
            make_read_mark(digest, member, origin=origin)
    choices = [(read, Habit.WEEKLY, Choice.GRANTED), (unread, Habit.NEVER, Choice.DENIED)]
    for member, habit, choice in [*choices, *((other, Habit.ONCE, Choice.GRANTED) for other in others)]:
        saved(MonthAnswer(membership_id=member.id, month=FEBRUARY, habit=habit))
        saved(Consent(membership_id=member.id, choice=choice, at=LONG_AGO, text_version=1, place=ConsentPlace.ME))


def _mark_online(app: Flask, relay: Relay, read: Membership) -> None:
    """The reader marks a digest by the letter's link, another on the site, and agrees to automatic marking."""
    run_jobs()
    page, token = readers_link(relay, str(read.person.email))
    phone, laptop = app.test_client(), as_member(app.test_client(), read)
    posts: list[tuple[FlaskClient, str, dict[str, str]]] = [
        (phone, f"{page}/read", {"reader": token}),
        (laptop, "/promotion-3/digests/2019-W06/read", {"back": "my_week"}),
        (laptop, "/promotion-3/reading/consent", {"place": "me", "choice": "granted"}),
    ]
    for client, path, fields in posts:
        assert client.post(path, data=fields).status_code == 302, path

"""Promotions that have read for 44 weeks: their members, digests and marks, put into an empty database in bulk.

The rows are those that the product would have: one digest, the last, is issued by it, the others are its likeness;
the figures are kept by its own job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Date, Integer, String, case, func, insert, literal, select, text

from app.bulletins.models import Bulletin, FrozenWeek
from app.bulletins.moods import Mood
from app.database import db
from app.digests.models import Digest, DigestText, Recipient
from app.digests.service import issue
from app.readership.consent import TEXT_VERSION, Choice, ConsentPlace
from app.readership.figures.store import store_due_figures
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.readership.survey import Habit
from app.readership.writer_feedback import store_readers
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week

TEAMS = 16
WEEKS = 44
STARTS_ON, ENDS_ON = date(2019, 1, 7), date(2019, 11, 15)
FIRST, LAST = Week.of(STARTS_ON), Week.of(STARTS_ON) + (WEEKS - 1)
NOW = datetime(2019, 11, 8, 16, 0, tzinfo=UTC)  # two hours after the last digest
LONG_AGO = datetime(2018, 12, 20, 9, 0, tzinfo=UTC)
READ, READ_AT_ONCE = 770, 300  # of a thousand: in the end, and in the two hours since the last digest
AUTOMATIC = 3  # every so many members switched automatic marking on
TEXT = "Une semaine **pleine** : des entretiens, un prototype, et une réunion qui aurait pu être un bulletin. " * 2


@dataclass(frozen=True)
class Scale:
    """So many promotions of so many members each."""

    promotions: int
    members: int


A_THOUSAND_MARKS = Scale(promotions=1, members=31)
A_MILLION_MARKS = Scale(promotions=20, members=1500)


def live(scale: Scale) -> int:
    """Let everything happen up to NOW, in the application's database; gives how many marks there are."""
    promotions = [_promotion(number, scale.members) for number in range(scale.promotions)]
    _issue(promotions)
    _read()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))  # as its own housekeeping would have, on a database that has lived
    db.session.commit()
    for promotion in promotions:
        store_due_figures(promotion, NOW)
        store_readers(promotion, NOW)
    return db.session.scalar(select(func.count()).select_from(ReadMark)) or 0


def _promotion(number: int, members: int) -> Promotion:
    dates = {"starts_on": STARTS_ON, "ends_on": ENDS_ON, "created_at": LONG_AGO}
    promotion = Promotion(name=f"Promotion {number}", slug=f"promotion-{number}", **dates)
    promotion.teams = [
        Team(name=f"Défi {team:02d}", key=f"defi{team:02d}", slug=f"defi-{team:02d}") for team in range(TEAMS)
    ]
    db.session.add(promotion)
    db.session.flush()
    _join(promotion, members)
    _write(promotion)
    return promotion


def _join(promotion: Promotion, members: int) -> None:
    emails = [f"p{promotion.id}m{member}@bench.example" for member in range(members)]
    db.session.execute(insert(Person), [{"email": email, "created_at": LONG_AGO} for email in emails])
    people = db.session.scalars(select(Person.id).where(Person.email.in_(emails)).order_by(Person.id)).all()
    db.session.execute(
        insert(Membership),
        [
            {
                "promotion_id": promotion.id,
                "person_id": person,
                "team_id": promotion.teams[place % TEAMS].id,
                "role": Role.EIG if place % 2 == 0 else Role.MENTOR,
                "coordinates": place == 0,
            }
            for place, person in enumerate(people)
        ],
    )


def _write(promotion: Promotion) -> None:
    """A bulletin a team and week, some of them late."""
    texts = dict.fromkeys(("priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"), TEXT)
    moods = list(Mood)
    rows = []
    for ago in range(WEEKS):
        week = FIRST + ago
        at = datetime.combine(week.day(3), datetime.min.time(), UTC)
        for place, team in enumerate(promotion.teams):
            late, mood = (place + ago) % 11 == 0, moods[(place * ago) % len(moods)]
            published = {
                "team_id": team.id,
                "week": week,
                "mood": mood,
                "late": late and week < LAST,
                "published_in": week,
            }
            rows.append({**texts, **published, "created_at": at, "updated_at": at})
    db.session.execute(insert(Bulletin), rows)


def _issue(promotions: list[Promotion]) -> None:
    """The last digest of the first promotion is the product's own; all others hold the same."""
    last = promotions[0].timetable.digest_due(LAST)
    issued = issue(promotions[0], LAST, now=last)
    others = [(p, FIRST + ago) for p in promotions for ago in range(WEEKS) if (p, FIRST + ago) != (promotions[0], LAST)]
    db.session.execute(insert(Digest), [_digest(promotion, week, issued) for promotion, week in others])
    db.session.execute(
        insert(FrozenWeek),
        [{"promotion_id": p.id, "week": week, "frozen_at": p.timetable.digest_due(week)} for p, week in others],
    )
    _show_to_everyone(issued)


def _digest(promotion: Promotion, week: Week, like: Digest) -> dict[str, object]:
    return {
        "promotion_id": promotion.id,
        "week": week,
        "month": promotion.timetable.month(week),
        "issued_at": promotion.timetable.digest_due(week),
        "empty": False,
        "content": like.content,
    }


def _show_to_everyone(issued: Digest) -> None:
    """Texts and recipients of all digests but `issued`, which has its own."""
    others = Digest.id != issued.id
    texts = select(Digest.id, DigestText.locale, DigestText.subject, DigestText.html, DigestText.text)
    texts = texts.join(DigestText, DigestText.digest_id == issued.id).where(
        others, Digest.promotion_id == issued.promotion_id
    )
    db.session.execute(insert(DigestText).from_select(["digest_id", "locale", "subject", "html", "text"], texts))
    counted = select(Digest.id, Membership.id, Membership.role)
    counted = counted.join(Membership, Membership.promotion_id == Digest.promotion_id).where(others)
    db.session.execute(insert(Recipient).from_select(["digest_id", "membership_id", "role"], counted))


def _read() -> None:
    """Three in four read a digest on its day; a third of the members by automatic marking; half answer each month."""
    automatic = Membership.id % AUTOMATIC == 0
    origin = case((automatic, Origin.AUTO.value), else_=Origin.DECLARED.value)
    share = case((Digest.week == LAST, READ_AT_ONCE), else_=READ)
    reads = (Membership.id * 7919 + Digest.id * 104_729) % 1000 < share
    marks = select(Digest.id, Membership.id, func.date(Digest.issued_at, type_=Date), origin)
    marks = marks.join(Recipient, Recipient.digest_id == Digest.id)
    marks = marks.join(Membership, Membership.id == Recipient.membership_id).where(reads)
    db.session.execute(insert(ReadMark).from_select(["digest_id", "membership_id", "day", "origin"], marks))
    consents = select(Membership.id, literal(Choice.GRANTED.value, String), func.min(Digest.issued_at))
    consents = consents.add_columns(literal(TEXT_VERSION, Integer), literal(ConsentPlace.DIGEST.value, String))
    consents = consents.join(Digest, Digest.promotion_id == Membership.promotion_id).where(automatic)
    columns = ["membership_id", "choice", "at", "text_version", "place"]
    db.session.execute(insert(Consent).from_select(columns, consents.group_by(Membership.id)))
    habit = case((Membership.id % 12 == 0, Habit.RARELY.value), else_=Habit.WEEKLY.value)
    answers = select(Membership.id, Digest.month, habit).join(Digest, Digest.promotion_id == Membership.promotion_id)
    answers = answers.where(Membership.id % 2 == 0, Digest.issued_at < NOW - timedelta(weeks=2)).distinct()
    db.session.execute(insert(MonthAnswer).from_select(["membership_id", "month", "habit"], answers))

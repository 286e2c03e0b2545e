"""A page asks the database as often for twenty teams, twenty weeks and a hundred members as for a handful."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from flask import Flask
from sqlalchemy import insert, update
from time_machine import Traveller

from app.audit.actions import AuditAction
from app.audit.models import AuditEntry
from app.bulletins.models import Bulletin, FrozenWeek, KeyDate
from app.bulletins.moods import Mood
from app.database import db
from app.digests.letters import reference
from app.digests.models import Digest, DigestText, Recipient
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.letters.models import AdminActionLog, Letter, SuppressedAddress
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.letters.states import AdminAction, Reason, State
from app.readership.models import Origin, ReadMark
from app.records.models import ChallengeRecord, MilestoneMailing
from app.teams.models import FormerTeamName, Membership, Pause, Person, Promotion, Team
from app.weeks import Week
from tests.builders import CONTENT, LONG_AGO, make_member, make_milestone, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.rows import counted

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

FIRST = Week.parse("2019-W02")
SMALL = {"teams": 4, "weeks": 10, "members": 10}  # with figures of complete months, as the large one
LARGE = {"teams": 20, "weeks": 20, "members": 100}
FRIDAY_AFTER_CLOSING = time(14, 1)

EIG_PAGES = ["", "bulletin", "weeks", "weeks/{issued}", "weeks/{now}", "teams", "teams/{team}", "help", "engagement"]
EIG_PAGES += ["records", "records/mid", "digests", "digests/{issued}"]
EIG_PAGES += ["search", "search?q=p", "export", "export/bulletins.json", "dates", "rota", "retrospective", "/me/data"]
EIG_PAGES += ["teams/{team}/plan", "teams/{team}/share", "teams/{team}/story"]
COORDINATION_PAGES = ["", "weeks", "weeks/{now}", "manage/", "manage/weeks/{issued}", "manage/weeks/{closed}"]
COORDINATION_PAGES += [
    "records/mid",
    "manage/records/mid/{team}",
    "engagement",
    "help",
    "teams/{team}",
    "manage/weeks/{issued}/letters",
    "manage/addresses",
    *("manage/people", "manage/roster.yml", "manage/teams/{team}", "manage/timetable", "manage/channels"),
    *("manage/log", "manage/log.csv", "manage/calls", "manage/calls.md", "retrospective/mid/draft"),
]


def populate(
    clock: Traveller, *, teams: int, weeks: int, members: int
) -> tuple[Membership, Membership, dict[str, str]]:
    """A promotion in its `weeks`-th week, every team having written in each, all but the last issued and read.

    Gives an EIG, a coordinator, and what stands in the addresses. The last week but one is closed, not issued.
    """
    promotion = make_promotion()
    rows = [make_team(promotion, administration="Ministère", summary="Un défi") for _ in range(teams)]
    people = [Person(email=f"{n}@x.example", name=f"Membre {n}", created_at=LONG_AGO) for n in range(members)]
    everyone = [
        Membership(promotion=promotion, person=p, role="eig", team=rows[n % teams]) for n, p in enumerate(people)
    ]
    db.session.add_all(everyone)
    db.session.commit()
    coordinator = make_member(promotion, "coordinator")
    all_weeks = [FIRST + ahead for ahead in range(weeks)]
    _write(rows, all_weeks)
    _issue(promotion, all_weeks[:-2], everyone)
    _ask(promotion, rows)
    _note(promotion, people)
    suppressed = [{"email": member.person.email, "since": LONG_AGO} for member in everyone[::2]]
    db.session.execute(insert(SuppressedAddress), suppressed)
    for team in rows[::3]:
        saved(Pause(team_id=team.id, first_week=all_weeks[-1], last_week=all_weeks[-1]))
    now = all_weeks[-1]
    clock.move_to(datetime.combine(now.day(3), FRIDAY_AFTER_CLOSING, UTC))
    places = {"issued": str(all_weeks[-3]), "closed": str(all_weeks[-2]), "now": str(now), "team": rows[0].slug}
    return everyone[0], coordinator, places


def _write(teams: list[Team], weeks: list[Week]) -> None:
    texts = {"mood": Mood.GOOD, "priorities": "p", "ups_and_downs": "u", "help": "h"}
    texts |= {f"{name}_html": "<p>x</p>" for name in ("priorities", "ups_and_downs", "help")}
    written = [
        {"team_id": team.id, "week": week, "revision": 1, "published_in": week if week < weeks[-2] else None}
        | dict.fromkeys(["created_at", "updated_at"], datetime.combine(week.day(2), time(9), UTC))
        | texts
        for week in weeks
        for team in teams
    ]
    db.session.execute(insert(Bulletin), written)
    kept = db.session.query(Bulletin.id, Bulletin.team_id, Bulletin.week, Bulletin.created_at).all()
    dates = [
        {"team_id": t, "bulletin_id": b, "day": (week + 1).day(2), "text": "Démo", "changed_at": LONG_AGO}
        for b, t, week, _ in kept
    ]
    calls = [
        {"team_id": t, "bulletin_id": b, "week": week, "renewed_week": week, "text": "h", "html": "<p>h</p>"}
        | {"opened_at": at, "state": HelpState.OPEN}
        for b, t, week, at in kept
    ]
    db.session.execute(insert(KeyDate), dates)
    db.session.execute(insert(HelpRequest), calls)
    db.session.commit()


def _ask(promotion: Promotion, teams: list[Team]) -> None:
    """A milestone that is open all the time, with a record of every other team, and former names."""
    milestone = make_milestone(promotion, opens_on=promotion.starts_on, closes_on=promotion.ends_on)
    answered = {"milestone_id": milestone.id, "content": {}, "revision": 1, "updated_at": LONG_AGO, "sent_at": LONG_AGO}
    asked = {"milestone_id": milestone.id, "number": 0, "letters": 1, "queued_at": LONG_AGO}
    db.session.execute(insert(ChallengeRecord), [{"team_id": team.id, **answered} for team in teams[::2]])
    db.session.execute(insert(MilestoneMailing), [{"team_id": team.id, **asked} for team in teams])
    former = [{"team_id": team.id, "name": "Autrefois", "until": promotion.starts_on} for team in teams]
    db.session.execute(insert(FormerTeamName), former)
    db.session.commit()


def _note(promotion: Promotion, people: list[Person]) -> None:
    """An entry of the log about each of them, by all of them in turn."""
    noted = {"at": LONG_AGO, "action": AuditAction.PERSON_ADDED, "promotion_id": promotion.id, "detail": ""}
    by = [{"actor_id": actor.id, "by_person": True, "subject": actor.name} for actor in reversed(people)]
    about = [{"person_id": person.id, "about_person": True} for person in people]
    db.session.execute(insert(AuditEntry), [noted | actor | person for actor, person in zip(by, about, strict=True)])
    db.session.commit()


def _issue(promotion: Promotion, weeks: list[Week], members: list[Membership]) -> None:
    for week in weeks:
        due = promotion.timetable.digest_due(week)
        assert due
        texts = [DigestText(locale=locale, subject="s", html="<p>h</p>", text="t") for locale in ("fr", "en")]
        month = promotion.timetable.month(week)
        digest = Digest(promotion=promotion, week=week, month=month, issued_at=due, content=CONTENT, texts=texts)
        db.session.add(digest)
        db.session.add(FrozenWeek(promotion_id=promotion.id, week=week, frozen_at=due))
        db.session.flush()
        recipients = [{"digest_id": digest.id, "membership_id": m.id, "role": m.role} for m in members]
        marks = [
            {"digest_id": digest.id, "membership_id": m.id, "day": due.date(), "origin": Origin.DECLARED}
            for m in members[1::2]
        ]
        db.session.execute(insert(Recipient), recipients)
        _mail(digest, members)
        db.session.execute(insert(ReadMark), marks)
    db.session.commit()


def _mail(digest: Digest, members: list[Membership]) -> None:
    """A letter for each member, half of them failed, of addresses suppressed since and lifted; and what was decided."""
    mailing = add_mailing("digest", "fr", "s", "t", "h", reference=reference(digest), created_at=digest.issued_at)
    addressees = [Addressee(m.id, m.person_id, m.person.email or "", m.person.name) for m in members]
    queue_letters(mailing, addressees, digest.issued_at)
    failed = update(Letter).where(Letter.mailing_id == mailing.id, Letter.id % 2 == 0)
    db.session.execute(failed.values(state=State.FAILED, reason=Reason.REFUSED))
    people = [member.person_id for member in members]
    acts = [
        {"reference": reference(digest), "at": LONG_AGO, "person_id": person, "action": AdminAction.PAUSE}
        for person in people
    ]
    db.session.execute(insert(AdminActionLog), acts)


def queries(app: Flask, clock: Traveller, size: dict[str, int]) -> dict[str, list[str]]:
    """The statements of every page in a promotion of that size."""
    eig, coordinator, places = populate(clock, **size)
    found = {}
    for member, pages in ((eig, EIG_PAGES), (coordinator, COORDINATION_PAGES)):
        client = as_member(app.test_client(), member)
        for page in pages:
            with counted() as statements:
                answer = client.get(page if page.startswith("/") else f"/promotion-3/{page.format(**places)}")
            assert answer.status_code == 200, page
            found[f"{member.role} {page}"] = list(statements)
    return found


def test_the_number_of_queries_of_a_page_does_not_grow(database: str, app: Flask, clock: Traveller) -> None:
    small = queries(app, clock, SMALL)
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    large = queries(app, clock, LARGE)
    assert {page: len(found) for page, found in large.items()} == {page: len(found) for page, found in small.items()}
    assert min(len(found) for found in small.values()) > 1  # somebody is signed in, something is read


def test_a_query_in_a_loop_would_be_seen(database: str, app: Flask, clock: Traveller) -> None:
    populate(clock, **SMALL)
    with counted() as statements:
        for team in db.session.query(Team):
            assert team.pauses is not None
    assert len(statements) == 1 + SMALL["teams"]

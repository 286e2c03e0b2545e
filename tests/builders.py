"""Builders of what a test needs: each adds its rows to the database, commits, and gives back the main one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select

from app.bulletins.models import Bulletin, FrozenWeek, KeyDate, Revision
from app.bulletins.moods import Mood
from app.database import db
from app.digests.models import Digest, DigestText, Exclusion, Recipient
from app.help_requests.models import HelpRequest
from app.markdown import to_html
from app.questionnaires.file_format import hash_content, read_questionnaire
from app.questionnaires.library import read_shipped
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.urns import urn_keys
from app.readership.models import Origin, ReadMark
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week

T = TypeVar("T")

LONG_AGO = datetime(2019, 1, 2, 9, 0, tzinfo=UTC)
CONTENT = {
    "bulletins": [],
    "help_requests": [],
    "key_dates": [],
    "teams": {"expected": 0, "wrote": 0, "paused": 0, "silent": 0},
}
_numbers = count(1)


@contextmanager
def one_transaction() -> Iterator[None]:
    """Commit once, at the end, what is built inside: a promotion of many takes a third of the time."""
    db.session.info["commits_later"] = True
    try:
        yield
    finally:
        del db.session.info["commits_later"]
    db.session.commit()


def saved(row: T) -> T:
    """`row`, added and committed."""
    db.session.add(row)
    if "commits_later" in db.session.info:
        db.session.flush()
    else:
        db.session.commit()
    return row


def as_week(week: Week | str) -> Week:
    """`week` itself, or the week of its label."""
    return Week.parse(week) if isinstance(week, str) else week


def make_promotion(**values: Any) -> Promotion:
    """A promotion from 7 January to 8 November 2019, in Paris, in French; made long before it begins."""
    defaults = {
        "name": "Promotion 3",
        "slug": "promotion-3",
        "starts_on": date(2019, 1, 7),
        "ends_on": date(2019, 11, 8),
        "created_at": datetime(2000, 1, 1, tzinfo=UTC),
    }
    return saved(Promotion(**(defaults | values)))


def make_team(promotion: Promotion, name: str | None = None, **values: Any) -> Team:
    """A team of `promotion`."""
    name = name or f"Défi {next(_numbers)}"
    slug = _plain(name, "-")
    defaults = {"promotion": promotion, "name": name, "key": slug.replace("-", ""), "slug": slug}
    return saved(Team(**(defaults | values)))


def make_person(email: str | None = None, **values: Any) -> Person:
    """Somebody with an address of their own, in no promotion yet."""
    defaults = {"email": email or f"person{next(_numbers)}@promotion.example", "created_at": LONG_AGO}
    return saved(Person(**(defaults | values)))


def make_member(
    promotion: Promotion,
    role: Role | str = Role.EIG,
    team: Team | None = None,
    email: str | None = None,
    *,
    person: Person | None = None,
    name: str = "",
    locale: str | None = None,
    **values: Any,
) -> Membership:
    """A member of `promotion`: of `team` when given, a new person unless `person` is given."""
    person = person or make_person(email, name=name, locale=locale)
    return saved(Membership(promotion=promotion, person=person, role=Role(role), team=team, **values))


def make_milestone(promotion: Promotion, key: str = "mid", **values: Any) -> Milestone:
    """A milestone that may be answered from 4 to 31 March 2019."""
    defaults = {"day": date(2019, 3, 4), "opens_on": date(2019, 3, 4), "closes_on": date(2019, 3, 31)}
    return saved(Milestone(promotion_id=promotion.id, key=key, **(defaults | values)))


def make_bulletin(team: Team, week: Week | str, **values: Any) -> Bulletin:
    """A bulletin with its first revision, written on the Wednesday at 09:00 UTC.

    With `help`, its open call for help; with `key_date` (a date) and `key_date_text`, its key date.
    """
    week = as_week(week)
    written_at = values.pop("created_at", datetime.combine(week.day(3), datetime.min.time(), UTC) + timedelta(hours=9))
    key_date, key_date_text = values.pop("key_date", None), values.pop("key_date_text", "Comité de pilotage")
    texts = {
        "priorities": f"Priorité de {team.name}",
        "ups_and_downs": f"Les hauts et les bas de {team.name}",
        "help": "",
    }
    texts |= {name: values.pop(name) for name in texts if name in values}
    typed = texts | {"mood": values.pop("mood", Mood.GOOD)}
    bulletin = Bulletin(
        **{"team": team, "week": week, "created_at": written_at, "updated_at": written_at}
        | typed
        | {f"{name}_html": _html(text) for name, text in texts.items()}
        | values
    )
    bulletin.revisions = [
        Revision(
            number=1,
            saved_at=written_at,
            author=bulletin.author,
            author_id=bulletin.author_id,
            key_date=key_date,
            key_date_text=key_date_text if key_date else "",
            **typed,
        )
    ]
    if key_date:
        bulletin.key_date = KeyDate(team=team, day=key_date, text=key_date_text, changed_at=written_at)
    if bulletin.help:
        db.session.add(_call_for_help(bulletin))
    return saved(bulletin)


def _call_for_help(bulletin: Bulletin) -> HelpRequest:
    return HelpRequest(
        team=bulletin.team,
        bulletin=bulletin,
        week=bulletin.week,
        renewed_week=bulletin.week,
        text=bulletin.help,
        html=bulletin.help_html,
        opened_at=bulletin.created_at,
    )


def make_digest(promotion: Promotion, week: Week | str, **values: Any) -> Digest:
    """The issued digest of a week, at its planned moment, in French and English, with the bulletins of the week.

    Everyone who is a member then is a recipient; `exclusions` maps memberships to the reason why they got no letter.
    """
    week = as_week(week)
    exclusions: dict[Membership, Exclusion] = values.pop("exclusions", {})
    due = promotion.timetable.digest_due(week)
    assert due is not None, f"{week} has no working day"
    subject = f"Les bulletins de la semaine {week.number}"
    texts = [
        DigestText(locale=locale, subject=subject, html=f"<p>{subject}</p>", text=subject) for locale in ("fr", "en")
    ]
    defaults = {"promotion": promotion, "week": week, "issued_at": due, "content": CONTENT, "texts": texts}
    digest = saved(Digest(**(defaults | {"month": promotion.timetable.month(week)} | values)))
    bulletins = select(Bulletin).join(Team).where(Team.promotion_id == promotion.id, Bulletin.week == week)
    for bulletin in db.session.scalars(bulletins):
        bulletin.published_in = week
    db.session.add(FrozenWeek(promotion_id=promotion.id, week=week, frozen_at=due))
    members = db.session.scalars(select(Membership).where(Membership.promotion_id == promotion.id)).all()
    db.session.add_all(
        Recipient(digest_id=digest.id, membership=member, role=member.role, exclusion=exclusions.get(member))
        for member in members
        if member.is_current(promotion.timetable.closing_day(week) or week.sunday)
    )
    return saved(digest)


def make_read_mark(digest: Digest, member: Membership, **values: Any) -> ReadMark:
    """`member` has read `digest`, on the day it was issued, by hand."""
    defaults = {"day": digest.issued_at.date(), "origin": Origin.DECLARED}
    return saved(ReadMark(digest_id=digest.id, membership_id=member.id, **(defaults | values)))


def make_questionnaire(members: Iterable[Membership], **values: Any) -> Questionnaire:
    """The EIGs' questionnaire that ships, asked of `members` on 4 March 2019, until 20 March; without letters."""
    members = list(members)
    content = read_shipped(SurveyPublic.EIG)
    defaults = {
        "promotion": members[0].promotion,
        "public": SurveyPublic.EIG,
        "content": content,
        "content_hash": hash_content(content),
        "issued_on": date(2019, 3, 4),
        "closes_on": date(2019, 3, 20),
        "counted_on": date(2019, 3, 4),
    }
    questionnaire = saved(Questionnaire(**(defaults | values)))
    db.session.add_all(Participation(questionnaire_id=questionnaire.id, membership=member) for member in members)
    keys = [key for question in read_questionnaire(content.encode()).questions for key in urn_keys(question)]
    db.session.add_all(Urn(questionnaire_id=questionnaire.id, key=key, papers=[]) for key in keys)
    return saved(questionnaire)


def _plain(name: str, between: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).split()
    return between.join(words)


def _html(text: str) -> str:
    return to_html(text) if text else ""

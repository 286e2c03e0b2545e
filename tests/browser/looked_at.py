"""The pages that are looked at, of each role: in the promotion that `members` makes, with what `trouble` adds to it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.advice.service import adopt_proposals
from app.database import db
from app.letters.models import AdminActionLog, Bounce, Letter, LetterEvent, Relay, SuppressedAddress
from app.letters.states import AdminAction, BounceVerdict, EventType, Reason, State
from app.letters.suppression import reference
from app.records.milestone_service import exclude_team
from app.records.models import ChallengeRecord, Milestone
from app.retrospective.models import Audience
from app.retrospective.service import publish
from app.sharing.service import make_link
from app.teams.models import Membership, Person, Promotion
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_milestone, make_promotion, make_team, saved

FRIDAY_15_06 = "2019-03-08T14:06:00+00:00"
MONDAY = "2019-03-11T09:00:00+00:00"
MANAGE = "/promotion-3/manage"
PUBLIC = (
    "/",
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/forged",
    "/unsubscribe/forged",
    "/nowhere/at-all",
    "/mailbox",
    "/accessibility",
    "/personal-data",
)
SHARED = "s" * 43  # the secret of a link to a story
FOR_MEMBERS = (
    "/",
    "/me",
    "/promotion-3/bulletin",
    "/promotion-3/bulletin/2019-W10/receipt",
    "/promotion-3/weeks",
    "/promotion-3/weeks/2019-W10",
    "/promotion-3/teams",
    "/promotion-3/teams/cartobio",
    "/promotion-3/teams/cartobio/plan",  # empty
    "/promotion-3/teams/cartobio/story",
    "/promotion-3/teams/cartobio/share",
    "/promotion-3/teams/cartobio/channel",
    f"/share/{SHARED}",
    "/promotion-3/dates",
    "/promotion-3/search",
    "/promotion-3/export",
    "/promotion-3/search?q=cartobio+priorite",
    "/promotion-3/search?q=nulle+part&help=on",
    "/promotion-3/digests",
    "/promotion-3/digests/2019-W10",
    "/promotion-3/digests/2019-W10/help/2/offer",
    "/promotion-3/confidential",
    "/me/erase",
    "/promotion-3/manage/",  # refused
    "/promotion-3/help",
    "/promotion-3/engagement",
    "/promotion-3/weeks/2019-W54",
    "/promotion-3/records",
    "/promotion-3/records/mid",
    "/promotion-3/retrospective",
    "/promotion-3/retrospective/mid",  # published
    "/promotion-3/retrospective/compare",  # nothing to compare
    "/promotion-3/retrospective/end",  # not yet
)
FOR_COORDINATORS = (
    "/legal-notice",
    "/legal-notice/edit",
    "/promotion-3/manage/",
    "/promotion-3/manage/weeks/2019-W10",
    "/promotion-3/manage/weeks/2019-W10/letters",
    "/promotion-3/manage/timetable",
    "/promotion-3/manage/weeks/2019-W10/notes",
    "/promotion-3/manage/weeks/2019-W10/notes/teams/cartobio",
    "/promotion-3/manage/weeks/2019-W10/letters/again",
    "/promotion-3/manage/addresses",
    "/promotion-3/manage/channels",
    "/manage",
    "/manage/new",
    "/manage/log",
    "/promotion-3/manage/cohort",
    "/promotion-3/manage/cohort/delete",
    "/promotion-3/manage/first-steps",
    "/promotion-3/manage/people",
    "/promotion-3/manage/people/1",
    "/promotion-3/manage/people/new",
    "/promotion-3/manage/people/import",
    "/promotion-3/manage/teams/cartobio",
    "/promotion-3/manage/log",
    "/promotion-3/manage/bulletins/import",
    "/me/details",
    "/promotion-3/manage/confidential",
    "/promotion-3/advice",
    "/promotion-3/advice/1",
    "/promotion-3/engagement",
    "/promotion-3/weeks/2019-W11",
    "/promotion-3/records",
    "/promotion-3/records/mid",
    "/promotion-3/manage/records/new",
    "/promotion-3/manage/records/mid",
    "/promotion-3/manage/records/mid/cartobio",
    "/promotion-3/manage/records/mid/karfu-r",  # left out of the figures
    "/promotion-3/retrospective/compare?from=mid&to=mid",
    "/promotion-3/retrospective/mid/draft",
    "/promotion-3/retrospective/mid/edit",
    "/promotion-3/retrospective/mid/publish",  # a correction
    "/promotion-3/retrospective/end/draft",  # without any record
)
ON_A_FRIDAY = (
    f"{MANAGE}/",
    f"{MANAGE}/weeks/2019-W11/issue",
    f"{MANAGE}/weeks/2019-W11/put-off",
    f"{MANAGE}/weeks/2019-W11/preview/fr",
    f"{MANAGE}/calls",
    f"{MANAGE}/questionnaires",
    f"{MANAGE}/questionnaires/to-issue/eig",
    f"{MANAGE}/people/1/erase",
    f"{MANAGE}/teams/new",
    "/manage/log",
)
SENT_EMPTY = (  # forms that come back with what is missing
    f"{MANAGE}/people/new",
    f"{MANAGE}/people/import",
    f"{MANAGE}/teams/new",
    f"{MANAGE}/weeks/2019-W10/notes",
    f"{MANAGE}/channels",
    "/manage/new",
)


@pytest.fixture
def members(live_site: LiveSite) -> dict[str, Membership]:
    """A promotion with a digest, two calls for help and a key date, on the Monday after."""
    with live_site.rows():
        promotion = make_promotion()
        team, other = make_team(promotion, "CartoBio"), make_team(promotion, "Karfu’R")
        members = {
            "eig": make_member(promotion, "eig", team, name="Camille Roux"),
            "coordinator": make_member(promotion, "coordinator", name="Judith Perrin"),
        }
        milestone = make_milestone(promotion)
        exclude_team(milestone, other, "modalités particulières")
        make_milestone(promotion, "end", day=date(2019, 11, 8))
        told = {"state": "production", "people": {"host_employee": 1}, "carried_by": "host"}
        at = datetime.fromisoformat(FRIDAY_15_06)
        saved(ChallengeRecord(milestone_id=milestone.id, team_id=team.id, content=told, updated_at=at, sent_at=at))
        adopt_proposals(promotion, ["access", "open_data", "first_call"])
        make_bulletin(team, "2019-W10", help="Une relecture ?", key_date=date(2019, 3, 14))
        make_bulletin(other, "2019-W10", help="Un hébergeur ?")
    live_site.at(FRIDAY_15_06)
    live_site.run("digest", "issue", "--week", "2019-W10")
    live_site.at(MONDAY)
    with live_site.rows():
        milestone = db.session.scalars(db.select(Milestone).where(Milestone.key == "mid")).one()
        promotion, coordinator = db.session.scalars(db.select(Promotion)).one(), members["coordinator"].person_id
        by = db.session.get_one(Person, coordinator)
        make_link(members["eig"].team, "la DSI", promotion.ends_on, SHARED, by, datetime.fromisoformat(MONDAY))
        publish(promotion, milestone, Audience.MEMBERS, "", by, datetime.fromisoformat(MONDAY), seen=(0, 0))
    return members


def bounces(letter: Letter, now: datetime) -> list[Bounce]:
    """What may come back for a letter, one of each sort; one is held by the brake."""
    report = {"letter_id": letter.id, "read_at": now, "permanent": False, "code": "5.2.2", "text": "mailbox full"}
    rows = [
        Bounce(fingerprint=str(number) * 64, verdict=verdict, **report) for number, verdict in enumerate(BounceVerdict)
    ]
    return [*rows, Bounce(fingerprint="held", verdict=BounceVerdict.GONE, held_at=now, **report)]


def trouble(coordinator: Membership) -> None:
    """A relay that fails, letters in every sort of trouble, addresses suppressed and lifted, and an act."""
    letters = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
    assert len(letters) == 2
    letters[0].state, letters[0].reason, letters[0].smtp_code = State.FAILED, Reason.REFUSED, 550
    letters[1].state = State.UNKNOWN
    letters[0].smtp_text = "5.7.1 a-word-that-goes-on-and-on-and-does-not-end-before-the-screen-of-any-phone-does-end"
    now = letters[0].created_at
    report = {"code": "5.2.2", "text": "mailbox full"}
    db.session.add_all(
        [
            Relay(id=1, failing_since=now, last_error="[Errno 111] Connection refused"),
            SuppressedAddress(email=letters[0].to_email, since=now, **report),
            LetterEvent(letter_id=letters[1].id, at=now, type=EventType.INTERRUPTED, worker="host:1234:0123456789ab"),
            *bounces(letters[1], now),
            AdminActionLog(
                reference=letters[0].mailing.reference,
                at=now,
                person_id=coordinator.person_id,
                action=AdminAction.PAUSE,
            ),
        ]
    )
    db.session.flush()
    lifted = SuppressedAddress(email=letters[1].to_email, since=now, lifted_at=now)
    db.session.add(lifted)
    db.session.flush()
    db.session.add(
        AdminActionLog(reference=reference(lifted), at=now, person_id=coordinator.person_id, action=AdminAction.LIFT)
    )
    db.session.commit()

"""axe-core finds nothing on any page, in French and in English, on a phone and on a laptop, light and dark."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

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
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.browser.states import dress_as_state
from tests.builders import make_bulletin, make_member, make_milestone, make_promotion, make_team, saved

FRIDAY_15_06 = "2019-03-08T14:06:00+00:00"
MONDAY = "2019-03-11T09:00:00+00:00"
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
    "/promotion-3/search?q=cartobio+bulletin",
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
    "/promotion-3/retrospective/compare?from=mid&to=mid",
    "/promotion-3/retrospective/mid/draft",
    "/promotion-3/retrospective/mid/edit",
    "/promotion-3/retrospective/mid/publish",  # a correction
    "/promotion-3/retrospective/end/draft",  # without any record
)
IN_THE_STATES_CLOTHES = (
    "/",
    "/me",
    "/accessibility",
    "/promotion-3/bulletin",
    "/promotion-3/digests/2019-W10",
    "/promotion-3/help",
    "/promotion-3/engagement",
    "/promotion-3/search?q=cartobio",
)
REFUSED: dict[str | None, dict[str, int]] = {  # the pages among them that say so
    None: {"/sign-in/forged": 410, "/unsubscribe/forged": 410, "/nowhere/at-all": 404},
    "eig": {"/promotion-3/manage/": 403, "/promotion-3/weeks/2019-W54": 404},
    "coordinator": {},
}
PHONE = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}, "color_scheme": "light"}
LAPTOP = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
LOOKS = (
    pytest.param(PHONE, id="phone-french-light"),
    pytest.param(LAPTOP, id="laptop-english-dark", marks=pytest.mark.long),
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


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (None, PUBLIC),
        ("eig", FOR_MEMBERS),
        pytest.param("coordinator", FOR_COORDINATORS, marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], look: dict[str, Any], role: str, paths: Any
) -> None:
    visitor = open_page(**look)
    if role:
        live_site.sign_in(visitor, members[role])
    if role == "coordinator":
        with live_site.rows():
            trouble(members["coordinator"])
    refused = {}
    for path in paths:
        answer = visitor.goto(path)
        if answer.status != 200:
            refused[path] = answer.status
        assert_accessible(visitor)
        assert_laid_out(visitor)
    assert refused == REFUSED[role], "no other page is looked at in the place of one that is not found"


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_pages_that_letters_lead_to(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], look: dict[str, Any]
) -> None:
    visitor = open_page(**look)
    visitor.goto("/sign-in")
    visitor.locator("input[type=email]").fill(members["eig"].person.email)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/sign-in/sent")
    letters = [letter for letter in live_site.deliver() if members["eig"].person.email in letter.to]
    assert len(letters) == 2
    links = {link for letter in letters for link in letter.links}
    assert len(links) == 3  # the digest online, leaving it, signing in
    for link in sorted(links):
        assert visitor.goto(link).status == 200
        assert_accessible(visitor)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_clothes_of_the_state(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], scheme: str
) -> None:
    """In the pages where each sort of control stands; the classes are the same on all others."""
    dress_as_state(live_site)
    visitor = open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    visitor.goto("/")
    assert_accessible(visitor)
    live_site.sign_in(visitor, members["eig"])
    for path in IN_THE_STATES_CLOTHES:
        assert visitor.goto(path).status == 200, path
        assert_laid_out(visitor)
        assert_accessible(visitor)

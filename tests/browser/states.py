"""The states in which a page is looked at beside the ordinary one: before, late, paused, over; refused; broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import abort
from playwright.sync_api import Page, expect

from app import dsfr
from app.access import Access, access
from app.corrections.notes import write_note
from app.database import db
from app.digests.models import Digest
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.maintenance import FILE
from app.teams.models import Membership, Pause, Team
from app.weeks import Week
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_questionnaire, saved
from tests.fixtures.needs import state_design
from tests.plans.written import full_plan

FAULT = re.compile("^(Erreur|Error)")  # how the title of such a page begins
FAULTY = {  # where a form is sent as it stands, empty
    "eig": (
        "/promotion-3/bulletin",
        "/promotion-3/confidential",
        "/promotion-3/help/2/offer",
        "/promotion-3/teams/cartobio/share",
        "/me/details",
        "/me/erase",
    ),
    "coordinator": ("/promotion-3/advice", "/promotion-3/manage/records/new"),
}
MORE_ROOMS = (  # of an EIG, with `prepare_rooms`
    "/promotion-3/help?state=resolved",
    "/promotion-3/help?state=archived",
    "/promotion-3/help/1/thanks",
    "/promotion-3/help/2/offer",
    "/promotion-3/rota",
    "/promotion-3/search?q=ca&from=2019-03-04",
    "/promotion-3/teams/cartobio/plan",  # full
    "/promotion-3/teams/cartobio/plan/vision",
    "/promotion-3/digests/2019-W10",  # with notes
    "/promotion-3/records/mid/cartobio",
    "/promotion-3/records/mid/cartobio/tool",
    "/promotion-3/records/mid/cartobio/openings",
    "/promotion-3/records/mid/cartobio/events",
    "/me/details",
)
QUESTIONNAIRE_PAGES = 7  # of the EIGs' that ships, with the one on which it is sent
ERRORS = (400, 403, 404, 409, 410, 413, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class Moment:
    """A week as the members of a team find it: when, what one of them reads in it, and what is done before."""

    at: str
    shows: str  # a pattern, in French or in English
    prepare: Callable[[Membership], None] = lambda member: None


def _paused(member: Membership) -> None:
    week = Week.parse("2019-W11")
    saved(Pause(team_id=member.team_id, first_week=week, last_week=week))


def _written(member: Membership) -> None:
    make_bulletin(
        member.team, "2019-W11", help="Qui relit ?", created_at=datetime.fromisoformat("2019-03-11T08:00+00:00")
    )


MOMENTS = {  # in this order: what one has prepared stands in the next
    "before": Moment("2018-12-20T09:00:00+00:00", "commence le|begins on"),
    "late": Moment("2019-03-15T14:30:00+00:00", "Cette semaine est fermée|This week is closed"),
    "paused": Moment("2019-03-13T09:00:00+00:00", "est en pause cette semaine|is paused this week", _paused),
    "written": Moment("2019-03-13T09:00:00+00:00", "modifiable jusqu’à|can be changed until", _written),
    "closed": Moment("2019-03-15T14:30:00+00:00", "la semaine est fermée|this week is closed"),
    "after": Moment("2019-11-20T09:00:00+00:00", "s’est terminée le|ended on"),
}


def prepare_rooms(member: Membership) -> None:
    """Resolve the call of the member's team; give them somebody to take turns with, notes to read, a full plan."""
    call, now = db.session.get_one(HelpRequest, 1), datetime(2019, 3, 11, 9, tzinfo=UTC)
    assert call.team_id == member.team_id
    call.state, call.closed_at = HelpState.RESOLVED, now
    make_member(member.promotion, "eig", member.team, name="Sacha Petit")
    db.session.commit()
    digest, team = db.session.scalars(db.select(Digest)).one(), db.session.get_one(Team, member.team_id)
    write_note(digest, None, "La réunion de mars se tient à la bibliothèque.", 0, member.person_id, now)
    write_note(digest, team, "Le chiffre est celui du mois, non de la semaine.", 1, member.person_id, now)
    full_plan(team)


def act(site: LiveSite, page: Page, member: Membership) -> Iterator[str]:
    """Do what no address leads to, and yield what the page shows after each: an address made, a form, a conflict."""
    with site.rows():
        make_questionnaire([db.session.get_one(Membership, member.id)])
    page.goto("/promotion-3/dates")
    page.locator("form[action$='/make'] button").first.click()
    yield "dates-address"
    page.goto("/promotion-3/questionnaires/1")
    for number in range(QUESTIONNAIRE_PAGES):
        page.locator("#questionnaire button[type=submit].fr-btn:visible").first.click()
        yield f"questionnaire-{number + 1}"
    page.goto("/promotion-3/bulletin")
    page.locator("input[name=mood]").last.check(force=True)
    page.locator("[name=priorities]").fill("Brancher la borne")
    page.locator("[name=ups_and_downs]").fill("Deux jours de câbles, une matinée de sourires.")
    with site.rows():
        make_bulletin(db.session.get_one(Team, member.team_id), "2019-W11")
    send_empty(page)
    yield "bulletin-conflict"


def send_empty(page: Page) -> None:
    """Send the form of the page, which begins empty but for its days; the page that answers is one with faults."""
    for day in page.locator("main form[novalidate] input[type=date]:visible").all():
        day.fill("")
    page.locator("main form[novalidate] button[type=submit]:not([formaction])").last.click()
    expect(page).to_have_title(FAULT)


def allow_errors(site: LiveSite) -> None:
    """Let `/broken/<status>` answer with that error."""

    @access(Access.PUBLIC)
    def broken(status: int) -> str:
        abort(status)

    site.app.add_url_rule("/broken/<int:status>", endpoint="broken", view_func=broken)


def maintain(site: LiveSite, folder: Path) -> None:
    """Put the site under maintenance; its file is in `folder`."""
    site.app.instance_path = str(folder)
    (folder / FILE).touch()


def dress_as_state(site: LiveSite) -> None:
    """Give the site the design system of the French State."""
    assert state_design()
    site.app.config["SETTINGS"] = replace(site.app.config["SETTINGS"], theme="dsfr")
    site.app.register_blueprint(dsfr.pages)

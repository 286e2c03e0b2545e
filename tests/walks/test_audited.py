"""Whatever the coordination changes by a form is in the audit log, or NOT_NOTED says why it is not.

The forms are those that the pages show, filled in as a browser would send them; what they change is read in the tables.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db
from tests.fixtures.site import browser_of
from tests.walks.full_promotion import Visitors
from tests.walks.keeping import KeptDatabase
from tests.walks.routes import TABLE, P
from tests.walks.test_typed import FoundForm, Sent, find_forms, post

ONES_OWN = "what a member does for themselves, or says as one of the members"
OF_A_TEAM = "of their own team, as any of its EIGs"
CALLS = "a call for help keeps who closed it"
NOT_NOTED = {
    f"{P}/advice/<int:advice_id>/set-aside": ONES_OWN,
    f"{P}/bulletins/<int:bulletin_id>/reaction": ONES_OWN,
    f"{P}/confidential": ONES_OWN,
    f"{P}/confidential/<int:message_id>/take-back": ONES_OWN,
    f"{P}/digests/<week:week>/help/<int:call>/offer": ONES_OWN,
    f"{P}/digests/<week:week>/read": ONES_OWN,
    f"{P}/feeds/<slug:feed>/end": ONES_OWN,
    f"{P}/feeds/<slug:feed>/make": ONES_OWN,
    f"{P}/help/<int:call>/offer": ONES_OWN,
    f"{P}/reading/answer": ONES_OWN,
    f"{P}/reading/consent": ONES_OWN,
    f"{P}/bulletin/<week:week>": OF_A_TEAM,
    f"{P}/help/<int:call>/thanks": OF_A_TEAM,
    f"{P}/rota/<week:week>/exchange": OF_A_TEAM,
    f"{P}/rota/end": OF_A_TEAM,
    f"{P}/help/<int:call>/renewed": CALLS,
    f"{P}/help/<int:call>/resolved": CALLS,
    f"{P}/help/<int:call>/withdrawn": CALLS,
    f"{P}/records/<slug:milestone>/<slug:team>/<slug:section>": "each revision keeps its author; sending is noted",
    f"{P}/retrospective/<slug:key>/edit": "a draft, which keeps its author; publishing is noted",
    f"{P}/teams/<slug:team>/plan/actions/<int:item>/done": "an action of a plan that is the coordination’s own",
}
NOT_SENT = {  # for the coordination alone, and nothing that these forms hold changes anything here
    "/legal-notice/edit",
    f"{P}/manage/addresses/held/spare",
    f"{P}/manage/addresses/held/suppress",
    f"{P}/manage/bulletins/import",
    f"{P}/manage/bulletins/import/apply",
    f"{P}/manage/bulletins/past-digests",
    f"{P}/manage/channels",
    f"{P}/manage/people/import",
    f"{P}/manage/questionnaires",
    f"{P}/manage/questionnaires/own",
    f"{P}/manage/weeks/<week:week>/letters/<slug:action>",
    f"{P}/manage/weeks/<week:week>/letters/again",
    f"{P}/manage/weeks/<week:week>/notes/introduction/withdraw",
    f"{P}/records/<slug:milestone>/<slug:team>",
    f"{P}/teams/<slug:team>/channel",
}
GIVEN = {
    f"{P}/manage/cohort": {"ends_on": "2019-11-15"},
    f"{P}/manage/cohort/delete": {"name": "Promotion 5"},
    f"{P}/manage/people/new": {"team": "brancard"},
    f"{P}/manage/people/<int:member_id>/place": {"place-role": "mentor", "place-team": "brancard"},
    f"{P}/manage/people/<int:member_id>/erase": {"address": "author@promotion.example"},
    f"{P}/manage/records/<slug:milestone>": {"closes_on": "2019-06-30"},
    f"{P}/manage/timetable": {"closes_at": "16:00"},
}


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_coordination_changes_nothing_that_is_not_noted(app: Flask, full: Visitors) -> None:
    who = {sort: member for sort, member in full.items() if sort and "coordinat" in sort}
    found = [form for form in find_forms(app, who) if form.rule.startswith((P, "/manage", "/legal"))]
    clients = {sort: browser_of(app, member) for sort, member in who.items()}
    kept, before = KeptDatabase(), rows()
    noted, silent, idle = set(), set(), set()
    for form in found:
        for sent in fillings(form):
            last = before
            for _time in range(2):
                post(clients[form.visitor or ""], form.address, sent)
                after = rows()
                changed = {name for name in after if after[name] != last[name]}
                if changed:
                    (noted if "audit_entries" in changed else silent).add(form.rule)
                if changed == {"audit_entries"}:
                    idle.add(form.rule)
                last = after
            if last != before:
                kept.put_back()
    assert idle == set(), "what changes nothing, as a form sent again, is not noted"
    assert silent == NOT_NOTED.keys()
    assert for_the_coordination() - noted == NOT_SENT | (for_the_coordination() & NOT_NOTED.keys())


def for_the_coordination() -> set[str]:
    """The routes that act for who coordinates and not for who only is an EIG."""
    posts = {route.removeprefix("POST "): statuses for route, statuses in TABLE.items() if route.startswith("POST")}
    return {rule for rule, statuses in posts.items() if statuses["coordinator"] != 403 and statuses["eig"] == 403}


def fillings(found: FoundForm) -> Iterator[Sent]:
    """What a browser sends with the form as it is, or as GIVEN says, and with other texts, by each of its buttons."""
    texts = {each.name for each in found.typed if each.kind in {"text", "textarea"}}
    right = [pair for pair in found.filled() if pair not in found.form.buttons[:1]]
    other = [(name, f"{value} bis" if name in texts else value) for name, value in right]
    given = [(name, GIVEN.get(found.rule, {}).get(name, value)) for name, value in right]
    for pressed in [*([button] for button in found.form.buttons), []]:
        yield from (filled + pressed for filled in (given, other))


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {each.name: sorted(map(tuple, db.session.execute(select(each))), key=repr) for each in tables}
